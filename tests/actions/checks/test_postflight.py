"""A crash between a photo's removal and the second look at the kept copy."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.checks.postflight import Postflight, survives_since
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.journal_file import JournalNotWritable
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, Step, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from tests.actions.removals import add, files_below, plan, row, twins

KINDS = pytest.mark.parametrize("kind", [ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE])


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def one(tmp_path: Path) -> Step:
    return twins(tmp_path / "photos")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "to"


def kill(*_: object) -> bool:
    raise Killed


def die_before_the_look(
    journal: Journal, one: Step, kind: ActionKind, target: Path, monkeypatch: pytest.MonkeyPatch
) -> JournalStep:
    """Act, and die when the photo is away and the survivor was not looked at any more."""
    with monkeypatch.context() as patched:
        patched.setattr(Postflight, "survives", kill)
        with pytest.raises(Killed):
            execute(plan(one, kind=kind, target=target), journal, JobContext())
    assert not Path(one.victim.path).exists()
    (left,) = journal.unsettled()
    return left


def vanish(survivor: Path) -> None:
    survivor.unlink()


def change(survivor: Path) -> None:
    survivor.write_bytes(b"a ph0to")


@KINDS
@pytest.mark.parametrize(
    ("harm", "code"),
    [(vanish, SkipCode.SURVIVOR_VANISHED), (change, SkipCode.SURVIVOR_CHANGED)],
)
def test_the_next_start_brings_the_photo_back_if_nothing_stays_for_it(
    journal: Journal,
    one: Step,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: ActionKind,
    harm: Callable[[Path], None],
    code: SkipCode,
) -> None:
    victim, survivor = Path(one.victim.path), Path(one.survivor.path)
    before = files_below(victim.parent)
    left = die_before_the_look(journal, one, kind, target, monkeypatch)
    harm(survivor)
    (settled,) = reconcile(journal)
    assert settled.skip is not None
    assert (settled.state, settled.skip.code) == (StepState.SKIPPED, code)
    assert files_below(victim.parent) == before
    assert left.place is not None
    assert not os.path.lexists(left.place)
    assert reconcile(journal) == []


@KINDS
def test_the_next_start_leaves_it_where_it_is_if_the_copy_is_there(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch, kind: ActionKind
) -> None:
    left = die_before_the_look(journal, one, kind, target, monkeypatch)
    assert reconcile(journal) == [replace(left, state=StepState.DONE)]
    assert undo(1, journal, JobContext()).done == (one.victim.path,)


@KINDS
def test_two_paths_that_led_to_one_file(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch, kind: ActionKind
) -> None:
    """On a share that is mounted twice, both paths lose their file, and both get it back."""
    left = die_before_the_look(journal, one, kind, target, monkeypatch)
    survivor = Path(one.survivor.path)
    survivor.unlink()
    survivor.parent.rmdir()
    survivor.parent.symlink_to(Path(one.victim.path).parent)
    (settled,) = reconcile(journal)
    assert settled.skip is not None
    assert (settled.state, settled.skip.code) == (StepState.SKIPPED, SkipCode.SAME_FILE)
    assert Path(left.path).read_bytes() == b"a photo"


@KINDS
def test_a_survivor_that_leads_to_where_the_photo_lies_now(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch, kind: ActionKind
) -> None:
    left = die_before_the_look(journal, one, kind, target, monkeypatch)
    assert left.place is not None
    os.unlink(one.survivor.path)
    os.link(left.place, one.survivor.path)
    assert not survives_since(left)
    (settled,) = reconcile(journal)
    assert settled.state is StepState.SKIPPED
    assert Path(left.path).read_bytes() == b"a photo"


def test_undoing_looks_too(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    die_before_the_look(journal, one, ActionKind.TRASH, target, monkeypatch)
    os.unlink(one.survivor.path)
    assert undo(1, journal, JobContext()).skipped == ()
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert [step.state for step in journal.steps(1)] == [StepState.SKIPPED]


def test_a_photo_whose_name_is_taken_stays_where_it_is_and_can_come_back_later(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = die_before_the_look(journal, one, ActionKind.MOVE, target, monkeypatch)
    os.unlink(one.survivor.path)
    victim = add(Path(one.victim.path), b"another")
    (settled,) = reconcile(journal)
    assert (settled.state, settled.place) == (StepState.DONE, left.place)
    assert settled.skip is not None
    assert settled.skip.code is SkipCode.RESTORE_FAILED
    assert victim.read_bytes() == b"another"
    victim.unlink()
    assert undo(1, journal, JobContext()).done == (one.victim.path,)
    assert victim.read_bytes() == b"a photo"


@KINDS
def test_a_journal_that_fails_after_the_move_keeps_no_photo_away(
    journal: Journal,
    one: Step,
    target: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: ActionKind,
) -> None:
    """On a full disk, too, a photo comes back when its copy had gone with it."""

    def vanishes(*_: object) -> bool:
        os.unlink(one.survivor.path)
        return False

    def full(*_: object) -> None:
        raise JournalNotWritable(tmp_path, "is full")

    with monkeypatch.context() as patched:
        patched.setattr(Postflight, "survives", vanishes)
        patched.setattr(Journal, "update", full)
        with pytest.raises(JournalNotWritable) as raised:
            execute(plan(one, kind=kind, target=target), journal, JobContext())
    assert raised.value.so_far is not None
    assert raised.value.so_far.done == ()
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert [step.state for step in reconcile(journal)] == [StepState.SKIPPED]


def test_the_journal_says_done_only_after_the_look(
    journal: Journal, one: Step, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[StepState] = []
    look = Postflight.survives

    def watched(self: Postflight, *arguments: object) -> bool:
        seen.extend(step.state for step in journal.steps(1))
        return look(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Postflight, "survives", watched)
    execute(plan(one), journal, JobContext())
    assert seen == [StepState.INTENDED]
    assert [step.state for step in journal.steps(1)] == [StepState.DONE]


@pytest.mark.parametrize("kind", list(ActionKind))
def test_companions_and_unmoved_files_need_no_postflight(kind: ActionKind) -> None:
    """Nothing of this is there, nor need it be."""
    companion = replace(row(), kind=kind, survivor_digest=blake3(b"its photo").digest())
    assert companion.evidence is Evidence.SAME_BYTES
    assert survives_since(companion)
    assert survives_since(replace(row(), kind=kind, survivor_digest=b""))
    lies_elsewhere = kind in (ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE)
    photo = replace(row(), kind=kind, survivor_digest=row().digest)
    assert survives_since(photo) is not lies_elsewhere
