import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from dupefinder.core.proof.coding import (
    BLOCK_PX,
    LOSSLESS,
    LOSSY,
    former_steps,
    standard_steps,
    steps_at,
    transform,
    webp_steps,
)
from tests.core.pictures import encode, jpeg, textured
from tests.core.proof.full import full, full_png, greys, luma, photo


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


def coefficients_of(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each block of a plane whose sides are multiples of 8, float32 (n, 64)."""
    rows, columns = plane.shape[0] // BLOCK_PX, plane.shape[1] // BLOCK_PX
    blocks = plane.reshape(rows, BLOCK_PX, columns, BLOCK_PX).transpose(0, 2, 1, 3)
    coefficients: NDArray[np.float32] = blocks.reshape(-1, 64) @ transform().T
    return coefficients


def test_the_transform_is_orthonormal() -> None:
    assert np.allclose(transform() @ transform().T, np.eye(64), atol=1e-6)
    assert np.allclose(np.full(64, 3.0) @ transform().T, [24, *[0] * 63], atol=1e-5)


def test_rows_of_the_transform_rise_in_vertical_frequency() -> None:
    down, across = (np.zeros((8, 8), np.float32) for _ in range(2))
    down[:4], across[:, :4] = 1, 1
    assert abs((down.ravel() @ transform().T).reshape(8, 8)[1, 0]) > 1
    assert abs((across.ravel() @ transform().T).reshape(8, 8)[0, 1]) > 1


@pytest.mark.parametrize("quality", [1, 10, 25, 49, 50, 51, 75, 90, 95, 100])
def test_standard_steps_are_those_that_are_written(quality: int) -> None:
    written = opened(encode(textured(64, 64), "JPEG", quality=quality))
    tables = written.quantization  # type: ignore[attr-defined]  # JPEG plugin's own
    steps = standard_steps(quality)
    assert steps.luma.tolist() == tables[0]
    assert steps.chroma.tolist() == tables[1]


@given(st.integers(1, 100))
def test_steps_at_the_same_size_are_the_same(quality: int) -> None:
    for steps in (standard_steps(quality).luma, standard_steps(quality).chroma):
        assert np.allclose(steps_at(steps, 1), steps)


@given(st.integers(1, 100), st.floats(1.01, 16))
def test_the_smaller_a_picture_is_made_the_less_of_its_steps_is_left(
    quality: int, scale: float
) -> None:
    steps = standard_steps(quality).luma
    smaller = steps_at(steps, scale)
    assert smaller.shape == (64,)
    assert smaller[0] == pytest.approx(steps[0] / scale)
    assert smaller.max() <= steps.max() / scale + 1e-3
    assert smaller.min() >= steps.min() / scale - 1e-3


# Former JPEGs


@pytest.mark.parametrize("quality", [30, 50, 62, 75, 85, 90])
def test_the_jpeg_that_a_picture_was_made_of_is_found(quality: int) -> None:
    picture = full_png(opened(encode(photo(), "JPEG", quality=quality)))
    found = picture.first_steps()
    assert found is not picture.steps
    # Of neighbouring qualities most steps are the same.
    assert np.abs(found.luma - standard_steps(quality).luma).max() <= 3
    assert np.abs(found.chroma - standard_steps(quality).chroma).max() <= 3
    assert picture.first_steps() is found


def test_the_jpeg_of_a_night_picture_is_found_by_the_little_that_is_lit() -> None:
    night = Image.new("RGB", (1600, 1200), (4, 4, 6))
    night.paste(photo(160, 120), (736, 513))
    decoded = opened(encode(night, "JPEG", quality=40))
    found = former_steps(luma(decoded))
    assert found is not None
    assert np.abs(found.luma - standard_steps(40).luma).max() <= 3
    assert former_steps(luma(night)) is None


def test_of_a_picture_that_never_was_one_no_jpeg_is_found() -> None:
    for seed in range(2):
        assert former_steps(luma(photo(seed=seed))) is None
        assert former_steps(luma(textured(360, 240, seed))) is None


def test_a_lossy_file_is_not_asked_what_it_was_before() -> None:
    decoded = opened(encode(photo(), "JPEG", quality=60))
    for format_ in ("JPEG", "WEBP"):
        picture = full(encode(decoded, format_, quality=95))
        assert picture.first_steps() is picture.steps


@pytest.mark.parametrize("level", [0, 128, 255])
def test_of_an_even_picture_no_jpeg_is_found(level: int) -> None:
    assert former_steps(np.full((360, 480), level, np.uint8)) is None


def test_of_a_picture_whose_blocks_lie_elsewhere_no_jpeg_is_found() -> None:
    decoded = opened(encode(photo(), "JPEG", quality=60))
    assert former_steps(luma(decoded.crop((3, 2, 480, 360)))) is None


@pytest.mark.parametrize("size", [(8, 8), (63, 400), (400, 63), (1, 1)])
def test_small_pictures_tell_nothing(size: tuple[int, int]) -> None:
    decoded = opened(encode(textured(*size), "JPEG", quality=60))
    assert former_steps(luma(decoded)) is None


# WebP


def test_a_coarser_webp_has_coarser_steps() -> None:
    steps = [
        webp_steps(encode(photo(), "WEBP", quality=quality)).luma[0]
        for quality in (30, 50, 75, 90, 98)
    ]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] > 3 * steps[-1]


def test_a_webp_without_loss_has_the_finest_steps() -> None:
    assert webp_steps(encode(photo(), "WEBP", lossless=True)) is LOSSLESS
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert webp_steps(encode(photo(), "WEBP", lossless=True, icc_profile=profile)) is LOSSLESS


def test_of_what_cannot_be_read_the_steps_of_any_lossy_file_are_taken() -> None:
    whole = encode(photo(), "WEBP", quality=80)
    for data in (b"", b"RIFF\0\0\0\0WEBP", whole[:30], whole.replace(b"VP8 ", b"VP9 ", 1)):
        assert webp_steps(data) is LOSSY


@pytest.mark.parametrize("quality", [30, 50, 75, 90])
@pytest.mark.parametrize("method", [0, 4, 6])
def test_most_coefficients_of_a_webp_lie_within_its_steps(quality: int, method: int) -> None:
    data = encode(photo(), "WEBP", quality=quality, method=method)
    ours, theirs = luma(photo()).astype(np.float32), luma(opened(data)).astype(np.float32)
    errors = np.abs(coefficients_of(ours) - coefficients_of(theirs))
    assert (errors > webp_steps(data).luma / 2).mean() < 0.03


# The law that the proof rests on


@given(st.integers(1, 100), st.integers(0, 30))
@settings(max_examples=60)
def test_each_coefficient_lies_within_half_a_step_of_the_decoded_one(
    quality: int, seed: int
) -> None:
    """Nothing is cut off at black or white here; decoding rounds to whole levels."""
    plane = (greys(textured(160, 120, seed)) * 0.5 + 64).astype(np.uint8)
    decoded = np.asarray(opened(encode(Image.fromarray(plane), "JPEG", quality=quality)))
    moved = np.abs(coefficients_of(plane.astype(np.float32) - decoded))
    free = coefficients_free_of_clipping(decoded)
    assert free.any()
    # Decoded levels lie within half of the exact ones, plus the decoder's own arithmetic.
    rounding = 0.75 * np.abs(transform()).sum(axis=1)
    assert np.all(moved[free] <= standard_steps(quality).luma / 2 + rounding)


def coefficients_free_of_clipping(decoded: NDArray[np.uint8]) -> NDArray[np.bool_]:
    rows, columns = decoded.shape[0] // BLOCK_PX, decoded.shape[1] // BLOCK_PX
    split = decoded.reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    blocks = split.transpose(0, 2, 1, 3).reshape(-1, 64)
    return np.asarray((blocks.min(axis=1) > 0) & (blocks.max(axis=1) < 255))


def test_lossless_steps_are_too_small_to_excuse_anything() -> None:
    assert LOSSLESS.luma.max() <= 1
    assert LOSSLESS.chroma.max() <= 1


def saved_in_turn(shown: Image.Image, *qualities: int) -> bytes:
    data = b""
    for quality in qualities:
        data = jpeg(shown, quality=quality)
        shown = Image.open(io.BytesIO(data)).convert("RGB")
    return data


@pytest.mark.parametrize("qualities", [(60, 92), (60, 85), (30, 80), (60, 85, 92)])
def test_the_coarser_jpegs_that_a_jpeg_was_made_of_are_found(qualities: tuple[int, ...]) -> None:
    picture = full(saved_in_turn(photo(), *qualities))
    expected = sum(float(standard_steps(one).luma.sum()) for one in qualities)
    found = picture.all_steps()
    assert not found.is_exact
    assert float(found.luma.sum()) == pytest.approx(expected, rel=0.15)
    assert float(picture.first_steps().luma.sum()) < expected / 2


@pytest.mark.parametrize("quality", [30, 60, 85, 95])
def test_a_jpeg_that_was_saved_once_was_made_of_none(quality: int) -> None:
    for shown in (photo(), textured(360, 240, 2), photo(64, 40)):
        picture = full(jpeg(shown, quality=quality))
        assert picture.all_steps() is picture.steps
