import io

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode.kept_pixels import (
    chroma_of,
    contrast_of,
    encode_thumbnail,
    grey_of,
    sharpness_of,
    thumbnail_of,
)
from dupefinder.core.decode.reduced import shrink
from tests.core.pictures import textured


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
    assert thumbnail.size == kept
    assert Image.open(io.BytesIO(encode_thumbnail(thumbnail, small))).size == kept


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


def test_the_grey_is_upright() -> None:
    picture = textured(300, 200)
    upright = grey_of(shrink(picture, picture.size))
    assert upright.shape == (96, 96)
    mirrored = grey_of(shrink(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), picture.size))
    assert np.abs(upright[:, ::-1].astype(int) - mirrored).max() <= 1


def test_sharpness_and_contrast_are_those_of_numpy() -> None:
    grey = np.asarray(textured(96, 96).convert("L"))
    levels = grey.astype(float)
    laplacian = (
        levels[:-2, 1:-1] + levels[2:, 1:-1] + levels[1:-1, :-2] + levels[1:-1, 2:]
        - 4 * levels[1:-1, 1:-1]
    )  # fmt: skip
    assert sharpness_of(grey) == pytest.approx(laplacian.var())
    assert contrast_of(grey) == pytest.approx(levels.std())
