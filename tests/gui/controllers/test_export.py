"""Exports of Review, the plan and History, by the button of each."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.job import JobContext
from dupefinder.export.document import Document
from dupefinder.gui.app import Application
from dupefinder.gui.controllers import export as controller
from tests.cli.album import write_album
from tests.gui.whole import LIMIT_MS, scan_button, tasks_ended, whole_window


@pytest.fixture
def program(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    with whole_window(tmp_path / "data", qtbot) as program:
        program.window.add_folders([str(write_album(tmp_path / "album"))])
        scan_button(program.window).click()
        qtbot.waitUntil(lambda: not program.scans.busy, timeout=LIMIT_MS)
        program.window.show_place("review")
        yield program


def choose(program: Application, path: Path) -> None:
    program.exports._choose_target = lambda *_: str(path)


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_groups_on_show_are_exported_with_their_marks(
    program: Application, tmp_path: Path, qtbot: QtBot
) -> None:
    window = program.window
    window.marks.accept_groups(np.array([0]))
    choose(program, tmp_path / "groups.csv")
    with tasks_ended(program, qtbot, "export"):
        window.review.bar.export.click()
    rows = rows_of(tmp_path / "groups.csv")
    results = window.review.results
    assert results is not None
    shown = [results.groups[index] for index in window.review.list.groups.shown_indices()]
    assert [row["path"] for row in rows] == [
        member.file.path for group in shown for member in group.members
    ]
    removed = {member.file.path for _, members in window.marks.removals() for member in members}
    assert removed
    assert {row["path"] for row in rows if row["decision"] == "remove"} == removed
    assert "groups.csv" in window.notices.text
    assert window.export_strip.isHidden()


def test_only_what_passes_the_filter_is_exported(
    program: Application, tmp_path: Path, qtbot: QtBot
) -> None:
    review = program.window.review
    review.filter.field.setText("no such name")
    choose(program, tmp_path / "groups.csv")
    with tasks_ended(program, qtbot, "export"):
        program.exports.export_groups()
    assert rows_of(tmp_path / "groups.csv") == []


def test_plan_and_receipt_are_exported(program: Application, tmp_path: Path, qtbot: QtBot) -> None:
    window = program.window
    window.marks.accept_groups(np.array([0]))
    window.review.bar.plan.click()
    qtbot.waitUntil(lambda: window.plan.steps.rowCount() > 0, timeout=LIMIT_MS)
    choose(program, tmp_path / "plan.json")
    with tasks_ended(program, qtbot, "export"):
        window.plan.bar.export.click()
    plan = json.loads((tmp_path / "plan.json").read_bytes())
    going = [step["victim"]["path"] for step in plan["steps"]]
    assert len(going) == window.plan.steps.rowCount()
    window.plan.bar.act.click()
    qtbot.waitUntil(lambda: window.place == "review", timeout=LIMIT_MS)
    window.show_place("history")
    qtbot.waitUntil(lambda: window.history.steps.rowCount() > 0, timeout=LIMIT_MS)
    choose(program, tmp_path / "receipt.html")
    with tasks_ended(program, qtbot, "export"):
        window.history.export.click()
    page = (tmp_path / "receipt.html").read_text()
    assert page.count("<img") >= len(going)


def test_over_anything_else_nothing_is_written(
    program: Application, tmp_path: Path, qtbot: QtBot
) -> None:
    mine = tmp_path / "mine.html"
    mine.write_text("my page")
    choose(program, mine)
    with tasks_ended(program, qtbot, "export"):
        program.exports.export_groups()
    assert mine.read_text() == "my page"
    assert "Nothing was exported" in program.window.notices.text


def test_stop_writes_nothing(
    program: Application, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()

    def wait_for_stop(_: Document, path: str, pictures: object, context: JobContext) -> None:
        context.pause()
        began.set()
        context.checkpoint()
        raise AssertionError

    monkeypatch.setattr(controller, "export", wait_for_stop)
    choose(program, tmp_path / "groups.html")
    with tasks_ended(program, qtbot, "export"):
        program.exports.export_groups()
        assert began.wait(LIMIT_MS / 1000)
        program.window.export_strip.stop.click()
    assert not (tmp_path / "groups.html").exists()
    assert "Exported" not in program.window.notices.text


def test_while_one_file_is_written_no_other_is_asked_for(
    program: Application, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    def wait(*_: object) -> None:
        assert may_end.wait(LIMIT_MS / 1000)

    monkeypatch.setattr(controller, "export", wait)
    choose(program, tmp_path / "groups.html")
    asked: list[str] = []

    def choose_none(*_: object) -> str:
        asked.append("target")
        return ""

    export = program.window.review.bar.export
    with tasks_ended(program, qtbot, "export"):
        export.click()
        program.exports._choose_target = choose_none
        export.click()
        assert program.window.notices.text.startswith("Another file is being written.")
        may_end.set()
    assert asked == []
    assert "Exported" in program.window.notices.text


def test_without_a_name_nothing_happens(program: Application, qtbot: QtBot) -> None:
    program.exports._choose_target = lambda *_: ""
    program.exports.export_groups()
    assert program.exports._task is None
