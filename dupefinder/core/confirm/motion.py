"""Motion between two registered pictures: none, if they are one exposure.

A watermark, a date or another tone change a picture in place. Between two exposures of one scene
things move instead: a hand, a leaf, the foreground before the background, the lines of another
message in the same window. So for every textured window, the position where it fits better is
estimated.

Source: the optical flow of Lucas and Kanade, "An iterative image registration technique", 1981; one
step of it is enough to distinguish still from moving windows.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.confirm.alignment import warped
from dupefinder.core.confirm.smoothing import Floats, evened, window_means

SIDE_PX = 192
"""Side of the compared pictures: about that of a thumbnail."""
MOST_MOTION_PX = 1.3
"""Most motion, exceeded by at most a tenth of the windows. Noise and coarse encoding reach 1.2;
frames of a film start at 1.5, other text in the same window at 2.3."""
_MOST_OF_A_PIXEL = 0.6
"""The same in pixels of the smaller copy, for copies that have few."""

_COARSE_SIGMA_PX, _EVENING_SIGMA_PX = 8.0, 10.0
_WINDOW_PX = 9
"""Side of a window, in pixels of the pictures reduced by two."""
_LEAST_EIGENVALUE = 0.01
"""Least eigenvalue of the structure tensor: with less, a window shows no motion along an edge."""
_LEAST_WINDOWS = 13
_DAMPING = 0.005


def cut_out(
    picture: NDArray[np.uint8], map_: NDArray[np.float64], detail_px: float, side_px: int = SIDE_PX
) -> NDArray[np.uint8]:
    """Cut a part out of a picture.

    Args:
        picture: uint8 (height, width).
        map_: float64 (3, 3), from shares of the part to shares of the picture.
        detail_px: Side in pixels whose detail is kept; finer detail, which a smaller copy lacks,
            is no motion.
        side_px: Side of the result.

    Returns:
        uint8 (side_px, side_px).
    """
    part_px = float(np.hypot(*(map_[:2, :2] * np.array(picture.shape[::-1])[:, None])).max())
    if detail_px < min(part_px, side_px):
        picture = _reduced(picture, detail_px / part_px)
    return np.asarray(warped(picture, map_, side_px, cv2.INTER_CUBIC), np.uint8)


def as_square(picture: NDArray[np.uint8], detail_px: float) -> NDArray[np.uint8]:
    """Do the same as `cut_out` with all of a picture, in a fraction of the time.

    Args:
        picture: uint8 (height, width).
        detail_px: See `cut_out`.

    Returns:
        uint8 (`SIDE_PX`, `SIDE_PX`).
    """
    longer_px = max(picture.shape)
    if detail_px < min(longer_px, SIDE_PX):
        picture = _reduced(picture, detail_px / longer_px)
    square = cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(square, np.uint8)


def _reduced(picture: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    height_px, width_px = (math.ceil(side_px * share) for side_px in picture.shape)
    image = Image.fromarray(picture)
    return np.asarray(image.resize((width_px, height_px), Image.Resampling.HAMMING))


def most_motion_px(detail_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Greatest motion that counts as none, (n,), by the side of the smaller copy in pixels."""
    most: NDArray[np.float64] = np.maximum(MOST_MOTION_PX, _MOST_OF_A_PIXEL * SIDE_PX / detail_px)
    return most


def prepared(part: NDArray[np.uint8]) -> Floats:
    """Even out the result of `cut_out`, float32 (side, side), once for all comparisons."""
    even: Floats = evened(part[None], _COARSE_SIGMA_PX, _EVENING_SIGMA_PX)[0]
    return even


def motion_px(ours: Floats, theirs: Floats) -> float:
    """Measure the displacement of windows between two registered pictures.

    Args:
        ours: float32 (side, side), result of `prepared`.
        theirs: float32 (side, side), likewise.

    Returns:
        90th percentile over the windows with enough structure; 0 if there is none.
    """
    mean = (ours + theirs) * np.float32(0.5)
    across, down = np.zeros_like(mean), np.zeros_like(mean)
    across[:, 1:-1] = (mean[:, 2:] - mean[:, :-2]) * np.float32(0.5)
    down[1:-1] = (mean[2:] - mean[:-2]) * np.float32(0.5)
    change = theirs - ours
    # A window at every second pixel is enough.
    products: Floats = np.stack(
        [
            cv2.resize(product, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            for product in (
                *(across * across, down * down, across * down),
                *(across * change, down * change),
            )
        ]
    )
    xx, yy, xy, x_change, y_change = window_means(products, _WINDOW_PX)
    half_trace = (xx + yy) * np.float32(0.5)
    determinant = xx * yy - xy * xy
    root = np.sqrt(np.maximum(half_trace * half_trace - determinant, 0))
    divisor = determinant + np.float32(_DAMPING) * half_trace * half_trace * 4 + np.float32(1e-6)
    x = (yy * x_change - xy * y_change) / divisor
    y = (xx * y_change - xy * x_change) / divisor
    inner = slice(_WINDOW_PX // 2, -(_WINDOW_PX // 2))
    tells = (half_trace - root)[inner, inner] > _LEAST_EIGENVALUE
    lengths = np.hypot(x[inner, inner][tells], y[inner, inner][tells])
    if len(lengths) < _LEAST_WINDOWS:
        return 0.0
    tenth = len(lengths) * 9 // 10
    return float(np.partition(lengths, tenth)[tenth])
