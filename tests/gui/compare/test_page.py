from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Evidence, Orientation, ProblemCode
from dupefinder.gui.compare.member_strip import MemberModel
from dupefinder.gui.compare.page import ComparePage
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.compare.tool_line import Mode
from dupefinder.gui.photos.picture_loader import PictureLoader, step_px
from dupefinder.gui.review.decisions import DecisionState
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.photo_values import Field
from tests.gui.groups import FACTS, group, pair, photo, results_of
from tests.gui.stand_ins import Decoder, catch, thumbnails

LEFT = Qt.MouseButton.LeftButton
SMALL = replace(FACTS, width_px=1600, height_px=1200)
ON_ITS_SIDE = replace(FACTS, width_px=3024, height_px=4032)
QUARTET = group(
    photo("library/a.jpg"),
    photo("backup/b.jpg", facts=SMALL, evidence=Evidence.RE_ENCODED),
    photo(
        "backup/c.jpg",
        facts=ON_ITS_SIDE,
        evidence=Evidence.ROTATED,
        orientation=Orientation.ROTATE_90,
    ),
    photo("backup/d.jpg", evidence=Evidence.SAME_BYTES),
)
TWO = pair("e.jpg")
ALIKE = pair("f.jpg", Evidence.LOOK_ALIKE)
PATHS = [member.file.path for member in QUARTET.members]


class Stage:
    """The page with all that it needs."""

    def __init__(self) -> None:
        self.decoder = Decoder()
        self.decoder.sizes = {
            member.file.path: (member.facts.width_px, member.facts.height_px)
            for member in QUARTET.members
        }
        self.decoder.levels = {PATHS[1]: 60, PATHS[2]: 200}
        self.pictures = PictureLoader(decode=self.decoder)
        self.marks = Marks()
        self.marks.set_results(results_of(QUARTET, TWO, ALIKE))
        self.thumbnails = thumbnails()
        self.page = ComparePage(self.marks, self.thumbnails, self.pictures)
        self.page.resize(1000, 700)

    @property
    def views(self) -> list[PictureView]:
        return [pane.view for pane in self.page.panes]

    def marks_of(self) -> list[Mark]:
        return [self.marks.mark_of(member) for member in QUARTET.members]

    def level(self, view: int) -> int:
        """Grey level in the middle of a view."""
        image = self.views[view].grab().toImage()
        return image.pixelColor(image.rect().center()).red()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage()
    qtbot.addWidget(stage.page)
    stage.page.show()
    qtbot.waitExposed(stage.page)
    stage.page.open(QUARTET, 1)
    stage.page.setFocus()
    yield stage
    stage.page.difference._differences.wait()
    stage.pictures.close()


def wait_for_pictures(stage: Stage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: all(view.source and view.source.pixmap for view in stage.views))


def wheel(view: QWidget, at: QPointF, amount: int) -> None:
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, amount),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_no_value_is_cut_in_a_small_window(stage: Stage) -> None:
    facts = replace(FACTS, camera="Canon EOS 5D Mark III", taken="2019-07-18T10:00:00", quality=95)
    both = (photo(f"library/{name}.jpg", facts=facts) for name in "ab")
    stage.page.open(group(*both), 1)
    stage.page.resize(900, 600)
    QApplication.processEvents()
    for pane in stage.page.panes:
        for field in (Field.PIXELS, Field.BYTES, Field.FORMAT, Field.TAKEN, Field.CAMERA):
            label = pane.values.label(field)
            assert label.isVisible()
            assert not label.is_elided


# Choice of photos


@pytest.mark.parametrize(
    ("index", "expected"), [(0, (0, 1)), (1, (0, 1)), (3, (0, 3)), (99, (0, 3)), (-1, (0, 1))]
)
def test_a_photo_is_compared_with_the_best_copy(
    stage: Stage, index: int, expected: tuple[int, int]
) -> None:
    stage.page.open(QUARTET, index)
    assert stage.page.pair == expected
    assert stage.page.current_index == min(max(index, 0), 3)


def test_arrows_change_the_right_photo(stage: Stage, qtbot: QtBot) -> None:
    for key, right in (
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Left, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_Left, 1),
    ):
        qtbot.keyClick(stage.page, key)
        assert stage.page.pair == (0, right)
        assert stage.page.current_index == right
        assert stage.views[1].source is not None
        assert stage.views[1].source.member is QUARTET.members[right]


def test_the_strip_changes_it_too(stage: Stage, qtbot: QtBot) -> None:
    strip = stage.page.strip
    place = strip.visualRect(strip.members.index(3)).center()
    qtbot.mouseClick(strip.viewport(), LEFT, pos=place)
    assert stage.page.pair == (0, 3)
    place = strip.visualRect(strip.members.index(0)).center()
    qtbot.mouseClick(strip.viewport(), LEFT, pos=place)
    assert stage.page.pair == (0, 3)
    assert stage.page.current_index == 0


def test_values_are_those_of_the_two(stage: Stage) -> None:
    left, right = (pane.values for pane in stage.page.panes)
    assert left.label(Field.PIXELS).text() == "4032 × 3024"
    assert left.label(Field.PIXELS).font().bold()
    assert right.label(Field.PIXELS).text() == "1600 × 1200"
    stage.page.deciding.choose(3)
    assert not left.label(Field.PIXELS).font().bold()
    assert stage.page.tools.title.text() == "Compare: Same file"


def test_the_page_is_headed_where_there_is_room(stage: Stage) -> None:
    stage.page.resize(1500, 700)
    QApplication.processEvents()
    assert stage.page.tools.title.text() == "Compare: Re-encoded · 2 bits"
    assert not stage.page.tools.title.is_elided
    # Elsewhere the name of the match counts more.
    stage.page.tools.title.setFixedWidth(200)
    QApplication.processEvents()
    assert stage.page.tools.title.text() == "Re-encoded · 2 bits"
    for width_px, text in ((60, "Re-encoded · 2 bits"), (20, "")):
        stage.page.tools.title.setFixedWidth(width_px)
        QApplication.processEvents()
        assert stage.page.tools.title.text() == text


def test_groups_are_asked_for(stage: Stage, qtbot: QtBot) -> None:
    tools = stage.page.tools
    asked = catch(tools.next_group.clicked), catch(tools.previous_group.clicked)
    qtbot.keyClick(stage.page, Qt.Key.Key_Down)
    qtbot.keyClick(stage.page, Qt.Key.Key_PageDown)
    qtbot.mouseClick(stage.page.tools.next_group, LEFT)
    assert [len(one) for one in asked] == [3, 0]
    qtbot.keyClick(stage.page, Qt.Key.Key_Up)
    qtbot.keyClick(stage.page, Qt.Key.Key_PageUp)
    qtbot.mouseClick(stage.page.tools.previous_group, LEFT)
    assert [len(one) for one in asked] == [3, 3]


def test_escape_and_the_button_go_back(stage: Stage, qtbot: QtBot) -> None:
    closed = catch(stage.page.tools.close_button.clicked)
    qtbot.keyClick(stage.page, Qt.Key.Key_Escape)
    qtbot.mouseClick(stage.page.tools.close_button, LEFT)
    assert len(closed) == 2


def test_a_missing_photo_is_told(stage: Stage, qtbot: QtBot) -> None:
    # No part of this group was asked for before.
    stage.decoder.failing[TWO.members[1].file.path] = ProblemCode.VANISHED
    stage.page.open(TWO, 1)
    source = stage.views[1].source
    assert source is not None
    qtbot.waitUntil(lambda: source.trouble == "It is no longer there.")
    stage.page.grab()
    qtbot.keyClick(stage.page, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: stage.page.difference.text == "It is no longer there.")
    stage.page.grab()


# Looking


def test_both_fit_at_first(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    for view in stage.views:
        assert view.rect().toRectF().contains(view.photo_rect())
    assert stage.page.tools.fit.isChecked()
    assert stage.level(0) == 128
    assert stage.level(1) == 60


def test_a_turned_copy_lies_like_the_other(stage: Stage, qtbot: QtBot) -> None:
    stage.page.open(QUARTET, 2)
    wait_for_pictures(stage, qtbot)
    left, right = (view.photo_rect() for view in stage.views)
    assert left.width() == pytest.approx(right.width(), abs=1)
    image = stage.views[1].grab().toImage()
    inside = right.topLeft() + QPointF(3, right.height() / 2)
    assert image.pixelColor((inside * stage.page.devicePixelRatioF()).toPoint()).red() == 200


def test_full_size_shows_every_pixel_of_the_larger_one(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.full, LEFT)
    ratio = stage.page.devicePixelRatioF()
    assert stage.views[0].photo_rect().width() * ratio == pytest.approx(4032, abs=1)
    assert stage.views[1].photo_rect().width() * ratio == pytest.approx(4032, abs=1)
    assert stage.views[0].percent_text() == "100 %"
    assert stage.views[1].percent_text() == "252 %"
    assert stage.page.tools.full.isChecked()
    assert not stage.page.tools.fit.isChecked()
    qtbot.waitUntil(lambda: (PATHS[0], step_px(4032)) in stage.decoder.asked)
    qtbot.mouseClick(stage.page.tools.fit, LEFT)
    assert stage.page.viewpoint.is_fit


def test_a_pressed_zoom_button_stays_pressed(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.fit, LEFT)
    assert stage.page.tools.fit.isChecked()
    for _ in range(2):
        qtbot.mouseClick(stage.page.tools.full, LEFT)
        assert stage.page.tools.full.isChecked()


def test_z_goes_to_full_size_and_back(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    assert stage.page.tools.full.isChecked()
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    assert stage.page.viewpoint.is_fit


def test_the_wheel_zooms_both_at_the_pointer(stage: Stage) -> None:
    view, other = stage.views
    at = QPointF(view.width() * 0.75, view.height() * 0.6)
    before = view.photo_rect()
    x = (at.x() - before.left()) / before.width()
    for _ in range(8):
        wheel(view, at, 120)
    after = view.photo_rect()
    assert after.width() > 3 * before.width()
    assert after.left() + x * after.width() == pytest.approx(at.x(), abs=1)
    assert other.photo_rect().width() == pytest.approx(after.width(), abs=1)
    assert other.photo_rect().left() == pytest.approx(after.left(), abs=1)
    for _ in range(20):
        wheel(view, at, -120)
    assert view.photo_rect() == before


def test_dragging_moves_both(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    view, other = stage.views
    before, other_before = view.photo_rect().topLeft(), other.photo_rect().topLeft()
    start = view.rect().center()
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, start + QPoint(40, 25))
    qtbot.mouseRelease(view, LEFT, pos=start + QPoint(40, 25))
    moved = view.photo_rect().topLeft() - before
    assert moved.x() == pytest.approx(40, abs=1)
    assert moved.y() == pytest.approx(25, abs=1)
    other_moved = other.photo_rect().topLeft() - other_before
    assert other_moved.x() == pytest.approx(40, abs=1)
    qtbot.mouseMove(view, start)
    assert view.photo_rect().topLeft() - before == moved


def test_keys_zoom_and_move_in_a_view(stage: Stage, qtbot: QtBot) -> None:
    view = stage.views[0]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert stage.page.pair == (0, 2)  # nothing to move yet: the page's own key
    fit = view.photo_rect()
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    zoomed = view.photo_rect()
    assert zoomed.width() > 2 * fit.width()
    for key, moved in (
        (Qt.Key.Key_Right, QPointF(-1, 0)),
        (Qt.Key.Key_Left, QPointF(1, 0)),
        (Qt.Key.Key_Down, QPointF(0, -1)),
        (Qt.Key.Key_Up, QPointF(0, 1)),
    ):
        before = view.photo_rect().topLeft()
        qtbot.keyClick(view, key)
        difference = view.photo_rect().topLeft() - before
        assert QPointF.dotProduct(difference, moved) > 10
    assert stage.page.pair == (0, 2)
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.photo_rect().width() == pytest.approx(fit.width(), abs=1)


def test_a_double_click_shows_the_pixels_there(stage: Stage, qtbot: QtBot) -> None:
    view = stage.views[0]
    qtbot.mouseDClick(view, LEFT, pos=view.rect().center())
    assert view.percent_text() == "100 %"
    qtbot.mouseDClick(view, LEFT, pos=view.rect().center())
    assert stage.page.viewpoint.is_fit


def test_another_group_is_seen_whole(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    stage.page.open(TWO, 0)
    assert stage.page.viewpoint.is_fit


def test_a_pair_opened_on_a_hidden_page_is_sharp_once_shown(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    stage.page.hide()
    stage.page.open(TWO, 1)
    stage.decoder.asked.clear()
    stage.page.show()
    wait_for_pictures(stage, qtbot)
    assert {path for path, _ in stage.decoder.asked} >= {one.file.path for one in TWO.members}


def test_a_request_that_was_dropped_is_made_again(stage: Stage, qtbot: QtBot) -> None:
    stage.decoder.gate.clear()
    stage.page.open(TWO, 1)
    stage.pictures.drop_waiting()
    stage.page.open(TWO, 1)
    stage.decoder.gate.set()
    wait_for_pictures(stage, qtbot)


def test_the_button_follows_the_size_of_the_window(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.full, LEFT)
    stage.page.resize(1400, 900)
    assert stage.page.tools.full.isChecked() == (stage.views[0].percent_text() == "100 %")


def test_marks_made_unseen_are_shown_when_it_is_opened(stage: Stage) -> None:
    stage.page.hide()
    stage.marks.keep_all(QUARTET)
    stage.page.open(QUARTET, 1)
    assert stage.page.panes[1].bar.state is DecisionState.KEEP


def test_another_photo_is_seen_in_the_same_place(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    zoom = stage.page.viewpoint.zoom
    stage.page.show_next()
    assert stage.page.viewpoint.zoom == zoom


# Blinking and differences


def test_blinking_lasts_as_long_as_its_key(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    qtbot.keyPress(stage.page, Qt.Key.Key_B)
    assert (stage.level(0), stage.level(1)) == (60, 128)
    qtbot.keyRelease(stage.page, Qt.Key.Key_B)
    assert (stage.level(0), stage.level(1)) == (128, 60)
    qtbot.mousePress(stage.page.tools.blink, LEFT)
    assert stage.level(0) == 60
    qtbot.mouseRelease(stage.page.tools.blink, LEFT)
    assert stage.level(0) == 128


def test_blinking_ends_when_the_page_goes(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    qtbot.keyPress(stage.page, Qt.Key.Key_B)
    stage.page.hide()
    stage.page.show()
    assert stage.level(0) == 128


def test_the_difference_is_shown_on_the_right(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_D)
    assert stage.page.tools.difference.isChecked()
    qtbot.waitUntil(lambda: "100.0 %" in stage.page.difference.text)
    assert stage.level(1) == 255  # 68 levels, four times as bright
    qtbot.keyPress(stage.page, Qt.Key.Key_B)
    assert stage.level(0) == 60
    qtbot.keyRelease(stage.page, Qt.Key.Key_B)
    assert stage.level(1) == 255
    stage.page.open(QUARTET, 3)
    assert not stage.page.tools.difference.isChecked()
    qtbot.mouseClick(stage.page.tools.difference, LEFT)
    qtbot.waitUntil(lambda: " 0.0 %" in stage.page.difference.text)
    assert stage.level(1) == 0
    stage.page.show_previous()
    qtbot.waitUntil(lambda: "100.0 %" in stage.page.difference.text)
    qtbot.mouseClick(stage.page.tools.difference, LEFT)
    wait_for_pictures(stage, qtbot)
    assert stage.level(1) == 200


@pytest.mark.parametrize("laid_on_right", [False, True])
def test_a_crop_is_compared_with_the_part_that_it_shows(
    stage: Stage, qtbot: QtBot, laid_on_right: bool
) -> None:
    nowhere = (1.0, 0.0, 2.0, 0.0, 1.0, 0.0)
    left, right = QUARTET.members[:2]
    if laid_on_right:
        left = replace(left, placement=nowhere, against=right.file.path)
    else:
        right = replace(right, placement=nowhere)
    stage.page.open(replace(QUARTET, members=(left, right)), 1)
    qtbot.keyClick(stage.page, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: " 0.0 %" in stage.page.difference.text)


# Deciding


def test_keys_decide_as_on_the_cards(stage: Stage, qtbot: QtBot) -> None:
    none, keep, remove = Mark.NONE, Mark.KEEP, Mark.REMOVE
    qtbot.keyClick(stage.page, Qt.Key.Key_Space)
    assert stage.marks_of() == [none, remove, none, none]
    qtbot.keyClick(stage.page, Qt.Key.Key_K)
    assert stage.marks_of() == [remove, keep, remove, remove]
    qtbot.keyClick(stage.page, Qt.Key.Key_4)
    assert stage.marks_of() == [remove, remove, remove, keep]
    assert stage.page.pair == (0, 3)
    qtbot.keyClick(stage.page, Qt.Key.Key_U)
    qtbot.keyClick(stage.page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stage.marks_of() == [none, remove, none, none]
    qtbot.keyClick(
        stage.page,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert stage.marks_of() == [remove, keep, remove, remove]
    qtbot.keyClick(stage.page, Qt.Key.Key_A)
    assert stage.marks_of() == [keep] * 4
    qtbot.keyClick(stage.page, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert stage.marks.is_dismissed(QUARTET)


def test_buttons_decide(stage: Stage, qtbot: QtBot) -> None:
    left, right = stage.page.panes
    qtbot.mouseClick(right.buttons.remove, LEFT)
    assert stage.marks_of()[1] is Mark.REMOVE
    assert right.bar.state is DecisionState.REMOVE
    qtbot.mouseClick(left.buttons.keep, LEFT)
    assert stage.page.current_index == 0
    assert left.bar.state is DecisionState.KEEP


def test_a_click_on_a_view_makes_it_the_current_one(stage: Stage, qtbot: QtBot) -> None:
    framed = stage.views[1].grab().toImage()
    qtbot.mouseClick(stage.views[0], LEFT)
    assert stage.page.current_index == 0
    assert stage.page.pair == (0, 1)
    assert stage.views[1].grab().toImage() != framed
    qtbot.keyClick(stage.page, Qt.Key.Key_K)
    assert stage.marks_of() == [Mark.KEEP, Mark.REMOVE, Mark.REMOVE, Mark.REMOVE]


def test_a_refused_mark_is_explained_below_the_photo(stage: Stage, qtbot: QtBot) -> None:
    stage.page.open(ALIKE, 1)
    right = stage.page.panes[1]
    assert right.bar.state is DecisionState.NOT_PROVEN
    qtbot.keyClick(stage.page, Qt.Key.Key_Return)
    assert right.bar.state is DecisionState.NOT_PROVEN
    assert "Nothing is proposed" in right.bar.accessibleName()
    stage.page.open(TWO, 1)
    qtbot.keyClick(stage.page, Qt.Key.Key_2)
    qtbot.keyClick(stage.page, Qt.Key.Key_Space)
    assert "One copy has to be kept" in right.bar.accessibleName()
    qtbot.keyClick(stage.page, Qt.Key.Key_A)
    assert "One copy has to be kept" not in right.bar.accessibleName()


# The strip


def test_the_strip_is_a_proper_model(stage: Stage, qtmodeltester: Any) -> None:
    qtmodeltester.check(stage.page.strip.members)
    model = MemberModel()
    qtmodeltester.check(model)
    model.set_members(QUARTET.members, [DecisionState.KEEP] * 4)
    qtmodeltester.check(model)
    assert model.data(model.index(99)) is None


def test_the_strip_names_photos_and_decisions(stage: Stage, qtbot: QtBot) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_Space)
    members = stage.page.strip.members
    role = Qt.ItemDataRole.AccessibleTextRole
    assert members.data(members.index(1), role) == "2: b.jpg, REMOVE"
    assert members.data(members.index(1)) == "b.jpg"


def test_the_strip_takes_thumbnails_in_view_and_decodes_no_photo(
    stage: Stage, qtbot: QtBot
) -> None:
    copies = group(
        photo("many/0.jpg"),
        *(photo(f"many/{n}.jpg", evidence=Evidence.SAME_BYTES) for n in range(1, 3000)),
    )
    wait_for_pictures(stage, qtbot)
    stage.decoder.asked.clear()
    stage.thumbnails.asked.clear()
    stage.page.open(copies, 1500)
    before = stage.page.strip.grab().toImage()
    assert 2 < len(stage.thumbnails.asked) < 200
    stage.thumbnails.bring(copies.members[1500].content_id)
    assert stage.page.strip.grab().toImage() != before
    assert stage.page.strip.horizontalScrollBar().isVisible()
    wait_for_pictures(stage, qtbot)
    compared = {copies.members[place].file.path for place in (0, 1500)}
    assert {path for path, _ in stage.decoder.asked} == compared


def test_everything_has_a_name_and_can_be_reached(stage: Stage) -> None:
    controls: list[Any] = [
        *stage.page.findChildren(QPushButton),
        *stage.page.findChildren(QToolButton),
        *stage.views,
        stage.page.strip,
        stage.page,
    ]
    for control in controls:
        assert control.accessibleName() or control.text(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control
    for button in stage.page.tools.findChildren(QPushButton):
        assert button.toolTip()
    assert stage.views[0].accessibleName().startswith("a.jpg, ")


# Layout of the photos


def test_up_to_four_stand_side_by_side(stage: Stage, qtbot: QtBot) -> None:
    tools = stage.page.tools
    assert tools.photos.isVisible()
    for shown in ([0, 1, 2], [0, 1, 2, 3], [0, 1]):
        qtbot.keyClick(stage.page, Qt.Key.Key_S)
        assert [pane.index for pane in stage.page.panes] == shown
        assert [pane.index for pane in stage.page._panes if pane.isVisible()] == shown
    qtbot.mouseClick(tools.photos.button(4), LEFT)
    assert len(stage.page.panes) == 4
    wait_for_pictures(stage, qtbot)
    stage.page.grab()
    widths = [pane.width() for pane in stage.page.panes]
    assert max(widths) - min(widths) <= 1
    for pane in stage.page.panes:
        assert pane.values_of_many.label(Field.BYTES).isVisible()
        assert not pane.values.isVisible()
    qtbot.keyClick(stage.page, Qt.Key.Key_3)
    assert stage.marks_of() == [Mark.REMOVE, Mark.REMOVE, Mark.KEEP, Mark.REMOVE]
    stage.page.open(TWO, 1)
    assert len(stage.page.panes) == 2
    assert not tools.photos.isVisible()


def test_all_photos_are_zoomed_and_moved_together(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.photos.button(4), LEFT)
    before = [view.photo_rect() for view in stage.views]
    wheel(stage.views[2], QPointF(stage.views[2].rect().center()), 240)
    for view, rect in zip(stage.views, before, strict=True):
        assert view.photo_rect().width() > 1.4 * rect.width()
    stage.views[3].move_by(QPointF(20, 0))
    centre = stage.page.viewpoint.centre
    assert centre.x() > 0.5


def test_four_photos_show_the_best_copy_while_they_blink(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.photos.button(4), LEFT)
    wait_for_pictures(stage, qtbot)

    def numbers() -> list[int]:
        return [view.source.number for view in stage.views if view.source]

    assert numbers() == [1, 2, 3, 4]
    qtbot.keyPress(stage.page, Qt.Key.Key_B)
    assert numbers() == [2, 1, 1, 1]
    qtbot.keyRelease(stage.page, Qt.Key.Key_B)
    assert numbers() == [1, 2, 3, 4]


def overlay_level(stage: Stage, share: float) -> int:
    """Grey level of the view in which photos lie on each other, at a share of the photo's width."""
    view = stage.page.overlay
    image, rect = view.grab().toImage(), view.photo_rect()
    at = QPointF(rect.left() + share * rect.width(), rect.top() + 0.25 * rect.height())
    return image.pixelColor((at * view.devicePixelRatioF()).toPoint()).red()


def test_one_photo_is_wiped_over_the_other(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    qtbot.keyClick(stage.page, Qt.Key.Key_W)
    view = stage.page.overlay
    assert view.isVisible()
    assert not any(pane.view.isVisible() for pane in stage.page.panes)
    assert [pane.isVisible() for pane in stage.page.panes] == [True, True]
    assert stage.page.tools.wipe.isVisible()
    qtbot.waitUntil(lambda: overlay_level(stage, 0.75) == 60)
    assert overlay_level(stage, 0.25) == 128
    for _ in range(10):
        qtbot.keyClick(stage.page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert stage.page.tools.wipe.value() == 0
    assert overlay_level(stage, 0.25) == 60
    qtbot.keyClick(stage.page, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.wipe_percent == 5
    stage.page.tools.wipe.setFocus()
    qtbot.keyClick(stage.page.tools.wipe, Qt.Key.Key_End)
    assert overlay_level(stage, 0.75) == 128
    qtbot.keyClick(stage.page, Qt.Key.Key_W)
    assert not view.isVisible()
    assert stage.level(1) == 60


def test_the_divider_is_dragged_and_the_rest_moves_the_photos(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.page.tools.mode.button(Mode.WIPE), LEFT)
    view = stage.page.overlay
    rect = view.photo_rect()
    start = QPointF(view.divider_px(), view.height() / 2).toPoint()
    goal = QPointF(rect.left() + 0.8 * rect.width(), 40).toPoint()
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, goal)
    qtbot.mouseRelease(view, LEFT, pos=goal)
    assert view.wipe_percent == stage.page.tools.wipe.value() == pytest.approx(80, abs=1)
    assert stage.page.viewpoint.is_fit
    qtbot.mouseMove(view, start)
    assert view.wipe_percent == pytest.approx(80, abs=1)
    qtbot.keyClick(stage.page, Qt.Key.Key_Z)
    centre = stage.page.viewpoint.centre
    away = QPoint(30, 60)
    qtbot.mousePress(view, LEFT, pos=away)
    qtbot.mouseMove(view, away + QPoint(50, 0))
    qtbot.mouseRelease(view, LEFT, pos=away + QPoint(50, 0))
    assert stage.page.viewpoint.centre.x() < centre.x()


def test_photos_are_shown_by_turns(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    qtbot.keyClick(stage.page, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert stage.page.tools.mode.value == "by-turns"
    view = stage.page.overlay
    assert view._turn.isActive()
    assert overlay_level(stage, 0.25) == overlay_level(stage, 0.75) == 128
    view._turn.timeout.emit()
    assert overlay_level(stage, 0.25) == overlay_level(stage, 0.75) == 60
    assert view.accessibleName() == "By turns: photo 2 is seen"
    stage.page.hide()
    assert not view._turn.isActive()
    stage.page.show()
    qtbot.keyClick(stage.page, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert stage.page.tools.mode.value is Mode.SIDE_BY_SIDE
    assert not view._turn.isActive()


def test_a_layout_holds_for_the_next_group_and_a_difference_ends_it(
    stage: Stage, qtbot: QtBot
) -> None:
    qtbot.keyClick(stage.page, Qt.Key.Key_W)
    stage.page.open(TWO, 1)
    assert stage.page.overlay.isVisible()
    assert stage.page.overlay.source is not None
    assert stage.page.overlay.source.member is TWO.members[0]
    qtbot.keyClick(stage.page, Qt.Key.Key_D)
    assert stage.page.tools.mode.value is Mode.SIDE_BY_SIDE
    assert not stage.page.overlay.isVisible()
    qtbot.keyClick(stage.page, Qt.Key.Key_W)
    assert not stage.page.tools.difference.isChecked()


def test_a_crop_lies_where_it_was_cut(stage: Stage) -> None:
    whole = QUARTET.members[0]
    facts = replace(FACTS, width_px=2016, height_px=1512)
    crop = replace(
        photo("backup/crop.jpg", facts=facts, evidence=Evidence.EDITED),
        placement=(0.5, 0.0, 0.25, 0.0, 0.5, 0.5),
        against=whole.file.path,
    )
    stage.page.open(replace(QUARTET, members=(whole, crop)), 1)
    left, right = (view.photo_rect() for view in stage.views)
    assert right.width() == pytest.approx(left.width() / 2, abs=1)
    assert right.left() - left.left() == pytest.approx(left.width() / 4, abs=1)
    assert right.top() - left.top() == pytest.approx(left.height() / 2, abs=1)
    assert stage.views[0].percent_text() == stage.views[1].percent_text()
    wheel(stage.views[1], QPointF(100, 100), 240)
    left, right = (view.photo_rect() for view in stage.views)
    assert right.left() - left.left() == pytest.approx(left.width() / 4, abs=1)


def test_the_table_takes_the_place_of_the_values(stage: Stage, qtbot: QtBot) -> None:
    left = stage.page.panes[0]
    assert left.values.isVisible()
    qtbot.keyClick(stage.page, Qt.Key.Key_I)
    table = stage.page.table
    assert table.isVisible()
    assert not left.values.isVisible()
    assert table.model.columnCount() == 2
    qtbot.keyClick(stage.page, Qt.Key.Key_S)
    assert table.model.columnCount() == 3
    qtbot.mouseClick(stage.page.tools.details, LEFT)
    assert not table.isVisible()


@pytest.mark.parametrize("width_px", [720, 900, 1280])
def test_no_word_of_a_tool_is_cut(stage: Stage, qtbot: QtBot, width_px: int) -> None:
    tools = stage.page.tools
    words = set()
    for mode in Mode:
        tools.mode.choose(mode)
        stage.page._show_mode()
        stage.page.resize(width_px, 600)
        QApplication.processEvents()
        for button in tools.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.minimumSizeHint().width(), button.accessibleName()
        assert tools.rect().right() <= stage.page.rect().right()
        words.add(tuple(button.text() for button in tools.findChildren(QPushButton)))
    # A click on a layout does not change the buttons under the pointer.
    assert len(words) == 1


def test_in_a_narrow_window_every_tool_has_a_sign_of_its_own(stage: Stage, qtbot: QtBot) -> None:
    stage.page.resize(860, 600)
    stage.page.open(QUARTET, 1)
    stage.page.show()
    QApplication.processEvents()
    tools = stage.page.tools
    shown = [one for one in tools.findChildren(QAbstractButton) if one.isVisible()]
    signs = [one.icon().pixmap(24).toImage() for one in shown if not one.text()]
    assert len(signs) >= 9
    for number, sign in enumerate(signs):
        assert sign not in signs[:number]


def test_photos_of_other_groups_are_at_hand(stage: Stage, qtbot: QtBot) -> None:
    stage.page.load_ahead([TWO])
    qtbot.waitUntil(lambda: all(stage.pictures.picture(one.file.path, 1) for one in TWO.members))
    stage.decoder.gate.clear()
    stage.page.open(TWO, 1)
    assert all(view.source and view.source.pixmap for view in stage.views)


def test_a_thumbnail_stands_in_until_the_photo_is_decoded(stage: Stage, qtbot: QtBot) -> None:
    wait_for_pictures(stage, qtbot)
    stage.decoder.gate.clear()
    stage.thumbnails.bring(TWO.members[0].content_id, "#0000ff")
    stage.page.open(TWO, 1)
    assert stage.level(0) == 0
    stage.thumbnails.bring(TWO.members[1].content_id, "#00ff00")
    assert stage.level(1) == 0
    stage.decoder.gate.set()
    qtbot.waitUntil(lambda: stage.level(0) > 0 and stage.level(1) > 0)


def test_the_strip_is_hidden_while_all_photos_are_shown(stage: Stage, qtbot: QtBot) -> None:
    assert stage.page.strip.isVisible()
    qtbot.mouseClick(stage.page.tools.photos.button(4), LEFT)
    assert not stage.page.strip.isVisible()
    qtbot.keyClick(stage.page, Qt.Key.Key_W)
    assert stage.page.strip.isVisible()
    stage.page.open(TWO, 1)
    assert not stage.page.strip.isVisible()


@pytest.mark.parametrize("mode", [Mode.SIDE_BY_SIDE, Mode.WIPE])
def test_the_name_of_the_match_keeps_its_room(stage: Stage, qtbot: QtBot, mode: Mode) -> None:
    """Buttons lose their words before the line becomes too wide."""
    stage.page.toggle_mode(mode)
    for width_px in range(900, 1500, 20):
        stage.page.resize(width_px, 700)
        QApplication.processEvents()
        assert stage.page.tools.title.width() >= 70
