"""The whole window: search by a file and by “Find more like this”, compare, and come back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.core.marks import Mark
from dupefinder.gui.app import Application
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
