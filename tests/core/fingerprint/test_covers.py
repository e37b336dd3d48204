"""A photo of which one side was cut is near one of the windows of its proportions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.fingerprint import hamming_bits, orient_greys
from dupefinder.core.fingerprint.covers import (
    BLOCKS,
    COVER_BOXES,
    FIRST_COVER,
    FIRST_WINDOW,
    INNER_PICTURE,
    SHARES,
    WHOLE_PICTURE,
    WINDOWS,
    box_of_view,
    cover_words,
    is_of_whole,
    turned_covers,
)
from dupefinder.core.fingerprint.views import INNER, VIEW_BOXES, WHOLE
from dupefinder.core.records import Orientation
from tests.core.pictures import textured

PHOTOS = [textured(720, 480, seed).convert("L") for seed in range(3)]


def grey_of(
    photo: Image.Image, box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    scale = np.array(photo.size * 2)
    part = photo.resize((96, 96), Image.Resampling.HAMMING, tuple((np.array(box) * scale).tolist()))
    return np.asarray(part)[None]


def test_windows_lie_inside_and_keep_one_side() -> None:
    boxes = np.array(COVER_BOXES)
    assert len(boxes) == 2 * WINDOWS
    assert boxes.min() >= 0
    assert boxes.max() <= 1 + 1e-9
    sides = boxes[:, 2:] - boxes[:, :2]
    assert np.allclose(sides[:WINDOWS, 1], 1)
    assert np.allclose(sides[WINDOWS:, 0], 1)
    for share, (first, last) in zip(SHARES, BLOCKS, strict=True):
        assert np.allclose(sides[first:last, 0], share)


def test_views_of_all_numbers_have_a_box() -> None:
    assert box_of_view(WHOLE) == box_of_view(INNER) == (0, 0, 1, 1)
    assert box_of_view(INNER + 3) == VIEW_BOXES[3]
    assert box_of_view(FIRST_COVER) == COVER_BOXES[0]
    assert box_of_view(FIRST_COVER + 2 * WINDOWS - 1) == COVER_BOXES[-1]
    views = np.array([WHOLE, INNER, INNER + 3, FIRST_COVER])
    assert is_of_whole(views).tolist() == [True, False, False, True]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PHOTOS), st.floats(0.37, 0.97), st.floats(0.0, 1.0), st.sampled_from((0, 1)))
def test_a_cover_meets_a_window_of_its_share(
    photo: Image.Image, share: float, place: float, width: int
) -> None:
    begin = place * (1 - share)
    box = (0.0, begin, 1.0, begin + share) if width else (begin, 0.0, begin + share, 1.0)
    cover = cover_words(grey_of(photo, box), grey_of(photo, box))[0, WHOLE_PICTURE + width]
    words = cover_words(grey_of(photo), grey_of(photo))[0, FIRST_WINDOW:]
    first, last = BLOCKS[int(np.argmin(np.abs(np.log(SHARES / share))))]
    windows = words[width * WINDOWS + first : width * WINDOWS + last]
    # Most of them lie within 6; the worst are as far off as windows are apart.
    assert hamming_bits(windows, cover).min() <= 16


@pytest.mark.parametrize("orientation", list(Orientation))
@pytest.mark.parametrize("photo", PHOTOS)
def test_fingerprints_are_turned_as_pictures_are(
    photo: Image.Image, orientation: Orientation
) -> None:
    grey = grey_of(photo)
    turned = np.ascontiguousarray(orient_greys(grey, orientation))
    upright = cover_words(grey, grey)[:, WHOLE_PICTURE : WHOLE_PICTURE + 2, 0]
    expected = cover_words(turned, turned)[:, WHOLE_PICTURE : WHOLE_PICTURE + 2, 0]
    found = turned_covers(upright)[:, orientation]
    # A frequency that is next to nothing may round to either sign.
    assert hamming_bits(found[..., None], expected[..., None]).max() <= 1


def test_the_inner_picture_has_its_own() -> None:
    whole, inner = grey_of(PHOTOS[0]), grey_of(PHOTOS[0], (0.1, 0.1, 0.9, 0.9))
    words, of_inner = cover_words(whole, inner), cover_words(inner, inner)
    assert np.array_equal(words[:, INNER_PICTURE:FIRST_WINDOW], of_inner[:, :INNER_PICTURE])
    assert np.array_equal(words[:, FIRST_WINDOW:], cover_words(whole, whole)[:, FIRST_WINDOW:])


def test_many_photos_at_a_time_and_none() -> None:
    several = np.concatenate([grey_of(photo) for photo in PHOTOS])
    words = cover_words(several, several)
    assert words.shape == (3, FIRST_WINDOW + 2 * WINDOWS, 1)
    assert np.array_equal(words[1], cover_words(several[1:2], several[1:2])[0])
    assert cover_words(several[:0], several[:0]).shape == (0, FIRST_WINDOW + 2 * WINDOWS, 1)
