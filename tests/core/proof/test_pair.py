import io
from dataclasses import replace

import numpy as np
import pytest
from blake3 import blake3
from PIL import Image, ImageCms, ImageDraw, ImageFilter

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.proof import pair, registration, witness
from dupefinder.core.proof.detail import DetailOrder
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.proof.full_picture import FullPicture, Levels, decode_full
from dupefinder.core.proof.pair import prove_pair
from dupefinder.core.proof.witness import MOST_UNLIKE_PLACES
from dupefinder.core.records import DifferenceBox, ProblemCode, Proof, ProofVerdict
from tests.core.pictures import encode, icc_profile, jpeg, textured
from tests.core.proof.full import photo

LIMITS = DecodeLimits()
ORIGINAL = jpeg(textured(384, 256, seed=3), quality=85)
SAVED = Image.open(io.BytesIO(ORIGINAL)).convert("RGB")

CONTAINED = Proof(ProofVerdict.CONTAINED)
DIFFERS = Proof(ProofVerdict.DIFFERS, (DifferenceBox(1, 2, 3, 4),))
ALTERED = Proof(ProofVerdict.ALTERED)


def full(data: bytes) -> FullPicture:
    facts = decode_bytes(data, "photo", LIMITS).facts
    return decode_full(data, facts, LIMITS, keep_profile=True)


def test_an_enlargement_goes_for_its_original() -> None:
    enlarged = SAVED.resize((768, 512), Image.Resampling.BICUBIC)
    proof, back = prove_pair(full(ORIGINAL), full(jpeg(enlarged, quality=95)))
    assert proof.stays_is_poorer
    assert back == CONTAINED


def test_a_reduced_copy_goes_for_its_original() -> None:
    reduced = SAVED.resize((192, 128), Image.Resampling.LANCZOS)
    assert prove_pair(full(jpeg(reduced)), full(ORIGINAL)) == (CONTAINED, None)


def test_a_sharp_photo_does_not_go_for_its_blurred_copy() -> None:
    blurred = full(encode(SAVED.filter(ImageFilter.GaussianBlur(1.5)), "PNG"))
    proof, _ = prove_pair(full(ORIGINAL), blurred)
    assert proof.stays_is_poorer or proof.verdict is not ProofVerdict.CONTAINED


@pytest.mark.parametrize("quality", [30, 60])
@pytest.mark.parametrize("goes_format", ["JPEG", "PNG"])
def test_a_calm_photo_does_not_go_for_a_png_of_a_coarser_jpeg(
    quality: int, goes_format: str
) -> None:
    """The steps alone tell: they explain all that the JPEG lost there."""
    calm = textured(768, 512, seed=3).filter(ImageFilter.GaussianBlur(4))
    coarse = full(encode(Image.open(io.BytesIO(jpeg(calm, quality=quality))), "PNG"))
    fine = full(encode(calm, goes_format, quality=95))
    assert prove_pair(fine, coarse) == (replace(CONTAINED, stays_is_poorer=True), CONTAINED)
    assert prove_pair(coarse, fine) == (CONTAINED, None)


@pytest.mark.parametrize("goes_format", ["HEIF", "AVIF"])
def test_a_phone_photo_does_not_go_for_a_png_of_a_coarse_jpeg_of_it(goes_format: str) -> None:
    calm = textured(768, 512, seed=3).filter(ImageFilter.GaussianBlur(4))
    fine = full(encode(calm, goes_format, quality=80))
    coarse = full(encode(Image.open(io.BytesIO(jpeg(calm, quality=30))), "PNG"))
    assert prove_pair(fine, coarse)[0].stays_is_poorer
    assert prove_pair(coarse, fine) == (CONTAINED, None)


def test_a_png_of_a_coarse_jpeg_goes_for_the_photo_that_holds_more() -> None:
    picture = photo().filter(ImageFilter.GaussianBlur(1.5))
    fine = full(jpeg(picture, quality=95))
    coarse = full(encode(Image.open(io.BytesIO(jpeg(picture, quality=30))), "PNG"))
    assert prove_pair(fine, coarse) == (replace(ALTERED, stays_is_poorer=True), CONTAINED)


@pytest.mark.parametrize("quality", [90, 99])
@pytest.mark.parametrize("blur_px", [0, 4])
def test_a_png_of_a_coarse_jpeg_does_not_go_for_what_was_saved_from_it(
    blur_px: int, quality: int
) -> None:
    """Finer steps add nothing there: they round once more what the PNG still has as it was."""
    coarse = jpeg(textured(768, 512, seed=3).filter(ImageFilter.GaussianBlur(blur_px)), quality=60)
    kept = Image.open(io.BytesIO(coarse)).convert("RGB")
    saved = full(jpeg(kept, quality=quality))
    assert prove_pair(saved, full(encode(kept, "PNG"))) == (CONTAINED, None)


def test_a_jpeg_that_lost_the_fine_texture_goes_for_the_photo_whichever_is_asked_for() -> None:
    fine, coarse = full(encode(photo(), "HEIF", quality=80)), full(jpeg(photo(), quality=40))
    assert prove_pair(fine, coarse) == (replace(ALTERED, stays_is_poorer=True), CONTAINED)
    assert prove_pair(coarse, fine) == (CONTAINED, None)


def saved_again(shown: Image.Image) -> bytes:
    for quality in (60, 85):
        shown = Image.open(io.BytesIO(jpeg(shown, quality=quality))).convert("RGB")
    return jpeg(shown, quality=92)


@pytest.mark.parametrize("quality", [90, 95])
def test_a_coarse_jpeg_that_was_saved_again_more_finely_goes_for_the_photo(quality: int) -> None:
    fine, again = full(jpeg(photo(), quality=quality)), full(saved_again(photo()))
    assert prove_pair(again, fine) == (CONTAINED, None)


@pytest.mark.parametrize("blur_px", [0, 4])
def test_no_photo_goes_for_a_coarse_jpeg_that_was_saved_again_more_finely(blur_px: int) -> None:
    """Of a calm one the numbers alone tell."""
    shown = photo().filter(ImageFilter.GaussianBlur(blur_px))
    proof, back = prove_pair(full(jpeg(shown, quality=90)), full(saved_again(shown)))
    assert (proof.stays_is_poorer, back) == (True, CONTAINED)


def test_a_faint_line_in_a_jpeg_that_was_saved_again_is_found() -> None:
    marked = photo().copy()
    ImageDraw.Draw(marked).line((100, 100, 200, 140), fill=(230, 230, 230), width=2)
    for ours, theirs in ((marked, photo()), (photo(), marked)):
        proof, back = prove_pair(full(saved_again(ours)), full(jpeg(theirs, quality=95)))
        assert (proof.verdict, back) == (ProofVerdict.DIFFERS, None)


SMALL, LARGE = full(jpeg(textured(64, 48))), full(jpeg(textured(128, 96)))
SHARP = full(ORIGINAL)
SOFT = full(jpeg(SAVED.filter(ImageFilter.GaussianBlur(2)), quality=90))


@pytest.mark.parametrize(
    ("proof", "standing", "back", "expected"),
    [
        (CONTAINED, DetailOrder.RICHER, ALTERED, (CONTAINED, None)),
        (CONTAINED, DetailOrder.EQUAL, ALTERED, (CONTAINED, None)),
        (CONTAINED, DetailOrder.UNKNOWN, ALTERED, (Proof(ProofVerdict.UNDECIDED), None)),
        (CONTAINED, DetailOrder.POORER, ALTERED, (replace(CONTAINED, stays_is_poorer=True), None)),
        (ALTERED, DetailOrder.UNKNOWN, ALTERED, (ALTERED, None)),
        (
            ALTERED,
            DetailOrder.POORER,
            CONTAINED,
            (replace(ALTERED, stays_is_poorer=True), CONTAINED),
        ),
        (ALTERED, DetailOrder.POORER, DIFFERS, (replace(ALTERED, stays_is_poorer=True), None)),
        # What differs in places is no matter of sharpness: a mark has sharp edges, too.
        (DIFFERS, DetailOrder.POORER, CONTAINED, (DIFFERS, None)),
    ],
)
def test_the_softer_copy_is_asked_about_in_turn(
    monkeypatch: pytest.MonkeyPatch,
    proof: Proof,
    standing: DetailOrder,
    back: Proof,
    expected: tuple[Proof, Proof | None],
) -> None:
    monkeypatch.setattr(pair, "contained", lambda goes, *_: proof if goes is SHARP else back)
    monkeypatch.setattr(pair, "standing_of", lambda *_, **__: standing)
    assert prove_pair(SHARP, SOFT) == expected


def test_of_copies_as_sharp_no_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(pair, "standing_of", lambda *pictures: asked.append(pictures))
    again = full(jpeg(SAVED, quality=90))
    assert prove_pair(again, SHARP) == (CONTAINED, None)
    assert asked == []


def test_of_a_larger_photo_that_is_all_in_a_smaller_copy_nothing_is_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pair, "contained", lambda *_: CONTAINED)
    monkeypatch.setattr(pair, "standing_of", lambda *_, **__: DetailOrder.UNKNOWN)
    assert prove_pair(LARGE, SMALL) == (CONTAINED, None)


def test_the_other_direction_is_told_as_it_is_found_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is kept as if it had been asked for; what a scan says must not hang on which one was."""
    monkeypatch.setattr(pair, "contained", lambda goes, *_: CONTAINED if goes is SMALL else ALTERED)
    poorer, richer = DetailOrder.POORER, DetailOrder.RICHER
    monkeypatch.setattr(
        pair, "standing_of", lambda one, _, **__: poorer if one is LARGE else richer
    )
    by_itself, _ = prove_pair(SMALL, LARGE)
    assert by_itself == replace(CONTAINED, stays_is_poorer=True)
    assert prove_pair(LARGE, SMALL) == (ALTERED, by_itself)


@pytest.mark.parametrize(
    ("camera", "expected"), [(None, ProofVerdict.UNDECIDED), ("Canon", ProofVerdict.CONTAINED)]
)
def test_both_stay_where_nothing_tells_an_enlargement(
    monkeypatch: pytest.MonkeyPatch, camera: str | None, expected: ProofVerdict
) -> None:
    """But no program gives to an enlargement what a camera noted, if its original lacks it."""
    monkeypatch.setattr(pair, "contained", lambda goes, *_: CONTAINED if goes is SMALL else ALTERED)
    monkeypatch.setattr(pair, "standing_of", lambda *_, **__: DetailOrder.UNKNOWN)
    large = replace(LARGE, facts=replace(LARGE.facts, camera=camera))
    assert prove_pair(SMALL, large) == (Proof(expected), None)
    proof, back = prove_pair(large, SMALL)
    assert proof.verdict is ProofVerdict.ALTERED
    assert back == (CONTAINED if camera else None)


def test_of_pictures_too_small_to_measure_the_larger_stays() -> None:
    icon = full(encode(photo().resize((48, 32)), "PNG"))
    smaller = full(encode(photo().resize((48, 32)).resize((36, 24)), "PNG"))
    assert prove_pair(smaller, icon)[0].verdict is ProofVerdict.CONTAINED


@pytest.mark.parametrize("standing", [DetailOrder.POORER, DetailOrder.RICHER, DetailOrder.UNKNOWN])
def test_a_photo_stays_for_its_copy_in_few_colours(
    monkeypatch: pytest.MonkeyPatch, standing: DetailOrder
) -> None:
    original, in_few_colours = full(jpeg(photo())), full(encode(photo().quantize(128), "PNG"))
    monkeypatch.setattr(pair, "standing_of", lambda *_, **__: standing)
    proof, back = prove_pair(original, in_few_colours)
    assert proof == replace(ALTERED, stays_is_poorer=True)
    by_itself, _ = prove_pair(in_few_colours, original)
    assert by_itself.verdict is not ALTERED.verdict
    assert back == (by_itself if by_itself.verdict is ProofVerdict.CONTAINED else None)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_place_that_differs_from_a_copy_in_few_colours_is_named(scale: int) -> None:
    """It is found in the copy, where the palette tells what else may differ."""
    few = full(encode(photo().quantize(256), "GIF"))
    marked = photo().copy()
    marked.paste((20, 130, 60), (200, 100, 240, 130))
    goes = full(jpeg(marked.resize((480 * scale, 360 * scale))))
    place = DifferenceBox(192 * scale, 96 * scale, 64 * scale, 48 * scale)
    assert prove_pair(goes, few) == (Proof(ProofVerdict.DIFFERS, (place,)), None)


@pytest.mark.parametrize("format_", ["JPEG", "HEIF"])
def test_a_photo_does_not_go_for_its_denoised_copy(format_: str) -> None:
    """An encoder may have taken as much; but this one would have left other errors."""
    original = encode(photo(), format_, quality=88)
    denoised = Image.open(io.BytesIO(original)).convert("RGB").filter(ImageFilter.MedianFilter(3))
    copy = full(jpeg(denoised, quality=90))
    assert prove_pair(full(original), copy) == (Proof(ProofVerdict.UNDECIDED), None)
    assert prove_pair(copy, full(original))[1] is None


@pytest.mark.parametrize("saved", [("PNG", 0), ("JPEG", 90)])
def test_a_jpeg_does_not_go_for_a_copy_with_grain(saved: tuple[str, int]) -> None:
    """Grain is no detail: the copy shows all of the photo, and yet less well."""
    format_, quality = saved
    original = jpeg(photo(), quality=85)
    clean = Image.open(io.BytesIO(original)).convert("RGB")
    grain = np.random.default_rng(4).normal(scale=5, size=(clean.height, clean.width, 1))
    pixels = (np.asarray(clean) + grain).clip(0, 255).astype(np.uint8)
    grainy, again = (
        full(encode(one, format_, quality=quality)) for one in (Image.fromarray(pixels), clean)
    )
    assert prove_pair(full(original), grainy)[0].verdict is not ProofVerdict.CONTAINED
    assert prove_pair(full(original), again) == (CONTAINED, None)


def test_a_proof_that_the_witness_contradicts_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The removal would ask it, and keep the photo."""
    again = full(jpeg(SAVED, quality=90))
    assert prove_pair(again, SHARP) == (CONTAINED, None)
    monkeypatch.setattr(witness, "unlike_places", lambda *_: MOST_UNLIKE_PLACES + 1)
    assert prove_pair(again, SHARP) == (Proof(ProofVerdict.UNDECIDED), None)


def test_the_witness_is_asked_of_the_direction_in_question(monkeypatch: pytest.MonkeyPatch) -> None:
    enlarged = full(jpeg(SAVED.resize((768, 512), Image.Resampling.BICUBIC), quality=95))
    monkeypatch.setattr(
        witness, "unlike_places", lambda goes, *_: MOST_UNLIKE_PLACES + (goes is enlarged)
    )
    proof, back = prove_pair(full(ORIGINAL), enlarged)
    assert proof == Proof(ProofVerdict.CONTAINED, stays_is_poorer=True)
    assert back is None


@pytest.fixture
def resampled_px(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes to which planes were resampled for proof and witness, as they come."""
    resample, sizes_px = registration._resampled, []

    def counted(
        pixels: Levels,
        size_px: tuple[int, int],
        box: registration.Box,
        kernel: Image.Resampling,
    ) -> Levels:
        sizes_px.append(size_px)
        return resample(pixels, size_px, box, kernel)

    monkeypatch.setattr(registration, "_resampled", counted)
    return sizes_px


REDUCED = jpeg(SAVED.resize((192, 128), Image.Resampling.LANCZOS))
LUMA_AND_CHROMA_PX = [(192, 128), (96, 64), (96, 64)]


def test_the_witness_looks_at_what_was_resampled_for_the_proof(
    resampled_px: list[tuple[int, int]],
) -> None:
    assert prove_pair(full(REDUCED), full(ORIGINAL)) == (CONTAINED, None)
    assert resampled_px == LUMA_AND_CHROMA_PX


def test_before_a_removal_the_witness_has_it_resampled_anew(
    resampled_px: list[tuple[int, int]],
) -> None:
    goes, stays = (
        ScannedPhoto((), b"", decode_bytes(data, "photo", LIMITS).facts, data)
        for data in (REDUCED, ORIGINAL)
    )
    assert PairProver(LIMITS).prove_again(goes, stays)
    assert resampled_px == 2 * LUMA_AND_CHROMA_PX


def scanned(data: bytes) -> ScannedPhoto:
    return ScannedPhoto((), blake3(data).digest(), decode_bytes(data, "photo", LIMITS).facts, data)


def test_a_copy_that_only_lost_the_profile_goes_whichever_is_asked_for() -> None:
    rich = scanned(encode(SAVED, "PNG", icc_profile=icc_profile(wide=True)))
    poor = scanned(jpeg(SAVED, quality=90))
    prover = PairProver(LIMITS)
    assert prover.prove(poor, rich).proof == CONTAINED
    outcome = prover.prove(rich, poor)
    assert (outcome.proof, outcome.back) == (replace(ALTERED, stays_is_poorer=True), CONTAINED)


def test_a_sound_photo_that_may_hold_more_than_pixels_is_not_called_damaged() -> None:
    goes = scanned(encode(SAVED, "TIFF", compression="jpeg", quality=90))
    outcome = PairProver(LIMITS).prove(goes, scanned(ORIGINAL))
    assert outcome.proof == Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.HIDDEN_DATA)


def test_a_place_that_differs_is_named_in_a_copy_that_lost_the_profile() -> None:
    rich = scanned(encode(SAVED, "PNG", icc_profile=icc_profile(wide=True)))
    marked = SAVED.copy()
    marked.paste((255, 255, 255), (96, 64, 128, 96))
    outcome = PairProver(LIMITS).prove(rich, scanned(jpeg(marked, quality=90)))
    assert outcome.proof.verdict is ProofVerdict.DIFFERS
    (box,) = outcome.proof.differences
    assert box.x_px <= 96 < 128 <= box.x_px + box.width_px
    assert box.y_px <= 64 < 96 <= box.y_px + box.height_px


def in_wide_colours(wide: Image.Image, picture_format: str) -> tuple[ScannedPhoto, ScannedPhoto]:
    """A photo in wide colours, and its copy in sRGB, which lacks those beyond that."""
    profile = icc_profile(wide=True)
    space = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    narrow = ImageCms.profileToProfile(wide, space, ImageCms.createProfile("sRGB"))
    assert narrow is not None
    narrow.info.clear()
    photo_of = encode(wide, picture_format, quality=95, icc_profile=profile, subsampling=0)
    return scanned(photo_of), scanned(encode(narrow, "PNG"))


@pytest.mark.parametrize("picture_format", ["PNG", "JPEG"])
def test_colours_beyond_those_of_a_copy_are_not_in_it(picture_format: str) -> None:
    """A pattern in the reddest red is one colour in sRGB."""
    pixels = np.array(SAVED)
    rows, columns = np.mgrid[0:96, 0:96]
    pattern = (np.full_like(rows, 255), columns // 8 % 2 * 40, rows // 8 % 2 * 40)
    pixels[64:160, 64:160] = np.stack(pattern, axis=-1)
    rich, poor = in_wide_colours(Image.fromarray(pixels), picture_format)
    prover = PairProver(LIMITS)
    assert prover.prove(rich, poor).proof.verdict is not ProofVerdict.CONTAINED
    assert not prover.prove_again(rich, poor)


def test_colours_that_a_copy_has_in_another_space_are_in_it() -> None:
    calm = Image.blend(SAVED, SAVED.convert("L").convert("RGB"), 0.5)
    rich, poor = in_wide_colours(calm, "JPEG")
    prover = PairProver(LIMITS)
    for goes, stays in ((rich, poor), (poor, rich)):
        assert prover.prove(goes, stays).proof.verdict is ProofVerdict.CONTAINED
        assert prover.prove_again(goes, stays)


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_inks_and_measured_colours_never_go_for_what_is_shown_of_them(mode: str) -> None:
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        inks = ImageCms.profileToProfile(
            SAVED, ImageCms.createProfile("sRGB"), lab, outputMode=mode
        )
    else:
        inks = SAVED.convert(mode)
    assert inks is not None
    rich, shown = scanned(encode(inks, "TIFF")), scanned(encode(inks.convert("RGB"), "PNG"))
    prover = PairProver(LIMITS)
    assert prover.prove(rich, shown).proof.verdict is not ProofVerdict.CONTAINED
    assert not prover.prove_again(rich, shown)
