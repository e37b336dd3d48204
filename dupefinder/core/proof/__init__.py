"""Proof that all that one photo shows is in another one: at its own size, in every place.

Only such a photo may go for the other. The proof is one-sided: the photo that stays may show more,
be larger or sharper, never less. It forgives what encoding, resampling and one small filter for the
whole picture explain, and nothing else: neither percentiles nor the pair's own differences make it
more lenient. Fingerprints, small pictures and words of a scan have no part in it.

`contained` is the proof; `full_picture.decode_full` makes what it compares.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, LOSSLESS, PALETTE, Floats, Steps, even_steps
from dupefinder.core.proof.colours import Colours, compare_colours, in_colours_of, is_coloured
from dupefinder.core.proof.full_picture import BLACK, WHITE, FullPicture, Levels, luma_of, to_levels
from dupefinder.core.proof.places import MOST_SHARE, Blocks, Places, places_of
from dupefinder.core.proof.registration import Filter, Placed, align, place_on
from dupefinder.core.proof.residual import Texture, allowance, residual, texture
from dupefinder.core.proof.structure import matched_tone, unlike_share
from dupefinder.core.records import DifferenceBox, Proof, ProofVerdict

__all__ = ["contained"]

Plane = NDArray[np.uint8] | NDArray[np.float32]
"""A luma, (height, width)."""

LUMA_LEVELS = 6.5
"""Root mean square over a window that encoding may leave unexplained; `colours` has that of chroma.
Of 207 pairs that were only saved again, in 17 ways, 11 exceed it; of 225 with a change of ten
pixels or more that can still be seen, all do."""
_MIDDLE_FREQUENCY = 0.25
_SHARPENED = 0.25
_SHARPENED_SLACK = 1.3
"""Programs that sharpen leave weak edges alone and cut off at black and white, each its own way."""
_PALETTE_SLACK = 1.5
_IN_PALETTE = even_steps(12.0, 12.0)
_ROUNDING_LEVELS = 12
_EQUAL_LEVELS = 2
_MOST_UNEQUAL = 0.005
_LUMA_WINDOW_PX = 7

_TEXTURE_POWER = 0.4
_LEAST_AGREEMENT = 0.3
_LEAST_SHARED = 0.75
_MOST_CONTRADICTED = 0.1
"""Two encodings of one exposure share its noise; two exposures of one scene do not."""
_MOST_GAIN = 0.025
_MOST_OFFSET = 2.5
_UNLIKE_SHARE = 0.03
_ALL_OVER_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class _Coding:
    """Quantisation steps of two pictures, and their scale.

    Attributes:
        goes: Steps of the picture whose grid it is.
        stays: Steps of the other, at its own size.
        scale: Width of the other, divided by that of the first.
    """

    goes: Steps
    stays: Steps
    scale: float

    @property
    def slack(self) -> float:
        """Factor of the levels that may be left over: dithering is not bound to steps."""
        return _PALETTE_SLACK if self.goes is PALETTE else 1.0

    @property
    def seen_otherwise(self) -> Steps:
        """Steps that are allowed for where a palette itself is: few pixels have another colour."""
        return _IN_PALETTE if self.goes is PALETTE else self.goes

    @property
    def is_exact(self) -> bool:
        """True where neither encoding nor resampling explains any difference."""
        return self.goes is LOSSLESS and self.stays is LOSSLESS and abs(self.scale - 1) < 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """The luma of one picture held against that of the other on its own grid.

    Attributes:
        differs: bool (rows, columns), blocks that encoding does not explain.
        level: Unexplained difference over all of it, root mean square in levels.
        filter: The filter that was applied, None for none.
        likeness: The luma that it was held against, (height, width).
    """

    differs: NDArray[np.bool_]
    level: float
    filter: Filter | None
    likeness: Plane


def contained(goes: FullPicture, stays: FullPicture) -> Proof:
    """Find out whether all that a photo shows is in another one of the same shape.

    Args:
        goes: The photo in question.
        stays: The other.
    """
    if not goes.is_jpeg:
        # The blocks of a JPEG are found again where it lies as it does in its file.
        goes = goes.laid_as(stays.orientation if stays.is_jpeg else 1)
    # Over one of the two any difference in opacity shows. An opaque copy was laid on white.
    grounds = (WHITE,) if goes.alpha is None else (WHITE, BLACK)
    proofs = [_proof_over(goes.over(ground), stays.over(ground)) for ground in grounds]
    return max(proofs, key=lambda proof: _SEVERITY[proof.verdict])


_SEVERITY = {verdict: place for place, verdict in enumerate(ProofVerdict)}


def _proof_over(goes: FullPicture, stays: FullPicture) -> Proof:
    placed = place_on(stays, goes)
    coding = _coding(goes, stays, with_former=False)
    compared = _compare_luma(goes, placed, coding)
    is_alike = not compared.differs.any()
    colours = _compare_colours(goes, placed, coding) if is_alike else None
    if colours is None or colours.differ(coding.slack).any():
        placed = align(stays, goes, placed)
        coding = _coding(goes, stays, with_former=True)
        # Asked before every place is compared: most photos of a series are told by it.
        if _are_two_exposures(goes, stays, _texture(goes, placed, coding, compared)):
            return Proof(ProofVerdict.OTHER_PICTURE)
        # Where most of it differs, the whole picture was changed: only a filter may explain that.
        is_all_over = np.count_nonzero(compared.differs) > compared.differs.size * _ALL_OVER_SHARE
        ways = (True,) if is_all_over else (False, True)
        compared = min(
            (_compare_luma(goes, placed, coding, filtered=way) for way in ways),
            key=lambda one: (np.count_nonzero(one.differs), one.level),
        )
        colours = _compare_colours(goes, placed, coding)
    differs = compared.differs | colours.differ(coding.slack * _sharpened_slack(compared.filter))
    fine = texture(luma_of(goes.levels), compared.likeness, _luma_allowance(coding), differs)
    if _are_two_exposures(goes, stays, fine):
        return Proof(ProofVerdict.OTHER_PICTURE)
    if not differs.any():
        is_grey = is_coloured(goes.levels) != is_coloured(stays.levels)
        is_altered = is_grey or colours.is_tinted
        return Proof(ProofVerdict.ALTERED if is_altered else _of_the_whole(compared.filter, fine))
    places = places_of(differs)
    if places.are_few:
        return _differing(places, goes)
    return _all_over(goes, compared)


def _coding(goes: FullPicture, stays: FullPicture, *, with_former: bool) -> _Coding:
    """Look up the quantisation steps of two pictures.

    Args:
        goes: The picture whose grid it is.
        stays: The other.
        with_former: True to look for the JPEGs that lossless pictures were made of.
    """
    ours, theirs = (one.first_steps() if with_former else one.steps for one in (goes, stays))
    if theirs is PALETTE:
        theirs = LOSSLESS  # what a palette has lost, the picture that stays does not show
    scale = (stays.facts.width_px * stays.facts.height_px) ** 0.5
    scale /= (goes.facts.width_px * goes.facts.height_px) ** 0.5
    return _Coding(ours, theirs, scale)


def _compare_colours(goes: FullPicture, placed: Placed, coding: _Coding) -> Colours:
    steps = coding.goes.chroma, coding.stays.chroma, coding.scale
    found = compare_colours(goes.levels, placed.levels, *steps)
    blocks, is_tinted = found.blocks, found.is_tinted
    is_explained = not is_tinted and not found.differ(coding.slack).any()
    for ours, theirs in () if is_explained else _seen_otherwise(goes, placed):
        seen = compare_colours(ours, theirs, coding.seen_otherwise.chroma, *steps[1:])
        # No more than usual may be left over of what is seen so.
        blocks = np.minimum(blocks, np.where(seen.differ(1.0), blocks, 0))
        is_tinted &= seen.is_tinted
    return Colours(blocks, is_tinted)


def _seen_otherwise(goes: FullPicture, placed: Placed) -> list[tuple[Levels, Levels]]:
    """Other ways to see a picture and the other one, by which a place may be explained as well.

    A palette has no room for every colour: the nearest one stands for those of a small place. And
    the levels of a JPEG may lie beyond black, white and full colour, where nothing shows them.
    """
    if goes.levels.ndim == 2 or placed.levels.ndim == 2:
        return []
    theirs = np.asarray(cv2.cvtColor(placed.levels, cv2.COLOR_YCrCb2RGB), np.uint8)
    if goes.steps is PALETTE:
        return [(goes.levels, to_levels(in_colours_of(goes.colours(), theirs)))]
    ours = np.asarray(cv2.cvtColor(goes.levels, cv2.COLOR_YCrCb2RGB), np.uint8)
    return [(to_levels(ours), to_levels(theirs))]


def _unequal(levels: Levels, others: Levels) -> NDArray[np.bool_]:
    """Blocks in which any pixel differs by more than rounding, of two lossless pictures.

    Only of two that are equal nearly everywhere: else one of them was made of a lossy file.
    """
    if levels.shape != others.shape:
        return np.zeros([-(-side // BLOCK_PX) for side in levels.shape[:2]], np.bool_)
    gaps = cv2.absdiff(levels, others)
    largest = gaps if gaps.ndim == 2 else gaps.max(axis=2)
    if np.count_nonzero(largest > _EQUAL_LEVELS) > largest.size * _MOST_UNEQUAL:
        largest = np.zeros_like(largest)
    down, across = (-side % BLOCK_PX for side in largest.shape)
    largest = np.pad(largest, ((0, down), (0, across)))
    rows, columns = (side // BLOCK_PX for side in largest.shape)
    blocks = largest.reshape(rows, BLOCK_PX, columns, BLOCK_PX).max(axis=(1, 3))
    found: NDArray[np.bool_] = blocks > _ROUNDING_LEVELS
    return found


def _luma_allowance(coding: _Coding) -> Floats:
    return allowance(coding.goes.luma, coding.stays.luma, coding.scale)


def _compare_luma(
    goes: FullPicture, placed: Placed, coding: _Coding, *, filtered: bool = False
) -> _Compared:
    """Hold the luma of a picture against that of the other on its grid.

    Args:
        goes: The picture.
        placed: The other on the grid of the first.
        coding: The quantisation steps of both.
        filtered: True to apply the fitted filter.
    """
    luma, other = luma_of(goes.levels), luma_of(placed.levels)
    used = placed.filter if filtered else None
    likeness: Plane
    if used is not None:
        likeness = used.apply(other.astype(np.float32))
    else:
        likeness = _offset_like(luma, other)
    most = LUMA_LEVELS * coding.slack * _sharpened_slack(used)
    found = residual(luma, likeness, _luma_allowance(coding), _LUMA_WINDOW_PX)
    differs = found.blocks > most
    for ours, theirs in _seen_otherwise(goes, placed) if differs.any() else ():
        allowed = allowance(coding.seen_otherwise.luma, coding.stays.luma, coding.scale)
        seen = residual(luma_of(ours), luma_of(theirs), allowed, _LUMA_WINDOW_PX)
        differs &= seen.blocks > LUMA_LEVELS
    if coding.is_exact:
        differs |= _unequal(goes.levels, placed.levels)
    return _Compared(differs, found.level, used, likeness)


def _texture(goes: FullPicture, placed: Placed, coding: _Coding, compared: _Compared) -> Texture:
    """Fine texture of a picture and of the other one as it lies on its grid, unfiltered."""
    luma = luma_of(goes.levels)
    likeness = _offset_like(luma, luma_of(placed.levels))
    # Where most of it differs, that says nothing of single places.
    differs = compared.differs
    if np.count_nonzero(differs) > differs.size * MOST_SHARE:
        differs = np.zeros_like(differs)
    return texture(luma, likeness, _luma_allowance(coding), differs)


def _sharpened_slack(used: Filter | None) -> float:
    """Factor of the levels that may be left over where a copy was sharpened or smoothed."""
    is_sharpened = used is not None and abs(used.response(_MIDDLE_FREQUENCY) - 1) > _SHARPENED
    return _SHARPENED_SLACK if is_sharpened else 1.0


def _offset_like(luma: Levels, other: Levels) -> Plane:
    """The other luma, brighter or darker by the whole picture's difference, if that is small."""
    step = max(1, min(luma.shape) // 256)
    offset = float(np.median(luma[::step, ::step].astype(np.int16) - other[::step, ::step]))
    if offset == 0 or abs(offset) > _MOST_OFFSET:
        return other
    return np.asarray(np.clip(other.astype(np.float32) + np.float32(offset), 0, 255), np.float32)


def _of_the_whole(used: Filter | None, fine: Texture) -> ProofVerdict:
    """Verdict on two pictures that differ in no single place.

    Args:
        used: The filter that made them alike.
        fine: Their texture.
    """
    if used is not None and (abs(used.gain - 1) > _MOST_GAIN or abs(used.offset) > _MOST_OFFSET):
        return ProofVerdict.ALTERED
    if fine.ours > _TEXTURE_POWER and fine.agreement < _LEAST_AGREEMENT:
        return ProofVerdict.ALTERED
    return ProofVerdict.CONTAINED


def _are_two_exposures(goes: FullPicture, stays: FullPicture, fine: Texture) -> bool:
    """Tell whether both pictures show noise, but not the same.

    A copy, however often it was encoded, loses noise but makes none: of 500 copies, altered ones
    among them, none that shares less than three quarters of its texture is contradicted in more
    than a fiftieth of it. Two exposures that differ in nothing else are in a sixth or more.
    """
    if any(one.steps is PALETTE or one.facts.mode == "1" for one in (goes, stays)):
        return False  # it may be dithering
    is_noisy = min(fine.ours, fine.theirs) > _TEXTURE_POWER
    return is_noisy and fine.shared < _LEAST_SHARED and fine.contradicted > _MOST_CONTRADICTED


def _all_over(goes: FullPicture, compared: _Compared) -> Proof:
    """Proof of two pictures that differ in many places: with another tone, or another picture."""
    luma = luma_of(goes.levels)
    toned = matched_tone(luma, compared.likeness)
    steps = goes.first_steps()
    found = residual(luma, toned, allowance(steps.luma, steps.luma, 1.0), _LUMA_WINDOW_PX)
    places = places_of(found.blocks > LUMA_LEVELS)
    if not places.boxes:
        return Proof(ProofVerdict.ALTERED)
    if places.are_few:
        return _differing(places, goes)
    if unlike_share(luma, toned) > _UNLIKE_SHARE:
        return Proof(ProofVerdict.OTHER_PICTURE)
    return Proof(ProofVerdict.ALTERED)


def _differing(places: Places, goes: FullPicture) -> Proof:
    boxes = tuple(_upright(box, goes) for box in places.boxes)
    return Proof(ProofVerdict.DIFFERS, boxes)


def _upright(box: Blocks, picture: FullPicture) -> DifferenceBox:
    """A box of blocks as one of pixels of the picture as it is shown."""
    wide, high = picture.size_px
    left, top = box[0] * BLOCK_PX, box[1] * BLOCK_PX
    right, bottom = min(left + box[2] * BLOCK_PX, wide), min(top + box[3] * BLOCK_PX, high)
    ends = [
        _turned(x, y, wide, high, picture.orientation)
        for x, y in ((left, top), (right - 1, bottom - 1))
    ]
    (left, right), (top, bottom) = (sorted(side) for side in zip(*ends, strict=True))
    return DifferenceBox(left, top, right - left + 1, bottom - top + 1)


def _turned(x: int, y: int, wide: int, high: int, orientation: int) -> tuple[int, int]:
    """Where a pixel of a picture (wide, high) lies once an EXIF orientation is applied."""
    back_x, back_y = wide - 1 - x, high - 1 - y
    return {
        2: (back_x, y), 3: (back_x, back_y), 4: (x, back_y), 5: (y, x),
        6: (back_y, x), 7: (back_y, back_x), 8: (y, back_x),
    }.get(orientation, (x, y))  # fmt: skip
