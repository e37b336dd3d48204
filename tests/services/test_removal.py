import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions import default_way
from dupefinder.actions.quarantine.restore import quarantines
from dupefinder.actions.records import ActionKind, Freed, Plan, SkipCode, StepState
from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options, Report, find_duplicates
from dupefinder.core.records import Group, GroupMember
from dupefinder.core.scan.options import FolderChoice, ScanOptions
from dupefinder.services.marks import KeptMarks
from dupefinder.services.removal import (
    MarkedPhotos,
    Removals,
    RemovalSession,
    plan_emptying,
    running_as_root,
)
from tests.cli.album import write_album


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemovalSession]:
    for name in ("HOME", "USERPROFILE"):  # Windows knows the second
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    session = RemovalSession(tmp_path / "data" / "journal.sqlite", tmp_path / "decisions.sqlite")
    yield session
    session.close()


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


def plan(
    session: RemovalSession,
    report: Report,
    removals: Removals | None = None,
    kept: Collection[str] = (),
    protected: Sequence[str] = (),
    copies: int = 1,
) -> Plan:
    chosen = proposed(report) if removals is None else removals
    marked = MarkedPhotos(chosen, kept, report.matches, protected, copies)
    return replace(session.plan(marked, JobContext()), kind=default_way())


def test_the_story(session: RemovalSession, report: Report, tmp_path: Path) -> None:
    album = tmp_path / "album"
    before = state_of(album)
    gone = {member.file.path for _, members in proposed(report) for member in members}
    assert gone

    made = plan(session, report)
    assert made.refused == ()
    assert {step.victim.path for step in made.steps} == gone
    assert not {step.survivor.path for step in made.steps} & gone
    assert state_of(album) == before  # a plan changes nothing

    outcome = session.carry_out(made, JobContext())
    assert set(outcome.done) == gone
    assert state_of(album).keys() == before.keys() - gone

    assert session.actions()[0].done == len(gone)
    assert {step.state for step in session.steps(outcome.action_id)} == {StepState.DONE}

    session.undo(outcome.action_id, JobContext())
    assert state_of(album) == before


def test_set_aside_files_are_listed_brought_back_and_emptied(
    session: RemovalSession, report: Report, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = state_of(tmp_path / "album")
    made = replace(plan(session, report), kind=ActionKind.SET_ASIDE)
    assert session.sum_up(made).freed is Freed.QUARANTINE_EMPTIED
    acted = session.carry_out(made, JobContext())
    gone = acted.done
    assert len(gone) > 1

    (quarantine,) = [
        one for one in quarantines(session.set_aside_files()) if one.path.startswith(str(home))
    ]
    assert (quarantine.files, quarantine.size_bytes) == (len(gone), acted.done_bytes)

    assert session.undo(acted.action_id, JobContext(), gone[0]).done == (gone[0],)

    emptying = plan_emptying(quarantine.path)
    assert emptying.refused == ()
    outcome = session.empty(emptying, quarantine.path, JobContext())
    assert (len(outcome.done), outcome.kind) == (len(gone) - 1, ActionKind.DELETE)
    assert state_of(tmp_path / "album").keys() == before.keys() - set(gone[1:])
    left = [one for one in quarantines(session.set_aside_files()) if one.path == quarantine.path]
    assert [one.files for one in left] in ([], [0])


def test_as_many_copies_stay_as_are_wanted(session: RemovalSession, report: Report) -> None:
    made = plan(session, report, copies=9)
    assert made.steps == ()
    assert {one.code for one in made.refused} == {SkipCode.TOO_FEW_COPIES}


def test_the_role_of_a_folder_holds_for_the_next_plan(
    session: RemovalSession, report: Report, tmp_path: Path
) -> None:
    gone = next(
        one.file.path
        for _, members in proposed(report)
        for one in members
        if os.path.dirname(one.file.path) != os.path.dirname(one.against or "")
    )
    marks = KeptMarks(None, tmp_path / "data" / "journal.sqlite")
    marks.keep_role(os.path.dirname(gone), "backup")
    codes = {one.path: one.code for one in plan(session, report).refused}
    assert codes[gone] is SkipCode.BACKUP


def test_the_last_action_of_which_anything_can_come_back_is_undone(
    session: RemovalSession, report: Report
) -> None:
    assert session.action_to_undo(None, None) is None
    first = session.carry_out(plan(session, report), JobContext())
    session.undo(first.action_id, JobContext())
    assert session.action_to_undo(None, None) is None
    second = session.carry_out(plan(session, report), JobContext())
    for named in (None, second.action_id):
        found = session.action_to_undo(named, None)
        assert found is not None
        assert found.action_id == second.action_id
    assert session.action_to_undo(None, "/somewhere/else") is None
    assert session.action_to_undo(first.action_id, None) is None
    paths = [step.path for step in session.steps_to_undo(second.action_id)]
    assert sorted(paths) == sorted(second.done)


def test_a_protected_folder_is_respected(session: RemovalSession, report: Report) -> None:
    gone = [member.file.path for _, members in proposed(report) for member in members]
    made = plan(session, report, protected=[os.path.dirname(gone[0])])
    refused = {one.path: one.code for one in made.refused}
    assert refused[gone[0]] is SkipCode.PROTECTED
    assert gone[0] not in {step.victim.path for step in made.steps}


def test_a_group_without_a_survivor_is_refused(session: RemovalSession, report: Report) -> None:
    (group,) = report.groups
    made = plan(session, report, [(group, group.members)])
    assert made.steps == ()
    assert {one.code for one in made.refused} == {SkipCode.NO_SURVIVOR}


def test_an_old_mark_needs_another_look(session: RemovalSession, report: Report) -> None:
    """A photo that is not proposed goes only beside a copy that the person kept."""
    (group,) = report.groups
    keeper, *others = group.members
    chosen = plan(session, report, [(group, [keeper])], {others[0].file.path})
    assert chosen.steps[0].survivor.path == others[0].file.path
    old = plan(session, report, [(group, [keeper])])
    assert old.steps == ()
    assert {one.code for one in old.refused} == {SkipCode.LOOK_AGAIN}


def test_files_moved_by_an_earlier_run_are_listed_at_the_start(
    session: RemovalSession, report: Report, tmp_path: Path
) -> None:
    acted = session.carry_out(plan(session, report), JobContext())
    session.close()
    later = RemovalSession(tmp_path / "data" / "journal.sqlite", tmp_path / "decisions.sqlite")
    assert not later.settle_earlier().settled
    assert set(later.moved_since(0)) == set(acted.done)
    assert later.moved_since(2**62) == []
    later.close()


@pytest.mark.parametrize(("number", "is_root"), [(0, True), (1000, False)])
def test_the_superuser_is_known(
    monkeypatch: pytest.MonkeyPatch, number: int, is_root: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number, raising=False)
    assert running_as_root() is is_root


def test_systems_without_root_never_run_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "geteuid", raising=False)
    assert not running_as_root()
