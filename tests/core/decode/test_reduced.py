import io

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.reduced import webp_levels
from tests.core.pictures import encode, textured

PICTURE = textured(97, 64)


def with_opacity() -> Image.Image:
    """The picture with every degree of opacity."""
    picture = PICTURE.copy()
    picture.putalpha(Image.radial_gradient("L").resize(PICTURE.size))
    return picture


@pytest.mark.parametrize("picture", [PICTURE, with_opacity()], ids=["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{"quality": 80}, {"lossless": True}], ids=str)
def test_the_pixels_are_those_that_pillow_shows(
    picture: Image.Image, options: dict[str, int]
) -> None:
    data = encode(picture, "WEBP", **options)
    with Image.open(io.BytesIO(data)) as opened:
        expected = np.asarray(opened)
    levels = webp_levels(data, picture.size, picture.mode)
    assert levels is not None
    assert np.array_equal(levels, expected)


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        pytest.param(encode(PICTURE, "WEBP")[:-300], "RGB", id="broken off"),
        pytest.param(encode(PICTURE, "WEBP"), "RGBA", id="another mode"),
        pytest.param(b"RIFF\0\0\0\0WEBPVP8 ", "RGB", id="nothing in it"),
        pytest.param(b"", "RGB", id="nothing"),
    ],
)
def test_what_opencv_does_not_read_is_left_to_pillow(data: bytes, mode: str) -> None:
    assert webp_levels(data, PICTURE.size, mode) is None


def test_an_orientation_is_applied_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode_bytes(
        encode(PICTURE, "WEBP", exif=exif, lossless=True), "a.webp", DecodeLimits()
    )
    turned = encode(PICTURE.transpose(Image.Transpose.ROTATE_270), "PNG")
    expected = decode_bytes(turned, "a.png", DecodeLimits())
    assert np.array_equal(photo.grey, expected.grey)
