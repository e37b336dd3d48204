"""Decoding and encoding of JPEGs by libjpeg in one call, without the interpreter's lock.

Pillow uses the same library, but only scales by halves, passes the file piece by piece and copies
each row, which takes a quarter of the time of a small photo.
"""

import math
import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode.jpeg_structure import read_structure

_LAYOUT = "RGBX"
"""Pixel format of three colours and a padding byte, as Pillow stores them."""


Levels = NDArray[np.uint8]
"""uint8 (height, width, 4) in that format, or (height, width, 1) for a grey picture."""

_LAYOUTS = {"RGB": _LAYOUT, "L": "GRAY", "CMYK": "CMYK"}
"""Pixel formats by the mode in which Pillow opens a JPEG."""
_LOSSES = ("Corrupt JPEG data", "Premature end of JPEG file", "Inconsistent progression sequence")
"""Prefixes of libjpeg's warnings about invented pixels; other warnings concern headers."""
_SURPLUS = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
_EOI, _RESTARTS, _BEFORE_SCANS = 0xD9, range(0xD0, 0xD8), (0xC4, 0xDA)
_PADDING = b"\x00\xff"


class DataLost(Exception):
    """libjpeg decoded a picture, but invented a part of it."""


def eighths_of(size_px: tuple[int, int], longer_px: int, shorter_px: int) -> int:
    """Choose how many eighths of its size a JPEG is decoded at: 1 to 4, or 8.

    Scales above a half would save little and cut fine lines at the borders of blocks: the grey of a
    scanned page differs from that of its copies in other formats by up to 26 levels.

    Args:
        size_px: Width and height.
        longer_px: Least length of the longer side, if the picture has as much.
        shorter_px: Least length of the shorter side, likewise.
    """
    wanted = max(8 * longer_px / max(size_px), 8 * shorter_px / min(size_px))
    return 8 if wanted > 4 else math.ceil(wanted)


def jpeg_levels(
    data: bytes, size_px: tuple[int, int], eighths: int, mode: str = "RGB"
) -> Levels | None:
    """Decode a JPEG.

    Args:
        data: The file; other content may follow the picture.
        size_px: Its width and height.
        eighths: The scale, 1 to 8.
        mode: The mode that Pillow opens it in.

    Returns:
        None for a file that has to be decoded by Pillow.

    Raises:
        DataLost: A part of the picture was lost.
    """
    width_px, height_px = (-(-side_px * eighths // 8) for side_px in size_px)
    try:
        # At the smallest scale at which both sides are as long as that.
        levels: Levels = simplejpeg.decode_jpeg(
            data, _LAYOUTS[mode], min_height=height_px, min_width=width_px
        )
    except ValueError as error:
        if _tells_of_loss(str(error), data):
            raise DataLost(str(error)) from error
        return None
    return levels if levels.shape[:2] == (height_px, width_px) else None


def is_all_there(data: bytes, mode: str) -> bool:
    """True if libjpeg decodes a JPEG from its first bit to its last without a warning.

    Args:
        data: The file.
        mode: The mode that Pillow opens it in.
    """
    try:
        simplejpeg.decode_jpeg(data, _LAYOUTS[mode], min_height=1, min_width=1)
    except ValueError:
        return False
    return True


def with_end(data: bytes, mode: str) -> bytes:
    """Append the end-of-image marker to a JPEG that lacks nothing else; return others unchanged.

    Args:
        data: The whole file.
        mode: The mode that Pillow opens it in.
    """
    structure = read_structure(data)
    if structure is None or not structure.lacks_end:
        return data
    whole = structure.with_end(data)
    return whole if is_all_there(whole, mode) else data


def _tells_of_loss(warning: str, data: bytes) -> bool:
    """True if a warning reports lost data.

    Extra bytes are no loss among the headers, nor where a camera pads the end.
    """
    surplus = _SURPLUS.search(warning)
    structure = read_structure(data) if surplus is not None else None
    if surplus is None or structure is None:
        return warning.startswith(_LOSSES)
    marker = int(surplus[2], 16)
    if marker == _EOI:
        end = structure.end_bytes - 2
        return bool(data[max(end - int(surplus[1]), 0) : end].strip(_PADDING))
    return marker in _RESTARTS or (marker in _BEFORE_SCANS and structure.shows_all)


def picture_of(levels: Levels) -> Image.Image:
    """Wrap levels as a picture of mode "RGBX" or "L" that shares their memory."""
    height_px, width_px, channels = levels.shape
    if channels == 1:
        return Image.frombuffer("L", (width_px, height_px), levels, "raw", "L", 0, 1)
    return Image.frombuffer(_LAYOUT, (width_px, height_px), levels, "raw", _LAYOUT, 0, 1)


def levels_of(picture: Image.Image, levels: Levels | None = None) -> Levels:
    """The levels of a picture in four channels, uint8 (height, width, 4).

    Args:
        picture: Mode "RGB" or "RGBX".
        levels: Its levels if they are known, which saves a copy.
    """
    if levels is not None:
        return levels
    flat = np.frombuffer(picture.tobytes("raw", _LAYOUT), np.uint8)
    return flat.reshape(picture.height, picture.width, len(_LAYOUT))


def encode_jpeg(picture: Image.Image, quality: int, levels: Levels | None = None) -> bytes:
    """Encode a picture as JPEG.

    Args:
        picture: Mode "RGB" or "RGBX".
        quality: Quality in libjpeg's terms, 1 to 100.
        levels: See `levels_of`.
    """
    encoded: bytes = simplejpeg.encode_jpeg(
        levels_of(picture, levels), quality, _LAYOUT, colorsubsampling="420", fastdct=False
    )
    return encoded


def keeps_luma_and_chroma(image: Image.Image) -> bool:
    """True for an opened JPEG in colour that is stored as Y, Cr and Cb, and not as RGB."""
    return image.mode == "RGB" and image.info.get("adobe_transform") != 0


def planes_of(image: Image.Image, *bands: str) -> tuple[NDArray[np.uint8], ...]:
    """Copy some planes of a picture, each by itself, so that none has to be separated later.

    Args:
        image: Mode "YCbCr".
        bands: Their names: "Y", "Cr", "Cb".

    Returns:
        uint8 (height, width) each.
    """
    return tuple(
        np.frombuffer(image.tobytes("raw", band), np.uint8).reshape(image.size[::-1])
        for band in bands
    )
