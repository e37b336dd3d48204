"""Two JPEGs of one size that are too large to be held in full."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFilter

from dupefinder.core.decode import DecodeFailed, decode_bytes
from dupefinder.core.proof import bands, full_picture
from dupefinder.core.proof.bands import are_compared_in_bands, decode_planes
from dupefinder.core.proof.files import PairOutcome, PairProver, ScannedPhoto
from dupefinder.core.records import ProblemCode, Proof, ProofVerdict
from tests.core.pictures import encode, icc_profile, jpeg, laid, orientation_exif
from tests.core.proof.full import LIMITS, full, photo

LARGE = photo(640, 480)


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that the pictures of these tests exceed, in some five bands each."""
    monkeypatch.setattr(full_picture, "MOST_PX", 640 * 480 - 1)
    monkeypatch.setattr(bands, "_BAND_PX", 640 * 96)


def scanned(content: bytes) -> ScannedPhoto:
    decoded = decode_bytes(content, "/photo", LIMITS)
    return ScannedPhoto([], decoded.digest, decoded.facts, content)


@cache
def saved(quality: int) -> ScannedPhoto:
    return scanned(jpeg(LARGE, quality=quality))


def proved(goes: ScannedPhoto, stays: ScannedPhoto) -> PairOutcome:
    return PairProver(LIMITS).prove(goes, stays)


def test_a_large_copy_that_was_saved_again_goes() -> None:
    found = proved(saved(70), saved(92))
    assert found == PairOutcome(Proof(ProofVerdict.CONTAINED))
    assert PairProver(LIMITS).prove_again(saved(70), saved(92))


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("top", [40, 120, 200, 440])
def test_a_place_is_named_wherever_a_band_ends(top: int, orientation: int) -> None:
    changed = LARGE.copy()
    changed.paste((240, 230, 20), (300, top, 324, top + 16))
    one, other = (
        scanned(
            encode(
                laid(picture, orientation), "JPEG", quality=90, exif=orientation_exif(orientation)
            )
        )
        for picture in (changed, LARGE)
    )
    proof = proved(one, other).proof
    (box,) = proof.differences
    assert proof.verdict is ProofVerdict.DIFFERS
    assert 284 <= box.x_px <= 300 < 324 <= box.x_px + box.width_px <= 340
    assert top - 16 <= box.y_px <= top < top + 16 <= box.y_px + box.height_px <= top + 32
    assert not PairProver(LIMITS).prove_again(one, other)


def test_places_in_too_many_bands_are_not_named() -> None:
    changed = LARGE.copy()
    for top in range(20, 460, 90):
        for left in (40, 560):
            changed.paste((240, 230, 20), (left, top, left + 20, top + 16))
    proof = proved(scanned(jpeg(changed, quality=90)), saved(92)).proof
    assert proof == Proof(ProofVerdict.ALTERED)


def test_a_large_photo_stays_beside_a_copy_of_other_tones() -> None:
    brighter = scanned(jpeg(LARGE.point([min(level * 6 // 5, 255) for level in range(256)] * 3)))
    assert proved(saved(92), brighter).proof.verdict is ProofVerdict.ALTERED
    assert not PairProver(LIMITS).prove_again(saved(92), brighter)


def test_a_blurred_copy_is_poorer_than_its_large_original() -> None:
    blurred = scanned(jpeg(LARGE.filter(ImageFilter.GaussianBlur(1.2)), quality=95))
    found = proved(saved(92), blurred)
    assert found.proof.stays_is_poorer
    assert found.back == Proof(ProofVerdict.CONTAINED)


def test_another_picture_is_called_so() -> None:
    other = scanned(jpeg(photo(640, 480, seed=7)))
    assert proved(saved(92), other).proof.verdict is ProofVerdict.OTHER_PICTURE


def test_greys_are_compared() -> None:
    one, other = (scanned(jpeg(LARGE.convert("L"), quality=quality)) for quality in (70, 92))
    assert proved(one, other).proof.verdict is ProofVerdict.CONTAINED


def test_a_large_photo_that_breaks_off_proves_nothing() -> None:
    content = jpeg(LARGE, quality=70)
    torn = content[: len(content) // 2]
    with pytest.raises(DecodeFailed):
        decode_planes(torn, saved(70).facts)
    goes = replace(saved(70), content=torn)
    found = proved(goes, saved(92)).proof
    assert found.verdict is ProofVerdict.UNDECIDED
    assert found.cause is not None


def test_only_jpegs_of_one_size_orientation_and_profile_are_compared_in_bands() -> None:
    facts = saved(92).facts
    assert are_compared_in_bands(facts, saved(70).facts)
    for other in (
        replace(facts, width_px=639),
        replace(facts, exif_orientation=6),
        replace(facts, icc_digest=bytes(32)),
        replace(facts, format="PNG"),
        replace(facts, decodes_in_full=False),
    ):
        assert not are_compared_in_bands(facts, other)
        assert not are_compared_in_bands(other, facts)
        found = proved(scanned(jpeg(LARGE)), replace(saved(92), facts=other)).proof
        assert found.cause in (ProblemCode.TOO_LARGE, ProblemCode.PARTLY_DAMAGED)
    huge = replace(facts, width_px=20_000, height_px=20_000)
    assert not are_compared_in_bands(huge, huge)
    small = replace(facts, width_px=320)
    assert not are_compared_in_bands(small, small)


def test_two_of_one_profile_are_compared_in_their_own_colours() -> None:
    one, other = (
        scanned(encode(LARGE, "JPEG", quality=quality, icc_profile=icc_profile()))
        for quality in (70, 92)
    )
    assert proved(one, other).proof.verdict is ProofVerdict.CONTAINED


def test_planes_are_those_of_a_full_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    content = jpeg(LARGE, quality=80)
    planes = decode_planes(content, saved(92).facts)
    monkeypatch.setattr(full_picture, "MOST_PX", 640 * 480)
    whole = full(content)
    assert np.array_equal(planes.luma, whole.luma)
    assert planes.steps.luma.tolist() == whole.steps.luma.tolist()
    assert planes.chroma is not None
    assert whole.chroma is not None
    for ours, theirs in zip(planes.chroma, whole.chroma, strict=True):
        assert np.abs(ours.astype(int) - theirs).mean() < 2


@given(wide=st.integers(1, 40_000), high=st.integers(1, 40_000))
def test_bands_cover_every_row_and_overlap(wide: int, high: int) -> None:
    found = list(bands._bands(wide, high))
    assert found[0][0] == 0
    assert found[-1][1] == high
    assert all(top % 16 == 0 and top < bottom for top, bottom in found)
    for (_, bottom), (top, _) in pairwise(found):
        assert bottom - top >= 32
    if len(found) > 1:
        least = min(bottom - top for top, bottom in found[:-1])
        assert found[-1][1] - found[-1][0] >= least
