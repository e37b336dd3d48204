"""Data between the units of coded HEVC and AV1 pictures, which belong to no picture.

Coded data are rows of units, each with its length and its kind; units that decoders skip may hold
anything. They are walked by their lengths, nothing is decoded.

Sources: ITU-T H.265, 7.3.1, 7.4.2.2 and Annex D for HEVC; ISO/IEC 14496-15, 8.3.3 for how units lie
in an item and in its configuration; AOMedia, "AV1 Bitstream & Decoding Process", 5.3 and 6.2.
"""

from collections.abc import Iterator

_LENGTH_BYTES = 4
_FIRST_BESIDE, _FILLER, _MESSAGES = 38, 38, (39, 40)
_X265_NOTE_ID = bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e")
"""Note of an encoder with its name and settings, which every encoder writes anew."""
_HEVC_CONFIGURATION_BYTES, _AV1_CONFIGURATION_BYTES = 22, 4
_AV1_PICTURE_UNITS = frozenset((1, 2, 3, 4, 6, 7))
"""Kinds of units for headers, tiles, frames and separators."""
_AV1_PADDING = 15


def units_beside(kind: bytes, content: bytes) -> Iterator[bytes]:
    """Yield the parts in the data of an item that do not belong to its picture.

    Args:
        kind: Kind of the item; only HEVC and AV1 are examined.
        content: Its data.

    Raises:
        IndexError: The data are truncated.
    """
    if kind == b"hvc1":
        yield from _units_beside_hevc(content)
    elif kind == b"av01":
        yield from _units_beside_av1(content)


def settings_beside(name: bytes, content: bytes) -> Iterator[bytes]:
    """Yield the parts in a decoder's configuration property, which may hold units, too."""
    if name == b"av1C":
        yield from _units_beside_av1(content[_AV1_CONFIGURATION_BYTES:])
    elif name == b"hvcC":
        at = _HEVC_CONFIGURATION_BYTES + 1
        for _ in range(content[_HEVC_CONFIGURATION_BYTES]):
            count = int.from_bytes(content[at + 1 : at + 3], "big")
            at += 3
            for _ in range(count):
                end = at + 2 + int.from_bytes(content[at : at + 2], "big")
                yield from _beside_hevc(content[at + 2 : end])
                at = end
        if content[at:].strip(b"\0"):
            yield content[at:]


def _units_beside_hevc(content: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH_BYTES <= len(content):
        end = at + _LENGTH_BYTES + int.from_bytes(content[at : at + _LENGTH_BYTES], "big")
        if end > len(content):
            break
        yield from _beside_hevc(content[at + _LENGTH_BYTES : end])
        at = end
    if content[at:].strip(b"\0"):
        yield content[at:]


def _beside_hevc(unit: bytes) -> Iterator[bytes]:
    kind = unit[0] >> 1 & 63 if unit else 0
    if kind < _FIRST_BESIDE or (
        kind in _MESSAGES and unit[4 : 4 + len(_X265_NOTE_ID)] == _X265_NOTE_ID
    ):
        return
    if kind != _FILLER or unit[2:].strip(b"\xff\x80\0"):
        yield unit


def _units_beside_av1(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        start, head = at, content[at]
        kind, has_size = head >> 3 & 15, head & 2
        at += 2 if head & 4 else 1
        size_bytes = len(content) - at
        if has_size:
            size_bytes = shift = 0
            while True:
                size_bytes |= (content[at] & 127) << shift
                shift += 7
                at += 1
                if content[at - 1] < 128:
                    break
        end = at + size_bytes
        is_padding = kind == _AV1_PADDING and not content[at:end].strip(b"\0\x80")
        if kind not in _AV1_PICTURE_UNITS and not is_padding:
            yield content[start:end]
        at = end
