from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from dupefinder.core.proof.full_picture import Levels
from dupefinder.core.proof.structure import has_other_tones
from tests.core.proof.faint import page, saved, sky
from tests.core.proof.full import full, full_png, luma, photo

PLAIN = luma(photo())


@pytest.mark.parametrize(
    "edited",
    [
        photo().point(lambda level: level + 12),
        photo().point(lambda level: level - 9),
        ImageEnhance.Contrast(photo()).enhance(1.3),
        ImageEnhance.Contrast(photo()).enhance(0.7),
    ],
    ids=["brighter", "darker", "more contrast", "less contrast"],
)
def test_another_tone_is_told(edited: Image.Image) -> None:
    assert has_other_tones(full_png(edited).luma, PLAIN)


@pytest.mark.parametrize("saving", ["30", "60", "heic"])
def test_saving_changes_no_tones(saving: str) -> None:
    for shown in (sky(), page(), photo()):
        assert not has_other_tones(full(saved(saving, shown)).luma, luma(shown))


def _moved(levels: Levels) -> Levels:
    return np.roll(levels, (1, 1), axis=(0, 1))


def _sharpened(levels: Levels) -> Levels:
    sharp = Image.fromarray(levels).filter(ImageFilter.UnsharpMask(2, 150, 0))
    return np.asarray(sharp)


def _blurred(levels: Levels) -> Levels:
    return np.asarray(cv2.GaussianBlur(levels, (0, 0), 2.0), np.uint8)


@pytest.mark.parametrize("change", [_moved, _sharpened, _blurred])
def test_neither_moves_nor_filters_change_tones(change: Callable[[Levels], Levels]) -> None:
    for shown in (sky(), page(), photo()):
        assert not has_other_tones(change(luma(shown)), luma(shown))


def test_a_place_that_differs_is_no_tone() -> None:
    changed = PLAIN.copy()
    changed[: len(changed) // 3] = 255 - changed[: len(changed) // 3]
    assert not has_other_tones(changed, PLAIN)
