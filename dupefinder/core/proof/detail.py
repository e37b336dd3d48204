"""Comparison of two copies of a photo: the one with more true detail, or the earlier one.

Pixels, file sizes and qualities say little: an enlargement has more of them, a blurred copy may be
saved better than its original. What a copy shows beyond the other one is measured instead, in both
directions (`surplus`), and how its errors lie:

- those of a copy *made from* the other are its own rounding: even within ± half a step;
- errors much smaller than that mean that the other picture repeats this one's rounding, and so was
  made from it.

Sharpening and grain are no detail: who repeats the rounding of the other is the copy, whatever it
shows. A sharpened enlargement leaves more unexplained beside strong edges, so more is demanded of
it. Measured on 49 photos, four kernels, 1.1 to 4 times and eight encodings: of 326 enlargements
that show all of their originals, one counts as the richer copy, 290 as the poorer; of 377 reduced
copies that are all in their originals, three count as the richer.

Sources: that a second encoding keeps the multiples of the first one's steps is the basis of
J. Lukáš and J. Fridrich, "Estimation of Primary Quantization Matrix in Double Compressed JPEG
Images", 2003; the step of asking both ways, and all numbers, were worked out here.
"""

import math
from enum import Enum, auto

import numpy as np

from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.coding import LOSSLESS
from dupefinder.core.proof.enlargement import true_size
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.surplus import LARGER, Surplus, surplus

_SHARPNESS_LINES = 3

_GLIMPSE_TILES = 4
_SHOWN_TIMES = 1.5
_UNSHARPENED = 1.06
_MISSED = 0.03
_MISSED_TIMES = 2.0
_ROUNDED = (0.26, 0.34)
"""Range of copies that were made from the other: all of these, among 127 pairs of known origin."""
_ROUNDED_FULLY = (0.31, 0.345)
_LEAST_UNEXPLAINED = 0.005
"""A JPEG that a larger copy was enlarged from is repeated by it, if only in part."""
_SLIGHTLY = 1.04
_FILTERED = 1.15
"""Change of detail by a filter; none of 80 copies saved again at quality 40 or more has it."""
_MORE_FILTERED = 0.15
_MORE_FILTERED_TIMES = 4.0
_ODD = 0.45
_WEAKENED = 0.5
"""Sharpening strengthens the middle frequencies of a photo by less than twofold."""

_WEAKER = 1.005
_CLEARLY_WEAKER = 1.02
_STRONGER = 1.01
_MORE_THAN_ENCODING = 0.045
_GRAINY = 1.06
"""Of 15 JPEGs with a grainy copy beside them 7 are told by this. The grain of most others is
fainter, or they had been coarser JPEGs before."""
_OF_NOISE = 1.2
"""Of a noisy photo the coefficients that are left are those that were rounded farthest."""
_MOST_ROUNDED = 0.36
_LEAST_MISSED = 0.02
"""Of 66 copies of 22 photos, saved again as JPEG, WebP, HEIC or AVIF, no JPEG has errors of more
than 0.35 of its steps or shows more than 0.01 that its original does not; of the others none is
sharper by more than 1.1 per cent."""


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

_TOO_SMALL = Surplus(0.0, 0.0, None, 1.0)


def standing_of(
    one: FullPicture, other: FullPicture, *, is_poorer_only: bool = False
) -> DetailOrder:
    """Compare the true detail of two copies of one photo.

    Args:
        one: The copy in question.
        other: Another one.
        is_poorer_only: True where nothing else matters than which of two sizes is the poorer one.
    """
    if is_larger(other.facts, one.facts):
        return _OPPOSITE[standing_of(other, one, is_poorer_only=is_poorer_only)]
    is_one_larger = is_larger(one.facts, other.facts)
    if is_poorer_only and is_one_larger:
        # Most photos show it in a few tiles already.
        glimpse = surplus(one, other, tiles=_GLIMPSE_TILES)
        if glimpse is not None and glimpse.is_surely_detail:
            return _unless_enlarged(DetailOrder.RICHER, glimpse, one, other)
    ours = surplus(one, other)
    if not is_one_larger:
        theirs = surplus(other, one)
        if ours is None or theirs is None:
            return DetailOrder.EQUAL
        return standing(ours, theirs, is_finer=_is_finer(one, other))
    if ours is None:
        return DetailOrder.UNKNOWN
    if is_poorer_only and ours.is_surely_detail:
        found = DetailOrder.RICHER
    else:
        found = standing_of_larger(ours, surplus(other, one) or _TOO_SMALL)
    return _unless_enlarged(found, ours, one, other)


def _unless_enlarged(
    found: DetailOrder, ours: Surplus, one: FullPicture, other: FullPicture
) -> DetailOrder:
    """The order of a larger copy; poorer if its own pixels show that it was enlarged.

    An enlargement may show what its original lost only later, when that was saved coarsely. Its
    pixels are not asked if it shows what only a larger picture can hold.
    """
    is_known = ours.is_beyond or ours.is_repeated or found is DetailOrder.POORER
    # Wavelets leave the very traces of a twofold enlargement.
    if is_known or one.facts.format == "JPEG2000":
        return found
    width_px, height_px = true_size(one.luma)
    is_enlarged = width_px * height_px < math.prod(other.size_px) * LARGER**2
    return DetailOrder.POORER if is_enlarged else found


def standing(ours: Surplus, theirs: Surplus, *, is_finer: bool = False) -> DetailOrder:
    """Weigh what two copies of one size show beyond one another.

    Args:
        ours: Surplus of the copy in question beyond the other.
        theirs: Surplus of the other beyond it.
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
    has_more = theirs.response < 1 and _has_more(ours, theirs)
    has_less = ours.response < 1 and _has_more(theirs, ours)
    has_more |= theirs.response < _WEAKENED
    has_less |= ours.response < _WEAKENED
    return _order_of(has_more=has_more, has_less=has_less)


def standing_of_larger(ours: Surplus, theirs: Surplus) -> DetailOrder:
    """Weigh what two copies show beyond one another.

    Args:
        ours: Surplus of the larger copy beyond the other.
        theirs: Surplus of the smaller one beyond it.
    """
    if ours.is_of_repeated_pixels:
        return DetailOrder.POORER
    # A larger copy that was sharpened differs in all frequencies: then the smaller one, a JPEG, is
    # not what its encoder would make of it.
    is_source = theirs.repeats is None or _ROUNDED[0] < theirs.repeats < _ODD
    has_more = ours.is_detail and ours.shown > _SHOWN_TIMES * theirs.share
    has_more &= is_source or ours.response < _UNSHARPENED or ours.is_surely_detail
    has_more |= ours.is_repeated and not theirs.is_repeated
    has_more |= _is_made_from_larger(ours, theirs)
    has_less = theirs.share > max(_MISSED, _MISSED_TIMES * ours.shown)
    has_less |= theirs.is_repeated and not ours.is_repeated
    return _order_of(has_more=has_more, has_less=has_less)


def _order_of(*, has_more: bool, has_less: bool) -> DetailOrder:
    if has_more == has_less:
        return DetailOrder.UNKNOWN
    return DetailOrder.RICHER if has_more else DetailOrder.POORER


def _is_made_from_larger(ours: Surplus, theirs: Surplus) -> bool:
    """True where the smaller copy differs by its own rounding alone, and the larger one by more."""
    least, most = _ROUNDED_FULLY
    is_rounded = theirs.repeats is not None and least < theirs.repeats < most
    is_larger_rounded = ours.repeats is not None and ours.repeats < most
    is_plain = theirs.share < _LEAST_UNEXPLAINED and ours.response < _UNSHARPENED
    return is_rounded and is_plain and not is_larger_rounded


def _has_more(ours: Surplus, theirs: Surplus) -> bool:
    return ours.share > max(_MORE_FILTERED, _MORE_FILTERED_TIMES * theirs.share)


def is_larger(one: PhotoFacts, other: PhotoFacts) -> bool:
    """True if one picture has clearly more pixels than another."""
    ours, theirs = (facts.width_px * facts.height_px for facts in (one, other))
    return ours > theirs * LARGER**2


def sharpness_of(picture: FullPicture) -> float:
    """Root mean square of the steps between neighbouring pixels, along rows and columns alike.

    So a photo that an EXIF orientation turns is as sharp as its copy that was turned.
    """
    luma = picture.luma
    power, count = 0.0, 0
    # In every third column and row. Columns are laid out as rows first, which is faster.
    for lines in (luma[::_SHARPNESS_LINES], np.ascontiguousarray(luma[:, ::_SHARPNESS_LINES].T)):
        steps = np.diff(lines.astype(np.float32), axis=1)
        power += float(np.vdot(steps, steps))
        count += steps.size
    return math.sqrt(power / max(count, 1))


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


def is_smoothed(one: FullPicture, other: FullPicture) -> bool:
    """True if a copy of one size may be the other picture without some of its fine detail.

    Denoising takes away less than an encoder may. But an encoder's errors lie within half a step of
    its own: where neither picture is what its encoder makes of the other one, something else was
    done to one of them, and the weaker may be the one that lacks something.

    Args:
        one: The copy.
        other: The other picture; if the copy was made from it by encoding alone, that is seen where
            one of the two is a JPEG.
    """
    weakened = sharpness_of(other) / max(sharpness_of(one), 1e-3)
    if weakened < _WEAKER:
        return False
    theirs, ours = surplus(other, one), surplus(one, other)
    if ours is None or theirs is None or _is_rounded(theirs, other, one):
        return False
    if one.is_jpeg and _is_rounded(ours, one, other):
        return False
    if theirs.repeats is not None:
        return True
    if one.is_jpeg or one.steps is LOSSLESS:
        # An encoder of large steps adds edges of its own, but strengthens nothing.
        return weakened > _CLEARLY_WEAKER and theirs.response > ours.response
    # Other encoders weaken what they keep only a little.
    is_filtered = weakened > _CLEARLY_WEAKER and theirs.response > _STRONGER
    return is_filtered or theirs.share > _MORE_THAN_ENCODING


def has_grain(one: FullPicture, other: FullPicture) -> bool:
    """True if a copy of one size shows grain that a JPEG lacks, and that no encoder took from it.

    The errors of a JPEG lie within half a step of its own, be it made from the copy or both from
    one picture. Where it differs by more, and is the weaker one, the copy got grain, or the JPEG
    was denoised.

    Args:
        one: The copy.
        other: The JPEG, or a lossless picture that was made of one; of others nothing is known.
    """
    if sharpness_of(one) < _GRAINY * max(sharpness_of(other), 1e-3):
        return False
    own = surplus(other, one)
    if own is None or own.repeats is None:
        return False
    most = _OF_NOISE * _most_rounded(other, one)
    if not one.first_steps().is_exact:
        most = max(most, _ODD)
    if own.repeats <= most:
        return False
    # Errors of the coarser JPEGs that it was made of are larger than half of its own steps.
    former = float(other.all_steps().luma.sum() / other.first_steps().luma.sum())
    return own.repeats > most * former


def _is_rounded(own: Surplus, one: FullPicture, other: FullPicture) -> bool:
    """True if the rounding of both encoders explains how a picture differs from another one.

    Args:
        own: What it shows beyond the other.
        one: The picture.
        other: The other one; it counts only as far as its steps are known.
    """
    if own.repeats is None:
        return False
    most = min(_most_rounded(one, other), _ODD)
    return own.repeats < most and own.share < _LEAST_MISSED


def _most_rounded(one: FullPicture, other: FullPicture) -> float:
    """Most errors of a picture in its steps, root mean square, that the rounding of two leaves."""
    ours, theirs = one.first_steps(), other.first_steps()
    added = float(theirs.luma.sum() / ours.luma.sum()) if theirs.is_exact else 0.0
    return _MOST_ROUNDED * math.hypot(1, added)


def _is_finer(one: FullPicture, other: FullPicture) -> bool:
    """True if a picture is known to be encoded more finely than another."""
    ours, theirs = one.first_steps(), other.first_steps()
    return ours.is_exact and float(ours.luma.sum()) < float(theirs.luma.sum())
