"""The first page, as a person uses it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from dupefinder.core.pipeline import Options
from dupefinder.core.records import Evidence, Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.core.source_folders import SourceFolders
from dupefinder.gui.folders.folder_row import FolderRow
from dupefinder.gui.folders.page import FoldersPage
from dupefinder.gui.settings import MOST_FOLDERS, Settings
from dupefinder.gui.widgets import chosen_paths
from dupefinder.services.places import FolderStatus
from tests.gui.groups import group, pair, photo, results_of
from tests.gui.stand_ins import answered, requested

LEFT = Qt.MouseButton.LeftButton
ROOT = os.path.abspath(os.sep)
KNOWN = FolderStatus(3, 5000, True, None)
AWAY = FolderStatus(3, 5000, False, None)


def at(*parts: str) -> str:
    return os.path.join(ROOT, *parts)


class Chooser:
    """Answers in the place of the system's dialog."""

    def __init__(self) -> None:
        self.answer = ""
        self.begun_at: list[str] = []

    def __call__(self, parent: QWidget, title: str, begin: str) -> str:
        assert title
        assert parent.isVisible()
        self.begun_at.append(begin)
        return self.answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def chooser() -> Chooser:
    return Chooser()


@pytest.fixture
def open_page(settings: Settings, chooser: Chooser, qtbot: QtBot) -> Callable[[], FoldersPage]:
    def opened() -> FoldersPage:
        page: FoldersPage = answered(FoldersPage(settings, chooser))
        qtbot.addWidget(page)
        page.resize(1080, 800)
        page.show()
        page.activateWindow()
        qtbot.waitExposed(page)
        return page

    return opened


@pytest.fixture
def page(open_page: Callable[[], FoldersPage]) -> FoldersPage:
    return open_page()


def rows(page: FoldersPage) -> dict[str, FolderRow]:
    return {row.choice.path: row for row in page.findChildren(FolderRow) if row.isVisible()}


def texts(page: FoldersPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def drop(widget: QWidget, *paths: Path | str) -> None:
    """Drag something over a widget and let it go."""
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), copy, dropped, LEFT, none)
    QApplication.sendEvent(widget, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), copy, dropped, LEFT, none))


# Empty


def test_the_empty_page_has_one_button_and_says_what_will_happen(page: FoldersPage) -> None:
    assert page.large_drop.button.isVisible()
    assert not page.bar.button.isVisible()
    assert not page.fold.isVisible()
    said = texts(page)
    assert "copies of each other." in said
    assert "nothing without asking you." in said
    assert "Nothing leaves this computer." in said


def test_add_folder_asks_for_one(
    page: FoldersPage, chooser: Chooser, settings: Settings, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.large_drop.button, LEFT)
    assert rows(page) == {}
    chooser.answer = at("photos", "..", "albums")
    looked_up = requested(page, "look_up_folders")
    qtbot.mouseClick(page.large_drop.button, LEFT)
    assert looked_up == [[at("albums")]]
    assert list(rows(page)) == [at("albums")]
    assert settings.folders == (FolderChoice(at("albums")),)
    assert not page.large_drop.isVisible()
    chooser.answer = at("more")
    qtbot.mouseClick(page.small_drop.button, LEFT)
    assert page.folder_paths() == [at("albums"), at("more")]
    assert chooser.begun_at == [os.path.expanduser("~"), os.path.expanduser("~"), ROOT]


def test_ctrl_o_asks_for_a_folder(page: FoldersPage, chooser: Chooser, qtbot: QtBot) -> None:
    chooser.answer = at("photos")
    qtbot.keyClick(page, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert list(rows(page)) == [at("photos")]


# Dropping


def test_folders_are_dropped_anywhere(page: FoldersPage, tmp_path: Path, qtbot: QtBot) -> None:
    first, second = tmp_path / "a", tmp_path / "b & c #1 100%"
    first.mkdir()
    second.mkdir()
    drop(page, first, second)
    assert list(rows(page)) == [str(first), str(second)]
    drop(page, second)
    assert len(rows(page)) == 2


def test_for_a_file_its_folder_is_taken(
    page: FoldersPage, tmp_path: Path, settings: Settings, qtbot: QtBot
) -> None:
    for name in ("one.jpg", "two.jpg"):
        (tmp_path / name).touch()
    drop(page, tmp_path / "one.jpg", tmp_path / "two.jpg")
    qtbot.waitUntil(lambda: page.folder_paths() == [str(tmp_path)])
    assert settings.folders == (FolderChoice(str(tmp_path)),)
    page.add_folders([str(tmp_path / "one.jpg")])
    qtbot.waitUntil(lambda: page.folder_paths() == [str(tmp_path)])
    assert settings.recent_folders == ()


def test_a_drag_is_seen_and_may_go_again(page: FoldersPage, tmp_path: Path) -> None:
    before = page.large_drop.grab().toImage()
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, dragged, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(page, event)
    assert page.large_drop.grab().toImage() != before
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page.large_drop.grab().toImage() == before


def test_dragged_text_is_not_accepted(page: FoldersPage) -> None:
    dragged = QMimeData()
    dragged.setText("a text")
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, dragged, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(page, event)
    assert not event.isAccepted()


# The list


def test_roles_and_removal_are_remembered(
    page: FoldersPage,
    settings: Settings,
    open_page: Callable[[], FoldersPage],
    qtbot: QtBot,
) -> None:
    page.add_folders([at("a"), at("b"), at("c")])
    looked_up = requested(page, "look_up_folders")
    qtbot.mouseClick(rows(page)[at("b")].role.button(Role.PROTECTED), LEFT)
    assert looked_up == []
    qtbot.mouseClick(rows(page)[at("a")].remove, LEFT)
    assert looked_up == [[at("b"), at("c")]]
    assert rows(page)[at("b")].remove.hasFocus()
    again = open_page()
    assert {path: row.choice.role for path, row in rows(again).items()} == {
        at("b"): Role.PROTECTED,
        at("c"): Role.SCAN,
    }
    assert settings.recent_folders == (at("a"),)


def test_the_last_folder_off_the_list_empties_the_page(page: FoldersPage, qtbot: QtBot) -> None:
    page.add_folders([at("a")])
    qtbot.keyClick(rows(page)[at("a")].remove, Qt.Key.Key_Space)
    assert rows(page) == {}
    assert page.large_drop.isVisible()
    assert page.large_drop.button.hasFocus()


def test_recent_folders_are_added_with_a_click(
    settings: Settings, open_page: Callable[[], FoldersPage], qtbot: QtBot
) -> None:
    settings.recent_folders = (at("a"), at("b \udcff"), at("c"))
    settings.folders = (FolderChoice(at("c")),)
    page = open_page()
    shown = page.recent.buttons
    assert [at("a") in shown[0].toolTip(), "b " in shown[1].toolTip(), len(shown)] == [
        True,
        True,
        2,
    ]
    qtbot.mouseClick(shown[1], LEFT)
    assert page.folder_paths() == [at("c"), at("b \udcff")]
    assert len(page.recent.buttons) == 1
    qtbot.mouseClick(page.recent.buttons[0], LEFT)
    assert not page.recent.isVisible()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Places that the system knows; a test may add some."""
    known = [(at("home", "Pictures"), False), (at("media", "CANON"), True)]
    monkeypatch.setattr(chosen_paths, "photo_places", lambda pictures: list(known))
    return known


def test_pictures_and_drives_are_offered_until_the_first_scan(
    offered: list[tuple[str, bool]], open_page: Callable[[], FoldersPage], qtbot: QtBot
) -> None:
    page = open_page()
    qtbot.waitUntil(lambda: len(page.places.buttons) == 2)
    assert at("home", "Pictures") in page.places.buttons[0].toolTip()
    qtbot.mouseClick(page.places.buttons[0], LEFT)
    assert page.folder_paths() == [at("home", "Pictures")]
    qtbot.mouseClick(page.places.buttons[0], LEFT)
    assert page.folder_paths() == [at("home", "Pictures"), at("media", "CANON")]
    assert not page.places.isVisible()
    qtbot.waitUntil(lambda: len(rows(page)) == 2)
    qtbot.mouseClick(rows(page)[at("media", "CANON")].remove, LEFT)
    assert page.places.isVisible()
    qtbot.mouseClick(page.bar.button, LEFT)
    assert not page.places.isVisible()


def test_a_drive_that_was_connected_meanwhile_is_offered_when_the_page_is_shown_again(
    offered: list[tuple[str, bool]], open_page: Callable[[], FoldersPage], qtbot: QtBot
) -> None:
    page = open_page()
    qtbot.waitUntil(lambda: len(page.places.buttons) == 2)
    page.hide()
    offered.append((at("media", "STICK"), True))
    page.show()
    qtbot.waitUntil(lambda: len(page.places.buttons) == 3)


def test_a_place_is_not_offered_twice(
    settings: Settings,
    offered: list[tuple[str, bool]],
    open_page: Callable[[], FoldersPage],
    qtbot: QtBot,
) -> None:
    settings.recent_folders = (at("home", "Pictures"), at("a"))
    page = open_page()
    qtbot.waitUntil(lambda: len(page.places.buttons) == 2)
    assert [at("a") in button.toolTip() for button in page.recent.buttons] == [True]


def test_status_is_shown_for_known_folders(page: FoldersPage) -> None:
    page.add_folders([at("a"), at("b")])
    page.set_status({at("a"): KNOWN, at("gone"): KNOWN})
    assert rows(page)[at("a")].status.text() == "3 photos · 5 kB"
    assert rows(page)[at("b")].status.text().strip() == ""


def test_folders_of_other_programs_are_protected_until_a_person_decides(
    page: FoldersPage, settings: Settings, qtbot: QtBot
) -> None:
    managed = FolderStatus(None, 0, True, "lightroom")
    page.add_folders([at("a"), at("b")])
    qtbot.mouseClick(rows(page)[at("b")].role.button(Role.EXCLUDED), LEFT)
    qtbot.mouseClick(rows(page)[at("b")].role.button(Role.SCAN), LEFT)
    page.set_status({at("a"): managed, at("b"): managed})
    assert settings.folders == (
        FolderChoice(at("a"), Role.PROTECTED),
        FolderChoice(at("b"), Role.SCAN),
    )
    assert "Managed by Lightroom: protected" in rows(page)[at("a")].status.text()
    qtbot.mouseClick(rows(page)[at("a")].role.button(Role.SCAN), LEFT)
    page.set_status({at("a"): managed})
    assert rows(page)[at("a")].choice.role is Role.SCAN


def test_folders_within_each_other_are_explained(page: FoldersPage) -> None:
    page.add_folders([at("a"), at("b")])
    assert "is inside" not in texts(page)
    page.add_folders([at("a", "inner")])
    assert f"{at('a', 'inner')} is inside {at('a')}." in texts(page)
    page.add_folders([at("b", "inner")])
    assert "2 of these folders are inside others." in texts(page)


def test_there_is_an_end_to_how_many_folders_fit(page: FoldersPage) -> None:
    page.add_folders([at(str(n)) for n in range(MOST_FOLDERS + 3)])
    assert len(page.folder_paths()) == MOST_FOLDERS
    assert f"No more than {MOST_FOLDERS} folders fit." in texts(page)


# Scanning


def test_scan_asks_for_what_was_chosen(page: FoldersPage, settings: Settings, qtbot: QtBot) -> None:
    page.add_folders([at("a"), at("b")])
    qtbot.mouseClick(rows(page)[at("b")].role.button(Role.PROTECTED), LEFT)
    assert "Nothing leaves this computer." in texts(page)
    scanned = requested(page, "scan")
    qtbot.mouseClick(page.bar.button, LEFT)
    (options,) = scanned
    assert isinstance(options, Options)
    assert options.scan.folders == (
        FolderChoice(at("a")),
        FolderChoice(at("b"), Role.PROTECTED),
    )
    assert settings.seen_first_run is True
    assert settings.recent_folders == (at("a"), at("b"))
    assert "Nothing leaves this computer." not in texts(page)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_scans(page: FoldersPage, qtbot: QtBot, key: Qt.Key) -> None:
    page.add_folders([at("a")])
    scanned = requested(page, "scan")
    qtbot.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)
    assert len(scanned) == 1


def test_the_button_says_why_it_is_off(page: FoldersPage, qtbot: QtBot) -> None:
    button = page.bar.button
    assert not button.isEnabled()
    assert button.toolTip() == "Add a folder first"
    page.add_folders([at("a")])
    assert button.isEnabled()
    assert "Ctrl+Enter" in button.toolTip()
    assert page.bar.text.text() == "1 folder to scan"

    qtbot.mouseClick(rows(page)[at("a")].role.button(Role.EXCLUDED), LEFT)
    assert not button.isEnabled()
    assert "excluded" in button.toolTip()
    assert page.bar.text.text() == button.toolTip()

    qtbot.mouseClick(rows(page)[at("a")].role.button(Role.SCAN), LEFT)
    page.set_status({at("a"): AWAY})
    assert "connected" in button.toolTip()
    page.set_status({at("a"): KNOWN})
    assert button.isEnabled()

    page.set_scanning(True)
    assert not button.isEnabled()
    assert button.toolTip() == "A scan is running"
    scanned = requested(page, "scan")
    qtbot.mouseClick(button, LEFT)
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert scanned == []
    page.set_scanning(False)
    assert button.isEnabled()


def test_the_bar_counts_by_role(page: FoldersPage, qtbot: QtBot) -> None:
    page.add_folders([at("a"), at("b"), at("c"), at("d")])
    qtbot.mouseClick(rows(page)[at("b")].role.button(Role.PROTECTED), LEFT)
    qtbot.mouseClick(rows(page)[at("c")].role.button(Role.EXCLUDED), LEFT)
    assert page.bar.text.text() == "2 folders to scan · 1 protected · 1 excluded"


def test_options_fold_and_stay_as_they_were_left(
    page: FoldersPage, open_page: Callable[[], FoldersPage], qtbot: QtBot
) -> None:
    page.add_folders([at("a")])
    assert not page.options.isVisible()
    qtbot.mouseClick(page.fold.button, LEFT)
    assert page.options.isVisible()
    qtbot.mouseClick(page.options.rotations, LEFT, pos=QPoint(8, 8))
    assert open_page().options.isVisible()
    qtbot.keyClick(page.fold.button, Qt.Key.Key_Space)
    assert not page.options.isVisible()
    assert "turned" not in texts(page)
    assert not open_page().options.isVisible()


# Earlier results


def test_earlier_results_open(page: FoldersPage, qtbot: QtBot) -> None:
    assert not page.results.isVisible()
    three = group(
        photo("library/z.jpg", 9_000_000),
        photo("backup/z.jpg", 4_000_000, evidence=Evidence.SAME_BYTES),
        photo("phone/z.jpg", 3_000_000, evidence=Evidence.EDITED),
    )
    page.set_results(results_of(three, pair("a.jpg"), pair("l.jpg", Evidence.LOOK_ALIKE)))
    assert page.results.text.text() == "2 groups, 3 copies, 5 MB can be freed"
    with qtbot.waitSignal(page.results.button.clicked):
        qtbot.mouseClick(page.results.button, LEFT)
    page.set_results(results_of(pair("a.jpg")))
    assert page.results.text.text() == "1 group, 1 copy, 1 MB can be freed"
    page.set_results(None)
    assert not page.results.isVisible()


def test_a_long_result_does_not_make_the_page_wider(page: FoldersPage) -> None:
    page.set_results(results_of(pair("a.jpg")))
    page.results.text.setText("868 copies, 36.4 MB can be freed. " * 8)
    assert page.results.minimumSizeHint().width() < 500


def test_results_without_duplicates_say_so(page: FoldersPage) -> None:
    page.set_results(results_of(pair("l.jpg", Evidence.LOOK_ALIKE)))
    assert page.results.text.text() == "No duplicates among 2 photos"


def test_provisional_results_say_so(page: FoldersPage) -> None:
    page.set_results(results_of(pair("a.jpg"), provisional=True))
    assert "Found so far" in texts(page)


def primary_buttons(page: FoldersPage) -> list[str]:
    page.ensurePolished()
    buttons = page.findChildren(QPushButton)
    return [one.text() for one in buttons if one.isVisible() and one.property("role") == "primary"]


def test_after_a_scan_of_the_chosen_folders_the_next_step_is_to_review(page: FoldersPage) -> None:
    found = results_of(pair("a.jpg"))
    page.add_folders([at("a")])
    assert primary_buttons(page) == ["Scan"]
    page.set_results(replace(found, sources=SourceFolders([at("a")])))
    assert primary_buttons(page) == ["Review"]
    assert page.bar.button.text() == "Scan again"
    page.setFocus()
    assert page.results.button.hasFocus()
    page.add_folders([at("b")])
    assert primary_buttons(page) == ["Scan"]
    nothing = results_of(pair("l.jpg", Evidence.LOOK_ALIKE))
    page.set_results(replace(nothing, sources=SourceFolders([at("a"), at("b")])))
    assert primary_buttons(page) == []


def test_a_folder_stays_protected_until_the_next_scan(page: FoldersPage, qtbot: QtBot) -> None:
    page.add_folders([at("a")])
    qtbot.mouseClick(rows(page)[at("a")].role.button(Role.PROTECTED), LEFT)
    page.set_results(replace(results_of(pair("a.jpg")), sources=SourceFolders([at("a")])))
    page.set_status({at("a"): replace(KNOWN, was_protected=True)})
    assert primary_buttons(page) == ["Review"]
    qtbot.mouseClick(rows(page)[at("a")].role.button(Role.SCAN), LEFT)
    assert "Protected until the next scan" in rows(page)[at("a")].status.text()
    assert primary_buttons(page) == ["Scan"]


def test_a_scan_that_was_stopped_is_gone_on_with(page: FoldersPage, qtbot: QtBot) -> None:
    page.add_folders([at("a")])
    page.set_results(replace(results_of(pair("a.jpg")), sources=SourceFolders([at("a")])))
    page.set_stopped([at("a")])
    assert "Found before the scan was stopped" in texts(page)
    assert primary_buttons(page) == ["Continue the scan"]
    scanned = requested(page, "scan")
    qtbot.mouseClick(page.bar.button, LEFT)
    (options,) = scanned
    assert isinstance(options, Options)
    assert [one.path for one in options.scan.folders] == [at("a")]
    page.add_folders([at("b")])
    assert primary_buttons(page) == ["Scan"]


# Everything


def test_focus_goes_to_the_next_thing_to_do(page: FoldersPage) -> None:
    page.setFocus()
    assert page.large_drop.button.hasFocus()
    page.add_folders([at("a")])
    page.setFocus()
    assert page.bar.button.hasFocus()


def test_a_lookup_that_comes_too_late_does_no_harm(
    settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    page = FoldersPage(settings)
    lookup = page._lookup
    page.deleteLater()
    with qtbot.waitSignal(page.destroyed):
        pass
    (tmp_path / "a.jpg").touch()
    lookup._look((str(tmp_path / "a.jpg"),))


# The order of the folders


def ordered_page(page: FoldersPage, settings: Settings, qtbot: QtBot) -> list[str]:
    """Three folders of which the order counts."""
    paths = [at("library"), at("phone"), at("backup")]
    page.add_folders(paths)
    QApplication.processEvents()
    qtbot.mouseClick(page.list.in_order, LEFT, pos=QPoint(10, page.list.in_order.height() // 2))
    assert settings.in_order
    return paths


def test_a_single_folder_needs_no_order(page: FoldersPage) -> None:
    page.add_folders([at("library")])
    assert not page.list.in_order.isVisible()
    page.add_folders([at("phone")])
    assert page.list.in_order.isVisible()
    assert not page.list.in_order.isChecked()
    assert not any(row.up.isVisible() for row in page.list.rows)


def test_the_upper_folder_is_the_main_collection(
    page: FoldersPage, settings: Settings, qtbot: QtBot
) -> None:
    asked = requested(page, "regroup_in_order")
    paths = ordered_page(page, settings, qtbot)
    assert asked[-1] == (tuple(paths), False)
    first, second, third = page.list.rows
    assert "Main collection" in first.status.text()
    assert "No. 2 in the order" in second.status.text()
    assert [row.up.isEnabled() for row in (first, second, third)] == [False, True, True]
    assert [row.down.isEnabled() for row in (first, second, third)] == [True, True, False]


def test_buttons_move_a_folder_and_keep_the_focus(
    page: FoldersPage, settings: Settings, qtbot: QtBot
) -> None:
    asked = requested(page, "regroup_in_order")
    library, phone, backup = ordered_page(page, settings, qtbot)
    row = rows(page)[backup]
    qtbot.mouseClick(row.up, LEFT)
    assert page.list.paths == [library, backup, phone]
    assert row.up.hasFocus()
    qtbot.keyClick(row.up, Qt.Key.Key_Space)
    assert [one.path for one in settings.folders] == [backup, library, phone]
    assert [one.choice.path for one in page.list.rows] == page.list.paths
    qtbot.waitUntil(lambda: sorted(page.list.rows, key=lambda one: one.y()) == page.list.rows)
    assert row.down.hasFocus()
    assert "Main collection" in row.status.text()
    assert asked[-1] == ((backup, library, phone), False)


def test_rows_are_dragged_to_another_place(
    open_page: Callable[[], FoldersPage], settings: Settings, qtbot: QtBot
) -> None:
    names = [at("phone"), at("backup"), at("library")]
    settings.folders = tuple(map(FolderChoice, names))
    settings.in_order = True
    page = open_page()
    asked = requested(page, "regroup_in_order")
    row = rows(page)[at("library")]
    handle = row.handle
    assert handle.isVisible()
    middle = handle.rect().center()
    top = rows(page)[at("phone")].geometry().top() + 2

    def carry(y_px: int) -> None:
        """The pointer at a height of the list, wherever the row lies by now."""
        place = handle.mapFromGlobal(page.list.mapToGlobal(QPoint(middle.x(), y_px)))
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(place), QPointF(handle.mapToGlobal(place)),
            LEFT, LEFT, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(handle, move)

    qtbot.mousePress(handle, LEFT, pos=middle)
    carry(rows(page)[at("backup")].geometry().bottom() - 2)
    assert page.list.paths == names  # not past its middle
    carry(top)
    assert page.list.paths == [at("library"), at("phone"), at("backup")]
    assert row.status.text().startswith("Main collection")
    assert asked == []  # it is still carried
    qtbot.mouseRelease(handle, LEFT, pos=middle)
    assert [one.path for one in settings.folders] == page.list.paths
    assert len(asked) == 1
    qtbot.mousePress(handle, LEFT, pos=middle)
    carry(rows(page)[at("backup")].geometry().bottom() - 2)
    qtbot.mouseRelease(handle, LEFT, pos=middle)
    assert page.list.paths == [at("phone"), at("backup"), at("library")]


def test_excluded_folders_have_no_place_in_the_order(
    page: FoldersPage, settings: Settings, qtbot: QtBot
) -> None:
    asked = requested(page, "regroup_in_order")
    library, phone, backup = ordered_page(page, settings, qtbot)
    qtbot.mouseClick(rows(page)[phone].role.button(Role.EXCLUDED), LEFT)
    assert asked[-1] == ((library, backup), False)
    assert not rows(page)[phone].up.isVisible()
    qtbot.mouseClick(rows(page)[backup].up, LEFT)
    assert asked[-1] == ((backup, library), False)


def test_ignoring_matches_inside_a_folder_is_asked_for_at_once(
    page: FoldersPage, settings: Settings
) -> None:
    asked = requested(page, "regroup_in_order")
    page.add_folders([at("library"), at("phone")])
    page.options.between.click()
    assert settings.between_only
    assert asked[-1] == ((), True)
    assert "between folders only" in page.options.summary()
