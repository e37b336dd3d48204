"""How the parts of the window reach each other."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import dupefinder.gui
from dupefinder.gui.controllers.removal import RemovalController
from dupefinder.gui.progress_row import ProgressRow
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
    assert len(is_answered) == 7
    assert all(is_answered.values()), is_answered


def test_every_stop_button_stops_what_moves_photos(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[RemovalController] = []
    monkeypatch.setattr(RemovalController, "stop", lambda removals: stopped.append(removals))
    with whole_window(tmp_path / "data", qtbot) as program:
        rows = program.window.findChildren(ProgressRow)
        for row in rows:
            row.stop.click()
    assert len(stopped) == len(rows) == 4
