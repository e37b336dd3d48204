import io
import re
import struct
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes, reduced
from dupefinder.core.decode.limits import NeedsProcess
from dupefinder.core.decode.reduced import heif_levels, opencv_levels
from tests.core.pictures import encode, textured

PICTURE = textured(97, 64)
READS_AVIF = re.search(r"AVIF: +(?!NO)\S", cv2.getBuildInformation()) is not None
needs_avif = pytest.mark.skipif(not READS_AVIF, reason="this OpenCV was built without AVIF")


def with_opacity() -> Image.Image:
    """The picture with every degree of opacity."""
    picture = PICTURE.copy()
    picture.putalpha(Image.radial_gradient("L").resize(PICTURE.size))
    return picture


@pytest.mark.parametrize("picture", [PICTURE, with_opacity()], ids=["RGB", "RGBA"])
@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("WEBP", {"quality": 80}),
        ("WEBP", {"lossless": True}),
        pytest.param("AVIF", {"quality": 80}, marks=needs_avif),
        pytest.param("AVIF", {"quality": 100, "subsampling": "4:4:4"}, marks=needs_avif),
    ],
    ids=str,
)
def test_the_pixels_are_those_that_pillow_shows(
    picture: Image.Image, format_: str, options: dict[str, int]
) -> None:
    assert_shown_as_by_pillow(encode(picture, format_, **options))


def assert_shown_as_by_pillow(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as opened:
        expected = np.asarray(opened)
        levels = opencv_levels(data, opened.format or "", opened.size, opened.mode)
    assert levels is not None
    assert np.array_equal(levels, expected)


@needs_avif
def test_a_grey_avif_is_shown_as_by_pillow() -> None:
    assert_shown_as_by_pillow(encode(PICTURE.convert("L"), "AVIF"))


@needs_avif
def test_an_avif_with_metadata_behind_the_pixels_is_shown_as_by_pillow() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera"
    data = encode(PICTURE, "AVIF", exif=exif, quality=100)
    begin = data.index(exif.tobytes()[6:]) - 10  # behind its length and its name
    place = struct.pack(">I", begin)
    assert data.count(place) == 1
    moved = data.replace(place, struct.pack(">I", len(data))) + data[begin:]
    with Image.open(io.BytesIO(moved)) as opened:
        assert opened.getexif()[0x010F] == "camera"
    assert_shown_as_by_pillow(moved)


@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
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
def test_files_that_opencv_cannot_read_are_left_to_pillow(
    format_: str, share: float, mode: str
) -> None:
    data = encode(PICTURE, format_)
    data = data[: int(len(data) * share)]
    assert opencv_levels(data, format_, PICTURE.size, mode) is None


def test_pillow_decodes_an_avif_only_where_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(PICTURE, "AVIF")
    expected = decode_bytes(data, "a.avif", DecodeLimits())
    monkeypatch.setattr(reduced, "opencv_levels", lambda *_: None)
    assert np.array_equal(decode_bytes(data, "a.avif", DecodeLimits()).grey, expected.grey)
    with pytest.raises(NeedsProcess):
        decode_bytes(data, "a.avif", replace(DecodeLimits(), may_keep_lock=False))


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


@needs_avif
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_levels_shrunk_in_strips_are_those_of_the_picture_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(reduced, "_STRIP_BYTES", 20_000)
    picture = with_opacity().resize((601, 443)).convert(mode)
    data = encode(picture, "AVIF")
    opened = Image.open(io.BytesIO(data))
    levels = opencv_levels(data, "AVIF", opened.size, opened.mode)
    assert levels is not None
    expected = reduced.shrink(Image.fromarray(levels), opened.size)
    found = reduced.load_reduced(opened, data, DecodeLimits(), lambda _: None)
    assert found.extent_px == expected.extent_px != opened.size
    assert found.shape_px == expected.shape_px
    assert found.pixels == expected.pixels


def test_an_orientation_is_applied_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode_bytes(
        encode(PICTURE, "WEBP", exif=exif, lossless=True), "a.webp", DecodeLimits()
    )
    turned = encode(PICTURE.transpose(Image.Transpose.ROTATE_270), "PNG")
    expected = decode_bytes(turned, "a.png", DecodeLimits())
    assert np.array_equal(photo.grey, expected.grey)
