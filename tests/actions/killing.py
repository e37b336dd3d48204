"""Actions that are killed, or told of a fault, around every system call that changes something.

`killing FOLDER POINTS [ACCOUNT [FAULT]]`: below FOLDER, best in memory, each kind of action and its
undoing is done again and again to a small tree, each time in a child process that is killed at
another point, before or after such a call: POINTS of them by chance, 0 for all; as the account of
that number, 0 for this one. With FAULT, the name of an error, the process lives, and the call fails
with it there: not done, or done although it says that it was not. Afterwards the journal is
reconciled, every file has to be where the journal says, whole and with its rights, and all has to
come back. It prints how many points each scenario has, and ends with an error at the first that is
not as it should be.
"""

import builtins
import ctypes
import errno
import os
import random
import shutil
import signal
import sqlite3
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from blake3 import blake3

from dupefinder.actions.backends import durable_copy, moved_away, renaming
from dupefinder.actions.backends.attributes import attributes_of
from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.checks import look_ahead, renewed_proof
from dupefinder.actions.checks.look_ahead import LEAST_STEPS, Look, LookAhead
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.journal_file import JournalFault
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, JournalStep, Plan, StepState
from dupefinder.actions.trash import default_trash
from dupefinder.actions.undo import undo
from dupefinder.core.decode.metadata.text_metadata import TextMetadata
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions import access_lists
from tests.actions.access_lists import access_list
from tests.actions.removals import State, add, files_below, plan, step
from tests.actions.trees import left_behind

CALLS = (
    "rename", "replace", "link", "unlink", "mkdir", "rmdir", "fsync", "utime", "chmod", "chown",
    "setxattr", "removexattr", "symlink", "truncate", "ftruncate",
)  # fmt: skip
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Points:
    """Counts the points at which the process may die, and dies at one of them.

    Args:
        deadly: Number of that point.
        fault: The error that the call raises instead; 0 for death.
    """

    def __init__(self, deadly: int, fault: int = 0) -> None:
        self.count = 0
        self._deadly = deadly
        self._fault = fault

    def __call__(self) -> None:
        self.count += 1
        if self.count == self._deadly:
            if self._fault:
                raise OSError(self._fault, os.strerror(self._fault))
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self()
            result = call(*arguments, **options)
            self()
            return result

        return counted

    def around_renaming(self, call: Callable[..., int]) -> Callable[..., int]:
        """Stand-in for a function of the C library, which reports its faults by a number."""

        def counted(*arguments: Any) -> int:
            try:
                code: int = self.around(call)(*arguments)
                return code
            except OSError as error:
                ctypes.set_errno(error.errno or 0)
                return -1

        return counted

    def around_open(self, call: Callable[..., int]) -> Callable[..., int]:
        def counted(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if not flags & CHANGING:
                return call(path, flags, *rest, **options)
            opened: int = self.around(call)(path, flags, *rest, **options)
            return opened

        return counted


class Writing:
    """A file whose every write may be the last, done or half done."""

    def __init__(self, file: Any, point: Points) -> None:
        self._file = file
        self._point = point

    def write(self, data: Any) -> int:
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            self._point()
            self._file.write(part)
            self._file.flush()
        self._point()
        return len(data)

    def __enter__(self) -> "Writing":
        self._file.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Committing:
    """A connection whose every commit may be the last."""

    def __init__(self, connection: sqlite3.Connection, point: Points) -> None:
        self._connection = connection
        self._point = point

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            try:
                committed: sqlite3.Cursor = self._point.around(self._connection.execute)(sql)
            except OSError as error:
                fault = sqlite3.OperationalError("disk I/O error")
                fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise fault from error
            return committed
        return self._connection.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def install(point: Points) -> None:
    """Let every call of this process that changes something be a point."""
    for name in CALLS:
        setattr(os, name, point.around(getattr(os, name)))
    os.open = point.around_open(os.open)
    renameat2 = renaming._renameat2()
    if renameat2 is not None:
        counted = point.around_renaming(renameat2)
        renaming._renameat2 = lambda: counted  # type: ignore[assignment]
    plain_open = builtins.open

    def open_(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        opened = plain_open(file, mode, *rest, **options)
        return Writing(opened, point) if set(mode) & set("wax+") else opened

    builtins.open = open_


@dataclass(frozen=True)
class Scenario:
    """An action, and the moment at which it is killed.

    Attributes:
        kind: The kind of action; SIDECAR is the trash after metadata were rescued.
        task: "apply" or "undo".
        rename: How the file system renames: "at once"; "by second name", as one that cannot
            rename without replacing; "not across", as between two volumes.
        photos: So many go; from `LEAST_STEPS` on they are written down in groups.
    """

    kind: ActionKind
    task: str
    rename: str = "at once"
    photos: int = 2

    @property
    def name(self) -> str:
        return f"{self.task} {self.kind} of {self.photos}, renaming {self.rename}"


SCENARIOS = [
    Scenario(kind, task, rename)
    for kind in ActionKind
    for task in ("apply", "undo")
    for rename in ("at once", "by second name", "not across")
    if (kind, task) != (ActionKind.DELETE, "undo")
    and (rename != "not across" or kind is ActionKind.MOVE)
    and (rename != "by second name" or kind is not ActionKind.HARD_LINK)
]
SCENARIOS += [Scenario(ActionKind.TRASH, task, photos=LEAST_STEPS) for task in ("apply", "undo")]


@dataclass(frozen=True)
class WholeState:
    """All that has to come back: bytes, time, and owner, permissions, list and attributes."""

    file: State
    attributes: bytes


def whole_files_below(folder: Path) -> dict[str, WholeState]:
    return {
        name: WholeState(state, attributes_of(str(folder / name)))
        for name, state in files_below(folder).items()
    }


def give_rights(path: Path, number: int) -> None:
    """Give each file other rights, as far as the account and the file system have them."""
    if os.geteuid() == 0:
        os.chown(path, 1000 + number, 2000 + number)
    path.chmod((0o644, 0o640, 0o604, 0o600)[number % 4])
    with suppress(OSError):
        # The kept copy says all that the other does: else that would stay.
        os.setxattr(path, "user.rating", os.fsencode(path.name))
        if number % 2:
            os.setxattr(path, access_lists.NAME, access_list(somebody=4 + number % 4))


class Stage:
    """A small tree of photos, with a home folder and a folder to move to.

    Args:
        folder: Where it is made.
        scenario: What is done.
        faulty: True where a call fails. An empty folder or an info file of the trash may then be
            left.
    """

    def __init__(self, folder: Path, scenario: Scenario, *, faulty: bool = False) -> None:
        self.folder = folder
        self._faulty = faulty
        self.photos = folder / "photos"
        self.target = folder / "target"
        self._scenario = scenario
        for number in range(scenario.photos):
            for place in ("gone", "kept"):
                path = self.photos / place / f"{number}.jpg"
                add(path, b"photo %d" % number, 1_000_000_007 + number)
        for place in ("gone", "kept"):
            add(self.photos / place / "1.xmp", b"a sidecar", 1_000_000_009)
        for number, path in enumerate(sorted(self.photos.rglob("*.*"))):
            give_rights(path, number)
        self.before = whole_files_below(self.photos)
        os.environ["HOME"] = str(folder / "home")
        os.environ["XDG_DATA_HOME"] = str(folder / "home" / "data")
        (folder / "home").mkdir()

    def journal(self) -> Journal:
        return Journal.open(self.folder / "journal.sqlite")

    def apply(self, journal: Journal) -> None:
        steps = [
            step(
                photo,
                self.photos / "kept" / photo.name,
                *photo.parent.glob(photo.stem + ".xmp"),
            )
            for photo in sorted((self.photos / "gone").glob("*.jpg"))
        ]
        kind = self._scenario.kind
        target = self.target if kind in (ActionKind.MOVE, ActionKind.COPY) else None
        whole = plan(*steps, kind=kind, target=target)
        if kind is ActionKind.SIDECAR:
            # Of equal bytes nothing could be lacking.
            alike = tuple(replace(one, evidence=Evidence.SAME_PIXELS) for one in steps)
            whole = Plan(alike, rescue_metadata=True)
        execute(whole, journal, JobContext())

    def undo(self, journal: Journal) -> None:
        undo(journal.actions()[0].action_id, journal, JobContext())

    def check(self) -> None:
        """Reconcile, and hold the disk against the journal."""
        with self.journal() as journal:
            assert journal.set_aside is None
            reconcile(journal)
            assert journal.unsettled() == []
            assert reconcile(journal) == []
            rows = [row for one in journal.actions() for row in journal.steps(one.action_id)]
        expected = {str(self.photos / name): state for name, state in self.before.items()}
        for row in rows:
            assert row.state in (StepState.DONE, StepState.SKIPPED, StepState.UNDONE), row
            if row.state is StepState.DONE:
                self._expect(row, expected)
        assert self.on_disk() == expected
        trash = self.folder / "home" / "data" / "Trash"
        infos = {path.stem for path in trash.glob("info/*")}
        thrown = {path.name for path in trash.glob("files/*")}
        assert infos == thrown or (self._faulty and infos > thrown)
        assert left_behind(self.folder) == []

    def _expect(self, row: JournalStep, expected: dict[str, WholeState]) -> None:
        if row.kind is ActionKind.SIDECAR:
            written = self.on_disk()[row.path]
            assert blake3(written.file.content).digest() == row.digest
            expected[row.path] = written
            return
        if row.kind is ActionKind.HARD_LINK:
            assert os.path.samefile(row.path, row.survivor)
            expected[row.path] = expected[row.survivor]
            return
        if row.kind is not ActionKind.DELETE:
            assert row.place is not None
            expected[row.place] = expected[row.path]
        if row.kind is not ActionKind.COPY:
            del expected[row.path]

    def on_disk(self) -> dict[str, WholeState]:
        """Every file but those that are the program's own."""
        found = {}
        # Where none can be made in the home folder, the highest one has the quarantine folder.
        above = self.folder.parent / QUARANTINE_FOLDER
        for part in (self.photos, self.target, self.folder / "home", above):
            below = whole_files_below(part)
            for name, state in below.items():
                own = ("data/Trash/info/", "/READ ME.txt", ".jsonl")
                if not any(one in f"/{name}" for one in own):
                    found[str(part / name)] = state
        return found

    def check_all_comes_back(self) -> None:
        with self.journal() as journal:
            for action in journal.actions():
                undo(action.action_id, journal, JobContext())
        if self._scenario.kind is not ActionKind.DELETE:
            after = whole_files_below(self.photos)
            assert after == self.before
            assert self.on_disk().keys() == {str(self.photos / name) for name in self.before}
            quarantine = self.folder / "home" / QUARANTINE_FOLDER
            if not self._faulty:
                assert not [path for path in quarantine.glob("*") if path.is_dir()]


def run_child(stage: Stage, task: str, deadly: int, fault: int = 0) -> int | None:
    """Do a task in a child process; see `Points`.

    Returns:
        How many points it passed; None when it was killed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            point = Points(deadly, fault)
            with stage.journal() as journal:
                install(point)
                journal._connection = Committing(journal._connection, point)  # type: ignore[assignment]
                with suppress(JournalFault):
                    (stage.apply if task == "apply" else stage.undo)(journal)
                passed = point.count
            os.write(writing, struct.pack("=q", passed))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    count_bytes = os.read(reading, 8)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    count: int = struct.unpack("=q", count_bytes)[0]
    return count


def try_at(folder: Path, scenario: Scenario, deadly: int, fault: int = 0) -> int | None:
    for left in (folder, folder.parent / QUARANTINE_FOLDER):
        shutil.rmtree(left, ignore_errors=True)
    folder.mkdir()
    stage = Stage(folder, scenario, faulty=bool(fault))
    if scenario.task == "undo":
        with stage.journal() as journal:
            stage.apply(journal)
    passed = run_child(stage, scenario.task, deadly, fault)
    stage.check()
    stage.check_all_comes_back()
    return passed


def not_across(source: Entry, target: Entry) -> None:
    """Rename within a folder of the stage, but not from one to another."""
    if Path(source.path).parent == Path(target.path).parent:
        renaming.rename_without_replacing(source, target)
        return
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source.path)


def read_text_metadata(path: str, *_: object) -> Any:
    """Facts as decoding would tell them: only the photos that go know when they were taken."""
    taken = "2011-02-03T04:05:06" if Path(path).parent.name == "gone" else None
    return SimpleNamespace(
        pixel_digest=None,
        fault=None,
        texts=TextMetadata(taken=taken),
        fields=(),
        facts=PhotoFacts("JPEG", 1, 1),
    )


def wait_for_all(ahead: LookAhead, place: int, context: JobContext) -> Look | None:
    """Wait until all is looked at, so that the groups are the same each time."""
    with ahead._changed:
        last = len(ahead._steps) - 1 if ahead._threads else -1
        ahead._changed.wait_for(lambda: place > 0 or last < 0 or len(ahead._looks) > last)
    return look_ahead_waiting(ahead, place, context)


look_ahead_waiting = LookAhead.wait_for


@contextmanager
def file_system(scenario: Scenario, folder: Path) -> Iterator[None]:
    """The file system of a scenario, all of it one volume."""
    volume = Volume("drive", str(folder), None, "ext4")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(VolumeTable, "volume_of", return_value=volume))
        if scenario.kind is ActionKind.SIDECAR:
            stack.enter_context(
                mock.patch.object(renewed_proof, "read_in_full", read_text_metadata)
            )
            same = Evidence.SAME_PIXELS
            same_pixels = mock.patch.object(renewed_proof, "evidence_between", return_value=same)
            stack.enter_context(same_pixels)
        if scenario.photos >= LEAST_STEPS:
            stack.enter_context(mock.patch.object(LookAhead, "wait_for", wait_for_all))
            # The files were written directly before.
            stack.enter_context(mock.patch.object(look_ahead, "CLOCK_TICK_NS", 0))
        if scenario.rename == "by second name":
            stack.enter_context(mock.patch.object(renaming, "_renameat2", return_value=None))
        if scenario.rename == "not across":
            for module in (moved_away, durable_copy):
                name = "rename_without_replacing"
                stack.enter_context(mock.patch.object(module, name, not_across))
        yield


def main(folder: Path, tried: int, account: int, fault: int) -> None:
    if account:
        os.chown(folder, account, account)
        default_trash()  # loaded before, as the account may not read where it lies
        os.setgroups([])
        os.setgid(account)
        os.setuid(account)
    total = 0
    for scenario in SCENARIOS:
        with file_system(scenario, folder):
            points = try_at(folder / "stage", scenario, 0)
            assert points is not None
            numbers = range(1, points + 1)
            for deadly in random.sample(numbers, tried) if 0 < tried < points else numbers:
                try:
                    died = try_at(folder / "stage", scenario, deadly, fault) is None
                    assert died is not bool(fault)
                except BaseException:
                    print(f"{scenario.name}: at point {deadly} of {points}", flush=True)
                    raise
        print(f"{scenario.name}: {points} points", flush=True)
        total += points
    print(f"{total} points in {len(SCENARIOS)} scenarios", flush=True)


if __name__ == "__main__":
    main(
        Path(os.path.realpath(sys.argv[1])),
        int(sys.argv[2]),
        int(sys.argv[3]) if len(sys.argv) > 3 else 0,
        getattr(errno, sys.argv[4]) if len(sys.argv) > 4 else 0,
    )
