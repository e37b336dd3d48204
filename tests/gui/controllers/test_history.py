"""Requests of History while drives do not answer."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.actions.quarantine.restore import Quarantine
from dupefinder.core.job import ask_drives
from dupefinder.gui.controllers import history
from dupefinder.gui.tasks import TaskEnd
from tests.gui.whole import tasks_ended, whole_window


def test_a_drive_that_does_not_answer_holds_up_no_undo(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = threading.Event()

    def hang(_: object, checkpoint: Callable[[], None]) -> list[Quarantine]:
        ask_drives(lambda: bool(drive.wait(60)), lambda: None, checkpoint)
        return []

    monkeypatch.setattr(history, "quarantines", hang)
    with whole_window(tmp_path / "data", qtbot) as program:
        ends: dict[str, TaskEnd] = {}
        program.tasks.ended.connect(ends.__setitem__)
        with tasks_ended(program, qtbot, "holdings"):
            program.window.show_place("history")
        with tasks_ended(program, qtbot, "undo"):
            program.history.undo(1)
        assert not ends["undo"].cancelled
        assert not program.window.history.quarantines.rows
        drive.set()
