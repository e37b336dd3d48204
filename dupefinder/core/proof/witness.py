"""A second, independent comparison of two pictures in every place.

It knows nothing of encoders, fits no filter and tolerates no noise. Where one of the two has strong
structure, the other must have it, too; and where both are calm, they must have the same brightness
and colour. It misses small changes, but its findings do not depend on thresholds. It must agree to
each removal, after the proof.

Source: normalised cross-correlation over windows as in J. P. Lewis, "Fast Normalized
Cross-Correlation", 1995.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import PALETTE
from dupefinder.core.proof.colours import in_colours_of, median_gap
from dupefinder.core.proof.full_picture import (
    BLACK,
    WHITE,
    FullPicture,
    channels_of,
    to_levels,
)
from dupefinder.core.proof.registration import Place, Placed, place_on

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

MOST_UNLIKE_PLACES = 10
"""Most places that mere encoding leaves unlike; most visible changes make more."""

_FINE_SIGMA_PX = 1.0
_COARSE_SIGMA_PX = 5.0
_WINDOW_PX = 9
_STRONG_VARIANCE = 150.0
_UNLIKE = 0.35
_ROUNDING_VARIANCE = 5.0
_BAND_WEIGHTS = 1.7
"""Sum of the weights of `_band`, each without its sign; rounded up."""
_STRIP_PX = 1024
_BORDER_PX = 24
_LEVEL_WINDOW_PX = 7
_LUMA_LEVELS = 5.2
_CHROMA_LEVELS = 6.4
"""Most difference of the means over a window where both pictures are even. Of 309 pairs that were
only saved again, this stops 4, and unlike structure 3."""
_HIDING_SLOPE = 4.0
"""Slope in levels from pixel to pixel that hides twice as much: by an edge that is shifted
by a part of a pixel, or is sharper."""


def shows_the_same(goes: FullPicture, stays: FullPicture, place: Place = place_on) -> bool:
    """True if two pictures are unlike in no more places than mere encoding leaves.

    Args:
        goes: The one picture.
        stays: The other, as for `unlike_places`.
        place: Likewise.
    """
    return unlike_places(goes, stays, place) <= MOST_UNLIKE_PLACES


def unlike_places(goes: FullPicture, stays: FullPicture, place: Place = place_on) -> int:
    """Count the places in which two pictures of one shape do not show the same.

    Args:
        goes: The one picture.
        stays: The other; it is resampled to the size of the first.
        place: Resamples it. Before a removal nothing is shared with the proof, not even this.

    Returns:
        Number of pixels around which a window correlates too little, or has another level.
    """
    if goes.alpha is not None or stays.alpha is not None:
        # Colours under full transparency are not shown.
        return max(
            unlike_places(goes.over(ground), stays.over(ground), place) for ground in (WHITE, BLACK)
        )
    goes = goes.laid_as(stays.orientation) if not goes.is_jpeg else goes
    placed = place(stays, goes)
    if goes.steps is PALETTE:
        return _count_in_palette(goes, placed)
    count = _count(goes.luma, (placed.luma,), _LUMA_LEVELS, by_structure=True)
    if goes.chroma is not None and placed.chroma is not None:
        for ours, theirs in zip(goes.chroma, placed.chroma, strict=True):
            count += _count(ours, (theirs,), _CHROMA_LEVELS, by_structure=False)
    return count


def _count_in_palette(goes: FullPicture, placed: Placed) -> int:
    """Count the unlike places of a picture with a palette, which may lack the colours of some.

    A place is unlike if its brightness is neither that of the other picture nor of that one in the
    same colours.
    """
    lumas = [placed.luma]
    if _count(goes.luma, lumas, _LUMA_LEVELS, by_structure=True) > MOST_UNLIKE_PLACES:
        in_few = to_levels(in_colours_of(goes.colours(), placed.colours()))
        lumas.append(channels_of(in_few)[0])
    return _count(goes.luma, lumas, _LUMA_LEVELS, by_structure=True)


def _count(ours: Levels, theirs: Sequence[Levels], levels: float, *, by_structure: bool) -> int:
    """Count the places in which a plane is unlike each of some others."""
    high = ours.shape[0]
    median = median_gap(ours, theirs[0])
    count = 0
    for top in range(0, high, _STRIP_PX):
        first, last = max(top - _BORDER_PX, 0), min(top + _STRIP_PX + _BORDER_PX, high)
        one = ours[first:last]
        unlike = np.ones(one.shape, np.bool_)
        for other in (plane[first:last] for plane in theirs):
            is_apart = _apart(one, other, median, levels)
            unlike &= is_apart | _unlike(one, other) if by_structure else is_apart
        count += int(np.count_nonzero(unlike[top - first :][:_STRIP_PX]))
    return count


def _apart(ours: Levels, theirs: Levels, median: float, levels: float) -> NDArray[np.bool_]:
    """Find around which pixels the means of two planes differ more than their slopes hide."""
    difference = cv2.subtract(ours, theirs, dtype=cv2.CV_16S)
    gaps = np.abs(_mean(difference, _LEVEL_WINDOW_PX) - np.float32(median))
    if gaps.max() <= levels:  # slopes only hide more
        return np.zeros(gaps.shape, np.bool_)
    slopes = np.minimum(_slopes(ours), _slopes(theirs))
    hidden = 1 + np.sqrt(_mean(slopes, 2 * _LEVEL_WINDOW_PX + 1)) / np.float32(_HIDING_SLOPE)
    return np.asarray(gaps > levels * hidden)


def _slopes(values: Levels) -> Floats:
    """Squared gradients, in levels from pixel to pixel."""
    across, down = (cv2.Sobel(values, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    return np.asarray(across * across + down * down, np.float32)


def _unlike(ours: Levels, theirs: Levels) -> NDArray[np.bool_]:
    """Find around which pixels the structure of two planes correlates too little."""
    if not _may_be_unlike(ours, theirs):
        return np.zeros(ours.shape, np.bool_)
    bands = [_band(values.astype(np.float32)) for values in (ours, theirs)]
    means = [_mean(band) for band in bands]
    variances = [_mean(band * band) - mean * mean for band, mean in zip(bands, means, strict=True)]
    covariance = _mean(bands[0] * bands[1]) - means[0] * means[1]
    strong = np.maximum(variances[0], variances[1]) > _STRONG_VARIANCE
    bound = _UNLIKE * np.sqrt(np.maximum(variances[0] * variances[1], 1e-6))
    return np.asarray(strong & (covariance < bound))


def _may_be_unlike(ours: Levels, theirs: Levels) -> bool:
    """False if no window can correlate too little, found at a fraction of the cost.

    Of two windows with the variances v and w the difference has the variance v + w - 2c. With a
    covariance c below r·sqrt(v·w), which is r·(v + w)/2 at most, it has more than (1 - r)·(v + w).
    And a filter whose weights, without their signs, add up to s makes the mean square of no window
    larger than s² times the largest one there was before.
    """
    least = (1 - _UNLIKE) * _STRONG_VARIANCE - _ROUNDING_VARIANCE
    window = (_WINDOW_PX, _WINDOW_PX)
    squares = cv2.sqrBoxFilter(cv2.absdiff(ours, theirs), cv2.CV_32F, window)
    if np.max(squares) * _BAND_WEIGHTS**2 <= least:
        return False
    difference = _band(np.asarray(cv2.subtract(ours, theirs, dtype=cv2.CV_32F), np.float32))
    return bool(_mean(difference * difference).max() > least)


def _band(values: Floats) -> Floats:
    """The structure of a plane: without its noise and its slow changes."""
    coarse = cv2.GaussianBlur(values, (0, 0), _COARSE_SIGMA_PX)
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _FINE_SIGMA_PX) - coarse)


def _mean(values: NDArray[np.floating | np.integer], window_px: int = _WINDOW_PX) -> Floats:
    return np.asarray(cv2.boxFilter(values, cv2.CV_32F, (window_px, window_px)), np.float32)
