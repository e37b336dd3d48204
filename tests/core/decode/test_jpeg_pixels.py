import io

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode.jpeg_pixels import (
    DataLost,
    eighths_of,
    encode_jpeg,
    is_all_there,
    jpeg_levels,
    picture_of,
    with_end,
)
from tests.core.pictures import jpeg, textured

PICTURE = textured(400, 296)


@pytest.mark.parametrize(
    ("size_px", "eighths"),
    [
        ((640, 480), 3),
        ((480, 640), 3),
        ((4000, 3000), 1),
        ((481, 321), 8),
        ((1920, 1080), 2),
        ((10_000, 300), 8),  # what is long and thin keeps its shorter side
        ((480, 360), 4),
        ((479, 360), 8),
        ((240, 180), 8),
        ((60, 40), 8),
        ((1, 1), 8),
    ],
)
def test_as_few_eighths_as_keep_both_sides(size_px: tuple[int, int], eighths: int) -> None:
    assert eighths_of(size_px, 240, 180) == eighths


@pytest.mark.parametrize("eighths", range(1, 9))
def test_each_scale_gives_the_picture_in_that_size(eighths: int) -> None:
    levels = jpeg_levels(jpeg(PICTURE, quality=95), PICTURE.size, eighths)
    assert levels is not None
    assert levels.shape == (37 * eighths, 50 * eighths, 4)
    shown = picture_of(levels).convert("RGB")
    expected = PICTURE.resize(shown.size, Image.Resampling.BOX)
    off = np.asarray(shown).astype(np.int16) - np.asarray(expected)
    assert np.abs(off).mean() < 6


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
def test_halves_are_those_of_pillow(scale: int) -> None:
    data = jpeg(PICTURE)
    opened = Image.open(io.BytesIO(data))
    opened.draft("RGB", (400 // scale, 296 // scale))
    levels = jpeg_levels(data, PICTURE.size, 8 // scale)
    assert levels is not None
    assert np.array_equal(levels[:, :, :3], np.asarray(opened))


def test_sides_that_do_not_divide_are_rounded_up() -> None:
    levels = jpeg_levels(jpeg(textured(481, 323)), (481, 323), 5)
    assert levels is not None
    assert levels.shape == (202, 301, 4)


def test_data_after_the_picture_does_no_harm() -> None:
    assert jpeg_levels(jpeg(PICTURE) + b"a film", PICTURE.size, 4) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        jpeg(PICTURE)[:100],
    ],
    ids=["empty", "other", "head only"],
)
def test_irregular_jpegs_are_left_to_pillow(data: bytes) -> None:
    assert jpeg_levels(data, PICTURE.size, 4) is None


@pytest.mark.parametrize("data", [jpeg(PICTURE)[:-300], jpeg(PICTURE)[:-2]])
def test_pixels_that_libjpeg_makes_up_are_reported(data: bytes) -> None:
    with pytest.raises(DataLost):
        jpeg_levels(data, PICTURE.size, 4)
    assert not is_all_there(data, "RGB")


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_only_an_end_that_is_all_that_lacks_is_given(mode: str) -> None:
    whole = jpeg(PICTURE.convert(mode))
    assert is_all_there(whole, mode)
    assert with_end(whole, mode) == whole
    assert with_end(whole[:-2], mode) == whole
    assert with_end(whole[:-9], mode) == whole[:-9]
    assert with_end(b"no picture", mode) == b"no picture"


def test_a_grey_jpeg_is_decoded_as_one() -> None:
    grey = PICTURE.convert("L")
    levels = jpeg_levels(jpeg(grey), grey.size, 8, "L")
    assert levels is not None
    shown = picture_of(levels)
    assert shown.mode == "L"
    assert np.abs(np.asarray(shown).astype(np.int16) - np.asarray(grey)).mean() < 6


def test_a_size_that_is_not_the_files_is_left_to_pillow() -> None:
    assert jpeg_levels(jpeg(PICTURE), (640, 480), 8) is None


def test_a_picture_of_levels_shares_their_memory() -> None:
    levels = np.zeros((3, 5, 4), np.uint8)
    shown = picture_of(levels)
    assert shown.size == (5, 3)
    levels[1, 2] = (10, 20, 30, 0)
    assert shown.convert("RGB").getpixel((2, 1)) == (10, 20, 30)


@pytest.mark.parametrize("size", [(320, 240), (1, 1), (17, 3)])
def test_an_encoded_picture_shows_the_same(size: tuple[int, int]) -> None:
    picture = textured(*size)
    shown = Image.open(io.BytesIO(encode_jpeg(picture, 95)))
    assert shown.size == size
    off = np.asarray(shown.convert("L")).astype(np.int16) - np.asarray(picture.convert("L"))
    assert np.abs(off).mean() < 6


def test_levels_at_hand_are_encoded_as_the_picture_is() -> None:
    levels = jpeg_levels(jpeg(PICTURE), PICTURE.size, 3)
    assert levels is not None
    shown = picture_of(levels)
    assert encode_jpeg(shown, 80, levels) == encode_jpeg(shown, 80)
    assert encode_jpeg(shown.convert("RGB"), 80) == encode_jpeg(shown, 80)
