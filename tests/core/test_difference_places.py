from dataclasses import replace

import pytest

from dupefinder.core.difference_places import boxes_of, place_of, places_of
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import (
    Alteration,
    AlterationCode,
    DifferenceBox,
    DifferencePlace,
    FoundFile,
    GroupMember,
    Orientation,
    Reason,
    ReasonCode,
)

BOXES = (DifferenceBox(500, 280, 40, 15), DifferenceBox(0, 0, 10, 10))
EDITED = GroupMember(
    FoundFile("/b.jpg", "uuid:1", "b.jpg", 1000, 0, 1, 1, False),
    1,
    bytes(32),
    PhotoFacts("JPEG", 600, 300),
    keep=True,
    is_keeper=False,
    reason=Reason(ReasonCode.LOOKS_DIFFERENT),
    against="/a.jpg",
    differences=BOXES,
)


@pytest.mark.parametrize(
    ("x_px", "y_px", "place"),
    [
        (10, 10, "upper-left"),
        (295, 10, "top"),
        (580, 10, "upper-right"),
        (10, 145, "left"),
        (295, 145, "middle"),
        (580, 145, "right"),
        (10, 280, "lower-left"),
        (295, 280, "bottom"),
        (580, 280, "lower-right"),
        (190, 90, "upper-left"),
        (200, 100, "middle"),
    ],
)
def test_a_small_box_lies_in_one_ninth(x_px: int, y_px: int, place: str) -> None:
    assert place_of(DifferenceBox(x_px, y_px, 10, 10), 600, 300) == place


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (DifferenceBox(0, 260, 600, 40), DifferencePlace.BOTTOM),
        (DifferenceBox(0, 0, 60, 300), DifferencePlace.LEFT),
        (DifferenceBox(0, 0, 600, 300), DifferencePlace.MIDDLE),
        (DifferenceBox(700, 400, 10, 10), DifferencePlace.LOWER_RIGHT),
    ],
)
def test_the_middle_of_a_large_box_counts(box: DifferenceBox, place: DifferencePlace) -> None:
    assert place_of(box, 600, 300) is place


def test_a_picture_of_one_pixel_has_a_place() -> None:
    assert place_of(DifferenceBox(0, 0, 1, 1), 1, 1) is DifferencePlace.MIDDLE


def test_the_places_of_a_photo_keep_their_order() -> None:
    assert places_of(EDITED) == (DifferencePlace.LOWER_RIGHT, DifferencePlace.UPPER_LEFT)
    assert places_of(replace(EDITED, differences=())) == ()


@pytest.mark.parametrize(
    "lies_elsewhere",
    [
        replace(EDITED, orientation=Orientation.ROTATE_90),
        replace(
            EDITED,
            placement=(0.5, 0, 0, 0, 0.5, 0),
            alterations=(Alteration(AlterationCode.CROPPED, 50),),
        ),
    ],
)
def test_a_turned_or_cropped_copy_has_no_places_on_both(lies_elsewhere: GroupMember) -> None:
    assert boxes_of(EDITED) == BOXES
    assert boxes_of(lies_elsewhere) == ()
    assert places_of(lies_elsewhere) == ()


def test_a_copy_that_was_laid_edge_to_edge_in_the_end_has_its_places() -> None:
    laid = replace(EDITED, placement=(1.0, 0, 0.001, 0, 0.999, 0))
    assert boxes_of(laid) == BOXES
    assert places_of(laid) == places_of(EDITED)
