import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.protocol import PlaceTaken
from dupefinder.actions.backends.renaming import rename_without_replacing
from dupefinder.actions.checks import preflight
from dupefinder.actions.checks.preflight import Checked
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal, JournalNotWritable
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    Plan,
    SkipCode,
    Skipped,
    Step,
    StepState,
)
from dupefinder.actions.trash.freedesktop import FreedesktopTrash
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext, Progress
from dupefinder.core.records import Evidence
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from tests.actions.removals import add, files_below, in_trash, infos, plan, step, twins

RENAME = "dupefinder.actions.backends.moved_away.rename_without_replacing"


def act(plan: Plan, journal: Journal, context: JobContext | None = None) -> Outcome:
    return execute(plan, journal, context or JobContext())


def codes(outcome: Outcome) -> list[SkipCode]:
    return [skipped.code for skipped in outcome.skipped]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


class SpoiltTrash(FreedesktopTrash):
    """Does something else first; what it raises comes from the system."""

    def __init__(self, first: Callable[[str], object]) -> None:
        super().__init__()
        self._first = first

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        self._first(step.path)
        super().carry_out(step, expected)


def fail_with(code: int) -> Callable[[str], object]:
    def fail(path: str) -> None:
        raise OSError(code, os.strerror(code), path)

    return fail


def test_a_copy_goes_to_the_trash(photos: Path, journal: Journal, trash_path: Path) -> None:
    one = twins(photos)
    outcome = act(plan(one), journal)
    assert outcome == Outcome(1, (one.victim.path,), 7, ())
    assert list(files_below(photos)) == ["kept/photo.jpg"]
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    (row,) = journal.steps(1)
    assert row.state is StepState.DONE
    assert row.place == str(trash_path / "files" / "photo.jpg")
    assert (row.path, row.survivor) == (one.victim.path, one.survivor.path)
    assert (row.size_bytes, row.digest) == (7, one.victim.digest)
    assert (row.evidence, row.skip) == (Evidence.SAME_BYTES, None)
    (action,) = journal.actions()
    assert (action.done, action.done_bytes, action.skipped) == (1, 7, 0)
    assert action.finished_ns is not None


def test_progress_is_told(photos: Path, journal: Journal) -> None:
    told: list[Progress] = []
    act(plan(*(twins(photos / str(n)) for n in range(3))), journal, JobContext(told.append))
    assert told[0].phase == told[-1].phase == "act"
    assert (told[0].done, told[-1].done, told[-1].total) == (0, 3, 3)


def test_an_empty_plan(journal: Journal) -> None:
    assert act(plan(), journal) == Outcome(1, (), 0, ())


def test_the_time_written_down_is_that_of_the_removal(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    os.utime(one.victim.path, ns=(5, 5))
    act(plan(one), journal)
    assert journal.steps(1)[0].mtime_ns == 5


def test_it_is_written_down_before_it_is_done(photos: Path, journal: Journal) -> None:
    seen = []

    def look(path: str) -> None:
        (row,) = journal.unsettled()
        assert row.place is not None
        seen.append((row.state, row.path, os.path.lexists(row.place)))

    one = twins(photos)
    execute(plan(one), journal, JobContext(), SpoiltTrash(look))
    assert seen == [(StepState.INTENDED, one.victim.path, False)]
    assert journal.unsettled() == []


def test_nothing_is_done_that_cannot_be_written_down(
    photos: Path, journal: Journal, trash_path: Path
) -> None:
    one = twins(photos)
    journal._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalNotWritable):
        act(plan(one), journal)
    assert len(files_below(photos)) == 2
    assert in_trash(trash_path) == {}


def test_a_failed_check_leaves_the_photo(photos: Path, journal: Journal) -> None:
    good, bad = twins(photos / "good"), twins(photos / "bad")
    Path(bad.survivor.path).write_bytes(b"a ph0to")
    outcome = act(plan(bad, good), journal)
    assert outcome.done == (good.victim.path,)
    (skipped,) = outcome.skipped
    assert (skipped.path, skipped.code) == (bad.victim.path, SkipCode.SURVIVOR_CHANGED)
    assert Path(bad.victim.path).exists()
    row = journal.steps(1)[0]
    assert (row.state, row.skip, row.place) == (StepState.SKIPPED, skipped, None)
    assert journal.actions()[0].skipped == 1


def link_to_survivor(one: Step) -> None:
    os.unlink(one.victim.path)
    os.symlink(one.survivor.path, one.victim.path)


def hard_link_of_survivor(one: Step) -> None:
    os.unlink(one.victim.path)
    os.link(one.survivor.path, one.victim.path)


def folder_in_its_place(one: Step) -> None:
    os.unlink(one.victim.path)
    os.mkdir(one.victim.path)


def survivor_truncated(one: Step) -> None:
    os.truncate(one.survivor.path, 3)


def survivor_one_byte_off(one: Step) -> None:
    Path(one.survivor.path).write_bytes(b"a phot0")
    os.utime(one.survivor.path, ns=(one.survivor.mtime_ns,) * 2)


def survivor_gone(one: Step) -> None:
    os.unlink(one.survivor.path)


@pytest.mark.parametrize(
    "harm",
    [
        link_to_survivor,
        hard_link_of_survivor,
        folder_in_its_place,
        survivor_truncated,
        survivor_one_byte_off,
        survivor_gone,
    ],
)
def test_hostile_changes_before_the_action(
    photos: Path, journal: Journal, trash_path: Path, harm: Callable[[Step], None]
) -> None:
    one = twins(photos)
    harm(one)
    before = files_below(photos)
    outcome = act(plan(one), journal)
    assert (outcome.done, len(outcome.skipped)) == ((), 1)
    assert files_below(photos) == before
    assert os.path.lexists(one.victim.path)
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())


@pytest.mark.parametrize("harm", [link_to_survivor, hard_link_of_survivor, folder_in_its_place])
def test_hostile_changes_after_the_check(
    photos: Path, journal: Journal, trash_path: Path, harm: Callable[[Step], None]
) -> None:
    one = twins(photos)
    trash = SpoiltTrash(lambda _: harm(one))
    outcome = execute(plan(one), journal, JobContext(), trash)
    assert (outcome.done, codes(outcome)) == ((), [SkipCode.CHANGED])
    assert os.path.lexists(one.victim.path)
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())
    assert journal.steps(1)[0].state is StepState.SKIPPED


def test_a_photo_that_vanishes_after_the_check(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    outcome = execute(plan(one), journal, JobContext(), SpoiltTrash(os.unlink))
    assert codes(outcome) == [SkipCode.VANISHED]


def test_a_journal_that_fails_amid_it_tells_what_was_done(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, trash_path: Path
) -> None:
    steps = [twins(photos / str(n), f"{n}.jpg") for n in range(3)]
    update = journal.update

    def fail_at_the_second(row: JournalStep) -> None:
        if row.path == steps[1].victim.path:
            raise JournalNotWritable(journal.path, "the disk is full")
        update(row)

    monkeypatch.setattr(journal, "update", fail_at_the_second)
    with pytest.raises(JournalNotWritable) as raised:
        act(plan(*steps), journal)
    so_far = raised.value.so_far
    assert so_far is not None
    assert so_far.done == tuple(step.victim.path for step in steps[:2])
    assert (so_far.action_id, so_far.done_bytes, so_far.cancelled) == (1, 14, True)
    assert set(in_trash(trash_path)) == {"0.jpg", "1.jpg"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EXDEV])
def test_a_trash_that_fails_is_never_a_removal(photos: Path, journal: Journal, code: int) -> None:
    steps = [twins(photos / str(n)) for n in range(2)]
    before = files_below(photos)
    outcome = execute(plan(*steps), journal, JobContext(), SpoiltTrash(fail_with(code)))
    assert outcome.done == ()
    assert [(skipped.code, skipped.detail) for skipped in outcome.skipped] == [
        (SkipCode.TRASH_FAILED, os.strerror(code))
    ] * 2
    assert files_below(photos) == before
    assert [row.state for row in journal.steps(1)] == [StepState.SKIPPED] * 2


def test_a_trash_folder_that_cannot_be_made(
    photos: Path, journal: Journal, trash_path: Path
) -> None:
    add(trash_path, b"a file in its place")
    one = twins(photos)
    outcome = execute(plan(one), journal, JobContext(), FreedesktopTrash())
    assert codes(outcome) == [SkipCode.TRASH_FAILED]
    assert Path(one.victim.path).exists()


def test_without_a_working_trash_it_is_set_aside(
    photos: Path, journal: Journal, trash_path: Path, home: Path
) -> None:
    add(trash_path, b"a file in its place")
    one = twins(photos)
    assert act(plan(one), journal).done == (one.victim.path,)
    (row,) = journal.steps(1)
    assert (journal.actions()[0].kind, row.kind) == (ActionKind.TRASH, ActionKind.SET_ASIDE)
    assert row.place is not None
    assert Path(row.place).is_relative_to(home / QUARANTINE_FOLDER)
    assert undo(1, journal, JobContext()).done == (one.victim.path,)
    assert len(files_below(photos)) == 2


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the root user may write everywhere"
)
@pytest.mark.parametrize("what", ["folder", "trash"])
def test_a_read_only_folder(photos: Path, journal: Journal, trash_path: Path, what: str) -> None:
    one = twins(photos)
    act(plan(twins(photos / "other", content=b"other")), journal)
    folder = Path(one.victim.path).parent if what == "folder" else trash_path / "info"
    folder.chmod(0o500)
    try:
        outcome = act(plan(one), journal)
    finally:
        folder.chmod(0o700)
    assert codes(outcome) == [SkipCode.TRASH_FAILED]
    assert Path(one.victim.path).exists()


def test_a_failure_that_was_none(
    photos: Path, journal: Journal, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server carried the rename out, and its answer was lost."""

    def rename_and_fail(source: Entry, target: Entry) -> None:
        rename_without_replacing(source, target)
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), source.path)

    monkeypatch.setattr(RENAME, rename_and_fail)
    one = twins(photos)
    assert act(plan(one), journal).done == (one.victim.path,)
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    assert infos(trash_path) == {"photo.jpg"}
    assert journal.steps(1)[0].state is StepState.DONE


class AliasedTrash(FreedesktopTrash):
    """The victim's path and the survivor's lead to one file, as nothing told before."""

    def __init__(self, survivor: str, aside: Path | None = None) -> None:
        super().__init__()
        self._survivor = survivor
        self._aside = aside

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        super().carry_out(step, expected)
        assert step.place is not None
        os.unlink(self._survivor)
        if self._aside is not None:
            os.rename(step.place, self._aside)


def test_a_victim_with_which_the_survivor_goes_comes_back(
    photos: Path, journal: Journal, trash_path: Path
) -> None:
    one = twins(photos)
    outcome = execute(plan(one), journal, JobContext(), AliasedTrash(one.survivor.path))
    assert outcome.done == ()
    assert outcome.skipped == (
        Skipped(one.victim.path, SkipCode.SURVIVOR_VANISHED, one.survivor.path),
    )
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert in_trash(trash_path) == {}
    assert infos(trash_path) == set()
    assert journal.steps(1)[0].state is StepState.SKIPPED


def test_a_victim_that_cannot_come_back_stays_in_the_journal(
    photos: Path, journal: Journal, tmp_path: Path
) -> None:
    one = twins(photos)
    trash = AliasedTrash(one.survivor.path, tmp_path / "aside.jpg")
    outcome = execute(plan(one), journal, JobContext(), trash)
    assert outcome.done == (one.victim.path,)
    assert codes(outcome) == [SkipCode.RESTORE_FAILED]
    assert journal.steps(1)[0].state is StepState.DONE


class StolenPlaces(FreedesktopTrash):
    """Other programs take so many places directly before they are claimed."""

    def __init__(self, thefts: int, journal: Journal) -> None:
        super().__init__()
        self._thefts = thefts
        self._journal = journal

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        assert step.place is not None
        assert [row.place for row in self._journal.unsettled()] == [step.place]
        if self._thefts:
            self._thefts -= 1
            add(Path(step.place), b"stolen")
            raise PlaceTaken(step.place)
        super().carry_out(step, expected)


def test_a_place_in_the_trash_that_others_take(
    photos: Path, journal: Journal, trash_path: Path
) -> None:
    one = twins(photos)
    outcome = execute(plan(one), journal, JobContext(), StolenPlaces(3, journal))
    assert outcome.done == (one.victim.path,)
    assert in_trash(trash_path)["photo.4.jpg"] == b"a photo"
    assert journal.steps(1)[0].place == str(trash_path / "files" / "photo.4.jpg")


def test_others_take_every_place(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    outcome = execute(plan(one), journal, JobContext(), StolenPlaces(99, journal))
    assert codes(outcome) == [SkipCode.TRASH_FAILED]
    assert Path(one.victim.path).exists()


def test_kept_copies_of_earlier_removals_stay(photos: Path, journal: Journal) -> None:
    """Even where the plan was made by hand: at least one copy of each is left."""
    a, b, c = (add(photos / name, b"a photo") for name in "abc")
    outcome = act(plan(step(a, b), step(b, c), step(c, a)), journal)
    assert outcome.done == (str(a),)
    assert outcome.skipped == (
        Skipped(str(b), SkipCode.SURVIVOR_GOES_TOO, str(b)),
        Skipped(str(c), SkipCode.SURVIVOR_GOES_TOO, str(a)),
    )


def test_relied_on_by_another_name(photos: Path, journal: Journal, tmp_path: Path) -> None:
    a, b, c = (add(photos / name, b"a photo") for name in "abc")
    (tmp_path / "link").symlink_to(photos)
    outcome = act(plan(step(a, b), step(tmp_path / "link" / "b", c)), journal)
    assert codes(outcome) == [SkipCode.SURVIVOR_GOES_TOO]
    assert b.exists()


def test_stopped_between_two_photos(photos: Path, journal: Journal) -> None:
    context = JobContext()
    steps = [twins(photos / str(n)) for n in range(4)]
    moved: list[str] = []

    def stop_at_the_second(path: str) -> None:
        moved.append(path)
        if len(moved) == 2:
            context.cancel()

    outcome = execute(plan(*steps), journal, context, SpoiltTrash(stop_at_the_second))
    assert outcome.cancelled
    assert outcome.done == tuple(one.victim.path for one in steps[:2])
    assert outcome.skipped == ()
    assert all(Path(one.victim.path).exists() for one in steps[2:])
    assert [row.state for row in journal.steps(1)] == [StepState.DONE] * 2
    assert journal.actions()[0].finished_ns is not None


def test_undecodable_names(photos: Path, journal: Journal, trash_path: Path, no_text: str) -> None:
    one = twins(photos, f"{no_text}.jpg")
    assert act(plan(one), journal).done == (one.victim.path,)
    assert list(in_trash(trash_path)) == [f"{no_text}.jpg"]
    assert journal.steps(1)[0].path == one.victim.path


# Companions


def with_sidecar(photos: Path) -> tuple[Step, Path]:
    one = twins(photos)
    sidecar = add(photos / "gone" / "photo.xmp", b"a sidecar")
    add(photos / "kept" / "photo.xmp", b"a sidecar")
    return replace(one, companions=(str(sidecar),)), sidecar


def test_a_companion_goes_after_its_photo(photos: Path, journal: Journal, trash_path: Path) -> None:
    one, sidecar = with_sidecar(photos)
    moved: list[str] = []
    outcome = execute(plan(one), journal, JobContext(), SpoiltTrash(moved.append))
    assert moved == [one.victim.path, str(sidecar)]
    assert outcome == Outcome(1, (one.victim.path, str(sidecar)), 16, ())
    assert in_trash(trash_path) == {"photo.jpg": b"a photo", "photo.xmp": b"a sidecar"}
    photo_row, sidecar_row = journal.steps(1)
    assert sidecar_row.path == str(sidecar)
    assert sidecar_row.size_bytes == 9
    assert sidecar_row.survivor == photo_row.survivor
    assert sidecar_row.state is StepState.DONE


def test_a_photo_that_stays_keeps_its_companion(
    photos: Path, journal: Journal, trash_path: Path
) -> None:
    one, sidecar = with_sidecar(photos)
    outcome = execute(plan(one), journal, JobContext(), SpoiltTrash(fail_with(errno.EIO)))
    assert codes(outcome) == [SkipCode.TRASH_FAILED, SkipCode.CANCELLED]
    assert sidecar.exists()
    assert in_trash(trash_path) == {}
    assert {row.state for row in journal.steps(1)} == {StepState.SKIPPED}


def test_a_companion_that_changes_stays(photos: Path, journal: Journal) -> None:
    one, sidecar = with_sidecar(photos)

    def spoil(path: str) -> None:
        if path == one.victim.path:
            sidecar.write_bytes(b"a new one")

    outcome = execute(plan(one), journal, JobContext(), SpoiltTrash(spoil))
    assert outcome.done == (one.victim.path,)
    assert outcome.skipped == (Skipped(str(sidecar), SkipCode.CHANGED),)
    assert sidecar.read_bytes() == b"a new one"


def test_a_companion_whose_twin_has_gone_meanwhile_stays(photos: Path, journal: Journal) -> None:
    """Two photos are read in full between the look at both and this."""
    one, sidecar = with_sidecar(photos)

    def lose(path: str) -> None:
        if path == one.victim.path:
            Path(one.survivor.path).with_suffix(".xmp").unlink()

    outcome = execute(plan(one), journal, JobContext(), SpoiltTrash(lose))
    assert outcome.done == (one.victim.path,)
    assert outcome.skipped == (Skipped(str(sidecar), SkipCode.HAS_COMPANIONS, str(sidecar)),)
    assert sidecar.read_bytes() == b"a sidecar"


def test_a_companion_that_cannot_be_read_again(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, sidecar = with_sidecar(photos)

    def check_and_lose(step: Step, **_more: object) -> Checked:
        statuses = [os.lstat(path) for path in (step.victim.path, str(sidecar))]
        sidecar.unlink()
        return Checked(statuses[0], (statuses[1],))

    monkeypatch.setattr(preflight, "check", check_and_lose)
    outcome = act(plan(one), journal)
    assert codes(outcome) == [SkipCode.TRASH_FAILED]
    assert Path(one.victim.path).exists()
    assert journal.unsettled() == []
