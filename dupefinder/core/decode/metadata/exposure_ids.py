"""Marks that distinguish one exposure of a camera from the next: numbers, names, settings.

A copy that a program saves keeps these or drops them. A value may be the same for many photos (a
counter that was reset, a camera that writes its firmware as a name): equal values prove nothing,
only different ones count. Values that programs are known to make up are left out: names by Picasa,
and Apple's common name of a photo and its film, which is new for each saved film.

Source: CIPA DC-008 (Exif 3.0); ISO 12234-2 (TIFF/EP) for the image number; for the notes of the
makers, which none of them describes, the tables of ExifTool.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from PIL import Image

from dupefinder.core.decode.metadata import (
    DIGITIZED_TAG,
    FILE_TIME_TAG,
    first_number,
    metadata_blocks,
    read_tiff_exif,
    time_and_source,
)
from dupefinder.core.decode.metadata.text_metadata import sub_ifd, tag_value
from dupefinder.core.decode.metadata.xmp import MOST_XMP_BYTES
from dupefinder.core.exposures import DIGITIZED_TIME, FILE_TIME, TAKEN_AS

_EXIF_IFD, _MAKER_NOTE, _MAKE, _XMP = 0x8769, 0x927C, 0x010F, 700
_IMAGE_UNIQUE_ID, _IMAGE_NUMBER, _BODY_NUMBER = 0xA420, 0x9211, 0xA431
_EXPOSURE_TIME, _F_NUMBER, _ISO, _EXPOSURE_BIAS = 0x829A, 0x829D, 0x8827, 0x9204
_TAKEN_AS = {DIGITIZED_TAG: DIGITIZED_TIME, FILE_TIME_TAG: FILE_TIME}

_MOST_ID_LENGTH = 64
_NO_NUMBERS = frozenset((0, 0xFFFF, 0xFFFFFFFF, 4294965247))
"""Values that mean no number; Nikon writes the last one if it does not count."""
_END_OF_PICASAS = "0" * 16
"""Picasa names a photo with 16 digits, followed by as many zeros."""
# Every repetition is bounded, so that no text can keep the search busy.
_XMP_IDS = (
    ("burst", b":BurstID", re.compile(rb":BurstID(?:>|=[\"'])([^<\"']{1,64})")),
    ("adobe-number", b"aux:ImageN", re.compile(rb"aux:ImageNumber(?:>|=[\"'])([0-9]{1,10})")),
)
"""Kind, a text that is fast to search for first, and the pattern."""

_ENTRY_BYTES = 12
_MOST_ENTRIES = 255
_SHORT, _LONG, _ASCII = 3, 4, 2
_Entry = tuple[int, int, int, bytes]
"""Tag, type, number of values, and the four bytes of the value or of its offset."""


def read_exposure_ids(image: Image.Image) -> tuple[str, ...]:
    """Read the exposure ids of an opened picture. Damaged metadata count as absent.

    Args:
        image: A picture as `PIL.Image.open` returns it, loaded or not.

    Returns:
        Tokens "kind:value" without spaces, sorted, at most one of each kind.
    """
    exif, packet, _ = metadata_blocks(image)
    return _tokens(exif, packet or (tag_value(exif, _XMP) if len(exif) else None))


def read_tiff_exposure_ids(data: bytes) -> tuple[str, ...]:
    """Read the same of a RAW file that is built like a TIFF file; see `read_tiff_metadata`.

    Args:
        data: The whole file.
    """
    try:
        exif = read_tiff_exif(data)
    except Exception:  # Pillow raises whatever a damaged block provokes
        return ()
    return _tokens(exif, tag_value(exif, _XMP))


def merge_exposure_ids(
    first: tuple[str, ...], second: tuple[str, ...], *, has_time: bool
) -> tuple[str, ...]:
    """Complete the ids of one source with those of another for the same photo.

    Args:
        first: Preferred if both have a value.
        second: Fills the gaps.
        has_time: True if the time is that of the first source, whatever the second has.
    """
    ids = _ids(second)
    if has_time:
        ids.pop(TAKEN_AS, None)
    ids.update(_ids(first))
    return tuple(sorted(f"{kind}:{value}" for kind, value in ids.items()))


def _ids(tokens: tuple[str, ...]) -> dict[str, str]:
    return dict(token.split(":", 1) for token in tokens)


def _tokens(exif: Image.Exif, packet: object) -> tuple[str, ...]:
    ids: dict[str, str] = {}
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if isinstance(packet, bytes):
        for kind, name, pattern in _XMP_IDS:
            at = packet.find(name, 0, MOST_XMP_BYTES)
            if at >= 0 and (match := pattern.search(packet, at, MOST_XMP_BYTES)):
                ids[kind] = match[1].decode("latin-1")
    if len(exif):
        detail = sub_ifd(exif, _EXIF_IFD)
        ids.update(_of_tags(exif, detail))
        note = tag_value(detail, _MAKER_NOTE)
        if isinstance(note, bytes):
            ids.update(_of_maker_note(note, tag_value(exif, _MAKE)))
    clean = ((kind, _clean(value)) for kind, value in ids.items())
    return tuple(sorted(f"{kind}:{value}" for kind, value in clean if value))


def _clean(value: str) -> str:
    """Text that fits into a list of words and any catalog."""
    plain = value[:_MOST_ID_LENGTH].encode("ascii", "replace").decode("ascii")
    return "_".join(plain.replace("\0", " ").split())


def _of_tags(main: Mapping[int, Any], detail: Mapping[int, Any]) -> Iterator[tuple[str, str]]:
    found = time_and_source(main, detail)
    if found is not None and found[1] in _TAKEN_AS:
        yield TAKEN_AS, _TAKEN_AS[found[1]]
    for kind, tag in (("image-id", _IMAGE_UNIQUE_ID), ("body", _BODY_NUMBER)):
        value = tag_value(detail, tag)
        text = value.strip("\0 ").lstrip("0") if isinstance(value, str) else ""
        if text and not text.endswith(_END_OF_PICASAS):
            yield kind, text
    number = tag_value(detail, _IMAGE_NUMBER) or tag_value(main, _IMAGE_NUMBER)
    if isinstance(number, int) and number not in _NO_NUMBERS:
        yield "image-number", str(number)
    elif isinstance(number, str):
        yield "image-number", number
    for kind, tag in (("exposure-time", _EXPOSURE_TIME), ("f-number", _F_NUMBER), ("iso", _ISO)):
        setting = first_number(tag_value(detail, tag))
        if setting is not None and setting > 0:
            yield kind, f"{setting:.6g}"
    bias = first_number(tag_value(detail, _EXPOSURE_BIAS))
    if bias is not None:
        yield "exposure-bias", f"{bias:.6g}"


def _of_maker_note(note: bytes, make: object) -> Iterator[tuple[str, str]]:
    """Read the values at fixed places in a maker's notes.

    Other values cannot be found if a program has moved the notes, except those with offsets from
    the start of the notes.
    """
    maker = next((maker for maker in _MAKERS if maker.wrote(note, make)), None)
    if maker is None:
        return
    order, entries = _directory(note, maker.start_of(note))
    for tag, type_, count, value in entries:
        kind = maker.kinds.get(tag)
        if kind is None:
            continue
        if type_ == _ASCII and maker.counts_from_start and 4 < count <= _MOST_ID_LENGTH:
            (offset,) = struct.unpack(order + "I", value)
            yield kind, note[offset : offset + count].decode("latin-1")
        elif type_ in (_SHORT, _LONG) and count == 1:
            (number,) = struct.unpack_from(order + ("H" if type_ == _SHORT else "I"), value)
            if number not in _NO_NUMBERS:
                yield kind, str(number & maker.bits)


def _directory(note: bytes, start: int) -> tuple[str, list[_Entry]]:
    """Read the entries of a directory, in the byte order in which their number is small."""
    for order in "<>":
        if len(note) < start + 2:
            break
        (count,) = struct.unpack_from(order + "H", note, start)
        end = start + 2 + count * _ENTRY_BYTES
        if 0 < count <= _MOST_ENTRIES and end <= len(note):
            return order, list(struct.iter_unpack(order + "HHI4s", note[start + 2 : end]))
    return "<", []


def _is_apple(note: bytes, _make: object) -> bool:
    return note.startswith(b"Apple iOS\0")


def _is_nikon(note: bytes, _make: object) -> bool:
    return note.startswith(b"Nikon\0\2")


def _is_panasonic(note: bytes, _make: object) -> bool:
    return note.startswith(b"Panasonic\0\0\0")


def _is_fujifilm(note: bytes, _make: object) -> bool:
    return note.startswith(b"FUJIFILM")


def _is_canon(_note: bytes, make: object) -> bool:
    return isinstance(make, str) and make.startswith("Canon")


def _start_of_nikon(note: bytes) -> int:
    """Nikon's notes are a TIFF file of their own."""
    header = note[10:18]
    return 10 + int.from_bytes(header[4:], "little" if header.startswith(b"II") else "big")


def _start_of_fujifilm(note: bytes) -> int:
    return int.from_bytes(note[8:12], "little")


class _Maker(NamedTuple):
    """Layout of a maker's notes.

    Attributes:
        wrote: True for notes of this maker; by the notes, and the camera's maker.
        start_of: Start of the directory in them.
        kinds: The tags that are read.
        counts_from_start: True if offsets are from the start of the notes.
        bits: The bits of a number that count.
    """

    wrote: Callable[[bytes, object], bool]
    start_of: Callable[[bytes], int]
    kinds: Mapping[int, str]
    counts_from_start: bool = False
    bits: int = 0xFFFFFFFF


_MAKERS = (
    _Maker(_is_apple, lambda _: 14, {0x0B: "burst", 0x15: "maker-id"}, counts_from_start=True),
    _Maker(_is_nikon, _start_of_nikon, {0xA7: "shutter-count"}),
    _Maker(_is_panasonic, lambda _: 12, {0x2B: "sequence"}),
    _Maker(_is_fujifilm, _start_of_fujifilm, {0x1438: "shutter-count"}, bits=0x7FFF),
    _Maker(_is_canon, lambda _: 0, {0x08: "file-number"}),
)
