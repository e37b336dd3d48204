"""Parts in the header, rows and rest of a BMP file.

Source: Microsoft, "Bitmap Header Types", BITMAPINFOHEADER to BITMAPV5HEADER.
"""

import struct
from collections.abc import Iterator

import numpy as np

from dupefinder.core.decode.parts.chunks import trailing_parts
from dupefinder.core.file_parts import Part, PartKind

_PLAIN, _MASKS = 0, 3
_FILE_HEAD_BYTES, _SHORT_BYTES, _MASKS_BYTES = 14, 40, 12
_WITH_MASKS_BYTES = (52, 56)
_COLOURS_BEGIN, _COLOURS_END = 60, 108
"""Primaries and curves, in longer heads; before them the masks and the kind of colours."""
_WITH_COLOURS_BYTES = (108, 124)
_MOST_BITS_OF_PALETTE, _PALETTE_COLOUR_BYTES = 8, 4
_BITS_WITH_FOURTH = 32


def bmp_parts(data: bytes) -> Iterator[Part]:
    """Read what a BMP holds beside its pixels; one that is compressed is a part as a whole.

    Args:
        data: The whole file.

    Raises:
        struct.error: It breaks off.
        ValueError: It has fewer pixels than it says.
    """
    (offset,) = struct.unpack_from("<I", data, 10)
    width_px, height_px, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    if compression not in (_PLAIN, _MASKS):
        yield PartKind.NOT_UNDERSTOOD, "bmp", data
        return
    head_bytes, colours = (struct.unpack_from("<I", data, place)[0] for place in (14, 46))
    if bits <= _MOST_BITS_OF_PALETTE:
        colours = colours or 1 << bits
    yield from _head_parts(data[_FILE_HEAD_BYTES : _FILE_HEAD_BYTES + head_bytes])
    begin = _FILE_HEAD_BYTES + head_bytes + _PALETTE_COLOUR_BYTES * colours
    if head_bytes == _SHORT_BYTES and compression == _MASKS:
        begin += _MASKS_BYTES
    if data[begin:offset].strip(b"\0"):
        yield PartKind.APPLICATION_DATA, "unnamed", data[begin:offset]
    row_bytes = (abs(width_px) * bits + 31) // 32 * 4
    rows = np.frombuffer(data, np.uint8, row_bytes * abs(height_px), offset)
    rows = rows.reshape(abs(height_px), row_bytes)
    padding = rows[:, (abs(width_px) * bits + 7) // 8 :]
    if padding.any():
        yield PartKind.APPLICATION_DATA, "rows", padding.tobytes()
    if bits == _BITS_WITH_FOURTH and compression == _PLAIN:
        # It is to be nothing; many programs keep opacity there, which decoders pass over.
        fourth = rows[:, 3::4]
        if fourth.min() != fourth.max():
            yield PartKind.AUXILIARY_IMAGE, "opacity", fourth.tobytes()
    yield from trailing_parts(data, offset + row_bytes * abs(height_px))


def _head_parts(head: bytes) -> Iterator[Part]:
    """Fields of a head other than the size, the depth and the masks of the pixels."""
    if len(head) in _WITH_COLOURS_BYTES:
        colours = head[_COLOURS_BEGIN:_COLOURS_END]
        if colours.strip(b"\0"):
            yield PartKind.COLOURS, "bmp", colours
    elif len(head) not in _WITH_MASKS_BYTES and head[_SHORT_BYTES:].strip(b"\0"):
        yield PartKind.APPLICATION_DATA, "head", head[_SHORT_BYTES:]
