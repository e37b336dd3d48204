"""The page: what it asks for, what it shows, and what it says when there is nothing."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication, QImage
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.core.fingerprint.photo_hashes import HashDistance
from dupefinder.core.records import Evidence, Orientation, Problem, ProblemCode
from dupefinder.gui.search.found_photos import FoundPhotos
from dupefinder.gui.search.page import SearchPage
from dupefinder.gui.search.results_list import FoundModel
from dupefinder.services.search import Fingerprints
from tests.gui.search.answers import ROOT, asked, row
from tests.gui.stand_ins import answered, catch, requested, thumbnails

LEFT = Qt.MouseButton.LeftButton


class Chooser:
    def __init__(self) -> None:
        self.path = ""
        self.asked: list[str] = []

    def __call__(self, parent: object, title: str, folder: str) -> str:
        self.asked.append(folder)
        return self.path


@pytest.fixture
def chooser() -> Chooser:
    return Chooser()


@pytest.fixture
def prints() -> Any:
    return thumbnails()


@pytest.fixture
def page(qtbot: QtBot, chooser: Chooser, prints: Any) -> SearchPage:
    page: SearchPage = answered(SearchPage(prints, chooser))
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    qtbot.waitExposed(page)
    return page


def show(page: SearchPage, *rows: Any, photos: int = 12_430) -> None:
    page.begin(asked().path)
    page.set_asked(asked())
    page.set_found(FoundPhotos(tuple(rows), photos))


class TestAsking:
    def test_a_file_is_chosen(self, page: SearchPage, chooser: Chooser, qtbot: QtBot) -> None:
        wanted = requested(page, "search_file")
        qtbot.mouseClick(page.drop.choose, LEFT)
        assert wanted == []
        chooser.path = ROOT + "photos/a.jpg"
        qtbot.mouseClick(page.drop.choose, LEFT)
        assert wanted == [chooser.path]
        show(page, row("b.jpg"))
        qtbot.mouseClick(page.query.choose, LEFT)
        assert chooser.asked[-1] == os.path.dirname(chooser.path)

    def test_ctrl_o_chooses(self, page: SearchPage, chooser: Chooser, qtbot: QtBot) -> None:
        page.drop.choose.setFocus()
        qtbot.keyClick(page.drop.choose, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
        assert len(chooser.asked) == 1

    def test_a_file_is_dropped(self, page: SearchPage, tmp_path: Path) -> None:
        wanted = requested(page, "search_file")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped ä.jpg"))])
        page._take(data)
        assert wanted == [str(tmp_path / "dropped ä.jpg")]

    def test_the_picture_on_the_clipboard(self, page: SearchPage, qtbot: QtBot) -> None:
        wanted = requested(page, "search_image")
        image = QImage(30, 20, QImage.Format.Format_RGB32)
        image.fill(0xFF0000)
        QGuiApplication.clipboard().setImage(image, QClipboard.Mode.Clipboard)
        qtbot.mouseClick(page.drop.paste, LEFT)
        assert [one.size().toTuple() for one in wanted] == [(30, 20)]
        QGuiApplication.clipboard().setText("no picture")
        qtbot.mouseClick(page.drop.paste, LEFT)
        assert len(wanted) == 1


class TestFound:
    def test_found_photos_are_listed_and_counted(self, page: SearchPage) -> None:
        show(page, row("a.jpg"), row(None, rank=2), row("c.jpg", Evidence.LOOK_ALIKE, rank=3))
        assert page.list.isVisible()
        assert page.list.found.rowCount() == 3
        assert "2 copies of this photo, 1 that looks alike" in page.count.text()
        assert "12,430" in page.count.text() or "12430" in page.count.text()
        assert "looked at closely" not in page.count.text()
        page.set_found(FoundPhotos((row("a.jpg"),), 12_430, unseen=7))
        assert "7 more were as near and not looked at closely" in page.count.text()
        assert page.list.current_row is page.list.found.row_at(0)

    def test_a_double_click_and_enter_compare(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, row("a.jpg"), row("b.jpg", rank=2))
        wanted = requested(page, "compare")
        spot = page.list.visualRect(page.list.found.index(1)).center()
        qtbot.mouseClick(page.list.viewport(), LEFT, pos=spot)
        qtbot.mouseDClick(page.list.viewport(), LEFT, pos=spot)
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
        qtbot.mouseClick(page.bar.compare, LEFT)
        assert [one.rank for one in wanted] == [2, 2, 2]

    def test_photos_on_absent_drives_are_not_compared(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, row(None))
        wanted = requested(page, "compare")
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
        assert wanted == []
        assert not page.bar.compare.isEnabled()
        assert not page.bar.show_in_folder.isEnabled()
        assert page.bar.more.isEnabled()

    def test_more_like_one_that_was_found(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, row("a.jpg", content_id=41))
        wanted = requested(page, "search_content")
        qtbot.mouseClick(page.bar.more, LEFT)
        assert wanted == [(41, ROOT + "a.jpg")]

    def test_the_path_is_copied(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, row("a.jpg"))
        qtbot.mouseClick(page.bar.copy, LEFT)
        assert QGuiApplication.clipboard().text() == ROOT + "a.jpg"

    def test_the_menu_offers_the_same(self, page: SearchPage) -> None:
        show(page, row(None))
        menu = page.bar.menu()
        assert [(one.text(), one.isEnabled()) for one in menu.actions()] == [
            ("Compare", False),
            ("More like this", True),
            ("Show in folder", False),
            ("Copy path", True),
        ]

    def test_a_right_click_asks_for_the_menu(self, page: SearchPage) -> None:
        page.list.menu_requested.disconnect()
        wanted = catch(page.list.menu_requested)
        at = QPoint(20, 20)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, page.list.mapToGlobal(at))
        page.list.contextMenuEvent(event)
        assert wanted == []
        show(page, row("a.jpg"))
        page.list.contextMenuEvent(event)
        assert wanted == [event.globalPos()]

    def test_thumbnails_are_painted_as_they_come(self, page: SearchPage, prints: Any) -> None:
        show(page, row("a.jpg", content_id=5))
        before = page.list.grab().toImage()
        assert 5 in prints.asked
        prints.bring(5)
        assert page.list.grab().toImage() != before

    def test_the_photo_searched_for_is_shown(self, page: SearchPage) -> None:
        show(page, row("a.jpg"))
        assert page.query.name.text() == "query.jpg"
        assert "4032" in page.query.facts.text()
        page.begin("")
        assert page.query.name.text() == "Picture from the clipboard"

    def test_it_says_that_it_waits(self, page: SearchPage) -> None:
        page.begin(asked().path)
        assert page.waiting.isVisible()
        show(page, row("a.jpg"))
        assert not page.waiting.isVisible()


class TestNothing:
    def test_nowhere_else(self, page: SearchPage, chooser: Chooser, qtbot: QtBot) -> None:
        show(page)
        assert page.nothing.title.text() == "No other copy of this photo was found"
        qtbot.mouseClick(page.nothing.button, LEFT)
        assert len(chooser.asked) == 1

    def test_before_the_first_scan(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, photos=0)
        assert page.nothing.title.text() == "Nothing was scanned yet"
        wanted = requested(page, "choose_folders")
        qtbot.mouseClick(page.nothing.button, LEFT)
        assert len(wanted) == 1

    def test_a_photo_that_cannot_be_read(self, page: SearchPage) -> None:
        page.begin(asked().path)
        page.set_found(FoundPhotos((), 0, Problem(asked().path, ProblemCode.DAMAGED)))
        assert page.nothing.title.text() == "This photo cannot be searched for"
        assert page.nothing.text.text() == "The picture is damaged and cannot be read."

    def test_a_search_that_broke_off(self, page: SearchPage) -> None:
        page.begin(asked().path)
        page.set_stopped()
        assert page.nothing.isVisible()
        show(page, row("a.jpg"))
        page.set_stopped()
        assert page.list.isVisible()


class TestFingerprints:
    def test_they_are_asked_for_while_they_are_shown(self, page: SearchPage, qtbot: QtBot) -> None:
        wanted = requested(page, "look_up_fingerprints")
        show(page, row("a.jpg"), row("b.jpg", rank=2))
        assert wanted == []
        qtbot.mouseClick(page.query.fingerprints, LEFT)
        assert page.fingerprints.isVisible()
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
        assert [one.rank for one in wanted] == [1, 2]
        qtbot.mouseClick(page.query.fingerprints, LEFT)
        assert not page.fingerprints.isVisible()

    def test_the_distance_stands_beside_each(self, page: SearchPage, qtbot: QtBot) -> None:
        show(page, row("a.jpg"))
        qtbot.mouseClick(page.query.fingerprints, LEFT)
        texts = {"phash-64": "00ff", "dhash-64": "0f0f", "crop-resistant": "1,2"}
        page.set_fingerprints(
            Fingerprints(
                texts,
                texts,
                (
                    HashDistance("phash-64", 64, 30, 2, Orientation.ROTATE_90),
                    HashDistance("dhash-64", 64, 4, 4),
                ),
                (1, 2, 9),
            )
        )
        table = page.fingerprints.table
        cells = {}
        for number in range(table.rowCount()):
            kind, apart = table.item(number, 0), table.item(number, 1)
            assert kind is not None
            assert apart is not None
            cells[kind.text()] = apart.text()
        assert cells == {
            "phash-64": "30 of 64; turned left 2",
            "dhash-64": "4 of 64",
            "crop-resistant": "1 of 2 parts",
        }

    def test_in_a_narrow_window_they_take_the_place_of_the_list(
        self, page: SearchPage, qtbot: QtBot
    ) -> None:
        show(page, row("a.jpg"))
        qtbot.mouseClick(page.query.fingerprints, LEFT)
        page.resize(page.fontMetrics().averageCharWidth() * 120, 700)
        assert page.list.isVisible()
        page.resize(page.minimumSizeHint().width(), 700)
        qtbot.waitUntil(lambda: not page.list.isVisible())
        title = page.fingerprints.table.horizontalHeaderItem(2)
        assert title is not None
        assert title.toolTip() == title.text()  # for it may be cut
        qtbot.mouseClick(page.query.fingerprints, LEFT)
        assert page.list.isVisible()


def test_the_model_keeps_to_the_rules(qtmodeltester: ModelTester) -> None:
    model = FoundModel()
    model.set_rows([row("a.jpg"), row(None, rank=2)])
    qtmodeltester.check(model)
