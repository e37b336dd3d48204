import io

import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes, reduced
from dupefinder.core.decode.reduced import heif_levels, webp_levels
from tests.core.pictures import encode, textured

PICTURE = textured(97, 64)


def with_opacity() -> Image.Image:
    """The picture with every degree of opacity."""
    picture = PICTURE.copy()
    picture.putalpha(Image.radial_gradient("L").resize(PICTURE.size))
    return picture


@pytest.mark.parametrize("picture", [PICTURE, with_opacity()], ids=["RGB", "RGBA"])
@pytest.mark.parametrize("options", [{"quality": 80}, {"lossless": True}], ids=str)
def test_the_pixels_of_a_webp_are_those_that_pillow_shows(
    picture: Image.Image, options: dict[str, int]
) -> None:
    data = encode(picture, "WEBP", **options)
    with Image.open(io.BytesIO(data)) as opened:
        expected = np.asarray(opened)
        levels = webp_levels(data, opened.size, opened.mode)
    assert levels is not None
    assert np.array_equal(levels, expected)


@pytest.mark.parametrize(
    ("share", "mode"),
    [
        pytest.param(0.7, "RGB", id="broken off"),
        pytest.param(1, "RGBA", id="another mode"),
        pytest.param(1, "P", id="a mode of another format"),
        pytest.param(0.02, "RGB", id="nothing in it"),
        pytest.param(0, "RGB", id="nothing"),
    ],
)
def test_a_webp_that_opencv_cannot_read_is_left_to_pillow(share: float, mode: str) -> None:
    data = encode(PICTURE, "WEBP")
    data = data[: int(len(data) * share)]
    assert webp_levels(data, PICTURE.size, mode) is None


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_pixels_of_a_heif_are_those_that_pillow_shows(mode: str) -> None:
    data = encode(with_opacity().convert(mode), "HEIF", quality=90)
    with Image.open(io.BytesIO(data)) as opened:
        levels = heif_levels(data, opened)
        expected = np.asarray(opened)
    assert levels is not None
    assert np.array_equal(levels, expected)


def test_a_heif_that_breaks_off_is_left_to_pillow() -> None:
    data = encode(PICTURE, "HEIF")
    with Image.open(io.BytesIO(data)) as opened:
        assert heif_levels(data[: len(data) * 7 // 10], opened) is None


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_levels_shrunk_in_strips_are_those_of_the_picture_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(reduced, "_STRIP_BYTES", 20_000)
    picture = with_opacity().resize((601, 443)).convert(mode)
    data = encode(picture, "WEBP")
    opened = Image.open(io.BytesIO(data))
    levels = webp_levels(data, opened.size, opened.mode)
    assert levels is not None
    expected = reduced.shrink(Image.fromarray(levels), opened.size)
    found = reduced.load_reduced(opened, data, DecodeLimits(), lambda _: None)
    assert found.extent_px == expected.extent_px != opened.size
    assert found.shape_px == expected.shape_px
    assert np.array_equal(np.asarray(found.pixels), np.asarray(expected.pixels))


def test_an_orientation_is_applied_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode_bytes(
        encode(PICTURE, "WEBP", exif=exif, lossless=True), "a.webp", DecodeLimits()
    )
    turned = encode(PICTURE.transpose(Image.Transpose.ROTATE_270), "PNG")
    expected = decode_bytes(turned, "a.png", DecodeLimits())
    assert np.array_equal(photo.grey, expected.grey)
