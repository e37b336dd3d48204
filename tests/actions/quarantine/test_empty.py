import json
import os
import shutil
from pathlib import Path

import pytest

from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.quarantine.empty import empty, plan_emptying
from dupefinder.actions.quarantine.restore import quarantined_now
from dupefinder.actions.records import ActionKind, Outcome, Plan, SkipCode, Step, StepState
from dupefinder.actions.undo import cannot_come_back, undo
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from tests.actions.removals import add, files_below, plan, planned, step, twins
from tests.core.pictures import jpeg, textured


@pytest.fixture
def gone(drive: Path, journal: Journal) -> Step:
    """A photo that was set aside with its sidecar."""
    sidecar = add(drive / "gone" / "photo.xmp", b"a sidecar")
    add(drive / "kept" / "photo.xmp", b"a sidecar")
    one = twins(drive)
    one = step(Path(one.victim.path), Path(one.survivor.path), sidecar)
    execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    return one


def empty_all(drive: Path, journal: Journal) -> Outcome:
    return empty_folder(drive / QUARANTINE_FOLDER, journal)


def empty_folder(quarantine: Path, journal: Journal) -> Outcome:
    return empty(
        plan_emptying(quarantined_now(str(quarantine))), str(quarantine), journal, JobContext()
    )


def move_on(drive: Path, journal: Journal) -> Outcome:
    quarantine = str(drive / QUARANTINE_FOLDER)
    moving = plan_emptying(quarantined_now(quarantine), kind=ActionKind.TRASH)
    return empty(moving, quarantine, journal, JobContext())


def test_set_aside_photos_are_deleted_with_their_companions(
    drive: Path, journal: Journal, gone: Step
) -> None:
    outcome = empty_all(drive, journal)
    assert (len(outcome.done), outcome.done_bytes, outcome.skipped) == (2, 16, ())
    assert [path for path in (drive / QUARANTINE_FOLDER).iterdir() if path.is_dir()] == []
    assert sorted(path.name for path in (drive / "kept").iterdir()) == ["photo.jpg", "photo.xmp"]
    assert journal.actions()[0].kind is ActionKind.DELETE
    assert {row.state for row in journal.steps(2)} == {StepState.DONE}
    assert {(row.state, row.skip and row.skip.code) for row in journal.steps(1)} == {
        (StepState.LOST, SkipCode.DELETED)
    }
    assert {skip.code for skip in undo(2, journal, JobContext()).skipped} == {SkipCode.DELETED}
    assert {skip.code for skip in cannot_come_back(journal.steps(1))} == {SkipCode.DELETED}
    assert {skip.code for skip in undo(1, journal, JobContext()).skipped} == {SkipCode.DELETED}


def test_set_aside_photos_are_moved_on_to_the_trash_and_restored_if_possible(
    drive: Path, journal: Journal, gone: Step
) -> None:
    before = files_below(drive)
    quarantine = drive / QUARANTINE_FOLDER
    outcome = move_on(drive, journal)
    assert (outcome.kind, len(outcome.done), outcome.skipped) == (ActionKind.TRASH, 2, ())
    assert [path for path in quarantine.iterdir() if path.is_dir()] == []
    assert Path(gone.survivor.path).exists()
    assert undo(2, journal, JobContext()).skipped == ()
    assert {name: files_below(drive)[name] for name in before} == before
    assert undo(1, journal, JobContext()).skipped == ()
    assert Path(gone.victim.path).exists()


@pytest.mark.parametrize("name", ["dupefinder-set-aside-moved", "other/name"])
def test_content_of_a_moved_quarantine_folder_counts_as_deleted(
    drive: Path, journal: Journal, gone: Step, name: str
) -> None:
    moved = drive / name
    moved.parent.mkdir(exist_ok=True)
    (drive / QUARANTINE_FOLDER).rename(moved)
    assert len(empty_folder(moved, journal).done) == 2
    assert {(row.state, row.skip and row.skip.code) for row in journal.steps(1)} == {
        (StepState.LOST, SkipCode.DELETED)
    }
    assert {skip.code for skip in undo(1, journal, JobContext()).skipped} == {SkipCode.DELETED}


def test_photos_set_aside_elsewhere_do_not_count_as_deleted(
    drive: Path, journal: Journal, gone: Step
) -> None:
    copied = drive / "copied"
    shutil.copytree(drive / QUARANTINE_FOLDER, copied)
    assert len(empty_folder(copied, journal).done) == 2
    assert {row.state for row in journal.steps(1)} == {StepState.DONE}
    assert len(undo(1, journal, JobContext()).done) == 2


@pytest.mark.parametrize("harm", ["gone", "changed", "sidecar gone"])
def test_nothing_is_deleted_whose_copy_does_not_stay(
    drive: Path, journal: Journal, gone: Step, harm: str
) -> None:
    survivor = Path(gone.survivor.path)
    if harm == "gone":
        survivor.unlink()
    elif harm == "changed":
        survivor.write_bytes(b"a ph0to")
    else:
        survivor.with_suffix(".xmp").unlink()
    emptying = plan_emptying(quarantined_now(str(drive / QUARANTINE_FOLDER)))
    outcome = empty(emptying, str(drive / QUARANTINE_FOLDER), journal, JobContext())
    assert outcome.done == ()
    assert len(emptying.refused) + len(outcome.skipped) == 1
    assert len(quarantined_now(str(drive / QUARANTINE_FOLDER))) == 2


def test_a_copy_that_was_set_aside_later_passes_its_duty_on(drive: Path, journal: Journal) -> None:
    a, b, c = (add(drive / name / "photo.jpg", b"a photo") for name in "abc")
    for victim, survivor in ((a, b), (b, c)):
        only = plan(step(victim, survivor), kind=ActionKind.SET_ASIDE)
        assert len(execute(only, journal, JobContext()).done) == 1
    assert len(empty_all(drive, journal).done) == 2
    assert c.read_bytes() == b"a photo"


@pytest.mark.parametrize("contents", [(b"a photo", b"another"), (b"a photo", b"a photo")])
def test_all_that_had_one_path_is_planned(
    drive: Path, journal: Journal, contents: tuple[bytes, bytes]
) -> None:
    for number, content in enumerate(contents):
        victim = add(drive / "gone" / "photo.jpg", content)
        only = step(victim, add(drive / f"kept {number}" / "photo.jpg", content))
        execute(plan(only, kind=ActionKind.SET_ASIDE), journal, JobContext())
    assert len(plan_emptying(quarantined_now(str(drive / QUARANTINE_FOLDER))).steps) == 2
    assert len(empty_all(drive, journal).done) == 2
    assert quarantined_now(str(drive / QUARANTINE_FOLDER)) == []


def test_a_duty_is_passed_on_past_another_that_had_the_same_path(
    drive: Path, journal: Journal
) -> None:
    a, b, c = (drive / name / "photo.jpg" for name in "abc")
    for victim, survivor in ((a, b), (b, a), (a, c)):
        for path in (victim, survivor):
            add(path, b"a photo")
        only = plan(step(victim, survivor), kind=ActionKind.SET_ASIDE)
        assert len(execute(only, journal, JobContext()).done) == 1
    assert len(empty_all(drive, journal).done) == 3
    assert c.read_bytes() == b"a photo"


def test_the_last_copy_is_not_deleted_when_it_lies_in_the_quarantine_folder(
    drive: Path, journal: Journal
) -> None:
    a, b = (add(drive / name / "photo.jpg", b"a photo") for name in "ab")
    for victim, survivor in ((a, b),):
        execute(plan(step(victim, survivor), kind=ActionKind.SET_ASIDE), journal, JobContext())
    os.unlink(b)
    assert empty_all(drive, journal).done == ()
    assert [state.content for state in files_below(drive).values() if state.content == b"a photo"]


@pytest.mark.parametrize("evidence", [Evidence.CHOSEN, Evidence.EDITED])
def test_a_manifest_decides_nothing_that_a_person_did_not(
    drive: Path, journal: Journal, evidence: Evidence
) -> None:
    """Somebody else may have written that the only copy was given up for another photo."""
    shown = jpeg(textured())
    one = step(add(drive / "gone" / "photo.jpg", shown), add(drive / "kept" / "photo.jpg", shown))
    other = planned(add(drive / "other.jpg", jpeg(textured().resize((160, 120)), quality=50)))
    execute(plan(one, kind=ActionKind.SET_ASIDE), journal, JobContext())
    Path(one.survivor.path).unlink()
    (manifest,) = (drive / QUARANTINE_FOLDER).glob("*.jsonl")
    said = json.loads(manifest.read_bytes())
    said |= {"evidence": evidence.value, "stays": other.path, "stays_bytes": other.size_bytes}
    manifest.write_text(json.dumps({**said, "stays_blake3": other.digest.hex()}) + "\n")
    moving = plan_emptying(quarantined_now(str(drive / QUARANTINE_FOLDER)), kind=ActionKind.TRASH)
    outcome = empty(moving, str(drive / QUARANTINE_FOLDER), journal, JobContext())
    # An edit proves nothing, so it is refused before anything is compared.
    code = SkipCode.NO_LONGER_PROVEN if evidence is Evidence.CHOSEN else SkipCode.NOT_A_DUPLICATE
    assert [skip.code for skip in (*moving.refused, *outcome.skipped)] == [code]
    assert len(quarantined_now(str(drive / QUARANTINE_FOLDER))) == 1


def test_a_photo_that_a_person_gave_up_is_moved_on(drive: Path, journal: Journal) -> None:
    given_up = planned(add(drive / "gone" / "photo.jpg", jpeg(textured())))
    kept = planned(add(drive / "kept.jpg", jpeg(textured(seed=1))))
    chosen = Plan((Step(given_up, kept, Evidence.CHOSEN),), kind=ActionKind.SET_ASIDE)
    assert len(execute(chosen, journal, JobContext()).done) == 1
    assert len(move_on(drive, journal).done) == 1


def test_a_smaller_copy_that_a_person_accepted_is_enough_still(
    drive: Path, journal: Journal
) -> None:
    large = planned(add(drive / "gone" / "photo.jpg", jpeg(textured())))
    small = planned(add(drive / "kept.jpg", jpeg(textured().resize((160, 120)))))
    marked = Step(large, small, Evidence.RE_ENCODED, accepts_smaller=True)
    execute(Plan((marked,), kind=ActionKind.SET_ASIDE), journal, JobContext())
    assert len(empty_all(drive, journal).done) == 1
