import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PIL.ImageFilter import GaussianBlur

from dupefinder.core.coverage.blur import FineDetail, fine_detail
from dupefinder.core.photo_facts import PhotoFacts
from tests.core.pictures import encode, textured


def photo_like() -> Image.Image:
    noise = np.random.default_rng(1).normal(scale=60, size=(240, 320, 1))
    pixels = np.asarray(textured(320, 240, 1)) + noise
    # No lens draws single pixels.
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).filter(GaussianBlur(1))


PHOTO = photo_like()
FACTS = PhotoFacts("JPEG", 1600, 1200, quality=90)
THUMBNAILS = {
    1: encode(PHOTO, "JPEG", quality=90),
    2: encode(PHOTO, "JPEG", quality=75),
    3: encode(PHOTO.filter(GaussianBlur(1.5)), "JPEG", quality=90),
}


def test_a_blur_takes_fine_detail_away_and_an_encoder_does_not() -> None:
    (size_px, sharp), (_, again), (_, blurred) = (fine_detail(THUMBNAILS[one]) for one in (1, 2, 3))
    assert size_px == PHOTO.size
    assert again > 0.9 * sharp
    assert blurred < 0.7 * sharp


def test_a_copy_was_blurred() -> None:
    detail = FineDetail(THUMBNAILS.__getitem__)
    assert detail.was_blurred(3, FACTS, 1, FACTS)
    assert not detail.was_blurred(2, FACTS, 1, FACTS)
    assert not detail.was_blurred(1, FACTS, 3, FACTS)
    assert not detail.was_blurred(1, FACTS, 1, FACTS)


def test_thumbnails_that_were_shrunk_in_different_ways_are_not_compared() -> None:
    thumbnails = {1: THUMBNAILS[1], 3: THUMBNAILS[3]}
    detail = FineDetail(thumbnails.__getitem__)
    assert detail.was_blurred(3, FACTS, 1, FACTS)
    with Image.open(io.BytesIO(THUMBNAILS[3])) as blurred:
        thumbnails[4] = encode(blurred.reduce(2), "JPEG", quality=90)
    assert not detail.was_blurred(4, FACTS, 1, FACTS)


@pytest.mark.parametrize(("sharpness", "is_blurred"), [(800.0, False), (700.0, True)])
def test_the_greys_tell_where_an_encoder_smooths(sharpness: float, is_blurred: bool) -> None:
    original = replace(FACTS, sharpness=1000.0)
    copy = PhotoFacts("AVIF", 1600, 1200, sharpness=sharpness)
    assert FineDetail(THUMBNAILS.__getitem__).was_blurred(3, copy, 1, original) is is_blurred


def test_a_picture_without_detail_is_never_called_blurred() -> None:
    sky = Image.new("RGB", PHOTO.size, (90, 120, 200))
    sky = Image.blend(sky, PHOTO, 0.05)
    thumbnails = {
        1: encode(sky, "JPEG", quality=90),
        2: encode(sky.filter(GaussianBlur(1.5)), "JPEG", quality=90),
    }
    assert fine_detail(thumbnails[2])[1] < 0.85 * fine_detail(thumbnails[1])[1]
    assert not FineDetail(thumbnails.__getitem__).was_blurred(2, FACTS, 1, FACTS)


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        (PhotoFacts("JPEG", 800, 600, quality=90), FACTS),
        (PhotoFacts("JPEG", 1600, 1200, quality=30), FACTS),
        (FACTS, PhotoFacts("JPEG", 1600, 1200, quality=60)),
    ],
)
def test_nothing_is_said_where_size_or_tables_may_be_why(
    copy: PhotoFacts, original: PhotoFacts
) -> None:
    assert not FineDetail(THUMBNAILS.__getitem__).was_blurred(3, copy, 1, original)


def test_small_pictures_are_not_measured() -> None:
    icon = PhotoFacts("PNG", 160, 160)
    assert not FineDetail(THUMBNAILS.__getitem__).was_blurred(3, icon, 1, icon)


def test_each_photo_is_measured_once() -> None:
    asked = []

    def thumbnail_of(content_id: int) -> bytes:
        asked.append(content_id)
        return THUMBNAILS[content_id]

    detail = FineDetail(thumbnail_of)
    for _ in range(3):
        detail.was_blurred(3, FACTS, 1, FACTS)
    assert sorted(asked) == [1, 3]


def test_a_line_has_no_detail() -> None:
    assert fine_detail(encode(Image.new("RGB", (40, 1)), "JPEG")) == ((40, 1), 0)
