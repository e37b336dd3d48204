import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupefinder.core.proof import contained
from dupefinder.core.proof.colours import compare_colours
from dupefinder.core.proof.comparison import PictureComparison
from dupefinder.core.proof.pair_coding import coding_of
from dupefinder.core.proof.registration import place_on
from dupefinder.core.records import ProofVerdict
from tests.core.proof.full import full_png, photo


def with_spot(picture: Image.Image, side_px: int, levels: int) -> Image.Image:
    """A picture with a square that is redder and less blue, its luma about the same."""
    pixels = np.asarray(picture).astype(np.int16)
    middle = (slice(80, 80 + side_px), slice(100, 100 + side_px))
    pixels[middle] += np.array((levels, -levels // 3, -levels // 3), np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def muted() -> Image.Image:
    """A photo of which nothing comes near to black, white or full colour."""
    pixels = np.asarray(photo(480, 320)).astype(np.float32)
    return Image.fromarray((pixels * 0.4 + 76).astype(np.uint8))


@pytest.mark.parametrize("levels", range(24, 40, 2))
def test_colours_that_a_screen_shows_as_they_are_are_not_smoothed(levels: int) -> None:
    larger = muted()
    smaller = larger.resize((240, 160), Image.Resampling.LANCZOS)
    goes, stays = full_png(with_spot(smaller, 6, levels)), full_png(larger)
    pair = PictureComparison(goes, place_on(stays, goes))
    coding = coding_of(goes, stays, with_former=False)
    steps = coding.goes.chroma, coding.stays.chroma, coding.scale
    plain = compare_colours(goes.chroma, pair.placed.chroma, goes.size_px, *steps)
    assert pair.colours(coding).differ(1).tolist() == plain.differ(1).tolist()
    if plain.differ(1).any():
        assert contained(goes, stays).verdict is not ProofVerdict.CONTAINED
    else:
        assert levels < 30


@pytest.mark.parametrize("level", [243, 247])
def test_faint_words_on_a_page_without_loss_are_something_of_its_own(level: int) -> None:
    page = Image.new("RGB", (480, 320), "white")
    with_words = page.copy()
    draw = ImageDraw.Draw(with_words)
    for line in range(14):
        draw.text((30, 20 + 20 * line), "Paid in cash, 1730 to go", fill=(level, level, level))
    proof = contained(full_png(with_words), full_png(page))
    assert proof.verdict is not ProofVerdict.CONTAINED
