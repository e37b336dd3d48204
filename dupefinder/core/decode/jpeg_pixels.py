"""JPEGs in colour to pixels and back, in one go and without the interpreter's lock.

Pillow uses the same library, but knows no other scales than halves, hands it the file piece by
piece and copies each row; of a small photo all that takes a quarter of the time.
"""

import math

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

_LAYOUT = "RGBX"
"""Three colours and an idle byte, as Pillow keeps them, so that nothing has to be rearranged."""


Levels = NDArray[np.uint8]
"""(height, width, 4), laid out so."""


def eighths_of(size_px: tuple[int, int], longer_px: int, shorter_px: int) -> int:
    """Choose how many eighths of its size a JPEG is decoded at: 1 to 4, or 8.

    Scales beyond a half would spare a small picture little, and cut fine lines at the borders of
    its blocks: a scan's grey differs from that of its copies in other formats by up to 26 levels.

    Args:
        size_px: Its sides.
        longer_px: What the longer one is to keep at least, if it has as much.
        shorter_px: The same for the shorter one.
    """
    wanted = max(8 * longer_px / max(size_px), 8 * shorter_px / min(size_px))
    return 8 if wanted > 4 else math.ceil(wanted)


def jpeg_levels(data: bytes, size_px: tuple[int, int], eighths: int) -> Levels | None:
    """Decode a JPEG of three colours.

    Args:
        data: The file; other content may follow the picture.
        size_px: Its width and height.
        eighths: The scale, 1 to 8.

    Returns:
        None where libjpeg warns of anything, which Pillow has to see to.
    """
    width_px, height_px = (-(-side_px * eighths // 8) for side_px in size_px)
    try:
        # At the smallest scale at which both sides are as long as that.
        levels: Levels = simplejpeg.decode_jpeg(
            data, _LAYOUT, min_height=height_px, min_width=width_px
        )
    except ValueError:
        return None
    return levels if levels.shape[:2] == (height_px, width_px) else None


def picture_of(levels: Levels) -> Image.Image:
    """Show levels as a picture of mode "RGBX", which shares their memory."""
    height_px, width_px, _ = levels.shape
    return Image.frombuffer(_LAYOUT, (width_px, height_px), levels, "raw", _LAYOUT, 0, 1)


def encode_jpeg(picture: Image.Image, quality: int, levels: Levels | None = None) -> bytes:
    """Encode a picture as JPEG.

    Args:
        picture: Mode "RGB" or "RGBX".
        quality: As libjpeg counts it, 1 to 100.
        levels: Of the same picture, where they are at hand: they need not be copied then.
    """
    if levels is None:
        flat = np.frombuffer(picture.tobytes("raw", _LAYOUT), np.uint8)
        levels = flat.reshape(picture.height, picture.width, len(_LAYOUT))
    encoded: bytes = simplejpeg.encode_jpeg(
        levels, quality, _LAYOUT, colorsubsampling="420", fastdct=False
    )
    return encoded
