"""Residual of two pictures on one grid: their difference beyond encoding, by place.

The difference is transformed to the frequencies of blocks of 8 × 8 pixels. Encoding changes each
coefficient by at most half a step of either picture; that is subtracted, and a little more for
rounding and for resampling by other filters, which changes a coefficient by a share of its size.
The rest shows something in one of the two pictures that the other lacks.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.block_residual import LeftOver, busyness
from dupefinder.core.proof.coding import BLOCK_PX, steps_at

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

_STRIP_BLOCKS = 32
_ROUNDING = 1.0
DEVIATIONS = 3.0
"""Standard deviations allowed for the error of a reduced picture, which is a sum of many errors."""


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """Unexplained differences of one plane.

    Attributes:
        blocks: float32 (⌈height / 8⌉, ⌈width / 8⌉), in each block of 8 × 8 pixels the largest root
            mean square over a window, in levels; reduced where it is busy.
        level: Root mean square over the whole plane, in levels.
        is_broken_off: True if the comparison was ended early, as more than enough differed.
    """

    blocks: Floats
    level: float
    is_broken_off: bool = False


def allowance(ours: Floats, theirs: Floats, scale: float) -> Floats:
    """The bound of the distance between the coefficients of two encodings of one picture.

    Args:
        ours: Steps, float32 (64,), of the picture whose grid it is.
        theirs: Steps of the other, at its own size.
        scale: Width of the other, divided by that of the first.

    Returns:
        float32 (64,), in levels of an orthonormal transform.
    """
    error: Floats
    if abs(scale - 1) < 1e-3:
        error = theirs / np.float32(2)
    else:
        error = steps_at(theirs, scale) * np.float32(DEVIATIONS / 12**0.5)
    return (ours / 2 + error + np.float32(_ROUNDING)).astype(np.float32)


def residual(
    target: Levels,
    likeness: Levels,
    allowed: Floats,
    window_px: int,
    *,
    least_levels: float = 0.0,
    hidden: float = 1.0,
    within: NDArray[np.bool_] | None = None,
    until: float = 1.0,
) -> Residual:
    """Subtract from the difference of two planes the part that encoding explains.

    Args:
        target: uint8 (height, width).
        likeness: The other on the same grid, likewise.
        allowed: From `allowance`.
        window_px: Side of the windows over which the rest is averaged.
        least_levels: Blocks with a smaller rest do not matter, and may be returned as 0.
        hidden: Factor by which the rest may be larger in the busiest places.
        within: bool (⌈height / 8⌉, ⌈width / 8⌉), the blocks of interest; None for all.
        until: Share of the blocks; if more of them have `least_levels`, the comparison ends.
    """
    high, wide = target.shape
    target, likeness = _padded(target), _padded(likeness)
    rows, columns = target.shape[0] // BLOCK_PX, target.shape[1] // BLOCK_PX
    blocks = np.zeros((rows, columns), np.float32)
    if within is not None:
        near = cv2.dilate(within.astype(np.uint8), np.ones((3, 3), np.uint8))
        within = np.asarray(near, np.bool_).reshape(rows, columns)
    total = 0.0
    least = (least_levels * window_px) ** 2
    count = 0
    for first in range(0, rows, _STRIP_BLOCKS):
        last = min(first + _STRIP_BLOCKS, rows)
        # A block more on either side, so that windows at the border are whole.
        top, bottom = max(first - 1, 0), min(last + 1, rows)
        part = slice(top * BLOCK_PX, bottom * BLOCK_PX)
        ours, theirs = target[part], likeness[part]
        chosen = _may_matter(ours, theirs, least)
        if within is not None:
            chosen &= within[top:bottom]
        if not chosen.any():
            continue
        left_over = LeftOver(ours, theirs, np.flatnonzero(chosen), allowed)
        power = left_over.power(chosen.shape)
        total += float(power[first - top :][: last - first].sum(dtype=np.float64))
        found = _windows(left_over, power, least, window_px)
        if hidden > 1 and found.max() > least_levels:
            _forgive_busy(found, ours, theirs, least_levels, hidden)
        blocks[first:last] = found[first - top :][: last - first]
        count += int(np.count_nonzero(blocks[first:last] > least_levels))
        if count > until * blocks.size:
            return Residual(blocks, float(np.sqrt(total / (high * wide))), is_broken_off=True)
    return Residual(blocks, float(np.sqrt(total / (high * wide))))


def _windows(left_over: LeftOver, power: Floats, least: float, window_px: int) -> Floats:
    """In each block the largest root mean square over a window, as in `Residual.blocks`.

    Args:
        left_over: The rest in a strip.
        power: float32 (rows, columns), the sum of its squares in each block.
        least: The least sum at which a window counts.
        window_px: Side of a window.
    """
    rows, columns = power.shape
    is_hot = _in_hot_squares(power, least)
    result = np.zeros((rows, columns), np.float32)
    if not is_hot.any():
        return result
    values = np.zeros((rows * BLOCK_PX, columns * BLOCK_PX), np.float32)
    places = left_over.put(values, is_hot.ravel())
    if not len(places):
        return result
    # Nothing lies beyond a block from these.
    top, bottom = max(int(places[0]) // columns - 1, 0), int(places[-1]) // columns + 2
    across = places % columns
    left, right = max(int(across.min()) - 1, 0), int(across.max()) + 2
    part = values[top * BLOCK_PX : bottom * BLOCK_PX, left * BLOCK_PX : right * BLOCK_PX]
    means = np.asarray(cv2.sqrBoxFilter(part, cv2.CV_32F, (window_px, window_px)))
    # In two steps, the first along whole rows: that is several times faster.
    largest = means.reshape(-1, BLOCK_PX, means.shape[1]).max(axis=1)
    largest = largest.reshape(len(largest), -1, BLOCK_PX).max(axis=2)
    result[top:bottom, left:right] = np.sqrt(np.maximum(largest, 0))
    return result


def _forgive_busy(
    found: Floats, ours: Levels, theirs: Levels, least_levels: float, hidden: float
) -> None:
    """Let blocks count for less where both planes are busy.

    Args:
        found: float32 (rows, columns), as in `Residual.blocks`; is changed.
        ours: uint8 (rows × 8, columns × 8).
        theirs: The other, likewise.
        least_levels: Blocks with no more than that do not matter, and may stay unchanged.
        hidden: See `residual`.
    """
    rows = np.flatnonzero(found.max(axis=1) > least_levels)
    first, last = int(rows[0]), int(rows[-1]) + 1
    # What a block's neighbours hide counts, too.
    top = max(first - 1, 0)
    around = slice(top * BLOCK_PX, (last + 1) * BLOCK_PX)
    busy = busyness(ours[around], theirs[around])[first - top :][: last - first]
    found[first:last] /= 1 + np.float32(hidden - 1) * busy


def _in_hot_squares(power: Floats, least: float) -> NDArray[np.bool_]:
    """Blocks with a window near them that may exceed `least`, bool (rows, columns).

    A window is in at most four blocks: together they must have its sum. At an edge, where it is
    mirrored, it may count a part twice.
    """
    around = np.asarray(cv2.copyMakeBorder(power, 1, 1, 1, 1, cv2.BORDER_REPLICATE))
    pairs = around[:-1] + around[1:]
    is_hot = pairs[:, :-1] + pairs[:, 1:] > least
    is_hot = is_hot[:-1] | is_hot[1:]
    return is_hot[:, :-1] | is_hot[:, 1:]


def _padded(levels: Levels) -> Levels:
    """A plane of whole blocks, contiguous."""
    high, wide = levels.shape
    down, across = -high % BLOCK_PX, -wide % BLOCK_PX
    if not down and not across:
        return np.ascontiguousarray(levels)
    # Mirrored: an edge of one pixel that is repeated would count eight times.
    return np.asarray(cv2.copyMakeBorder(levels, 0, down, 0, across, cv2.BORDER_REFLECT), np.uint8)


def _may_matter(ours: Levels, theirs: Levels, least: float) -> NDArray[np.bool_]:
    """Blocks that may be part of a window that counts, bool (rows, columns).

    Calm ones beside a changed one are among them: a change does not end at the edge of a block.

    Args:
        ours: uint8 (rows × 8, columns × 8).
        theirs: The other, likewise.
        least: The least sum of squares at which a window counts; encoding only reduces it.
    """
    size = ours.shape[1] // BLOCK_PX, ours.shape[0] // BLOCK_PX
    gaps = cv2.absdiff(ours, theirs)
    squares = cv2.multiply(gaps, gaps, dtype=cv2.CV_32F)
    means = np.asarray(cv2.resize(squares, size, interpolation=cv2.INTER_AREA)).reshape(size[::-1])
    return _in_hot_squares(means, least / BLOCK_PX**2)
