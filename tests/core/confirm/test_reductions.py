"""A tiny copy is the other picture, reduced, or it is not known to be."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupefinder.core.confirm.reductions import is_reduction
from tests.core.pictures import textured

PHOTO = textured(640, 480, 31).convert("L")
Grey = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def grey(picture: Image.Image) -> Grey:
    return np.asarray(picture.resize((96, 96), Image.Resampling.HAMMING))


@pytest.mark.parametrize("width_px", [16, 24, 34])
@pytest.mark.parametrize("resampling", [Image.Resampling.BOX, Image.Resampling.LANCZOS])
def test_reduced_by_any_usual_filter(width_px: int, resampling: Image.Resampling) -> None:
    size_px = (width_px, width_px * 3 // 4)
    tiny = PHOTO.resize(size_px, resampling)
    assert is_reduction(grey(tiny), grey(PHOTO), size_px)


def test_something_else_in_one_place_is_no_reduction() -> None:
    other = PHOTO.copy()
    ImageDraw.Draw(other).ellipse((300, 200, 380, 280), fill=255)
    assert not is_reduction(grey(other.resize((32, 24))), grey(PHOTO), (32, 24))


def test_another_photo_is_none() -> None:
    other = textured(640, 480, 32).convert("L")
    assert not is_reduction(grey(other.resize((32, 24))), grey(PHOTO), (32, 24))


def test_nearly_flat_pictures_say_nothing() -> None:
    page = Image.new("L", (640, 480), 200)
    other = page.copy()
    ImageDraw.Draw(other).rectangle((20, 20, 200, 200), fill=202)
    assert not is_reduction(grey(other.resize((32, 24))), grey(page), (32, 24))


@pytest.mark.parametrize("size_px", [(48, 36), (20, 8)])
def test_only_tiny_pictures_with_some_pixels_are_asked(size_px: tuple[int, int]) -> None:
    assert not is_reduction(grey(PHOTO.resize(size_px)), grey(PHOTO), size_px)
