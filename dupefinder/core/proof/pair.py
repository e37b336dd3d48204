"""Proof for two copies of a photo in both directions: may one be removed for the other?

Everything a photo shows may be in a copy that is no better: enlarged, blurred so little that it
could be undone, or sharpened. Then the photo stays, and the copy is tested for removal instead.
"""

from dataclasses import replace
from functools import lru_cache

from dupefinder.core.proof import contained
from dupefinder.core.proof.coding import LOSSLESS, PALETTE
from dupefinder.core.proof.damage import differ_by_few_bytes
from dupefinder.core.proof.detail import (
    DetailOrder,
    has_grain,
    is_larger,
    is_made_from,
    is_smoothed,
    sharpness_of,
    standing_of,
)
from dupefinder.core.proof.full_picture import WHITE, FullPicture
from dupefinder.core.proof.prediction import TILE_PX
from dupefinder.core.proof.registration import Place, place_on
from dupefinder.core.proof.witness import shows_the_same
from dupefinder.core.records import ProblemCode, Proof, ProofVerdict
from dupefinder.core.rules.quality import QUALITY_STEP, estimated_quality

__all__ = ["prove_pair"]

_LOSSY_FORMATS = frozenset(("JPEG", "MPO", "WEBP", "HEIF", "AVIF"))
_COARSER = 1.8
"""Steps that differ by less leave errors as large as their own rounding."""
_MUCH_COARSER = 3.0
"""The same for pictures other than JPEGs, whose steps are estimates and whose blocks are others."""
_SHARPER = 1.06
"""A copy that was saved again keeps its sharpness within a few hundredths."""


def prove_pair(goes: FullPicture, stays: FullPicture) -> tuple[Proof, Proof | None]:
    """Decide if a photo may be removed for a copy of it.

    The witness must agree, as once more before a removal: nothing is proposed that would be kept
    after all.

    Args:
        goes: The photo in question.
        stays: The copy that would stay.

    Returns:
        The proof that all of the photo is in the copy; and, if the copy turns out to be the poorer
        one, the proof that all of it is in the photo.
    """
    # Proof and witness use the same resampled planes, once for each direction.
    place = lru_cache(maxsize=2)(place_on)
    proof, back = _prove_pair(goes, stays, place)
    if back is not None and not _agrees(stays, goes, back, place):
        back = None
    if not _agrees(goes, stays, proof, place):
        proof = replace(proof, verdict=ProofVerdict.UNDECIDED)
    return proof, back


def _agrees(goes: FullPicture, stays: FullPicture, proof: Proof, place: Place) -> bool:
    """True if the witness does not contradict a proof."""
    return proof.verdict is not ProofVerdict.CONTAINED or shows_the_same(goes, stays, place)


def _prove_pair(goes: FullPicture, stays: FullPicture, place: Place) -> tuple[Proof, Proof | None]:
    """Prove a pair like `prove_pair`, without the witness."""
    if differ_by_few_bytes(goes, stays):
        return Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.PARTLY_DAMAGED), None
    proof = contained(goes, stays, place)
    if proof.verdict is ProofVerdict.CONTAINED:
        return _weighed(goes, stays, proof, place)
    if stays.steps is PALETTE and goes.steps is not PALETTE:
        # The palette lost some colours: in the other direction all may be there.
        back = contained(stays, goes, place)
        if back.verdict is not ProofVerdict.CONTAINED:
            # Its places are found in the palette's direction, where fewer seem to differ.
            is_named = back.verdict is ProofVerdict.DIFFERS
            return (_as_seen_in(goes, stays, back) if is_named else proof), None
        back, _ = _weighed(stays, goes, back, place)
        is_contained = back.verdict is ProofVerdict.CONTAINED
        return Proof(ProofVerdict.ALTERED, stays_is_poorer=True), back if is_contained else None
    if is_larger(goes.facts, stays.facts):
        # At the larger size anything may differ: the smaller one shows if they are one photo.
        back = contained(stays, goes, place)
        if back.verdict is ProofVerdict.CONTAINED:
            # The same result as if the smaller one were tested first.
            order = _order_of_larger(goes, stays)
            if order is DetailOrder.UNKNOWN:
                return Proof(ProofVerdict.ALTERED), None
            is_richer, is_poorer = order is DetailOrder.RICHER, order is DetailOrder.POORER
            back = replace(back, stays_is_poorer=is_poorer)
            return Proof(ProofVerdict.ALTERED, stays_is_poorer=is_richer), back
        return (proof if back.verdict is proof.verdict else _as_seen_in(goes, stays, back)), None
    return _weighed(goes, stays, proof, place)


def _as_seen_in(goes: FullPicture, stays: FullPicture, back: Proof) -> Proof:
    """A comparison of the copy with the photo, as one of the photo: places differ in both."""
    sizes_px = [(one.facts.width_px, one.facts.height_px) for one in (stays, goes)]
    boxes = (box.scaled(sizes_px[0], sizes_px[1]) for box in back.differences)
    return Proof(back.verdict, tuple(boxes))


def _weighed(
    goes: FullPicture, stays: FullPicture, proof: Proof, place: Place
) -> tuple[Proof, Proof | None]:
    """Add to a comparison which of the two has more true detail; returns as `prove_pair`."""
    sizes_differ = is_larger(goes.facts, stays.facts) or is_larger(stays.facts, goes.facts)
    is_contained = proof.verdict is ProofVerdict.CONTAINED
    # A lossless picture that was made of a coarse JPEG lacks what that lost.
    may_lack = proof.verdict is ProofVerdict.ALTERED and stays.steps is LOSSLESS
    if (is_contained or may_lack) and not sizes_differ and _is_the_source(goes, stays):
        return _with_poorer_stay(goes, stays, proof, place)
    order = DetailOrder.EQUAL
    if is_larger(stays.facts, goes.facts):
        if is_contained:
            order = _order_of_larger(stays, goes)
    elif _may_be_poorer(goes, stays, proof):
        order = standing_of(stays.over(WHITE), goes.over(WHITE))
    if order is DetailOrder.EQUAL and is_contained and not sizes_differ:
        is_altered = _is_smoothed(stays, goes) or has_grain(stays.over(WHITE), goes.over(WHITE))
        order = DetailOrder.UNKNOWN if is_altered else order
    if order is DetailOrder.UNKNOWN and is_contained:
        return Proof(ProofVerdict.UNDECIDED), None
    if order is DetailOrder.POORER:
        return _with_poorer_stay(goes, stays, proof, place)
    if proof.verdict is ProofVerdict.ALTERED and not sizes_differ and _is_coarser(stays, goes):
        # It may have lost nothing but fine texture: then it is in the photo.
        back = contained(stays, goes, place)
        if back.verdict is ProofVerdict.CONTAINED:
            return replace(proof, stays_is_poorer=True), back
    return proof, None


def _is_smoothed(one: FullPicture, other: FullPicture) -> bool:
    """True if a copy of one size may lack fine detail of the other; dithering is no detail."""
    return other.steps is not PALETTE and is_smoothed(one.over(WHITE), other.over(WHITE))


def _order_of_larger(larger: FullPicture, smaller: FullPicture) -> DetailOrder:
    """Find if a photo has more true detail than a smaller copy of it, or was enlarged from it.

    This is unknown if a photo is so soft, or so coarsely saved, that it shows no more than the
    copy. But a camera's own metadata cannot come from a copy that lacks them.
    """
    order = standing_of(larger.over(WHITE), smaller.over(WHITE), is_poorer_only=True)
    if order is not DetailOrder.UNKNOWN:
        return order
    is_from_camera = larger.facts.camera is not None and smaller.facts.camera is None
    is_too_small = min(larger.size_px) < TILE_PX
    return DetailOrder.RICHER if is_from_camera or is_too_small else order


def _with_poorer_stay(
    goes: FullPicture, stays: FullPicture, proof: Proof, place: Place
) -> tuple[Proof, Proof | None]:
    back = contained(stays, goes, place)
    is_contained = back.verdict is ProofVerdict.CONTAINED
    return replace(proof, stays_is_poorer=True), back if is_contained else None


def _is_coarser(one: FullPicture, other: FullPicture) -> bool:
    """True if a picture was encoded more coarsely than another, as far as is known."""
    if one.steps is PALETTE or other.steps is PALETTE:
        return False
    ours = float(one.all_steps().luma.sum())
    # Former steps only add to its own, and to look for them takes long.
    return ours > float(other.steps.luma.sum()) and ours > float(other.all_steps().luma.sum())


def _is_the_source(goes: FullPicture, stays: FullPicture) -> bool:
    """True if the copy that would stay was made from the photo, with some loss.

    It is only tested if numbers do not decide: of two JPEGs if the copy that would stay is the
    coarser one, for it was taken for the source of the other; of other formats if the sizes of the
    files let the photo seem as good; of a lossless copy if it was made of a coarser JPEG. A photo
    that was saved from such a copy, however finely, repeats its rounding, and is no source of it.
    """
    if stays.steps is LOSSLESS and goes.steps is not PALETTE:
        ours, theirs = (float(one.first_steps().luma.sum()) for one in (goes, stays))
        is_sure = goes.is_jpeg or goes.steps is LOSSLESS
        coarser = _COARSER if is_sure else _MUCH_COARSER
        return theirs > ours * coarser and is_made_from(stays, goes) is not False
    if goes.is_jpeg and stays.is_jpeg:
        ours, theirs = (float(one.steps.luma.sum()) for one in (goes, stays))
        if theirs <= ours and len(stays.content) < len(goes.content):
            # Finer steps, and yet fewer bytes: it may have been a coarser JPEG before.
            ours, theirs = (float(one.all_steps().luma.sum()) for one in (goes, stays))
            return theirs > ours * _COARSER and is_made_from(stays, goes) is not False
        return theirs > ours * _COARSER and is_made_from(stays, goes) is True
    if {goes.facts.format, stays.facts.format} <= _LOSSY_FORMATS:
        if stays.is_jpeg:
            ours, theirs = (estimated_quality(one.facts, len(one.content)) for one in (goes, stays))
            return ours > theirs - QUALITY_STEP and is_made_from(stays, goes) is True
        # A denoised copy was not made by encoding alone either, but is no source.
        is_first = goes.is_jpeg and is_made_from(goes, stays) is False
        return is_first and not _is_smoothed(goes, stays)
    return False


def _may_be_poorer(goes: FullPicture, stays: FullPicture, proof: Proof) -> bool:
    """True if the copy that would stay may have less true detail; a cheap test."""
    if proof.verdict not in (ProofVerdict.CONTAINED, ProofVerdict.ALTERED):
        return False  # a difference in some places is not one of sharpness
    if is_larger(goes.facts, stays.facts):
        return False
    return sharpness_of(goes) > sharpness_of(stays) * _SHARPER
