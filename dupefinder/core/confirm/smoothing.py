"""Separable filters as matrices: many small pictures are smoothed by two products."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FINE_SIGMA_PX = 1.0
_NOISE_VARIANCE = 9.0
"""Where the band-passed grey varies by less, contrast is noise and is not lifted."""


def smoothed(values: Floats, matrix: Floats) -> Floats:
    """Apply a separable filter, given as the matrix of one direction, to (n, side, side)."""
    product: Floats = np.matmul(np.matmul(matrix, values), matrix.T)
    return product


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
    side_px = values.shape[-1]
    band = smoothed(values, gaussian(side_px, _FINE_SIGMA_PX))
    band -= smoothed(values, gaussian(side_px, coarse_px))
    variance = smoothed(band * band, gaussian(side_px, evening_px))
    even: Floats = band / np.sqrt(variance + np.float32(_NOISE_VARIANCE))
    return even


@lru_cache(maxsize=16)
def gaussian(side_px: int, sigma_px: float) -> Floats:
    """Matrix (side, side) of a Gaussian that ends at three sigmas."""
    reach_px = round(3 * sigma_px)
    offsets = np.arange(-reach_px, reach_px + 1)
    return _filter_matrix(side_px, np.exp(-0.5 * (offsets / sigma_px) ** 2))


@lru_cache(maxsize=8)
def box(side_px: int, window_px: int) -> Floats:
    """Matrix (side, side) of the mean over a window."""
    return _filter_matrix(side_px, np.ones(window_px))


def _filter_matrix(side_px: int, weights: NDArray[np.float64]) -> Floats:
    """Build the matrix of a symmetric filter whose picture is mirrored beyond its edges."""
    places = np.arange(side_px)[:, None] + np.arange(len(weights)) - len(weights) // 2
    mirrored = np.where(places < 0, -1 - places, places)
    mirrored = np.where(mirrored >= side_px, 2 * side_px - 1 - mirrored, mirrored)
    matrix = np.zeros((side_px, side_px))
    np.add.at(matrix, (np.arange(side_px)[:, None], mirrored), weights / weights.sum())
    return matrix.astype(np.float32)
