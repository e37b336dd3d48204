"""An edit is told from either side."""

import numpy as np
import pytest

from dupefinder.core.fingerprint import inverse
from dupefinder.core.matching.alterations import Shape, alterations_between, placed_back
from dupefinder.core.matching.small_pictures import SWAPS_SIDES, turn_maps
from dupefinder.core.records import Alteration, AlterationCode, DifferencePlace, Orientation

PHOTO = Shape(1000, 800)


def rows(scale: float, x: float, y: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array((scale, 0, x, 0, scale, y), np.float32)


def test_a_crop_says_how_much_of_each_side_is_left() -> None:
    crop = Shape(840, 672)
    to_crop, to_photo = alterations_between(rows(0.84, 0.1, 0.05), PHOTO, crop)
    assert to_crop == (Alteration(AlterationCode.CROPPED, 84, DifferencePlace.MIDDLE),)
    assert to_photo == ()


def test_a_frame_is_said_of_the_framed() -> None:
    framed = Shape(1200, 1000, (0.1, 0.1, 0.9, 0.9))
    to_framed, to_photo = alterations_between(rows(1.25, -0.125, -0.125), PHOTO, framed)
    assert to_framed == (Alteration(AlterationCode.FRAMED),)
    assert to_photo == ()


def test_between_wide_bars_the_box_of_a_photo_is_known_to_a_pixel_of_a_small_picture() -> None:
    """A pixel more than the photo is no sign that the photo was cut off from between the bars."""
    photo = Shape(321, 481)
    letterbox = Shape(855, 481, (0.307, 0.0, 0.691, 1.0))
    placement = np.array((855 / 321, 0, -267 / 321, 0, 1, 0), np.float32)
    to_letterbox, to_photo = alterations_between(placement, photo, letterbox)
    assert to_letterbox == (Alteration(AlterationCode.FRAMED),)
    assert to_photo == ()
    crop = Shape(312, 468)  # of 97 %
    placement = np.array((855 / 312, 0, -272 / 312, 0, 481 / 468, -6 / 468), np.float32)
    to_letterbox, to_crop = alterations_between(placement, crop, letterbox)
    assert to_letterbox == ()
    assert [one.code for one in to_crop] == [AlterationCode.CROPPED]


def test_a_photo_with_dark_edges_is_no_frame_around_its_own_crop() -> None:
    dark_at_the_edges = Shape(1000, 800, (0.05, 0.0, 0.95, 1.0))
    crop = Shape(800, 640)
    to_crop, to_photo = alterations_between(rows(0.8, 0.1, 0.1), dark_at_the_edges, crop)
    assert [alteration.code for alteration in to_crop] == [AlterationCode.CROPPED]
    assert to_photo == ()


def test_a_dark_photo_on_a_screenshot_is_no_crop_of_it() -> None:
    dark = Shape(480, 320, (0.3, 0.5, 0.9, 0.95))
    screenshot = Shape(480, 1000, (0.0, 0.34, 1.0, 0.66))
    placement = np.array((1, 0, 0, 0, 3.125, -1.0625), np.float32)
    to_screenshot, to_photo = alterations_between(placement, dark, screenshot)
    assert to_screenshot == (Alteration(AlterationCode.FRAMED),)
    assert to_photo == ()


def test_nothing_was_done() -> None:
    assert alterations_between(rows(1, 0, 0), PHOTO, PHOTO) == ((), ())


@pytest.mark.parametrize("degrees", [1.9, -2.0])
def test_a_turn_is_clockwise(degrees: float) -> None:
    angle = np.radians(-degrees)  # the map turns the copy back
    square = Shape(500, 500)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array((0.5, 0.5)) - turn @ (0.5, 0.5)
    placement = np.column_stack((turn, shift)).ravel().astype(np.float32)
    to_copy, to_photo = alterations_between(placement, square, square)
    assert to_copy == (Alteration(AlterationCode.TURNED, degrees),)
    assert to_photo == (Alteration(AlterationCode.TURNED, -degrees),)


def test_a_placement_leads_back() -> None:
    crop = (0.8, 0.1, 0.1, -0.05, 0.7, 0.2)
    assert placed_back(placed_back(crop)) == pytest.approx(crop)
    assert placed_back((0.5, 0, 0.25, 0, 0.5, 0.1)) == pytest.approx((2, 0, -0.5, 0, 2, -0.2))


def test_a_cover_says_which_side_was_cut() -> None:
    narrow, low = Shape(450, 800), Shape(1000, 400)
    to_narrow, _ = alterations_between(np.array((0.45, 0, 0.3, 0, 1, 0)), PHOTO, narrow)
    assert to_narrow == (Alteration(AlterationCode.CROPPED_WIDTH, 45, DifferencePlace.MIDDLE),)
    to_low, _ = alterations_between(np.array((1, 0, 0, 0, 0.5, 0.1)), PHOTO, low)
    assert to_low == (Alteration(AlterationCode.CROPPED_HEIGHT, 50, DifferencePlace.TOP),)


@pytest.mark.parametrize(
    ("x", "y", "part"),
    [(0, 0, "upper-left"), (0.4, 0, "upper-right"), (0.2, 0.4, "bottom"), (0, 0.2, "left")],
)
@pytest.mark.parametrize("orientation", list(Orientation))
def test_a_crop_says_which_part_is_left(
    x: float, y: float, part: str, orientation: Orientation
) -> None:
    """Seen from the upright photo, whichever of the two was turned to lie on the other."""
    crop = Shape(360, 600) if orientation in SWAPS_SIDES else Shape(600, 360)
    placement = rows(0.6, x, y)
    (found,), _ = alterations_between(placement, Shape(1000, 600), crop, orientation)
    assert found.part == part
    turn = turn_maps(np.array([orientation]))[0]
    maps = np.vstack((placement.reshape(2, 3), (0, 0, 1)))
    back = (turn @ np.linalg.inv(maps) @ np.linalg.inv(turn))[:2].ravel().astype(np.float32)
    _, (found,) = alterations_between(back, crop, Shape(1000, 600), inverse(orientation))
    assert found.part == part


def test_a_turned_cover_is_seen_as_it_lies_on_the_photo() -> None:
    on_its_side = Shape(800, 450)
    placement = np.array((0.45, 0, 0.3, 0, 1, 0))
    to_cover, to_photo = alterations_between(placement, PHOTO, on_its_side, Orientation.ROTATE_90)
    assert to_cover == (Alteration(AlterationCode.CROPPED_WIDTH, 45, DifferencePlace.MIDDLE),)
    assert to_photo == ()


@pytest.mark.parametrize("orientation", list(Orientation))
def test_alterations_do_not_depend_on_which_photo_was_turned(
    orientation: Orientation,
) -> None:
    angle = np.radians(3)
    cover = Shape(400, 900)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # From shares of the turned cover to those of the photo.
    linear = np.linalg.inv(np.diag((1000.0, 900.0))) @ turn @ np.diag((400.0, 900.0))
    shift = np.array((0.5, 0.5)) - linear @ (0.5, 0.5)
    maps = np.eye(3)
    maps[:2] = np.column_stack((linear, shift))
    photo, upright = Shape(1000, 900), cover
    lying = Shape(900, 400) if orientation in SWAPS_SIDES else upright
    to_cover, to_photo = alterations_between(
        maps[:2].ravel().astype(np.float32), photo, lying, orientation
    )
    # The same with the photo turned to lie on the cover.
    turns = turn_maps(np.array([orientation]))[0]
    back = turns @ np.linalg.inv(maps) @ np.linalg.inv(turns)
    other_to_photo, other_to_cover = alterations_between(
        back[:2].ravel().astype(np.float32), lying, photo, inverse(orientation)
    )
    assert other_to_cover == to_cover
    assert other_to_photo == to_photo
