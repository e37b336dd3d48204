import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dupefinder.actions.backends import hard_link
from dupefinder.actions.backends.protocol import FileChanged
from dupefinder.actions.backends.renaming import partial_name
from dupefinder.actions.checks import preflight
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.reconcile import reconcile
from dupefinder.actions.records import ActionKind, Outcome, SkipCode, Step, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from tests.actions.access_lists import give, list_of
from tests.actions.removals import add, files_below, plan, rate, step, twins
from tests.actions.trees import skip_where_read_only_files_get_no_times


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return tmp_path / "photos"


def link(journal: Journal, *steps: Step) -> Outcome:
    return execute(plan(*steps, kind=ActionKind.HARD_LINK), journal, JobContext())


def bring_back(journal: Journal) -> Outcome:
    return undo(1, journal, JobContext())


def codes(outcome: Outcome) -> list[SkipCode]:
    return [skipped.code for skipped in outcome.skipped]


def names(photos: Path) -> list[str]:
    return sorted(path.name for path in photos.rglob("*"))


def change_before_linking(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Let a file change at the last moment."""
    make = os.link

    def change_first(source: str, target: str, **options: Any) -> None:
        Path(path).write_bytes(b"edited!")
        make(source, target, **options)

    monkeypatch.setattr(os, "link", change_first)


def test_both_paths_lead_to_one_file_and_undo_parts_them(photos: Path, journal: Journal) -> None:
    victim = add(photos / "gone" / "photo.jpg", b"a photo", 111_222_300)
    one = step(victim, add(photos / "kept" / "photo.jpg", b"a photo", 444_555_600))
    victim.chmod(0o640)
    mode = victim.stat().st_mode  # Windows has fewer
    before = files_below(photos)
    assert link(journal, one).done == (str(victim),)
    assert victim.samefile(one.survivor.path)
    assert names(photos) == ["gone", "kept", "photo.jpg", "photo.jpg"]
    (row,) = journal.steps(1)
    assert (row.kind, row.state, row.place) == (ActionKind.HARD_LINK, StepState.DONE, None)
    assert bring_back(journal).done == (str(victim),)
    assert not victim.samefile(one.survivor.path)
    assert files_below(photos) == before
    assert victim.stat().st_mode == mode
    assert names(photos) == ["gone", "kept", "photo.jpg", "photo.jpg"]


def test_a_file_system_whose_numbers_are_not_trusted_takes_links_too(
    photos: Path, journal: Journal, drive: Path
) -> None:
    # As a share on the network: the kept copy is read again after the link was made.
    one = twins(drive)
    outcome = link(journal, one)
    assert (outcome.done, outcome.skipped) == ((one.victim.path,), ())
    assert Path(one.victim.path).samefile(one.survivor.path)


def test_extended_attributes_come_back(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    rate(one.victim.path, b"5")
    link(journal, one)
    bring_back(journal)
    assert os.getxattr(one.victim.path, "user.rating") == b"5"


def test_an_access_list_comes_back(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    victim = Path(one.victim.path)
    acl = give(victim)
    link(journal, one)
    assert list_of(victim) == b""
    bring_back(journal)
    assert list_of(victim) == acl
    assert list_of(Path(one.survivor.path)) == b""
    assert stat.S_IMODE(victim.stat().st_mode) == 0o660


@pytest.mark.parametrize("read_only", ["victim", "survivor"])
def test_a_read_only_file_takes_part_and_stays_so(
    photos: Path, journal: Journal, read_only: str
) -> None:
    # Windows asks the file itself, whichever of its names is meant.
    one = twins(photos)
    paths = {"victim": one.victim.path, "survivor": one.survivor.path}
    os.chmod(paths[read_only], stat.S_IREAD)
    before = {path: os.stat(path).st_mode for path in paths.values()}
    assert link(journal, one).done == (one.victim.path,)
    assert os.stat(one.survivor.path).st_mode == before[one.survivor.path]
    if read_only == "victim":
        skip_where_read_only_files_get_no_times(photos.parent)
    assert bring_back(journal).done == (one.victim.path,)
    assert {path: os.stat(path).st_mode for path in paths.values()} == before


def test_a_link_that_is_taken_back_leaves_a_survivor_read_only(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    os.chmod(one.survivor.path, stat.S_IREAD)
    mode = os.stat(one.survivor.path).st_mode

    def refuse(*_: object) -> None:
        raise FileChanged(one.victim.path)

    monkeypatch.setattr(hard_link, "check_unchanged", refuse)
    assert codes(link(journal, one)) == [SkipCode.CHANGED]
    assert os.stat(one.survivor.path).st_mode == mode
    assert names(photos) == ["gone", "kept", "photo.jpg", "photo.jpg"]


@pytest.mark.skipif(os.name != "posix", reason="this system has no such bits")
def test_set_user_and_set_group_bits_do_not_come_back(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    os.chmod(one.victim.path, 0o6755)
    link(journal, one)
    bring_back(journal)
    assert stat.S_IMODE(os.stat(one.victim.path).st_mode) == 0o755


def test_several_links_to_one_file(photos: Path, journal: Journal) -> None:
    kept = add(photos / "kept.jpg", b"a photo")
    steps = [step(add(photos / f"{n}.jpg", b"a photo", n), kept) for n in range(3)]
    before = files_below(photos)
    assert len(link(journal, *steps).done) == 3
    assert kept.stat().st_nlink == 4
    assert len(bring_back(journal).done) == 3
    assert kept.stat().st_nlink == 1
    assert files_below(photos) == before


def test_only_the_same_bytes_become_a_link(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    one = replace(one, survivor=replace(one.survivor, digest=bytes(32)))
    statuses = preflight_passes(monkeypatch)
    assert codes(link(journal, one)) == [SkipCode.NOT_SAME_BYTES]
    assert statuses == [one.victim.path]
    assert os.stat(one.victim.path).st_nlink == 1


def preflight_passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []

    def check(one: Step, **_: object) -> preflight.Checked:
        seen.append(one.victim.path)
        return preflight.Checked(os.lstat(one.victim.path), ())

    monkeypatch.setattr(preflight, "check", check)
    return seen


def test_a_file_with_other_names_is_not_parted_from_them(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    os.link(one.victim.path, photos / "other name.jpg")
    assert codes(link(journal, one)) == [SkipCode.HAS_OTHER_NAMES]
    assert (photos / "other name.jpg").samefile(one.victim.path)


def test_nothing_is_linked_to_a_protected_photo(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    one = replace(one, survivor=replace(one.survivor, protected=True))
    (skipped,) = link(journal, one).skipped
    assert (skipped.code, skipped.detail) == (SkipCode.PROTECTED, one.survivor.path)
    assert os.stat(one.survivor.path).st_nlink == 1


def test_a_survivor_that_changes_at_the_last_moment_is_not_linked(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    change_before_linking(monkeypatch, one.survivor.path)
    assert codes(link(journal, one)) == [SkipCode.SURVIVOR_CHANGED]
    assert Path(one.victim.path).read_bytes() == b"a photo"
    assert names(photos) == ["gone", "kept", "photo.jpg", "photo.jpg"]


def test_companions_stay_beside_a_hard_link(photos: Path, journal: Journal) -> None:
    one = twins(photos)
    sidecar = add(photos / "gone" / "photo.xmp", b"a sidecar")
    add(photos / "kept" / "photo.xmp", b"a sidecar")
    assert link(journal, replace(one, companions=(str(sidecar),))).done == (one.victim.path,)
    assert sidecar.exists()


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_a_link_that_cannot_be_made(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(source: str, target: str, **_: object) -> None:
        raise OSError(code, os.strerror(code), source)

    one = twins(photos)
    monkeypatch.setattr(os, "link", refuse)
    (skipped,) = link(journal, one).skipped
    assert (skipped.code, skipped.detail) == (SkipCode.REFUSED_BY_SYSTEM, os.strerror(code))
    assert os.stat(one.victim.path).st_nlink == 1


def test_a_victim_that_changes_at_the_last_moment_stays(
    photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(photos)
    change_before_linking(monkeypatch, one.victim.path)
    assert codes(link(journal, one)) == [SkipCode.CHANGED]
    assert Path(one.victim.path).read_bytes() == b"edited!"
    assert len(files_below(photos)) == 2


# Undoing


@pytest.fixture
def linked(photos: Path, journal: Journal) -> Step:
    victim = add(photos / "gone" / "photo.jpg", b"a photo", 111_222_300)
    one = step(victim, add(photos / "kept" / "photo.jpg", b"a photo", 444_555_600))
    link(journal, one)
    return one


def test_a_link_that_is_gone_is_made_a_file_again(linked: Step, journal: Journal) -> None:
    os.unlink(linked.victim.path)
    assert bring_back(journal).done == (linked.victim.path,)
    assert os.stat(linked.victim.path).st_mtime_ns == 111_222_300


def test_a_survivor_that_is_gone_leaves_the_file_to_the_link(
    linked: Step, journal: Journal
) -> None:
    os.unlink(linked.survivor.path)
    assert bring_back(journal).done == (linked.victim.path,)
    assert os.stat(linked.victim.path).st_mtime_ns == 111_222_300


def change_both(one: Step) -> None:
    with open(one.victim.path, "r+b") as file:
        file.write(b"edited!")


def take_its_place(one: Step) -> None:
    os.unlink(one.victim.path)
    Path(one.victim.path).write_bytes(b"another photo")


def remove_both(one: Step) -> None:
    os.unlink(one.victim.path)
    os.unlink(one.survivor.path)


@pytest.mark.parametrize(
    ("harm", "code", "state"),
    [
        (change_both, SkipCode.CHANGED_SINCE, StepState.DONE),
        (take_its_place, SkipCode.PLACE_TAKEN, StepState.DONE),
        (remove_both, SkipCode.GONE_SINCE, StepState.LOST),
    ],
)
def test_nothing_is_overwritten(
    linked: Step,
    photos: Path,
    journal: Journal,
    harm: Callable[[Step], None],
    code: SkipCode,
    state: StepState,
) -> None:
    harm(linked)
    before = files_below(photos)
    assert codes(bring_back(journal)) == [code]
    assert files_below(photos) == before
    assert journal.steps(1)[0].state is state


def test_a_full_disk_leaves_the_link(
    linked: Step, photos: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(hard_link, "write_copy", full)
        assert codes(bring_back(journal)) == [SkipCode.RESTORE_FAILED]
    assert Path(linked.victim.path).samefile(linked.survivor.path)
    assert bring_back(journal).done == (linked.victim.path,)


@pytest.mark.parametrize("state", [StepState.INTENDED, StepState.UNDOING])
@pytest.mark.parametrize("is_link", [False, True])
def test_broken_off(linked: Step, journal: Journal, state: StepState, is_link: bool) -> None:
    (row,) = journal.steps(1)
    journal.update(replace(row, state=state))
    passing = Path(partial_name(linked.victim.path))
    if is_link:
        os.link(linked.survivor.path, passing)
    else:
        bring_back_by_hand = Path(linked.victim.path).read_bytes()
        os.unlink(linked.victim.path)
        Path(linked.victim.path).write_bytes(bring_back_by_hand)
        passing.write_bytes(b"a ph")
    (settled,) = reconcile(journal)
    if is_link:
        assert settled.state is StepState.DONE
    else:
        assert settled.state in (StepState.SKIPPED, StepState.UNDONE)
    assert not passing.exists()
    assert Path(linked.victim.path).read_bytes() == b"a photo"
