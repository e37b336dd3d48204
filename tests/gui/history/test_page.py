from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import ActionKind, StepState
from dupefinder.core.job import Progress
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.appearance.theme import apply_appearance, colours
from dupefinder.gui.history.page import HistoryPage, HistoryPart
from dupefinder.gui.history.steps_model import ListedSteps, StepColumn
from dupefinder.text.figures import number_text
from tests.gui.history.journals import action, journalled
from tests.gui.stand_ins import answered, catch, requested, thumbnails

LEFT = Qt.MouseButton.LeftButton
ACTIONS = [action(3, done=2, lost=1, skipped=1), action(2, undone=4), action(1, done=204)]
STEPS = [
    journalled("a.jpg"),
    journalled("b.jpg"),
    journalled("c.jpg", StepState.LOST),
    journalled("d.jpg", StepState.SKIPPED),
]


@pytest.fixture
def page(qtbot: QtBot) -> HistoryPage:
    page: HistoryPage = answered(HistoryPage(thumbnails()))
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    page.activateWindow()
    return page


@pytest.fixture
def filled(page: HistoryPage) -> HistoryPage:
    page.set_actions(ACTIONS)
    page.set_steps(3, ListedSteps.of(STEPS))
    return page


def click_action(page: HistoryPage, row: int, qtbot: QtBot) -> None:
    place = page.list.visualRect(page.actions_model.index(row)).center()
    qtbot.mouseClick(page.list.viewport(), LEFT, pos=place)


def says(page: HistoryPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


@pytest.mark.usefixtures("look_as_before")
@pytest.mark.parametrize("width_px", [670, 732, 1080])
def test_nothing_is_cut_off_in_a_narrow_window(
    width_px: int, qtbot: QtBot, qapp: QApplication
) -> None:
    apply_appearance(qapp, Appearance.LIGHT)
    page: HistoryPage = answered(HistoryPage(thumbnails()))
    qtbot.addWidget(page)
    page.resize(width_px, 560)
    page.show()
    page.set_actions(ACTIONS)
    page.set_steps(3, ListedSteps.of(STEPS))
    QApplication.processEvents()
    for part in (page.one, page.table):
        assert part.mapTo(page, part.rect().bottomRight()).x() < width_px
        seen = part.visibleRegion().boundingRect()
        assert seen.width() == part.width()


def test_in_a_narrow_window_the_files_have_more_room_than_the_actions(qtbot: QtBot) -> None:
    page: HistoryPage = answered(HistoryPage(thumbnails()))
    qtbot.addWidget(page)
    page.resize(732, 560)
    page.show()
    page.set_actions(ACTIONS)
    page.set_steps(3, ListedSteps.of(STEPS))
    QApplication.processEvents()
    actions_px, files_px = page.splitter.sizes()
    assert files_px > 2 * actions_px
    page.resize(1280, 700)
    QApplication.processEvents()
    assert page.splitter.sizes()[0] > actions_px


def test_nothing_was_removed_yet(page: HistoryPage) -> None:
    assert "Nothing was removed yet" in says(page)
    assert not page.list.isVisible()
    page.set_actions([])
    assert "Nothing was removed yet" in says(page)


def test_while_the_first_action_goes_on_it_is_not_said_that_nothing_was_done(
    page: HistoryPage,
) -> None:
    page.set_acting(True)
    assert "Nothing was removed yet" not in says(page)
    assert "An action is running" in says(page)
    page.set_acting(False)
    assert "Nothing was removed yet" in says(page)


def test_the_choice_of_files_grows_with_its_words(page: HistoryPage) -> None:
    page.set_actions([action(3, done=12_439)])
    assert page.files.shown.currentText() == "all files (0)"
    wanted_px = page.files.shown.sizeHint().width()
    page.set_steps(3, ListedSteps.of([journalled(f"{number}.jpg") for number in range(12_439)]))
    assert page.files.shown.currentText() == f"all files ({number_text(12_439)})"
    assert page.files.shown.sizeHint().width() > wanted_px


def test_it_asks_for_what_there_is_whenever_it_is_shown(page: HistoryPage) -> None:
    asked = requested(page, "load_history")
    page.hide()
    page.show()
    assert len(asked) == 1


def test_the_newest_action_is_looked_at_first(page: HistoryPage) -> None:
    asked = requested(page, "load_steps")
    page.set_actions(ACTIONS)
    assert asked == [3]
    assert page.list.currentIndex().row() == 0
    assert "3 files moved to the trash" in says(page)
    assert "Nothing was removed yet" not in says(page)


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_the_sign_of_an_action_stands_where_a_line_begins(
    filled: HistoryPage, direction: Qt.LayoutDirection
) -> None:
    shown = filled.list
    shown.setLayoutDirection(direction)
    row = next(n for n, one in enumerate(ACTIONS) if one.finished_ns is None or one.lost)
    place = shown.visualRect(filled.actions_model.index(row))
    top_line = place.adjusted(0, 0, 0, -place.height() // 2)
    picture = shown.viewport().grab(top_line).toImage()
    warnings = [
        x
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).rgb() == colours().warning.rgb()
    ]
    half = picture.width() // 2
    from_left = direction is Qt.LayoutDirection.LeftToRight
    assert (max(warnings) < half) if from_left else (min(warnings) > half)


def test_another_action_by_mouse_and_by_key(filled: HistoryPage, qtbot: QtBot) -> None:
    asked = requested(filled, "load_steps")
    click_action(filled, 2, qtbot)
    assert asked == [1]
    assert filled.steps.rowCount() == 0  # its files are still to come
    assert "204 files moved to the trash · 204.0 MB" in says(filled)
    qtbot.keyClick(filled.list, Qt.Key.Key_Up)
    assert asked == [1, 2]
    assert "Everything was brought back." in says(filled)


def test_files_of_an_action_that_is_not_looked_at_are_not_shown(filled: HistoryPage) -> None:
    filled.set_steps(1, ListedSteps.of([journalled("x.jpg")]))
    assert filled.steps.rowCount() == 4


def test_one_button_brings_back(filled: HistoryPage, qtbot: QtBot) -> None:
    asked = requested(filled, "undo")
    assert filled.undo.text() == "Bring back 2 files"
    qtbot.mouseClick(filled.undo, LEFT)
    assert asked == [3]
    click_action(filled, 2, qtbot)
    filled.undo.setFocus()
    qtbot.keyClick(filled.undo, Qt.Key.Key_Space)
    assert asked == [3, 1]


def test_the_button_says_why_it_does_nothing(filled: HistoryPage, qtbot: QtBot) -> None:
    asked = requested(filled, "undo")
    click_action(filled, 1, qtbot)
    assert not filled.undo.isEnabled()
    assert filled.undo.toolTip() == "Everything was brought back."
    assert filled.undo.accessibleDescription() == "Everything was brought back."
    qtbot.mouseClick(filled.undo, LEFT)
    assert asked == []


def test_while_it_is_brought_back(filled: HistoryPage, qtbot: QtBot) -> None:
    stopped = catch(filled.head.progress.stop_requested)
    filled.set_busy(True)
    filled.show_progress(Progress("undo", 1, 2, 1.0, 1.0, 0))
    filled.set_busy(True)
    assert not filled.undo.isVisible()
    assert "1 of 2 · 1 s left" in says(filled)
    click_action(filled, 2, qtbot)
    assert not filled.undo.isVisible()
    assert not filled.undo.isEnabled()
    qtbot.mouseClick(filled.head.progress.stop, LEFT)
    assert len(stopped) == 1
    filled.set_busy(False)
    assert filled.undo.isVisible()
    assert filled.undo.isEnabled()


def test_after_it_the_same_action_is_looked_at(filled: HistoryPage, qtbot: QtBot) -> None:
    click_action(filled, 2, qtbot)
    filled.set_steps(1, ListedSteps.of(STEPS))
    asked = requested(filled, "load_steps")
    filled.set_actions([action(4, done=1), *ACTIONS[:2], action(1, undone=204)])
    assert filled.list.currentIndex().row() == 3
    assert asked == [1]
    assert "Everything was brought back." in says(filled)
    # Nothing flickers: what is known stays until the files come anew.
    assert filled.steps.rowCount() == 4


def test_unchanged_actions_are_not_loaded_again(filled: HistoryPage) -> None:
    asked = requested(filled, "load_steps")
    filled.set_actions(ACTIONS)
    assert asked == []
    assert filled.steps.rowCount() == 4


def test_an_action_that_is_no_more(filled: HistoryPage) -> None:
    filled.set_actions([action(9, done=1)])
    assert filled.steps.rowCount() == 0
    assert "1 file moved to the trash" in says(filled)


def test_files_by_where_they_are(filled: HistoryPage, qtbot: QtBot) -> None:
    offered = [filled.files.shown.itemText(number) for number in range(filled.files.shown.count())]
    assert offered == ["all files (4)", "in the trash (2)", "left in its place (1)", "lost (1)"]
    filled.files.shown.setFocus()
    qtbot.keyClick(filled.files.shown, Qt.Key.Key_Down)
    assert filled.steps.rowCount() == 2
    filled.set_steps(3, ListedSteps.of(STEPS))
    assert filled.files.shown.currentIndex() == 1  # what is shown stays when files come anew
    assert filled.steps.rowCount() == 2
    qtbot.keyClick(filled.files.shown, Qt.Key.Key_Up)
    assert filled.steps.rowCount() == 4


def test_a_filter_ends_with_its_files(filled: HistoryPage) -> None:
    filled.files.shown.setCurrentIndex(3)
    assert filled.steps.rowCount() == 1
    filled.set_steps(3, ListedSteps.of(STEPS[:2]))
    assert filled.files.shown.currentIndex() == 0
    assert filled.steps.rowCount() == 2


def test_files_are_sorted_by_their_titles(filled: HistoryPage, qtbot: QtBot) -> None:
    header = filled.table.sort_header
    header.setFocus()
    qtbot.keyClick(header, Qt.Key.Key_Right)
    qtbot.keyClick(header, Qt.Key.Key_Right)
    assert header.at == StepColumn.STATE
    qtbot.keyClick(header, Qt.Key.Key_Return)
    assert filled.steps.step_at(0).state is StepState.LOST


def test_tab_goes_round(filled: HistoryPage, qtbot: QtBot) -> None:
    filled.setFocus()
    assert filled.list.hasFocus()
    seen = []
    for _ in range(8):
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    for widget in (
        filled.list,
        filled.undo,
        filled.files.shown,
        filled.table,
        filled.table.sort_header,
    ):
        assert widget in seen


def test_every_control_has_a_name(page: HistoryPage) -> None:
    for widget in (page, page.list, page.table, page.table.sort_header, page.files.shown):
        assert widget.accessibleName()


def test_it_is_painted_in_other_colours_and_another_font(filled: HistoryPage) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before, palette, sheet = (
        filled.grab().toImage(),
        QApplication.palette(),
        application.styleSheet(),
    )
    style = application.style().objectName()
    try:
        apply_appearance(application, Appearance.DARK)
        assert filled.grab().toImage() != before
    finally:
        application.setStyleSheet(sheet)
        application.setStyle(style)
        application.setPalette(palette)
    height = filled.list.visualRect(filled.actions_model.index(0)).height()
    font = filled.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    filled.setFont(font)
    QApplication.processEvents()
    assert filled.list.visualRect(filled.actions_model.index(0)).height() > height
    assert filled.table.verticalHeader().defaultSectionSize() > 0


def click_file(page: HistoryPage, row: int, qtbot: QtBot) -> None:
    place = page.table.visualRect(page.steps.index(row, StepColumn.FILE)).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)


def test_one_file_is_brought_back_alone(filled: HistoryPage, qtbot: QtBot) -> None:
    asked = requested(filled, "undo")
    assert not filled.one.isEnabled()
    click_file(filled, 3, qtbot)
    assert not filled.one.isEnabled()  # it was left in its place
    click_file(filled, 1, qtbot)
    qtbot.mouseClick(filled.one, LEFT)
    assert asked == [(3, STEPS[1].path)]
    filled.set_busy(True)
    assert not filled.one.isEnabled()
    filled.set_busy(False)
    assert filled.one.isEnabled()
    click_action(filled, 2, qtbot)
    assert not filled.one.isEnabled()


def test_a_file_of_an_undecodable_name_is_brought_back(page: HistoryPage, qtbot: QtBot) -> None:
    asked = requested(page, "undo")
    page.set_actions([action(3, done=1)])
    page.set_steps(3, ListedSteps.of([journalled("caf\udce9.jpg")]))
    click_file(page, 0, qtbot)
    qtbot.mouseClick(page.one, LEFT)
    assert asked == [(3, journalled("caf\udce9.jpg").path)]


def test_undo_is_not_offered_for_deleted_files(page: HistoryPage, qtbot: QtBot) -> None:
    page.set_actions([replace(action(3, done=1), kind=ActionKind.DELETE)])
    page.set_steps(3, ListedSteps.of([replace(journalled("a.jpg"), kind=ActionKind.DELETE)]))
    click_file(page, 0, qtbot)
    assert not page.one.isEnabled()
    assert not page.undo.isEnabled()


def test_set_aside_folders_have_a_part_beside_the_actions(page: HistoryPage, qtbot: QtBot) -> None:
    assert not page.quarantines.isVisible()
    qtbot.mouseClick(page.part.button(HistoryPart.SET_ASIDE), LEFT)
    assert page.quarantines.isVisible()
    assert "Nothing is set aside" in says(page)
    page.set_actions(ACTIONS)
    assert page.quarantines.isVisible()
    qtbot.mouseClick(page.part.button(HistoryPart.ACTIONS), LEFT)
    assert page.list.isVisible()


def test_after_a_damaged_journal_it_is_not_said_that_nothing_was_done(page: HistoryPage) -> None:
    page.set_damaged("journal.damaged-20260101T000000Z.sqlite")
    assert "Nothing was removed yet" not in says(page)
    assert "Earlier actions are no longer known" in says(page)
    assert "journal.damaged-20260101T000000Z.sqlite" in says(page)
    page.set_acting(True)
    assert "An action is running" in says(page)
    page.set_acting(False)
    assert "Earlier actions are no longer known" in says(page)


def test_details_open_their_own_action(page: HistoryPage) -> None:
    page.set_actions(ACTIONS)
    oldest = page.actions_model.record_at(page.actions_model.rowCount() - 1)
    assert oldest is not None
    page.show_action(oldest.action_id)
    assert page.action == oldest
    page.part.choose(HistoryPart.SET_ASIDE)
    page.show_action(99)  # not listed yet
    page.set_actions((action(99, done=1), *ACTIONS))
    assert page.action is not None
    assert page.action.action_id == 99
    assert page.list.isVisible()
    page.set_actions((action(100, done=1), action(99, done=1), *ACTIONS))
    assert page.action.action_id == 99


def test_the_files_have_their_pictures(qtbot: QtBot) -> None:
    store = thumbnails()
    page: HistoryPage = answered(HistoryPage(store))
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    page.set_actions(ACTIONS)
    page.set_steps(3, ListedSteps.of(STEPS))
    store.bring(STEPS[0].digest)
    QApplication.processEvents()
    assert STEPS[0].digest in store.asked  # when it was painted
    assert page.files._picture(STEPS[0].path, 40, 1.0) is not None
    assert page.files._picture("/somewhere/else.jpg", 40, 1.0) is None


def test_the_row_stays_when_the_files_are_read_anew(filled: HistoryPage) -> None:
    filled.table.setCurrentIndex(filled.steps.index(2, StepColumn.FILE))
    path = filled.steps.step_at(2).path
    filled.steps.sort(StepColumn.SIZE)
    filled.set_steps(3, ListedSteps.of(STEPS[::-1]))
    assert filled.steps.step_at(filled.table.currentIndex().row()).path == path
    filled.set_steps(3, ListedSteps.of(STEPS[:1]))
    assert filled.table.currentIndex().row() <= 0
