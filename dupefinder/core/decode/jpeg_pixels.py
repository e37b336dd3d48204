"""JPEGs in colour to pixels and back, in one go and without the interpreter's lock.

Pillow uses the same library, but knows no other scales than halves, hands it the file piece by
piece and copies each row; of a small photo all that takes a quarter of the time.
"""

import math
import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode.jpeg_structure import read_structure

_LAYOUT = "RGBX"
"""Three colours and an idle byte, as Pillow keeps them, so that nothing has to be rearranged."""


Levels = NDArray[np.uint8]
"""(height, width, 4), laid out so; (height, width, 1) of a grey picture."""

_LAYOUTS = {"RGB": _LAYOUT, "L": "GRAY", "CMYK": "CMYK"}
"""By the mode that Pillow opens a JPEG in."""
_LOSSES = ("Corrupt JPEG data", "Premature end of JPEG file", "Inconsistent progression sequence")
"""Beginnings of libjpeg's warnings where a part of a picture is made up; others are of headers."""
_SURPLUS = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
_EOI, _RESTARTS, _BEFORE_SCANS = 0xD9, range(0xD0, 0xD8), (0xC4, 0xDA)
_PADDING = b"\x00\xff"


class DataLost(Exception):
    """libjpeg shows a picture, but a part of it is made up."""


def eighths_of(size_px: tuple[int, int], longer_px: int, shorter_px: int) -> int:
    """Choose how many eighths of its size a JPEG is decoded at: 1 to 4, or 8.

    Scales beyond a half would spare a small picture little, and cut fine lines at the borders of
    its blocks: a scan's grey differs from that of its copies in other formats by up to 26 levels.

    Args:
        size_px: Its sides.
        longer_px: Least length of the longer side, if it has as much.
        shorter_px: The same for the shorter one.
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
        None where Pillow has to see to it.

    Raises:
        DataLost: Something of it was lost.
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
    """Give a JPEG the end-of-image marker where it lacks only that; else it stays as it is.

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
    """True if a warning is of lost data.

    Bytes too many are none where a camera fills up before the end, nor among the headers.
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
    """Show levels as a picture of mode "RGBX" or "L", which shares their memory."""
    height_px, width_px, channels = levels.shape
    if channels == 1:
        return Image.frombuffer("L", (width_px, height_px), levels, "raw", "L", 0, 1)
    return Image.frombuffer(_LAYOUT, (width_px, height_px), levels, "raw", _LAYOUT, 0, 1)


def levels_of(picture: Image.Image, levels: Levels | None = None) -> Levels:
    """Show a picture as levels of four channels.

    Args:
        picture: Mode "RGB" or "RGBX".
        levels: Of the same picture, where they are at hand: they need not be copied then.
    """
    if levels is not None:
        return levels
    flat = np.frombuffer(picture.tobytes("raw", _LAYOUT), np.uint8)
    return flat.reshape(picture.height, picture.width, len(_LAYOUT))


def encode_jpeg(picture: Image.Image, quality: int, levels: Levels | None = None) -> bytes:
    """Encode a picture as JPEG.

    Args:
        picture: Mode "RGB" or "RGBX".
        quality: As libjpeg counts it, 1 to 100.
        levels: As `levels_of` takes them.
    """
    encoded: bytes = simplejpeg.encode_jpeg(
        levels_of(picture, levels), quality, _LAYOUT, colorsubsampling="420", fastdct=False
    )
    return encoded
