import os
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.renaming import aside_name, rename_without_replacing
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, Outcome, SkipCode, Step, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.removals import add, files_below, plan, twins


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def delete(journal: Journal, *steps: Step) -> Outcome:
    return execute(plan(*steps, kind=ActionKind.DELETE), journal, JobContext())


def test_it_is_gone_for_good_and_that_is_said(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    assert delete(journal, one).done == (one.victim.path,)
    assert list(files_below(photos)) == ["kept/photo.jpg"]
    assert [path.name for path in (photos / "gone").iterdir()] == []
    outcome = undo(1, journal, JobContext())
    assert [skipped.code for skipped in outcome.skipped] == [SkipCode.DELETED]
    assert journal.steps(1)[0].state is StepState.DONE


def test_a_read_only_file_goes_too(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    for path in (one.victim.path, one.survivor.path):
        os.chmod(path, 0o444)
    assert delete(journal, one).done == (one.victim.path,)
    assert list(files_below(photos)) == ["kept/photo.jpg"]
    assert not os.access(one.survivor.path, os.W_OK) or os.name == "posix"  # root may write


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("vanishes", SkipCode.SURVIVOR_VANISHED),
        ("changes", SkipCode.SURVIVOR_CHANGED),
        ("is the same file", SkipCode.SAME_FILE),
    ],
)
def test_the_survivor_is_read_while_the_victim_is_aside(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, harm: str, code: SkipCode
) -> None:
    one = twins(photos)
    survivor = Path(one.survivor.path)

    def rename(source: Entry, target: Entry) -> None:
        rename_without_replacing(source, target)
        if harm == "vanishes":
            survivor.unlink()
        elif harm == "changes":
            survivor.write_bytes(b"a ph0to")
        else:
            survivor.unlink()
            os.link(target.path, survivor)

    monkeypatch.setattr("dupefinder.actions.backends.moved_away.rename_without_replacing", rename)
    outcome = delete(journal, one)
    assert [skipped.code for skipped in outcome.skipped] == [code]
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert [path.name for path in (photos / "gone").iterdir()] == ["photo.jpg"]


def test_a_file_that_gets_another_number_with_its_name_is_known_by_its_bytes(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems of FUSE behave like this."""
    monkeypatch.setattr("dupefinder.actions.backends.moved_away.same_file", lambda *_: False)
    one = twins(photos)
    assert delete(journal, one).done == (one.victim.path,)


def left(photos: Path, journal: Journal) -> Step:
    one = twins(photos)
    delete(journal, one)
    (row,) = journal.steps(1)
    journal.update(replace(row, state=StepState.INTENDED))
    return one


def test_broken_off_while_it_was_aside_it_has_its_name_again(
    photos: Path, journal: Journal
) -> None:
    one = left(photos, journal)
    add(Path(aside_name(one.victim.path)), b"a photo")
    (settled,) = reconcile(journal)
    assert settled.state is StepState.SKIPPED
    assert [path.name for path in (photos / "gone").iterdir()] == ["photo.jpg"]


def test_broken_off_after_it_was_deleted(photos: Path, journal: Journal) -> None:
    left(photos, journal)
    (settled,) = reconcile(journal)
    assert settled.state is StepState.DONE


def test_a_name_that_was_taken_meanwhile_is_left_for_the_next_time(
    photos: Path, journal: Journal
) -> None:
    one = left(photos, journal)
    aside = add(Path(aside_name(one.victim.path)), b"a photo")
    other = add(Path(one.victim.path), b"another")
    assert reconcile(journal) == []
    assert (aside.read_bytes(), other.read_bytes()) == (b"a photo", b"another")
    other.unlink()
    assert [step.state for step in reconcile(journal)] == [StepState.SKIPPED]


def test_an_absent_drive_waits(photos: Path, journal: Journal) -> None:
    left(photos, journal)
    photos.rename(photos.with_name("unplugged"))
    assert reconcile(journal) == []
