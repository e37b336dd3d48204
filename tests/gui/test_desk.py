import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.actions.overview import Overview
from dupefinder.actions.records import (
    ActionKind,
    ActionRecord,
    Freed,
    JournalStep,
    Outcome,
    Plan,
    SkipCode,
    Skipped,
    StepState,
)
from dupefinder.actions.set_aside.holdings import Holding
from dupefinder.core.catalog import Catalog
from dupefinder.core.decisions import Mark, MarkRow
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options, Report, find_duplicates
from dupefinder.core.records import Group, GroupMember
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.gui.desk import Desk
from dupefinder.gui.worker import JobEnd
from tests.cli.album import write_album


class Heard:
    """What a desk said."""

    def __init__(self, desk: Desk) -> None:
        self.plans: list[Plan] = []
        self.acted: list[Outcome] = []
        self.undone: list[Outcome] = []
        self.history: list[list[ActionRecord]] = []
        self.steps: list[tuple[int, list[JournalStep]]] = []
        self.loaded: list[tuple[list[MarkRow], set[str]]] = []
        self.overviews: list[tuple[Plan, Overview]] = []
        self.holdings: list[list[Holding]] = []
        self.emptied: list[tuple[Outcome, tuple[Skipped, ...]]] = []
        self.moved: list[list[str]] = []
        self.ends: list[JobEnd] = []
        desk.planned.connect(self.plans.append)
        desk.acted.connect(self.acted.append)
        desk.undone.connect(self.undone.append)
        desk.history_ready.connect(self.history.append)
        desk.steps_ready.connect(lambda number, steps: self.steps.append((number, steps)))
        desk.loaded.connect(lambda rows, dismissed: self.loaded.append((rows, dismissed)))
        desk.summed_up.connect(lambda plan, sum_: self.overviews.append((plan, sum_)))
        desk.holdings_ready.connect(self.holdings.append)
        desk.emptied.connect(lambda outcome, refused: self.emptied.append((outcome, refused)))
        desk.moved.connect(self.moved.append)
        desk.ended.connect(self.ends.append)


Start = Callable[[], tuple[Desk, Heard]]


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    desks: list[Desk] = []

    def begin() -> tuple[Desk, Heard]:
        desk = Desk(tmp_path / "data" / "decisions.sqlite", tmp_path / "data" / "journal.sqlite")
        desks.append(desk)
        heard = Heard(desk)
        desk.start()
        desk.open_files()
        return desk, heard

    yield begin
    for desk in desks:
        desk.close()
        assert desk.wait(10_000)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    album = write_album(tmp_path / "album")
    with Catalog.open(None) as catalog:
        options = Options(ScanOptions((FolderChoice(str(album)),)))
        return find_duplicates(options, catalog, JobContext())


def proposed(report: Report) -> list[tuple[Group, list[GroupMember]]]:
    return [(group, [one for one in group.members if not one.keep]) for group in report.groups]


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_story(start: Start, report: Report, tmp_path: Path, qtbot: QtBot) -> None:
    album = tmp_path / "album"
    before = state_of(album)
    desk, heard = start()
    removals = proposed(report)
    gone = {member.file.path for _, members in removals for member in members}
    assert gone

    desk.plan(removals, (), report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans))
    plan = heard.plans[0]
    assert plan.refused == ()
    assert {step.victim.path for step in plan.steps} == gone
    assert not {step.survivor.path for step in plan.steps} & gone
    assert state_of(album) == before  # a plan changes nothing

    desk.act(plan)
    qtbot.waitUntil(lambda: bool(heard.acted), timeout=20_000)
    assert set(heard.acted[0].done) == gone
    assert state_of(album).keys() == before.keys() - gone

    desk.load_history()
    desk.load_steps(heard.acted[0].action_id)
    qtbot.waitUntil(lambda: bool(heard.steps))
    assert heard.history[-1][0].done == len(gone)
    assert {step.state for step in heard.steps[0][1]} == {StepState.DONE}

    desk.undo(heard.acted[0].action_id)
    qtbot.waitUntil(lambda: bool(heard.undone), timeout=20_000)
    assert state_of(album) == before


def test_what_is_set_aside_is_listed_brought_back_and_emptied(
    start: Start, report: Report, tmp_path: Path, qtbot: QtBot
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = state_of(tmp_path / "album")
    desk, heard = start()
    desk.plan(proposed(report), (), report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans))
    plan = replace(heard.plans[0], kind=ActionKind.SET_ASIDE)
    desk.sum_up(plan)
    qtbot.waitUntil(lambda: bool(heard.overviews))
    assert heard.overviews[0][0] is plan
    assert heard.overviews[0][1].freed is Freed.HOLDING_EMPTIED
    desk.act(plan)
    qtbot.waitUntil(lambda: bool(heard.acted), timeout=20_000)
    gone = heard.acted[0].done
    assert len(gone) > 1

    desk.load_holdings()
    qtbot.waitUntil(lambda: bool(heard.holdings))
    (holding,) = [one for one in heard.holdings[0] if one.path.startswith(str(home))]
    assert (holding.files, holding.size_bytes) == (len(gone), heard.acted[0].done_bytes)

    desk.undo(heard.acted[0].action_id, gone[0])
    qtbot.waitUntil(lambda: bool(heard.undone), timeout=20_000)
    assert heard.undone[0].done == (gone[0],)

    desk.empty(holding.path)
    qtbot.waitUntil(lambda: bool(heard.emptied), timeout=20_000)
    outcome, refused = heard.emptied[0]
    assert (len(outcome.done), outcome.kind, refused) == (len(gone) - 1, ActionKind.DELETE, ())
    assert state_of(tmp_path / "album").keys() == before.keys() - set(gone[1:])
    desk.load_holdings()
    qtbot.waitUntil(lambda: len(heard.holdings) == 2)
    assert [one.files for one in heard.holdings[1] if one.path == holding.path] in ([], [0])


def test_as_many_copies_stay_as_are_wanted(start: Start, report: Report, qtbot: QtBot) -> None:
    desk, heard = start()
    removals = proposed(report)
    desk.plan(removals, (), report.matches, [], copies=9)
    qtbot.waitUntil(lambda: bool(heard.plans))
    assert heard.plans[0].steps == ()
    assert {one.code for one in heard.plans[0].refused} == {SkipCode.TOO_FEW_COPIES}


def test_what_a_folder_is_holds_for_the_next_plan(
    start: Start, report: Report, qtbot: QtBot
) -> None:
    desk, heard = start()
    removals = proposed(report)
    gone = next(
        one.file.path
        for _, members in removals
        for one in members
        if os.path.dirname(one.file.path) != os.path.dirname(one.against or "")
    )
    desk.say_role(os.path.dirname(gone), "backup")
    desk.plan(removals, (), report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans))
    codes = {one.path: one.code for one in heard.plans[0].refused}
    assert codes[gone] is SkipCode.BACKUP
    assert all(end.fault is None for end in heard.ends)


def test_a_holding_folder_that_is_gone_is_no_fault(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    desk, heard = start()
    desk.empty(str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: any(end.kind == "empty" for end in heard.ends))
    assert all(end.fault is None for end in heard.ends)
    assert heard.emptied == []


def test_a_protected_folder_is_respected(
    start: Start, report: Report, tmp_path: Path, qtbot: QtBot
) -> None:
    desk, heard = start()
    removals = proposed(report)
    gone = [member.file.path for _, members in removals for member in members]
    desk.plan(removals, (), report.matches, [os.path.dirname(gone[0])])
    qtbot.waitUntil(lambda: bool(heard.plans))
    refused = {one.path: one.code for one in heard.plans[0].refused}
    assert refused[gone[0]] is SkipCode.PROTECTED
    assert gone[0] not in {step.victim.path for step in heard.plans[0].steps}


def test_a_group_without_a_survivor_is_refused(start: Start, report: Report, qtbot: QtBot) -> None:
    desk, heard = start()
    (group,) = report.groups
    desk.plan([(group, group.members)], (), report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans))
    assert heard.plans[0].steps == ()
    assert {one.code for one in heard.plans[0].refused} == {SkipCode.NO_SURVIVOR}


def test_decisions_are_written_down_at_once(start: Start, tmp_path: Path, qtbot: QtBot) -> None:
    desk, _ = start()
    row = MarkRow(bytes(32), "uuid:1", "a.jpg", Mark.REMOVE)
    desk.keep_marks({row[:3]: row.mark})
    desk.keep_dismissed(["aa", "bb"], True)
    desk.keep_dismissed(["aa"], False)
    desk.close()
    assert desk.wait(5000)
    _, again = start()
    qtbot.waitUntil(lambda: bool(again.loaded))
    assert again.loaded == [([row], {"bb"})]


def test_an_old_mark_needs_another_look(start: Start, report: Report, qtbot: QtBot) -> None:
    """What is not proposed goes only beside a copy that the person kept."""
    desk, heard = start()
    (group,) = report.groups
    keeper, *others = group.members
    desk.plan([(group, [keeper])], (), report.matches, [])
    desk.plan([(group, [keeper])], {others[0].file.path}, report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans) and bool(heard.plans[-1].steps))
    assert heard.plans[-1].steps[0].survivor.path == others[0].file.path
    desk.plan([(group, [keeper])], (), report.matches, [])
    qtbot.waitUntil(lambda: not heard.plans[-1].steps)
    assert {one.code for one in heard.plans[-1].refused} == {SkipCode.LOOK_AGAIN}


def test_what_an_earlier_run_moved_is_told_at_the_start(
    start: Start, report: Report, qtbot: QtBot
) -> None:
    desk, heard = start()
    desk.plan(proposed(report), (), report.matches, [])
    qtbot.waitUntil(lambda: bool(heard.plans))
    desk.act(heard.plans[0])
    qtbot.waitUntil(lambda: bool(heard.acted), timeout=20_000)
    desk.close()
    assert desk.wait(5000)
    desk, later = start()
    desk.tell_moved(0)
    qtbot.waitUntil(lambda: bool(later.moved))
    assert set(later.moved[0]) == set(heard.acted[0].done)
