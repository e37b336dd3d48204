"""WebP pictures to pixels by OpenCV, without the interpreter's lock.

Pillow reads all of them as films: it keeps the lock, and a canvas that is blended and copied,
which takes half of the time again. Both use the same library and show the same pixels.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

_CHANNELS = {"RGB": 3, "RGBA": 4}
"""By the mode that Pillow opens a picture in."""


def webp_levels(data: bytes, size_px: tuple[int, int], mode: str) -> NDArray[np.uint8] | None:
    """Decode a WebP of one frame.

    Args:
        data: The file.
        size_px: Its width and height.
        mode: The mode that Pillow opens it in.

    Returns:
        uint8 (height, width, 3 or 4) in the order of the mode; None where Pillow has to see to it.
    """
    try:
        levels = cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error:
        return None
    shape = (size_px[1], size_px[0], _CHANNELS.get(mode))
    if levels is None or levels.shape != shape or levels.dtype != np.uint8:
        return None
    order = cv2.COLOR_BGRA2RGBA if mode == "RGBA" else cv2.COLOR_BGR2RGB
    return cv2.cvtColor(levels, order, dst=levels).astype(np.uint8, copy=False)
