"""The end of the window: soon, whatever a drive does, and without loss of what was decided."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.decisions.marks import MarkStore
from dupefinder.core.job import JobContext
from dupefinder.gui import app
from dupefinder.gui.app import Application
from dupefinder.gui.main_window.unfinished import UnfinishedTasks, unfinished_text
from dupefinder.gui.tasks import TaskEnd
from dupefinder.services.removal import RemovalSession
from dupefinder.services.scan import ScanSession
from tests.cli.album import write_album
from tests.gui.whole import LIMIT_MS, scan_button, whole_window


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return write_album(tmp_path / "album")


class DeadDrive:
    """A drive that does not answer until it is connected again.

    Attributes:
        is_asked: Set once somebody waits for it.
        answers: Set it, and it answers.
    """

    def __init__(self) -> None:
        self.is_asked, self.answers = threading.Event(), threading.Event()

    def set_aside_files(self, _: RemovalSession) -> list[object]:
        self.is_asked.set()
        self.answers.wait()
        return []


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadDrive]:
    """The drive that the journal lies on."""
    drive = DeadDrive()
    monkeypatch.setattr(
        RemovalSession, "set_aside_files", lambda session: drive.set_aside_files(session)
    )
    yield drive
    drive.answers.set()


def scan(program: Application, album: Path, qtbot: QtBot) -> None:
    program.window.add_folders([str(album)])
    scan_button(program.window).click()
    qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)


def test_marks_are_kept_while_a_drive_does_not_answer(
    album: Path, tmp_path: Path, qtbot: QtBot, drive: DeadDrive
) -> None:
    data = tmp_path / "data"
    with whole_window(data, qtbot) as program:
        scan(program, album, qtbot)
        program.window.show_place("history")
        assert drive.is_asked.wait(LIMIT_MS / 1000)
        group = program.window.review.current_group()
        assert group is not None
        kept: list[str] = []
        program.tasks.ended.connect(lambda name, _: kept.append(name))
        program.window.marks.keep_only(group, group.members[0])
        qtbot.waitUntil(lambda: "keep marks" in kept, timeout=LIMIT_MS)
        with MarkStore.open(data / "decisions.sqlite") as decisions:
            assert len(decisions.marks()) == len(group.members)
        drive.answers.set()


def test_a_stopped_scan_does_not_take_back_what_else_was_asked_for(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def never_end(_: ScanSession, __: object, context: JobContext, *___: object) -> None:
        context.pause()
        begun.set()
        context.checkpoint()

    monkeypatch.setattr(ScanSession, "scan", never_end)
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        scan_button(program.window).click()
        assert begun.wait(LIMIT_MS / 1000)
        ends: dict[str, TaskEnd] = {}
        program.tasks.ended.connect(ends.__setitem__)
        program.window.settings_page.erase.confirmed.emit()
        program.window.strip.requests.stop()
        qtbot.waitUntil(lambda: {"scan", "erase"} <= ends.keys(), timeout=LIMIT_MS)
        assert ends["scan"] == TaskEnd(cancelled=True)
        assert ends["erase"] == TaskEnd()


@pytest.mark.parametrize("closes", [True, False])
def test_a_scan_knows_if_it_is_stopped_or_the_window_closes(
    album: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, closes: bool
) -> None:
    begun = threading.Event()
    told: list[bool] = []

    def scan_until_stopped(
        _: ScanSession,
        __: object,
        context: JobContext,
        ___: object,
        is_closing: Callable[[], bool],
    ) -> None:
        context.pause()
        begun.set()
        try:
            context.checkpoint()
        finally:
            told.append(is_closing())

    monkeypatch.setattr(ScanSession, "scan", scan_until_stopped)
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(album)])
        scan_button(program.window).click()
        assert begun.wait(LIMIT_MS / 1000)
        if not closes:
            program.scans.strip.stop()
            qtbot.waitUntil(lambda: bool(told), timeout=LIMIT_MS)
    assert told == [closes]


def test_removals_are_noted_even_if_the_window_closes_at_once(
    album: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with whole_window(tmp_path / "data", qtbot) as program:
        scan(program, album, qtbot)
        results = program.scans.results
        assert results is not None
        program.scans.forget([one.file.path for one in results.groups[0].members[1:]])
        program.scans.strip.stop()
    with whole_window(tmp_path / "data", qtbot) as program:
        results = program.scans.results
        assert results is None or results.groups == ()


def test_a_drive_that_does_not_answer_keeps_no_window_open_and_that_is_said(
    tmp_path: Path, qtbot: QtBot, drive: DeadDrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    # Only here: the second window may take its time.
    with monkeypatch.context() as patched, whole_window(data, qtbot) as program:
        patched.setattr(app, "_DEADLINE_S", 0.05)
        program.window.show_place("history")
        assert drive.is_asked.wait(LIMIT_MS / 1000)
        program.history.undo(1)
        waits: list[bool] = []
        program.ending.connect(lambda: waits.append(program.tasks.are_running))
        program.window.close()
        assert waits == [True]
        assert program.tasks.are_running
        drive.answers.set()
        qtbot.waitUntil(lambda: not program.tasks.are_running, timeout=LIMIT_MS)
    assert json.loads((data / "unfinished.json").read_text("utf-8")) == ["holdings", "undo"]
    with whole_window(data, qtbot) as program:
        assert "not finished: bringing photos back." in program.window.notices.text
    assert not (data / "unfinished.json").exists()


def test_unfinished_tasks_are_named_once(tmp_path: Path) -> None:
    unfinished = UnfinishedTasks(tmp_path / "journal.sqlite")
    unfinished.keep([])
    assert unfinished.take() == []
    unfinished.keep(["act", "holdings", "keep marks", "act", "keep separation", "later version"])
    names = unfinished.take()
    text = unfinished_text(names)
    assert "not finished: removing photos, saving your marks, something else." in text
    assert unfinished.take() == []
    (tmp_path / "unfinished.json").write_text('{"no": "list"}', "utf-8")
    assert unfinished.take() == []
    (tmp_path / "unfinished.json").write_bytes(b"\xff")
    assert unfinished.take() == []


def test_a_look_that_was_not_finished_is_no_news() -> None:
    assert unfinished_text(["holdings", "look up folders"]) == ""
    assert unfinished_text([]) == ""


def test_tasks_that_must_run_have_names() -> None:
    for name in ("keep marks", "keep separation", "keep role", "note what is gone", "erase"):
        assert "something else" not in unfinished_text([name])
