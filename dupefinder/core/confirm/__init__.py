"""Similarity of the two pictures of a candidate pair, and the evidence that it gives.

Two perceptual hashes a few bits apart may be two moments of a burst. Local structure distinguishes
them from two copies of one exposure: a copy correlates with its original in every small window with
any texture, while between two exposures something always moved. The measure is the local normalised
cross-correlation of the band-passed greys; its low percentiles speak for the worst windows.

Source: normalised cross-correlation over windows as in Lewis, "Fast Normalized
Cross-Correlation", 1995; the band-pass is a difference of Gaussians (Marr and Hildreth, 1980).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.smoothing import Floats, block_means, blurred, window_means
from dupefinder.core.records import Evidence

CONFIRM_VERSION = 9
"""Version of stored verdicts; raised whenever one would be different."""

FLAT_CONTRAST = 4.0
"""Grey levels of standard deviation below which a picture is near-flat (a blank page, a black
frame, a plain sky): nothing in it could confirm a match, so bytes or pixels must agree."""

_WINDOW_PX = 13
_MARGIN_PX = _WINDOW_PX // 2
_FINE_SIGMA_PX = 1.0
_COARSE_SIGMA_PX = 6.0
_TEXTURE_VARIANCE = 4.0
"""Variance of the band-passed grey from which a window counts as textured."""
_TEXTURE_SHARE_OF_MEAN = 0.05
_LEAST_TEXTURED_WINDOWS = 50
_TONE_BLOCK_PX = 12
_PATCH_PX = 6
_SURROUNDINGS_PX = 25

SAME_EXPOSURE_WORST = 0.50
SAME_EXPOSURE_LOW = 0.60
"""An edited copy reaches one of these (2nd and 5th percentile of the local correlation). On
the development photos, pairs of different exposures reach at most 0.44 and 0.53."""

RE_ENCODED_WORST = 0.85
RE_ENCODED_TONE = 5.0
RE_ENCODED_PATCH = 4.3
RE_ENCODED_CHROMA_MEAN = 1.5
RE_ENCODED_CHROMA_MOST = 18.0
"""A re-encoded copy keeps structure, brightness and colour: the 2nd percentile of its local
correlation, the largest difference of block means, the largest difference of a small patch
from its surroundings (a sticker, a watermark), both in grey levels, and the mean and the
largest difference of chroma, stay within these."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Likeness of n pairs of pictures.

    Attributes:
        worst: float32 (n,), 2nd percentile of the local correlation; NaN without texture.
        low: float32 (n,), 5th percentile of the local correlation.
        tone: float32 (n,), largest difference of 12 × 12 block means, in grey levels.
        patch: float32 (n,), largest difference of a 6 × 6 patch, in grey levels, less the
            difference of its surroundings.
        chroma_mean: float32 (n,), mean difference of chroma, in levels.
        chroma_most: float32 (n,), largest difference of chroma, in levels.
    """

    worst: Floats
    low: Floats
    tone: Floats
    patch: Floats
    chroma_mean: Floats
    chroma_most: Floats


@dataclass(frozen=True, slots=True)
class Structure:
    """Structure of n pictures, measured once for all comparisons.

    Attributes:
        bands: float32 (n, side, side), results of `band_pass`.
        means: float32 (n, side, side), means of the window around each place.
        variances: float32 (n, side, side), variances of these windows.
        is_textured: bool (n, side, side), windows with any texture.
    """

    bands: Floats
    means: Floats
    variances: Floats
    is_textured: NDArray[np.bool_]

    @classmethod
    def of(cls, greys: Floats) -> "Structure":
        """Measure pictures, float32 (n, side, side)."""
        bands = band_pass(greys)
        means = window_means(bands, _WINDOW_PX)
        variances = window_means(bands * bands, _WINDOW_PX) - means * means
        return cls(bands, means, variances, _textured(variances))

    @classmethod
    def joined(cls, parts: Iterable["Structure"]) -> "Structure":
        """The structures of some pictures and of further ones, in this order."""
        some = list(parts)
        return cls(
            np.concatenate([one.bands for one in some]),
            np.concatenate([one.means for one in some]),
            np.concatenate([one.variances for one in some]),
            np.concatenate([one.is_textured for one in some]),
        )

    def at(self, places: NDArray[np.int64]) -> "Structure":
        """The structure of some of the pictures, in this order."""
        return Structure(
            self.bands[places],
            self.means[places],
            self.variances[places],
            self.is_textured[places],
        )


def band_pass(values: Floats) -> Floats:
    """Keep the details between the noise of encoding and the large gradients.

    Args:
        values: float32 (n, side, side), greys.

    Returns:
        float32 (n, side, side).
    """
    return blurred(values, _FINE_SIGMA_PX) - blurred(values, _COARSE_SIGMA_PX)


def measure_likeness(
    greys_a: NDArray[np.uint8],
    greys_b: NDArray[np.uint8],
    chroma_a: NDArray[np.uint8],
    chroma_b: NDArray[np.uint8],
    structures: tuple[Structure, Structure] | None = None,
) -> Likeness:
    """Compare n pairs of registered pictures.

    Args:
        greys_a: uint8 (n, side, side).
        greys_b: uint8 (n, side, side), turned to fit `greys_a`.
        chroma_a: uint8 (n, 2, c, c).
        chroma_b: uint8 (n, 2, c, c), turned likewise.
        structures: Structures of the greys, if they were measured already.
    """
    if structures is None:
        structures = _structure_of_levels(greys_a), _structure_of_levels(greys_b)
    worst, low = correlation(*structures)
    difference = greys_a.astype(np.float32) - greys_b
    surroundings = window_means(difference, _SURROUNDINGS_PX)
    chroma = np.abs(chroma_a.astype(np.float32) - chroma_b)
    return Likeness(
        worst=worst,
        low=low,
        tone=_largest_block_mean(difference, _TONE_BLOCK_PX),
        patch=_largest_block_mean(difference - surroundings, _PATCH_PX),
        chroma_mean=chroma.mean(axis=(1, 2, 3)),
        chroma_most=chroma.max(axis=(1, 2, 3)),
    )


def local_correlation(greys_a: Floats, greys_b: Floats) -> tuple[Floats, Floats]:
    """Compare the structure of n pairs of registered pictures, window by window.

    Args:
        greys_a: float32 (n, side, side).
        greys_b: Same shape as `greys_a`.

    Returns:
        2nd and 5th percentile over the windows with any texture, float32 (n,) each; NaN if there
        are hardly any.
    """
    return correlation(Structure.of(greys_a), Structure.of(greys_b))


def correlation(ours: Structure, theirs: Structure) -> tuple[Floats, Floats]:
    """`local_correlation` of n pairs of pictures whose structure is known."""
    covariance = window_means(ours.bands * theirs.bands, _WINDOW_PX) - ours.means * theirs.means
    values = covariance / np.sqrt(np.maximum(ours.variances * theirs.variances, 1e-6))
    is_textured = ours.is_textured | theirs.is_textured
    inner = (slice(None), slice(_MARGIN_PX, -_MARGIN_PX), slice(_MARGIN_PX, -_MARGIN_PX))
    return _low_percentiles(values[inner], is_textured[inner])


def _structure_of_levels(greys: NDArray[np.uint8]) -> Structure:
    return Structure.of(greys.astype(np.float32))


def _largest_block_mean(difference: Floats, block_px: int) -> Floats:
    return np.asarray(np.abs(block_means(difference, block_px)).max(axis=(1, 2)), np.float32)


def _textured(variance: Floats) -> NDArray[np.bool_]:
    floor = np.maximum(
        _TEXTURE_VARIANCE, _TEXTURE_SHARE_OF_MEAN * variance.mean(axis=(1, 2), keepdims=True)
    )
    return np.asarray(variance > floor)


def _low_percentiles(correlation: Floats, textured: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """2nd and 5th percentile over the textured windows of each pair."""
    count = len(correlation)
    places = correlation.shape[1] * correlation.shape[2]
    windows = np.where(textured, correlation, np.float32(np.inf)).reshape(count, places)
    deepest = places * 5 // 100 + 1
    lowest = np.sort(np.partition(windows, deepest, axis=1)[:, : deepest + 1], axis=1)
    counted = textured.reshape(count, places).sum(axis=1)
    rows = np.arange(count)
    enough = counted >= _LEAST_TEXTURED_WINDOWS
    nothing = np.float32(np.nan)
    worst = np.where(enough, lowest[rows, counted * 2 // 100], nothing)
    low = np.where(enough, lowest[rows, counted * 5 // 100], nothing)
    return worst.astype(np.float32), low.astype(np.float32)


def judge(likeness: Likeness) -> NDArray[np.object_]:
    """The evidence of each pair by its similarity, orientation left aside.

    Args:
        likeness: Likeness of n pairs.

    Returns:
        Object array (n,) of `Evidence`: RE_ENCODED, EDITED or LOOK_ALIKE. The first holds
        only where the two pictures' shapes agree too, which greys do not show.
    """
    same_exposure = (likeness.worst >= SAME_EXPOSURE_WORST) | (likeness.low >= SAME_EXPOSURE_LOW)
    unchanged = (
        (likeness.worst >= RE_ENCODED_WORST)
        & (likeness.tone <= RE_ENCODED_TONE)
        & (likeness.patch <= RE_ENCODED_PATCH)
        & (likeness.chroma_mean <= RE_ENCODED_CHROMA_MEAN)
        & (likeness.chroma_most <= RE_ENCODED_CHROMA_MOST)
    )
    verdicts = np.empty(len(likeness.worst), dtype=object)
    verdicts[:] = Evidence.LOOK_ALIKE  # np.full would make a plain string of it
    verdicts[same_exposure] = Evidence.EDITED
    verdicts[unchanged] = Evidence.RE_ENCODED
    return verdicts


def same_shape(width_a_px: int, height_a_px: int, width_b_px: int, height_b_px: int) -> bool:
    """True if two sizes are those of one picture at two scales, up to rounding.

    Args:
        width_a_px: Width of the first.
        height_a_px: Height of the first.
        width_b_px: Width of the second, turned to fit the first.
        height_b_px: Height of the second, likewise.
    """
    one, other = width_a_px * height_b_px, height_a_px * width_b_px
    shortest_px = min(width_a_px, height_a_px, width_b_px, height_b_px)
    return max(one, other) / min(one, other) - 1 <= 0.01 + 1 / shortest_px
