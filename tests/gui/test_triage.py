"""Deciding by keys in the whole window."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.main_window import MainWindow, notice_strip
from dupefinder.gui.photos import desktop
from dupefinder.gui.review.mark_table import DECIDED, UNDECIDED
from tests.gui.review.page_stage import focused, hold, many
from tests.gui.whole import button, whole_window

LEFT = Qt.MouseButton.LeftButton
KEEP, REMOVE, NONE = Mark.KEEP, Mark.REMOVE, Mark.NONE


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        with qtbot.waitActive(window):
            window.activateWindow()
        program.scans.show_results(many(4))
        window.show_place("review")
        yield window


def name(window: MainWindow) -> str:
    group = window.review.current_group()
    assert group is not None
    return Path(group.members[0].file.path).name


def press(key: int, text: str = "", scan_code: int = 0) -> None:
    """Press and let go a key of any layout, wherever the focus is."""
    plain = Qt.KeyboardModifier.NoModifier
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, plain, scan_code, 0, 0, text)
        QApplication.sendEvent(focused(), event)


def test_each_group_needs_one_key(window: MainWindow) -> None:
    for number in range(4):
        assert name(window) == f"{number:03}.jpg"
        press(Qt.Key.Key_Return, "\r")
    assert window.marks.states.tolist() == [DECIDED] * 4
    assert window.marks.totals()[0] == 4
    assert focused() is window.review.list


def test_nothing_is_accepted_because_of_a_photo_on_a_drive_that_is_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    group = window.review.current_group()
    assert group is not None
    stays = group.members[0].file.path
    assert group.members[1].against == stays
    window.pictures.loaded.emit(stays, Problem(stays, ProblemCode.VANISHED))
    press(Qt.Key.Key_Return, "\r")
    assert (name(window), window.marks.totals()[0]) == ("000.jpg", 0)
    assert "connect its drive" in window.cards.row.cards[0]._note.text()
    press(Qt.Key.Key_N, "n")
    press(Qt.Key.Key_Return, "\r")
    assert window.marks.states.tolist() == [UNDECIDED, DECIDED, UNDECIDED, UNDECIDED]
    window.pictures.loaded.emit(stays, QImage(1, 1, QImage.Format.Format_RGB32))
    window.review.list.choose_row(0)
    press(Qt.Key.Key_Return, "\r")
    assert window.marks.states.tolist() == [DECIDED, DECIDED, UNDECIDED, UNDECIDED]


@pytest.mark.skipif(sys.platform == "win32", reason="there the system itself is asked")
def test_without_a_file_manager_the_folder_is_told_and_the_path_can_be_copied(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")  # of macOS, too
    monkeypatch.setattr(desktop, "_show_by_bus", lambda _path, _asker: False)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    qtbot.mouseClick(window.cards.row.cards[0].place.open, LEFT)
    member = window.cards.row.cards[0].member
    assert member is not None
    folder = os.path.dirname(member.file.path)
    assert window.notices.text == f"No file manager answered. The file is in {folder}."
    qtbot.mouseClick(button(window.notices, "Copy path"), LEFT)
    assert QGuiApplication.clipboard().text() == member.file.path
    desktop.open_file(member.file.path, window.cards)
    assert window.notices.text == f"No program could open {Path(member.file.path).name}."
    window.notices.clear()
    desktop.open_with_chosen("/no/such/program", member.file.path, window.cards)
    assert window.notices.text.startswith("No program could open ")


def test_a_notice_that_was_seen_goes_as_one_goes_to_another_group_or_page(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.notices.show_notice("Exported.", "export", [("Open", lambda: None)])
    qtbot.keyClick(window.review.list, Qt.Key.Key_Down)
    assert window.notices.text == "Exported."
    monkeypatch.setattr(notice_strip, "_SEEN_MS", -1)
    qtbot.keyClick(window.review.list, Qt.Key.Key_Down)
    assert not window.notices.isVisible()
    window.notices.show_notice("Exported.", "export", [("Open", lambda: None)])
    qtbot.mouseClick(window.sidebar.button("help"), LEFT)
    assert not window.notices.isVisible()
    window.show_place("review")
    window.notices.show_notice("Look at this.", "warning", kind="warning")
    qtbot.keyClick(window.review.list, Qt.Key.Key_Up)
    assert window.notices.text == "Look at this."


def places(window: MainWindow) -> dict[str, QWidget]:
    window.notices.show_notice("Said.", "check", [("Details", lambda: None)])
    return {
        "sidebar": window.sidebar.button("review"),
        "notice": button(window.notices, "Details"),
        "header": window.cards.header.compare,
        "undo": window.review.bar.undo,
    }


@pytest.mark.parametrize("place", ["sidebar", "notice", "header", "undo"])
def test_letters_decide_from_what_is_around_the_page(window: MainWindow, place: str) -> None:
    press(Qt.Key.Key_A, "a")
    widget = places(window)[place]
    widget.setFocus()
    press(Qt.Key.Key_K, "k")
    assert window.marks.totals()[0] == 1
    assert focused() is widget


def test_letters_mean_nothing_on_other_pages_and_behind_the_sheet(window: MainWindow) -> None:
    press(Qt.Key.Key_Question, "?")
    assert focused() is not window.review.list
    press(Qt.Key.Key_K, "k")
    press(Qt.Key.Key_Escape)
    window.show_place("help")
    press(Qt.Key.Key_K, "k")
    assert window.marks.totals()[0] == 0


LAYOUTS = ((ord("Л"), "л", 45), (ord("Κ"), "κ", 45), (ord("É"), "é", 11), (Qt.Key.Key_K, "k", 45))


@pytest.mark.parametrize("place", ["review", "compare"])
def test_the_layout_does_not_matter(window: MainWindow, place: str) -> None:
    if place == "compare":
        press(Qt.Key.Key_C, "c")
        assert window.place == "compare"
    for key, text, scan_code in LAYOUTS:
        group = window.review.current_group()
        assert group is not None
        assert {window.marks.mark_of(member) for member in group.members} == {NONE}
        press(key, text, scan_code)
        given = [window.marks.mark_of(member) for member in group.members]
        assert sorted(given) == [KEEP, REMOVE]
        window.marks.stack.undo()


def test_compare_accepts_and_goes_on_and_takes_back(window: MainWindow) -> None:
    press(Qt.Key.Key_C, "c")
    first = window.compare.deciding.group
    assert first is not None
    press(Qt.Key.Key_Return, "\r")
    hold(focused(), Qt.Key.Key_Return, text="\r")
    assert window.place == "compare"
    assert window.compare.deciding.group is window.review.current_group()
    assert name(window) == "001.jpg"
    assert window.marks.states.tolist() == [DECIDED, *[UNDECIDED] * 3]
    assert window.compare.decisions.told.text() == "Kept 000, 1 to remove"
    press(Qt.Key.Key_U, "u")
    assert window.compare.deciding.group is first
    assert [window.marks.mark_of(member) for member in first.members] == [NONE, NONE]
    assert window.place == "compare"


def test_in_compare_a_focused_button_has_return_and_space(window: MainWindow) -> None:
    press(Qt.Key.Key_C, "c")
    difference = window.compare.tools.difference
    for number, key in enumerate((Qt.Key.Key_Return, Qt.Key.Key_Space), 1):
        difference.setFocus()
        press(key, " ")
        assert difference.isChecked() == bool(number % 2)
    press(Qt.Key.Key_K, "k")
    assert window.marks.stack.count() == 1
