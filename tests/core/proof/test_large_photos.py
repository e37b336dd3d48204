"""JPEGs that are too large to be compared in full, and their smaller copies."""

from dataclasses import replace

import pytest
from PIL import Image

from dupefinder.core.decode import decode_bytes
from dupefinder.core.proof import full_picture
from dupefinder.core.proof.coding import standard_steps, steps_at
from dupefinder.core.proof.files import PairOutcome, PairProver, ScannedPhoto
from dupefinder.core.proof.full_picture import decode_full, reduction_for
from dupefinder.core.records import ProblemCode, ProofVerdict
from tests.core.pictures import encode, icc_profile, jpeg, laid, orientation_exif
from tests.core.proof.full import LIMITS, photo

LARGE = photo(960, 720)
PHOTO = jpeg(LARGE, quality=92)


@pytest.fixture(autouse=True)
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that half the large photo keeps to, and the whole does not."""
    monkeypatch.setattr(full_picture, "MOST_PX", 480 * 360)


def reduced(by: float, quality: int = 85) -> bytes:
    """A copy of the large photo at a part of its size."""
    size = round(LARGE.width / by), round(LARGE.height / by)
    return jpeg(LARGE.resize(size, Image.Resampling.LANCZOS), quality=quality)


def scanned(content: bytes) -> ScannedPhoto:
    decoded = decode_bytes(content, "/photo", LIMITS)
    return ScannedPhoto([], decoded.digest, decoded.facts, content)


def proved(goes: bytes, stays: bytes) -> PairOutcome:
    return PairProver(LIMITS).prove(scanned(goes), scanned(stays))


def test_a_small_copy_goes_for_a_photo_that_is_too_large_to_be_compared() -> None:
    found = proved(reduced(3), PHOTO)
    assert (found.proof.verdict, found.back) == (ProofVerdict.CONTAINED, None)
    copy, original = scanned(reduced(3)), scanned(PHOTO)
    assert PairProver(LIMITS).prove_again(copy, original)


def test_a_place_that_differs_is_named_in_the_small_copy() -> None:
    copy = LARGE.resize((320, 240), Image.Resampling.LANCZOS)
    copy.paste((250, 240, 20), (200, 120, 224, 136))
    (box, *_) = proved(jpeg(copy, quality=85), PHOTO).proof.differences
    assert box.x_px <= 200 <= 224 <= box.x_px + box.width_px
    assert box.y_px <= 120 <= 136 <= box.y_px + box.height_px


def test_a_photo_that_lies_on_its_side_is_reduced_as_it_lies() -> None:
    lying = encode(laid(LARGE, 6), "JPEG", quality=92, exif=orientation_exif(6))
    facts = decode_bytes(lying, "/photo", LIMITS).facts
    picture = decode_full(lying, facts, LIMITS, keep_profile=True, reduced_by=2)
    assert picture.size_px == (360, 480)
    assert (picture.facts.width_px, picture.facts.height_px) == (480, 360)
    assert proved(reduced(3), lying).proof.verdict is ProofVerdict.CONTAINED


def test_the_blocks_of_a_reduced_photo_are_not_taken_for_those_of_a_jpeg() -> None:
    facts = decode_bytes(PHOTO, "/photo", LIMITS).facts
    picture = decode_full(PHOTO, facts, LIMITS, keep_profile=True, reduced_by=2)
    assert not picture.is_jpeg
    assert not picture.steps.is_exact
    assert picture.steps.luma.tolist() == steps_at(standard_steps(92).luma, 2).tolist()


@pytest.mark.parametrize("by", [1.2, 2, 2.5])
def test_a_copy_as_large_as_the_reduced_photo_proves_nothing(by: float) -> None:
    found = proved(reduced(by), PHOTO)
    cause = ProblemCode.TOO_LARGE
    assert (found.proof.verdict, found.proof.cause) == (ProofVerdict.UNDECIDED, cause)


def test_an_enlargement_that_is_too_large_never_goes_for_its_original() -> None:
    original = jpeg(photo(300, 225), quality=90)
    enlarged = photo(300, 225).resize((960, 720), Image.Resampling.BICUBIC)
    found = proved(original, jpeg(enlarged, quality=95))
    assert found.proof.verdict is not ProofVerdict.CONTAINED
    assert found.back is None
    turned_round = proved(jpeg(enlarged, quality=95), original)
    assert turned_round.proof.cause is ProblemCode.TOO_LARGE


def test_only_a_jpeg_is_reduced() -> None:
    small, large = (scanned(content).facts for content in (reduced(3), PHOTO))
    assert reduction_for(large, small) == 2
    assert reduction_for(replace(large, format="PNG"), small) == 1
    assert reduction_for(replace(large, mode="CMYK"), small) == 1
    assert reduction_for(small, large) == 1
    tiny = scanned(reduced(5)).facts
    assert [
        reduction_for(replace(large, width_px=width_px), tiny)
        for width_px in (230, 960, 1920, 9600, 96_000)
    ] == [1, 2, 4, 8, 1]


def test_a_profile_is_applied_to_a_reduced_photo() -> None:
    profiled = encode(LARGE, "JPEG", quality=92, icc_profile=icc_profile())
    facts = decode_bytes(profiled, "/photo", LIMITS).facts
    assert facts.icc_digest is not None
    picture = decode_full(profiled, facts, LIMITS, keep_profile=False, reduced_by=2)
    assert picture.size_px == (480, 360)
    assert picture.rgb is not None


def test_the_survivor_is_decoded_once_for_all_small_copies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[int] = []
    decode = full_picture.decode_full

    def watched(*arguments: object, reduced_by: int = 1, **more: object) -> object:
        decoded.append(reduced_by)
        return decode(*arguments, reduced_by=reduced_by, **more)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(full_picture, "decode_full", watched)
    prover, original = PairProver(LIMITS), scanned(PHOTO)
    for by in (3, 4, 5):
        assert prover.prove(scanned(reduced(by)), original).proof.verdict is ProofVerdict.CONTAINED
    assert sorted(decoded) == [1, 1, 1, 2]
