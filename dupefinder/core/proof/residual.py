"""Two pictures on one grid → what encoding does not explain of their difference, place by place.

The difference is taken apart into the frequencies of blocks of 8 × 8 pixels. Encoding moves each
coefficient by half a step of either picture at most; so much is taken away, and a little more for
rounding and for resampling by other filters, which moves a coefficient by a share of its size.
What is left shows something in one of the two pictures that the other does not have.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, steps_at, transform

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

_STRIP_BLOCKS = 64
_QUIET_LEVELS = 2.5
"""Blocks that differ by less, as root mean square, hold nothing that is worth a look: nothing that
is left of four of them could make a window of 5 × 5 pixels differ by 8 levels, or one of 7 × 7 by
6.5."""
_ROUNDING = 1.0
_RESAMPLING_SHARE = 0.05
_DEVIATIONS = 3.0
"""The error of a picture that was made smaller is a sum of many: so many standard deviations."""
_CLIPPED_ROUNDS = 4
_CALM_SHARE = 0.4
_CALM_BLOCKS = 8_000
_STRONG_LEVELS = 2.5
_STRONG_COUNT = 300
_HELD_SHARE = 0.25
_SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """Unexplained differences of one plane.

    Attributes:
        blocks: float32 (⌈height / 8⌉, ⌈width / 8⌉), in each block of 8 × 8 pixels the largest
            root mean square over a window, in levels.
        level: Root mean square over the whole plane, in levels.
    """

    blocks: Floats
    level: float


@dataclass(frozen=True, slots=True)
class Texture:
    """Fine texture in the calmer places of two pictures: sensor noise, grain, grass, water.

    Attributes:
        ours: Mean power of a coefficient in the one, in levels².
        theirs: The same in the other.
        common: Mean product: as large as the powers where the texture is one and the same.
        contradicted: Share of the one picture's strong coefficients of which the other shows
            little or nothing, or the opposite; 0 where there are too few to tell.
    """

    ours: float
    theirs: float
    common: float
    contradicted: float

    @property
    def agreement(self) -> float:
        """Share of the one picture's texture that the other shows, too."""
        return self.common / max(self.ours, 1e-6)

    @property
    def shared(self) -> float:
        """Share of the weaker texture that both show: noise added to one of them is not asked."""
        return self.common / max(min(self.ours, self.theirs), 1e-6)


def allowance(ours: Floats, theirs: Floats, scale: float) -> Floats:
    """Bound how far the coefficients of two encodings of one picture may lie apart.

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
        error = steps_at(theirs, scale) * np.float32(_DEVIATIONS / 12**0.5)
    return (ours / 2 + error + np.float32(_ROUNDING)).astype(np.float32)


def residual(
    target: Levels, likeness: Levels | Floats, allowed: Floats, window_px: int
) -> Residual:
    """Take away from the difference of two planes what encoding explains.

    Args:
        target: uint8 (height, width).
        likeness: The other on the same grid.
        allowed: As `allowance` gives it.
        window_px: Side of the windows over which what is left is averaged.
    """
    high, wide = target.shape
    rows, columns = -(-high // BLOCK_PX), -(-wide // BLOCK_PX)
    blocks = np.zeros((rows, columns), np.float32)
    total = 0.0
    for first in range(0, rows, _STRIP_BLOCKS):
        last = min(first + _STRIP_BLOCKS, rows)
        # A block more on either side, so that windows at the border are whole.
        top, bottom = max(first - 1, 0), min(last + 1, rows)
        part = slice(top * BLOCK_PX, min(bottom * BLOCK_PX, high))
        left_over = _unexplained(
            _padded(target[part].astype(np.float32)),
            _padded(likeness[part].astype(np.float32)),
            allowed,
        )
        if left_over is None:
            continue
        power = left_over * left_over
        own = power[(first - top) * BLOCK_PX :][: (last - first) * BLOCK_PX]
        total += float(own.sum(dtype=np.float64))
        means = cv2.boxFilter(power, -1, (window_px, window_px), borderType=cv2.BORDER_REFLECT_101)
        means = means[(first - top) * BLOCK_PX :][: (last - first) * BLOCK_PX]
        # In two steps, of which the first goes along whole rows: that is several times faster.
        largest = means.reshape(last - first, BLOCK_PX, -1).max(axis=1)
        largest = largest.reshape(last - first, columns, BLOCK_PX).max(axis=2)
        blocks[first:last] = np.sqrt(np.maximum(largest, 0))
    return Residual(blocks, float(np.sqrt(total / (high * wide))))


def texture(
    target: Levels, likeness: Levels | Floats, allowed: Floats, differs: NDArray[np.bool_]
) -> Texture:
    """Compare the fine texture of two lumas where they are calm; see `Texture`.

    Args:
        target: uint8 (height, width).
        likeness: The other on the same grid.
        allowed: As `allowance` gives it.
        differs: bool (⌈height / 8⌉, ⌈width / 8⌉), blocks that show different things: left out.
    """
    high, wide = (side - side % BLOCK_PX for side in target.shape)
    rows, columns = high // BLOCK_PX, wide // BLOCK_PX
    alike = np.flatnonzero(~differs[:rows, :columns].ravel())
    if not len(alike):
        return Texture(0.0, 0.0, 0.0, 0.0)
    count = min(_CALM_BLOCKS, len(alike))
    chosen = alike[np.sort(np.random.default_rng(_SEED).permutation(len(alike))[:count])]
    ours, theirs = (
        plane[:high, :wide]
        .reshape(rows, BLOCK_PX, columns, BLOCK_PX)
        .transpose(0, 2, 1, 3)[np.divmod(chosen, columns)]
        .reshape(count, -1)
        .astype(np.float32)
        for plane in (target, likeness)
    )
    # What was cut off at black and white has lost its noise.
    whole = ~(_is_clipped(ours) | _is_clipped(theirs))
    if not whole.any():
        return Texture(0.0, 0.0, 0.0, 0.0)
    ours, theirs = ours[whole] @ transform().T, theirs[whole] @ transform().T
    order = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
    coarse, fine = (order > 0) & (order < 3), (order >= 3) & (order <= 5)
    activity = (ours[:, coarse] ** 2 + theirs[:, coarse] ** 2).sum(axis=1)
    calm = activity <= np.quantile(activity, _CALM_SHARE)
    ours, theirs = ours[calm][:, fine], theirs[calm][:, fine]
    sizes = np.abs(ours)
    # Encoding takes half of such a coefficient at most.
    strong = sizes > np.maximum(allowed[fine], _STRONG_LEVELS)
    missing = strong & (theirs * np.sign(ours) < sizes * _HELD_SHARE)
    strong_count = np.count_nonzero(strong)
    return Texture(
        float((ours * ours).mean()),
        float((theirs * theirs).mean()),
        float((ours * theirs).mean()),
        np.count_nonzero(missing) / strong_count if strong_count >= _STRONG_COUNT else 0.0,
    )


def _padded(values: Floats) -> Floats:
    high, wide = values.shape
    down, across = -high % BLOCK_PX, -wide % BLOCK_PX
    if not down and not across:
        return values
    # Mirrored: an edge of one pixel that is repeated would count eight times.
    return np.asarray(cv2.copyMakeBorder(values, 0, down, 0, across, cv2.BORDER_REFLECT))


def _blocks_of(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """The chosen blocks of (rows × 8, columns × 8), float32 (n, 64)."""
    rows, columns = chosen.shape
    blocks = values.reshape(rows, BLOCK_PX, columns, BLOCK_PX).transpose(0, 2, 1, 3)
    return blocks[chosen].reshape(-1, BLOCK_PX * BLOCK_PX)


def _unexplained(target: Floats, likeness: Floats, allowed: Floats) -> Floats | None:
    """What is left of a strip's difference, float32 of the same shape; None for nothing."""
    difference = target - likeness
    rows, columns = difference.shape[0] // BLOCK_PX, difference.shape[1] // BLOCK_PX
    means = cv2.resize(
        difference * difference, (columns, rows), interpolation=cv2.INTER_AREA
    ).reshape(rows, columns)
    chosen = means > _QUIET_LEVELS**2
    if not chosen.any():
        return None
    basis = transform()
    ours = _blocks_of(target, chosen)
    theirs = _blocks_of(likeness, chosen)
    coefficients = np.abs((theirs - 128) @ basis.T)
    coefficients[:, 0] = 0
    bounds = allowed + np.float32(_RESAMPLING_SHARE) * coefficients
    left_over = _beyond(ours - theirs, bounds)
    loud = np.flatnonzero((np.abs(left_over) > 1).any(axis=1))
    clipped = loud[_is_clipped(ours[loud]) | _is_clipped(theirs[loud])]
    if len(clipped):
        left_over[clipped] = _beyond_clipped(ours[clipped], theirs[clipped], bounds[clipped])
    if not np.abs(left_over).max(initial=0) > 0:
        return None
    result = np.zeros((rows, columns, BLOCK_PX, BLOCK_PX), np.float32)
    result[chosen] = left_over.reshape(-1, BLOCK_PX, BLOCK_PX)
    return np.ascontiguousarray(result.transpose(0, 2, 1, 3)).reshape(difference.shape)


def _beyond(differences: Floats, bounds: Floats) -> Floats:
    """Blocks (n, 64) without what each coefficient may differ by."""
    basis = transform()
    coefficients = differences @ basis.T
    beyond = coefficients - np.clip(coefficients, -bounds, bounds)
    left_over: Floats = beyond @ basis
    return left_over


def _is_clipped(blocks: Floats) -> NDArray[np.bool_]:
    return np.asarray(((blocks <= 0.5) | (blocks >= 254.5)).any(axis=1))


def _beyond_clipped(ours: Floats, theirs: Floats, bounds: Floats) -> Floats:
    """`_beyond` of blocks of which some pixels were cut off at black or white.

    Decoders cut off what overshoots beside hard edges, so the coefficients of what they give are
    not those that were kept. Whatever lay beyond black and white is free; it is chosen so that the
    difference is explained as far as it can be.

    Source: alternating projections on convex sets, D. C. Youla and H. Webb, 1982.
    """
    differences = ours - theirs
    # Ours may have been more than white, or theirs less than black: then the difference is larger.
    may_rise = (ours >= 254.5) | (theirs <= 0.5)
    may_fall = (ours <= 0.5) | (theirs >= 254.5)
    free = differences
    left_over = _beyond(free, bounds)
    for _ in range(_CLIPPED_ROUNDS):
        wanted = np.where(may_rise & (left_over < 0) | may_fall & (left_over > 0), left_over, 0)
        if not np.abs(wanted).max(initial=0) > 0.5:
            break
        free = free - wanted
        free = np.where(may_rise, free, np.minimum(free, differences))
        free = np.where(may_fall, free, np.maximum(free, differences))
        left_over = _beyond(free, bounds)
    return left_over
