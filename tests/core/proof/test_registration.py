import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter

from dupefinder.core.proof import contained, filter_fit
from dupefinder.core.proof.filter_fit import Filter
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.registration import Kernel, Placed, align, place_on
from dupefinder.core.records import ProofVerdict
from tests.core.pictures import encode, laid, orientation_exif
from tests.core.proof.faint import page
from tests.core.proof.full import full, full_png, luma, photo

LANCZOS = Image.Resampling.LANCZOS


def smooth(seed: int = 1) -> Image.Image:
    """A picture without frequencies that resampling loses."""
    return photo(seed=seed).filter(ImageFilter.GaussianBlur(1.2))


def shifted(picture: Image.Image, across_px: float, down_px: float) -> Image.Image:
    """The picture resampled so many pixels farther to the right and down, edges apart."""
    wide, high = picture.size
    turned = picture.transform(
        (wide, high),
        Image.Transform.AFFINE,
        (1, 0, across_px, 0, 1, down_px),
        Image.Resampling.BICUBIC,
    )
    return turned.crop((8, 8, wide - 8, high - 8))


def aligned(goes: FullPicture, stays: FullPicture) -> Placed:
    return align(goes, place_on(stays, goes))


def test_a_picture_of_the_same_size_is_taken_as_it_is() -> None:
    one = full_png(photo())
    placed = place_on(one, full_png(photo(seed=2)))
    assert np.array_equal(placed.levels, one.levels)
    assert placed.box == (0, 0, 480, 360)
    assert placed.filter is None


def test_a_larger_picture_is_resampled_edge_to_edge() -> None:
    small = photo().resize((160, 120), LANCZOS)
    placed = place_on(full_png(photo()), full_png(small))
    assert placed.levels.shape == (120, 160, 3)
    assert np.abs(placed.levels[..., 0].astype(int) - luma(small)).max() <= 1


@pytest.mark.parametrize("one", range(1, 9))
@pytest.mark.parametrize("other", [1, 6, 7])
def test_a_picture_is_laid_as_the_other_lies(one: int, other: int) -> None:
    pictures = [
        full(encode(laid(photo(96, 64), turn), "PNG", exif=orientation_exif(turn)))
        for turn in (one, other)
    ]
    placed = place_on(pictures[1], pictures[0])
    assert np.array_equal(placed.levels, pictures[0].levels)


@pytest.mark.parametrize(
    "shift", [(0.5, 0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.0), (0.0, -0.5), (0.25, -0.4)]
)
def test_a_shift_by_parts_of_a_pixel_is_found(shift: tuple[float, float]) -> None:
    still, moved = shifted(smooth(), 0, 0), shifted(smooth(), *shift)
    placed = aligned(full_png(moved), full_png(still))
    left, top, right, bottom = placed.box
    assert left == pytest.approx(shift[0], abs=0.1)
    assert top == pytest.approx(shift[1], abs=0.1)
    assert right - 464 == pytest.approx(shift[0], abs=0.1)
    assert bottom - 344 == pytest.approx(shift[1], abs=0.1)
    apart = placed.luma.astype(float) - luma(moved)
    assert np.abs(apart[8:-8, 8:-8]).max() <= 4


def test_a_shift_at_another_size_is_found_in_pixels_of_the_larger() -> None:
    """Some programs resample from the corner of the first pixel, not from its middle."""
    source = smooth()
    cut = source.resize((160, 120), LANCZOS, box=(1.2, 0.9, 479.5, 359.8))
    placed = aligned(full_png(cut), full_png(source))
    assert placed.box == pytest.approx((1.2, 0.9, 479.5, 359.8), abs=0.3)


def test_pictures_that_lie_edge_to_edge_are_not_moved() -> None:
    placed = aligned(full_png(photo()), full(encode(photo(), "JPEG", quality=60)))
    assert placed.box == (0, 0, 480, 360)


@pytest.mark.parametrize("shift", [(5, 0), (0, -5), (4, 4)])
def test_larger_offsets_are_left_alone(shift: tuple[int, int]) -> None:
    still, moved = shifted(smooth(), 0, 0), shifted(smooth(), *shift)
    placed = aligned(full_png(moved), full_png(still))
    left, top, right, bottom = placed.box
    assert max(abs(left), abs(top), abs(right - 464), abs(bottom - 344)) <= 1.6


# The filter

SHARPENED = ImageFilter.UnsharpMask(radius=1, percent=60, threshold=0)


def fitted(goes: Image.Image, stays: Image.Image) -> Filter:
    found = aligned(full_png(goes), full_png(stays)).filter
    assert found is not None
    return found


def test_of_the_same_picture_the_filter_does_nothing() -> None:
    same = fitted(photo(), photo())
    assert same.gain == pytest.approx(1, abs=1e-3)
    assert same.offset == pytest.approx(0, abs=0.1)
    assert same.response(0.25) == pytest.approx(1, abs=1e-2)
    applied = same.apply(luma(photo()))
    assert np.abs(applied.astype(int) - luma(photo())).max() <= 1
    assert same.does_nothing


def test_a_sharpened_copy_is_made_by_a_filter_that_sharpens() -> None:
    sharp = photo().filter(SHARPENED)
    found = fitted(sharp, photo())
    assert found.response(0.25) > 1.15
    assert found.gain == pytest.approx(1, abs=0.02)
    apart = found.apply(luma(photo())).astype(int) - luma(sharp)
    assert np.abs(apart).mean() < 1


def test_a_blurred_copy_is_made_by_a_filter_that_blurs() -> None:
    noise = np.random.default_rng(3).normal(scale=12, size=(360, 480, 1))
    sharp = Image.fromarray((np.asarray(photo()) + noise).clip(0, 255).astype(np.uint8))
    soft = sharp.filter(ImageFilter.GaussianBlur(0.8))
    found = fitted(soft, sharp)
    assert found.response(0.25) < 0.6
    assert found.response(0.02) == pytest.approx(1, abs=0.05)
    apart = found.apply(luma(sharp)).astype(int) - luma(soft)
    assert np.abs(apart).mean() < 1


def test_strips_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    goes, stays = full_png(photo().filter(SHARPENED)), full_png(photo())
    in_strips = align(goes, place_on(stays, goes)).filter
    assert in_strips is not None
    filtered = in_strips.apply(stays.luma)
    monkeypatch.setattr(filter_fit, "_STRIP_PX", 10_000)
    at_once = align(goes, place_on(stays, goes)).filter
    assert at_once is not None
    assert np.array_equal(at_once.weights, in_strips.weights)
    assert np.array_equal(at_once.apply(stays.luma), filtered)


def test_contrast_and_brightness_show_as_gain_and_offset() -> None:
    darker = photo().point(lambda level: level * 0.8 + 5)
    found = fitted(darker, photo())
    assert found.gain == pytest.approx(0.8, abs=0.02)
    level = np.full((16, 16), 100, np.uint8)
    assert found.apply(level).mean() == pytest.approx(85, abs=1)


def test_a_changed_place_does_not_bend_the_fit() -> None:
    changed = photo().copy()
    changed.paste((255, 255, 255), (40, 40, 130, 120))
    found = fitted(changed, photo())
    assert found.gain == pytest.approx(1, abs=1e-2)
    assert found.offset == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (9, 9), (300, 2)])
def test_any_size(size: tuple[int, int]) -> None:
    goes, stays = full_png(photo(*size)), full_png(photo(*size, seed=2))
    assert aligned(goes, stays).levels.shape == goes.levels.shape


@pytest.mark.parametrize("scale", [0.47, 0.4])
def test_hard_lines_are_not_overshot(scale: float) -> None:
    """A page that a program reduced with its corner half a pixel aside."""
    large = page().resize((960, 720), LANCZOS)
    corner_px = 0.5 / scale
    size_px = round(960 * scale), round(720 * scale)
    small = large.resize(size_px, Image.Resampling.BICUBIC, (corner_px, corner_px, 960, 720))
    goes = full(encode(small, "JPEG", quality=88))
    stays = full(encode(large, "JPEG", quality=95))
    assert aligned(goes, stays).box == pytest.approx((corner_px, corner_px, 960, 720), abs=0.1)
    assert contained(goes, stays).verdict is ProofVerdict.CONTAINED


@pytest.mark.parametrize("times", [3, 8])
def test_a_page_whose_pixels_were_averaged_is_laid_so(times: int) -> None:
    large = page().resize((960, 720), Image.Resampling.NEAREST)
    small = large.resize((960 // times, 720 // times), Image.Resampling.BOX)
    goes = full(encode(small, "JPEG", quality=92))
    stays = full(encode(large, "JPEG", quality=95))
    assert aligned(goes, stays).kernel is Kernel.MEAN
    assert contained(goes, stays).verdict is ProofVerdict.CONTAINED


def reduced(large: Image.Image, size_px: tuple[int, int], kernel: Kernel) -> Image.Image:
    """A picture as programs reduce it; many take no means, and leave pixels out."""
    at_points = {Kernel.LINEAR_AT_POINTS: cv2.INTER_LINEAR, Kernel.CUBIC_AT_POINTS: cv2.INTER_CUBIC}
    if kernel in at_points:
        smaller = cv2.resize(np.asarray(large), size_px, interpolation=at_points[kernel])
        return Image.fromarray(np.asarray(smaller, np.uint8))
    return large.resize(size_px, Image.Resampling(kernel.value))


@pytest.mark.parametrize(
    ("kernel", "share"),
    [
        (Kernel.HAMMING, 0.87),
        (Kernel.LINEAR_AT_POINTS, 0.4),
        (Kernel.CUBIC_AT_POINTS, 0.34),
        (Kernel.CUBIC_AT_POINTS, 0.575),
    ],
)
def test_a_page_that_was_reduced_by_another_kernel_is_laid_so(kernel: Kernel, share: float) -> None:
    """No filter makes up for pixels that were left out."""
    large = page().resize((960, 720), LANCZOS)
    small = reduced(large, (round(960 * share), round(720 * share)), kernel)
    goes = full(encode(small, "JPEG", quality=85))
    stays = full(encode(large, "JPEG", quality=95))
    assert aligned(goes, stays).kernel is kernel
    assert contained(goes, stays).verdict is ProofVerdict.CONTAINED


def test_a_photo_that_was_reduced_as_usual_is_laid_so() -> None:
    goes = full(encode(photo().resize((160, 120), LANCZOS), "JPEG", quality=92))
    assert aligned(goes, full_png(photo())).kernel is Kernel.LANCZOS
