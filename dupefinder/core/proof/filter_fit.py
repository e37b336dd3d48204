"""Joint fit of the small filter, the shift and the scale that turn one picture into another.

Sources: B. D. Lucas and T. Kanade, "An Iterative Image Registration Technique with an Application
to Stereo Vision", 1981; for leaving out what agrees least, P. J. Rousseeuw, "Least Median of
Squares Regression", 1984 (least trimmed squares).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.full_picture import Levels

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_DRAWN = 80_000
_SAMPLES = 20_000
_SEED = 0
_WIDE_SIGMAS_PX = (1.0, 1.8, 3.2)
_NEAR = 9
_FILTERS = _NEAR + len(_WIDE_SIGMAS_PX)
_SCALES, _OFFSET = slice(_FILTERS, _FILTERS + 2), _FILTERS + 2
ROUNDS = 3
_KEPT_SHARE = 0.99
_LEAST_UNCLIPPED = 2_000
_STRIP_PX = 256
_REACH_PX = 14
"""Reach of the filter: four standard deviations of the widest mean."""
_LEAST_WEIGHT = 5e-4
"""Least weight of a filter; a smaller one changes no pixel by an eighth of a level."""
_LEAST_LEVELS = 2.5
_HALF_RANGE = 128


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter for a whole picture, small and smooth, and an offset.

    Attributes:
        weights: float32 (12,), weights of 3 × 3 pixels, then of three means of growing width.
        offset: Grey levels to be added.
        middle: Grey level that the weights do not change.
    """

    weights: Floats
    offset: float
    middle: float

    @property
    def gain(self) -> float:
        """Gain of large areas; 1 where contrast is kept."""
        return float(self.weights.sum())

    @property
    def most_levels(self) -> float:
        """About the greatest change of any pixel, in levels."""
        identity = np.zeros_like(self.weights)
        identity[_NEAR // 2] = 1
        moved = float(np.abs(self.weights - identity).sum())
        return moved * _HALF_RANGE + abs(self.offset)

    @property
    def does_nothing(self) -> bool:
        """True where it changes hardly any level."""
        return self.most_levels < _LEAST_LEVELS

    def response(self, cycles_per_px: float) -> float:
        """Gain of a frequency, equal along rows and columns; 1 where detail is kept."""
        wave = np.cos(2 * np.pi * cycles_per_px * np.array((-1, 0, 1)))
        near = self.weights[:_NEAR].reshape(3, 3)
        across = float((near.sum(axis=0) * wave).sum())
        down = float((near.sum(axis=1) * wave).sum())
        sigmas = np.array(_WIDE_SIGMAS_PX)
        wide = np.exp(-2 * (np.pi * cycles_per_px * sigmas) ** 2) * self.weights[_NEAR:]
        return (across + down) / 2 + float(wide.sum())

    def apply(self, luma: Levels) -> Levels:
        """Filter uint8 (height, width)."""
        near = self.weights[:_NEAR].reshape(3, 3)
        wide = zip(_WIDE_SIGMAS_PX, self.weights[_NEAR:].tolist(), strict=True)
        means = [(sigma_px, weight) for sigma_px, weight in wide if abs(weight) > _LEAST_WEIGHT]
        # A constant passes as a factor; the result is rounded, and clipped at black and white.
        shift = self.offset + self.middle * (1 - self.gain)
        filtered = np.empty_like(luma)
        for inner, around in _strips(len(luma)):
            values = luma[around].astype(np.float32)
            result = cv2.filter2D(values, -1, near, borderType=cv2.BORDER_REPLICATE)
            for sigma_px, weight in means:
                result = cv2.scaleAdd(_mean(values, sigma_px), weight, result)
            moved = cv2.addWeighted(result, 1, result, 0, shift, dtype=cv2.CV_8U)
            levels = np.asarray(moved, np.uint8).reshape(values.shape)
            filtered[inner] = levels[inner.start - around.start :][: inner.stop - inner.start]
        return filtered


def _strips(high: int) -> Iterator[tuple[slice, slice]]:
    """Strips of rows, and the same with the margins that a filter reaches."""
    for top in range(0, high, _STRIP_PX):
        bottom = min(top + _STRIP_PX, high)
        yield slice(top, bottom), slice(max(top - _REACH_PX, 0), min(bottom + _REACH_PX, high))


def _mean(values: Floats, sigma_px: float) -> Floats:
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32
    )


def fit_filter(
    target: Levels, luma: Levels
) -> tuple[Filter, tuple[float, float], tuple[float, float]]:
    """Fit a filter, a shift and a scale that turn one luma into another.

    Args:
        target: uint8 (height, width).
        luma: uint8 (height, width).

    Returns:
        The filter; how far to the right and down in `luma` each place of `target` lies, in
        pixels; and how much farther that is at the right and lower edge than in the middle.
    """
    terms, values = _sampled_terms(target, luma)
    middle = float(terms[:_FILTERS].mean())
    terms[:_FILTERS] -= middle
    values -= middle
    count = len(terms)
    prior = np.zeros(count)
    prior[_NEAR // 2] = 1
    solution = prior
    # Values clipped at black and white carry no information about the filter.
    unclipped = (values > 1 - middle) & (values < 254 - middle)
    if np.count_nonzero(unclipped) < _LEAST_UNCLIPPED:
        unclipped = np.ones(len(values), np.bool_)
    all_normal, all_aim = terms @ terms.T, terms @ values
    kept = unclipped
    for _ in range(ROUNDS):
        # Far fewer are left out than kept.
        without = terms[:, ~kept]
        normal = all_normal - without @ without.T
        aim = all_aim - without @ values[~kept]
        # With little detail many filters fit equally; the one nearest to none is taken.
        weight = np.full(count, float(np.count_nonzero(kept)))
        weight[_SCALES] *= 0.01
        weight[_OFFSET] = 1e-6
        answer = np.linalg.solve(normal + np.diag(weight), aim + weight * prior)
        solution = np.asarray(answer, np.float64)
        errors = np.abs(values - solution @ terms)
        last = max(int(len(errors) * _KEPT_SHARE) - 1, 0)
        kept = unclipped & (errors <= max(float(np.partition(errors, last)[last]), 1.0))
    near = solution[:_NEAR].reshape(3, 3)
    gain = float(solution[:_FILTERS].sum()) or 1.0
    shifts = (
        float((near[:, 2] - near[:, 0]).sum()) / gain,
        float((near[2] - near[0]).sum()) / gain,
    )
    across, down = solution[_SCALES]
    weights = solution[:_FILTERS].astype(np.float32)
    fitted = Filter(weights, float(solution[_OFFSET]), middle)
    return fitted, shifts, (float(across) / gain, float(down) / gain)


def _sampled_terms(target: Levels, luma: Levels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Terms of the fit at a sample of places, (15, n), and the target there, (n,)."""
    high, wide = target.shape
    rows, columns = _sampled_places(luma)
    # An edge of one pixel, so that every place has neighbours.
    values = np.asarray(cv2.copyMakeBorder(luma, 1, 1, 1, 1, cv2.BORDER_REPLICATE)).ravel()
    places = (rows + 1) * (wide + 2) + columns + 1
    terms = np.empty((_OFFSET + 1, len(rows)), np.float64)
    for number, (down, across) in enumerate(np.ndindex(3, 3)):
        terms[number] = values[places + ((down - 1) * (wide + 2) + across - 1)]
    for inner, around in _strips(high):
        some = np.flatnonzero((rows >= inner.start) & (rows < inner.stop))
        if len(some):
            plain = luma[around].astype(np.float32)
            at = (rows[some] - around.start) * wide + columns[some]
            for number, sigma_px in enumerate(_WIDE_SIGMAS_PX, _NEAR):
                terms[number, some] = _mean(plain, sigma_px).ravel()[at]
    terms[_FILTERS] = (columns / wide - 0.5) * (terms[5] - terms[3])
    terms[_FILTERS + 1] = (rows / high - 0.5) * (terms[7] - terms[1])
    terms[_OFFSET] = 1
    return terms, target.ravel()[rows * wide + columns].astype(np.float64)


def _sampled_places(luma: Levels) -> tuple[Indices, Indices]:
    """Rows and columns of a sample of places: those with most detail among random ones."""
    high, wide = luma.shape
    rows, columns, at, before = _drawn_places(high, wide)
    # Flat places carry no information about a filter, and a page of text has few others.
    levels = luma.ravel()
    steps = np.abs(levels[at].astype(np.int16) - levels[before])
    if len(at) > _SAMPLES:
        reached = np.bincount(steps, minlength=256)[::-1].cumsum()[::-1]
        least = int(np.count_nonzero(reached >= _SAMPLES)) - 1
        above, equal = np.flatnonzero(steps > least), np.flatnonzero(steps == least)
        chosen = np.concatenate((above, equal[len(equal) - _SAMPLES + len(above) :]))
        rows, columns = rows[chosen], columns[chosen]
    return rows, columns


@lru_cache(maxsize=8)
def _drawn_places(high: int, wide: int) -> tuple[Indices, Indices, Indices, Indices]:
    """Rows and columns of a random sample; their places, and those up to the left of them."""
    inner_high, inner_wide = max(high - 4, 1), max(wide - 4, 1)
    count = min(_DRAWN, inner_high * inner_wide)
    places = np.random.default_rng(_SEED).integers(0, inner_high * inner_wide, count)
    rows, columns = np.divmod(places, inner_wide)
    rows, columns = np.minimum(rows + 2, high - 1), np.minimum(columns + 2, wide - 1)
    at = rows * wide + columns
    return rows, columns, at, (at - wide - 1) % (high * wide)
