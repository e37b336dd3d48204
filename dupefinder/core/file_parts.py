"""Parts of a file beside its picture and texts: kinds, and a compact set of digests.

A copy may go only if each of its parts is in the one that stays. A part is a field of EXIF, a
segment, a chunk, a box; unknown ones are parts like any other.
"""

from collections.abc import Iterable
from enum import Enum

from blake3 import blake3

_DIGEST_BYTES = 6
_ENTRY_BYTES = 1 + _DIGEST_BYTES
MOST_PARTS = 1_000
"""Most parts that are stored; more become a single one, as no camera writes so many."""


class PartKind(Enum):
    """Kind of a part; the catalog stores its number, reasons have its code."""

    CAMERA = (1, "camera")
    SETTINGS = (2, "settings")
    LENS = (3, "lens")
    MAKER_NOTE = (4, "maker-note")
    TIME = (5, "exact-time")
    PLACE = (6, "gps")
    RATING = (7, "rating")
    TAG = (8, "fields")
    LAYERS = (9, "layers")
    THERMAL = (10, "thermal")
    PROVENANCE = (11, "provenance")
    DEPTH = (12, "depth")
    GAIN_MAP = (13, "gain-map")
    SOUND = (14, "sound")
    AUXILIARY_IMAGE = (15, "auxiliary-image")
    APPLICATION_DATA = (16, "program-data")
    TRAILING_DATA = (17, "trailing-data")
    NOT_UNDERSTOOD = (18, "unknown-format")
    NOTE = (19, "tags")
    FILM = (20, "video")
    COLOURS = (21, "colours")
    """Meaning of the levels, where no colour profile tells it and it is not that of sRGB."""

    def __init__(self, number: int, code: str) -> None:
        self.number = number
        self.code = code


FIELD_KINDS = frozenset(
    (
        *(PartKind.CAMERA, PartKind.SETTINGS, PartKind.LENS, PartKind.TIME),
        *(PartKind.PLACE, PartKind.RATING),
    )
)
"""Kinds of fields with short values, which can be written elsewhere."""

_CODE_OF = {kind.number: kind.code for kind in PartKind}

Part = tuple[PartKind, str, bytes]
"""Kind, field and value; two files share a part where all three are equal."""


def packed(parts: Iterable[Part]) -> bytes:
    """Pack parts into a few bytes each.

    Args:
        parts: The parts, in any order; duplicates count once.

    Returns:
        For each part its kind, 1 byte, and a digest of 6, in ascending order.
    """
    entries = sorted({_entry(kind, field, value) for kind, field, value in parts})
    if len(entries) > MOST_PARTS:
        entries = [_entry(PartKind.NOT_UNDERSTOOD, "many", b"".join(entries))]
    return b"".join(entries)


def lacking_parts(keeper: bytes, other: bytes) -> frozenset[str]:
    """Name the kinds of parts that a copy has and the keeper lacks.

    Args:
        keeper: Parts of the one that stays, as `packed` gives them.
        other: Those of the copy.

    Returns:
        Codes of `PartKind`.
    """
    if other == keeper:
        return frozenset()
    ours, theirs = _entries(other), _entries(keeper)
    # Levels that mean other colours show another picture.
    return _codes((ours - theirs) | (_of_colours(ours) ^ _of_colours(theirs)))


def are_of_other_colours(one: bytes, other: bytes) -> bool:
    """True where the levels of two pictures mean different colours, by their packed parts."""
    return one != other and _of_colours(_entries(one)) != _of_colours(_entries(other))


def kinds_of(parts: bytes) -> frozenset[str]:
    """Name the kinds of parts that were packed, by the codes of `PartKind`."""
    return _codes(_entries(parts))


def without(parts: bytes, others: bytes) -> bytes:
    """Packed parts without those that are among others."""
    return b"".join(sorted(_entries(parts) - _entries(others)))


def count_of(parts: bytes) -> int:
    """The number of parts that were packed."""
    return len(parts) // _ENTRY_BYTES


def _entry(kind: PartKind, field: str, value: bytes) -> bytes:
    content = field.encode("utf-8", "surrogatepass") + b"\0" + value
    return bytes((kind.number,)) + blake3(content).digest(_DIGEST_BYTES)


def _entries(parts: bytes) -> set[bytes]:
    return {parts[place : place + _ENTRY_BYTES] for place in range(0, len(parts), _ENTRY_BYTES)}


def _of_colours(entries: set[bytes]) -> set[bytes]:
    return {entry for entry in entries if entry[0] == PartKind.COLOURS.number}


def _codes(entries: Iterable[bytes]) -> frozenset[str]:
    return frozenset(_CODE_OF.get(entry[0], PartKind.TAG.code) for entry in entries)
