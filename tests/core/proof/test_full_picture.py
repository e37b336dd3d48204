from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.decode import DecodeFailed, decode_bytes
from dupefinder.core.proof import full_picture
from dupefinder.core.proof.coding import LOSSLESS, LOSSY, PALETTE, standard_steps
from dupefinder.core.proof.full_picture import decode_full, to_levels, turned, turned_back
from dupefinder.core.records import ProblemCode
from tests.core.pictures import dng, encode, icc_profile, in_colours, jpeg, laid, orientation_exif
from tests.core.proof.full import LIMITS, full, full_png, photo

SMALL = photo(96, 64)


# Refusals


def refusal(data: bytes, **changed: object) -> ProblemCode:
    """The code of the failure to decode a file that claims something."""
    facts = decode_bytes(data, "/photo", LIMITS).facts
    with pytest.raises(DecodeFailed) as failed:
        decode_full(data, replace(facts, **changed), LIMITS, keep_profile=True)  # type: ignore[arg-type]  # any field
    return failed.value.code


def test_a_raw_is_not_decoded() -> None:
    assert refusal(dng(SMALL, jpeg(SMALL))) is ProblemCode.NOT_A_PICTURE


def test_a_photo_that_breaks_off_is_not_decoded() -> None:
    assert refusal(jpeg(SMALL), decodes_in_full=False) is ProblemCode.PARTLY_DAMAGED


def test_a_file_that_cannot_be_read_any_more_is_damaged() -> None:
    data = jpeg(photo())
    facts = decode_bytes(data, "/photo", LIMITS).facts
    for broken in (data[:2000], data[:100], b"", b"no picture"):
        with pytest.raises(DecodeFailed):
            decode_full(broken, facts, LIMITS, keep_profile=True)


def test_a_picture_that_is_too_large_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(jpeg(SMALL), width_px=20_000, height_px=10_000) is ProblemCode.TOO_LARGE
    monkeypatch.setattr(full_picture, "MOST_PX", 96 * 64)
    full_png(SMALL)
    monkeypatch.setattr(full_picture, "MOST_PX", 96 * 64 - 1)
    assert refusal(jpeg(SMALL)) is ProblemCode.TOO_LARGE


# Levels


def test_a_jpeg_lies_as_it_does_in_its_file_on_its_own_blocks() -> None:
    data = encode(laid(SMALL, 6), "JPEG", quality=80, exif=orientation_exif(6))
    picture = full(data)
    assert (picture.size_px, picture.orientation, picture.is_jpeg) == ((64, 96), 6, True)
    assert picture.steps.luma.tolist() == standard_steps(80).luma.tolist()
    assert picture.steps.chroma.tolist() == standard_steps(80).chroma.tolist()


def test_colours_come_back_from_the_levels() -> None:
    data = jpeg(SMALL, quality=95)
    picture = full(data)
    assert picture.rgb is None
    plain = np.asarray(SMALL).astype(int)
    assert np.abs(picture.colours() - plain).mean() < 6
    assert full_png(SMALL).colours().tolist() == plain.tolist()


def test_greys_stay_greys() -> None:
    grey = SMALL.convert("L")
    for data in (jpeg(grey), encode(grey, "PNG")):
        picture = full(data)
        assert picture.levels.ndim == 2
        assert picture.colours() is picture.levels or picture.colours().ndim == 2


def test_the_levels_of_a_jpeg_and_of_a_copy_of_its_pixels_are_the_same() -> None:
    """But for the rounding of colours to whole levels and back."""
    data = jpeg(SMALL, quality=85)
    png = full(encode(Image.fromarray(full(data).colours()), "PNG"))
    assert np.abs(full(data).levels.astype(int) - png.levels).max() <= 2


@pytest.mark.parametrize(
    ("format_", "options", "steps"),
    [
        ("PNG", {}, LOSSLESS),
        ("TIFF", {}, LOSSLESS),
        ("BMP", {}, LOSSLESS),
        ("WEBP", {"lossless": True}, LOSSLESS),
        ("HEIF", {"quality": 80}, LOSSY),
        ("AVIF", {"quality": 80}, LOSSY),
    ],
)
def test_steps_of_a_format(format_: str, options: dict[str, int], steps: object) -> None:
    picture = full(encode(SMALL, format_, **options))
    assert picture.steps is steps
    assert not picture.is_jpeg


def test_a_palette_is_coarse_whatever_holds_it() -> None:
    assert full(encode(in_colours(SMALL, 64), "PNG")).steps is PALETTE
    assert full(encode(in_colours(SMALL, 64), "GIF")).steps is PALETTE


# Transparency


def test_an_opaque_alpha_is_none() -> None:
    assert full(encode(SMALL.convert("RGBA"), "PNG")).alpha is None


def test_transparent_pictures_show_the_ground_below() -> None:
    clear = SMALL.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SMALL.size))
    picture = full(encode(clear, "PNG"))
    assert picture.alpha is not None
    black, white = picture.over(0), picture.over(255)
    assert black.alpha is None
    assert black.levels[0, :, 0].max() <= 1
    assert white.levels[0, :, 0].min() >= 254
    assert np.abs(black.levels[-1].astype(int) - to_levels(np.asarray(SMALL))[-1]).max() <= 3
    assert full_png(SMALL).over(0).levels.tolist() == full_png(SMALL).levels.tolist()


# Positions


@given(st.integers(1, 8))
def test_an_orientation_is_undone(orientation: int) -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(4, 6)
    upright = turned(pixels, orientation)
    assert turned_back(upright, orientation).tolist() == pixels.tolist()


@given(st.integers(1, 8), st.integers(1, 8))
def test_a_picture_laid_anew_shows_the_same(one: int, other: int) -> None:
    picture = full(encode(laid(SMALL, one), "PNG", exif=orientation_exif(one)))
    assert picture.orientation == one
    moved = picture.laid_as(other)
    assert moved.orientation == other
    upright = turned(moved.levels, other)
    assert upright.tolist() == to_levels(np.asarray(SMALL)).tolist()


# Colour spaces


def test_a_profile_is_kept_or_converted() -> None:
    wide = encode(SMALL, "PNG", icc_profile=icc_profile(wide=True))
    plain = full_png(SMALL).levels
    assert full(wide).levels.tolist() == plain.tolist()
    converted = full(wide, keep_profile=False).levels
    assert np.abs(converted.astype(int) - plain).max() > 3
    as_jpeg = jpeg(SMALL, icc_profile=icc_profile(swapped=True))
    kept, turned_ = (full(as_jpeg, keep_profile=keep) for keep in (True, False))
    assert kept.is_jpeg
    assert turned_.is_jpeg
    assert np.abs(kept.levels.astype(int) - turned_.levels).max() > 3
