from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dupefinder.core.records import Evidence, Group, Reason, ReasonCode
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance, colours
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.groups.group_view import GroupView, Sort
from tests.gui.groups import group, pair, photo, results_of
from tests.gui.review.page_stage import Stage, many
from tests.gui.stand_ins import catch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(qtbot, tmp_path)
    made.show(many(60))
    yield made
    made.close()


def centre(stage: Stage, row: int) -> QPoint:
    return stage.page.list.visualRect(stage.page.list.groups.index(row)).center()


def top_px(stage: Stage) -> int:
    """The distance of the current row from the top of the list."""
    return stage.page.list.visualRect(stage.page.list.currentIndex()).top()


def grown(one: Group) -> Group:
    return group(*one.members, photo("phone/new.jpg", 1, evidence=Evidence.RE_ENCODED))


def test_the_first_group_is_chosen_then_what_is_clicked(stage: Stage, qtbot: QtBot) -> None:
    assert stage.name == "000.jpg"
    chosen = catch(stage.page.list.group_chosen)
    qtbot.mouseClick(stage.page.list.viewport(), LEFT, pos=centre(stage, 2))
    assert stage.name == "002.jpg"
    assert chosen == [stage.page.current_group()]


def test_a_double_click_compares(stage: Stage, qtbot: QtBot) -> None:
    asked = catch(stage.cards.compare_requested)
    qtbot.mouseClick(stage.page.list.viewport(), LEFT, pos=centre(stage, 1))
    qtbot.mouseDClick(stage.page.list.viewport(), LEFT, pos=centre(stage, 1))
    assert (len(asked), stage.name) == (1, "001.jpg")


def test_all_rows_are_of_one_height(stage: Stage, qtbot: QtBot) -> None:
    heights = {stage.page.list.rowHeight(row) for row in range(60)}
    assert len(heights) == 1
    font = stage.page.list.font()
    font.setPointSizeF(2 * font.pointSizeF())
    stage.page.list.setFont(font)
    assert stage.page.list.rowHeight(7) > 1.5 * heights.pop()


def test_the_current_group_stays_in_sight_where_the_list_gets_lower(stage: Stage) -> None:
    listed = stage.page.list
    stage.show(many(60))
    row = listed.rowAt(listed.viewport().height() - 1) - 1
    listed.choose_row(row)
    stage.page.resize(stage.page.width(), stage.page.height() - 2 * listed.rowHeight(row))
    QApplication.processEvents()
    bottom_px = listed.rowViewportPosition(row) + listed.rowHeight(row)
    assert bottom_px <= listed.viewport().height()
    # One that somebody has scrolled away from stays out of sight.
    listed.verticalScrollBar().setValue(0)
    stage.page.resize(stage.page.width(), stage.page.height() - 2 * listed.rowHeight(row))
    QApplication.processEvents()
    assert listed.verticalScrollBar().value() == 0


@pytest.mark.parametrize("provisional", [False, True])
def test_the_group_that_grew_stays_the_current_one_in_its_place(
    stage: Stage, provisional: bool
) -> None:
    stage.page.list.choose_row(30)
    before = top_px(stage)
    groups = list(many(60).groups)
    groups[30] = grown(groups[30])
    larger = [pair(f"z{n}.jpg", size_bytes=9_000_000) for n in range(5)]
    stage.show(results_of(*larger, *groups, threshold_bits=9, provisional=provisional))
    current = stage.page.current_group()
    assert current is not None
    assert (stage.name, len(current.members)) == ("030.jpg", 3)
    assert top_px(stage) == before


def test_the_current_group_that_lost_a_photo_is_found(stage: Stage) -> None:
    trio = grown(pair("trio.jpg"))
    others = many(40).groups
    stage.show(results_of(*others, trio))
    stage.page.list.choose_row(stage.page.list.groups.row_of(trio))
    stage.show(results_of(*others, group(*trio.members[:2])))
    assert stage.name == "trio.jpg"


def test_rows_stay_while_a_scan_runs_and_are_sorted_at_its_end(stage: Stage) -> None:
    stage.show(many(10, provisional=True))
    rows = stage.names
    groups = list(many(10).groups)
    groups[4] = grown(groups[4])
    found = (pair("zz-new.jpg", size_bytes=9_000_000), *groups)
    stage.show(results_of(*found, provisional=True))
    assert stage.names == [*rows, "zz-new.jpg"]
    stage.show(results_of(*found))
    assert stage.names == ["zz-new.jpg", *rows]


def test_when_the_current_group_goes_the_next_one_takes_its_place(stage: Stage) -> None:
    stage.page.list.choose_row(3)
    groups = list(many(60).groups)
    del groups[3]
    stage.show(results_of(*groups))
    assert stage.name == "004.jpg"
    stage.show(results_of())
    assert stage.page.current_group() is None


def test_no_group_is_skipped_where_those_before_the_current_one_go_with_it(stage: Stage) -> None:
    """A removal of the groups decided from the top on has the same effect."""
    stage.page.list.choose_row(6)
    stage.show(results_of(*many(60).groups[9:]))
    assert stage.name == "009.jpg"


def test_another_order_keeps_the_current_group(stage: Stage) -> None:
    stage.page.list.choose_row(3)
    chosen = catch(stage.page.list.group_chosen)
    stage.page.list.set_view(GroupView(sort=Sort.NAME, reverse=True))
    assert (stage.name, stage.page.list.currentIndex().row()) == ("003.jpg", 56)
    stage.page.list.set_view(GroupView(MatchKind.EDITED))
    assert stage.page.current_group() is None
    assert chosen == [None]


def test_steps_end_at_the_ends(stage: Stage) -> None:
    stage.page.previous_group()
    assert stage.name == "000.jpg"
    stage.page.list.step(1000)
    stage.page.next_group()
    assert stage.name == "059.jpg"
    stage.show(results_of())
    stage.page.next_group()
    assert stage.page.current_group() is None


def row_picture(stage: Stage, row: int) -> QImage:
    listed = stage.page.list
    return listed.viewport().grab(listed.visualRect(listed.groups.index(row))).toImage()


def has_colour(picture: QImage, colour: QColor, left: float = 0.0) -> bool:
    """True when a colour is in a part of a picture."""
    columns = range(round(picture.width() * left), picture.width())
    return any(
        picture.pixelColor(x, y).rgb() == colour.rgb()
        for y in range(picture.height())
        for x in columns
    )


@pytest.mark.usefixtures("look_as_before")
@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_a_row_shows_what_was_decided(stage: Stage, qapp: object, appearance: Appearance) -> None:
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_appearance(application, appearance)
    of = colours()
    plain = row_picture(stage, 1)
    assert not has_colour(plain, of.keep, 0.5)
    group_of_row = stage.page.list.groups.group_at(1)
    assert group_of_row is not None
    stage.marks.keep_all(group_of_row)
    kept = row_picture(stage, 1)
    assert has_colour(kept, of.keep, 0.5)
    assert not has_colour(kept, of.remove, 0.5)
    stage.marks.keep_only(group_of_row, group_of_row.members[0])
    assert has_colour(row_picture(stage, 1), of.remove, 0.5)
    stage.marks.dismiss(group_of_row)
    dismissed = row_picture(stage, 1)
    assert dismissed != plain
    assert not has_colour(dismissed, of.remove, 0.5)


def test_a_row_is_mirrored_where_people_read_from_the_right(stage: Stage) -> None:
    group_of_row = stage.page.list.groups.group_at(1)
    assert group_of_row is not None
    stage.marks.keep_all(group_of_row)
    assert has_colour(row_picture(stage, 1), colours().keep, 0.5)
    stage.page.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored = row_picture(stage, 1)
    assert not has_colour(mirrored, colours().keep, 0.5)
    assert has_colour(mirrored, colours().keep)
    # The photos are where a line begins.
    assert has_colour(mirrored, colours().backdrop, 0.8)


def test_a_row_shows_that_photos_are_still_compared(stage: Stage) -> None:
    def results_with(code: ReasonCode) -> Results:
        copy = photo("b.jpg", evidence=Evidence.RE_ENCODED, keep=True, reason=Reason(code))
        return results_of(group(photo("a.jpg"), copy))

    stage.show(results_with(ReasonCode.IS_PROTECTED))
    plain = row_picture(stage, 0)
    stage.show(results_with(ReasonCode.BEING_CHECKED))
    waiting = row_picture(stage, 0)
    assert waiting != plain
    group_of_row = stage.page.list.groups.group_at(0)
    assert group_of_row is not None
    stage.marks.keep_all(group_of_row)
    assert row_picture(stage, 0) != waiting


def test_thumbnails_are_asked_for_in_sight_only_and_painted(stage: Stage, qtbot: QtBot) -> None:
    stage.page.list.viewport().repaint()
    asked = set(stage.thumbnails.asked)
    shown = stage.page.list.groups.group_at(0)
    far = stage.page.list.groups.group_at(59)
    assert shown is not None
    assert far is not None
    assert shown.members[0].content_id in asked
    assert far.members[0].content_id not in asked
    before = row_picture(stage, 0)
    stage.thumbnails.bring(shown.members[0].content_id, "#ff00ff")
    assert has_colour(row_picture(stage, 0), QColor("#ff00ff"))
    assert row_picture(stage, 0) != before
