import io
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageFilter

from dupefinder.core.decode.upright import WHITE, ground_of, to_displayed_rgb, to_upright, turn
from tests.core.pictures import encode, icc_profile, in_colours, laid, orientation_exif, textured

PICTURE = textured(61, 43)


def values(picture: Image.Image) -> np.ndarray:
    assert picture.mode == "RGB"
    return np.asarray(picture).astype(np.int16)


def reopened(picture: Image.Image, format_: str, **options: object) -> Image.Image:
    opened = Image.open(io.BytesIO(encode(picture, format_, **options)))
    opened.load()
    return opened


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turn_undoes_how_the_picture_was_laid(orientation: int) -> None:
    assert turn(laid(PICTURE, orientation), orientation) == PICTURE


@pytest.mark.parametrize("orientation", [-1, 0, 9, 99, 65535])
def test_invalid_orientations_turn_nothing(orientation: int) -> None:
    assert turn(PICTURE, orientation) is PICTURE


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["TIFF", "PNG", "WEBP"])
def test_to_upright_applies_a_tag_once_whether_the_plugin_did_or_not(
    orientation: int, format_: str
) -> None:
    options = {"lossless": True} if format_ == "WEBP" else {}
    exif = orientation_exif(orientation)
    opened = reopened(laid(PICTURE, orientation), format_, exif=exif, **options)
    assert np.array_equal(values(to_upright(opened, opened)), values(PICTURE))


def test_to_upright_survives_exif_that_cannot_be_read() -> None:
    opened = reopened(PICTURE, "PNG")
    opened.info["exif"] = b"Exif\x00\x00XX*\x00garbage"
    assert to_upright(PICTURE, opened) is PICTURE


@pytest.mark.parametrize("value", ["6", b"\x06", 6.0, (6, 6)])
def test_to_upright_takes_only_numbers_for_an_orientation(value: object) -> None:
    opened = reopened(PICTURE, "PNG")
    opened.getexif()[0x0112] = value
    assert to_upright(PICTURE, opened) is PICTURE


@pytest.mark.parametrize("mode", ["L", "RGBA", "CMYK", "I", "F", "HSV", "LAB", "RGBX", "YCbCr"])
def test_modes_that_hold_the_same_picture_look_the_same(mode: str) -> None:
    grey = PICTURE.convert("L")
    if mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        transform = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
        picture = ImageCms.applyTransform(grey.convert("RGB"), transform)
        assert picture is not None
    elif mode == "I":
        picture = Image.fromarray(np.asarray(grey).astype(np.int32) * 257)
    elif mode == "F":
        picture = Image.fromarray(np.asarray(grey).astype(np.float32) / 255)
    else:
        picture = (grey if mode == "L" else grey.convert("RGB")).convert(mode)
    assert picture.mode == mode
    shown = values(to_displayed_rgb(picture))
    assert np.abs(shown - values(grey.convert("RGB"))).max() <= 2


@pytest.mark.parametrize("raw_mode", ["I;16", "I;16B", "I;16L"])
@pytest.mark.parametrize("factor", [1, 2])
def test_sixteen_bits_are_brought_to_eight(raw_mode: str, factor: int) -> None:
    grey = PICTURE.convert("L")
    order = ">u2" if raw_mode == "I;16B" else "<u2"
    samples = (np.asarray(grey).astype(order) * 257).tobytes()
    picture = Image.frombytes(raw_mode, grey.size, samples, "raw", raw_mode)
    shown = values(to_displayed_rgb(picture, (factor, factor)))
    expected = values(grey.reduce(factor).convert("RGB"))
    assert np.abs(shown - expected).max() <= 1


def test_dark_sixteen_bit_pictures_stay_dark() -> None:
    picture = Image.fromarray(np.full((4, 4), 257, dtype=np.uint16))
    assert values(to_displayed_rgb(picture)).max() == 1


def test_thirty_two_bits_are_shown_by_their_own_range() -> None:
    picture = Image.fromarray(np.array([[-1000, 0], [1000, 500_000]], dtype=np.int32))
    shown = values(to_displayed_rgb(picture))[:, :, 0]
    assert shown.min() == 0
    assert shown.max() == 255


@pytest.mark.parametrize(
    "samples",
    [
        [[np.nan, np.nan], [np.nan, np.nan]],
        [[np.inf, -np.inf], [np.nan, 0.5]],
        [[1e38, -1e38], [3e38, 0]],
        [[0, 0], [0, 0]],
    ],
)
def test_floats_that_are_no_brightness_do_no_harm(samples: list[list[float]]) -> None:
    picture = Image.fromarray(np.array(samples, dtype=np.float32))
    assert to_displayed_rgb(picture).size == (2, 2)


def test_infinite_floats_are_white_and_black() -> None:
    picture = Image.fromarray(np.array([[np.inf, -np.inf, 0, 1]], dtype=np.float32))
    assert values(to_displayed_rgb(picture))[0, :, 0].tolist() == [255, 0, 0, 255]


def half_transparent(mode: str) -> Image.Image:
    """Dark, its left half transparent; what hides there is noise."""
    hidden = textured(40, 40)
    hidden.paste((10, 20, 30), (20, 0, 40, 40))
    alpha = Image.new("L", (40, 40))
    alpha.paste(255, (20, 0, 40, 40))
    rgba = hidden.convert("RGBA")
    rgba.putalpha(alpha)
    return rgba.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
@pytest.mark.parametrize("factor", [1, 2])
def test_colours_behind_transparency_are_not_seen(mode: str, factor: int) -> None:
    shown = values(to_displayed_rgb(half_transparent(mode), (factor, factor)))
    width_px = shown.shape[1]
    assert (shown[:, : width_px // 2] == WHITE).all()
    assert shown[:, width_px // 2 :].max() < 40


def test_premultiplied_modes_are_shown_like_the_others() -> None:
    expected = values(to_displayed_rgb(half_transparent("RGBA")))
    assert np.array_equal(
        values(to_displayed_rgb(half_transparent("RGBA").convert("RGBa"))), expected
    )
    grey = values(to_displayed_rgb(half_transparent("LA")))
    assert np.array_equal(values(to_displayed_rgb(half_transparent("LA").convert("La"))), grey)


def test_half_transparency_lets_the_background_through() -> None:
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 51))
    assert values(to_displayed_rgb(picture))[0, 0].tolist() == [204, 204, 204]


@pytest.mark.parametrize("factor", [1, 2])
def test_a_palette_entry_can_be_transparent(factor: int) -> None:
    picture = in_colours(half_transparent("RGBA").convert("RGB"), 16)
    hidden = picture.getpixel((0, 0))
    picture.info["transparency"] = hidden
    mask = np.asarray(picture) == hidden
    shown = values(to_displayed_rgb(picture, (factor, factor)))
    if factor == 1:
        assert (shown[mask] == WHITE).all()
        assert (shown[~mask].sum(axis=1) < 3 * 255).all()
    assert shown.shape[:2] == (40 // factor, 40 // factor)


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_a_colour_key_is_transparent_also_when_shrinking(mode: str) -> None:
    keys: dict[str, int | tuple[int, ...]] = {"RGB": (200, 0, 0), "L": 77, "1": 255}
    key = keys[mode]
    picture = Image.new(mode, (40, 40), 0)
    picture.paste(key, (0, 0, 19, 40))
    picture.info["transparency"] = key
    shown = values(to_displayed_rgb(picture, (2, 2)))
    assert (shown[:, :9] == WHITE).all()
    assert (shown[:, 10:] == 0).all()
    assert (shown[:, 9] > 100).all()  # half background, half black; nothing red


@pytest.mark.parametrize("transparency", [b"abc" * 200, "text", (1, 2), None])
@pytest.mark.parametrize("mode", ["P", "L", "RGB"])
def test_damaged_transparency_is_none(mode: str, transparency: object) -> None:
    picture = PICTURE.convert(mode)
    picture.info["transparency"] = transparency
    assert to_displayed_rgb(picture).size == PICTURE.size


@pytest.mark.parametrize("mode", ["1", "P", "PA", "LA", "I;16", "RGBA", "L", "CMYK"])
@pytest.mark.parametrize("factor", [1, 3])
def test_every_mode_shrinks_to_the_same_size(mode: str, factor: int) -> None:
    picture = PICTURE.convert("L").convert("I;16") if mode == "I;16" else PICTURE.convert(mode)
    shown = to_displayed_rgb(picture, (factor, factor))
    assert shown.mode == "RGB"
    assert shown.size == PICTURE.reduce(factor).size


def test_srgb_changes_nothing() -> None:
    picture = PICTURE.copy()
    picture.info["icc_profile"] = icc_profile()
    assert np.array_equal(values(to_displayed_rgb(picture)), values(PICTURE))


def test_a_profile_with_red_and_blue_exchanged_exchanges_them() -> None:
    picture = PICTURE.copy()
    picture.info["icc_profile"] = icc_profile(swapped=True)
    red, green, blue = PICTURE.split()
    exchanged = values(Image.merge("RGB", (blue, green, red)))
    assert np.abs(values(to_displayed_rgb(picture)) - exchanged).max() <= 3
    assert np.abs(values(PICTURE) - exchanged).mean() > 10


def test_a_profile_only_named_srgb_is_applied() -> None:
    pictures = [PICTURE.copy(), PICTURE.copy()]
    for picture, renamed in zip(pictures, (False, True), strict=True):
        picture.info["icc_profile"] = icc_profile(swapped=True, renamed=renamed)
    called_so, named_otherwise = (values(to_displayed_rgb(picture)) for picture in pictures)
    assert np.array_equal(called_so, named_otherwise)
    assert not np.array_equal(called_so, values(PICTURE))


def test_a_wide_gamut_is_brought_to_srgb() -> None:
    wide, srgb = (
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
        for profile in (icc_profile(wide=True), icc_profile())
    )
    in_wide = ImageCms.profileToProfile(PICTURE, srgb, wide)
    assert in_wide is not None
    in_wide.info["icc_profile"] = icc_profile(wide=True)
    assert np.abs(values(in_wide) - values(PICTURE)).max() > 5
    assert np.abs(values(to_displayed_rgb(in_wide)) - values(PICTURE)).max() <= 3


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "I", "1", "CMYK"])
@pytest.mark.parametrize(
    "profile",
    [b"", b"garbage", icc_profile(swapped=True)[:200], bytes(500)],
    ids=["empty", "garbage", "cut", "zeros"],
)
def test_a_damaged_profile_is_ignored_in_every_mode(mode: str, profile: bytes) -> None:
    picture = PICTURE.convert(mode)
    plain = to_displayed_rgb(picture)
    picture.info["icc_profile"] = profile
    assert np.array_equal(values(to_displayed_rgb(picture)), values(plain))


@pytest.mark.parametrize("mode", ["L", "I", "1", "CMYK"])
def test_a_profile_of_other_channels_is_ignored(mode: str) -> None:
    picture = PICTURE.convert(mode)
    plain = to_displayed_rgb(picture)
    picture.info["icc_profile"] = icc_profile(swapped=True)
    assert np.array_equal(values(to_displayed_rgb(picture)), values(plain))


@pytest.mark.parametrize("mode", ["RGBA", "P", "RGBX"])
def test_a_profile_of_rgb_applies_to_all_that_becomes_rgb(mode: str) -> None:
    picture = PICTURE.convert(mode)
    red, green, blue = to_displayed_rgb(picture).split()
    picture.info["icc_profile"] = icc_profile(swapped=True)
    exchanged = values(Image.merge("RGB", (blue, green, red)))
    assert np.abs(values(to_displayed_rgb(picture)) - exchanged).max() <= 3


@given(st.binary(max_size=300))
def test_no_bytes_in_place_of_a_profile_stop_the_conversion(content: bytes) -> None:
    picture = Image.new("RGB", (2, 2), (1, 2, 3))
    picture.info["icc_profile"] = icc_profile(wide=True)[:128] + content
    assert to_displayed_rgb(picture).size == (2, 2)


BLACK, GREY = (0, 0, 0), (128, 128, 128)
SIZES = [(48, 32), (150, 100), (300, 200), (1170, 780), (2400, 1600)]
Colour = tuple[int, int, int]


def drawing(*colours: Colour, size: tuple[int, int] = (1170, 780)) -> Image.Image:
    """Rings on transparency, one of each colour, drawn large and reduced to a size."""
    return large_drawing(colours).resize(size, Image.Resampling.LANCZOS)


@lru_cache(maxsize=1)
def large_drawing(colours: tuple[Colour, ...]) -> Image.Image:
    alpha = Image.new("L", (2400, 1600))
    picture = Image.new("RGB", alpha.size)
    for index, colour in enumerate(colours):
        across = 2400 // len(colours)
        box = (index * across + 150, 250, index * across + across - 150, 1350)
        ring, wider = Image.new("L", alpha.size), Image.new("L", alpha.size)
        ImageDraw.Draw(ring).ellipse(box, outline=255, width=120)
        left, top, right, bottom = box
        wider_box = (left - 4, top - 4, right + 4, bottom + 4)
        ImageDraw.Draw(wider).ellipse(wider_box, outline=255, width=128)
        picture.paste(colour, mask=wider)
        alpha.paste(ring, mask=ring)
    picture.putalpha(alpha)
    return picture


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("colours", "ground"),
    [
        ([(0, 0, 0)], WHITE),
        ([(120, 40, 200)], WHITE),
        ([(190, 190, 190)], WHITE),
        ([(255, 255, 255)], BLACK),
        ([(244, 246, 240)], BLACK),
        ([(255, 255, 255), (120, 90, 200)], BLACK),
        ([(255, 255, 255), (0, 0, 0)], GREY),
        ([(250, 250, 250), (20, 0, 10), (255, 190, 0)], GREY),
    ],
)
def test_the_ground_lets_the_drawing_be_seen_at_every_size(
    colours: list[Colour], ground: Colour, size: tuple[int, int]
) -> None:
    assert ground_of(drawing(*colours, size=size)) == ground


def test_opaque_pictures_have_a_white_ground() -> None:
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 255))) == WHITE
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 0))) == WHITE
    assert ground_of(Image.new("RGBA", (40, 30), (255, 255, 255, 99))) == WHITE
    assert ground_of(Image.new("RGBA", (1, 1), (255, 255, 255, 0))) == WHITE


def test_a_cut_out_photo_stands_on_white_as_an_export_shows_it() -> None:
    photo = textured(400, 300).convert("RGBA")
    alpha = Image.new("L", photo.size)
    ImageDraw.Draw(alpha).ellipse((40, 30, 360, 270), fill=255)
    photo.putalpha(alpha.filter(ImageFilter.GaussianBlur(2)))
    assert ground_of(photo) == WHITE


def test_a_white_window_with_a_soft_shadow_stands_on_white() -> None:
    window = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    shadow = Image.new("L", window.size)
    ImageDraw.Draw(shadow).rectangle((40, 40, 360, 260), fill=150)
    window.putalpha(shadow.filter(ImageFilter.GaussianBlur(12)))
    ImageDraw.Draw(window).rectangle((40, 40, 360, 260), fill=(255, 255, 255, 255))
    assert ground_of(window) == WHITE


def test_hidden_colours_have_no_part_in_it() -> None:
    shown = drawing((255, 255, 255), size=(300, 200))
    levels = np.array(shown)
    levels[levels[:, :, 3] == 0, :3] = (30, 60, 90)
    assert ground_of(Image.fromarray(levels)) == ground_of(shown) == BLACK


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_white_drawings_are_shown(mode: str) -> None:
    shown = np.asarray(to_displayed_rgb(drawing((255, 255, 255)).convert(mode), (4, 4)))
    assert shown.min() == 0
    assert shown.max() == 255
