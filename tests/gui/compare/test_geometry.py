from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from dupefinder.core.fingerprint import orient_greys
from dupefinder.core.records import Evidence, Orientation
from dupefinder.gui.compare.geometry import (
    MOST_ENLARGEMENT,
    Placement,
    Viewpoint,
    after,
    is_sideways,
    transform_of,
    turns_of,
)
from tests.gui.groups import group, photo

sides = st.floats(1, 20_000)
placements = st.builds(
    Placement,
    st.builds(QSizeF, st.floats(50, 4000), st.floats(50, 4000)),
    st.builds(QSizeF, sides, sides),
    st.sampled_from([1.0, 1.25, 2.0, 3.0]),
)
points = st.builds(QPointF, st.floats(0, 1), st.floats(0, 1))
PLAIN = Placement(QSizeF(400, 300), QSizeF(4000, 3000), 1.0)
MIDDLE = QPointF(0.5, 0.5)


def near(one: float, other: float) -> bool:
    return one == pytest.approx(other, abs=0.01)


@given(placements)
def test_the_whole_photo_fits(placement: Placement) -> None:
    rect = placement.rect(1.0, MIDDLE)
    view = QRectF(QPointF(-1, -1), placement.view + QSizeF(2, 2))
    assert view.contains(rect)
    most = max(placement.photo.width(), 1) * MOST_ENLARGEMENT / placement.device_ratio
    assert rect.width() <= max(most, 1) + 0.01


def test_at_full_zoom_pixels_are_pixels() -> None:
    assert PLAIN.full_zoom == pytest.approx(10)
    assert PLAIN.rect(PLAIN.full_zoom, MIDDLE).width() == pytest.approx(4000)
    dense = Placement(QSizeF(400, 300), QSizeF(4000, 3000), 2.0)
    assert dense.rect(dense.full_zoom, MIDDLE).width() == pytest.approx(2000)


def test_a_small_photo_may_be_seen_at_its_own_size() -> None:
    small = Placement(QSizeF(400, 300), QSizeF(100, 75), 1.0)
    assert small.full_zoom == pytest.approx(0.25)
    assert small.bounded_zoom(0.01) == pytest.approx(0.25)
    assert PLAIN.bounded_zoom(0.01) == 1.0
    assert PLAIN.bounded_zoom(1e9) == pytest.approx(80)


@given(placements, points, st.floats(1, 50))
def test_no_room_is_wasted(placement: Placement, centre: QPointF, zoom: float) -> None:
    rect = placement.rect(zoom, centre)
    for low, high, extent in (
        (rect.left(), rect.right(), placement.view.width()),
        (rect.top(), rect.bottom(), placement.view.height()),
    ):
        if high - low <= extent:
            assert near(low, extent - high)
        else:
            assert low <= 0.01
            assert high >= extent - 0.01


@given(placements, points, st.floats(1, 20), st.floats(1, 20), points)
def test_zooming_keeps_what_is_at_the_pointer(
    placement: Placement, centre: QPointF, zoom: float, zoom_after: float, part: QPointF
) -> None:
    at = QPointF(part.x() * placement.view.width(), part.y() * placement.view.height())
    before = placement.rect(zoom, centre)
    after_centre = placement.centre_after(zoom, centre, zoom_after, at)
    after = placement.rect(zoom_after, after_centre)
    point = QPointF(
        (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
    )
    stays = QPointF(
        after.left() + point.x() * after.width(), after.top() + point.y() * after.height()
    )
    # Only the borders may take it away from the pointer.
    if placement.bounded(after_centre, zoom_after) != after_centre:
        return
    if (
        0 < after_centre.x() < 1
        and after.left() < -1
        and after.right() > placement.view.width() + 1
    ):
        assert stays.x() == pytest.approx(at.x(), abs=1)
    if (
        0 < after_centre.y() < 1
        and after.top() < -1
        and after.bottom() > placement.view.height() + 1
    ):
        assert stays.y() == pytest.approx(at.y(), abs=1)


def test_moving_ends_at_the_border() -> None:
    right = PLAIN.centre_moved(2.0, MIDDLE, QPointF(40, 0))
    assert right == QPointF(0.55, 0.5)
    assert PLAIN.centre_moved(2.0, MIDDLE, QPointF(1e6, -1e6)) == QPointF(0.75, 0.25)
    assert PLAIN.centre_moved(1.0, MIDDLE, QPointF(40, 40)) == MIDDLE


def test_a_viewpoint_tells_of_changes_only() -> None:
    viewpoint = Viewpoint()
    told: list[float] = []
    viewpoint.changed.connect(lambda: told.append(viewpoint.zoom))
    viewpoint.fit()
    viewpoint.look(2.0, QPointF(7, -7))
    viewpoint.look(2.0, QPointF(1, 0))
    assert viewpoint.centre == QPointF(1, 0)
    assert not viewpoint.is_fit
    viewpoint.fit()
    assert told == [2.0, 1.0]
    assert viewpoint.is_fit


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
