"""Surplus within the coded data of a picture, which decoders ignore once they have all pixels.

A file that hides something there shows the same pixels as one that does not. Finding it takes
another pass through the data, so only photos to be compared in full are tested. For JPEG, see
`jpeg_pixels`. For frames of an animated WebP, and for what TIFF keeps as JPEG, as fax or in other
ways, it is not known where the data end.

Sources: W3C, PNG (Third Edition), sections 7.2, 8 and 10; CompuServe, "Graphics Interchange Format,
Version 89a"; Adobe, "TIFF Revision 6.0", sections 9 and 15; Google, "WebP Container Specification";
RFC 1950 for zlib.
"""

import io
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from PIL import Image, TiffImagePlugin

from dupefinder.core.decode.lzw import end_of_codes

_PAGE_BYTES, _MOST_MORE_BYTES = 1 << 20, 1 << 26
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column and row of each pass of an interlaced picture, and the steps between them."""
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
_RIFF_CUT_BYTES = 8
"""Bytes cut off for a test: WebP encoders write a byte or two more than decoders need, and decoders
notice the lack of eight."""
_RAW, _LZW, _PACKBITS = 1, 5, 32773
_DEFLATE = (8, 32946)
_LZW_START = b"\x80"
"""First byte of data that begin by clearing the table, as all but the oldest programs do."""
_PACKBITS_NOTHING, _PLANAR = 128, 2


def has_rest(data: bytes, format_: str) -> bool:
    """True if the coded data hold surplus bytes after the pixels.

    Args:
        data: The whole file, which decodes without a fault.
        format_: Its format in Pillow's terms.

    Returns:
        True, too, where it is unknown; False for formats that other modules read.
    """
    has_rest_of = _TESTS.get(format_)
    if has_rest_of is None:
        return False
    with suppress(
        *(struct.error, IndexError, zlib.error, KeyError, TypeError, ValueError),
        *(OSError, SyntaxError, EOFError),  # of Pillow
    ):
        return has_rest_of(data)
    return True


def _says_something(rest: bytes) -> bool:
    return bool(rest.strip(b"\0\xff"))


def _inflated_has_rest(pieces: Iterable[bytes], wanted_bytes: int) -> bool:
    """True if a zlib stream holds more bytes than wanted, or anything follows it."""
    stream = zlib.decompressobj()
    got_bytes = 0
    for piece in pieces:
        if stream.eof:
            if _says_something(piece):
                return True
            continue
        while piece and not stream.eof:
            if got_bytes > wanted_bytes + _MOST_MORE_BYTES:
                return True  # made to keep a reader busy
            page = stream.decompress(piece, _PAGE_BYTES)
            more = page[max(wanted_bytes - got_bytes, 0) :]
            if _says_something(more):
                return True
            got_bytes += len(page)
            piece = stream.unconsumed_tail
        if _says_something(stream.unused_data):
            return True
    return False


def _png_has_rest(data: bytes) -> bool:
    width_px, height_px, bits, kind, *_, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    bits_per_px = bits * _PNG_CHANNELS[kind]
    sizes = [(width_px, height_px)]
    if interlaced:
        sizes = [
            (-(-(width_px - left) // across), -(-(height_px - top) // down))
            for left, top, across, down in _PNG_PASSES
        ]
    # Each row has a byte for its filter.
    wanted_bytes = sum(
        high * (1 + (wide * bits_per_px + 7) // 8) for wide, high in sizes if wide > 0 and high > 0
    )
    return _inflated_has_rest(_png_pieces(data), wanted_bytes)


def _png_pieces(data: bytes) -> Iterator[bytes]:
    place = 8
    while place + 12 <= len(data):
        (size_bytes,) = struct.unpack_from(">I", data, place)
        if data[place + 4 : place + 8] == b"IDAT":
            yield data[place + 8 : place + 8 + size_bytes]
        place += 12 + size_bytes


def _gif_has_rest(data: bytes) -> bool:
    place = 13
    if data[10] & 0x80:
        place += 3 << (data[10] & 7) + 1
    while data[place] != _GIF_END:
        if data[place] == _GIF_EXTENSION:
            place, _ = _gif_blocks(data, place + 2)
            continue
        if data[place] != _GIF_IMAGE:
            return False
        width_px, height_px, flags = struct.unpack_from("<HHB", data, place + 5)
        place += 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        bits = data[place]
        place, codes = _gif_blocks(data, place + 1)
        end = end_of_codes(codes, bits, width_px * height_px, big_endian=False, early=0)
        if _says_something(codes[end:]):
            return True
    return False


def _gif_blocks(data: bytes, place: int) -> tuple[int, bytes]:
    """The end of a series of blocks, and the bytes in them."""
    found = []
    while data[place]:
        found.append(data[place + 1 : place + 1 + data[place]])
        place += data[place] + 1
    return place + 1, b"".join(found)


def _webp_has_rest(data: bytes) -> bool:
    """True if a picture or its opacity decodes without some of its last bytes: they are no part."""
    place = 12
    while place + 8 <= len(data):
        name = data[place : place + 4]
        (size_bytes,) = struct.unpack_from("<I", data, place + 4)
        end = place + 8 + size_bytes
        if name == b"ANMF":
            return True
        if name in (b"VP8 ", b"VP8L", b"ALPH") and _chunk_has_rest(data, place, end):
            return True
        place = end + size_bytes % 2
    return False


def _chunk_has_rest(data: bytes, place: int, end: int) -> bool:
    last = data[end - _RIFF_CUT_BYTES : end]
    if end - place - 8 <= 2 * _RIFF_CUT_BYTES or not _says_something(last):
        return False
    cut = data[place + 8 : end - _RIFF_CUT_BYTES]
    chunk = data[place : place + 4] + struct.pack("<I", len(cut)) + cut + b"\0" * (len(cut) % 2)
    whole = data[8:place] + chunk + data[end + (end - place) % 2 :]
    return _decodes(b"RIFF" + struct.pack("<I", len(whole)) + whole)


def _decodes(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
            image.load()
    except Exception:  # decoders raise whatever a cut file provokes
        return False
    return True


def _tiff_has_rest(data: bytes) -> bool:
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        for page in range(getattr(image, "n_frames", 1)):
            image.seek(page)
            tags = dict(image.tag_v2)
            starts = tags.get(273) or tags.get(324) or ()
            sizes = tags.get(279) or tags.get(325) or ()
            strips = (
                data[start : start + size] for start, size in zip(starts, sizes, strict=False)
            )
            wanted = _tiff_bytes(tags)
            if len(starts) > len(wanted) or any(
                _strip_has_rest(strip, tags.get(259, _RAW), size_bytes)
                for strip, size_bytes in zip(strips, wanted, strict=False)
            ):
                return True
    return False


def _tiff_bytes(tags: dict[int, Any]) -> list[int]:
    """Bytes of the pixels of each strip or tile; fewer with reduced colours."""
    width_px, height_px, bits = tags[256], tags[257], tags.get(258, (1,))
    is_planar = tags.get(284, 1) == _PLANAR
    bits_per_px = bits[0] if is_planar else sum(bits)
    planes = tags.get(277, 1) if is_planar else 1
    if 322 in tags:
        tiles = -(-width_px // tags[322]) * -(-height_px // tags[323])
        return [tags[323] * ((tags[322] * bits_per_px + 7) // 8)] * tiles * planes
    rows = min(tags.get(278, height_px), height_px)
    row_bytes = (width_px * bits_per_px + 7) // 8
    in_plane = -(-height_px // rows)
    last = height_px - rows * (in_plane - 1)
    return [*[row_bytes * rows] * (in_plane - 1), row_bytes * last] * planes


def _strip_has_rest(strip: bytes, compression: int, wanted_bytes: int) -> bool:
    if compression in _DEFLATE:
        return _inflated_has_rest((strip,), wanted_bytes)
    if compression == _RAW:
        end = wanted_bytes
    elif compression == _PACKBITS:
        end = _packbits_end(strip, wanted_bytes)
    elif compression == _LZW and strip[:1] == _LZW_START:
        end = end_of_codes(strip, 8, wanted_bytes, big_endian=True, early=1)
    else:
        return True  # where its data end is not known
    return _says_something(strip[end:])


def _packbits_end(strip: bytes, wanted_bytes: int) -> int:
    place = got_bytes = 0
    while got_bytes < wanted_bytes and place < len(strip):
        head = strip[place]
        if head < _PACKBITS_NOTHING:
            got_bytes += head + 1
            place += head + 2
        else:
            got_bytes += 257 - head if head > _PACKBITS_NOTHING else 0
            place += 2 if head > _PACKBITS_NOTHING else 1
    return place


_TESTS: dict[str, Callable[[bytes], bool]] = {
    "PNG": _png_has_rest,
    "GIF": _gif_has_rest,
    "WEBP": _webp_has_rest,
    "TIFF": _tiff_has_rest,
}
"""By format as Pillow names it."""
