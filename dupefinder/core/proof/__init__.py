"""Proof that everything a photo shows is in another one: at its own size, in every place.

Only such a photo may be removed for the other. The proof is one-sided: the photo that stays may
show more, be larger or sharper, never less. It tolerates differences that encoding, resampling and
one small filter for the whole picture explain, and nothing else: neither percentiles nor the pair's
own differences make it more lenient. It uses no fingerprints, small pictures or verdicts of a scan.

Two lossless pictures of one kind must have equal levels, unless one was made of a JPEG; with more
than 8 bits a channel also those below the eighth bit. They cannot be seen on a screen, but an edit
of shadows makes them visible.

`contained` is the proof; `full_picture.decode_full` makes the pictures that it compares.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, LOSSLESS, PALETTE
from dupefinder.core.proof.colours import ChromaDifference, is_one_grey
from dupefinder.core.proof.comparison import (
    ALL_OVER_SHARE,
    LUMA_HIDDEN,
    LUMA_LEVELS,
    LUMA_WINDOW_PX,
    MOST_OFFSET,
    LumaComparison,
    PictureComparison,
    offset_like,
    sharpened_slack,
)
from dupefinder.core.proof.filter_fit import Filter
from dupefinder.core.proof.full_picture import BLACK, WHITE, FullPicture, Levels
from dupefinder.core.proof.pair_coding import Coding, coding_of, luma_allowance
from dupefinder.core.proof.places import MOST_SHARE, Places, in_pixels, places_of, upright
from dupefinder.core.proof.registration import Place, Placed, align, place_on
from dupefinder.core.proof.residual import allowance, residual
from dupefinder.core.proof.structure import (
    Texture,
    has_other_tones,
    matched_tone,
    texture,
    unlike_share,
)
from dupefinder.core.records import Proof, ProofVerdict

_EIGHT_BITS = 8


def deep_levels_differ(goes: FullPicture, stays: FullPicture) -> bool:
    """True if a deep lossless picture has levels that another one as deep lacks.

    Args:
        goes: The picture in question.
        stays: The other. One of fewer bits does not matter here: no deeper one is removed for it.

    Returns:
        True, too, if the levels cannot be read, or the sizes differ.
    """
    bits = goes.facts.bits_per_channel
    if bits <= _EIGHT_BITS or not goes.facts.is_lossless or stays.facts.bits_per_channel < bits:
        return False
    ours, theirs = (
        cv2.imdecode(np.frombuffer(one.content, np.uint8), cv2.IMREAD_UNCHANGED)
        for one in (goes, stays)
    )
    return ours is None or theirs is None or not np.array_equal(ours, theirs)


def lossless_levels_differ(goes: FullPicture, stays: FullPicture) -> bool:
    """True if a lossless picture has other levels than one of the same kind, however little.

    The comparison forgives a level of rounding. But a lossless file keeps each level, so that only
    a conversion of the size, the colours or the opacity explains another one, or the JPEG that one
    of the two was made of.

    Args:
        goes: The picture in question.
        stays: The other.
    """
    if _kind_of(goes) != _kind_of(stays) or not goes.facts.is_lossless:
        return False
    if any(one.first_steps() is not LOSSLESS for one in (goes, stays)):
        return False
    stays = stays.laid_as(goes.orientation)
    ours, theirs = goes.colours(), stays.colours()
    if goes.alpha is None or stays.alpha is None:
        return goes.alpha is not stays.alpha or not np.array_equal(ours, theirs)
    shown = goes.alpha > 0
    return not (
        np.array_equal(goes.alpha, stays.alpha) and np.array_equal(ours[shown], theirs[shown])
    )


def _kind_of(picture: FullPicture) -> tuple[object, ...]:
    facts = picture.facts
    size_px = facts.width_px, facts.height_px
    return size_px, facts.mode, facts.bits_per_channel, facts.has_alpha, facts.icc_digest


_TEXTURE_POWER = 0.4
_LEAST_AGREEMENT = 0.3
_LEAST_SHARED = 0.75
_MOST_CONTRADICTED = 0.1
"""Two encodings of one exposure share its noise; two exposures of one scene do not."""
_MOST_GAIN = 0.025
_UNLIKE_SHARE = 0.03
_UNMISTAKABLE = 60.0
"""No filter leaves so much unexplained in a few places and nothing elsewhere."""


def contained(goes: FullPicture, stays: FullPicture, place: Place = place_on) -> Proof:
    """Prove that everything a photo shows is in another one of the same shape, or find why not.

    Args:
        goes: The photo in question.
        stays: The other.
        place: Puts the other on the grid of the photo.
    """
    if not goes.is_jpeg:
        # The blocks of a JPEG are only found in the orientation of its file.
        goes = goes.laid_as(stays.orientation if stays.is_jpeg else 1)
    # On one of the two, any difference in opacity shows. An opaque copy was laid on white.
    grounds = (WHITE,) if goes.alpha is None else (WHITE, BLACK)
    proofs = [_proof_over(goes.over(ground), stays.over(ground), place) for ground in grounds]
    proof = max(proofs, key=lambda proof: _SEVERITY[proof.verdict])
    if proof.verdict is ProofVerdict.CONTAINED and (
        deep_levels_differ(goes, stays) or lossless_levels_differ(goes, stays)
    ):
        return Proof(ProofVerdict.ALTERED)
    return proof


_SEVERITY = {verdict: place for place, verdict in enumerate(ProofVerdict)}


def _proof_over(goes: FullPicture, stays: FullPicture, place: Place) -> Proof:
    pair = PictureComparison(goes, place(stays, goes))
    coding = coding_of(goes, stays, with_former=False)
    # Most edits are found at once: neither a shift nor a filter could explain them.
    is_plain = not any(one.steps is PALETTE for one in (goes, stays))
    if is_plain and has_other_tones(goes.luma, pair.placed.luma):
        return _of_many_places(goes, stays, offset_like(goes.luma, pair.placed.luma), coding)
    compared = pair.luma(coding, until=ALL_OVER_SHARE)
    if compared.is_all_over:
        return _proof_aligned(goes, stays, pair, compared)
    compared = pair.without_explained(compared, coding)
    is_alike = not compared.differs.any()
    is_unmistakable = compared.strongest > _UNMISTAKABLE and places_of(compared.differs).are_few
    if not is_alike and not is_unmistakable:
        return _proof_aligned(goes, stays, pair, compared)
    colours = pair.colours(coding)
    differ = colours.differ(coding.slack).any()
    may_have_former = any(one.steps is LOSSLESS for one in (goes, stays))
    is_tinted = is_plain and colours.is_tinted and not may_have_former
    if is_alike and differ and not is_tinted:
        return _proof_aligned(goes, stays, pair, compared, colours)
    return _proof_of(goes, stays, compared, colours, coding)


def _proof_aligned(
    goes: FullPicture,
    stays: FullPicture,
    pair: PictureComparison,
    compared: LumaComparison,
    colours: ChromaDifference | None = None,
) -> Proof:
    """Proof of two pictures that may agree after a small shift, or a filter, of one of them."""
    is_all_over = compared.is_all_over
    placed = align(goes, pair.placed)
    coding = coding_of(goes, stays, with_former=True)
    # Tested before every place is compared, as it decides on most photos of a series.
    if _are_two_exposures(goes, stays, _texture(goes, placed, coding, compared)):
        return Proof(ProofVerdict.OTHER_PICTURE)
    # If most of it differs, the whole picture was changed: only a filter may explain that.
    ways: list[LumaComparison] = []
    has_former = any(one.all_steps() is not one.steps for one in (goes, stays))
    is_as_before = placed is pair.placed and not has_former
    if not is_as_before:
        pair, colours = PictureComparison(goes, placed), None
    if not is_all_over:
        ways.append(compared if is_as_before else pair.without_explained(pair.luma(coding), coding))
    if is_all_over or not ways[0].is_beyond(placed.filter):
        ways.append(pair.luma_filtered(coding, placed.filter))
    compared = min(ways, key=lambda one: (np.count_nonzero(one.differs), one.level))
    if compared.are_many:
        return _of_many_places(goes, stays, compared.likeness, coding)
    return _proof_of(goes, stays, compared, colours or pair.colours(coding), coding)


def _proof_of(
    goes: FullPicture,
    stays: FullPicture,
    compared: LumaComparison,
    colours: ChromaDifference,
    coding: Coding,
) -> Proof:
    """Proof of two pictures by their luma and colours, compared in the best possible way."""
    differs = compared.differs | _at_full(
        colours.differ(coding.slack * sharpened_slack(compared.filter)), compared.differs
    )
    fine = _told_texture(goes, stays, compared.likeness, coding, differs)
    if _are_two_exposures(goes, stays, fine):
        return Proof(ProofVerdict.OTHER_PICTURE)
    if not differs.any():
        is_altered = colours.is_tinted or is_one_grey(goes.channels, stays.channels)
        return Proof(ProofVerdict.ALTERED if is_altered else _of_the_whole(compared.filter, fine))
    places = places_of(differs)
    if places.are_few:
        return _differing(places, goes)
    return _all_over(goes, compared.likeness)


def _of_many_places(
    goes: FullPicture, stays: FullPicture, likeness: Levels, coding: Coding
) -> Proof:
    """Proof of two pictures that differ in too many places to name them."""
    nowhere = np.zeros([-(-side // BLOCK_PX) for side in likeness.shape], np.bool_)
    fine = _told_texture(goes, stays, likeness, coding, nowhere)
    if _are_two_exposures(goes, stays, fine):
        return Proof(ProofVerdict.OTHER_PICTURE)
    return _all_over(goes, likeness)


def _at_full(coarse: NDArray[np.bool_], like: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Blocks of 16 × 16 pixels as those of 8 × 8, cut to a shape."""
    rows, columns = like.shape
    return coarse.repeat(2, axis=0).repeat(2, axis=1)[:rows, :columns]


def _texture(
    goes: FullPicture, placed: Placed, coding: Coding, compared: LumaComparison
) -> Texture:
    """Fine texture of a picture and of the other one on its grid, unfiltered."""
    likeness = offset_like(goes.luma, placed.luma)
    # If most of it differs, that says nothing about single places.
    differs = np.zeros_like(compared.differs) if compared.are_many else compared.differs
    return texture(goes.luma, likeness, luma_allowance(coding), differs)


def _told_texture(
    goes: FullPicture,
    stays: FullPicture,
    likeness: Levels,
    coding: Coding,
    differs: NDArray[np.bool_],
) -> Texture:
    """Fine texture of two pictures, by which they may be two exposures; as `texture`."""
    fine = texture(goes.luma, likeness, luma_allowance(coding), differs)
    if _are_two_exposures(goes, stays, fine):
        # An earlier and coarser encoding may have removed the noise.
        coding = coding_of(goes, stays, with_former=True)
        fine = texture(goes.luma, likeness, luma_allowance(coding), differs)
    return fine


def _of_the_whole(used: Filter | None, fine: Texture) -> ProofVerdict:
    """Verdict on two pictures that differ in no single place.

    Args:
        used: The filter that made them alike.
        fine: Their texture.
    """
    if used is not None and (abs(used.gain - 1) > _MOST_GAIN or abs(used.offset) > MOST_OFFSET):
        return ProofVerdict.ALTERED
    if fine.ours > _TEXTURE_POWER and fine.agreement < _LEAST_AGREEMENT:
        return ProofVerdict.ALTERED
    return ProofVerdict.CONTAINED


def _are_two_exposures(goes: FullPicture, stays: FullPicture, fine: Texture) -> bool:
    """True if both pictures show noise, but not the same.

    A copy, however often it was encoded, loses noise but makes none: of 500 copies, altered ones
    among them, none that shares less than three quarters of its texture is contradicted in more
    than a fiftieth of it. Two exposures that differ in nothing else are in a sixth or more.
    """
    if any(one.steps is PALETTE or one.facts.mode == "1" for one in (goes, stays)):
        return False  # it may be dithering
    is_noisy = min(fine.ours, fine.theirs) > _TEXTURE_POWER
    return is_noisy and fine.shared < _LEAST_SHARED and fine.contradicted > _MOST_CONTRADICTED


def _all_over(goes: FullPicture, likeness: Levels) -> Proof:
    """Proof of two pictures that differ in many places: with another tone, or another picture."""
    luma = goes.luma
    toned = matched_tone(luma, likeness)
    steps = goes.first_steps()
    allowed = allowance(steps.luma, steps.luma, 1.0)
    found = residual(
        luma,
        toned,
        allowed,
        LUMA_WINDOW_PX,
        least_levels=LUMA_LEVELS,
        hidden=LUMA_HIDDEN,
        until=MOST_SHARE,
    )
    places = places_of(found.blocks > LUMA_LEVELS)
    if not places.boxes:
        return Proof(ProofVerdict.ALTERED)
    if places.are_few:
        return _differing(places, goes)
    if unlike_share(luma, toned) > _UNLIKE_SHARE:
        return Proof(ProofVerdict.OTHER_PICTURE)
    return Proof(ProofVerdict.ALTERED)


def _differing(places: Places, goes: FullPicture) -> Proof:
    boxes = (
        upright(in_pixels(box, goes.size_px), goes.size_px, goes.orientation)
        for box in places.boxes
    )
    return Proof(ProofVerdict.DIFFERS, tuple(boxes))
