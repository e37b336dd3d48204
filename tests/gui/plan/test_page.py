import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.overview import overview_of
from dupefinder.actions.records import (
    FOR_CHOSEN,
    ActionKind,
    Freed,
    Plan,
    PlanWarning,
    SkipCode,
    Space,
    WarningCode,
)
from dupefinder.core.job import Progress
from dupefinder.core.records import Evidence
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance
from dupefinder.gui.plan.columns import PlanColumn, title
from dupefinder.gui.plan.page import PlanPage
from dupefinder.gui.plan.way_choice import WAYS
from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.resources import resource_path
from dupefinder.text import actions, plans
from dupefinder.text.plans import space_sentences
from tests.gui.plan.plans import PLAN, refused, step
from tests.gui.stand_ins import answered, catch, requested, thumbnails

LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., PlanPage]


@pytest.fixture
def store() -> Any:
    return thumbnails()


@pytest.fixture
def page(qtbot: QtBot, store: Any) -> PlanPage:
    page: PlanPage = answered(PlanPage(store, lambda *_: "/else/where"))
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    page.activateWindow()
    page.set_plan(PLAN)
    QApplication.processEvents()
    return page


def click_tick(page: PlanPage, row: int, qtbot: QtBot) -> None:
    place = page.table.visualRect(page.steps.index(row, PlanColumn.TAKEN)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)


def progress(done: int, total: int | None = 5, left_s: float | None = 12.0) -> Progress:
    return Progress("act", done, total, 2.0, left_s, 0)


def says(page: PlanPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_it_says_what_will_happen_and_promises(page: PlanPage) -> None:
    text = says(page)
    assert "5 photos and 1 file that belongs to them" in text
    assert "go to the trash" in text
    assert "Nothing is removed unless the kept copy was just read." in text
    ours = "brought back" if sys.platform == "linux" else "Undo ends there"
    assert ours in text
    evidences = page.head.evidences.text().replace("\u00a0", " ")
    assert [part.split(":")[0] for part in evidences.split("  ·  ")] == [
        "Edited",
        "Re-encoded",
        "Same pixels",
        "Same file",
    ]
    assert "Same file: 2 photos" in evidences
    assert page.bar.act.text() == "Move 5 photos to the trash"


def test_a_single_photo_is_counted_in_the_singular(page: PlanPage) -> None:
    page.set_plan(Plan((step("a.jpg"),)))
    assert page.head.numbers.text().endswith("goes to the trash")
    assert page.bar.act.text() == "Move 1 photo to the trash"


def test_the_button_acts_without_another_question(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    qtbot.mouseClick(page.bar.act, LEFT)
    assert asked == [PLAN]


def test_ctrl_delete_acts_without_another_question(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert asked == [PLAN]


@pytest.mark.parametrize("by_key", [False, True])
def test_back(page: PlanPage, qtbot: QtBot, by_key: bool) -> None:
    closed = catch(page.bar.back.clicked)
    if by_key:
        page.table.setFocus()
        qtbot.keyClick(page.table, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(page.bar.back, LEFT)
    assert len(closed) == 1


def test_a_click_leaves_a_photo_out(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    left = page.steps.step_at(0)
    click_tick(page, 0, qtbot)
    assert page.bar.act.text() == "Move 4 photos to the trash"
    assert "You left out 1 photo" in says(page)
    qtbot.mouseClick(page.bar.act, LEFT)
    assert asked[0].steps == tuple(one for one in PLAN.steps if one is not left)
    assert asked[0].refused == PLAN.refused
    click_tick(page, 0, qtbot)
    assert page.bar.act.text() == "Move 5 photos to the trash"
    assert not page.bar.all.isVisible()


def test_a_click_beside_the_tick_leaves_nothing_out(page: PlanPage, qtbot: QtBot) -> None:
    place = page.table.visualRect(page.steps.index(0, PlanColumn.VICTIM)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    assert page.steps.columns.remaining() == PLAN
    assert page.table.chosen_rows() == [0]


def test_space_leaves_out_what_is_chosen(page: PlanPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    assert page.table.chosen_rows() == [0]
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert [page.steps.is_taken(row) for row in range(5)] == [False, False, True, True, True]
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert page.steps.columns.taken.all()


def test_all_can_be_taken_in_again(page: PlanPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert not page.bar.act.isEnabled()
    assert page.bar.act.toolTip() == "There is nothing to do"
    assert "you left out every photo" in says(page)
    assert not page.head.consequence.isVisible()
    qtbot.mouseClick(page.bar.all, LEFT)
    assert page.bar.act.isEnabled()
    assert page.steps.columns.remaining() == PLAN
    assert page.table.hasFocus()


def test_the_table_is_sorted_by_mouse_and_by_keys(page: PlanPage, qtbot: QtBot) -> None:
    header = page.table.sort_header
    place = QPoint(header.sectionViewportPosition(PlanColumn.SIZE) + 20, 10)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)
    sizes = [page.steps.step_at(row).victim.size_bytes for row in range(5)]
    assert sizes == sorted(sizes, reverse=True)
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Left)
    assert header.at == PlanColumn.TAKEN
    qtbot.keyClick(header, Qt.Key.Key_Right)
    assert header.at == PlanColumn.VICTIM
    qtbot.keyClick(header, Qt.Key.Key_Space)
    names = [os.path.basename(page.steps.step_at(row).victim.path) for row in range(5)]
    assert names == sorted(names)
    qtbot.keyClick(header, Qt.Key.Key_Return)
    names = [os.path.basename(page.steps.step_at(row).victim.path) for row in range(5)]
    assert names == sorted(names, reverse=True)
    for _ in range(5):
        qtbot.keyClick(header, Qt.Key.Key_Right)
    assert header.at == PlanColumn.SURVIVOR
    page.set_plan(PLAN)
    assert page.steps.step_at(0).victim.path.endswith("d.jpg")


def test_steps_taken_out_can_be_sorted_to_the_top(page: PlanPage, qtbot: QtBot) -> None:
    click_tick(page, 3, qtbot)
    assert page.steps.is_taken(0)  # nothing moves under the pointer
    qtbot.mouseClick(page.table.sort_header.viewport(), LEFT, pos=QPoint(10, 10))
    assert [page.steps.is_taken(row) for row in range(5)] == [False, True, True, True, True]


def test_refusals_are_counted_and_listed_below(page: PlanPage, qtbot: QtBot) -> None:
    assert "2 photos are kept although they are marked" in says(page)
    assert not page.refused_table.isVisible()
    qtbot.mouseClick(page.refused.button, LEFT)
    assert page.refused_table.isVisible()
    assert page.refused_model.index(0, 1).data() == "Its folder is protected."
    page.set_plan(Plan((step("a.jpg"),)))
    assert not page.refused.isVisible()


def test_folders_are_counted(page: PlanPage, qtbot: QtBot) -> None:
    assert "2 folders" in says(page)
    qtbot.mouseClick(page.folders.button, LEFT)
    assert page.folder_table.isVisible()
    assert page.folder_model.rowCount() == 3
    page.set_plan(Plan((step("a.jpg"),)))
    qtbot.mouseClick(page.folders.button, LEFT)
    assert "all from" in says(page)


def test_the_superuser_is_warned(page: PlanPage) -> None:
    assert "running as root" not in says(page)
    page.set_superuser(True)
    assert "running as root" in says(page)
    page.set_superuser(False)
    assert "running as root" not in says(page)


def test_while_the_plan_is_made(page: PlanPage, qtbot: QtBot) -> None:
    page.set_busy()
    assert "Making the plan" in says(page)
    assert not page.bar.act.isEnabled()
    assert page.bar.back.isEnabled()
    stopped = catch(page.bar.progress.stop_requested)
    qtbot.mouseClick(page.bar.progress.stop, LEFT)
    assert len(stopped) == 1
    page.set_plan(PLAN)
    assert page.bar.act.isEnabled()
    assert "Making the plan" not in says(page)


def test_progress_in_place(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    stopped = catch(page.bar.progress.stop_requested)
    page.set_busy()
    page.show_progress(progress(2))
    assert "2 of 5 · 12 s left" in says(page)
    assert page.bar.progress.bar.value() * 5 == page.bar.progress.bar.maximum() * 2
    assert not page.bar.act.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert asked == []
    qtbot.mouseClick(page.bar.progress.stop, LEFT)
    qtbot.mouseClick(page.bar.progress.stop, LEFT)
    assert len(stopped) == 1
    assert "Stopping" in says(page)
    page.show_progress(progress(3))
    assert "Stopping" in says(page)


def test_progress_without_an_end(page: PlanPage) -> None:
    page.set_busy()
    page.show_progress(progress(2, None))
    assert "2 so far" in says(page)
    assert page.bar.progress.bar.maximum() == 0
    page.show_progress(progress(2, 5, None))
    assert "2 of 5" in says(page)
    page.show_progress(progress(0, 0))
    assert page.bar.progress.bar.value() == page.bar.progress.bar.maximum()


def test_nothing_is_left_to_do_because_all_is_refused(page: PlanPage) -> None:
    page.set_plan(Plan((), (refused("a.jpg"), refused("b.jpg"))))
    assert "2 photos are marked, but all are kept" in says(page)
    assert page.refused_table.isVisible()
    assert not page.bar.act.isEnabled()
    assert not page.head.isVisible()
    page.set_plan(PLAN)
    assert not page.refused_table.isVisible()


def test_nothing_is_marked(page: PlanPage, qtbot: QtBot) -> None:
    page.set_plan(Plan(()))
    assert "No photo is marked" in says(page)
    assert not page.refused.isVisible()
    page.setFocus()
    assert page.bar.back.hasFocus()


def test_thumbnails_of_both_photos(page: PlanPage, store: Any, qtbot: QtBot) -> None:
    page.table.grab()
    assert store.asked == []
    first = page.steps.step_at(0)
    page.set_contents({first.victim.path: 7, first.survivor.path: 8}.get)
    page.table.grab()
    assert set(store.asked) == {7, 8}
    before = page.table.grab().toImage()
    store.bring(7)
    assert page.table.grab().toImage() != before


def test_drives_are_looked_up(page: PlanPage, qtbot: QtBot, tmp_path: object) -> None:
    plan = Plan((step("a.jpg", stays="a.jpg"),))  # its folder is the root, which is there
    with qtbot.waitSignal(page._drives.found, timeout=60_000):
        page.set_plan(plan)


def test_tab_goes_round(page: PlanPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    seen = []
    for _ in range(12):
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    for widget in (
        page.table,
        page.table.sort_header,
        page.folders.button,
        page.refused.button,
        page.bar.back,
        page.bar.act,
    ):
        assert widget in seen


def test_every_control_has_a_name(page: PlanPage) -> None:
    for table in (page.table, page.folder_table, page.refused_table):
        assert table.accessibleName()
    assert page.table.sort_header.accessibleName()
    assert page.bar.progress.bar.accessibleName()
    assert page.accessibleName()


def test_a_new_palette_and_font_are_shown(page: PlanPage, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before, palette, sheet = page.grab().toImage(), QApplication.palette(), application.styleSheet()
    style = application.style().objectName()
    try:
        apply_appearance(application, Appearance.DARK)
        assert page.grab().toImage() != before
    finally:
        application.setStyleSheet(sheet)
        application.setStyle(style)
        application.setPalette(palette)
    height = page.table.verticalHeader().defaultSectionSize()
    font = page.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    page.setFont(font)
    assert page.table.verticalHeader().defaultSectionSize() > height


# Progress and outcome


def choose(page: PlanPage, kind: ActionKind, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.way.ways.button(kind), LEFT)


def test_photos_can_be_set_aside_instead(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    choose(page, ActionKind.SET_ASIDE, qtbot)
    assert "are set aside" in says(page)
    assert "Only you empty it; no space is freed before." in says(page)
    assert page.bar.act.text() == "Set 5 photos aside"
    qtbot.mouseClick(page.bar.act, LEFT)
    assert asked == [replace(PLAN, kind=ActionKind.SET_ASIDE)]


def test_only_equal_files_are_linked(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    choose(page, ActionKind.HARD_LINK, qtbot)
    assert page.bar.act.text() == "Make 2 hard links"
    qtbot.mouseClick(page.bar.act, LEFT)
    assert {step.evidence for step in asked[0].steps} == {Evidence.SAME_BYTES}


def test_moving_needs_a_folder(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    assert not page.way.choose.isVisible()
    choose(page, ActionKind.MOVE, qtbot)
    assert not page.bar.act.isEnabled()
    assert "Choose the folder to move to" in says(page)
    qtbot.mouseClick(page.way.choose, LEFT)
    chosen = os.path.abspath("/else/where")  # with the current drive where there are drives
    assert chosen in says(page)
    qtbot.mouseClick(page.bar.act, LEFT)
    assert asked == [replace(PLAN, kind=ActionKind.MOVE, target=chosen)]
    choose(page, ActionKind.TRASH, qtbot)
    assert not page.way.folder.isVisible()


def test_a_choice_that_is_broken_off_changes_nothing(store: Any, qtbot: QtBot) -> None:
    page: PlanPage = answered(PlanPage(store, lambda *_: ""))
    qtbot.addWidget(page)
    page.set_plan(PLAN)
    page.way.set_kind(ActionKind.MOVE)
    page.way.choose.click()
    assert not page.way.is_complete


def test_another_way_may_be_the_first(page: PlanPage, qtbot: QtBot) -> None:
    page.set_first_kind(ActionKind.SET_ASIDE)
    page.set_plan(PLAN)
    assert page.bar.act.text() == "Set 5 photos aside"
    assert page.steps.columns.plan.kind is ActionKind.SET_ASIDE


def test_deleting_for_good_is_not_offered(page: PlanPage) -> None:
    assert ActionKind.DELETE not in WAYS
    assert "for good" not in says(page)


def test_it_is_summed_up_when_nothing_changes_any_more(page: PlanPage, qtbot: QtBot) -> None:
    summed_up = requested(page, "sum_up")
    choose(page, ActionKind.SET_ASIDE, qtbot)
    qtbot.waitUntil(lambda: len(summed_up) == 1)
    (plan,) = summed_up
    assert plan.kind is ActionKind.SET_ASIDE
    assert not page.warnings.isVisible()
    overview = replace(
        overview_of(Plan(())),
        space=Space(8_100_000_000, linked_bytes=1_000_000),
        freed=Freed.QUARANTINE_EMPTIED,
        warnings=(PlanWarning(WarningCode.FOLDER_EMPTIED, "/backup", count=4, total=4),),
    )
    page.set_overview(PLAN, overview)
    assert not page.warnings.isVisible()  # that is not what is on show
    page.set_overview(plan, overview)
    assert "8.1 GB can be freed by emptying the set-aside folder." in says(page)
    assert "1 MB stay in use: these files are hard-linked elsewhere." in says(page)
    # The gravest warning is open at once; there is no other one.
    assert "No photo is left in this folder: 4 go" in says(page)
    assert not page.warnings.isVisible()
    page.set_plan(PLAN)
    assert not page.gravest.isVisible()
    assert "freed" not in page.head.space.text()


@pytest.mark.parametrize(
    ("freed", "text"),
    [
        (Freed.AT_ONCE, "5 MB can be freed."),
        (Freed.TRASH_EMPTIED, "5 MB can be freed by emptying the trash."),
        (Freed.NEVER, "No space is freed."),
    ],
)
def test_when_space_is_freed(freed: Freed, text: str) -> None:
    assert list(space_sentences(Space(5_000_000), freed)) == [text]


@pytest.mark.parametrize("kind", list(ActionKind))
@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_kind_has_its_words(kind: ActionKind, number: int) -> None:
    texts = [
        plans.way_text(kind),
        plans.way_sentence(kind),
        plans.goes_text(kind, number, "this", "5 MB"),
        plans.act_text(kind, number),
        actions.did_text(kind, number),
        actions.undo_text(kind, number),
        actions.location_text(kind),
        title(PlanColumn.VICTIM, kind),
    ]
    assert all(texts)
    assert resource_path(f"icons/{icons.sign_of(kind)}.svg").exists()


@pytest.mark.parametrize("copies", [1, 2])
def test_copies_that_lost_their_access_lists_are_told_of(copies: int) -> None:
    assert actions.with_narrowed("3 files copied", 0) == "3 files copied"
    told = actions.with_narrowed("3 files copied", copies)
    assert told.startswith("3 files copied. Only ")
    assert f" {copies} cop" in told


def test_metadata_are_rescued_where_any_would_be_lost(page: PlanPage, qtbot: QtBot) -> None:
    asked = requested(page, "carry_out")
    summed_up = requested(page, "sum_up")
    choose(page, ActionKind.SET_ASIDE, qtbot)
    qtbot.waitUntil(lambda: len(summed_up) == 1)
    assert not page.way.rescue.isVisible()
    lacks = PlanWarning(WarningCode.SURVIVOR_LACKS, "/backup/a.jpg", "/b.jpg", ("date",))
    page.set_overview(summed_up[0], replace(overview_of(Plan(())), warnings=(lacks,)))
    assert page.way.rescue.isVisible()
    qtbot.mouseClick(page.way.rescue, LEFT, pos=QPoint(8, page.way.rescue.height() // 2))
    qtbot.mouseClick(page.bar.act, LEFT)
    assert asked[0].rescue_metadata
    page.set_plan(PLAN)
    qtbot.mouseClick(page.bar.act, LEFT)
    assert not asked[1].rescue_metadata


def test_drives_are_asked_about_where_a_copy_lies_on_another(page: PlanPage, qtbot: QtBot) -> None:
    said = catch(page.questions.said)
    assert not page.questions.isVisible()
    open_question = refused("a.jpg", SkipCode.ASK_ABOUT_DRIVES, "/media/red")
    page.set_plan(Plan((step("b.jpg"),), (open_question,)))
    assert page.questions.isVisible()
    qtbot.mouseClick(page.questions.rows["/media/red"].buttons["ordinary"], LEFT)
    assert said == [("/media/red", "ordinary")]
    page.set_plan(PLAN)
    assert not page.questions.isVisible()


CHOSEN = step("1.jpg", Evidence.CHOSEN, folder="burst", stays="burst/2.jpg")


def test_photos_chosen_by_hand_have_a_section_of_their_own(page: PlanPage, qtbot: QtBot) -> None:
    assert not page.chosen.isVisible()
    assert page.chosen_table.steps.rowCount() == 0
    page.set_plan(Plan((*PLAN.steps, CHOSEN)))
    assert page.chosen.isVisible()
    assert page.steps.rowCount() == len(PLAN.steps)
    assert [page.chosen_table.steps.step_at(0)] == [CHOSEN]
    shown = [label.text() for label in page.chosen.findChildren(QLabel)]
    assert any(text.startswith("1 photo is not proven to be the same") for text in shown)
    assert page.steps.columns.tally().photos == len(PLAN.steps) + 1
    page.chosen_table.steps.set_taken([0], False)
    asked = requested(page, "carry_out")
    page.bar.act.click()
    assert CHOSEN not in asked[0].steps
    assert len(asked[0].steps) == len(PLAN.steps)


def test_photos_chosen_by_hand_go_only_to_trash_or_quarantine(page: PlanPage) -> None:
    page.set_plan(Plan((CHOSEN,)))
    assert not page.table.isVisible()
    for kind in WAYS:
        page.way.set_kind(kind)
        page.way.changed.emit()
        assert page.chosen_table.steps.goes(0) is (kind in FOR_CHOSEN)


def summed_up(page: PlanPage, qtbot: QtBot, *warnings: PlanWarning) -> None:
    """Let a page show these warnings."""
    asked = requested(page, "sum_up")
    page.way.changed.emit()
    qtbot.waitUntil(lambda: len(asked) == 1)
    page.set_overview(asked[0], replace(overview_of(Plan(())), warnings=warnings))


EMPTIED = PlanWarning(WarningCode.FOLDER_EMPTIED, "/backup", count=4, total=4)
SCATTERED = PlanWarning(WarningCode.ALBUM_SCATTERED, "/backup/album", count=1, total=9)
LACKS = PlanWarning(WarningCode.SURVIVOR_LACKS, "/backup/a.jpg", "/library/a.jpg", ("date",))


def test_the_gravest_warning_stands_first_and_open(page: PlanPage, qtbot: QtBot) -> None:
    summed_up(page, qtbot, SCATTERED, EMPTIED, LACKS)
    assert page.gravest.isVisible()
    assert "lacks" in page.gravest.text.text()
    assert page.gravest.y() < page.warnings.y() < page.way.y() < page.head.y()
    assert page.warnings.is_open
    rows = [page.warning_model.index(row, 0).data() for row in range(2)]
    assert "No photo is left" in rows[0]
    assert page.warning_model.rowCount() == 2


def test_many_warnings_do_not_push_the_plan_away(page: PlanPage, qtbot: QtBot) -> None:
    summed_up(page, qtbot, *[EMPTIED] * 40)
    assert page.gravest.isVisible()
    assert not page.warnings.is_open
    assert "39 more things to look at" in says(page)


def test_only_the_page_scrolls(page: PlanPage, qtbot: QtBot) -> None:
    page.set_plan(Plan(tuple(step(f"{number}.jpg") for number in range(200))))
    page.folders.set_open(True)
    page.refused.set_open(True)
    QApplication.processEvents()
    for table in (page.table, page.folder_table, page.refused_table, page.warning_table):
        assert table.verticalScrollBar().maximum() == 0
    bar = page._scroll.verticalScrollBar()
    assert bar.maximum() > 0
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    last = page.table.visualRect(page.steps.index(199, PlanColumn.VICTIM))
    assert page.table.currentIndex().row() == 199
    assert page.table.viewport().visibleRegion().contains(last.center())


def test_the_page_keys_go_on_by_what_is_in_sight(page: PlanPage, qtbot: QtBot) -> None:
    page.set_plan(Plan(tuple(step(f"{number}.jpg") for number in range(200))))
    QApplication.processEvents()
    page.table.setFocus()
    page.table.setCurrentIndex(page.steps.index(0, 1))
    qtbot.keyClick(page.table, Qt.Key.Key_PageDown)
    row = page.table.currentIndex().row()
    assert 3 < row < 40
    qtbot.keyClick(page.table, Qt.Key.Key_PageDown)
    assert page.table.currentIndex().row() == 2 * row
    qtbot.keyClick(page.table, Qt.Key.Key_PageUp)
    assert page.table.currentIndex().row() == row


def test_hard_links_say_why_a_photo_is_left_out(page: PlanPage, qtbot: QtBot) -> None:
    choose(page, ActionKind.HARD_LINK, qtbot)
    assert "3 photos cannot go this way, and stay" in page.bar.left_out.text()
    whys = {page.steps.step_at(row).evidence: page.steps.why_left_out(row) for row in range(5)}
    assert whys[Evidence.SAME_BYTES] == ""
    assert whys[Evidence.EDITED] == "not the same file"
    row = next(row for row in range(5) if page.steps.why_left_out(row))
    cell: Cell = page.steps.index(row, PlanColumn.EVIDENCE).data(CELL_ROLE)
    assert cell.second == "not the same file"
    tick = page.steps.index(row, PlanColumn.TAKEN)
    assert tick.data(Qt.ItemDataRole.AccessibleTextRole) == "Stays: not the same file"
    click_tick(page, row, qtbot)
    assert page.bar.left_out.text() == "You left out 1 photo"
    assert page.steps.why_left_out(row) == "left out by you"
