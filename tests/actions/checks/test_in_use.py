import errno
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.backends import moved_away
from dupefinder.actions.checks.in_use import InUse
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.quarantine import backend
from dupefinder.actions.records import ActionKind, SkipCode, Skipped, Step
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.removals import add, files_below, plan, twins
from tests.opened_files import locked, opened

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows locks what is open")
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")


@pytest.fixture
def one(tmp_path: Path) -> Step:
    return twins(tmp_path / "photos")


def test_unused_files_are_not_in_use(one: Step) -> None:
    assert InUse().check(one) is None


@on_linux
@pytest.mark.parametrize("mode", ["r", "r+"])
@pytest.mark.parametrize("local", [True, False])
def test_a_victim_that_is_open(
    one: Step, monkeypatch: pytest.MonkeyPatch, mode: str, local: bool
) -> None:
    file_system = "ext4" if local else "nfs4"
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: Volume("v", "/", None, file_system))
    in_use = InUse()
    with opened(one.victim.path, mode):
        assert in_use.check(one) == Skipped(
            one.victim.path, SkipCode.OPEN_ELSEWHERE, one.victim.path
        )
    assert InUse().check(one) is None


@on_linux
def test_a_companion_that_is_open(one: Step) -> None:
    sidecar = str(add(Path(one.victim.path).with_suffix(".xmp"), b"a sidecar"))
    with opened(sidecar, "r"):
        skipped = InUse().check(replace(one, companions=(sidecar,)))
    assert skipped == Skipped(one.victim.path, SkipCode.OPEN_ELSEWHERE, sidecar)


@on_linux
@pytest.mark.parametrize(("mode", "waits"), [("r", False), ("r+", True)])
def test_a_survivor_may_be_looked_at_but_not_written(one: Step, mode: str, waits: bool) -> None:
    with opened(one.survivor.path, mode):
        skipped = InUse().check(one)
    assert (skipped is not None and skipped.detail == one.survivor.path) is waits


@on_linux
def test_asking_ends_nobody(one: Step) -> None:
    """The system tells who has a lease by a signal that ends a program by default."""
    for _ in range(50):
        InUse().check(one)
        Path(one.victim.path).read_bytes()


@pytest.mark.parametrize("who", ["victim", "survivor"])
@pytest.mark.parametrize(("age_s", "waits"), [(0, True), (60, False), (-3600, False)])
def test_files_changed_a_moment_ago_wait(one: Step, who: str, age_s: int, waits: bool) -> None:
    path = one.victim.path if who == "victim" else one.survivor.path
    moment_ns = time.time_ns() - age_s * 10**9
    os.utime(path, ns=(moment_ns, moment_ns))
    skipped = InUse().check(one)
    expected = Skipped(one.victim.path, SkipCode.JUST_CHANGED, path)
    assert skipped == (expected if waits else None)


@on_linux
def test_it_is_left_and_the_rest_goes(tmp_path: Path, journal: Journal) -> None:
    steps = [twins(tmp_path / "photos" / str(number)) for number in range(3)]
    with opened(steps[1].victim.path, "r"):
        outcome = execute(plan(*steps), journal, JobContext())
    assert outcome.done == (steps[0].victim.path, steps[2].victim.path)
    assert [skipped.code for skipped in outcome.skipped] == [SkipCode.OPEN_ELSEWHERE]
    assert len(files_below(tmp_path / "photos")) == 4


def _refusing(error: OSError) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise error

    return refuse


def _sharing_violation() -> OSError:
    """The fault that Windows gives for a file which another program has open."""
    error = PermissionError(errno.EACCES, "The file is being used by another process")
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore]
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (_sharing_violation(), SkipCode.OPEN_ELSEWHERE),
        (PermissionError(errno.EACCES, "Permission denied"), SkipCode.REFUSED_BY_SYSTEM),
    ],
)
def test_sharing_violations_are_reported_as_files_in_use(
    one: Step,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    code: SkipCode,
) -> None:
    monkeypatch.setattr(moved_away, "rename_without_replacing", _refusing(error))
    outcome = execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [code]
    assert outcome.skipped[0].detail == error.strerror


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (_sharing_violation(), SkipCode.OPEN_ELSEWHERE),
        (PermissionError(errno.EACCES, "Permission denied"), SkipCode.RESTORE_FAILED),
    ],
)
def test_likewise_when_it_is_to_come_back(
    one: Step,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    code: SkipCode,
) -> None:
    outcome = execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    with monkeypatch.context() as patched:
        patched.setattr(backend, "rename_without_replacing", _refusing(error))
        undone = undo(outcome.action_id, journal, JobContext())
    assert [skipped.code for skipped in undone.skipped] == [code]
    assert undo(outcome.action_id, journal, JobContext()).done == (one.victim.path,)


@on_windows
@pytest.mark.parametrize("who", ["victim", "survivor"])
def test_a_photo_that_is_locked_is_called_open(one: Step, journal: Journal, who: str) -> None:
    path = one.victim.path if who == "victim" else one.survivor.path
    with locked(path):
        outcome = execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    assert outcome.skipped == (Skipped(one.victim.path, SkipCode.OPEN_ELSEWHERE, path),)


@on_windows
def test_a_photo_that_is_open_is_not_moved(one: Step, journal: Journal) -> None:
    with opened(one.victim.path, "r"):
        outcome = execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [SkipCode.OPEN_ELSEWHERE]


@on_windows
def test_a_locked_file_in_quarantine_is_not_called_changed(one: Step, journal: Journal) -> None:
    outcome = execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    (row,) = journal.steps(outcome.action_id)
    assert row.place is not None
    with locked(row.place):
        undone = undo(outcome.action_id, journal, JobContext())
    assert [skipped.code for skipped in undone.skipped] == [SkipCode.OPEN_ELSEWHERE]
    assert undo(outcome.action_id, journal, JobContext()).done == (one.victim.path,)
