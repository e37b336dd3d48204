import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dupefinder.core.decode.kept_pixels import (
    chroma_of,
    contrast_of,
    encode_thumbnail,
    find_inner,
    grey_of,
    inner_picture,
    sharpness_of,
    thumbnail_of,
)
from dupefinder.core.decode.reduced import ReducedPicture, shrink
from tests.core.pictures import laid, textured


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((320, 240), (320, 240)),
        ((480, 184), (256, 98)),
        ((184, 480), (98, 256)),
        ((330, 185), (256, 144)),
        ((5, 3), (5, 3)),
    ],
)
def test_a_thumbnail_is_about_as_large_as_a_thumbnail(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    small = shrink(textured(*size), size)
    thumbnail = thumbnail_of(small)
    assert thumbnail.pixels.size == kept
    assert Image.open(io.BytesIO(encode_thumbnail(thumbnail))).size == kept


@pytest.mark.parametrize("size", [(240, 180), (256, 171), (320, 240), (301, 201), (100, 31)])
def test_the_chroma_is_the_mean_of_its_share(size: tuple[int, int]) -> None:
    width_px, height_px = size
    picture = textured(*size)
    planes = np.asarray(picture.convert("YCbCr")).astype(np.float64)[:, :, 1:]
    # As many times as there are shares, so that each share is a run of whole pixels.
    fine = planes.repeat(16, axis=0).repeat(16, axis=1)
    exact = fine.reshape(16, height_px, 16, width_px, 2).mean(axis=(1, 3)).transpose(2, 0, 1)
    chroma = chroma_of(picture)
    assert chroma.shape == (2, 16, 16)
    assert chroma.dtype == np.uint8
    assert np.abs(chroma - exact).max() < 3  # both conversions round


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (15, 17)])
def test_a_tiny_picture_has_a_chroma(size: tuple[int, int]) -> None:
    blueness, redness = chroma_of(Image.new("RGB", size, (255, 0, 0)))
    assert blueness.shape == redness.shape == (16, 16)
    assert (blueness == 84).all()
    assert (redness == 255).all()


@pytest.mark.parametrize("size", [(321, 240), (481, 321), (321, 481), (600, 185)])
def test_a_thumbnail_is_what_pillow_would_make_of_the_picture(size: tuple[int, int]) -> None:
    picture = textured(*size)
    thumbnail = thumbnail_of(ReducedPicture(picture, size, size))
    assert thumbnail.levels is not None
    levels = np.asarray(thumbnail.pixels.convert("RGB")).astype(int)
    exact = picture.resize(thumbnail.pixels.size, Image.Resampling.HAMMING)
    assert np.sqrt(np.mean((levels - np.asarray(exact)) ** 2)) < 2
    assert np.array_equal(thumbnail.levels[:, :, :3], levels)


def test_fine_stripes_do_not_flicker_in_a_thumbnail() -> None:
    stripes = np.zeros((300, 500, 3), np.uint8)
    stripes[:, ::2] = 255
    picture = Image.fromarray(stripes)
    thumbnail = thumbnail_of(ReducedPicture(picture, picture.size, picture.size))
    exact = np.asarray(picture.resize(thumbnail.pixels.size, Image.Resampling.HAMMING))
    levels = np.asarray(thumbnail.pixels.convert("RGB"))
    assert levels.std() < stripes.std() / 4
    assert levels.std() < 2 * exact.std()


@pytest.mark.parametrize("extent_px", [(480.5, 321), (481, 320.25)])
def test_a_part_of_a_pixel_counts_in_a_thumbnail(extent_px: tuple[float, float]) -> None:
    picture = textured(481, 321)
    thumbnail = thumbnail_of(ReducedPicture(picture, extent_px, picture.size))
    exact = picture.resize(thumbnail.pixels.size, Image.Resampling.HAMMING, box=(0, 0, *extent_px))
    assert np.array_equal(np.asarray(thumbnail.pixels), np.asarray(exact))


def grey(picture: Image.Image) -> NDArray[np.uint8]:
    return grey_of(shrink(picture, picture.size))


@pytest.mark.parametrize("size", [(300, 200), (330, 330), (481, 321)])
def test_the_grey_is_upright(size: tuple[int, int]) -> None:
    picture = textured(*size)
    upright = grey(picture)
    assert upright.shape == (96, 96)
    mirrored = grey(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert np.abs(upright[:, ::-1].astype(int) - mirrored).max() <= 1


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_thumbnail_and_its_grey_are_turned_once(orientation: int) -> None:
    picture = textured(481, 321)
    lying = laid(picture, orientation)
    small = ReducedPicture(lying, lying.size, lying.size, orientation=orientation)
    thumbnail = thumbnail_of(small)
    assert thumbnail.pixels.size == (256, 171)
    assert np.abs(grey_of(small).astype(int) - grey(picture)).max() <= 2


def test_sharpness_and_contrast_are_those_of_numpy() -> None:
    grey = np.asarray(textured(96, 96).convert("L"))
    levels = grey.astype(float)
    laplacian = (
        levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
        - 4 * levels[1:-1, 1:-1]
    )  # fmt: skip
    assert sharpness_of(grey) == pytest.approx(laplacian.var())
    assert contrast_of(grey) == pytest.approx(levels.std())


PHOTO = textured(160, 120, 3).convert("L")


def framed(left: int, top: int, right: int, bottom: int, tone: int = 0) -> Image.Image:
    width_px, height_px = PHOTO.size
    whole = Image.new("L", (width_px + left + right, height_px + top + bottom), tone)
    whole.paste(PHOTO, (left, top))
    return whole


def found(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return find_inner(np.asarray(picture))


@pytest.mark.parametrize("tone", [0, 128, 255])
@pytest.mark.parametrize(
    "margins", [(12, 12, 12, 12), (30, 0, 30, 0), (0, 25, 0, 25), (9, 9, 9, 40)]
)
def test_a_photo_in_margins_is_found(margins: tuple[int, int, int, int], tone: int) -> None:
    left, top, _, _ = margins
    box = found(framed(*margins, tone))
    assert box is not None
    expected = (left, top, left + PHOTO.width, top + PHOTO.height)
    assert np.abs(np.subtract(box, expected)).max() <= 2


def test_the_clock_of_a_phone_is_no_picture() -> None:
    screen = framed(0, 90, 0, 90)
    draw = ImageDraw.Draw(screen)
    draw.rectangle((6, 6, 30, 12), fill=220)
    draw.ellipse((70, 280, 76, 286), fill=200)
    box = found(screen)
    assert box is not None
    assert abs(box[1] - 90) <= 2
    assert abs(box[3] - 210) <= 2


def test_a_page_that_shows_more_beside_the_photo_is_no_frame() -> None:
    page = Image.new("L", (420, 200), 255)
    page.paste(PHOTO, (20, 40))
    text = np.random.default_rng(1).choice(np.array((0, 255), np.uint8), (120, 160), p=(0.2, 0.8))
    page.paste(Image.fromarray(text), (240, 40))
    box = found(page)
    assert box is None or box[2] - box[0] > 300


@pytest.mark.parametrize("tone", [0, 255])
def test_nothing_in_the_margins_is_nothing(tone: int) -> None:
    assert found(Image.new("L", (80, 60), tone)) is None


def test_a_photo_without_margins_has_no_inner_picture() -> None:
    picture = textured(256, 192, 5)
    grey = np.asarray(picture.convert("L").resize((96, 96)))
    assert inner_picture(picture, grey) is None


def test_the_inner_picture_is_cut_out_and_squeezed() -> None:
    whole = framed(20, 10, 20, 10)
    grey = np.asarray(whole.resize((96, 96)))
    inner = inner_picture(whole.convert("RGB"), grey)
    assert inner is not None
    assert np.allclose(inner.box, (0.1, 10 / 140, 0.9, 130 / 140), atol=0.02)
    expected = np.asarray(PHOTO.resize((96, 96), Image.Resampling.HAMMING), np.float64)
    assert np.abs(inner.grey - expected).mean() < 6
