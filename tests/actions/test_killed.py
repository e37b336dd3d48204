"""Killed at any moment, an action leaves every file in its place or in the trash."""

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.removals import State, add, files_below, in_trash, infos

CHECKOUT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("DUPEFINDER_KILLS", "2"))
"""Number of times each way of killing is tried; 50 and more before a release.

Chance chooses the moments anew in each run, so that those of all runs add up.
"""
POINTS = int(os.environ.get("DUPEFINDER_POINTS", "2"))
"""At how many of some fifty points each kind of action is killed; 0, for all, before a release."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its trash is not ours")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    for number in range(3):
        for place in ("gone", "kept"):
            path = folder / "photos" / place / f"{number}.jpg"
            add(path, b"photo %d" % number, 1_000_000_007 + number)
    for place in ("gone", "kept"):
        add(folder / "photos" / place / "1.xmp", b"a sidecar", 1_000_000_009)
    return folder


class Killable:
    """Acts in processes of its own, which may be killed; see `acting_child`."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.actions.acting_child", str(folder)]
        pipe = subprocess.PIPE
        self.parent = subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, text=True)

    def begin(self, task: str, line: int = -1) -> int:
        """Let it act.

        Returns:
            The number of the process, which is about to begin.
        """
        assert self.parent.stdin is not None
        self.parent.stdin.write(f"{task} {line}\n")
        self.parent.stdin.flush()
        word, number = self._answer()
        assert word == "ready"
        return int(number)

    def end(self) -> int | None:
        """Wait for its end.

        Returns:
            How many lines it executed; None when it was killed before.
        """
        answer = self._answer()
        count = int(answer.pop()) if len(answer) == 1 else None
        word, code = answer or self._answer()
        assert word == "ended"
        assert count is not None or int(code) == -signal.SIGKILL
        return count

    def run(self, task: str, line: int = 0) -> int | None:
        """Let it run to its end, or to the line; see `end`."""
        self.begin(task, line)
        return self.end()

    def run_for(self, task: str, longest_s: float) -> None:
        """Kill it after a time by chance, unless it comes to its end before."""
        number = self.begin(task)
        assert self.parent.stdout is not None
        done, _, _ = select.select([self.parent.stdout], [], [], random.uniform(0, longest_s))
        if not done:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(number, signal.SIGKILL)
        self.end()

    def _answer(self) -> list[str]:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline().split()


@pytest.fixture
def killable(folder: Path) -> Iterator[Killable]:
    killable = Killable(folder)
    with killable.parent:
        yield killable


def check_settled(folder: Path, trash_path: Path, all_files: dict[str, State]) -> None:
    """Every file is in its place or in the trash, whole, and the journal says which."""
    with Journal.open(folder / "journal.sqlite") as journal:
        assert journal.set_aside is None
        settled = reconcile(journal)
        assert reconcile(journal) == []
        rows = [row for action in journal.actions() for row in journal.steps(action.action_id)]
    photos = folder / "photos"
    in_place = files_below(photos)
    said_in_trash = {}
    for row in rows:
        if row.state is StepState.DONE:
            assert row.place is not None
            name = str(Path(row.path).relative_to(photos))
            path = Path(row.place)
            said_in_trash[name] = State(path.read_bytes(), path.stat().st_mtime_ns)
        else:
            assert row.state in (StepState.SKIPPED, StepState.UNDONE)
    assert not set(said_in_trash) & set(in_place)
    assert in_place | said_in_trash == all_files
    assert len(in_trash(trash_path)) == len(said_in_trash)
    assert infos(trash_path) == set(in_trash(trash_path))
    assert all(row.step_id in {one.step_id for one in rows} for row in settled)


def bring_all_back(folder: Path) -> None:
    with Journal.open(folder / "journal.sqlite") as journal:
        for action in journal.actions():
            assert undo(action.action_id, journal, JobContext()).skipped == ()


@pytest.mark.parametrize("task", ["apply", "undo"])
def test_killed_at_a_line(killable: Killable, folder: Path, trash_path: Path, task: str) -> None:
    before = files_below(folder / "photos")
    lines = killable.run("apply")
    assert len(in_trash(trash_path)) == 4
    if task == "undo":
        lines = killable.run("undo")
        killable.run("apply")
    else:
        bring_all_back(folder)
    assert lines is not None
    assert lines > 100
    # One in every part of its course, so that few are spread over the whole of it.
    for part in range(KILLS):
        line = random.randint(part * lines // KILLS + 1, (part + 1) * lines // KILLS)
        killable.run(task, line)
        check_settled(folder, trash_path, before)
        if task == "apply":
            bring_all_back(folder)
            assert files_below(folder / "photos") == before
        else:
            bring_all_back(folder)
            killable.run("apply")
    bring_all_back(folder)
    assert files_below(folder / "photos") == before
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


def test_killed_after_a_time(killable: Killable, folder: Path, trash_path: Path) -> None:
    before = files_below(folder / "photos")
    killable.begin("apply")
    began_s = time.monotonic()
    killable.end()
    spent_s = time.monotonic() - began_s
    bring_all_back(folder)
    for _ in range(KILLS):
        killable.run_for("apply", spent_s)
        check_settled(folder, trash_path, before)
        killable.run_for("undo", spent_s)
        check_settled(folder, trash_path, before)
        bring_all_back(folder)
        assert files_below(folder / "photos") == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each death needs a process of its own")
@pytest.mark.parametrize("fault", ["", "EIO"])
@pytest.mark.parametrize("account", [0, 65534])
def test_killed_or_refused_around_a_system_call(account: int, fault: str) -> None:
    """See `tests.actions.killing`: every kind of action, on every kind of file system."""
    if account and os.geteuid() != 0:
        pytest.skip("only root may become another account")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        command = [sys.executable, "-m", "tests.actions.killing", folder, str(POINTS)]
        command += [str(account), *filter(None, [fault])]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "scenarios" in done.stdout
