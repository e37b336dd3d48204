import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from dupefinder.core.confirm import judge, measure_likeness
from dupefinder.core.confirm.kept_picture import KeptPicture
from dupefinder.core.confirm.thumbnail_check import (
    Thumbnail,
    deserves_closer_look,
    is_re_encoded,
    is_reduction,
)
from dupefinder.core.records import Evidence
from tests.core.pictures import textured
from tests.core.test_pipeline import picture

SIZE_PX = (320, 240)


def thumbnail(shown: Image.Image, quality: int | None = 90, *, palette: bool = False) -> Thumbnail:
    return Thumbnail(KeptPicture.of(shown.convert("YCbCr")), quality, has_palette=palette)


def saved(shown: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def reduced(shown: Image.Image, width_px: int, quality: int = 75) -> Image.Image:
    size_px = (width_px, width_px * shown.height // shown.width)
    return saved(shown.resize(size_px, Image.Resampling.LANCZOS), quality)


def marked(shown: Image.Image, opacity: float) -> Image.Image:
    """A photo with words laid over it."""
    mark = Image.new("L", shown.size)
    ImageDraw.Draw(mark).text((40, 90), "SAMPLE", fill=round(255 * opacity), font_size=70)
    return Image.composite(Image.new("RGB", shown.size, "white"), shown, mark)


def same(one: Image.Image, other: Image.Image, *, was: bool = False, quality: int = 90) -> bool:
    return is_re_encoded(thumbnail(one), thumbnail(other, quality), was_re_encoded=was)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("width_px", [58, 80, 120, 200])
def test_a_reduced_copy_agrees_at_its_own_scale(seed: int, width_px: int) -> None:
    shown = picture(seed, *SIZE_PX)
    assert same(shown, reduced(shown, width_px))


def test_a_hard_compressed_copy_is_held_to_its_own_tables() -> None:
    shown = picture(1, *SIZE_PX)
    assert same(shown, saved(shown, 15), quality=15)


@pytest.mark.parametrize(
    "edit",
    [
        lambda shown: ImageEnhance.Brightness(shown).enhance(1.2),
        lambda shown: ImageEnhance.Contrast(shown).enhance(1.4),
        lambda shown: shown.convert("L").convert("RGB"),
        lambda shown: Image.merge("RGB", shown.split()[::-1]),
    ],
)
@pytest.mark.parametrize("width_px", [80, 320])
def test_edited_copies_stay_edited(edit: object, width_px: int) -> None:
    tinted = Image.merge(
        "RGB",
        [band.point(lambda level, part=part: level * part // 10) for part, band in
         zip((10, 7, 4), picture(1, *SIZE_PX).split(), strict=True)],
    )  # fmt: skip
    assert not same(tinted, reduced(edit(tinted), width_px))  # type: ignore[operator]


def test_a_faint_mark_is_seen_in_a_thumbnail() -> None:
    shown = picture(1, *SIZE_PX)
    assert same(shown, saved(shown, 60), was=True)
    assert not same(shown, marked(shown, 0.12), was=True)


def test_edges_half_a_pixel_apart_are_no_mark() -> None:
    shown = picture(1, *SIZE_PX)
    ImageDraw.Draw(shown).rectangle((100, 60, 220, 180), fill="black")
    moved = shown.transform(shown.size, Image.Transform.AFFINE, (1, 0, 0.5, 0, 1, 0.5), 3)
    assert same(shown, moved, was=True)


def test_a_palette_makes_patches_of_one_colour() -> None:
    shown = picture(1, *SIZE_PX)
    few = shown.quantize(24).convert("RGB")
    assert is_re_encoded(thumbnail(shown), thumbnail(few, None, palette=True), was_re_encoded=True)


def test_only_what_may_come_out_otherwise_is_looked_at() -> None:
    shown = picture(1, *SIZE_PX)

    def is_looked_at(other: Image.Image) -> tuple[bool, bool]:
        parts = []
        for one in (shown, other):
            small = one.convert("YCbCr")
            grey = np.asarray(small.getchannel(0).resize((96, 96)))
            chroma = [np.asarray(small.getchannel(k).resize((16, 16))) for k in (1, 2)]
            parts.append((grey[None], np.stack(chroma)[None]))
        (grey_a, chroma_a), (grey_b, chroma_b) = parts
        likeness = measure_likeness(grey_a, grey_b, chroma_a, chroma_b)
        was = judge(likeness) == Evidence.RE_ENCODED
        return bool(was[0]), bool(deserves_closer_look(likeness, was)[0])

    assert is_looked_at(shown) == (True, False)
    assert is_looked_at(marked(shown, 0.05)) == (True, True)
    assert is_looked_at(ImageEnhance.Brightness(shown).enhance(1.5)) == (False, False)


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
