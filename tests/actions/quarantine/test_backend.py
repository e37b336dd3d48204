import errno
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.backends.renaming import rename_without_replacing
from dupefinder.actions.backends.trusted_folder import this_account, volume_top
from dupefinder.actions.execute import execute
from dupefinder.actions.journal import Journal
from dupefinder.actions.quarantine import folder, manifest
from dupefinder.actions.records import ActionKind, Outcome, SkipCode, Step, StepState
from dupefinder.actions.undo import undo
from dupefinder.core.job import JobContext
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import VolumeTable
from tests.actions.removals import add, files_below, plan, step, twins


def set_aside(journal: Journal, *steps: Step) -> Outcome:
    return execute(plan(*steps, kind=ActionKind.SET_ASIDE), journal, JobContext())


def trees(quarantine: Path) -> list[Path]:
    return sorted(path for path in quarantine.iterdir() if path.is_dir())


def records(quarantine: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted(quarantine.glob("*.jsonl"))
        for line in path.read_text("utf-8").split("\n")
        if line
    ]


def test_at_the_top_of_its_drive_in_the_tree_that_it_left(drive: Path, journal: Journal) -> None:
    one = twins(drive / "2024" / "a b", "ä.jpg")
    assert set_aside(journal, one).done == (one.victim.path,)
    quarantine = drive / QUARANTINE_FOLDER
    if os.name == "posix":
        assert stat.S_IMODE(quarantine.stat().st_mode) == 0o700
    (tree,) = trees(quarantine)
    held = tree / "2024" / "a b" / "gone" / "ä.jpg"
    assert (held.read_bytes(), held.stat().st_mtime_ns) == (b"a photo", one.victim.mtime_ns)
    assert not Path(one.victim.path).exists()
    assert "dupefinder restore" in (quarantine / folder.NOTE_NAME).read_text("utf-8")
    (row,) = journal.steps(1)
    assert (row.kind, row.state, row.place) == (ActionKind.SET_ASIDE, StepState.DONE, str(held))
    assert "a b/gone/ä.jpg" in next(quarantine.glob("*.jsonl")).read_text("utf-8")
    (record,) = records(quarantine)
    assert (record["from"], record["stays"]) == (one.victim.path, one.survivor.path)
    assert (record["bytes"], record["blake3"]) == (7, one.victim.digest.hex())
    assert (record["file"], record["date"]) == (
        "2024/a b/gone/ä.jpg",
        "2009-02-13T23:31:30+00:00",
    )


def test_on_the_volume_of_the_home_folder_it_lies_there(
    tmp_path: Path, home: Path, journal: Journal
) -> None:
    photos = Path(os.path.realpath(tmp_path)) / "photos"
    set_aside(journal, twins(photos))
    (tree,) = trees(home / QUARANTINE_FOLDER)
    top = volume_top(str(photos), VolumeTable())
    assert files_below(tree).keys() == {(photos / "gone" / "photo.jpg").relative_to(top).as_posix()}


def test_a_home_folder_that_is_not_there(
    tmp_path: Path, home: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(home / "not" / "there"))
    set_aside(journal, twins(tmp_path / "photos"))
    assert len(trees(home / QUARANTINE_FOLDER)) == 1


def test_the_known_folders(
    drive: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "mounted_volumes", lambda: {"drive": [str(drive)], "other": ["/x"]})
    told = str(tmp_path / QUARANTINE_FOLDER / "tree" / "a.jpg")
    looked_for = folder.possible_quarantine_folders([told])
    assert looked_for == sorted(looked_for)
    for place in (home, drive, tmp_path):
        assert str(place / QUARANTINE_FOLDER) in looked_for


def test_it_comes_back_and_leaves_no_folders_behind(drive: Path, journal: Journal) -> None:
    steps = [twins(drive / str(number)) for number in range(2)]
    before = files_below(drive)
    set_aside(journal, *steps)
    assert len(undo(1, journal, JobContext()).done) == 2
    assert trees(drive / QUARANTINE_FOLDER) == []
    after = files_below(drive)
    assert {name: after[name] for name in before} == before


def test_by_hand_with_nothing_but_the_list(drive: Path, journal: Journal) -> None:
    steps = [twins(drive / str(number)) for number in range(2)]
    before = files_below(drive)
    set_aside(journal, *steps)
    quarantine = drive / QUARANTINE_FOLDER
    (manifest_path,) = quarantine.glob("*.jsonl")
    for record in records(quarantine):
        place = manifest_path.with_suffix("") / str(record["file"])
        os.rename(place, str(record["from"]))
    after = files_below(drive)
    assert {name: after[name] for name in before} == before
    assert len(undo(1, journal, JobContext()).done) == 2  # which only notes it


def test_two_actions_have_a_tree_each(drive: Path, journal: Journal) -> None:
    one, two = twins(drive, "1.jpg"), twins(drive, "2.jpg")
    set_aside(journal, one)
    set_aside(journal, two)
    assert [len(files_below(tree)) for tree in trees(drive / QUARANTINE_FOLDER)] == [1, 1]
    assert len(records(drive / QUARANTINE_FOLDER)) == 2


def test_undecodable_names(drive: Path, journal: Journal, no_text: str) -> None:
    one = twins(drive, f"{no_text}.jpg")
    assert set_aside(journal, one).done == (one.victim.path,)
    (record,) = records(drive / QUARANTINE_FOLDER)
    assert record["from"] == one.victim.path
    undo(1, journal, JobContext())
    assert Path(one.victim.path).read_bytes() == b"a photo"


def no_access_to(place: Path) -> Callable[[str, int], bool]:
    ask = os.access
    return lambda path, mode: Path(path) != place and ask(path, mode)


def test_the_quarantine_lies_in_the_highest_writable_folder(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(drive / "a" / "b")
    monkeypatch.setattr(os, "access", no_access_to(drive))
    set_aside(journal, one)
    (tree,) = trees(drive / "a" / QUARANTINE_FOLDER)
    assert list(files_below(tree)) == ["a/b/gone/photo.jpg"]


@pytest.mark.parametrize("kind", [ActionKind.TRASH, ActionKind.SET_ASIDE])
def test_a_nearer_folder_is_taken_where_renaming_fails(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, kind: ActionKind
) -> None:
    """In a union of folders, several volumes look like one."""
    steps = [twins(drive / "a", f"{number}.jpg") for number in range(2)]
    before = files_below(drive / "a")

    def rename(source: Entry, target: Entry) -> None:
        if not Path(target.path).is_relative_to(drive / "a"):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source.path)
        rename_without_replacing(source, target)

    monkeypatch.setattr("dupefinder.actions.backends.moved_away.rename_without_replacing", rename)
    assert len(execute(plan(*steps, kind=kind), journal, JobContext()).done) == 2
    assert {row.kind for row in journal.steps(1)} == {ActionKind.SET_ASIDE}
    (tree,) = trees(drive / "a" / QUARANTINE_FOLDER)
    assert sorted(files_below(tree)) == ["a/gone/0.jpg", "a/gone/1.jpg"]
    assert trees(drive / QUARANTINE_FOLDER) == []
    assert len(undo(1, journal, JobContext()).done) == 2
    assert {name: files_below(drive / "a")[name] for name in before} == before


def test_a_photo_stays_where_no_folder_can_be_written(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(drive)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (skipped,) = set_aside(journal, one).skipped
    assert skipped.code is SkipCode.REFUSED_BY_SYSTEM
    assert skipped.detail.endswith("cannot be written")
    assert Path(one.victim.path).exists()


@pytest.mark.parametrize("taken", ["link", "file", "another account"])
def test_a_name_that_is_taken(
    drive: Path, tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, taken: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if taken == "link":
        (drive / QUARANTINE_FOLDER).symlink_to(elsewhere)
    elif taken == "file":
        (drive / QUARANTINE_FOLDER).touch()
    else:
        (drive / QUARANTINE_FOLDER).mkdir()
        other = (drive / QUARANTINE_FOLDER).stat().st_ino
        monkeypatch.setattr(folder, "is_own", lambda _, status: status.st_ino != other)
    set_aside(journal, twins(drive))
    assert len(trees(drive / f"{QUARANTINE_FOLDER}-{this_account()}")) == 1
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there files have no account's number")
def test_a_drive_that_gives_all_files_to_another_account(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT, and shares without accounts, own every file by one account."""
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    for number in range(2):
        set_aside(journal, twins(drive, f"{number}.jpg"))
    assert len(trees(drive / QUARANTINE_FOLDER)) == 2
    assert not (drive / f"{QUARANTINE_FOLDER}-12345").exists()


def test_a_folder_that_another_account_laid_out_is_not_trusted(
    drive: Path, journal: Journal
) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (drive / QUARANTINE_FOLDER).mkdir(0o777)
    os.chown(drive / QUARANTINE_FOLDER, 12345, 12345)
    set_aside(journal, twins(drive))
    assert trees(drive / QUARANTINE_FOLDER) == []
    assert len(trees(drive / f"{QUARANTINE_FOLDER}-0")) == 1


def test_the_line_is_on_the_disk_before_the_file_moves(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = twins(drive)
    events: list[str] = []

    def synced(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            events.append("manifest" if Path(one.victim.path).exists() else "too late")

    monkeypatch.setattr(os, "fsync", synced)
    set_aside(journal, one)
    assert events == ["manifest"]


def test_a_full_disk_leaves_the_photo_and_no_folders(
    drive: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(tree: str, *_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    one = twins(drive)
    monkeypatch.setattr(manifest, "append", full)
    (skipped,) = set_aside(journal, one).skipped
    assert (skipped.code, skipped.detail) == (
        SkipCode.REFUSED_BY_SYSTEM,
        os.strerror(errno.ENOSPC),
    )
    assert Path(one.victim.path).exists()
    assert trees(drive / QUARANTINE_FOLDER) == []


def test_a_companion_goes_along(drive: Path, journal: Journal) -> None:
    one = twins(drive)
    sidecar = add(drive / "gone" / "photo.xmp", b"a sidecar")
    add(drive / "kept" / "photo.xmp", b"a sidecar")
    victim, survivor = Path(one.victim.path), Path(one.survivor.path)
    outcome = set_aside(journal, step(victim, survivor, sidecar))
    assert outcome.done == (str(victim), str(sidecar))
    photo, xmp = manifest.quarantined_files(str(drive / QUARANTINE_FOLDER))
    assert (photo.is_companion, xmp.is_companion) == (False, True)


def test_the_trash_of_a_network_drive_is_no_working_one(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    ask = VolumeTable.volume_of

    def volume_of(table: VolumeTable, path: str, device: int) -> Volume:
        if Path(path).is_relative_to(share):
            return Volume("net:nas/photos", str(share), None, "nfs4", VolumeKind.NETWORK)
        return ask(table, path, device)

    monkeypatch.setattr(VolumeTable, "volume_of", volume_of)
    execute(plan(twins(share)), journal, JobContext())
    assert journal.steps(1)[0].kind is ActionKind.SET_ASIDE
    assert len(trees(share / QUARANTINE_FOLDER)) == 1
