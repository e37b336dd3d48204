from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from dupefinder.core.records import DifferenceBox, Evidence, GroupMember, Orientation
from dupefinder.gui.review.difference_boxes import (
    GroupDifferences,
    box_on,
    draw_boxes,
    shares_of,
)
from tests.gui.groups import group, photo

ROOM = QRectF(0, 0, 400, 300)


def edited(name: str, *boxes: DifferenceBox, against: str | None = None) -> GroupMember:
    return photo(name, evidence=Evidence.EDITED, against=against, differences=boxes)


CORNER = DifferenceBox(2016, 1512, 1008, 756)
LINE = DifferenceBox(0, 0, 4032, 302)
GROUP = group(
    photo("a"), edited("b", CORNER), edited("c", LINE), photo("d", evidence=Evidence.RE_ENCODED)
)
KEEPER, CORNERED, LINED, PLAIN = GROUP.members


def test_shares_do_not_depend_on_the_size() -> None:
    assert shares_of(CORNERED) == (QRectF(0.5, 0.5, 0.25, 0.25),)
    half = replace(CORNERED.facts, width_px=2016, height_px=1512)
    small = replace(CORNERED, facts=half, differences=(DifferenceBox(1008, 756, 504, 378),))
    assert shares_of(small) == shares_of(CORNERED)


def test_a_box_beyond_the_photo_ends_at_its_border() -> None:
    beyond = edited("b", DifferenceBox(3024, 2268, 4000, 4000))
    assert shares_of(beyond) == (QRectF(0.75, 0.75, 0.25, 0.25),)


def test_a_turned_copy_has_none() -> None:
    assert shares_of(replace(CORNERED, orientation=Orientation.ROTATE_180)) == ()


class TestGroup:
    def test_a_photo_shows_its_own(self) -> None:
        places = GroupDifferences(GROUP.members)
        for current in GROUP.members:
            assert places.shares_on(CORNERED, current) == shares_of(CORNERED)
            assert places.shares_on(PLAIN, current) == ()

    def test_the_keeper_shows_those_of_the_current_photo(self) -> None:
        places = GroupDifferences(GROUP.members)
        assert places.shares_on(KEEPER, CORNERED) == shares_of(CORNERED)
        assert places.shares_on(KEEPER, LINED) == shares_of(LINED)

    def test_of_several_copies_all_while_none_is_chosen(self) -> None:
        places = GroupDifferences(GROUP.members)
        expected = (*shares_of(CORNERED), *shares_of(LINED))
        assert places.shares_on(KEEPER, KEEPER) == expected
        assert places.shares_on(KEEPER, PLAIN) == expected

    def test_those_of_copies_out_of_sight_are_not_shown(self) -> None:
        places = GroupDifferences(GROUP.members)
        shown = {KEEPER.file.path, LINED.file.path}
        assert places.shares_on(KEEPER, KEEPER, shown) == shares_of(LINED)
        assert places.shares_on(KEEPER, KEEPER, {KEEPER.file.path}) == ()

    def test_too_many_of_several_copies_are_not_shown(self) -> None:
        boxes = [DifferenceBox(100 * n, 0, 50, 50) for n in range(8)]
        copies = group(photo("a"), edited("b", *boxes), edited("c", CORNER))
        places = GroupDifferences(copies.members)
        assert places.shares_on(copies.members[0], copies.members[0]) == ()
        assert len(places.shares_on(copies.members[0], copies.members[1])) == 8

    def test_a_photo_between_two_shows_the_places_of_the_one_that_is_looked_at(self) -> None:
        first, middle, last = group(
            photo("a"), edited("b", CORNER), edited("c", LINE, against="b")
        ).members
        places = GroupDifferences((first, middle, last))
        assert places.shares_on(middle, middle) == shares_of(middle)
        assert places.shares_on(middle, last) == shares_of(last)
        assert places.shares_on(first, last) == shares_of(middle)

    def test_without_members_there_is_nothing(self) -> None:
        assert GroupDifferences().shares_on(KEEPER, KEEPER) == ()


class TestBox:
    def test_it_encloses_the_place(self) -> None:
        photo_rect = QRectF(50, 50, 200, 100)
        box = box_on(QRectF(0.25, 0.25, 0.5, 0.5), photo_rect, ROOM)
        assert box.contains(QRectF(100, 75, 100, 50))
        assert box.width() < 120

    @pytest.mark.parametrize("x", [0.0, 0.4, 0.9995])
    @pytest.mark.parametrize("y", [0.0, 0.6, 0.9995])
    def test_a_tiny_place_can_be_seen_wherever_it_is(self, x: float, y: float) -> None:
        share = QRectF(x, y, 0.0005, 0.0005)
        for photo_rect in (QRectF(ROOM), QRectF(40, 30, 320, 240)):
            box = box_on(share, photo_rect, ROOM)
            assert min(box.width(), box.height()) >= 14
            assert ROOM.contains(box)

    def test_a_place_out_of_sight_stays_there(self) -> None:
        zoomed = QRectF(-1000, -1000, 4000, 3000)
        assert not box_on(QRectF(0, 0, 0.1, 0.1), zoomed, ROOM).intersects(ROOM)
        over_all = box_on(QRectF(0, 0, 1, 1), zoomed, ROOM)
        assert over_all.contains(ROOM)

    def test_a_wide_place_fits_between_the_borders(self) -> None:
        box = box_on(QRectF(0, 0.9, 1, 0.1), QRectF(ROOM), ROOM)
        assert ROOM.contains(box)
        assert box.width() > 390


@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#808080", "#c02020"])
@pytest.mark.parametrize("strong", [-1, 0])
def test_it_stands_out_from_any_picture(qapp: object, ground: str, strong: int) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    draw_boxes(painter, [QRectF(20, 20, 60, 60)], strong)
    painter.end()
    assert _contrast(image, QColor(ground)) > 100
    assert image.pixelColor(50, 50) == QColor(ground)


def test_the_strong_one_is_stronger(qapp: object) -> None:
    assert _bright([QRectF(20, 20, 60, 60)], 0) > _bright([QRectF(20, 20, 60, 60)], -1)


def _contrast(image: QImage, ground: QColor) -> int:
    line = [image.pixelColor(x, 50).lightness() for x in range(100)]
    return max(abs(level - ground.lightness()) for level in line)


def _bright(boxes: Sequence[QRectF], strong: int) -> int:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_boxes(painter, boxes, strong)
    painter.end()
    return sum(image.pixelColor(x, 50).lightness() for x in range(100))
