"""Filters for many small pictures; beyond its edges each of them is mirrored."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FINE_SIGMA_PX = 1.0
_NOISE_VARIANCE = 9.0
"""Where the band-passed grey varies by less, contrast is noise and is not lifted."""


def blurred(values: Floats, sigma_px: float) -> Floats:
    """Smooth pictures (n, side, side) by a Gaussian that ends at three sigmas."""
    kernel = _gaussian(sigma_px)
    result = np.empty(values.shape, np.float32)
    for one, its in zip(values, result, strict=True):
        its[:] = cv2.sepFilter2D(one, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_REFLECT)
    return result


def window_means(values: Floats, window_px: int) -> Floats:
    """Means over a square window around each place of pictures (n, side, side)."""
    size_px = (window_px, window_px)
    result = np.empty(values.shape, np.float32)
    for one, its in zip(values, result, strict=True):
        its[:] = cv2.boxFilter(one, cv2.CV_32F, size_px, borderType=cv2.BORDER_REFLECT)
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
