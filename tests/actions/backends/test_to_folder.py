"""Moving and copying to a folder, within a volume and across two."""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dupefinder.actions.backends import durable_copy
from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.renaming import aside_name, partial_name, rename_without_replacing
from dupefinder.actions.backups.copy_files import copy_files
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, Outcome, SkipCode, Step, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.access_lists import give, list_of
from tests.actions.removals import add, files_below, plan, planned, rate, row, step, twins

KINDS = pytest.mark.parametrize("kind", [ActionKind.MOVE, ActionKind.COPY])


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target" / "new"


@pytest.fixture
def across(monkeypatch: pytest.MonkeyPatch, target: Path) -> None:
    """Nothing can be renamed into the target, nor out of it."""

    def rename(source: Entry, new: Entry) -> None:
        if Path(source.path).is_relative_to(target) != Path(new.path).is_relative_to(target):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source.path)
        rename_without_replacing(source, new)

    monkeypatch.setattr("dupefinder.actions.backends.moved_away.rename_without_replacing", rename)
    monkeypatch.setattr("dupefinder.actions.backends.durable_copy.rename_without_replacing", rename)


def act(journal: Journal, kind: ActionKind, target: Path, *steps: Step) -> Outcome:
    return execute(plan(*steps, kind=kind, target=target), journal, JobContext())


def bring_back(journal: Journal, action_id: int = 1) -> Outcome:
    return undo(action_id, journal, JobContext())


def codes(outcome: Outcome) -> list[SkipCode]:
    return [skipped.code for skipped in outcome.skipped]


@KINDS
def test_the_tree_below_the_folder_of_all_is_kept(
    photos: Path, target: Path, journal: Journal, kind: ActionKind
) -> None:
    steps = [twins(photos / "a", "1.jpg"), twins(photos / "b" / "c", "2.jpg")]
    before = files_below(photos)
    outcome = act(journal, kind, target, *steps)
    assert outcome.done == tuple(one.victim.path for one in steps)
    assert outcome.kind is kind
    assert sorted(files_below(target)) == ["a/gone/1.jpg", "b/c/gone/2.jpg"]
    assert len(files_below(photos)) == (2 if kind is ActionKind.MOVE else 4)
    (action,) = journal.actions()
    assert (action.kind, action.target, action.done) == (kind, str(target), 2)
    assert len(bring_back(journal).done) == 2
    assert files_below(photos) == before
    assert files_below(target) == {}


@KINDS
def test_names_that_are_taken_are_numbered(
    photos: Path, target: Path, journal: Journal, kind: ActionKind
) -> None:
    add(target / "photo.jpg", b"another")
    act(journal, kind, target, twins(photos))
    assert {name: state.content for name, state in files_below(target).items()} == {
        "photo.jpg": b"another",
        "photo.2.jpg": b"a photo",
    }
    bring_back(journal)
    assert list(files_below(target)) == ["photo.jpg"]


@pytest.mark.usefixtures("across")
def test_across_volumes_times_permissions_and_attributes_are_kept(
    photos: Path, target: Path, journal: Journal
) -> None:
    one = twins(photos)
    victim = Path(one.victim.path)
    victim.chmod(0o640)
    os.utime(victim, ns=(111_222_300, one.victim.mtime_ns))
    for rated in (victim, one.survivor.path):
        rate(rated, b"\xff5")
    for moved in (target / "photo.jpg", victim):
        if moved == victim:
            assert bring_back(journal).done == (str(victim),)
        else:
            assert act(journal, ActionKind.MOVE, target, one).done == (str(victim),)
            assert not victim.exists()
        status = moved.stat()
        assert moved.read_bytes() == b"a photo"
        assert stat.S_IMODE(status.st_mode) == 0o640
        assert status.st_mtime_ns == one.victim.mtime_ns
        assert os.getxattr(moved, "user.rating") == b"\xff5"
    assert files_below(target) == {}


@pytest.mark.usefixtures("across")
def test_across_volumes_access_lists_are_kept(photos: Path, target: Path, journal: Journal) -> None:
    one = twins(photos)
    victim = Path(one.victim.path)
    acl = give(victim)
    act(journal, ActionKind.MOVE, target, one)
    assert list_of(target / "photo.jpg") == acl
    # As a volume does that has neither permissions nor lists.
    (target / "photo.jpg").chmod(0o777)
    os.removexattr(target / "photo.jpg", "system.posix_acl_access")
    bring_back(journal)
    assert list_of(victim) == acl
    assert stat.S_IMODE(victim.stat().st_mode) == 0o660


@pytest.mark.usefixtures("across")
def test_a_list_that_cannot_be_kept_keeps_the_photo_but_not_a_copy(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    give(Path(one.victim.path))

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "setxattr", refuse)
    (skipped,) = act(journal, ActionKind.MOVE, target, one).skipped
    assert skipped.code is SkipCode.REFUSED_BY_SYSTEM
    assert "access list (ACL) cannot be kept" in skipped.detail
    assert files_below(target) == {}
    outcome = act(journal, ActionKind.COPY, target, one)
    assert (outcome.done, outcome.narrowed) == (
        (one.victim.path,),
        (str(target / "photo.jpg"),),
    )
    assert stat.S_IMODE((target / "photo.jpg").stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="this system has no such bits")
def test_of_a_copy_that_keeps_its_list_nothing_is_told(
    photos: Path, target: Path, journal: Journal
) -> None:
    one = twins(photos)
    acl = give(Path(one.victim.path))
    assert act(journal, ActionKind.COPY, target, one).narrowed == ()
    assert list_of(target / "photo.jpg") == acl


@pytest.mark.skipif(os.name != "posix", reason="this system has no such bits")
def test_copies_lose_set_user_and_set_group_bits(
    photos: Path, target: Path, journal: Journal
) -> None:
    photo = add(photos / "photo.jpg", b"a photo")
    photo.chmod(0o6755)
    copy_files([planned(photo)], str(target), journal, JobContext(), base=str(photos))
    assert stat.S_IMODE((target / "photo.jpg").stat().st_mode) == 0o755


@pytest.mark.usefixtures("across")
def test_across_volumes_the_photo_goes_only_after_its_copy_was_read_again(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)

    def damage(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, b"!")

    monkeypatch.setattr(os, "fsync", damage)
    (skipped,) = act(journal, ActionKind.MOVE, target, one).skipped
    assert skipped.code is SkipCode.REFUSED_BY_SYSTEM
    assert "does not read as it was" in skipped.detail
    assert Path(one.victim.path).exists()
    assert files_below(target) == {}


@pytest.mark.usefixtures("across")
def test_across_volumes_a_file_with_other_names_stays_itself(
    photos: Path, target: Path, journal: Journal
) -> None:
    one = twins(photos)
    os.link(one.victim.path, photos / "other name.jpg")
    assert codes(act(journal, ActionKind.MOVE, target, one)) == [SkipCode.HAS_OTHER_NAMES]
    assert Path(one.victim.path).exists()


@KINDS
@pytest.mark.usefixtures("across")
def test_a_name_that_is_taken_while_it_is_copied(
    photos: Path,
    target: Path,
    journal: Journal,
    kind: ActionKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = durable_copy.write_copy
    thefts = iter([True])

    def write_and_lose(*arguments: Any, **options: Any) -> os.stat_result:
        written = write(*arguments, **options)
        if next(thefts, False):
            add(target / "photo.jpg", b"another")
        return written

    monkeypatch.setattr(durable_copy, "write_copy", write_and_lose)
    assert len(act(journal, kind, target, twins(photos)).done) == 1
    assert (target / "photo.jpg").read_bytes() == b"another"
    assert (target / "photo.2.jpg").read_bytes() == b"a photo"
    assert len(files_below(target)) == 2


@KINDS
@pytest.mark.usefixtures("across")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_copy_that_fails_leaves_nothing(
    photos: Path,
    target: Path,
    journal: Journal,
    kind: ActionKind,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))

    one = twins(photos)
    before = files_below(photos)
    monkeypatch.setattr(os, "fsync", fail)
    (skipped,) = act(journal, kind, target, one).skipped
    assert (skipped.code, skipped.detail) == (SkipCode.REFUSED_BY_SYSTEM, os.strerror(code))
    assert files_below(photos) == before
    assert files_below(target) == {}


@pytest.mark.usefixtures("across")
def test_a_photo_that_cannot_be_removed_leaves_no_copy(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    unlink, status = os.unlink, os.stat(one.victim.path)

    def refuse(path: str, **options: Any) -> None:
        # The copy has the same name in another folder, and a passing one comes before.
        if os.path.basename(path) == "photo.jpg" and os.path.samestat(
            os.stat(path, **options), status
        ):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", refuse)
    assert codes(act(journal, ActionKind.MOVE, target, one)) == [SkipCode.REFUSED_BY_SYSTEM]
    assert files_below(target) == {}
    assert Path(one.victim.path).exists()


def test_a_moved_file_that_was_changed_stays_in_the_target(
    photos: Path, target: Path, journal: Journal
) -> None:
    act(journal, ActionKind.MOVE, target, twins(photos))
    (target / "photo.jpg").write_bytes(b"a ph0to")
    assert codes(bring_back(journal)) == [SkipCode.CHANGED_SINCE]
    (target / "photo.jpg").unlink()
    assert codes(bring_back(journal)) == [SkipCode.GONE_SINCE]
    assert journal.steps(1)[0].state is StepState.LOST


@pytest.mark.usefixtures("across")
def test_attributes_that_cannot_be_kept_keep_the_photo(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick with FAT keeps no attributes."""
    one = twins(photos)
    for rated in (one.victim, one.survivor):
        rate(rated.path, b"5")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "setxattr", refuse)
    (skipped,) = act(journal, ActionKind.MOVE, target, one).skipped
    assert skipped.code is SkipCode.REFUSED_BY_SYSTEM
    assert "extended attributes cannot be kept" in skipped.detail
    assert Path(one.victim.path).exists()
    assert files_below(target) == {}


@KINDS
def test_a_target_drive_that_is_away(
    photos: Path, target: Path, journal: Journal, kind: ActionKind
) -> None:
    one = twins(photos)
    act(journal, kind, target, one)
    target.rename(target.with_name("unplugged"))
    assert codes(bring_back(journal)) == [SkipCode.GONE_SINCE]
    (row_,) = journal.steps(1)
    assert row_.state is StepState.DONE
    journal.update(replace(row_, state=StepState.UNDOING))
    assert reconcile(journal) == []
    target.with_name("unplugged").rename(target)
    assert bring_back(journal).done == (one.victim.path,)


# Copies


def test_missing_files_are_copied_with_their_folders(
    photos: Path, target: Path, journal: Journal
) -> None:
    files = [planned(add(photos / name, name.encode())) for name in ("a/1.jpg", "a/b/2.jpg")]
    outcome = copy_files(files, str(target), journal, JobContext(), base=str(photos))
    assert outcome.done == tuple(file.path for file in files)
    assert files_below(target) == files_below(photos)
    (copied, _) = journal.steps(1)
    assert (copied.survivor, copied.place) == ("", str(target / "a" / "1.jpg"))
    assert len(bring_back(journal).done) == 2
    assert files_below(target) == {}


def change(photo: Path) -> None:
    photo.write_bytes(b"a ph0to")


def remove(photo: Path) -> None:
    photo.unlink()


def make_link(photo: Path) -> None:
    photo.rename(photo.with_suffix(".real"))
    photo.symlink_to(photo.with_suffix(".real"))


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (change, SkipCode.CHANGED),
        (remove, SkipCode.VANISHED),
        (make_link, SkipCode.NOT_A_REGULAR_FILE),
    ],
)
def test_only_what_was_scanned_is_copied(
    photos: Path, target: Path, journal: Journal, harm: Callable[[Path], None], code: SkipCode
) -> None:
    photo = add(photos / "a.jpg", b"a photo")
    file = planned(photo)
    harm(photo)
    assert codes(copy_files([file], str(target), journal, JobContext())) == [code]
    assert files_below(target) == {}
    assert journal.unsettled() == []


def test_undoing_leaves_copies_that_were_changed_or_are_the_last(
    photos: Path, target: Path, journal: Journal
) -> None:
    files = [planned(add(photos / name, b"photo " + name.encode())) for name in "abc"]
    copy_files(files, str(target), journal, JobContext())
    (target / "a").write_bytes(b"edited!")
    (photos / "b").unlink()
    outcome = bring_back(journal)
    assert outcome.done == (files[2].path,)
    assert codes(outcome) == [SkipCode.CHANGED_SINCE, SkipCode.ORIGINAL_GONE]
    assert sorted(files_below(target)) == ["a", "b"]
    assert [one.state for one in journal.steps(1)] == [
        *[StepState.DONE] * 2,
        StepState.UNDONE,
    ]


def test_a_copy_that_turns_out_to_be_its_original_stays(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one folder mounted twice, putting the copy aside puts the original aside, too."""
    photo = add(photos / "a.jpg", b"a photo")
    copy_files([planned(photo)], str(target), journal, JobContext())
    place = target / "a.jpg"
    rename = rename_without_replacing

    def rename_both(source: Entry, new: Entry) -> None:
        rename(source, new)
        if source.path == str(place):
            photo.rename(photo.with_suffix(".aside"))
        if new.path == str(place):
            photo.with_suffix(".aside").rename(photo)

    for module in ("moved_away", "delete"):
        name = f"dupefinder.actions.backends.{module}.rename_without_replacing"
        monkeypatch.setattr(name, rename_both)
    assert codes(bring_back(journal)) == [SkipCode.SAME_FILE]
    assert photo.read_bytes() == place.read_bytes() == b"a photo"


# Broken off


def left(journal: Journal, kind: ActionKind, target: Path, one: Step, state: StepState) -> None:
    """Write the journal of an action that was broken off."""
    broken_off = replace(
        row(one.victim.path, state),
        size_bytes=one.victim.size_bytes,
        mtime_ns=one.victim.mtime_ns,
        digest=one.victim.digest,
        kind=kind,
        place=str(target / "photo.jpg"),
    )
    journal.add(journal.begin_action(kind, str(target)), [broken_off])


@pytest.mark.parametrize("state", [StepState.INTENDED, StepState.UNDOING])
def test_a_move_that_left_both_files(
    photos: Path, target: Path, journal: Journal, state: StepState
) -> None:
    one = twins(photos)
    left(journal, ActionKind.MOVE, target, one, state)
    copy = add(target / "photo.jpg", b"a photo", one.victim.mtime_ns)
    add(Path(partial_name(str(copy))), b"a ph")
    (settled,) = reconcile(journal)
    assert settled.state in (StepState.SKIPPED, StepState.UNDONE)
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert list(target.iterdir()) == []


def test_another_file_of_the_same_bytes_in_the_target_is_not_ours(
    photos: Path, target: Path, journal: Journal
) -> None:
    one = twins(photos)
    left(journal, ActionKind.MOVE, target, one, StepState.INTENDED)
    other = add(target / "photo.jpg", b"a photo", 5)
    (settled,) = reconcile(journal)
    assert settled.state is StepState.SKIPPED
    assert other.exists()


@pytest.mark.parametrize("state", [StepState.INTENDED, StepState.UNDOING])
@pytest.mark.parametrize("there", ["nothing", "part", "copy", "copy aside"])
def test_a_copy_that_was_broken_off(
    photos: Path, target: Path, journal: Journal, state: StepState, there: str
) -> None:
    one = twins(photos)
    left(journal, ActionKind.COPY, target, one, state)
    place = target / "photo.jpg"
    target.mkdir(parents=True)
    if there == "part":
        add(Path(partial_name(str(place))), b"a ph")
    elif there != "nothing":
        add(Path(aside_name(str(place))) if there == "copy aside" else place, b"a photo")
    (settled,) = reconcile(journal)
    if there in ("copy", "copy aside"):
        assert settled.state is StepState.DONE
        assert list(target.iterdir()) == [place]
    else:
        assert settled.state in (StepState.SKIPPED, StepState.UNDONE)
        assert list(target.iterdir()) == []
    assert Path(one.victim.path).exists()


def test_a_real_second_volume(photos: Path, journal: Journal) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == photos.parent.stat().st_dev:
        pytest.skip("there is no second volume to write to")
    target = memory / f"dupefinder-test-{os.getpid()}"
    steps = [twins(photos / str(number)) for number in range(2)]
    before = files_below(photos)
    try:
        assert len(act(journal, ActionKind.MOVE, target, *steps).done) == 2
        assert len(files_below(target)) == 2
        assert len(bring_back(journal).done) == 2
        assert files_below(photos) == before
        assert files_below(target) == {}
    finally:
        for folder, _, names in os.walk(target, topdown=False):
            for name in names:
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)


def test_a_move_within_one_folder_gets_a_number(photos: Path, journal: Journal) -> None:
    victim = add(photos / "a.jpg", b"a photo")
    one = step(victim, add(photos / "kept" / "a.jpg", b"a photo"))
    act(journal, ActionKind.MOVE, photos, one)
    assert sorted(files_below(photos)) == ["a.2.jpg", "kept/a.jpg"]


@pytest.mark.usefixtures("across")
@pytest.mark.parametrize("task", ["apply", "undo"])
def test_the_last_copy_stays_though_the_removal_of_its_original_is_reported_to_have_failed(
    photos: Path, target: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    """A server may remove a file and not say so: then the copy is the only one."""
    one = twins(photos)
    before = files_below(photos)
    if task == "undo":
        execute(plan(one, kind=ActionKind.MOVE, target=target), journal, JobContext())
    unlink = os.unlink
    removed: list[str] = []

    def unlink_in_silence(path: str, **options: Any) -> None:
        unlink(path, **options)
        if os.path.basename(path) == os.path.basename(one.victim.path):
            removed.append(path)
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    monkeypatch.setattr(os, "unlink", unlink_in_silence)
    if task == "apply":
        outcome = execute(plan(one, kind=ActionKind.MOVE, target=target), journal, JobContext())
    else:
        outcome = undo(1, journal, JobContext())
    assert len(removed) == 1
    assert (outcome.done, outcome.skipped) == ((one.victim.path,), ())
    monkeypatch.undo()
    if task == "apply":
        undo(1, journal, JobContext())
    assert files_below(photos) == before
