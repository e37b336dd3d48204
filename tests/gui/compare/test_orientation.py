from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from dupefinder.core.fingerprint import orient_greys
from dupefinder.core.records import Evidence, Orientation
from dupefinder.gui.compare.orientation import after, is_sideways, transform_of, turns_of
from tests.gui.groups import group, photo

PICTURE = np.arange(9, dtype=np.uint8).reshape(3, 3)


@pytest.mark.parametrize("orientation", list(Orientation))
def test_a_picture_is_painted_as_the_engine_turns_it(orientation: Orientation) -> None:
    turned = orient_greys(PICTURE, orientation)
    transform = transform_of(orientation)
    for y in range(3):
        for x in range(3):
            at = transform.map(QPointF(x - 1, y - 1))
            assert turned[round(at.y()) + 1, round(at.x()) + 1] == PICTURE[y, x]


@pytest.mark.parametrize("second", list(Orientation))
@pytest.mark.parametrize("first", list(Orientation))
def test_two_turns_are_one(first: Orientation, second: Orientation) -> None:
    one_by_one = orient_greys(orient_greys(PICTURE, first), second)
    assert np.array_equal(orient_greys(PICTURE, after(first, second)), one_by_one)


def test_sideways_exchanges_width_and_height() -> None:
    sideways = {orientation for orientation in Orientation if is_sideways(orientation)}
    assert sideways == {
        Orientation.ROTATE_90,
        Orientation.ROTATE_270,
        Orientation.TRANSPOSE,
        Orientation.TRANSVERSE,
    }


def test_a_copy_of_a_turned_copy_lies_like_the_first() -> None:
    first = photo("a.jpg")
    turned = photo("b.jpg", evidence=Evidence.ROTATED, orientation=Orientation.ROTATE_90)
    again = photo(
        "c.jpg", evidence=Evidence.MIRRORED, orientation=Orientation.MIRROR, against="b.jpg"
    )
    assert turns_of(group(first, turned, again).members) == [
        Orientation.IDENTITY,
        Orientation.ROTATE_90,
        after(Orientation.MIRROR, Orientation.ROTATE_90),
    ]


def test_matches_that_lead_in_a_circle_or_out_of_the_group_end() -> None:
    one = photo("a.jpg", evidence=Evidence.ROTATED, orientation=Orientation.ROTATE_90)
    other = photo("b.jpg", evidence=Evidence.ROTATED, orientation=Orientation.ROTATE_90)
    one = replace(one, against=other.file.path)
    other = replace(other, against=one.file.path)
    away = replace(other, file=replace(other.file, path="/c.jpg"), against="/elsewhere.jpg")
    assert turns_of((one, other, away)) == [
        Orientation.ROTATE_180,
        Orientation.ROTATE_180,
        Orientation.ROTATE_90,
    ]
