"""Requests made while photos are moved, or a plan is made."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dupefinder.actions.records import Outcome, Plan
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.job import JobContext
from dupefinder.gui.tasks import TaskEnd
from dupefinder.services.marks import KeptMarks
from dupefinder.services.removal import RemovalSession
from dupefinder.services.scan import ScanSession
from tests.cli.album import write_album
from tests.gui.plan.plans import step
from tests.gui.whole import LIMIT_MS, scan_button, tasks_ended, whole_window


def test_stop_ends_all_that_moves_photos(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a removal after which something else was asked for."""
    began = threading.Event()

    def wait_for_stop(
        _: RemovalSession, plan: Plan, context: JobContext, *, is_of_marks: bool
    ) -> Outcome:
        context.pause()
        began.set()
        context.checkpoint()
        raise AssertionError

    monkeypatch.setattr(RemovalSession, "carry_out", wait_for_stop)
    with whole_window(tmp_path / "data", qtbot) as program:
        ends: dict[str, TaskEnd] = {}
        program.tasks.ended.connect(ends.__setitem__)
        program.window.plan.requests.carry_out(Plan(()))
        assert began.wait(LIMIT_MS / 1000)
        program.history.undo(1)
        program.moving.stop()
        qtbot.waitUntil(lambda: {"act", "undo"} <= ends.keys(), timeout=LIMIT_MS)
        assert ends["act"].cancelled
        assert ends["undo"].cancelled


def test_once_a_drive_has_a_role_the_plan_without_it_is_not_on_show(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = threading.Event()

    def keep_late(*_: object) -> None:
        assert disk.wait(LIMIT_MS / 1000)

    monkeypatch.setattr(KeptMarks, "keep_role", keep_late)
    with whole_window(tmp_path / "data", qtbot) as program:
        page = program.window.plan
        program.window.show_place("plan")
        page.set_plan(Plan((step("a.jpg"),)))
        assert page.bar.act.isEnabled()
        with tasks_ended(program, qtbot, "keep role"):
            page.questions.said.emit("/stick", "backup")
            assert not page.bar.act.isEnabled()
            disk.set()


@pytest.mark.parametrize("is_stopped", [True, False])
def test_a_failed_plan_leads_back_to_the_groups(
    is_stopped: bool, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matches of stored results are loaded first, which can be stopped, or fail."""
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(write_album(tmp_path / "album"))])
        with tasks_ended(program, qtbot, "scan"):
            scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        with tasks_ended(program, qtbot, "keep results"):
            program.scans.keep()
    begun = threading.Event()

    def load(_: ScanSession, context: JobContext) -> None:
        begun.set()
        while is_stopped:
            context.checkpoint()
        raise CatalogNotWritable(tmp_path, "the disk is full")

    monkeypatch.setattr(ScanSession, "load_matches", load)
    with whole_window(tmp_path / "data", qtbot) as program:
        window = program.window
        window.show_place("review")
        qtbot.keyClick(window.review.list, Qt.Key.Key_Return)
        qtbot.mouseClick(window.review.bar.plan, Qt.MouseButton.LeftButton)
        assert window.place == "plan"
        if is_stopped:
            # The strip hears of a task a moment after the task begins.
            stop = window.strip.stop
            qtbot.waitUntil(lambda: begun.is_set() and stop.isVisible(), timeout=LIMIT_MS)
            qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.place == "review", timeout=LIMIT_MS)
        assert window.review.bar.plan.isEnabled()
