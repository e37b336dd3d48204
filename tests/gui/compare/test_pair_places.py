from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.records import DifferenceBox, Evidence, Group, Orientation
from dupefinder.gui.compare.page import ComparePage
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.difference_boxes import shares_of
from dupefinder.gui.review.marks import Marks
from tests.gui.groups import FACTS, group, photo, results_of
from tests.gui.stand_ins import Decoder, thumbnails

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
SMALL = replace(FACTS, width_px=2016, height_px=1512)
STAMP = DifferenceBox(1500, 1300, 200, 100)
CORNER = DifferenceBox(0, 0, 100, 60)
MIDDLE = DifferenceBox(1000, 700, 60, 60)
EDITED = Evidence.EDITED
THREE = photo("b.jpg", facts=SMALL, evidence=EDITED, differences=[STAMP, CORNER, MIDDLE])
COPY = photo("c.jpg", evidence=Evidence.RE_ENCODED)
ONE = photo("d.jpg", facts=SMALL, evidence=EDITED, differences=[CORNER])
OF_COPY = photo("e.jpg", facts=SMALL, evidence=EDITED, against="c.jpg", differences=[STAMP])
GROUP = group(photo("a.jpg"), THREE, COPY, ONE, OF_COPY)


def differing(name: str, box: DifferenceBox, **others: Any) -> Group:
    """A photo, and a copy of half its size that differs in one place."""
    return group(
        photo(f"library/{name}"),
        photo(f"backup/{name}", facts=SMALL, evidence=EDITED, differences=[box], **others),
    )


WIDE = differing("f.jpg", DifferenceBox(0, 1400, 2016, 112))
TINY = differing("g.jpg", DifferenceBox(1000, 700, 2, 2))
TURNED = differing("h.jpg", STAMP, orientation=Orientation.ROTATE_180)


class Stage:
    """The page with all that it needs."""

    def __init__(self) -> None:
        self.pictures = PictureLoader(decode=Decoder())
        self.marks = Marks()
        self.marks.set_results(results_of(GROUP, WIDE, TINY, TURNED))
        self.thumbnails = thumbnails()
        self.page = ComparePage(self.marks, self.thumbnails, self.pictures)
        self.page.resize(1000, 700)

    @property
    def views(self) -> list[PictureView]:
        return [pane.view for pane in self.page.panes]

    def shown(self, share: QRectF, view: int = 0) -> QRectF:
        """The rectangle of a place in a view."""
        photo_rect = self.views[view].photo_rect()
        return QRectF(
            photo_rect.left() + share.left() * photo_rect.width(),
            photo_rect.top() + share.top() * photo_rect.height(),
            share.width() * photo_rect.width(),
            share.height() * photo_rect.height(),
        )

    def text(self) -> str:
        """The text of the control."""
        label = self.page.tools.places.label
        return label.text() if label.isVisible() else ""

    def looks_at(self, share: QRectF) -> bool:
        """True where a place is seen whole in both views, and is no mere speck."""
        for number, view in enumerate(self.views):
            place = self.shown(share, number)
            if (
                not view.rect().toRectF().adjusted(-1, -1, 1, 1).contains(place)
                or place.width() < view.width() / 5
            ):
                return False
        return True


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage()
    qtbot.addWidget(stage.page)
    stage.page.show()
    qtbot.waitExposed(stage.page)
    stage.page.open(GROUP, 1)
    stage.page.setFocus()
    yield stage
    stage.page.difference._differences.wait()
    stage.pictures.close()


def test_it_opens_at_the_first_place(stage: Stage) -> None:
    assert stage.looks_at(shares_of(THREE)[0])
    assert stage.text() == "place 1 of 3, lower right"
    assert not stage.page.tools.fit.isChecked()
    assert stage.page.tools.title.text() == "Compare: Edited"
    for view in stage.views:
        assert view.places == shares_of(THREE)


def test_it_opens_there_although_nobody_looked_before(stage: Stage, qtbot: QtBot) -> None:
    stage.page.hide()
    stage.page.resize(1400, 800)
    stage.page.open(GROUP, 1)
    stage.page.show()
    qtbot.waitUntil(lambda: stage.looks_at(shares_of(THREE)[0]))


def test_another_size_of_the_window_keeps_the_place(stage: Stage, qtbot: QtBot) -> None:
    stage.page.resize(1500, 600)
    qtbot.waitUntil(lambda: stage.looks_at(shares_of(THREE)[0]))


def test_keys_step_through_the_places(stage: Stage, qtbot: QtBot) -> None:
    first, corner, middle = shares_of(THREE)
    for share, text in (
        (corner, "place 2 of 3, upper left"),
        (middle, "place 3 of 3, middle"),
        (first, "place 1 of 3, lower right"),
    ):
        qtbot.keyClick(stage.page, Qt.Key.Key_P)
        assert stage.text() == text
        assert stage.views[0].rect().toRectF().contains(stage.shown(share).center())
    qtbot.keyClick(stage.page, Qt.Key.Key_P, SHIFT)
    assert stage.text() == "place 3 of 3, middle"


def test_buttons_step_and_stay_in_their_places(stage: Stage, qtbot: QtBot) -> None:
    stepper = stage.page.tools.places
    before = stepper.next.pos(), stepper.previous.pos()
    qtbot.mouseClick(stepper.next, LEFT)
    assert stage.text() == "place 2 of 3, upper left"
    assert "place 2 of 3, upper left" in stepper.next.accessibleDescription()
    qtbot.mouseClick(stepper.previous, LEFT)
    qtbot.mouseClick(stepper.previous, LEFT)
    assert stage.text() == "place 3 of 3, middle"
    assert (stepper.next.pos(), stepper.previous.pos()) == before


@pytest.mark.parametrize(
    ("index", "long", "short"),
    [
        (1, "place 1 of 3, lower right", "1 of 3"),
        (3, "differs in one place, upper left", "upper left"),
    ],
)
def test_a_narrow_window_says_less_and_cuts_no_button(
    stage: Stage, qtbot: QtBot, index: int, long: str, short: str
) -> None:
    stage.page.open(GROUP, index)
    assert stage.text() == long
    stage.page.resize(stage.page.minimumSizeHint().width(), 480)
    qtbot.waitUntil(lambda: stage.text() == short)
    line = stage.page.tools
    for button in (line.places.next, line.fit, line.full, line.blink, line.difference):
        assert button.width() >= button.minimumSizeHint().width()
        place = QRect(button.mapTo(line, QPoint()), button.size())
        assert line.rect().contains(place)
    qtbot.mouseClick(line.fit, LEFT)
    assert stage.text() == ("3 places" if index == 1 else short)
    stage.page.resize(1200, 700)
    qtbot.waitUntil(lambda: stage.text().startswith("differs in"))


def test_the_whole_picture_and_back(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.fit, LEFT)
    assert stage.page.viewpoint.is_fit
    assert stage.text() == "differs in 3 places"
    qtbot.keyClick(stage.page, Qt.Key.Key_P)
    assert stage.text() == "place 1 of 3, lower right"
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    assert stage.page.viewpoint.is_fit
    qtbot.keyClick(stage.page, Qt.Key.Key_P, SHIFT)
    assert stage.text() == "place 3 of 3, middle"


def test_one_place_is_named(stage: Stage, qtbot: QtBot) -> None:
    stage.page.open(GROUP, 3)
    assert stage.text() == "differs in one place, upper left"
    assert not stage.page.tools.places.previous.isVisible()
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    assert stage.page.viewpoint.is_fit
    qtbot.mouseClick(stage.page.tools.places.next, LEFT)
    assert stage.looks_at(shares_of(ONE)[0])


def test_a_wide_place_is_seen_whole(stage: Stage) -> None:
    stage.page.open(WIDE, 1)
    assert stage.page.viewpoint.zoom == 1.0
    assert stage.text() == "differs in one place, bottom"


def test_a_tiny_place_is_not_blown_up_without_end(stage: Stage) -> None:
    stage.page.open(TINY, 1)
    assert stage.views[0].percent_text() == "400 %"


def test_another_photo_leads_to_its_own_place(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    assert stage.page.pair == (0, 3)
    assert stage.looks_at(shares_of(ONE)[0])


def test_a_photo_without_places_is_seen_at_the_same_spot(stage: Stage, qtbot: QtBot) -> None:
    zoom, centre = stage.page.viewpoint.zoom, QPointF(stage.page.viewpoint.centre)
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    assert stage.page.pair == (0, 2)
    assert stage.text() == ""
    assert all(not view.places for view in stage.views)
    assert (stage.page.viewpoint.zoom, stage.page.viewpoint.centre) == (zoom, centre)
    qtbot.keyClick(stage.page, Qt.Key.Key_P)
    assert stage.page.viewpoint.zoom == zoom
    assert stage.page.tools.title.text() == "Compare: Re-encoded · 2 bits"


def test_a_person_who_moved_the_view_is_not_led_back(stage: Stage, qtbot: QtBot) -> None:
    stage.views[0].zoom_by(0.5, QPointF(10, 10))
    zoom = stage.page.viewpoint.zoom
    stage.page.resize(1100, 700)
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    assert stage.page.pair == (0, 3)
    assert stage.page.viewpoint.zoom == zoom


def test_a_click_on_a_view_stays_at_the_place(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_P)
    qtbot.mouseClick(stage.views[0], LEFT)
    assert stage.page.current_index == 0
    assert stage.text() == "place 2 of 3, upper left"


def test_a_photo_lies_beside_the_one_that_it_differs_from(stage: Stage, qtbot: QtBot) -> None:
    stage.page.open(GROUP, 4)
    assert stage.page.pair == (2, 4)
    assert stage.looks_at(shares_of(OF_COPY)[0])
    qtbot.keyClick(stage.page, Qt.Key.Key_Left)
    assert stage.page.pair == (0, 3)
    qtbot.keyClick(stage.page, Qt.Key.Key_Right)
    assert stage.page.pair == (2, 4)
    for _ in range(4):
        qtbot.keyClick(stage.page, Qt.Key.Key_Left)
    assert stage.page.pair == (0, 1)
    stage.page.open(GROUP, 4)
    stage.page.deciding.choose(0)
    assert stage.page.pair == (0, 4)
    assert stage.text() == ""


def test_turned_copies_have_no_places(stage: Stage) -> None:
    stage.page.open(TURNED, 1)
    assert stage.text() == ""
    assert stage.page.viewpoint.is_fit


def test_places_are_marked_on_the_difference_too(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "differ visibly" in stage.page.difference.text)
    assert stage.views[1].source is stage.page.difference.source
    assert stage.views[1].places == shares_of(THREE)
    marked = stage.views[1].grab().toImage()
    stage.views[1].set_places(())
    assert stage.views[1].grab().toImage() != marked


def test_boxes_are_drawn_on_both(stage: Stage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: all(view.source and view.source.pixmap for view in stage.views))
    for view in stage.views:
        marked = view.grab().toImage()
        view.set_places(())
        assert view.grab().toImage() != marked
