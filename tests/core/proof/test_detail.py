"""The copy with more true detail: enlarged, blurred, sharpened, reduced, saved again."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.proof.detail import (
    DetailOrder,
    is_made_from,
    is_smoothed,
    sharpness_of,
    standing,
    standing_of,
    standing_of_larger,
)
from dupefinder.core.proof.full_picture import FullPicture, decode_full
from dupefinder.core.proof.surplus import Surplus, enlarged_noise, surplus
from tests.core.pictures import encode, jpeg, laid, orientation_exif, textured
from tests.core.proof.full import photo

LIMITS = DecodeLimits()
PHOTO = textured(384, 256, seed=3)
ORIGINAL = jpeg(PHOTO, quality=85)
SAVED = Image.open(io.BytesIO(ORIGINAL)).convert("RGB")


def full(data: bytes) -> FullPicture:
    facts = decode_bytes(data, "photo", LIMITS).facts
    return decode_full(data, facts, LIMITS, keep_profile=True)


def resized(picture: Image.Image, factor: float, kernel: Image.Resampling) -> Image.Image:
    return picture.resize((round(picture.width * factor), round(picture.height * factor)), kernel)


@pytest.mark.parametrize("factor", [1.25, 2, 3])
@pytest.mark.parametrize(
    "kernel", [Image.Resampling.BILINEAR, Image.Resampling.LANCZOS, Image.Resampling.NEAREST]
)
def test_an_enlargement_is_poorer_than_its_original(
    factor: float, kernel: Image.Resampling
) -> None:
    enlarged = full(jpeg(resized(SAVED, factor, kernel), quality=95))
    assert standing_of(enlarged, full(ORIGINAL)) is DetailOrder.POORER
    assert standing_of(full(ORIGINAL), enlarged) is DetailOrder.RICHER


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_an_enlargement_is_poorer_in_any_format(format_: str) -> None:
    enlarged = full(encode(resized(SAVED, 2, Image.Resampling.BICUBIC), format_))
    assert standing_of(enlarged, full(ORIGINAL)) is DetailOrder.POORER


@pytest.mark.parametrize(("format_", "quality"), [("JPEG", 85), ("JPEG", 97), ("WEBP", 85)])
def test_a_sharpened_enlargement_is_not_richer(format_: str, quality: int) -> None:
    sharpened = resized(SAVED, 2, Image.Resampling.BICUBIC).filter(
        ImageFilter.UnsharpMask(2, 80, 2)
    )
    enlarged = full(encode(sharpened, format_, quality=quality))
    assert standing_of(enlarged, full(ORIGINAL)) is not DetailOrder.RICHER


@pytest.mark.parametrize("is_poorer_only", [True, False])
def test_an_enlargement_that_was_made_before_its_original_was_saved_coarsely_is_poorer(
    is_poorer_only: bool,
) -> None:
    noise = np.random.default_rng(2).normal(scale=6, size=(240, 320, 1))
    detailed = np.clip(np.asarray(textured(320, 240, seed=2)) + noise, 0, 255).astype(np.uint8)
    small = Image.fromarray(detailed).resize((160, 120), Image.Resampling.LANCZOS)
    enlarged = full(jpeg(resized(small, 3, Image.Resampling.BICUBIC)))
    order = standing_of(enlarged, full(jpeg(small)), is_poorer_only=is_poorer_only)
    assert order is DetailOrder.POORER


def test_an_enlargement_of_a_turned_original_is_poorer() -> None:
    original = jpeg(laid(PHOTO, 6), exif=orientation_exif(6), quality=85)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(original))).convert("RGB")
    enlarged = full(jpeg(resized(upright, 2, Image.Resampling.BICUBIC), quality=95))
    assert standing_of(enlarged, full(original)) is DetailOrder.POORER


@pytest.mark.parametrize("factor", [0.75, 0.5, 0.3])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_reduced_copy_is_poorer_than_its_original(factor: float, format_: str) -> None:
    options = {"quality": 97} if format_ == "JPEG" else {}
    reduced = full(encode(resized(SAVED, factor, Image.Resampling.LANCZOS), format_, **options))
    assert standing_of(reduced, full(ORIGINAL)) is DetailOrder.POORER
    assert standing_of(full(ORIGINAL), reduced) is DetailOrder.RICHER


def test_a_soft_original_with_noise_is_not_poorer_than_its_reduced_copy() -> None:
    soft = np.asarray(PHOTO.filter(ImageFilter.GaussianBlur(1.5)), np.float32)
    noise = np.random.default_rng(0).normal(0, 2, soft.shape[:2])[..., None]
    original = jpeg(Image.fromarray(np.clip(soft + noise, 0, 255).astype(np.uint8)), quality=90)
    saved = Image.open(io.BytesIO(original)).convert("RGB")
    reduced = full(encode(resized(saved, 0.5, Image.Resampling.LANCZOS), "PNG"))
    assert standing_of(full(original), reduced) is DetailOrder.RICHER


@pytest.mark.parametrize("sigma_px", [1.0, 2.0])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_blurred_copy_is_poorer(sigma_px: float, format_: str) -> None:
    options = {"quality": 97} if format_ == "JPEG" else {}
    blurred = full(encode(SAVED.filter(ImageFilter.GaussianBlur(sigma_px)), format_, **options))
    assert standing_of(blurred, full(ORIGINAL)) is DetailOrder.POORER


def test_a_sharpened_copy_is_not_richer() -> None:
    sharpened = full(jpeg(SAVED.filter(ImageFilter.UnsharpMask(1.0, 60, 0)), quality=92))
    assert standing_of(sharpened, full(ORIGINAL)) is not DetailOrder.RICHER


def test_a_copy_that_was_merely_saved_again_is_neither() -> None:
    assert standing_of(full(jpeg(SAVED, quality=95)), full(ORIGINAL)) is DetailOrder.EQUAL
    assert standing_of(full(ORIGINAL), full(jpeg(SAVED, quality=75))) is DetailOrder.EQUAL


def test_a_denoised_copy_is_no_equal_of_what_it_was_made_from() -> None:
    grain = np.random.default_rng(1).normal(0, 8, (256, 384, 1))
    noisy = Image.fromarray(np.clip(np.asarray(PHOTO) + grain, 0, 255).astype(np.uint8))
    coarse = jpeg(noisy, quality=60)
    saved = np.asarray(Image.open(io.BytesIO(coarse)).convert("RGB"))
    denoised = full(encode(Image.fromarray(cv2.medianBlur(saved, 3)), "PNG"))
    assert standing_of(denoised, full(coarse)) in (DetailOrder.UNKNOWN, DetailOrder.POORER)


def test_of_a_picture_smaller_than_a_tile_nothing_is_told() -> None:
    small, large = full(jpeg(textured(48, 40))), full(jpeg(textured(96, 80)))
    assert surplus(small, large) is None
    assert standing_of(small, full(jpeg(textured(24, 20)))) is DetailOrder.UNKNOWN
    assert standing_of(small, small) is DetailOrder.EQUAL
    assert standing_of(large, small) is DetailOrder.RICHER


def made(
    share: float = 0.0,
    *,
    beyond: float = 0.0,
    repeats: float | None = 0.3,
    response: float = 1.0,
    repetition: float = 0.0,
) -> Surplus:
    return Surplus(share, beyond, repeats, response, repetition)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (made(beyond=0.4), made(), DetailOrder.RICHER),
        (made(), made(repeats=0.1), DetailOrder.POORER),
        (made(repeats=0.1), made(), DetailOrder.RICHER),
        (made(beyond=0.4), made(repeats=0.1), DetailOrder.UNKNOWN),
        (made(0.2), made(0.01), DetailOrder.RICHER),
        (made(0.01), made(0.2), DetailOrder.POORER),
        (made(0.2), made(0.15), DetailOrder.UNKNOWN),
        (made(repeats=None), made(), DetailOrder.UNKNOWN),
        # So soft that it shows no more than the smaller copy, a JPEG, which was made from it.
        (made(repeats=0.4, response=0.94), made(repeats=0.33), DetailOrder.RICHER),
        (made(repeats=0.32), made(repeats=0.33), DetailOrder.UNKNOWN),
        (made(repeats=0.4), made(0.02, repeats=0.33), DetailOrder.UNKNOWN),
        # Sharpened: as much may be left unexplained beside strong edges.
        (made(0.2, response=1.3), made(0.01), DetailOrder.UNKNOWN),
        (made(beyond=0.2, response=1.4), made(repeats=0.1), DetailOrder.POORER),
        # Repeated pixels have hard edges, which no smaller picture can hold.
        (made(0.1, beyond=0.1, repetition=0.75), made(), DetailOrder.POORER),
        (made(0.5, beyond=0.1, repetition=1.4), made(), DetailOrder.POORER),
        (made(0.5, beyond=0.1, repetition=0.9), made(), DetailOrder.RICHER),
        (made(0.5, beyond=0.5, repetition=1.0), made(), DetailOrder.RICHER),
    ],
)
def test_the_larger_copy_is_weighed(ours: Surplus, theirs: Surplus, expected: DetailOrder) -> None:
    assert standing_of_larger(ours, theirs) is expected


@pytest.mark.parametrize(
    ("shown", "is_surely_detail"),
    [
        (made(0.5), True),
        (made(beyond=0.4), True),
        (made(0.3, beyond=0.2), False),
        (made(0.5, response=1.2), False),
        (made(beyond=0.4, response=1.2), False),
        (made(0.9, beyond=0.2, repetition=1.4), False),
    ],
)
def test_a_few_tiles_are_enough_where_much_is_shown(shown: Surplus, is_surely_detail: bool) -> None:
    assert shown.is_surely_detail is is_surely_detail


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (made(0.9), made(), DetailOrder.EQUAL),
        (made(0.9, response=1.5), made(0.01, response=0.7), DetailOrder.RICHER),
        (made(0.01, response=0.7), made(0.9, response=1.5), DetailOrder.POORER),
        (made(0.9, response=0.7), made(0.01, response=1.5), DetailOrder.UNKNOWN),
        (made(0.9, response=1.5), made(0.8, response=0.3), DetailOrder.RICHER),
        (made(response=0.8, repeats=0.1), made(response=1.2), DetailOrder.RICHER),
        (made(response=1.2), made(response=0.8), DetailOrder.UNKNOWN),
    ],
)
def test_copies_of_one_size_are_weighed(
    ours: Surplus, theirs: Surplus, expected: DetailOrder
) -> None:
    assert standing(ours, theirs) is expected


def test_a_coarser_copy_is_what_its_encoder_makes_of_the_finer_one() -> None:
    assert standing(made(), made(repeats=0.3), is_finer=True) is DetailOrder.EQUAL
    assert standing(made(), made(repeats=0.6), is_finer=True) is DetailOrder.UNKNOWN
    assert standing(made(), made(repeats=0.6)) is DetailOrder.EQUAL


def test_rounding_shows_beyond_the_cutoff_as_strongly_as_the_images_there() -> None:
    steps, power = np.full(64, 6, np.float32), np.full(64, 4, np.float32)
    noise = enlarged_noise(steps, 2.0, power, np.full(64, 100, np.float32)).reshape(8, 8)
    assert not noise[:4, :4].any()
    gain = (4 / (100 * 4)) ** 0.5
    assert noise[5, 2] == pytest.approx(gain * 6 * 2 * 3 / 12**0.5, rel=1e-3)


def _saved(picture: bytes, format_: str, quality: int) -> bytes:
    return encode(Image.open(io.BytesIO(picture)).convert("RGB"), format_, quality=quality)


@pytest.mark.parametrize("first", [("JPEG", 95), ("WEBP", 90), ("AVIF", 90)])
@pytest.mark.parametrize("quality", [85, 70])
def test_a_jpeg_made_from_another_picture_is_known_by_its_rounding(
    first: tuple[str, int], quality: int
) -> None:
    original = encode(PHOTO, first[0], quality=first[1])
    again = _saved(original, "JPEG", quality)
    assert is_made_from(full(again), full(original))


@pytest.mark.parametrize("second", [("JPEG", 95), ("WEBP", 80), ("AVIF", 60)])
@pytest.mark.parametrize("quality", [95, 75])
def test_a_jpeg_was_not_made_from_its_copy(second: tuple[str, int], quality: int) -> None:
    original = encode(PHOTO, "JPEG", quality=quality)
    copy = full(_saved(original, *second))
    assert not is_made_from(full(original), copy)


def test_of_a_picture_of_few_pixels_nothing_is_known() -> None:
    tiny = full(jpeg(textured(40, 30, seed=3)))
    assert is_made_from(tiny, tiny) is None


def test_a_turned_photo_is_as_sharp_as_it_was() -> None:
    """One with finer detail along its rows, such as trunks or a fence."""
    fence = photo().resize((160, 360)).resize((480, 360))
    upright, tagged = (
        full(jpeg(laid(fence, one), quality=95, exif=orientation_exif(one))) for one in (1, 6)
    )
    assert sharpness_of(tagged) == pytest.approx(sharpness_of(upright), rel=0.05)
    assert not is_smoothed(tagged, upright)


def denoised(picture: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.bilateralFilter(np.asarray(picture), 5, 20, 3), np.uint8))


@pytest.mark.parametrize(
    ("original", "copied"),
    [
        (("JPEG", 80), ("JPEG", 98)),
        (("JPEG", 95), ("JPEG", 80)),
        (("JPEG", 95), ("HEIF", 85)),
        (("JPEG", 80), ("PNG", 0)),
        (("HEIF", 90), ("JPEG", 90)),
        (("HEIF", 90), ("PNG", 0)),
        (("PNG", 0), ("WEBP", 85)),
    ],
)
def test_a_denoised_copy_is_told_from_one_that_was_saved_again(
    original: tuple[str, int], copied: tuple[str, int]
) -> None:
    content = encode(photo(), original[0], quality=original[1])
    saved = Image.open(io.BytesIO(content)).convert("RGB")
    first, again = full(content), full(encode(saved, copied[0], quality=copied[1]))
    assert is_smoothed(full(encode(denoised(saved), copied[0], quality=copied[1])), first)
    assert not is_smoothed(first, again)


def test_a_webp_whose_blocks_add_edges_shows_no_more_than_its_original() -> None:
    original = jpeg(photo(256, 256, seed=3), quality=60)
    saved = Image.open(io.BytesIO(original)).convert("RGB")
    assert not is_smoothed(full(original), full(encode(saved, "WEBP", quality=80)))
