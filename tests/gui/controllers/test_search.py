"""The whole window: search by a file and by “Find more like this”, compare, and come back."""

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QImageWriter
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import Mark
from dupefinder.gui.app import Application
from dupefinder.services.search import SearchSession
from tests.cli.album import photo, pixels_of, write_album
from tests.core.pictures import jpeg
from tests.gui.whole import LIMIT_MS, button, scan_button, tasks_ended, whole_window


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return write_album(tmp_path / "album")


def scan(program: Application, album: Path, qtbot: QtBot) -> None:
    program.window.add_folders([str(album)])
    scan_button(program.window).click()
    qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)


def test_a_photo_is_searched_for_and_compared(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    query = tmp_path / "query.jpg"
    query.write_bytes(jpeg(pixels_of(photo(1)).resize((200, 150)), quality=70))
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        window = program.window
        button(window.sidebar, "Search").click()
        assert window.place == "search"
        with tasks_ended(program, qtbot, "search"):
            window.search.requests.search_file(str(query))
        assert window.search.list.found.rowCount() == 5
        window.search.list.setFocus()
        qtbot.keyClick(window.search.list, Qt.Key.Key_Return)
        assert window.place == "compare"
        members = window.compare.deciding.group
        assert members is not None
        assert members.members[0].file.path == str(query)
        # There is nothing to decide here, neither by button nor by key.
        assert not window.compare.panes[1].buttons.isVisible()
        for key in (Qt.Key.Key_K, Qt.Key.Key_Space, Qt.Key.Key_1, Qt.Key.Key_Down):
            qtbot.keyClick(window.compare, key)
        assert window.marks.totals() == (0, 0)
        assert window.marks.mark_of(members.members[1]) is Mark.NONE
        qtbot.keyClick(window.compare, Qt.Key.Key_Escape)
        assert window.place == "search"
        assert window.sidebar.place == "search"


def test_results_for_an_earlier_query_are_not_shown(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        page = program.window.search
        first, second = sorted(str(path) for path in album.rglob("*.jpg"))[:2]
        shown: list[object] = []
        monkeypatch.setattr(page.fingerprints, "set_fingerprints", shown.append)
        with tasks_ended(program, qtbot, "search"):
            page.requests.search_file(first)
        waiting, gate = threading.Event(), threading.Event()
        fingerprints = SearchSession.fingerprints

        def late(session: SearchSession, *rest: Any) -> Any:
            found = fingerprints(session, *rest)
            waiting.set()
            assert gate.wait(LIMIT_MS / 1000)
            return found

        monkeypatch.setattr(SearchSession, "fingerprints", late)
        page.requests.look_up_fingerprints(None)
        assert waiting.wait(LIMIT_MS / 1000)
        with tasks_ended(program, qtbot, "fingerprints", "search"):
            page.requests.search_file(second)
            gate.set()
        qtbot.waitUntil(lambda: page.asked is not None, timeout=LIMIT_MS)
        assert shown == []


def test_of_two_searches_only_the_later_photo_is_shown(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        page = program.window.search
        first, second = sorted(str(path) for path in album.rglob("*.jpg"))[:2]
        shown: list[str] = []
        monkeypatch.setattr(page.query, "set_asked", lambda asked: shown.append(asked.path))
        was_read = threading.Event()
        find = SearchSession._find

        def find_late(session: SearchSession, *rest: Any) -> Any:
            was_read.set()
            return find(session, *rest)

        monkeypatch.setattr(SearchSession, "_find", find_late)
        page.requests.search_file(first)
        # The window was told of the first photo, and has not yet looked.
        assert was_read.wait(LIMIT_MS / 1000)
        page.requests.search_file(second)
        qtbot.waitUntil(lambda: second in shown, timeout=LIMIT_MS)
        assert shown == [second]


def test_a_picture_from_the_clipboard_is_encoded_off_the_windows_thread(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    write = QImageWriter.write

    def note_thread(writer: QImageWriter, image: QImage) -> bool:
        threads.append(threading.current_thread())
        return write(writer, image)

    monkeypatch.setattr(QImageWriter, "write", note_thread)
    with whole_window(tmp_path / "data", qtbot) as program:
        image = QImage(64, 48, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        with tasks_ended(program, qtbot, "search"):
            program.window.search.requests.search_image(image)
        assert program.window.search.asked is not None
    assert threads
    assert threading.main_thread() not in threads


def test_more_like_a_photo_of_review(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        window = program.window
        window.show_place("review")
        group = window.review.current_group()
        assert group is not None
        with tasks_ended(program, qtbot, "search"):
            qtbot.keyClick(window.review.list, Qt.Key.Key_M)
        assert window.place == "search"
        assert window.search.asked is not None
        assert window.search.asked.path == group.members[0].file.path
        found = {
            row.place.path
            for number in range(window.search.list.found.rowCount())
            if (row := window.search.list.found.row_at(number)) is not None
        }
        assert found == {member.file.path for member in group.members[1:]}
        # Compare decides again once it shows a group of Review.
        window.show_place("review")
        window.cards.compare_requested.emit()
        assert window.compare.panes[1].buttons.isVisibleTo(window.compare)
        assert window.compare.strip.isVisibleTo(window.compare)


def test_the_card_has_a_button_for_it(album: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        window = program.window
        window.show_place("review")
        card = window.cards.row.cards[1]
        member = card.member
        assert member is not None
        with tasks_ended(program, qtbot, "search"):
            card.place.more.click()
        assert window.search.asked is not None
        assert window.search.asked.path == member.file.path
