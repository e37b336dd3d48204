"""One picture on the grid of another: resampled, aligned to parts of a pixel, and filtered alike.

Copies are made by many programs. They resample with other filters, half a pixel aside, and sharpen
a little; all of that is one small change of place and one small filter for the whole picture. Both
are fitted together, by least squares over a sample of places. Places that agree least are left out,
so that what differs in one place does not bend the fit.

Sources: B. D. Lucas and T. Kanade, "An Iterative Image Registration Technique with an Application
to Stereo Vision", 1981; for leaving out what agrees least, P. J. Rousseeuw, "Least Median of
Squares Regression", 1984 (least trimmed squares).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.proof.full_picture import (
    FullPicture,
    Levels,
    luma_of,
    to_levels,
    turned,
    turned_back,
)

Floats = NDArray[np.float32]

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
_REDUCING_GAP = 3.0

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

    def response(self, cycles_per_px: float) -> float:
        """Factor of a frequency, along rows and columns alike; 1 where detail is kept."""
        wave = np.cos(2 * np.pi * cycles_per_px * np.array((-1, 0, 1)))
        near = self.weights[:_NEAR].reshape(3, 3)
        across = float((near.sum(axis=0) * wave).sum())
        down = float((near.sum(axis=1) * wave).sum())
        sigmas = np.array(_WIDE_SIGMAS_PX)
        wide = np.exp(-2 * (np.pi * cycles_per_px * sigmas) ** 2) * self.weights[_NEAR:]
        return (across + down) / 2 + float(wide.sum())

    def apply(self, luma: Floats) -> Floats:
        """Filter float32 (height, width); levels stay within 0 and 255."""
        centred = luma - np.float32(self.middle)
        near = self.weights[:_NEAR].reshape(3, 3)
        result = cv2.filter2D(centred, -1, near, borderType=cv2.BORDER_REPLICATE)
        for sigma_px, weight in zip(_WIDE_SIGMAS_PX, self.weights[_NEAR:].tolist(), strict=True):
            result = cv2.scaleAdd(_mean(centred, sigma_px), weight, result)
        shifted = np.asarray(result, np.float32) + np.float32(self.offset + self.middle)
        return np.asarray(np.clip(shifted, 0, 255), np.float32)


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on the grid of another.

    Attributes:
        levels: uint8 (height, width, 3) or (height, width), as in `FullPicture`.
        box: The part of it, in its pixels, that lies on the grid.
        filter: Makes its luma like that of the other; None before it was fitted.
    """

    levels: Levels
    box: Box
    filter: Filter | None = None


def place_on(picture: FullPicture, grid: FullPicture) -> Placed:
    """Resample a picture to the grid of another, edge to edge."""
    colours = _in_position_of(picture, grid, resampled=True)
    high, wide = colours.shape[:2]
    box = (0.0, 0.0, float(wide), float(high))
    if (wide, high) == grid.size_px:
        levels = _in_position_of(picture, grid, resampled=False)
        return Placed(np.ascontiguousarray(levels), box)
    return Placed(to_levels(_resampled(colours, grid.size_px, box)), box)


def align(picture: FullPicture, grid: FullPicture, placed: Placed) -> Placed:
    """Move a picture by parts of a pixel to where it lies best, and fit a filter to it.

    Args:
        picture: The picture.
        grid: The other.
        placed: As `place_on` gave it.

    Returns:
        It with a filter; where more than a small move would be needed, it stays where it is.
    """
    target = luma_of(grid.levels)
    wide, high = grid.size_px
    across, down = _box_size(placed.box)
    per_px = (across / wide, down / high)
    for _ in range(_ROUNDS - 1):
        fitted, shifts, scales = _fit(target, luma_of(placed.levels))
        if max(np.abs(shifts)) < _ALIGNED_SHIFT_PX and max(np.abs(scales)) < _ALIGNED_SCALE_PX:
            return Placed(placed.levels, placed.box, fitted)
        left, top, right, bottom = placed.box
        box = (
            left + (shifts[0] - scales[0]) * per_px[0],
            top + (shifts[1] - scales[1]) * per_px[1],
            right + (shifts[0] + scales[0]) * per_px[0],
            bottom + (shifts[1] + scales[1]) * per_px[1],
        )
        moved_px = np.abs(np.subtract(box, (0.0, 0.0, across, down)))
        if np.any(moved_px / np.array(per_px * 2) > _MOST_SHIFT_PX) or moved_px.max() > _EDGE_PX:
            return Placed(placed.levels, placed.box, fitted)
        colours = _in_position_of(picture, grid, resampled=True)
        placed = Placed(to_levels(_resampled(colours, grid.size_px, box)), box)
    fitted, _, _ = _fit(target, luma_of(placed.levels))
    return Placed(placed.levels, placed.box, fitted)


def _in_position_of(picture: FullPicture, grid: FullPicture, *, resampled: bool) -> Levels:
    """A picture's pixels, laid as the other one lies in its file.

    Args:
        picture: The picture.
        grid: The other one.
        resampled: True for colours, which are resampled as other programs do it; else levels.
    """
    pixels = picture.colours() if resampled else picture.levels
    if picture.orientation == grid.orientation:
        return pixels
    return turned_back(turned(pixels, picture.orientation), grid.orientation)


def _box_size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _resampled(colours: Levels, size_px: tuple[int, int], box: Box) -> Levels:
    high, wide = colours.shape[:2]
    if box[0] < 0 or box[1] < 0 or box[2] > wide or box[3] > high:
        edged = cv2.copyMakeBorder(colours, *(_EDGE_PX,) * 4, cv2.BORDER_REPLICATE)
        colours = np.asarray(edged, np.uint8)
        box = (box[0] + _EDGE_PX, box[1] + _EDGE_PX, box[2] + _EDGE_PX, box[3] + _EDGE_PX)
    picture = Image.fromarray(colours)
    # Of a much larger picture whole blocks are averaged first: several times faster, and alike.
    return np.asarray(
        picture.resize(size_px, Image.Resampling.LANCZOS, box=box, reducing_gap=_REDUCING_GAP)
    )


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
    middle = float(terms[:, :_FILTERS].mean())
    terms[:, :_FILTERS] -= middle
    count = terms.shape[1]
    prior = np.zeros(count)
    prior[_NEAR // 2] = 1
    solution = prior
    # What was cut off at black and white tells nothing of the filter.
    unclipped = (values > 1) & (values < 254)
    if np.count_nonzero(unclipped) < _LEAST_UNCLIPPED:
        unclipped = np.ones(len(values), np.bool_)
    kept = unclipped
    for _ in range(_ROUNDS):
        ours = terms[kept]
        # Where a picture has little detail, many filters do as well: the nearest to none is taken.
        weight = np.full(count, float(len(ours)))
        weight[_SCALES] *= 0.01
        weight[_OFFSET] = 1e-6
        normal = ours.T @ ours + np.diag(weight)
        aim = ours.T @ (values[kept] - middle) + weight * prior
        solution = np.asarray(np.linalg.solve(normal, aim), np.float64)
        errors = np.abs(values - middle - terms @ solution)
        kept = unclipped & (errors <= max(float(np.quantile(errors, _KEPT_SHARE)), 1.0))
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
    """Terms of the fit at a sample of places, (n, 15), and the target there, (n,)."""
    high, wide = target.shape
    inner_high, inner_wide = max(high - 4, 1), max(wide - 4, 1)
    count = min(_DRAWN, inner_high * inner_wide)
    places = np.random.default_rng(_SEED).integers(0, inner_high * inner_wide, count)
    rows, columns = np.divmod(places, inner_wide)
    rows, columns = np.minimum(rows + 2, high - 1), np.minimum(columns + 2, wide - 1)
    values = luma.astype(np.float32)
    # Flat places tell nothing of a filter: of a page of text few others would be among them.
    steps = np.abs(values[rows, columns] - values[rows - 1, columns - 1])
    chosen = np.argsort(steps, kind="stable")[-_SAMPLES:]
    rows, columns = rows[chosen], columns[chosen]

    def at(down: int, across: int) -> Floats:
        found: Floats = values[
            np.clip(rows + down, 0, high - 1), np.clip(columns + across, 0, wide - 1)
        ]
        return found

    terms = [at(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    terms += [_mean(values, sigma_px)[rows, columns] for sigma_px in _WIDE_SIGMAS_PX]
    terms.append((columns / wide - 0.5) * (at(0, 1) - at(0, -1)))
    terms.append((rows / high - 0.5) * (at(1, 0) - at(-1, 0)))
    terms.append(np.ones(len(rows), np.float32))
    return np.stack(terms, axis=1).astype(np.float64), target[rows, columns].astype(np.float64)
