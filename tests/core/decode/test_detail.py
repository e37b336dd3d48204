from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_file
from dupefinder.core.decode.detail import measure_detail_px
from dupefinder.core.records import PhotoFacts, ProblemCode
from tests.core.pictures import encode

SIZE_PX = (640, 480)
LIMITS = DecodeLimits()


def fine(seed: int = 0, size_px: tuple[int, int] = SIZE_PX) -> Image.Image:
    """Make a picture whose power falls with the square of the frequency, down to the pixels."""
    random = np.random.default_rng(seed)
    width_px, height_px = size_px
    across, down = np.fft.fftfreq(width_px), np.fft.fftfreq(height_px)
    frequency = np.hypot(down[:, None], across)
    frequency[0, 0] = 1
    spectrum = np.fft.fft2(random.normal(size=(height_px, width_px))) / frequency
    field = np.fft.ifft2(spectrum).real
    field = 120 + 45 * field / max(field.std(), 1e-9) + random.normal(size=field.shape)
    return Image.fromarray(np.clip(field, 0, 255).astype(np.uint8)).convert("RGB")


def measured(tmp_path: Path, picture: Image.Image, format_: str = "JPEG", quality: int = 90) -> int:
    path = tmp_path / "photo"
    path.write_bytes(encode(picture, format_, quality=quality))
    facts = decode_file(str(path), LIMITS).facts
    detail_px = measure_detail_px(str(path), facts, LIMITS)
    assert detail_px is not None
    return detail_px


def scaled(picture: Image.Image, factor: float, filter_: Image.Resampling) -> Image.Image:
    width_px, height_px = (round(side * factor) for side in picture.size)
    return picture.resize((width_px, height_px), filter_)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("quality", [60, 80, 95])
def test_a_photo_has_all_its_pixels(tmp_path: Path, seed: int, quality: int) -> None:
    picture = fine(seed)
    assert measured(tmp_path, picture, quality=quality) == picture.width * picture.height


@pytest.mark.parametrize("sigma_px", [0.5, 1.0, 1.5])
def test_a_soft_photo_has_all_its_pixels(tmp_path: Path, sigma_px: float) -> None:
    picture = fine(5).filter(ImageFilter.GaussianBlur(sigma_px))
    assert measured(tmp_path, picture) == picture.width * picture.height


@pytest.mark.parametrize("factor", [0.5, 0.7, 0.9])
def test_a_smaller_copy_has_all_its_pixels(tmp_path: Path, factor: float) -> None:
    picture = scaled(fine(6), factor, Image.Resampling.LANCZOS)
    assert measured(tmp_path, picture) == picture.width * picture.height


@pytest.mark.parametrize("factor", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("filter_", [Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_an_enlarged_copy_has_the_pixels_it_was_made_from(
    tmp_path: Path, factor: float, filter_: Image.Resampling
) -> None:
    picture = scaled(fine(7), factor, filter_)
    source_px = SIZE_PX[0] * SIZE_PX[1]
    assert measured(tmp_path, picture, "PNG") == pytest.approx(source_px, rel=0.1)


def test_a_flat_picture_has_all_its_pixels(tmp_path: Path) -> None:
    assert measured(tmp_path, Image.new("RGB", (300, 200), (9, 9, 9)), "PNG") == 300 * 200


@pytest.mark.parametrize("size_px", [(1, 1), (2, 900), (47, 47), (900, 3)])
def test_a_picture_too_small_to_measure_has_all_its_pixels(
    tmp_path: Path, size_px: tuple[int, int]
) -> None:
    assert measured(tmp_path, fine(8, size_px), "PNG") == size_px[0] * size_px[1]


def test_what_cannot_be_decoded_in_full_is_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff nothing more")
    raw = PhotoFacts(format="DNG", width_px=9, height_px=9, is_raw=True)
    torn = PhotoFacts(format="JPEG", width_px=9, height_px=9, decodes_in_full=False)
    damaged = PhotoFacts(format="JPEG", width_px=9, height_px=9)
    for facts in (raw, torn, damaged):
        assert measure_detail_px(str(path), facts, LIMITS) is None


def test_a_file_that_went_is_told(tmp_path: Path) -> None:
    facts = PhotoFacts(format="JPEG", width_px=9, height_px=9)
    with pytest.raises(DecodeFailed) as caught:
        measure_detail_px(str(tmp_path / "gone.jpg"), facts, LIMITS)
    assert caught.value.code is ProblemCode.VANISHED


def test_a_picture_above_the_limit_is_refused(tmp_path: Path) -> None:
    facts = PhotoFacts(format="JPEG", width_px=60_000, height_px=60_000)
    with pytest.raises(DecodeFailed) as caught:
        measure_detail_px(str(tmp_path / "large.jpg"), facts, LIMITS)
    assert caught.value.code is ProblemCode.TOO_LARGE
