"""The proof as a whole: savings in which nothing is lost, and changes that must never be."""

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from dupefinder.core.proof import contained
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.records import DifferenceBox, ProofVerdict
from tests.core.pictures import encode, icc_profile, laid, orientation_exif, textured
from tests.core.proof.faint import page
from tests.core.proof.full import Levels, full, full_png, greys, photo

CONTAINED = ProofVerdict.CONTAINED
DIFFERS = ProofVerdict.DIFFERS
ALTERED = ProofVerdict.ALTERED
OTHER_PICTURE = ProofVerdict.OTHER_PICTURE

LANCZOS = Image.Resampling.LANCZOS

Saving = Callable[[Image.Image], bytes]


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB")


def as_(format_: str, **options: Any) -> Saving:
    return lambda shown: encode(shown, format_, **options)


def resized(times: float, save: Saving, filter_: Image.Resampling = LANCZOS) -> Saving:
    def made(shown: Image.Image) -> bytes:
        wide, high = (round(side * times) for side in shown.size)
        return save(shown.resize((wide, high), filter_))

    return made


def chat(shown: Image.Image) -> bytes:
    """Made smaller, sharpened and saved coarsely, as messengers do."""
    wide, high = (round(side * 0.6) for side in shown.size)
    small = shown.resize((wide, high), LANCZOS)
    sharp = small.filter(ImageFilter.UnsharpMask(radius=0.8, percent=45, threshold=0))
    return encode(sharp, "JPEG", quality=75)


def through(first: Saving, then: Saving) -> Saving:
    return lambda shown: then(opened(first(shown)))


JPEG_90 = as_("JPEG", quality=90)


@cache
def saved(quality: int) -> FullPicture:
    """The photo as a JPEG, decoded once for all its copies."""
    return full(encode(photo(), "JPEG", quality=quality))


@cache
def edited(change: str) -> FullPicture:
    """The photo with one of the changes, decoded once for all copies of the plain one."""
    return full(encode(CHANGES[change](photo()), "JPEG", quality=92))


SAVINGS: dict[str, Saving] = {
    **{f"jpeg-{quality}": as_("JPEG", quality=quality) for quality in range(30, 96, 5)},
    "jpeg-4:4:4": as_("JPEG", quality=80, subsampling=0),
    "jpeg-4:2:0": as_("JPEG", quality=95, subsampling=2),
    "jpeg-progressive": as_("JPEG", quality=70, progressive=True),
    "png": as_("PNG"),
    "png-of-jpeg": through(as_("JPEG", quality=60), as_("PNG")),
    "tiff": as_("TIFF", compression="tiff_lzw"),
    "bmp": as_("BMP"),
    "webp": as_("WEBP", quality=80),
    "webp-lossless": as_("WEBP", lossless=True),
    "heic": as_("HEIF", quality=75),
    "avif": as_("AVIF", quality=75),
    "half": resized(1 / 2, JPEG_90),
    "half-bicubic": resized(1 / 2, JPEG_90, Image.Resampling.BICUBIC),
    "half-area": resized(1 / 2, JPEG_90, Image.Resampling.BOX),
    "third": resized(1 / 3, as_("JPEG", quality=85)),
    "tenth": resized(1 / 10, JPEG_90),
    "chat": chat,
    "jpeg-twice": through(as_("JPEG", quality=60), as_("JPEG", quality=80)),
}


@pytest.mark.parametrize("name", SAVINGS)
def test_of_a_photo_saved_again_nothing_is_lost(name: str) -> None:
    assert contained(full(SAVINGS[name](photo())), saved(95)).verdict is CONTAINED
    from_jpeg = SAVINGS[name](opened(encode(photo(), "JPEG", quality=95)))
    proof = contained(full(from_jpeg), saved(95))
    assert proof.verdict is CONTAINED
    assert proof.differences == ()


@pytest.mark.parametrize("seed", [4, 5, 6])
@pytest.mark.parametrize("name", ["jpeg-30", "jpeg-75", "half", "webp", "png"])
def test_of_other_photos_saved_again_nothing_is_lost(name: str, seed: int) -> None:
    original = full_png(photo(seed=seed))
    assert contained(full(SAVINGS[name](photo(seed=seed))), original).verdict is CONTAINED


# Changes

PLACE = (160, 96, 240, 160)
"""Left, top, right and bottom of what is changed."""
LEFT, TOP, RIGHT, BOTTOM = PLACE
SIZE_PX = (RIGHT - LEFT, BOTTOM - TOP)

Change = Callable[[Image.Image], Image.Image]


def drawn(draw: Callable[[ImageDraw.ImageDraw], Any]) -> Change:
    def changed(shown: Image.Image) -> Image.Image:
        copy = shown.copy()
        draw(ImageDraw.Draw(copy))
        return copy

    return changed


def pasted(patch_of: Change) -> Change:
    """The picture with another patch in the place."""

    def changed(shown: Image.Image) -> Image.Image:
        copy = shown.copy()
        copy.paste(patch_of(shown.crop(PLACE)), PLACE[:2])
        return copy

    return changed


def mosaic(patch: Image.Image) -> Image.Image:
    cells = patch.resize((SIZE_PX[0] // 16, SIZE_PX[1] // 16), Image.Resampling.BOX)
    return cells.resize(SIZE_PX, Image.Resampling.NEAREST)


def other_hue(patch: Image.Image) -> Image.Image:
    """As bright as before, with red and blue far aside."""
    light, blue, red = patch.convert("YCbCr").split()
    parts = (light, blue.point(lambda level: level - 40), red.point(lambda level: level + 40))
    return Image.merge("YCbCr", parts).convert("RGB")


def soft_edged(shown: Image.Image) -> Image.Image:
    mask = Image.new("L", shown.size, 0)
    ImageDraw.Draw(mask).ellipse((LEFT + 12, TOP + 12, RIGHT - 12, BOTTOM - 12), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(8))
    return Image.composite(Image.new("RGB", shown.size, (200, 60, 40)), shown, mask)


def lamp(shown: Image.Image) -> Image.Image:
    """A light that was switched on: brighter in one place, with no edge of its own."""
    mask = Image.new("L", shown.size, 0)
    ImageDraw.Draw(mask).ellipse((LEFT + 20, TOP + 12, RIGHT - 20, BOTTOM - 12), fill=110)
    mask = mask.filter(ImageFilter.GaussianBlur(10))
    return ImageChops.add(shown, Image.merge("RGB", (mask, mask, mask)))


def stamped(shown: Image.Image) -> Image.Image:
    copy = shown.copy()
    font = ImageFont.load_default(16)
    ImageDraw.Draw(copy).text((LEFT, TOP + 20), "12.05.2019", (255, 160, 40), font=font)
    return copy


def half_transparent(shown: Image.Image) -> Image.Image:
    white = Image.new("RGB", shown.size, "white")
    layer = stamped(shown)
    mask = ImageChops.difference(layer, shown).convert("L").point(lambda level: level > 8 and 120)
    return Image.composite(white, shown, mask)


CHANGES: dict[str, Change] = {
    "digit": drawn(
        lambda draw: draw.text((LEFT + 4, TOP + 4), "7", "black", font=ImageFont.load_default(22))
    ),
    "line": drawn(lambda draw: draw.line((LEFT, TOP, RIGHT, BOTTOM), (20, 20, 20), 2)),
    "patch": pasted(lambda _: photo(seed=9).crop(PLACE)),
    "mosaic": pasted(mosaic),
    "mirrored-patch": pasted(lambda patch: patch.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
    "bar": drawn(lambda draw: draw.rectangle((LEFT, TOP + 20, RIGHT, TOP + 36), "black")),
    "hue": pasted(other_hue),
    "faded": pasted(lambda patch: ImageChops.add(patch, Image.new("RGB", SIZE_PX, (12, 12, 12)))),
    "lamp": lamp,
    "soft-edged": soft_edged,
    "moved": lambda shown: pasted(
        lambda _: shown.crop((LEFT + 12, TOP + 7, RIGHT + 12, BOTTOM + 7))
    )(shown),
    "stamp": stamped,
    "mark": half_transparent,
}

CHANGED_SAVINGS = ("jpeg-50", "jpeg-75", "jpeg-95", "png", "webp", "half", "chat")


def meets(box: DifferenceBox, size_px: tuple[int, int]) -> bool:
    """Tell whether a box of a picture of some size meets the place."""
    times = size_px[0] / photo().width
    left, top, right, bottom = (side * times for side in PLACE)
    return (
        box.x_px < right
        and left < box.x_px + box.width_px
        and box.y_px < bottom
        and top < box.y_px + box.height_px
    )


@pytest.mark.parametrize("saving", CHANGED_SAVINGS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_one_place_is_found_there(change: str, saving: str) -> None:
    goes = full(SAVINGS[saving](CHANGES[change](photo())))
    proof = contained(goes, saved(92))
    assert proof.verdict is DIFFERS
    assert any(meets(box, goes.size_px) for box in proof.differences)
    for box in proof.differences:
        assert 0 <= box.x_px < box.x_px + box.width_px <= goes.size_px[0]
        assert 0 <= box.y_px < box.y_px + box.height_px <= goes.size_px[1]


@pytest.mark.parametrize("saving", ["jpeg-50", "png", "half"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_plain_photo_is_contained_in_no_changed_copy(change: str, saving: str) -> None:
    """The other way round: the plain photo is in no copy that was changed."""
    goes = full(SAVINGS[saving](photo()))
    proof = contained(goes, edited(change))
    assert proof.verdict is DIFFERS
    assert any(meets(box, goes.size_px) for box in proof.differences)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_between_two_lossless_copies_of_coarse_jpegs_is_found(change: str) -> None:
    """Whose steps are known only by what is left of them."""
    saving = through(as_("JPEG", quality=40), as_("PNG"))
    proof = contained(full(saving(CHANGES[change](photo()))), full(saving(photo())))
    assert proof.verdict is DIFFERS
    assert any(meets(box, photo().size) for box in proof.differences)


def erased(shown: Image.Image) -> Image.Image:
    """Painted over with what lies beside it."""
    copy = shown.copy()
    beside = shown.crop((LEFT - SIZE_PX[0], TOP, LEFT, BOTTOM)).filter(ImageFilter.GaussianBlur(2))
    copy.paste(beside, PLACE[:2])
    return copy


@pytest.mark.parametrize("saving", CHANGED_SAVINGS)
def test_an_object_that_was_erased_does_not_go_with_the_copy(saving: str) -> None:
    with_object = soft_edged(photo())
    goes = full(SAVINGS[saving](with_object))
    proof = contained(goes, full(encode(erased(with_object), "JPEG", quality=92)))
    assert proof.verdict is DIFFERS
    assert any(meets(box, goes.size_px) for box in proof.differences)


def test_three_places_are_named_one_by_one() -> None:
    changed = photo().copy()
    spots = [(24, 24), (400, 40), (200, 300)]
    for x, y in spots:
        ImageDraw.Draw(changed).rectangle((x, y, x + 15, y + 15), "white")
    proof = contained(full(JPEG_90(changed)), full(JPEG_90(photo())))
    assert proof.verdict is DIFFERS
    assert len(proof.differences) == 3
    for x, y in spots:
        assert any(
            box.x_px <= x + 15 and x <= box.x_px + box.width_px
            and box.y_px <= y + 15 and y <= box.y_px + box.height_px
            for box in proof.differences
        )  # fmt: skip


def test_many_places_are_another_picture() -> None:
    other = photo(seed=8)
    proof = contained(full(JPEG_90(other)), full(JPEG_90(photo())))
    assert proof.verdict is OTHER_PICTURE
    assert proof.differences == ()


def test_a_scene_in_which_much_has_moved_is_another_picture() -> None:
    moved = ImageChops.offset(photo(), 9, 5)
    assert contained(full_png(moved), full_png(photo())).verdict is OTHER_PICTURE


# Changes all over


@pytest.mark.parametrize("saving", ["jpeg-75", "png", "half"])
def test_greys_do_not_hold_the_colours(saving: str) -> None:
    colours, grey = SAVINGS[saving](photo()), JPEG_90(photo().convert("L"))
    assert contained(full(colours), full(grey)).verdict is ALTERED
    assert contained(full(grey), full(colours)).verdict is not CONTAINED


def test_cream_paper_is_coloured_or_not_in_all_copies_alike() -> None:
    """Its chroma lies where a level decides whether a picture is taken to be grey."""
    ink = page().convert("L").point(lambda level: 255 if level > 230 else level).convert("RGB")
    cream = ImageChops.multiply(ink, Image.new("RGB", ink.size, (250, 249, 238)))
    fine, coarse = (full(encode(cream, "JPEG", quality=quality)) for quality in (95, 60))
    assert contained(coarse, fine).verdict is CONTAINED
    assert contained(fine, coarse).verdict is CONTAINED


def test_greys_hold_greys() -> None:
    grey = photo().convert("L")
    for one, other in (("RGB", "L"), ("L", "RGB"), ("L", "L")):
        goes, stays = (full(JPEG_90(grey.convert(mode))) for mode in (one, other))
        assert contained(goes, stays).verdict is CONTAINED


@pytest.mark.parametrize("saving", ["jpeg-75", "png", "half"])
@pytest.mark.parametrize("times", [0.7, 1.08])
def test_another_brightness_is_an_alteration(saving: str, times: float) -> None:
    other = ImageEnhance.Brightness(photo()).enhance(times)
    proof = contained(full(SAVINGS[saving](other)), full(JPEG_90(photo())))
    assert proof.verdict is ALTERED
    assert proof.differences == ()


def test_another_contrast_is_an_alteration() -> None:
    other = ImageEnhance.Contrast(photo()).enhance(0.75)
    assert contained(full(JPEG_90(other)), full(JPEG_90(photo()))).verdict is ALTERED


def test_two_exposures_of_one_scene_are_not_one() -> None:
    """Every place is alike but for the sensor's noise."""
    scene = np.asarray(photo().filter(ImageFilter.GaussianBlur(3))).astype(float)
    one, other = (
        Image.fromarray(
            (scene + np.random.default_rng(seed).normal(scale=5, size=(360, 480, 1)))
            .clip(0, 255)
            .astype(np.uint8)
        )
        for seed in (1, 2)
    )
    assert contained(full(JPEG_90(one)), full(JPEG_90(other))).verdict is not CONTAINED


# Positions


def exif_turned(shown: Image.Image, turn: int, format_: str, **options: Any) -> bytes:
    return encode(laid(shown, turn), format_, exif=orientation_exif(turn), **options)


@given(st.integers(1, 8), st.integers(1, 8), st.sampled_from(["JPEG", "PNG", "WEBP"]))
@settings(max_examples=16)
def test_no_position_makes_a_difference(one: int, other: int, format_: str) -> None:
    shown = photo(240, 176, 3)
    changed = shown.copy()
    box = (176, 32, 191, 47)
    ImageDraw.Draw(changed).rectangle(box, "white")
    stays = full(exif_turned(shown, other, "JPEG", quality=92))
    same = contained(full(exif_turned(shown, one, format_, quality=80)), stays)
    assert same.verdict is CONTAINED
    proof = contained(full(exif_turned(changed, one, format_, quality=80)), stays)
    assert proof.verdict is DIFFERS
    (place,) = proof.differences
    # In the upright picture, and no farther from what was changed than a block.
    assert place.x_px <= 176
    assert place.y_px <= 32
    assert place.x_px + place.width_px >= 192
    assert place.y_px + place.height_px >= 48
    assert place.x_px >= 176 - 16
    assert place.y_px >= 32 - 16
    assert place.x_px + place.width_px <= 192 + 16
    assert place.y_px + place.height_px <= 48 + 16


# Transparency


def with_alpha(shown: Image.Image, alpha: Levels) -> Image.Image:
    copy = shown.convert("RGBA")
    copy.putalpha(Image.fromarray(alpha))
    return copy


def hole(*, deep: bool) -> Levels:
    alpha = np.full((360, 480), 255, np.uint8)
    alpha[20:100, 20:120] = 0
    if deep:
        alpha[TOP:BOTTOM, LEFT:RIGHT] = 0
    return alpha


@pytest.mark.parametrize("ground", [0, 255])
def test_a_change_of_transparency_alone_is_found(ground: int) -> None:
    """On a ground of the picture's own colour it would not be seen."""
    even = photo().copy()
    even.paste((ground,) * 3, PLACE)
    one, other = (encode(with_alpha(even, hole(deep=deep)), "PNG") for deep in (True, False))
    for goes, stays in ((one, other), (other, one)):
        proof = contained(full(goes), full(stays))
        assert proof.verdict is DIFFERS
        assert all(meets(box, (480, 360)) for box in proof.differences)
    assert contained(full(one), full(one)).verdict is CONTAINED


def test_transparency_kept_in_another_format_is_held() -> None:
    shown = with_alpha(photo(), hole(deep=False))
    png, webp = encode(shown, "PNG"), encode(shown, "WEBP", lossless=True)
    assert contained(full(webp), full(png)).verdict is CONTAINED


def drawing(*strokes: tuple[int, int, int, int]) -> bytes:
    """White on nothing: on a white page it could not be seen."""
    alpha = Image.new("L", (320, 240), 0)
    for stroke in strokes:
        ImageDraw.Draw(alpha).line(stroke, 255, 5)
    white = Image.new("RGBA", (320, 240), "white")
    white.putalpha(alpha)
    return encode(white, "PNG")


def test_white_drawings_differ_in_their_strokes() -> None:
    shared = ((20, 20, 300, 40), (40, 200, 280, 220))
    one, other = drawing(*shared, (60, 100, 90, 120)), drawing(*shared, (60, 120, 90, 100))
    assert contained(full(one), full(other)).verdict is not CONTAINED
    assert contained(full(one), full(one)).verdict is CONTAINED


def test_a_sheet_of_nothing_does_not_hold_a_white_drawing() -> None:
    strokes, nothing = drawing((20, 20, 300, 40)), drawing()
    assert contained(full(strokes), full(nothing)).verdict is not CONTAINED
    assert contained(full(nothing), full(strokes)).verdict is not CONTAINED


# Modes and sizes


def test_sixteen_bits() -> None:
    grey = greys(photo()).astype(np.uint16) * 257
    changed = grey.copy()
    changed[TOP:BOTTOM, LEFT:RIGHT] = 65535 - changed[TOP:BOTTOM, LEFT:RIGHT]
    deep, deep_changed = (encode(Image.fromarray(one), "PNG") for one in (grey, changed))
    eight = encode(photo().convert("L"), "PNG")
    assert contained(full(eight), full(deep)).verdict is CONTAINED
    assert contained(full(eight), full(deep_changed)).verdict is DIFFERS


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "CMYK"])
def test_any_mode(mode: str) -> None:
    shown = photo().convert(mode)
    data = encode(shown, "TIFF" if mode == "CMYK" else "PNG")
    assert contained(full(data), full(data)).verdict is CONTAINED
    changed = opened(data)
    changed.paste((255, 255, 255), PLACE)
    changed.paste((0, 0, 0), (LEFT + 8, TOP + 8, RIGHT - 8, BOTTOM - 8))
    stays = full(encode(changed.convert(mode), "TIFF" if mode == "CMYK" else "PNG"))
    assert contained(full(data), stays).verdict is DIFFERS


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (7, 7), (8, 8), (13, 29)])
def test_any_size(size: tuple[int, int]) -> None:
    shown = photo(*size)
    goes = full(encode(shown, "PNG"))
    assert contained(goes, full(encode(shown, "BMP"))).verdict is CONTAINED
    inverted = full(encode(ImageChops.invert(Image.new("RGB", size, (30, 30, 30))), "PNG"))
    dark = full(encode(Image.new("RGB", size, (30, 30, 30)), "PNG"))
    assert contained(dark, inverted).verdict is not CONTAINED


def test_an_enlarged_copy_is_in_its_original() -> None:
    enlarged = photo().resize((600, 450), Image.Resampling.BICUBIC)
    assert contained(full(JPEG_90(enlarged)), full_png(photo())).verdict is CONTAINED


def test_a_photo_is_not_in_a_blurred_copy() -> None:
    noise = np.random.default_rng(2).normal(scale=14, size=(360, 480, 1))
    sharp = Image.fromarray((np.asarray(photo()) + noise).clip(0, 255).astype(np.uint8))
    soft = sharp.filter(ImageFilter.GaussianBlur(3))
    assert contained(full(JPEG_90(sharp)), full(JPEG_90(soft))).verdict is not CONTAINED


def test_other_colours_of_a_profile_are_found_where_both_are_converted() -> None:
    """The same numbers under another profile are other colours, and the converted ones the same."""
    plain = JPEG_90(photo())
    swapped = encode(photo(), "JPEG", quality=90, icc_profile=icc_profile(swapped=True))
    stays = full(plain, keep_profile=False)
    assert contained(full(swapped, keep_profile=False), stays).verdict is not CONTAINED
    red, green, blue = photo().split()
    back = Image.merge("RGB", (blue, green, red))
    turned = encode(back, "PNG", icc_profile=icc_profile(swapped=True))
    assert contained(full(turned, keep_profile=False), stays).verdict is CONTAINED


# Palettes


def signed(colour: tuple[int, int, int]) -> Image.Image:
    """A photo with a small sign, of a colour that nothing else in it has."""
    shown = photo().copy()
    shown.paste(colour, (200, 100, 240, 130))
    return shown


@cache
def palette_of(picture: Callable[[], Image.Image], colours: int) -> Image.Image:
    """A picture in its own few colours, which take Pillow long to choose; not to be changed."""
    return picture().quantize(colours)


def in_few_colours(shown: Image.Image) -> bytes:
    palette = palette_of(photo, 64)
    return encode(shown.quantize(palette=palette, dither=Image.Dither.NONE), "GIF")


def test_a_palette_without_a_colour_of_a_small_place_loses_nothing_of_its_own() -> None:
    original = full(encode(signed((20, 130, 60)), "JPEG", quality=95))
    assert contained(full(in_few_colours(signed((20, 130, 60)))), original).verdict is CONTAINED


def test_a_sign_of_another_tone_is_not_what_the_palette_makes_of_it() -> None:
    original = full(encode(signed((20, 130, 60)), "JPEG", quality=95))
    other = full(in_few_colours(signed((120, 230, 160))))
    proof = contained(other, original)
    assert proof.verdict is DIFFERS
    assert 190 < proof.differences[0].x_px < 240
    assert 90 < proof.differences[0].y_px < 130


def test_the_original_does_not_go_for_its_few_colours() -> None:
    original = full(encode(signed((200, 30, 30)), "JPEG", quality=95))
    assert contained(original, full(in_few_colours(signed((200, 30, 30))))).verdict is not CONTAINED


def test_writing_that_the_palette_nearly_swallows_is_found() -> None:
    shown = photo().copy()
    ImageDraw.Draw(shown).text((60, 60), "IMG 2021-05-04 J. Doe", fill=(190, 190, 190))
    written = full(encode(shown.quantize(256), "GIF"))
    assert contained(written, full(encode(photo(), "PNG"))).verdict is DIFFERS


def calm() -> Image.Image:
    """A photo without grain."""
    return textured(480, 360, 5)


@pytest.mark.parametrize("colours", [64, 128, 256])
@pytest.mark.parametrize("format_", ["GIF", "PNG"])
def test_a_photo_does_not_go_for_its_copy_in_few_colours(colours: int, format_: str) -> None:
    original = full(encode(calm(), "JPEG", quality=90))
    few = full(encode(palette_of(calm, colours), format_))
    assert contained(original, few).verdict is not CONTAINED


# Lossless


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_one_bit_of_one_pixel_of_a_lossless_photo(channel: int) -> None:
    pixels = np.asarray(photo()).copy()
    pixels[200, 300, channel] ^= 0x80
    sound, speck = full(encode(photo(), "TIFF")), full(encode(Image.fromarray(pixels), "BMP"))
    for pair in ((sound, speck), (speck, sound)):
        assert contained(*pair).verdict is DIFFERS


# Beyond full colour


def test_levels_that_nothing_shows_are_not_compared() -> None:
    """A JPEG may hold what is no colour; saved again, it is what was shown instead."""
    levels = np.asarray(photo().convert("YCbCr")).copy()
    levels[100:180, 100:220] = (225, 200, 215)
    levels[200:260, 300:380] = (20, 190, 60)
    once = encode(Image.fromarray(levels, "YCbCr"), "JPEG", quality=95, subsampling=0)
    again = encode(opened(once), "JPEG", quality=95, subsampling=0)
    assert contained(full(again), full(once)).verdict is CONTAINED
    assert contained(full(once), full(again)).verdict is CONTAINED
