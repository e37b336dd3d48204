"""Margins are found by what they are: lines of one tone, whatever small things stand on them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupefinder.core.decode.inner_picture import find_inner, inner_picture
from tests.core.pictures import textured

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
