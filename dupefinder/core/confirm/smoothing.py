"""Filters for many small pictures; beyond its edges each of them is mirrored."""

import math
from functools import lru_cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FINE_SIGMA_PX = 1.0
_REDUCTIONS = (4, 2)
_LEAST_SIGMA_PX = 2.0
"""Least sigma in pixels of a reduced picture; such a smooth picture loses nothing by reduction."""
_NOISE_VARIANCE = 9.0
"""Variance of the band-passed grey below which contrast is noise and is not lifted."""


def blurred(values: Floats, sigma_px: float) -> Floats:
    """Smooth pictures (n, side, side) by a Gaussian that ends at three sigmas.

    Wide Gaussians are applied to a reduced picture, which lacks only detail that they would remove.
    The side has to be divisible by the reduction, so that it is mirrored at the same edges.
    """
    side_px = values.shape[-1]
    factor = next(
        (one for one in _REDUCTIONS if sigma_px >= one * _LEAST_SIGMA_PX and side_px % one == 0), 1
    )
    # Reducing by means and going back between two of them smooths a little, too.
    own_variance = (factor**2 - 1) / 12 + (factor**2 - 1) / 6
    kernel = _gaussian(math.sqrt(sigma_px**2 - own_variance) / factor)
    size_px = (side_px // factor, side_px // factor)
    result = np.empty(values.shape, np.float32)
    smooth = partial(
        cv2.sepFilter2D, ddepth=cv2.CV_32F, kernelX=kernel, kernelY=kernel,
        borderType=cv2.BORDER_REFLECT,
    )  # fmt: skip
    for one, its in zip(values, result, strict=True):
        if factor == 1:
            smooth(one, dst=its)
            continue
        small = cv2.resize(one, size_px, interpolation=cv2.INTER_AREA)
        cv2.resize(smooth(small), (side_px, side_px), dst=its, interpolation=cv2.INTER_LINEAR)
    return result


def window_means(values: Floats, window_px: int) -> Floats:
    """Means over a square window around each place of pictures (n, side, side)."""
    size_px = (window_px, window_px)
    result = np.empty(values.shape, np.float32)
    for one, its in zip(values, result, strict=True):
        cv2.boxFilter(one, cv2.CV_32F, size_px, dst=its, borderType=cv2.BORDER_REFLECT)
    return result


def block_means(values: Floats, block_px: int) -> Floats:
    """Means over the square blocks of pictures (n, side, side), whose side is divisible by theirs.

    Returns:
        float32 (n, side / block_px, side / block_px).
    """
    if block_px == 1:
        return values
    count, side_px, _ = values.shape
    blocks = side_px // block_px
    result = np.empty((count, blocks, blocks), np.float32)
    for one, its in zip(values, result, strict=True):
        cv2.resize(one, (blocks, blocks), dst=its, interpolation=cv2.INTER_AREA)
    return result


def evened(greys: NDArray[np.uint8] | Floats, coarse_px: float, evening_px: float) -> Floats:
    """Band-pass pictures and even their contrast out, so that other tones look alike.

    Args:
        greys: uint8 or float32 (n, side, side).
        coarse_px: Sigma of the details that are left out because they are too large.
        evening_px: Sigma of the surroundings whose contrast is made one.

    Returns:
        float32 (n, side, side).
    """
    values: Floats = greys.astype(np.float32, copy=False)
    band = blurred(values, _FINE_SIGMA_PX)
    band -= blurred(values, coarse_px)
    variance = blurred(band * band, evening_px)
    even: Floats = band / np.sqrt(variance + np.float32(_NOISE_VARIANCE))
    return even


@lru_cache(maxsize=16)
def _gaussian(sigma_px: float) -> NDArray[np.float64]:
    reach_px = round(3 * sigma_px)
    weights = np.exp(-0.5 * (np.arange(-reach_px, reach_px + 1) / sigma_px) ** 2)
    kernel: NDArray[np.float64] = weights / weights.sum()
    return kernel
