import errno
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal, JournalNotWritable
from dupefinder.actions.records import Outcome, SkipCode, Skipped, Step, StepState
from dupefinder.actions.undo import cannot_come_back, undo
from dupefinder.core.job import JobContext, Progress
from tests.actions.removals import add, files_below, in_trash, infos, plan, planned, step, twins

RENAME = "dupefinder.actions.backends.moved_away.rename_without_replacing"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def gone(photos: Path, journal: Journal) -> Step:
    """A copy that an action moved to the trash."""
    one = twins(photos)
    execute(plan(one), journal, JobContext())
    return one


def bring_back(journal: Journal) -> Outcome:
    return undo(1, journal, JobContext())


def codes(outcome: Outcome) -> list[SkipCode]:
    return [skipped.code for skipped in outcome.skipped]


def test_a_copy_comes_back(gone: Step, photos: Path, journal: Journal, trash_path: Path) -> None:
    assert bring_back(journal) == Outcome(1, (gone.victim.path,), 7, ())
    assert planned(Path(gone.victim.path)) == gone.victim
    assert (in_trash(trash_path), infos(trash_path)) == ({}, set())
    (row,) = journal.steps(1)
    assert (row.state, row.place) == (StepState.UNDONE, None)
    (action,) = journal.actions()
    assert (action.done, action.undone, action.done_bytes) == (0, 1, 0)
    assert action.undone_ns is not None


def test_an_action_and_its_undo_are_known_by_their_start(photos: Path, tmp_path: Path) -> None:
    """By number, an action of another journal, or of one before a damage, would be taken for it."""
    starts = []
    for name in ("one", "other"):
        with Journal.open(tmp_path / name / "journal.sqlite") as journal:
            outcome = execute(plan(twins(photos / name)), journal, JobContext())
            assert outcome.action_id == 1
            assert bring_back(journal).begun_ns == outcome.begun_ns > 0
            starts.append(outcome.begun_ns)
    assert len(set(starts)) == 2


def test_a_second_undo_has_nothing_to_do(gone: Step, photos: Path, journal: Journal) -> None:
    bring_back(journal)
    os.unlink(gone.victim.path)
    assert bring_back(journal) == Outcome(1, (), 0, ())
    assert len(files_below(photos)) == 1


def test_an_unknown_action(journal: Journal) -> None:
    assert undo(99, journal, JobContext()) == Outcome(99, (), 0, ())


def test_progress_is_told(photos: Path, journal: Journal) -> None:
    execute(plan(*(twins(photos / str(n)) for n in range(3))), journal, JobContext())
    told: list[Progress] = []
    undo(1, journal, JobContext(told.append))
    assert told[0].phase == told[-1].phase == "undo"
    assert (told[-1].done, told[-1].total) == (3, 3)


def test_a_taken_place_is_not_overwritten(gone: Step, journal: Journal, trash_path: Path) -> None:
    other = add(Path(gone.victim.path), b"another")
    outcome = bring_back(journal)
    assert codes(outcome) == [SkipCode.PLACE_TAKEN]
    assert other.read_bytes() == b"another"
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    assert infos(trash_path) == {"photo.jpg"}
    (row,) = journal.steps(1)
    assert (row.state, row.skip) == (StepState.DONE, outcome.skipped[0])
    other.unlink()
    assert bring_back(journal).done == (gone.victim.path,)
    assert journal.steps(1)[0].skip is None


def test_a_link_takes_a_place_too(gone: Step, journal: Journal) -> None:
    Path(gone.victim.path).symlink_to("nowhere")
    assert codes(bring_back(journal)) == [SkipCode.PLACE_TAKEN]


def test_a_place_that_is_taken_in_the_last_moment(
    gone: Step, journal: Journal, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(source: Entry, target: Entry) -> None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), source.path)

    monkeypatch.setattr(RENAME, taken)
    assert codes(bring_back(journal)) == [SkipCode.PLACE_TAKEN]
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    assert journal.steps(1)[0].state is StepState.DONE


@pytest.mark.parametrize("harm", ["rewritten", "longer", "link", "folder"])
def test_files_changed_in_the_trash_stay_there(
    gone: Step, journal: Journal, trash_path: Path, harm: str
) -> None:
    place = trash_path / "files" / "photo.jpg"
    place.unlink()
    if harm == "link":
        place.symlink_to(gone.survivor.path)
    elif harm == "folder":
        place.mkdir()
    else:
        place.write_bytes(b"a ph0to" if harm == "rewritten" else b"a longer photo")
    outcome = bring_back(journal)
    assert codes(outcome) == [SkipCode.CHANGED_IN_TRASH]
    assert outcome.skipped[0].detail == str(place)
    assert not os.path.lexists(gone.victim.path)
    assert os.path.lexists(place)
    assert journal.steps(1)[0].state is StepState.DONE


def test_an_emptied_trash(gone: Step, journal: Journal, trash_path: Path) -> None:
    (trash_path / "files" / "photo.jpg").unlink()
    assert codes(bring_back(journal)) == [SkipCode.NOT_IN_TRASH]
    assert journal.steps(1)[0].state is StepState.LOST
    assert journal.actions()[0].lost == 1


def test_a_file_that_reappears_in_the_trash_is_brought_back(
    gone: Step, journal: Journal, trash_path: Path
) -> None:
    place = trash_path / "files" / "photo.jpg"
    content = place.read_bytes()
    place.unlink()
    bring_back(journal)
    place.write_bytes(content)
    assert bring_back(journal).done == (gone.victim.path,)
    assert planned(Path(gone.victim.path)) == gone.victim


def test_a_trash_that_is_absent_is_not_lost(gone: Step, journal: Journal, trash_path: Path) -> None:
    """The trash of a drive that is not plugged in cannot be reached."""
    trash_path.rename(trash_path.parent / "unplugged")
    foretold = cannot_come_back(journal.steps(1))
    assert foretold == [Skipped(gone.victim.path, SkipCode.TRASH_AWAY, str(trash_path))]
    assert bring_back(journal).skipped == tuple(foretold)
    assert journal.steps(1)[0].state is StepState.DONE
    (trash_path.parent / "unplugged").rename(trash_path)
    assert bring_back(journal).done == (gone.victim.path,)


def test_files_that_a_person_restored_count_as_undone(
    gone: Step, journal: Journal, trash_path: Path
) -> None:
    (trash_path / "files" / "photo.jpg").rename(gone.victim.path)
    assert bring_back(journal).done == (gone.victim.path,)
    assert journal.steps(1)[0].state is StepState.UNDONE


def test_folders_that_are_gone_are_made_again(photos: Path, journal: Journal) -> None:
    victim = add(photos / "deep" / "deeper" / "a.jpg", b"a photo")
    execute(plan(step(victim, add(photos / "b.jpg", b"a photo"))), journal, JobContext())
    shutil.rmtree(photos / "deep")
    assert bring_back(journal).done == (str(victim),)
    assert victim.read_bytes() == b"a photo"


def test_a_file_in_the_folders_place(
    gone: Step, photos: Path, journal: Journal, trash_path: Path
) -> None:
    (photos / "gone").rmdir()
    (photos / "gone").touch()
    outcome = bring_back(journal)
    assert codes(outcome) == [SkipCode.RESTORE_FAILED]
    assert outcome.skipped[0].detail
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}
    assert journal.steps(1)[0].state is StepState.DONE


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EROFS, errno.ENOSPC])
def test_a_rename_that_fails(
    gone: Step,
    journal: Journal,
    trash_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    def fail(source: Entry, target: Entry) -> None:
        raise OSError(code, os.strerror(code), source.path)

    with monkeypatch.context() as patched:
        patched.setattr(RENAME, fail)
        outcome = bring_back(journal)
    assert [(one.code, one.detail) for one in outcome.skipped] == [
        (SkipCode.RESTORE_FAILED, os.strerror(code))
    ]
    assert infos(trash_path) == {"photo.jpg"}
    assert bring_back(journal).done == (gone.victim.path,)


def test_a_time_that_something_touched_in_the_trash(
    gone: Step, journal: Journal, trash_path: Path
) -> None:
    os.utime(trash_path / "files" / "photo.jpg", ns=(1, 1))
    bring_back(journal)
    assert Path(gone.victim.path).stat().st_mtime_ns == gone.victim.mtime_ns


def test_nothing_is_brought_back_that_cannot_be_written_down(
    gone: Step, journal: Journal, trash_path: Path
) -> None:
    journal._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(JournalNotWritable):
        bring_back(journal)
    assert in_trash(trash_path) == {"photo.jpg": b"a photo"}


def test_an_undo_that_was_broken_off_goes_on(
    gone: Step, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(source: Entry, target: Entry) -> None:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(RENAME, interrupt)
        with pytest.raises(Interrupted):
            bring_back(journal)
    assert [row.state for row in journal.unsettled()] == [StepState.UNDOING]
    assert bring_back(journal).done == (gone.victim.path,)


def test_stopped_between_two_files(
    photos: Path, journal: Journal, trash_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute(plan(*(twins(photos / str(n)) for n in range(3))), journal, JobContext())
    context = JobContext()
    monkeypatch.setattr(
        "dupefinder.actions.backends.moved_away.restore_time_of", lambda *_: context.cancel()
    )
    outcome = undo(1, journal, context)
    assert outcome.cancelled
    assert len(outcome.done) == 1
    assert len(in_trash(trash_path)) == 2
    assert len(bring_back(journal).done) == 2


# Laws

NAMES = st.binary(min_size=1, max_size=40).filter(
    lambda name: not set(name) & {0, ord("/")} and name not in (b".", b"..")
)
TIMES_NS = st.integers(0, 4_000_000_000_000_000_000)
COPIES = st.lists(
    st.tuples(st.sampled_from([b"one", b"two", b""]), NAMES, TIMES_NS), min_size=1, max_size=6
)
ORDERS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@pytest.mark.skipif(os.name != "posix", reason="names are not any bytes there")
@settings(max_examples=40)
@given(copies=COPIES, orders=ORDERS)
def test_every_action_leaves_a_copy_and_can_be_undone(
    copies: list[tuple[bytes, bytes, int]], orders: list[tuple[int, int]]
) -> None:
    """No plan at all, not even one that nobody checked, lets every copy go."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = [
            add(folder / "photos" / str(number) / os.fsdecode(name), content, mtime_ns)
            for number, (content, name, mtime_ns) in enumerate(copies)
        ]
        steps = [
            step(files[victim], files[survivor])
            for victim, survivor in orders
            if max(victim, survivor) < len(files)
        ]
        before = files_below(folder / "photos")
        with Journal.open(folder / "journal.sqlite") as journal:
            outcome = execute(plan(*steps), journal, JobContext())
            after = files_below(folder / "photos")
            assert {state.content for state in after.values()} == {
                state.content for state in before.values()
            }
            assert len(after) == len(before) - len(outcome.done)
            assert len(outcome.done) + len(outcome.skipped) == len(steps)
            back = undo(outcome.action_id, journal, JobContext())
        assert sorted(back.done) == sorted(outcome.done)
        assert files_below(folder / "photos") == before


@pytest.mark.parametrize("column", ["state", "kind"])
def test_journal_rows_that_are_not_understood_are_left_and_named(
    gone: Step, journal: Journal, trash_path: Path, column: str
) -> None:
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as connection:
        connection.execute(f"UPDATE steps SET {column} = 'melted'")
    outcome = bring_back(journal)
    assert outcome.done == ()
    told = Skipped(gone.victim.path, SkipCode.NOT_UNDERSTOOD, f"{column} “melted”")
    assert outcome.skipped == (told,)
    assert (trash_path / "files" / "photo.jpg").exists()
    assert journal.steps(1)[0].skip == told, "the row is as it was"


def test_unknown_evidence_keeps_no_file_away(gone: Step, journal: Journal) -> None:
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as connection:
        connection.execute("UPDATE steps SET evidence = 'hearsay'")
    assert bring_back(journal).done == (gone.victim.path,)
