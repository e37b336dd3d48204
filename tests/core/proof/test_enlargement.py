"""Pictures with the spectrum and the edges of photos, enlarged or not, in every disguise."""

import io
import math
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dupefinder.core.proof import line_spectra
from dupefinder.core.proof.enlargement import true_size
from tests.core.pictures import encode, laid, orientation_exif

BILINEAR = Image.Resampling.BILINEAR
BICUBIC = Image.Resampling.BICUBIC
LANCZOS = Image.Resampling.LANCZOS

Change = Callable[[Image.Image], Image.Image]


@cache
def photo(width_px: int = 401, height_px: int = 302, seed: int = 0) -> Image.Image:
    """Make an RGB picture whose power falls with the square of the frequency, with edges."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height_px)[:, None], np.fft.rfftfreq(width_px))
    frequency[0, 0] = np.inf
    texture = np.fft.irfft2(
        np.fft.rfft2(random.normal(size=(height_px, width_px))) / frequency, (height_px, width_px)
    )
    levels = 128 + 25 * texture / max(texture.std(), 1e-9)
    for _ in range(20):
        left, right = np.sort(random.integers(0, width_px + 1, 2))
        top, bottom = np.sort(random.integers(0, height_px + 1, 2))
        levels[top:bottom, left:right] += random.normal(0, 15)
    bands = [levels * gain + random.normal(0, 1, levels.shape) for gain in (1.1, 1.0, 0.9)]
    return Image.fromarray(np.clip(np.stack(bands, axis=2) + 0.5, 0, 255).astype(np.uint8))


def resized(picture: Image.Image, factor: float, kernel: Image.Resampling) -> Image.Image:
    width_px, height_px = (round(side * factor) for side in picture.size)
    return picture.resize((width_px, height_px), kernel)


def blurred(sigma_px: float) -> Change:
    return lambda picture: picture.filter(ImageFilter.GaussianBlur(sigma_px))


def shrunk(factor: float, kernel: Image.Resampling = BICUBIC) -> Change:
    return lambda picture: resized(picture, factor, kernel)


def as_jpeg(quality: int) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        with Image.open(io.BytesIO(encode(picture, "JPEG", quality=quality))) as image:
            return image.convert("RGB")

    return change


def noisy(picture: Image.Image) -> Image.Image:
    noise = np.random.default_rng(9).normal(0, 5, (picture.height, picture.width, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


CODECS: dict[str, tuple[str, dict[str, int]]] = {
    "png": ("PNG", {"compress_level": 1}),
    "jpeg95": ("JPEG", {"quality": 95}),
    "jpeg85": ("JPEG", {"quality": 85}),
    "jpeg70": ("JPEG", {"quality": 70}),
    "jpeg50": ("JPEG", {"quality": 50}),
    "webp90": ("WEBP", {"quality": 90}),
    "webp80": ("WEBP", {"quality": 80}),
    "avif50": ("AVIF", {"quality": 50, "speed": 9}),
}

CHANGES: dict[str, tuple[Change, ...]] = {
    "unchanged": (),
    "half": (shrunk(0.5, LANCZOS),),
    "seven tenths": (shrunk(0.7),),
    "nine tenths": (shrunk(0.9, BILINEAR),),
    "every other pixel": (shrunk(0.5, Image.Resampling.NEAREST),),
    "a little soft": (blurred(0.5),),
    "soft": (blurred(1),),
    "softer": (blurred(1.5),),
    "out of focus": (blurred(3),),
    "sharpened": (lambda picture: picture.filter(ImageFilter.UnsharpMask(2, 150, 2)),),
    "noisy": (noisy,),
    "median": (lambda picture: picture.filter(ImageFilter.MedianFilter(3)),),
    "turned a little": (lambda picture: picture.rotate(1.5, BICUBIC),),
    "strongly compressed before": (as_jpeg(50),),
    "soft, compressed, shrunk": (blurred(1.5), as_jpeg(75), shrunk(0.9)),
    "out of focus, compressed, shrunk": (blurred(3), as_jpeg(75), shrunk(0.8)),
    "out of focus, compressed, cut": (
        blurred(3),
        as_jpeg(60),
        lambda picture: picture.crop((4, 4, *picture.size)),
    ),
}


def measure(picture: Image.Image, format_: str = "PNG", **options: object) -> int:
    """Count the pixels of the picture that this one was enlarged from, once it was saved."""
    with Image.open(io.BytesIO(encode(picture, format_, **options))) as saved:
        return math.prod(true_size(np.asarray(saved.convert("L"))))


@cache
def changed(changes: tuple[Change, ...]) -> Image.Image:
    picture = photo()
    for change in changes:
        picture = change(picture)
    return picture


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_all_pixels_of_a_genuine_photo_count(changes: tuple[Change, ...], codec: str) -> None:
    picture = changed(changes)
    format_, options = CODECS[codec]
    assert measure(picture, format_, **options) == picture.width * picture.height


KERNELS = (BILINEAR, BICUBIC, LANCZOS)
ENLARGED = {
    "png": (1.25, 4 / 3, 1.5, 1.6, 2, 2.5, 3, 4),
    "jpeg95": (4 / 3, 1.5, 1.6, 2, 2.5, 3, 4),
    "jpeg85": (1.5, 2, 2.5, 3, 4),
    "jpeg70": (2.5, 3, 4),
    "webp90": (1.5, 2, 2.5, 3, 4),
    "webp80": (2.5, 3),
}


@pytest.mark.parametrize(
    ("codec", "enlargement", "kernel"),
    [
        (codec, enlargement, kernel)
        for place, codec in enumerate(ENLARGED)
        for number, enlargement in enumerate(ENLARGED[codec])
        # Each kernel without loss; a codec blurs what they differ in, so that one in turn will do.
        for kernel in (KERNELS if codec == "png" else KERNELS[(place + number) % 3 :][:1])
    ],
)
def test_an_enlarged_copy_counts_with_the_size_of_its_original(
    codec: str, enlargement: float, kernel: Image.Resampling
) -> None:
    # Of few pixels where it becomes large.
    source = photo() if enlargement < 2.5 else photo(241, 182)
    format_, options = CODECS[codec]
    enlarged = resized(source, enlargement, kernel)
    assert measure(enlarged, format_, **options) == source.width * source.height


def test_the_blocks_of_a_compressed_source_do_not_hide_that_it_was_enlarged() -> None:
    source = as_jpeg(75)(photo())
    for enlargement in (1.5, 2, 3):
        enlarged = resized(source, enlargement, BICUBIC)
        assert measure(enlarged, "JPEG", quality=90) == source.width * source.height


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_enlargement_is_detected_in_any_orientation(orientation: int) -> None:
    enlarged = laid(resized(photo(), 1.5, BICUBIC), orientation)
    exif = orientation_exif(orientation)
    assert measure(enlarged, "JPEG", quality=90, exif=exif) == 401 * 302


@pytest.mark.parametrize("enlargement", [(1.5, 1), (1, 1.5), (2, 1.4)])
def test_a_picture_that_was_stretched_is_left_alone(enlargement: tuple[float, float]) -> None:
    source = photo()
    across, down = enlargement
    size = (round(source.width * across), round(source.height * down))
    stretched = source.resize(size, BICUBIC)
    assert measure(stretched) == stretched.width * stretched.height


def test_detail_added_after_the_enlargement_counts() -> None:
    enlarged = resized(photo(), 2, BICUBIC)
    assert measure(noisy(noisy(enlarged))) == enlarged.width * enlarged.height


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 500), (500, 1), (3, 2), (17, 900), (57, 57), (60, 59), (129, 131)]
)
@pytest.mark.parametrize("level", [0, 128, None], ids=["black", "grey", "photo"])
def test_small_long_and_empty_pictures_count_in_full(
    size: tuple[int, int], level: int | None
) -> None:
    picture = photo(*size) if level is None else Image.new("RGB", size, (level, level, level))
    assert measure(picture) == size[0] * size[1]


def test_a_few_lines_show_that_a_photo_is_no_enlargement(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_px: list[int] = []
    make = line_spectra.LineSpectra.__init__

    def noting(self: line_spectra.LineSpectra, lines: NDArray[np.uint8], samples_px: int) -> None:
        make(self, lines, samples_px)
        asked_px.append(self._samples.size)

    monkeypatch.setattr(line_spectra.LineSpectra, "__init__", noting)
    assert measure(photo(1601, 1202)) == 1601 * 1202
    assert sum(asked_px) < 300_000


@pytest.mark.parametrize(("band_px", "factor", "quality"), [(20, 1.37, 95), (60, 1.5, 88)])
def test_an_enlargement_shows_by_a_narrow_band_of_detail(
    band_px: int, factor: float, quality: int
) -> None:
    """Such as houses between sky and sea: few lines, evenly spread, meet too little of it."""
    levels = np.linspace(90, 160, 1000)[:, None, None].repeat(1500, 1).repeat(3, 2)
    levels[384 : 384 + band_px] = np.asarray(photo(1500, band_px, 2))
    source = as_jpeg(92)(Image.fromarray(levels.astype(np.uint8)))
    assert measure(resized(source, factor, BICUBIC), "JPEG", quality=quality) == 1500 * 1000


def test_charts_count_in_full() -> None:
    chart = Image.new("RGB", (480, 360), "white")
    chart.paste("black", (40, 0, 42, 360))
    chart.paste("black", (0, 320, 480, 322))
    for column in range(60, 460, 32):
        chart.paste((200, 30, 30), (column, 320 - column // 2, column + 16, 320))
    framed = Image.new("RGB", (480, 360), "black")
    framed.paste(photo(240, 180), (120, 90))
    stripes = Image.fromarray(np.tile(np.array([0, 0, 255], np.uint8), (360, 160)))
    for picture in (chart, framed, stripes):
        for change in (lambda same: same, blurred(1), blurred(2)):
            for format_ in ("PNG", "JPEG"):
                changed = change(picture)
                assert measure(changed, format_) == 480 * 360


@settings(max_examples=30)
@given(
    st.integers(90, 420),
    st.integers(90, 420),
    st.integers(0, 1000),
    st.floats(0, 3),
    st.integers(50, 95),
)
def test_soft_and_compressed_photos_count_in_full(
    width_px: int,
    height_px: int,
    seed: int,
    sigma_px: float,
    quality: int,
) -> None:
    soft = blurred(sigma_px)(photo(width_px, height_px, seed))
    assert measure(soft, "JPEG", quality=quality) == width_px * height_px
