"""A crop's fingerprint is near that of the window which it shows."""

import numpy as np
import pytest

from dupefinder.core.fingerprint import FINGERPRINTS, hamming_bits
from dupefinder.core.fingerprint.views import INNER, VIEW_BOXES, WHOLE, check_words, view_words
from tests.core.pictures import textured

PHOTO = textured(640, 480, 2).convert("L")


def grey_of(box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)) -> np.ndarray:
    left, top, right, bottom = box
    width_px, height_px = PHOTO.size
    part = PHOTO.resize(
        (96, 96), box=(left * width_px, top * height_px, right * width_px, bottom * height_px)
    )
    return np.asarray(part)[None]


def test_the_first_view_is_all_of_it() -> None:
    whole = FINGERPRINTS["phash-64"].of_greys(grey_of())
    assert np.array_equal(view_words(grey_of())[:, 0], whole[:, 0])


def test_views_lie_inside() -> None:
    boxes = np.array(VIEW_BOXES)
    assert len(boxes) == len(set(VIEW_BOXES)) == 35
    assert boxes.min() >= 0
    assert boxes.max() <= 1 + 1e-9
    assert np.allclose(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])


@pytest.mark.parametrize(
    "box",
    [(0.0, 0.0, 0.8, 0.8), (0.1, 0.05, 0.95, 0.9), (0.03, 0.03, 1.0, 1.0), (0.12, 0.2, 0.9, 0.98)],
)
def test_a_crop_meets_one_of_the_windows(box: tuple[float, float, float, float]) -> None:
    crop = view_words(grey_of(box))[0, 0]
    assert hamming_bits(view_words(grey_of())[0], crop).min() <= 10


def test_many_photos_at_a_time_and_none() -> None:
    several = np.concatenate((grey_of(), grey_of((0, 0, 0.5, 0.5))))
    words = view_words(several)
    assert words.shape == (2, 35, 1)
    assert np.array_equal(words[1], view_words(several[1:])[0])
    assert view_words(several[:0]).shape == (0, 35, 1)


def test_the_finer_look_at_a_whole_picture_is_its_phash() -> None:
    greys = np.concatenate((grey_of(), grey_of()))
    words = FINGERPRINTS["phash-256"].of_greys(grey_of())[0, 0]
    assert np.array_equal(check_words(greys, np.array([WHOLE, INNER])), np.stack((words, words)))


def test_the_finer_look_tells_a_window_from_others() -> None:
    window = INNER + 5
    crop = grey_of(VIEW_BOXES[window - INNER])
    words = check_words(crop, np.array([WHOLE]))
    apart = [
        int(hamming_bits(check_words(grey_of(), np.array([view])), words)[0])
        for view in range(INNER, INNER + len(VIEW_BOXES))
    ]
    assert int(np.argmin(apart)) == window - INNER
    assert min(apart) <= 24
    assert max(apart) > 96


def test_no_finer_look_at_nothing() -> None:
    assert check_words(grey_of()[:0], np.zeros(0, np.uint8)).shape == (0, 4)
