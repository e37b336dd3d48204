"""One picture on the grid of another: resampled, aligned to parts of a pixel, and filtered alike.

Copies are made by many programs. They resample with other filters, shifted by half a pixel, and
sharpen a little; all of that is one small shift and one small filter for the whole picture. Both
are fitted together, by least squares over a sample of places. Places that agree least are left out,
so that a difference in one place does not distort the fit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import cv2
import numpy as np
from PIL import Image

from dupefinder.core.proof.filter_fit import ROUNDS, Filter, fit_filter
from dupefinder.core.proof.full_picture import Chroma, FullPicture, Levels, to_levels

_ALIGNED_SHIFT_PX = 0.1
_ALIGNED_SCALE_PX = 0.04
_MOST_SHIFT_PX = 1.6
"""Beyond, at the grid of the smaller picture, it is no resampling but a crop."""
_EDGE_PX = 6
_REDUCING_GAP = 2.0
_MOST_ROUNDS = 6
_NEARER = 0.9

Box = tuple[float, float, float, float]


class Kernel(Enum):
    """The ways in which programs make a picture smaller."""

    LANCZOS = Image.Resampling.LANCZOS
    MEAN = Image.Resampling.BOX
    """Each pixel is the mean of those that it covers."""
    HAMMING = Image.Resampling.HAMMING
    BILINEAR = Image.Resampling.BILINEAR
    BICUBIC = Image.Resampling.BICUBIC
    LINEAR_AT_POINTS = "linear"
    """Each pixel is interpolated where its centre lies; those between are left out."""
    CUBIC_AT_POINTS = "cubic"


_OF_OPENCV = {
    Kernel.LINEAR_AT_POINTS: cv2.INTER_LINEAR,
    Kernel.CUBIC_AT_POINTS: cv2.INTER_CUBIC,
}


@dataclass(slots=True, eq=False)
class Placed:
    """A picture on the grid of another; each of its channels is resampled when it is needed.

    Attributes:
        source: The picture, in the orientation of the grid.
        size_px: Width and height of the grid.
        box: The part of the picture, in its pixels, that covers the grid.
        filter: Makes its luma like that of the other; None before it was fitted.
        kernel: The kernel of the resampling; those at points take the whole picture for the box.
    """

    source: FullPicture
    size_px: tuple[int, int]
    box: Box
    filter: Filter | None = None
    kernel: Kernel = Kernel.LANCZOS
    _luma: Levels | None = field(default=None, init=False, repr=False)
    _chroma: Chroma | None = field(default=None, init=False, repr=False)

    @property
    def luma(self) -> Levels:
        """uint8 (height, width)."""
        if self._luma is None:
            source = self.source.luma
            self._luma = (
                source if self.is_whole else self._resampled(source, self.size_px, self.box)
            )
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
            cr, cb = (self._resampled(plane, half_px, box) for plane in source)
            self._chroma = cr, cb
        return self._chroma

    @property
    def levels(self) -> Levels:
        """uint8 (height, width, 3), or (height, width) for greys, as in `FullPicture`."""
        return self.source.levels if self.is_whole else to_levels(self.colours())

    def colours(self) -> Levels:
        """RGB levels, uint8 (height, width, 3), or greys."""
        colours = self.source.colours()
        return colours if self.is_whole else self._resampled(colours, self.size_px, self.box)

    @property
    def is_whole(self) -> bool:
        """True if no pixel had to be resampled."""
        return self.source.size_px == self.size_px and self.box == (0.0, 0.0, *self.size_px)

    def _resampled(self, pixels: Levels, size_px: tuple[int, int], box: Box) -> Levels:
        at_points = _OF_OPENCV.get(self.kernel)
        if at_points is not None:
            return np.asarray(cv2.resize(pixels, size_px, interpolation=at_points), np.uint8)
        return _resampled(pixels, size_px, box, Image.Resampling(self.kernel.value))


Place = Callable[[FullPicture, FullPicture], Placed]
"""Puts a picture on the grid of another, as `place_on` does."""


def place_on(picture: FullPicture, grid: FullPicture) -> Placed:
    """Resample a picture to the grid of another, edge to edge."""
    source = picture.laid_as(grid.orientation)
    wide, high = source.size_px
    return Placed(source, grid.size_px, (0.0, 0.0, float(wide), float(high)))


def align(grid: FullPicture, placed: Placed) -> Placed:
    """Shift a picture by parts of a pixel to its best place, and fit a filter to it.

    Args:
        grid: The other.
        placed: From `place_on`.

    Returns:
        The picture with a filter; unshifted if more than a small shift would be needed.
    """
    moved = _moved(grid, placed)
    wide, high = _box_size(placed.box)
    if wide <= grid.size_px[0] or high <= grid.size_px[1]:
        return moved
    # No filter makes of one kernel's picture what another one leaves, or leaves out.
    ways = [Placed(placed.source, placed.size_px, placed.box, kernel=one) for one in _OTHERS]
    nearest = min(ways, key=lambda one: _gap(grid, one))
    if _gap(grid, nearest) >= _gap(grid, moved) * _NEARER:
        return moved
    nearest.filter, _, _ = fit_filter(grid.luma, nearest.luma)
    return nearest


_OTHERS = [kernel for kernel in Kernel if kernel is not Kernel.LANCZOS]


def _gap(grid: FullPicture, placed: Placed) -> float:
    """Sum of the differences of two lumas."""
    return cv2.norm(grid.luma, placed.luma, cv2.NORM_L1)


def _moved(grid: FullPicture, placed: Placed) -> Placed:
    """A picture at its best place, as `align` finds it."""
    wide, high = grid.size_px
    across, down = _box_size(placed.box)
    per_px = (across / wide, down / high)
    before, shares = np.zeros(4), np.ones(4)
    for number in range(_MOST_ROUNDS):
        placed.filter, shifts, scales = fit_filter(grid.luma, placed.luma)
        if max(np.abs(shifts)) < _ALIGNED_SHIFT_PX and max(np.abs(scales)) < _ALIGNED_SCALE_PX:
            return placed
        found = np.array((*shifts, *scales))
        # At hard lines a step goes too far, and the next one back: the place is in between.
        is_over = found * before < 0
        shares[is_over] *= before[is_over] / (before - found)[is_over]
        if number + 1 >= ROUNDS and (number + 1 == _MOST_ROUNDS or not is_over.any()):
            return placed
        before = found
        right, lower, wider, higher = (found * shares).tolist()
        left, top, end, bottom = placed.box
        box = (
            left + (right - wider) * per_px[0],
            top + (lower - higher) * per_px[1],
            end + (right + wider) * per_px[0],
            bottom + (lower + higher) * per_px[1],
        )
        moved_px = np.abs(np.subtract(box, (0.0, 0.0, across, down)))
        if np.any(moved_px / np.array(per_px * 2) > _MOST_SHIFT_PX) or moved_px.max() > _EDGE_PX:
            return placed
        placed = Placed(placed.source, placed.size_px, box)
    return placed


def _box_size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _resampled(
    pixels: Levels, size_px: tuple[int, int], box: Box, kernel: Image.Resampling
) -> Levels:
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
    return np.asarray(picture.resize(size_px, kernel, box=box))
