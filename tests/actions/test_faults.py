"""Fault by fault and kind by kind: what the person is told, and that nothing is lost or half done.

Drives are mounted for it, so most of this runs as root only.
"""

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dupefinder.actions.checks import preflight
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import ActionKind, SkipCode, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.mounting import mounted
from tests.actions.removals import add, files_below, plan, step
from tests.actions.trees import left_behind
from tests.memory import MEMORY

CHECKOUT = Path(__file__).resolve().parents[2]
PHOTO = b"a photo" * 4000

FULL, READ_ONLY, DENIED, NOT_PERMITTED = (
    os.strerror(code) for code in (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM)
)
TRASH, ASIDE, MOVE, COPY, LINK, DELETE = (
    ActionKind.TRASH,
    ActionKind.SET_ASIDE,
    ActionKind.MOVE,
    ActionKind.COPY,
    ActionKind.HARD_LINK,
    ActionKind.DELETE,
)

KINDS = [TRASH, ASIDE, MOVE, COPY, LINK, DELETE]
REMOVING = [TRASH, ASIDE, MOVE, LINK, DELETE]


class Stage:
    """A drive with two copies, and another drive to move and copy to."""

    def __init__(self, drive: Path, other: Path) -> None:
        self.drive = drive
        self.target = other / "to"
        self.one = step(
            add(drive / "gone" / "photo.jpg", PHOTO), add(drive / "kept" / "photo.jpg", PHOTO)
        )
        self.victim, self.survivor = Path(self.one.victim.path), Path(self.one.survivor.path)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    drives = [tmp_path / "drive", tmp_path / "other"]
    options = ("-t", "tmpfs", "-o", "size=1m", "none")
    with mounted(drives[0], *options) as drive, mounted(drives[1], *options) as other:
        yield Stage(drive, other)
        for place in drives:
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)


def fill(drive: Path) -> None:
    """Let no byte be free on a drive."""
    with (drive / "filler").open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)


def make_read_only(drive: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(drive)], check=True)


def full_drive(stage: Stage) -> None:
    fill(stage.drive)


def full_target(stage: Stage) -> None:
    fill(stage.target.parent)


def read_only_drive(stage: Stage) -> None:
    make_read_only(stage.drive)


def read_only_target(stage: Stage) -> None:
    make_read_only(stage.target.parent)


def victim_vanishes(stage: Stage) -> None:
    stage.victim.unlink()


def victim_changes(stage: Stage) -> None:
    stage.victim.write_bytes(PHOTO[:-1] + b"!")
    os.utime(stage.victim, ns=(0, stage.one.victim.mtime_ns))


def survivor_vanishes(stage: Stage) -> None:
    stage.survivor.unlink()


def survivor_changes(stage: Stage) -> None:
    stage.survivor.write_bytes(PHOTO[:-1] + b"!")
    os.utime(stage.survivor, ns=(0, stage.one.survivor.mtime_ns))


# Texts of each kind of action; a kind that is not named here does its work.
TABLE: dict[Callable[[Stage], None], dict[ActionKind, tuple[SkipCode, str]]] = {
    full_drive: {
        TRASH: (SkipCode.TRASH_FAILED, FULL),
        ASIDE: (SkipCode.REFUSED_BY_SYSTEM, FULL),
    },
    full_target: {
        MOVE: (SkipCode.REFUSED_BY_SYSTEM, FULL),
        COPY: (SkipCode.REFUSED_BY_SYSTEM, FULL),
    },
    read_only_drive: {
        TRASH: (SkipCode.TRASH_FAILED, "{drive} cannot be written"),
        ASIDE: (SkipCode.REFUSED_BY_SYSTEM, "{drive} cannot be written"),
        MOVE: (SkipCode.REFUSED_BY_SYSTEM, READ_ONLY),
        LINK: (SkipCode.REFUSED_BY_SYSTEM, READ_ONLY),
        DELETE: (SkipCode.REFUSED_BY_SYSTEM, READ_ONLY),
    },
    read_only_target: {
        MOVE: (SkipCode.REFUSED_BY_SYSTEM, READ_ONLY),
        COPY: (SkipCode.REFUSED_BY_SYSTEM, READ_ONLY),
    },
    victim_vanishes: dict.fromkeys(KINDS, (SkipCode.VANISHED, "")),
    victim_changes: dict.fromkeys(KINDS, (SkipCode.CHANGED, "")),
    # A copy needs nothing that stays: its original does.
    survivor_vanishes: dict.fromkeys(REMOVING, (SkipCode.SURVIVOR_VANISHED, "{survivor}")),
    survivor_changes: dict.fromkeys(REMOVING, (SkipCode.SURVIVOR_CHANGED, "{survivor}")),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", TABLE)
def test_a_fault_before_the_action(
    stage: Stage, journal: Journal, fault: Callable[[Stage], None], kind: ActionKind
) -> None:
    fault(stage)
    check(stage, journal, kind, TABLE[fault].get(kind))


def check(
    stage: Stage, journal: Journal, kind: ActionKind, expected: tuple[SkipCode, str] | None
) -> None:
    """Act, and hold what is said and what is on the disk against what is expected."""
    before = photos_of(stage)
    outcome = execute(plan(stage.one, kind=kind, target=stage.target), journal, JobContext())
    told = [(skipped.code, skipped.detail) for skipped in outcome.skipped]
    after = photos_of(stage)
    if expected is not None:
        code, detail = expected
        words = detail.format(drive=stage.drive, survivor=stage.survivor)
        assert (told, outcome.done) == ([(code, words)], ())
        assert after == before
        assert not stage.target.exists()
    else:
        assert (told, outcome.done) == ([], (str(stage.victim),))
        assert set(before.values()) == set(after.values())
        assert len(after) == len(before) + {COPY: 1, DELETE: -1}.get(kind, 0)
    assert journal.unsettled() == []
    for drive in (stage.drive, stage.target.parent):
        assert left_behind(drive) == []


def photos_of(stage: Stage) -> dict[str, bytes]:
    return {
        str(drive / name): state.content
        for drive in (stage.drive, stage.target.parent)
        for name, state in files_below(drive).items()
        if name.endswith(".jpg")
    }


@pytest.mark.parametrize("kind", REMOVING)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (victim_vanishes, SkipCode.VANISHED),
        (victim_changes, SkipCode.CHANGED),
        (survivor_vanishes, None),
        (survivor_changes, None),
    ],
)
def test_a_fault_between_the_last_look_and_the_action(
    stage: Stage,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[Stage], None],
    code: SkipCode | None,
    kind: ActionKind,
) -> None:
    """Every fault is noticed, and no bytes are lost."""
    look = preflight.check

    def look_and_harm(*arguments: Any, **options: Any) -> Any:
        checked = look(*arguments, **options)
        fault(stage)
        return checked

    monkeypatch.setattr(preflight, "check", look_and_harm)
    outcome = execute(plan(stage.one, kind=kind, target=stage.target), journal, JobContext())
    assert journal.unsettled() == []
    assert left_behind(stage.drive) == left_behind(stage.target.parent) == []
    if code is not None:
        assert [skipped.code for skipped in outcome.skipped] == [code]
        return
    assert outcome.done == ()
    assert len(outcome.skipped) == 1
    assert stage.victim.read_bytes() == PHOTO
    assert journal.steps(1)[0].state is StepState.SKIPPED


@pytest.mark.parametrize("kind", [MOVE, LINK])
def test_a_drive_that_is_full_when_undone(stage: Stage, journal: Journal, kind: ActionKind) -> None:
    before = photos_of(stage)
    execute(plan(stage.one, kind=kind, target=stage.target), journal, JobContext())
    fill(stage.drive)
    done = photos_of(stage)
    (skipped,) = undo(1, journal, JobContext()).skipped
    assert (skipped.code, skipped.detail) == (SkipCode.RESTORE_FAILED, FULL)
    assert photos_of(stage) == done
    assert left_behind(stage.drive) == []
    assert journal.steps(1)[0].state is StepState.DONE
    (stage.drive / "filler").unlink()
    assert undo(1, journal, JobContext()).done == (str(stage.victim),)
    assert photos_of(stage) == before


@pytest.mark.parametrize("kind", KINDS)
def test_permission_denied(kind: ActionKind) -> None:
    """Another account's folder: an unprivileged program in a process of its own meets it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may become another account")
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(os.path.realpath(name))
        folder.chmod(0o755)
        for place in ("gone", "kept"):
            add(folder / "photos" / place / "photo.jpg", PHOTO)
        (folder / "own").mkdir()
        os.chown(folder / "own", 65534, 65534)
        command = [sys.executable, "-m", "tests.actions.unprivileged", name, kind.value]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        photos = {name: state.content for name, state in files_below(folder / "photos").items()}
        copies = files_below(folder / "own" / "to")
    assert photos == {"gone/photo.jpg": PHOTO, "kept/photo.jpg": PHOTO}
    if kind is COPY:
        assert (told, len(copies)) == ([], 1)
    else:
        ((code, words),) = told
        assert code == ("trash-failed" if kind is TRASH else "refused-by-system")
        # A link to another account's file is not permitted at all.
        assert any(one in words for one in (DENIED, NOT_PERMITTED, "cannot be written"))
        assert copies == {}
