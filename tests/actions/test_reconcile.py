import errno
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import JournalStep, SkipCode, Skipped, StepState
from dupefinder.actions.trash.freedesktop import write_info
from tests.actions.removals import add, files_below, row

PHOTO = b"a photo"
OTHER = b"a ph0to"

OUR_TRASH = pytest.mark.skipif(
    sys.platform == "win32", reason="the trash of freedesktop.org, which Windows does not have"
)


@pytest.fixture
def place(trash_path: Path) -> Path:
    """The photo's place in the trash, whether it lies there or not."""
    (trash_path / "info").mkdir(parents=True)
    (trash_path / "files").mkdir()
    return trash_path / "files" / "a.jpg"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The photo's place before."""
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos" / "a.jpg"


def info(place: Path) -> Path:
    return place.parent.parent / "info" / (place.name + ".trashinfo")


def left(journal: Journal, path: Path, place: Path | None, state: StepState) -> JournalStep:
    """A row as a program left it that was killed."""
    step = replace(
        row(str(path), state),
        size_bytes=len(PHOTO),
        digest=blake3(PHOTO).digest(),
        place=None if place is None else str(place),
    )
    (added,) = journal.add(journal.begin_action(), [step])
    return added


STAYED = {StepState.INTENDED: StepState.SKIPPED, StepState.UNDOING: StepState.UNDONE}
UNSETTLED = pytest.mark.parametrize("state", list(STAYED))


@OUR_TRASH
@UNSETTLED
@pytest.mark.parametrize(
    ("in_place", "in_trash", "named", "expected"),
    [
        (PHOTO, None, False, "in place"),
        (PHOTO, None, True, "in place"),
        (OTHER, None, True, "in place"),
        (None, PHOTO, True, "in trash"),
        (None, PHOTO, False, "in trash"),
        (OTHER, PHOTO, True, "in trash"),
        (None, OTHER, True, "in trash"),
        (PHOTO, PHOTO, True, "in place"),
        (PHOTO, OTHER, True, "in place"),
        (PHOTO, OTHER, False, "in place"),
        (OTHER, OTHER, True, "in trash"),
        (OTHER, OTHER, False, "in place"),
        (None, OTHER, False, "lost"),
        (None, None, False, "lost"),
        (None, None, True, "lost"),
    ],
)
def test_the_disk_decides(
    journal: Journal,
    path: Path,
    place: Path,
    state: StepState,
    in_place: bytes | None,
    in_trash: bytes | None,
    named: bool,
    expected: str,
) -> None:
    step = left(journal, path, place, state)
    if in_place is not None:
        add(path, in_place)
    if in_trash is not None:
        add(place, in_trash)
    if named:
        write_info(str(place), str(path), None)
    before = files_below(path.parent), files_below(place.parent)
    (settled,) = reconcile(journal)
    if expected == "in place":
        skip = Skipped(str(path), SkipCode.CANCELLED) if state is StepState.INTENDED else None
        assert settled == replace(step, state=STAYED[state], place=None, skip=skip)
    elif expected == "in trash":
        assert settled == replace(step, state=StepState.DONE)
    else:
        assert settled == replace(step, state=StepState.LOST)
    assert journal.steps(1) == [settled]
    assert reconcile(journal) == []
    assert (files_below(path.parent), files_below(place.parent)) == before
    left_over = expected == "in place" and in_trash is None
    assert info(place).exists() == (named and not left_over)


def test_nothing_to_settle(journal: Journal, path: Path, place: Path) -> None:
    for state in (StepState.DONE, StepState.SKIPPED, StepState.UNDONE, StepState.LOST):
        left(journal, path, place, state)
    assert reconcile(journal) == []


@OUR_TRASH
def test_an_info_file_that_was_claimed_and_not_written(
    journal: Journal, path: Path, place: Path
) -> None:
    add(path, PHOTO)
    info(place).touch()
    left(journal, path, place, StepState.INTENDED)
    reconcile(journal)
    assert not info(place).exists()


def test_the_info_file_of_another_file_stays(journal: Journal, path: Path, place: Path) -> None:
    add(path, PHOTO)
    write_info(str(place), str(path.with_name("b.jpg")), None)
    left(journal, path, place, StepState.INTENDED)
    (settled,) = reconcile(journal)
    assert settled.state is StepState.SKIPPED
    assert info(place).exists()


@UNSETTLED
def test_an_absent_drive_waits(
    journal: Journal, path: Path, place: Path, trash_path: Path, state: StepState
) -> None:
    step = left(journal, path, place, state)
    add(place, PHOTO)
    path.parent.rmdir()
    trash_path.rename(trash_path.parent / "unplugged")
    assert reconcile(journal) == []
    assert journal.unsettled() == [step]
    (trash_path.parent / "unplugged").rename(trash_path)
    assert [one.state for one in reconcile(journal)] == [StepState.DONE]


@UNSETTLED
@pytest.mark.parametrize("hidden", ["path", "place"])
def test_steps_that_cannot_be_looked_at_wait(
    journal: Journal,
    path: Path,
    place: Path,
    state: StepState,
    hidden: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A photo in a folder that may not be entered is neither called lost nor back."""
    step = left(journal, path, place, state)
    refused = str(path if hidden == "path" else place)
    look = os.lstat

    def refuse(asked: str, **options: Any) -> os.stat_result:
        if asked == refused:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), asked)
        return look(asked, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "lstat", refuse)
        assert reconcile(journal) == []
    assert journal.unsettled() == [step]


def test_one_file_with_both_names(journal: Journal, path: Path, place: Path) -> None:
    """Some file systems rename in two steps."""
    add(path, PHOTO)
    os.link(path, place)
    left(journal, path, place, StepState.INTENDED)
    (settled,) = reconcile(journal)
    assert settled.state is StepState.SKIPPED
    assert path.read_bytes() == PHOTO
    assert not place.exists()


def test_several_actions_at_once(journal: Journal, path: Path, place: Path) -> None:
    add(path, PHOTO)
    steps = [left(journal, path, place, state) for state in STAYED]
    settled = reconcile(journal)
    assert [one.step_id for one in settled] == [step.step_id for step in steps]
    assert [one.state for one in settled] == list(STAYED.values())
