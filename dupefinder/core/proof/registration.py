"""One picture on the grid of another: resampled, aligned to parts of a pixel, and filtered alike.

Copies are made by many programs. They resample with other filters, half a pixel aside, and sharpen
a little; all of that is one small change of place and one small filter for the whole picture. Both
are fitted together, by least squares over a sample of places. Places that agree least are left out,
so that what differs in one place does not bend the fit.

Sources: B. D. Lucas and T. Kanade, "An Iterative Image Registration Technique with an Application
to Stereo Vision", 1981; for leaving out what agrees least, P. J. Rousseeuw, "Least Median of
Squares Regression", 1984 (least trimmed squares).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.proof.full_picture import Chroma, FullPicture, Levels, to_levels

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_DRAWN = 80_000
_SAMPLES = 20_000
_SEED = 0
_WIDE_SIGMAS_PX = (1.0, 1.8, 3.2)
_NEAR = 9
_FILTERS = _NEAR + len(_WIDE_SIGMAS_PX)
_SCALES, _OFFSET = slice(_FILTERS, _FILTERS + 2), _FILTERS + 2
_ROUNDS = 3
_KEPT_SHARE = 0.99
_LEAST_UNCLIPPED = 2_000
_ALIGNED_SHIFT_PX = 0.1
_ALIGNED_SCALE_PX = 0.04
_MOST_SHIFT_PX = 1.6
"""Beyond, at the grid of the smaller picture, it is no resampling but a crop."""
_EDGE_PX = 6
_STRIP_PX = 256
_REACH_PX = 14
"""Farther than the widest mean reaches: four standard deviations."""
_REDUCING_GAP = 2.0
_LEAST_WEIGHT = 5e-4
"""Of a filter: less moves no pixel by an eighth of a level."""
_LEAST_LEVELS = 2.5
_HALF_RANGE = 128

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter for a whole picture, small and smooth, and an offset.

    Attributes:
        weights: float32 (12,): of 3 × 3 pixels, then of three wider and wider means.
        offset: Grey levels to be added.
        middle: Grey level that the weights leave as it is.
    """

    weights: Floats
    offset: float
    middle: float

    @property
    def gain(self) -> float:
        """Factor of large areas: 1 where contrast is kept."""
        return float(self.weights.sum())

    @property
    def most_levels(self) -> float:
        """By how many levels it changes any pixel at most, about."""
        identity = np.zeros_like(self.weights)
        identity[_NEAR // 2] = 1
        moved = float(np.abs(self.weights - identity).sum())
        return moved * _HALF_RANGE + abs(self.offset)

    @property
    def does_nothing(self) -> bool:
        """True where it changes hardly any level."""
        return self.most_levels < _LEAST_LEVELS

    def response(self, cycles_per_px: float) -> float:
        """Factor of a frequency, along rows and columns alike; 1 where detail is kept."""
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
        # Constants go through all of it as a factor; rounds, and cuts off at black and white.
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


@dataclass(slots=True, eq=False)
class Placed:
    """A picture on the grid of another; each of its channels is resampled when it is asked for.

    Attributes:
        source: The picture, lying as the grid does.
        size_px: Width and height of the grid.
        box: The part of the picture, in its pixels, that lies on the grid.
        filter: Makes its luma like that of the other; None before it was fitted.
    """

    source: FullPicture
    size_px: tuple[int, int]
    box: Box
    filter: Filter | None = None
    _luma: Levels | None = field(default=None, init=False, repr=False)
    _chroma: Chroma | None = field(default=None, init=False, repr=False)

    @property
    def luma(self) -> Levels:
        """uint8 (height, width)."""
        if self._luma is None:
            source = self.source.luma
            self._luma = source if self.is_whole else _resampled(source, self.size_px, self.box)
        return self._luma

    @property
    def chroma(self) -> Chroma | None:
        """Cr and Cb at half the size of the grid; None for greys."""
        source = self.source.chroma
        if source is None or self.is_whole:
            return source
        if self._chroma is None:
            half_px = (-(-self.size_px[0] // 2), -(-self.size_px[1] // 2))
            # The halves of both reach as far beyond an odd edge as they do.
            box = (self.box[0] / 2, self.box[1] / 2, self.box[2] / 2, self.box[3] / 2)
            grown = [half * 2 / side for half, side in zip(half_px, self.size_px, strict=True)]
            box = (
                *box[:2],
                box[0] + (box[2] - box[0]) * grown[0],
                box[1] + (box[3] - box[1]) * grown[1],
            )
            cr, cb = (_resampled(plane, half_px, box) for plane in source)
            self._chroma = cr, cb
        return self._chroma

    @property
    def levels(self) -> Levels:
        """uint8 (height, width, 3), or (height, width) for greys, as in `FullPicture`."""
        return self.source.levels if self.is_whole else to_levels(self.colours())

    def colours(self) -> Levels:
        """RGB levels, uint8 (height, width, 3), or greys."""
        colours = self.source.colours()
        return colours if self.is_whole else _resampled(colours, self.size_px, self.box)

    @property
    def is_whole(self) -> bool:
        """True where no pixel had to be resampled."""
        return self.source.size_px == self.size_px and self.box == (0.0, 0.0, *self.size_px)


def place_on(picture: FullPicture, grid: FullPicture) -> Placed:
    """Resample a picture to the grid of another, edge to edge."""
    source = picture.laid_as(grid.orientation)
    wide, high = source.size_px
    return Placed(source, grid.size_px, (0.0, 0.0, float(wide), float(high)))


def align(grid: FullPicture, placed: Placed) -> Placed:
    """Move a picture by parts of a pixel to where it lies best, and fit a filter to it.

    Args:
        grid: The other.
        placed: As `place_on` gave it.

    Returns:
        It with a filter; where more than a small move would be needed, it stays where it is.
    """
    wide, high = grid.size_px
    across, down = _box_size(placed.box)
    per_px = (across / wide, down / high)
    for _ in range(_ROUNDS - 1):
        placed.filter, shifts, scales = _fit(grid.luma, placed.luma)
        if max(np.abs(shifts)) < _ALIGNED_SHIFT_PX and max(np.abs(scales)) < _ALIGNED_SCALE_PX:
            return placed
        left, top, right, bottom = placed.box
        box = (
            left + (shifts[0] - scales[0]) * per_px[0],
            top + (shifts[1] - scales[1]) * per_px[1],
            right + (shifts[0] + scales[0]) * per_px[0],
            bottom + (shifts[1] + scales[1]) * per_px[1],
        )
        moved_px = np.abs(np.subtract(box, (0.0, 0.0, across, down)))
        if np.any(moved_px / np.array(per_px * 2) > _MOST_SHIFT_PX) or moved_px.max() > _EDGE_PX:
            return placed
        placed = Placed(placed.source, placed.size_px, box)
    placed.filter, _, _ = _fit(grid.luma, placed.luma)
    return placed


def _box_size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _resampled(pixels: Levels, size_px: tuple[int, int], box: Box) -> Levels:
    high, wide = pixels.shape[:2]
    if box[0] < 0 or box[1] < 0 or box[2] > wide or box[3] > high:
        edged = cv2.copyMakeBorder(pixels, *(_EDGE_PX,) * 4, cv2.BORDER_REPLICATE)
        pixels = np.asarray(edged, np.uint8)
        box = (box[0] + _EDGE_PX, box[1] + _EDGE_PX, box[2] + _EDGE_PX, box[3] + _EDGE_PX)
    # Of a much larger picture whole blocks are averaged first: several times faster, and alike.
    by = [
        max(int((last - first) / side / _REDUCING_GAP), 1)
        for first, last, side in ((box[0], box[2], size_px[0]), (box[1], box[3], size_px[1]))
    ]
    if max(by) > 1:
        high, wide = pixels.shape[:2]
        edges = 0, -high % by[1], 0, -wide % by[0]
        if any(edges):
            pixels = np.asarray(cv2.copyMakeBorder(pixels, *edges, cv2.BORDER_REPLICATE), np.uint8)
        reduced_px = pixels.shape[1] // by[0], pixels.shape[0] // by[1]
        pixels = np.asarray(cv2.resize(pixels, reduced_px, interpolation=cv2.INTER_AREA), np.uint8)
        box = (box[0] / by[0], box[1] / by[1], box[2] / by[0], box[3] / by[1])
    picture = Image.fromarray(pixels)
    return np.asarray(picture.resize(size_px, Image.Resampling.LANCZOS, box=box))


def _strips(high: int) -> Iterator[tuple[slice, slice]]:
    """Rows some at a time, and with those around them that a filter reaches."""
    for top in range(0, high, _STRIP_PX):
        bottom = min(top + _STRIP_PX, high)
        yield slice(top, bottom), slice(max(top - _REACH_PX, 0), min(bottom + _REACH_PX, high))


def _mean(values: Floats, sigma_px: float) -> Floats:
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32
    )


def _fit(target: Levels, luma: Levels) -> tuple[Filter, tuple[float, float], tuple[float, float]]:
    """Fit a filter, a shift and a scale that make one luma of another.

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
    # What was cut off at black and white tells nothing of the filter.
    unclipped = (values > 1 - middle) & (values < 254 - middle)
    if np.count_nonzero(unclipped) < _LEAST_UNCLIPPED:
        unclipped = np.ones(len(values), np.bool_)
    all_normal, all_aim = terms @ terms.T, terms @ values
    kept = unclipped
    for _ in range(_ROUNDS):
        # Far fewer are left out than kept.
        without = terms[:, ~kept]
        normal = all_normal - without @ without.T
        aim = all_aim - without @ values[~kept]
        # Where a picture has little detail, many filters do as well: the nearest to none is taken.
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
    """Rows and columns of a sample of places, where there is most to see among those drawn."""
    high, wide = luma.shape
    rows, columns, at, before = _drawn_places(high, wide)
    # Flat places tell nothing of a filter: of a page of text few others would be among them.
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
