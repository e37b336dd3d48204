from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance

from dupefinder.core.confirm import (
    FLAT_CONTRAST,
    RE_ENCODED_CHROMA_MEAN,
    RE_ENCODED_CHROMA_MOST,
    RE_ENCODED_PATCH,
    RE_ENCODED_TONE,
    RE_ENCODED_WORST,
    SAME_EXPOSURE_LOW,
    SAME_EXPOSURE_WORST,
    Likeness,
    band_pass,
    judge,
    measure_likeness,
    same_shape,
)
from dupefinder.core.confirm.smoothing import block_means
from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.fingerprint import orient_greys
from dupefinder.core.records import Evidence, Orientation
from tests.core.pictures import encode, textured

Small = tuple[NDArray[np.uint8], NDArray[np.uint8]]

SEEDS = (1, 2, 3)
MEASURES = ("worst", "low", "tone", "patch", "chroma_mean", "chroma_most")
UNCHANGED = {
    "worst": RE_ENCODED_WORST,
    "low": RE_ENCODED_WORST,
    "tone": RE_ENCODED_TONE,
    "patch": RE_ENCODED_PATCH,
    "chroma_mean": RE_ENCODED_CHROMA_MEAN,
    "chroma_most": RE_ENCODED_CHROMA_MOST,
}


def photo(seed: int) -> Image.Image:
    return textured(800, 600, seed)


def small(picture: Image.Image, quality: int = 90, format_: str = "JPEG") -> Small:
    decoded = decode_bytes(encode(picture, format_, quality=quality), "", DecodeLimits())
    return decoded.grey, decoded.chroma


def likeness_of(*pairs: tuple[Small, Small]) -> Likeness:
    ours, theirs = zip(*pairs, strict=True)
    greys_a, chroma_a = (np.stack(part) for part in zip(*ours, strict=True))
    greys_b, chroma_b = (np.stack(part) for part in zip(*theirs, strict=True))
    return measure_likeness(greys_a, greys_b, chroma_a, chroma_b)


def verdict(one: Small, other: Small) -> Evidence:
    (found,) = judge(likeness_of((one, other)))
    assert isinstance(found, Evidence)
    return found


def likeness(**changed: float) -> Likeness:
    values = {**UNCHANGED, **changed}
    return Likeness(**{name: np.array([values[name]], np.float32) for name in MEASURES})


@pytest.mark.parametrize("seed", SEEDS)
def test_another_quality_size_or_format_is_a_re_encoding(seed: int) -> None:
    original = small(photo(seed), 95)
    for quality in (80, 50, 30):
        assert verdict(original, small(photo(seed), quality)) is Evidence.RE_ENCODED
    for size in ((400, 300), (200, 150), (1600, 1200)):
        resized = photo(seed).resize(size, Image.Resampling.LANCZOS)
        assert verdict(original, small(resized)) is Evidence.RE_ENCODED
    for format_ in ("PNG", "WEBP", "HEIF"):
        assert verdict(original, small(photo(seed), format_=format_)) is Evidence.RE_ENCODED


def brighter(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(1.15)


def contrasted(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(picture).enhance(1.3)


def grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L").convert("RGB")


def paler(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Color(picture).enhance(0.5)


def lettered(picture: Image.Image) -> Image.Image:
    copy = picture.copy()
    ImageDraw.Draw(copy).text((20, 550), "Holiday in the sun", fill="yellow", font_size=40)
    return copy


def cropped(picture: Image.Image) -> Image.Image:
    return picture.crop((12, 12, 788, 588))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("edit", [brighter, contrasted, grey, paler, lettered, cropped])
def test_tone_colour_text_and_a_small_crop_are_edits(
    seed: int, edit: Callable[[Image.Image], Image.Image]
) -> None:
    assert verdict(small(photo(seed)), small(edit(photo(seed)))) is Evidence.EDITED


def with_subject(seed: int, left_px: int) -> Image.Image:
    """A photo of which one part is somewhere else a moment later."""
    scene = photo(seed)
    scene.paste(textured(150, 200, seed + 50), (300 + left_px, 200))
    return scene


@pytest.mark.parametrize("seed", SEEDS)
def test_a_moved_subject_makes_another_exposure(seed: int) -> None:
    first, second = small(with_subject(seed, 0)), small(with_subject(seed, 60))
    assert verdict(first, second) is Evidence.LOOK_ALIKE


@pytest.mark.parametrize("seed", SEEDS)
def test_another_photo_is_a_look_alike(seed: int) -> None:
    assert verdict(small(photo(seed)), small(photo(seed + 10))) is Evidence.LOOK_ALIKE


@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_without_texture_confirm_nothing(level: int) -> None:
    blank = small(Image.new("L", (300, 200), level))
    marked = Image.new("L", (300, 200), level)
    marked.putpixel((150, 100), 255 - level)
    assert verdict(blank, blank) is Evidence.LOOK_ALIKE
    assert verdict(blank, small(marked)) is Evidence.LOOK_ALIKE
    assert np.isnan(likeness_of((blank, blank)).worst).all()
    assert blank[0].std() < FLAT_CONTRAST


def test_a_smooth_gradient_confirms_nothing() -> None:
    ramp = np.tile(np.linspace(120, 210, 400).astype(np.uint8), (300, 1))
    one = small(Image.fromarray(ramp), format_="PNG")
    assert one[0].std() > FLAT_CONTRAST
    assert verdict(one, one) is Evidence.LOOK_ALIKE


@pytest.mark.parametrize("measure", ["tone", "patch", "chroma_mean", "chroma_most"])
def test_every_measure_of_change_counts(measure: str) -> None:
    beyond = np.nextafter(np.float32(UNCHANGED[measure]), np.float32(np.inf))
    assert judge(likeness())[0] is Evidence.RE_ENCODED
    assert judge(likeness(**{measure: beyond}))[0] is Evidence.EDITED


def test_either_percentile_shows_the_same_exposure() -> None:
    nothing = {"worst": -1.0, "low": -1.0}
    assert judge(likeness(**nothing))[0] is Evidence.LOOK_ALIKE
    assert judge(likeness(**{**nothing, "worst": SAME_EXPOSURE_WORST}))[0] is Evidence.EDITED
    assert judge(likeness(**{**nothing, "low": SAME_EXPOSURE_LOW}))[0] is Evidence.EDITED
    assert judge(likeness(worst=float("nan"), low=float("nan")))[0] is Evidence.LOOK_ALIKE


@pytest.fixture(scope="module")
def pool() -> list[Small]:
    pictures = [photo(seed) for seed in SEEDS]
    edits = [edit(pictures[0]) for edit in (brighter, lettered, cropped)]
    return [small(picture) for picture in (*pictures, *edits, Image.new("RGB", (9, 9), "red"))]


def values_of(measured: Likeness, place: int) -> list[float]:
    return [float(getattr(measured, name)[place]) for name in MEASURES]


def test_likeness_has_no_direction_and_no_neighbours(pool: list[Small]) -> None:
    """A pair measures the same either way round, alone or among others."""
    pairs = [(one, other) for one in pool for other in pool]
    together = likeness_of(*pairs)
    backwards = likeness_of(*[(other, one) for one, other in pairs])
    for place, pair in enumerate(pairs):
        expected = values_of(together, place)
        assert np.array_equal(values_of(backwards, place), expected, equal_nan=True)
        assert np.array_equal(values_of(likeness_of(pair), 0), expected, equal_nan=True)


@pytest.mark.parametrize("orientation", list(Orientation))
def test_two_pictures_turned_alike_get_the_same_verdict(
    pool: list[Small], orientation: Orientation
) -> None:
    def turned(one: Small) -> Small:
        return orient_greys(one[0], orientation), orient_greys(one[1], orientation)

    for one in pool:
        for other in pool:
            assert verdict(turned(one), turned(other)) is verdict(one, other)


@given(st.data())
def test_any_pixels_get_a_verdict(data: st.DataObject) -> None:
    """No picture, however odd, makes a warning, an infinity or a missing verdict."""
    seed = data.draw(st.integers(0, 2**32 - 1))
    levels = data.draw(st.lists(st.integers(0, 255), min_size=1, max_size=3))
    cells = data.draw(st.sampled_from([1, 2, 3, 8, 96]))
    random = np.random.default_rng(seed)

    def any_picture() -> Small:
        chosen = random.choice(np.array(levels, np.uint8), (cells, cells))
        grey = np.kron(chosen, np.ones((96 // cells, 96 // cells), np.uint8))
        return grey, random.choice(np.array(levels, np.uint8), (2, 16, 16))

    measured = likeness_of((any_picture(), any_picture()))
    for name in MEASURES:
        assert not np.isinf(getattr(measured, name)).any()
    assert float(np.nan_to_num(measured.worst[0])) <= 1.001
    assert judge(measured)[0] in (Evidence.RE_ENCODED, Evidence.EDITED, Evidence.LOOK_ALIKE)


def test_a_textured_picture_is_a_re_encoding_of_itself(pool: list[Small]) -> None:
    for one in pool[:-1]:
        assert verdict(one, one) is Evidence.RE_ENCODED


def test_no_pairs_measure_to_nothing() -> None:
    nothing = np.empty((0, 96, 96), np.uint8), np.empty((0, 2, 16, 16), np.uint8)
    measured = measure_likeness(nothing[0], nothing[0], nothing[1], nothing[1])
    assert len(judge(measured)) == 0


@pytest.mark.parametrize("block_px", [1, 2, 3, 12])
def test_means_over_blocks_are_those_of_all_their_pixels(block_px: int) -> None:
    greys = np.random.default_rng(block_px).random((2, 24, 24), np.float32)
    blocks = greys.reshape(2, 24 // block_px, block_px, 24 // block_px, block_px)
    assert np.allclose(block_means(greys, block_px), blocks.mean(axis=(2, 4)), atol=1e-5)


def test_the_band_pass_leaves_neither_level_nor_slope() -> None:
    level = np.full((1, 96, 96), 77, np.float32)
    assert np.abs(band_pass(level)).max() < 1e-3
    slope = np.tile(np.arange(0, 192, 2, dtype=np.float32), (1, 96, 1))
    assert np.abs(band_pass(slope)[0, 30:-30, 30:-30]).max() < 0.5


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((4000, 3000, 4000, 3000), True),
        ((4000, 3000, 1333, 1000), True),
        ((4000, 3000, 256, 192), True),
        ((4000, 3000, 4000, 2900), False),
        ((4000, 3000, 3000, 4000), False),
        ((1, 1, 1, 1), True),
        ((4000, 3000, 2, 1), True),
        ((100, 100, 200, 100), False),
    ],
)
def test_shape(sizes: tuple[int, int, int, int], expected: bool) -> None:
    assert same_shape(*sizes) is expected


@given(st.tuples(*[st.integers(1, 20_000)] * 4))
def test_shape_has_no_direction(sizes: tuple[int, int, int, int]) -> None:
    width_a, height_a, width_b, height_b = sizes
    assert same_shape(*sizes) is same_shape(width_b, height_b, width_a, height_a)
    assert same_shape(*sizes) is same_shape(height_a, width_a, height_b, width_b)


@given(st.integers(100, 20_000), st.integers(100, 20_000), st.floats(0.01, 4.0))
def test_a_picture_keeps_its_shape_at_any_scale(
    width_px: int, height_px: int, scale: float
) -> None:
    scaled = max(round(width_px * scale), 1), max(round(height_px * scale), 1)
    if min(scaled) > 4:
        assert same_shape(width_px, height_px, *scaled)
