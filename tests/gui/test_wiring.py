"""How the parts of the window reach each other."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dupefinder.gui.controllers.removal import RemovalController
from dupefinder.gui.progress_row import ProgressRow
from tests.gui.whole import whole_window


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
