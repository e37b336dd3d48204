"""Pictures of which one shows a part of the other are registered on each other, or told apart."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance

from dupefinder.core.confirm.alignment import align, inverse_maps, map_into
from dupefinder.core.confirm.kept_picture import KeptPicture
from dupefinder.core.confirm.motion import SIDE_PX, cut_out, motion_px, prepared
from dupefinder.core.confirm.placement import common_boxes, decompose_maps, may_be_edits
from dupefinder.core.confirm.registration import (
    PairPictures,
    Registered,
    colours_agree,
    flatness,
    needs_colours,
    register,
)
from tests.core.pictures import textured

PHOTO = textured(640, 480, 11).convert("L")
OTHER = textured(640, 480, 12).convert("L")
ALL = (0.0, 0.0, 1.0, 1.0)
Box = tuple[float, float, float, float]


def crop(picture: Image.Image, box: Box) -> Image.Image:
    left, top, right, bottom = box
    width_px, height_px = picture.size
    return picture.crop(
        (
            round(left * width_px),
            round(top * height_px),
            round(right * width_px),
            round(bottom * height_px),
        )
    )


def small(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture.resize((96, 96), Image.Resampling.HAMMING))


def pictures(picture: Image.Image) -> PairPictures:
    grey = small(picture)[None]
    return PairPictures(
        met=grey,
        met_whole=np.array([True]),
        inner=grey,
        boxes=np.array([ALL]),
        size_px=np.array([picture.size], np.float64),
        view=lambda _: KeptPicture.of(
            picture.resize((256, 256 * picture.height // picture.width))
            .convert("RGB")
            .convert("YCbCr")
        ),
    )


def registered(still: Image.Image, moved: Image.Image, window: Box = ALL) -> Registered:
    return register(pictures(still), pictures(moved), np.array([window]))


@pytest.mark.parametrize(
    "box", [(0.05, 0.1, 0.9, 0.95), (0.2, 0.0, 1.0, 0.8), (0.0, 0.0, 0.97, 0.97)]
)
def test_a_crop_is_found_where_it_was_cut(box: Box) -> None:
    left, top, right, bottom = (round(edge / 0.05) * 0.05 for edge in box)
    found = registered(crop(PHOTO, box), PHOTO, (left, top, right, bottom))
    assert found.is_edited.tolist() == [True]
    corners = found.maps[0] @ np.array([[0, 1], [0, 1], [1, 1]])
    assert np.allclose(corners[:2].T.ravel(), box, atol=0.006)


def test_another_tone_is_no_other_picture() -> None:
    darker = ImageEnhance.Brightness(ImageEnhance.Contrast(PHOTO).enhance(0.6)).enhance(0.8)
    assert registered(
        crop(darker, (0.1, 0.1, 0.9, 0.9)), PHOTO, (0.1, 0.1, 0.9, 0.9)
    ).is_edited.all()


@pytest.mark.parametrize("degrees", [-2.0, 2.0])
def test_a_small_turn_is_measured(degrees: float) -> None:
    turned = PHOTO.rotate(degrees, Image.Resampling.BICUBIC)
    found = registered(PHOTO, turned)
    assert found.is_edited.all()
    size_px = np.array([PHOTO.size], np.float64)
    placements = decompose_maps(found.maps, size_px, size_px)
    assert placements.turn_degrees[0] == pytest.approx(-degrees, abs=0.15)


def test_pictures_that_extend_beyond_each_other_are_no_edit() -> None:
    """Two exposures of one wall: every detail agrees, but neither is a part of the other."""
    one, other = crop(PHOTO, (0.0, 0.0, 0.9, 0.9)), crop(PHOTO, (0.08, 0.08, 0.98, 0.98))
    found = registered(one, other)
    assert not found.is_edited.any()


def test_other_photos_are_not_laid_on_each_other() -> None:
    assert not registered(PHOTO, OTHER).is_edited.any()
    assert not registered(
        crop(OTHER, (0.1, 0.1, 0.9, 0.9)), PHOTO, (0.1, 0.1, 0.9, 0.9)
    ).is_edited.any()


def test_something_that_moved_makes_it_another_exposure() -> None:
    moved = PHOTO.copy()
    for left in (40, 260, 480):
        piece = PHOTO.crop((left, 60, left + 120, 420))
        moved.paste(piece, (left + 9, 66))
    assert registered(PHOTO, PHOTO).is_edited.all()
    assert not registered(PHOTO, moved).is_edited.any()


def test_a_stamp_is_no_motion() -> None:
    stamped = PHOTO.copy()
    ImageDraw.Draw(stamped).rectangle((480, 430, 620, 460), fill=255)
    assert registered(PHOTO, stamped).is_edited.all()


def test_flat_pictures_are_given_up() -> None:
    flat = Image.new("L", (640, 480), 90)
    assert not registered(flat, flat).is_edited.any()


def test_motion_is_measured_in_pixels() -> None:
    side = np.asarray(PHOTO.resize((SIDE_PX + 8, SIDE_PX + 8)))
    still = prepared(side[4:-4, 4:-4])
    assert motion_px(still, still) < 1e-3
    assert motion_px(still, prepared(side[4:-4, 5:-3])) == pytest.approx(1.0, abs=0.6)


def test_detail_that_a_smaller_copy_lacks_is_left_out() -> None:
    tiny = PHOTO.resize((40, 30), Image.Resampling.HAMMING)
    still, moved = (prepared(cut_out(np.asarray(of), np.eye(3), 40)) for of in (PHOTO, tiny))
    assert motion_px(still, moved) < 1.3


def test_no_pairs_at_all() -> None:
    none = np.zeros((0, 96, 96), np.uint8)
    maps, agreement = align(none, none, np.zeros((0, 3, 3)))
    assert maps.shape == (0, 3, 3)
    assert agreement.shape == (0,)


def test_boxes_and_their_maps() -> None:
    maps = map_into(np.array([(0.25, 0.5, 0.75, 1.0)]))
    assert np.allclose(maps[0] @ (1, 1, 1), (0.75, 1.0, 1))
    # What the box shows of a picture is all of the box, and the box of the picture.
    assert np.allclose(common_boxes(maps), [(0, 0, 1, 1)])
    assert np.allclose(common_boxes(inverse_maps(maps)), [(0.25, 0.5, 0.75, 1.0)])


@pytest.mark.parametrize(
    ("rows", "is_edit"),
    [
        ([[0.8, 0, 0.1], [0, 0.8, 0.1]], True),
        ([[0.8, 0, 0.25], [0, 0.8, 0.1]], False),
        ([[0.8, 0, 0.1], [0, 0.7, 0.1]], False),
        ([[0.8, 0.02, 0.1], [0, 0.8, 0.1]], False),
        ([[1.0, 0, 0.0], [0, 1.0, 0.0]], True),
    ],
)
def test_maps_of_possible_edits_are_accepted(rows: list[list[float]], is_edit: bool) -> None:
    maps = np.array([[*rows, [0, 0, 1]]])
    size_px = np.array([(1000.0, 1000.0)])
    assert may_be_edits(decompose_maps(maps, size_px, size_px)).tolist() == [is_edit]


Floats = NDArray[np.float32]
GREY = (128.0, 128.0, 128.0)
SKY, FLAG = 0.6, 0.9


def areas(*colours: tuple[float, float, float]) -> Floats:
    """Upright stripes of colours in YCbCr, float32 (3, 16, 16)."""
    stripes = np.array(colours, np.float32).T[:, None, :].repeat(16, axis=1)
    return stripes.repeat(-(-16 // len(colours)), axis=2)[:, :, :16]


RED, BLUE, YELLOW, ORANGE = (
    (76.0, 85.0, 255.0),
    (29.0, 255.0, 107.0),
    (226.0, 1.0, 149.0),
    (151.0, 43.0, 202.0),
)


def test_flatness_is_that_of_the_less_flat_picture() -> None:
    noise = np.random.default_rng(0).normal(120, 30, (1, 96, 96)).astype(np.float32)
    flat = np.full((1, 96, 96), 120, np.float32)
    assert flatness(flat, flat)[0] == 1
    assert flatness(flat, noise)[0] == flatness(noise, flat)[0] < 0.1
    assert needs_colours(flatness(flat, flat)).all()
    assert not needs_colours(flatness(flat, noise)).any()


def test_textured_pictures_may_have_any_colours() -> None:
    assert colours_agree(areas(RED, YELLOW), areas(GREY, BLUE), 0.3)


@pytest.mark.parametrize("flat_share", [SKY, FLAG])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((GREY, YELLOW, RED), (BLUE, YELLOW, RED)),
        ((GREY, RED, GREY), (GREY, BLUE, GREY)),
        ((RED, BLUE), (BLUE, RED)),
    ],
)
def test_areas_of_other_colours_do_not_agree(
    one: tuple[tuple[float, float, float], ...],
    other: tuple[tuple[float, float, float], ...],
    flat_share: float,
) -> None:
    assert not colours_agree(areas(*one), areas(*other), flat_share)
    assert not colours_agree(areas(*other), areas(*one), flat_share)
    assert colours_agree(areas(*one), areas(*one) + np.float32(2), flat_share)


@pytest.mark.parametrize("saturation", [0.0, 0.4, 1.7])
@pytest.mark.parametrize("tint", [0, -20])
def test_a_sky_may_be_tinted_and_a_flag_may_not(saturation: float, tint: int) -> None:
    sky = areas(BLUE, GREY, ORANGE)
    edited = sky.copy()
    edited[1:] = (sky[1:] - 128) * np.float32(saturation) + 128 + tint
    assert colours_agree(sky, edited, SKY)
    assert not colours_agree(sky, edited, FLAG)


def test_pictures_of_one_colour_must_keep_their_brightness() -> None:
    assert not colours_agree(areas(GREY), areas((170, 128, 128)), FLAG)
    assert colours_agree(areas(GREY), areas((133, 128, 128)), FLAG)


def test_a_small_area_of_another_colour_counts_in_flat_pictures() -> None:
    plain = areas(GREY)
    marked = plain.copy()
    marked[1:, 8, 8] = (60, 200)
    assert not colours_agree(plain, marked, FLAG)
    assert colours_agree(plain, marked, SKY)
