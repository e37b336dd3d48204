"""Ways between the parts of the window."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import dupefinder.gui
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.gui.controllers.shown_tasks import MovingTasks
from dupefinder.gui.search.found_photos import FoundPhotos
from dupefinder.gui.widgets.controls import ProgressRow
from tests.gui.whole import whole_window

_SIGNAL_OR_FILTER = re.compile(r"^ +\w+ = Signal\(|^ +def eventFilter\(", re.MULTILINE)


def test_there_are_few_signals() -> None:
    folder = Path(dupefinder.gui.__file__).parent
    texts = [path.read_text("utf-8") for path in folder.rglob("*.py")]
    assert 0 < sum(len(_SIGNAL_OR_FILTER.findall(text)) for text in texts) < 80


def test_every_request_is_answered(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        is_answered = {
            type(widget).__name__: hasattr(widget, "requests")
            for widget in program.window.findChildren(QWidget)
            if "requests" in type(widget).__annotations__
        }
    assert len(is_answered) == 11
    assert all(is_answered.values()), is_answered


def test_every_stop_button_stops_what_moves_photos(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[MovingTasks] = []
    monkeypatch.setattr(MovingTasks, "stop", lambda moving: stopped.append(moving))
    with whole_window(tmp_path / "data", qtbot) as program:
        rows = program.window.findChildren(ProgressRow)
        for row in rows:
            row.stop.click()
    assert len(stopped) == len(rows) == 4


def test_buttons_lead_to_other_places(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.show_place("review")
        window.review.nothing.button.click()
        assert window.place == "folders"
        window.show_place("search")
        window.search.begin("")
        window.search.set_found(FoundPhotos((), 0))
        window.search.nothing.button.click()
        assert window.place == "folders"
        window.folders.results.button.click()
        assert window.place == "review"
        window.show_place("plan")
        window.plan.bar.back.click()
        assert window.place == "review"


def test_another_appearance_is_applied_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        choice = program.window.settings_page.appearance
        for appearance, is_dark in ((Appearance.DARK, True), (Appearance.LIGHT, False)):
            choice.button(appearance).click()
            assert (QApplication.palette().window().color().lightness() < 128) is is_dark


def test_return_presses_the_button_that_has_the_focus(tmp_path: Path, qtbot: QtBot) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.show_place("search")
        window.search.begin("")
        window.search.set_found(FoundPhotos((), 0))
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            window.show_place("search")
            window.search.nothing.button.setFocus()
            qtbot.keyClick(window.search.nothing.button, key)
            assert window.place == "folders"
