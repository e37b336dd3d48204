"""Two copies of one photo → the one that has more true detail, or was there first.

Pixels, file sizes and qualities say little: an enlargement has more of them, a blurred copy may be
saved better than its original. What a copy shows beyond the other one is measured instead, in both
directions. Each picture is predicted from the other, by the resampling and the filter that fit best
(`prediction`). Its encoder rounded each coefficient to a multiple of a step. So

- what lies farther than half a step from its prediction, the other picture does not show;
- the errors of a copy *made from* the other are that rounding: even within ± half a step;
- errors much smaller than that mean that the other picture repeats this one's rounding, and so was
  made from it.

Sharpening and grain are no detail: who repeats the rounding of the other is the copy, whatever it
shows.

Sources: that a second encoding keeps the multiples of the first one's steps is the basis of
J. Lukáš and J. Fridrich, "Estimation of Primary Quantization Matrix in Double Compressed JPEG
Images", 2003; the step of asking both ways, and all numbers, were worked out here.
"""

import math
from dataclasses import dataclass
from enum import Enum, auto

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decode.detail import true_size
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.coding import BLOCK_PX, LOSSY
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.prediction import MOST_TILES, Predicted, power_of, predict

Floats = NDArray[np.float32]

_LOST_LEVELS = 6.0
_SHARPNESS_ROWS = 3
_LARGER = 1.03
"""Sides that differ by less count as equal."""

_SIGNIFICANT = 0.6
_SIGNIFICANT_LEVELS = 2.5
"""A coefficient counts from this share of its step, and this size, on."""
_ROUNDING = 1.0
_MISFIT = 0.06
"""Greatest miss of the fitted map, as a share of a coefficient."""
_DEVIATIONS = 3.0
_LOSSY_STEP = 10.0
"""Of formats that do not tell their steps, as photos are mostly saved in them."""

_LEAST_COUNT = 100
_SEEN_BEYOND = 0.15
_LEAST_BEYOND = 12
_GLIMPSE_TILES = 4
_SURELY_BEYOND = 2 * _SEEN_BEYOND
_MORE = 0.03
_MORE_TIMES = 4.0
_TELLING_STEP = 3.0
_REPEATED = 0.22
"""Root mean square of the errors in steps: 0.289 where the copy's own rounding made them."""
_ROUNDED = (0.26, 0.34)
"""Of 127 pairs of copies whose origin is known, all that were made from the other lie between."""
_SLIGHTLY = 1.04
_FILTERED = 1.15
"""Of 80 copies saved again down to quality 40, none was weakened or strengthened by as much."""
_MORE_FILTERED = 0.15
_MIDDLE = (0.15, 0.7)
"""As shares of the highest frequency along a side that both pictures can hold."""
_STANDS_OUT = 1.5
_ODD = 0.45
_WEAKENED = 0.5
"""Sharpening strengthens the middle frequencies of a photo by less than twofold."""


class DetailOrder(Enum):
    """Order of two copies by their true detail."""

    RICHER = auto()
    """It shows more, or the other was made from it."""
    POORER = auto()
    """It shows less, or was made from the other."""
    EQUAL = auto()
    """Nothing speaks for either, and neither is larger or sharper."""
    UNKNOWN = auto()
    """One is larger or sharper, but it may be that this is not true detail."""


_OPPOSITE = {
    DetailOrder.RICHER: DetailOrder.POORER,
    DetailOrder.POORER: DetailOrder.RICHER,
    DetailOrder.EQUAL: DetailOrder.EQUAL,
    DetailOrder.UNKNOWN: DetailOrder.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Surplus:
    """Detail of one picture beyond another.

    Attributes:
        share: Share of its significant coefficients that the other does not explain, in the band of
            frequencies where it is largest.
        beyond: The same of the frequencies that only a larger picture can hold.
        is_beyond: True where there are enough of these.
        repeats: Errors in steps, root mean square; None where its steps are too fine to tell, or
            not known.
        response: Strength of its middle frequencies, those of the other being 1.
    """

    share: float
    beyond: float
    is_beyond: bool
    repeats: float | None
    response: float

    @property
    def is_repeated(self) -> bool:
        """True where the other picture was made from this one."""
        return self.repeats is not None and self.repeats < _REPEATED


def standing_of(
    one: FullPicture, other: FullPicture, *, is_poorer_only: bool = False
) -> DetailOrder:
    """Compare the true detail of two copies of one photo.

    Args:
        one: The copy in question.
        other: Another one.
        is_poorer_only: True where nothing else matters than whether the first, if it is the larger
            one, is the poorer one: any other standing may be told then.
    """
    if is_larger(other.facts, one.facts):
        return _OPPOSITE[standing_of(other, one)]
    is_one_larger = is_larger(one.facts, other.facts)
    if is_poorer_only and is_one_larger:
        # Most photos show it in a few tiles already.
        glimpse = surplus(one, other, tiles=_GLIMPSE_TILES)
        if glimpse is not None and glimpse.is_beyond and glimpse.beyond > _SURELY_BEYOND:
            return DetailOrder.RICHER
    ours = surplus(one, other)
    if not is_one_larger:
        theirs = surplus(other, one)
        if ours is None or theirs is None:
            return DetailOrder.EQUAL
        return standing(ours, theirs, is_finer=_is_finer(one, other))
    if is_poorer_only and ours is not None and ours.is_beyond:
        return DetailOrder.RICHER
    theirs = surplus(other, one)
    if ours is None or theirs is None:
        return DetailOrder.UNKNOWN
    found = standing_of_larger(ours, theirs)
    if not ours.is_beyond and not ours.is_repeated and found is not DetailOrder.POORER:
        # Nothing tells which was first: is it an enlargement by what it shows by itself?
        width_px, height_px = true_size(one.luma)
        if width_px * height_px < math.prod(other.size_px) * _LARGER**2:
            return DetailOrder.POORER
    return found


def standing(ours: Surplus, theirs: Surplus, *, is_finer: bool = False) -> DetailOrder:
    """Weigh what two copies of one size show beyond one another.

    Args:
        ours: Of the copy in question, beyond the other.
        theirs: Of the other, beyond it.
        is_finer: True where the copy's steps are known to be finer than those of the other.
    """
    responses = sorted((ours.response, theirs.response))
    has_more = ours.is_repeated and not theirs.is_repeated
    has_less = theirs.is_repeated and not ours.is_repeated
    if has_more != has_less and responses[1] > _SLIGHTLY * responses[0]:
        return DetailOrder.RICHER if has_more else DetailOrder.POORER
    if responses[1] < _FILTERED * responses[0]:
        # Of copies that were merely saved again it does not matter which was first. But where a
        # coarser one is not what its encoder makes of the finer one, that one was denoised.
        is_odd = is_finer and theirs.repeats is not None and theirs.repeats > _ODD
        return DetailOrder.UNKNOWN if is_odd else DetailOrder.EQUAL
    # What shows more must not be the weaker one.
    has_more = theirs.response < 1 and _has_more(ours, theirs, _MORE_FILTERED)
    has_less = ours.response < 1 and _has_more(theirs, ours, _MORE_FILTERED)
    has_more |= theirs.response < _WEAKENED
    has_less |= ours.response < _WEAKENED
    if has_more != has_less:
        return DetailOrder.RICHER if has_more else DetailOrder.POORER
    return DetailOrder.UNKNOWN


def standing_of_larger(ours: Surplus, theirs: Surplus) -> DetailOrder:
    """Weigh what two copies show beyond one another.

    Args:
        ours: Of the larger copy, beyond the other.
        theirs: Of the smaller one, beyond it.
    """
    has_more = ours.is_beyond or (ours.is_repeated and not theirs.is_repeated)
    has_less = theirs.is_repeated and not ours.is_repeated
    if not has_more and not has_less:
        has_more, has_less = _has_more(ours, theirs, _MORE), _has_more(theirs, ours, _MORE)
    if has_more != has_less:
        return DetailOrder.RICHER if has_more else DetailOrder.POORER
    return DetailOrder.UNKNOWN


def _has_more(ours: Surplus, theirs: Surplus, least: float) -> bool:
    return ours.share > max(least, _MORE_TIMES * theirs.share)


def is_larger(one: PhotoFacts, other: PhotoFacts) -> bool:
    """True if one picture has clearly more pixels than another."""
    ours, theirs = (facts.width_px * facts.height_px for facts in (one, other))
    return ours > theirs * _LARGER**2


def holds_more_than(picture: FullPicture, size_px: tuple[int, int]) -> bool:
    """True if a picture loses anything when it is reduced to a size: no enlargement does.

    Args:
        picture: The picture.
        size_px: Width and height, in either position.
    """
    luma = picture.luma
    high, wide = luma.shape
    if (wide > high) != (size_px[0] > size_px[1]):
        size_px = size_px[::-1]
    reduced = cv2.resize(luma, size_px, interpolation=cv2.INTER_AREA)
    again = cv2.resize(reduced, (wide, high), interpolation=cv2.INTER_CUBIC)
    lost: float = cv2.norm(luma, again, cv2.NORM_L2)
    return lost > _LOST_LEVELS * math.sqrt(luma.size)


def sharpness_of(picture: FullPicture) -> float:
    """Root mean square of the steps between neighbouring pixels, rows and columns alike."""
    luma = picture.luma[::_SHARPNESS_ROWS].astype(np.float32)
    steps = np.diff(luma, axis=1)
    return float(np.sqrt((steps * steps).mean())) if steps.size else 0.0


def surplus(one: FullPicture, other: FullPicture, tiles: int = MOST_TILES) -> Surplus | None:
    """Measure what a picture shows beyond another one; None for pictures that are too small.

    Args:
        one: The picture.
        other: The other one.
        tiles: As in `predict`.
    """
    luma, source = one.luma, other.laid_as(one.orientation).luma
    known = one.first_steps()
    predicted = predict(luma, source, known.luma, tiles)
    if predicted is None:
        return None
    scale = luma.shape[1] / source.shape[1]
    theirs = other.first_steps().luma
    if other.steps is LOSSY:
        theirs = np.full_like(theirs, _LOSSY_STEP)
    noise = np.zeros_like(theirs)
    if scale > _LARGER:
        power = (predicted.predicted * predicted.predicted).mean(axis=0)
        noise = enlarged_noise(theirs, scale, power, power_of(source))
    elif scale > 1 / _LARGER:
        # What the other one's encoding cannot show is not asked of it.
        noise = theirs / np.float32(2)
    return _surplus(predicted, known.luma, theirs, noise, max(scale, 1.0), tells=known.is_exact)


def enlarged_noise(steps: Floats, scale: float, power: Floats, their_power: Floats) -> Floats:
    """Rounding noise of a smaller picture beyond the frequencies that it can hold.

    Enlarging makes images of each frequency, at sums and differences with the smaller picture's
    grid. Its errors are copied like its detail: the stronger the images, the stronger both.

    Args:
        steps: float32 (64,), the smaller picture's.
        scale: Width of the larger picture, divided by that of the smaller.
        power: float32 (64,), mean power of the enlarged picture's coefficients.
        their_power: float32 (64,), the same of the smaller picture.

    Returns:
        float32 (64,), three standard deviations, in levels; 0 for frequencies that both can hold.
    """
    cycles = np.arange(BLOCK_PX) / (2 * BLOCK_PX) * scale
    folded = np.rint(np.abs(cycles - np.rint(cycles)) * 2 * BLOCK_PX)
    places = np.minimum(folded, BLOCK_PX - 1).astype(np.intp)
    source = (places[:, None] * BLOCK_PX + places).ravel()
    gain = np.sqrt(power / np.maximum(their_power[source] * np.float32(scale**2), 1e-3))
    down, across = np.divmod(np.arange(BLOCK_PX * BLOCK_PX), BLOCK_PX)
    gain[np.maximum(down, across) < BLOCK_PX / scale] = 0
    noise: Floats = np.minimum(gain, 1) * steps[source] * np.float32(scale * _DEVIATIONS / 12**0.5)
    return noise


def is_made_from(one: FullPicture, other: FullPicture) -> bool | None:
    """Find which of two copies of one size was made from the other, by the rounding of a JPEG.

    Of a JPEG made from the other picture each coefficient lies within half a step of that one's.
    Where it lies much nearer, the other picture repeats the rounding; where it lies farther off,
    the other one has lost what the JPEG shows. In both cases the other was made later.

    Args:
        one: A JPEG, or a lossless picture that was made of one.
        other: A copy of the same size.

    Returns:
        True where the JPEG was made from the other, False where it was not; None where nothing
        tells.
    """
    found = surplus(one, other)
    if found is None or found.repeats is None:
        return None
    if found.is_repeated or found.repeats > _ODD:
        return False
    least, most = _ROUNDED
    return True if least < found.repeats < most else None


def _is_finer(one: FullPicture, other: FullPicture) -> bool:
    """True if a picture is known to be encoded more finely than another."""
    ours, theirs = one.first_steps(), other.first_steps()
    return ours.is_exact and float(ours.luma.sum()) < float(theirs.luma.sum())


def _surplus(
    predicted: Predicted,
    steps: Floats,
    theirs: Floats,
    noise: Floats,
    scale: float,
    *,
    tells: bool,
) -> Surplus:
    own, errors = np.abs(predicted.own), np.abs(predicted.own - predicted.predicted)
    down, across = np.divmod(np.arange(BLOCK_PX * BLOCK_PX), BLOCK_PX)
    frequency, highest = np.hypot(down, across), np.maximum(down, across)
    cutoff = BLOCK_PX / scale
    is_beyond = (highest >= cutoff) if scale > _LARGER else np.zeros(len(highest), np.bool_)
    bands = [
        (highest > 0) & ~is_beyond & (frequency >= low * cutoff) & (frequency < high * cutoff)
        for low, high in ((0, 0.375), (0.375, 0.75), (0.75, 2))
    ]
    least = np.maximum(steps * _SIGNIFICANT, _SIGNIFICANT_LEVELS)
    significant = own > np.maximum(least, noise)
    unexplained = significant & (errors > steps / 2 + noise + _ROUNDING + _MISFIT * own)
    counts, missed = significant.sum(axis=0), unexplained.sum(axis=0)
    shares = [
        missed[band].sum() / counts[band].sum()
        for band in bands
        if counts[band].sum() >= _LEAST_COUNT
    ]
    count_beyond, missed_beyond = int(counts[is_beyond].sum()), int(missed[is_beyond].sum())
    beyond = missed_beyond / max(count_beyond, 1)
    telling = (steps >= _TELLING_STEP) & (highest > 0) & ~is_beyond & tells
    rounded = own[:, telling] > steps[telling] * _SIGNIFICANT
    errors_in_steps = (errors / steps)[:, telling][rounded]
    repeats = None
    if len(errors_in_steps) >= _LEAST_COUNT:
        repeats = float(np.sqrt(np.mean(errors_in_steps**2)))
    return Surplus(
        float(max(shares, default=0.0)),
        beyond,
        beyond > _SEEN_BEYOND and missed_beyond >= _LEAST_BEYOND,
        repeats,
        _response(predicted, np.maximum(steps, theirs), scale),
    )


def _response(predicted: Predicted, steps: Floats, scale: float) -> float:
    """Strength of a picture's middle frequencies, those of the other being 1.

    Only coefficients are counted that stand out of the steps of both, for rounding moves these up
    as often as down.
    """
    down, across = np.divmod(np.arange(BLOCK_PX * BLOCK_PX), BLOCK_PX)
    share = np.hypot(down, across) * (scale / BLOCK_PX)
    is_middle = (share >= _MIDDLE[0]) & (share < _MIDDLE[1])
    plain, own = predicted.plain[:, is_middle], predicted.own[:, is_middle]
    strong = np.abs(plain) > np.maximum(steps[is_middle] * _STANDS_OUT, _SIGNIFICANT_LEVELS)
    counts = strong.sum(axis=0)
    if counts.sum() < _LEAST_COUNT:
        return 1.0
    power = np.where(strong, plain * plain, 0).sum(axis=0)
    slopes = np.where(strong, plain * own, 0).sum(axis=0) / np.maximum(power, 1e-3)
    return float((slopes * counts).sum() / counts.sum())
