"""Alignment of one small picture to another: cropped, shifted, turned a little.

From a first guess, given by the matching views, the affine map is refined until the pictures agree:
each step solves for the six changes that explain the remaining difference. Contrast is evened out
first, so that a brighter, duller or colourless copy aligns as well as any.

Source: Lucas and Kanade, "An iterative image registration technique", 1981, in the inverse
compositional form of Baker and Matthews, "Lucas-Kanade 20 years on", 2004, with the gain and
offset of Evangelidis and Psarakis, "Parametric image alignment using enhanced correlation
coefficient maximization", 2008.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.smoothing import Floats, block_means, evened

Maps = NDArray[np.float64]
"""Affine maps, float64 (n, 3, 3), of homogeneous (x, y, 1) in shares of a picture's sides."""

_COARSE_SIGMA_PX, _EVENING_SIGMA_PX = 6.0, 8.0
_LEVELS = ((2, 10, 0.65), (1, 6, 0.5))
"""Reduction, most steps, and the correlation below which the pictures have nothing in common. Pairs
confirmed in the end, of 450 edited copies and covers, have 0.91 after the first; two pages of one
form seldom reach 0.65."""
_GLANCE_REDUCTION, _GLANCE_COARSE_PX, _GLANCE_EVENING_PX = 3, 3.0, 4.0
_LEAST_AT_A_GLANCE = 0.55
"""Correlation of the first guess below which alignment is not tried. Of 1,000 copies that align in
the end, 998 have more than 0.6."""
_EDGE_PX = 2
_LEAST_SHARE = 0.2
"""Least share of one picture that must be on the other."""
_DAMPING = 1e-3
_LEAST_GAIN = 0.2
_LEAST_POWER = 1e-6
_STILL = 3e-4
"""Changes below this, in shares of the picture, end the search."""


def align(still: NDArray[np.uint8], moved: NDArray[np.uint8], guesses: Maps) -> tuple[Maps, Floats]:
    """Refine the maps between pictures.

    Args:
        still: uint8 (n, side, side), with a side divisible by 6.
        moved: uint8 (n, side, side).
        guesses: Maps from places in `still` to places in `moved`.

    Returns:
        The refined maps, and float32 (n,), the correlation of the evened pictures where they
        overlap, -1 if the alignment failed.
    """
    centred = _CENTRE @ guesses @ _CORNER
    agreement = np.full(len(still), -1.0, np.float32)
    going = np.flatnonzero(_at_a_glance(still, moved, guesses) >= _LEAST_AT_A_GLANCE)
    even_still = np.zeros(still.shape, np.float32)
    even_moved = np.zeros(still.shape, np.float32)
    for even, greys in ((even_still, still), (even_moved, moved)):
        even[going] = evened(greys[going], _COARSE_SIGMA_PX, _EVENING_SIGMA_PX)
    for reduction, steps, least in _LEVELS:
        if len(going) == 0:
            break
        ours, theirs = (block_means(even[going], reduction) for even in (even_still, even_moved))
        for place, one, other in zip(going.tolist(), ours, theirs, strict=True):
            found, agreed = _search(one, other, centred[place], steps)
            centred[place], agreement[place] = found, agreed if agreed >= least else -1.0
        going = going[agreement[going] >= least]
    return _CORNER @ centred @ _CENTRE, agreement


def _at_a_glance(still: NDArray[np.uint8], moved: NDArray[np.uint8], guesses: Maps) -> Floats:
    """Correlate the pictures by the first guess, at a third of their size, (n,)."""
    ours, theirs = (
        evened(
            block_means(greys.astype(np.float32), _GLANCE_REDUCTION),
            _GLANCE_COARSE_PX,
            _GLANCE_EVENING_PX,
        )
        for greys in (still, moved)
    )
    there = sample(theirs, guesses, ours.shape[-1])
    ours = ours - ours.mean(axis=(1, 2), keepdims=True)
    there = there - there.mean(axis=(1, 2), keepdims=True)
    power = (ours * ours).sum(axis=(1, 2)) * (there * there).sum(axis=(1, 2))
    correlation: Floats = (ours * there).sum(axis=(1, 2)) / np.sqrt(power + np.float32(1e-6))
    return correlation


def inverse_maps(maps: Maps) -> Maps:
    """The inverse maps."""
    return np.linalg.inv(maps).astype(np.float64, copy=False)


def map_into(boxes: NDArray[np.float64]) -> Maps:
    """Maps from shares of boxes to shares of the pictures around them.

    Args:
        boxes: float64 (n, 4), left, top, right, bottom in shares.
    """
    maps = np.zeros((len(boxes), 3, 3))
    maps[:, 0, 0], maps[:, 1, 1] = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    maps[:, :2, 2], maps[:, 2, 2] = boxes[:, :2], 1.0
    return maps


_CENTRE = np.array([[2.0, 0.0, -1.0], [0.0, 2.0, -1.0], [0.0, 0.0, 1.0]])
"""From shares, 0 to 1, to -1 to 1: there turning and scaling do not shift."""
_CORNER = np.linalg.inv(_CENTRE)
_NO_CHANGE = np.eye(3)


def _search(
    still: Floats, moved: Floats, map_: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], float]:
    """Take steps, and return the best map of all that were tried."""
    side_px = len(still)
    inner = slice(_EDGE_PX, side_px - _EDGE_PX)
    before, behind = (slice(inner.start + step, inner.stop + step) for step in (-1, 1))
    places, corners = _inner_places(side_px)
    across = (still[inner, behind] - still[inner, before]).ravel() * np.float32(0.5)
    down = (still[behind, inner] - still[before, inner]).ravel() * np.float32(0.5)
    slopes = np.concatenate((places * across, places * down))
    slopes *= np.float32(side_px / 2)
    values = still[inner, inner].ravel()
    whole = _Overlap.of(values, slopes)
    best, best_map = -1.0, map_
    for _ in range(steps):
        shares = _CORNER @ map_ @ _CENTRE
        there = warped(moved, shares, side_px, cv2.INTER_LINEAR)[inner, inner].ravel()
        overlap = whole
        leads = map_[:2].astype(np.float32)
        if np.abs(leads @ corners).max() > 1:
            inside = np.flatnonzero((np.abs(leads @ places) <= 1).all(axis=0))
            if len(inside) < _LEAST_SHARE * side_px * side_px:
                break
            overlap, there = _Overlap.of(values[inside], slopes[:, inside]), there[inside]
        theirs = there - np.add.reduce(there) / np.float32(len(there))
        product = float(overlap.deviations @ theirs)
        agreement = product / math.sqrt(overlap.power * (float(theirs @ theirs) + _LEAST_POWER))
        if agreement > best:
            best, best_map = agreement, map_
        gain = np.float32(max(product / overlap.power, _LEAST_GAIN))
        right = overlap.slopes @ (theirs / gain - overlap.deviations)[:, None]
        # For so few numbers OpenCV takes a third of the time of NumPy.
        change = cv2.solve(overlap.normal, right.astype(np.float64))[1].reshape(2, 3)
        back = cv2.invertAffineTransform(_NO_CHANGE[:2] + change)
        map_ = map_ @ np.concatenate((back, _NO_CHANGE[2:]))
        if np.abs(change).max() <= _STILL:
            break
    return best_map, best


@dataclass(frozen=True, slots=True)
class _Overlap:
    """The common part of a picture with another one, prepared for steps; mostly all but its edges.

    Attributes:
        deviations: float32 (m,), its levels less their mean.
        power: Sum of their squares.
        slopes: float32 (6, m), change of the levels with each of the six numbers of a map.
        normal: float64 (6, 6), normal matrix of these, damped.
    """

    deviations: Floats
    power: float
    slopes: Floats
    normal: NDArray[np.float64]

    @classmethod
    def of(cls, levels: Floats, slopes: Floats) -> Self:
        deviations = levels - levels.mean()
        normal = (slopes @ slopes.T).astype(np.float64)
        normal.flat[:: len(normal) + 1] *= 1 + _DAMPING
        normal.flat[:: len(normal) + 1] += 1e-6
        return cls(deviations, float(deviations @ deviations) + _LEAST_POWER, slopes, normal)


@lru_cache(maxsize=4)
def _inner_places(side_px: int) -> tuple[Floats, Floats]:
    """Places, (x, y, 1) from -1 to 1, of the pixels that are compared: all, and the corner ones.

    Returns:
        float32 (3, m) and (3, 4).
    """
    line = ((np.arange(side_px) + 0.5) / side_px * 2 - 1).astype(np.float32)
    line = line[_EDGE_PX:-_EDGE_PX]
    places = np.stack((*np.meshgrid(line, line), np.ones((len(line), len(line)), np.float32)))
    ends = (0, -1)
    return places.reshape(3, -1), places[:, ends][:, :, ends].reshape(3, -1)


def sample(pictures: Floats, maps: Maps, side_px: int) -> Floats:
    """Resample pictures by maps, bilinearly.

    Args:
        pictures: float32 (n, side, side); beyond its edges each is continued.
        maps: (n, 3, 3), from shares of the result to shares of the pictures.
        side_px: Side of the result.

    Returns:
        float32 (n, side_px, side_px).
    """
    result = np.empty((len(pictures), side_px, side_px), np.float32)
    for picture, map_, its in zip(pictures, maps, result, strict=True):
        its[:] = warped(picture, map_, side_px, cv2.INTER_LINEAR)
    return result


def warped(
    picture: NDArray[np.uint8] | Floats, map_: NDArray[np.float64], side_px: int, interpolation: int
) -> NDArray[np.number]:
    """Resample one picture by a map.

    Args:
        picture: uint8 or float32 (height, width).
        map_: (3, 3), from shares of the result to shares of the picture.
        side_px: Side of the result, which is square.
        interpolation: One of OpenCV's.

    Returns:
        The dtype of the picture, (side_px, side_px).
    """
    high, wide = picture.shape
    to_pixels = map_[:2] * np.array(((wide,), (high,)))
    to_pixels[:, :2] /= side_px
    # Coordinates mean the centres of pixels here, their upper left corners there.
    to_pixels[:, 2] += to_pixels[:, :2].sum(axis=1) / 2 - 0.5
    found = cv2.warpAffine(
        picture,
        to_pixels,
        (side_px, side_px),
        flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(found)
