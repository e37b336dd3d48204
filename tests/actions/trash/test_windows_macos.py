import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dupefinder.actions.backends.protocol import FileChanged
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import JournalStep, SkipCode, StepState
from dupefinder.actions.trash import default_trash
from dupefinder.actions.trash.windows_macos import SystemTrash
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.removals import add, plan, row, twins


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The paths that a stand-in for send2trash was given; it leaves files that are named so."""
    sent: list[str] = []

    def send2trash(path: str) -> None:
        sent.append(path)
        if "refuse" in path:
            raise PermissionError(13, "Permission denied", path)
        if "ignore" not in path:
            os.rename(path, tmp_path / f"sent {len(sent)}")

    monkeypatch.setitem(sys.modules, "send2trash", SimpleNamespace(send2trash=send2trash))
    return sent


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_it_is_the_default_elsewhere(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert isinstance(default_trash(), SystemTrash)


def test_a_file_is_handed_over(
    tmp_path: Path, journal: Journal, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, refused, ignored = (twins(tmp_path / name) for name in ("one", "refuse", "ignore"))
    outcome = execute(plan(one, refused, ignored), journal, JobContext(), SystemTrash())
    assert sent == [one.victim.path, refused.victim.path, ignored.victim.path]
    assert outcome.done == (one.victim.path,)
    assert [(skipped.code, skipped.detail) for skipped in outcome.skipped] == [
        (SkipCode.TRASH_FAILED, "Permission denied"),
        (SkipCode.TRASH_FAILED, "the system left the file where it is"),
    ]
    assert [row.place for row in journal.steps(1)] == [None] * 3


def test_it_says_that_it_cannot_be_undone(
    tmp_path: Path, journal: Journal, sent: list[str]
) -> None:
    one = twins(tmp_path)
    execute(plan(one), journal, JobContext(), SystemTrash())
    outcome = undo(1, journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [SkipCode.NOT_UNDOABLE]
    assert journal.steps(1)[0].state is StepState.DONE
    assert sent == [one.victim.path]


def test_a_changed_file_is_not_handed_over(tmp_path: Path, sent: list[str]) -> None:
    photo = add(tmp_path / "a.jpg", b"a photo")
    expected = photo.lstat()
    photo.write_bytes(b"another")
    with pytest.raises(FileChanged):
        SystemTrash().carry_out(row(str(photo)), expected)
    assert sent == []


@pytest.mark.parametrize("kind", VolumeKind)
def test_on_windows_only_drives_with_a_recycle_bin(
    tmp_path: Path,
    journal: Journal,
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: VolumeKind,
) -> None:
    """Elsewhere it would delete for good."""
    monkeypatch.setattr("dupefinder.actions.trash.windows_macos._ON_WINDOWS", True)
    monkeypatch.setattr(
        VolumeTable, "volume_of", lambda *_: Volume("v", str(tmp_path), None, "", kind)
    )
    one = twins(tmp_path)
    outcome = execute(plan(one), journal, JobContext(), SystemTrash())
    if kind is VolumeKind.FIXED:
        assert outcome.done == tuple(sent) == (one.victim.path,)
    else:
        assert [skipped.code for skipped in outcome.skipped] == [SkipCode.TRASH_FAILED]
        assert (sent, Path(one.victim.path).exists()) == ([], True)


@pytest.mark.parametrize("gone", [True, False])
def test_broken_off_while_the_system_had_the_file(
    tmp_path: Path, journal: Journal, sent: list[str], gone: bool
) -> None:
    class Interrupted(Exception):
        pass

    class Interrupting(SystemTrash):
        def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
            if gone:
                super().carry_out(step, expected)
            raise Interrupted

    with pytest.raises(Interrupted):
        execute(plan(twins(tmp_path)), journal, JobContext(), Interrupting())
    (settled,) = reconcile(journal)
    assert settled.state is (StepState.DONE if gone else StepState.SKIPPED)
    assert len(sent) == gone
