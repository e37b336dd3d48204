"""The detail that one copy of a photo has beyond another one, measured in a sample of blocks.

The copy is predicted from the other by the resampling and the filter that fit best (`prediction`).
Its encoder rounded each coefficient to a multiple of a step: a coefficient farther than half a step
from its prediction is not shown by the other picture.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, LOSSY
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.prediction import MOST_TILES, Predicted, power_of, predict

Floats = NDArray[np.float32]

LARGER = 1.03
"""Sides that differ by less count as equal."""
_SIGNIFICANT = 0.6
_SIGNIFICANT_LEVELS = 2.5
"""Least share of its step, and least size, at which a coefficient counts."""
_ROUNDING = 1.0
_MISFIT = 0.06
"""Greatest miss of the fitted map, as a share of a coefficient."""
_DEVIATIONS = 3.0
_LOSSY_STEP = 10.0
"""Step of formats that do not name it, as photos are mostly saved in them."""

_LEAST_COUNT = 100
_SEEN_BEYOND = 0.15
_LEAST_BEYOND = 12
_SURELY_BEYOND = 2 * _SEEN_BEYOND
_SURELY_SHOWN = 0.4
"""Share beyond an enlargement that is surely detail, even in a few tiles. None of 326 enlargements
that show all of their originals has more than 0.25 in a few tiles, unless it was sharpened, or its
pixels repeated."""
_SHOWN = 0.05
_SHOWN_SHARPENED = 0.9
"""Added for each 1 by which the middle frequencies were strengthened."""
_REPETITION = 0.7
_REPETITION_SHOWN = 0.14
_REPETITION_SHARPENED = 1.2
"""Means over areas that take a tenth off each side nearly drop pixels: then a larger photo shows
0.9 of that as well, but also more than any enlargement that was not sharpened."""
_TELLING_STEP = 3.0
_REPEATED = 0.22
"""Root mean square of the errors in steps: 0.289 where the copy's own rounding made them."""
_MIDDLE = (0.15, 0.7)
"""Middle frequencies, as shares of the highest one along a side that both pictures can hold."""
_STANDS_OUT = 1.5


@dataclass(frozen=True, slots=True)
class Surplus:
    """Detail of one picture beyond another.

    Attributes:
        share: Share of its significant coefficients that the other does not explain, in the band of
            frequencies where it is largest.
        beyond: The same of the frequencies that only a larger picture can hold; 0 where hardly any
            are left unexplained.
        repeats: Errors in steps, root mean square; None where its steps are too fine to tell, or
            not known.
        response: Strength of its middle frequencies, those of the other being 1.
        repetition: See `Predicted`.
    """

    share: float
    beyond: float
    repeats: float | None
    response: float
    repetition: float = 0.0

    @property
    def is_beyond(self) -> bool:
        """True where it shows what only a larger picture than the other can hold."""
        return self.beyond > _SEEN_BEYOND

    @property
    def is_surely_detail(self) -> bool:
        """True where so much is shown that no sharpening explains it, in a few tiles already."""
        most = max(self.beyond / _SURELY_BEYOND, self.share / _SURELY_SHOWN)
        return most > 1 + self._sharpened / _SURELY_BEYOND and not self.is_of_repeated_pixels

    @property
    def is_of_repeated_pixels(self) -> bool:
        """True where it was enlarged from the other by repeating its pixels."""
        if self.beyond >= _SURELY_BEYOND:
            return False
        is_plain = self.repetition > _REPETITION and self.shown < _REPETITION_SHOWN
        return is_plain or self.repetition > _REPETITION_SHARPENED

    @property
    def shown(self) -> float:
        """Share of its coefficients, of the larger of two pictures, that the other lacks."""
        return max(self.share, self.beyond)

    @property
    def is_detail(self) -> bool:
        """True where what is shown is more than sharpening leaves unexplained."""
        return self.shown > _SHOWN + self._sharpened

    @property
    def _sharpened(self) -> float:
        return _SHOWN_SHARPENED * max(self.response - 1, 0)

    @property
    def is_repeated(self) -> bool:
        """True where the other picture was made from this one."""
        return self.repeats is not None and self.repeats < _REPEATED


def surplus(one: FullPicture, other: FullPicture, tiles: int = MOST_TILES) -> Surplus | None:
    """Measure what a picture shows beyond another one; None for pictures that are too small.

    Args:
        one: The picture.
        other: The other one.
        tiles: See `predict`.
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
    if scale > LARGER:
        power = (predicted.predicted * predicted.predicted).mean(axis=0)
        noise = enlarged_noise(theirs, scale, power, power_of(source))
    elif scale > 1 / LARGER:
        # Coefficients that the other one's encoding cannot show are left out.
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
    is_beyond = (highest >= cutoff) if scale > LARGER else np.zeros(len(highest), np.bool_)
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
    beyond = missed_beyond / count_beyond if missed_beyond >= _LEAST_BEYOND else 0.0
    telling = (steps >= _TELLING_STEP) & (highest > 0) & ~is_beyond & tells
    rounded = own[:, telling] > steps[telling] * _SIGNIFICANT
    errors_in_steps = (errors / steps)[:, telling][rounded]
    repeats = None
    if len(errors_in_steps) >= _LEAST_COUNT:
        repeats = float(np.sqrt(np.mean(errors_in_steps**2)))
    return Surplus(
        float(max(shares, default=0.0)),
        beyond,
        repeats,
        _response(predicted, np.maximum(steps, theirs), scale),
        predicted.repetition,
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
