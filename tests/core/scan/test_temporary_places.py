import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core import job
from dupefinder.core.records import FoundFile
from dupefinder.core.scan import temporary_places
from dupefinder.core.scan.left_out import to_be_emptied
from dupefinder.core.scan.mounts import Mount, Volume
from dupefinder.core.scan.temporary_places import LastingFiles, Snapshots
from dupefinder.core.scan.volumes import VolumeTable
from tests.core.photo_tree import add, protected, scan, scanned

PATHS = [
    *("/", "/home/a.jpg", "/mnt/old", "/mnt/old/a/b.jpg", "/mnt/older/a.jpg"),
    *("/mnt/old/more/a.jpg", "/mnt/tank/a.jpg"),
]

Mounted = Callable[[list[Mount]], list[int]]


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Mounted:
    """Sets the mount table; gives a list that grows whenever that is read."""

    def mount(mounts: list[Mount]) -> list[int]:
        readings: list[int] = []

        def read() -> list[Mount]:
            readings.append(1)
            return mounts

        monkeypatch.setattr(temporary_places, "connected_mounts", read)
        monkeypatch.setattr(sys, "platform", "linux")
        return readings

    return mount


@pytest.mark.skipif(sys.platform == "win32", reason="paths and mount tables of POSIX")
def test_paths_below_a_mounted_snapshot_are_recognised(mounted: Mounted) -> None:
    readings = mounted(
        [
            Mount("/", "btrfs", "/dev/sda2", "/@/.snapshots/1/snapshot"),
            Mount("/mnt/old", "btrfs", "/dev/sda2", "/@home/.snapshots/7/snapshot"),
            Mount("/mnt/old/more", "ext4", "/dev/sdb1"),
            Mount("/mnt/tank", "zfs", "tank/photos@monday"),
        ]
    )
    known = Snapshots()
    seen = [path for path in PATHS if known.hold(path)]
    assert seen == ["/mnt/old", "/mnt/old/a/b.jpg", "/mnt/tank/a.jpg"]
    assert len(readings) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Btrfs is Linux's")
@pytest.mark.parametrize("file_system", ["btrfs", "ext4"])
@pytest.mark.parametrize("flags", [0, temporary_places._READ_ONLY])
def test_a_subvolume_that_can_only_be_read_is_one(
    tmp_path: Path, mounted: Mounted, monkeypatch: pytest.MonkeyPatch, file_system: str, flags: int
) -> None:
    top = Path(os.path.realpath(tmp_path))
    subvolume = top / "2024-01-31 before the move"
    (subvolume / "album").mkdir(parents=True)
    mounted([Mount(str(top), file_system, "/dev/sda2")])
    monkeypatch.setattr(temporary_places, "_ROOT_OF_SUBVOLUME", subvolume.stat().st_ino)
    answer = flags.to_bytes(8, sys.byteorder)
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "ioctl", lambda descriptor, request, value: answer)
    known = Snapshots()
    assert known.hold(str(subvolume / "album" / "a.jpg")) is (flags > 0 and file_system == "btrfs")
    assert not known.hold(str(top / "a.jpg"))


@pytest.mark.skipif(sys.platform != "linux", reason="the mount table of Linux")
def test_paths_that_cannot_be_resolved_are_in_no_snapshot(tmp_path: Path, mounted: Mounted) -> None:
    mounted([Mount("/", "btrfs", "/dev/sda2")])
    known = Snapshots()
    assert not known.hold(str(tmp_path / "gone" / "a.jpg"))
    assert not known.hold("/a\0b/a.jpg")


def test_elsewhere_nothing_is_asked(mounted: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted([Mount("/", "zfs", "tank@monday"), Mount("/mnt", "zfs", "tank@monday")])
    assert Snapshots().hold("/mnt/a.jpg")
    monkeypatch.setattr(sys, "platform", "win32")
    assert not Snapshots().hold("/mnt/a.jpg")


PLACES = [
    *(".snapshots/1/snapshot", ".zfs/snapshot/daily", "@Recently-Snapshot/2024", "#snapshot/a"),
    *(".timeshift/2024", "Backups.backupdb/mac/2024", ".MobileBackups/a", "@snapshots/1"),
    *("2024-01-31-120000.backup/Data", "@GMT-2024.01.31-12.00.00", "HarddiskVolumeShadowCopy12"),
    *("RECYCLED", "$RECYCLE.BIN/S-1", "System Volume Information/x", "lost+found", ".Trash-1000"),
]


def found(path: str, relative_path: str | None = None) -> FoundFile:
    below = path.lstrip("/") if relative_path is None else relative_path
    return FoundFile(path, "v", below, 1, 1, 1, 1, protected=False)


@pytest.mark.parametrize("place", PLACES)
def test_by_its_path_or_where_that_leads(place: str) -> None:
    lasting = LastingFiles()
    assert lasting.holds(found("/pictures/a.jpg"))
    assert not lasting.holds(found(f"/pictures/{place}/in/a.jpg"))
    assert not lasting.holds(found("/pictures/link/a.jpg", f"{place}/in/a.jpg"))
    assert not lasting.holds(found("/pictures/link.jpg", f"{place}/a.jpg"))
    assert lasting.holds(found("/pictures/a.jpg"))


@pytest.mark.parametrize(
    ("volume_id", "is_snapshot"),
    [
        ("uuid:1f-2e:/@/.snapshots/12/snapshot", True),
        ("uuid:1f-2e:/timeshift-btrfs/snapshots/2024-01-31_12-00-00/@home", True),
        ("mount:btrfs:/dev/sda2:/@snapshots/home", True),
        ("mount:zfs:tank/photos@monday", True),
        ("net:nas/photos/#snapshot/monday", True),
        ("net:nas/photos:/.snapshot/daily", True),
        ("uuid:1f-2e", False),
        ("uuid:1f-2e:/@home", False),
        ("uuid:1f-2e:/Snapshots/beach", False),
        ("mount:zfs:tank/photos", False),
        ("net:nas/anna@home", False),
        ("mount:unknown:/", False),
    ],
)
def test_a_snapshot_is_known_wherever_it_is_mounted(volume_id: str, is_snapshot: bool) -> None:
    file = FoundFile("/mnt/a/b.jpg", volume_id, "a/b.jpg", 1, 1, 1, 1, protected=False)
    assert LastingFiles().holds(file) is not is_snapshot
    # A system that was set back runs from a snapshot, in which all of its files lie.
    lasting = LastingFiles()
    assert lasting.holds(replace(file, path="/a/b.jpg"))
    assert lasting.holds(file) is not is_snapshot


def test_in_a_mounted_snapshot_nothing_is_proposed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(tmp_path / "a.jpg")
    volume = Volume("uuid:1:/@/.snapshots/12/snapshot", os.path.realpath(tmp_path))
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: volume)
    (photo,) = scan(tmp_path).photos
    assert photo.protected


def test_by_its_own_name() -> None:
    lasting = LastingFiles()
    assert lasting.holds(found("/pictures/a.jpg"))
    assert not lasting.holds(found("/pictures/.trashed-1700000000-a.jpg"))
    assert not lasting.holds(found("/pictures/a.jpg", "pictures/.trashed-1700000000-a.jpg"))


_NAMES = st.sampled_from(["a", "b", ".snapshots", "Trash", ".Trash-1", "lost+found", "RECYCLED"])


@given(st.lists(st.lists(_NAMES, max_size=4).map("/".join), min_size=1, max_size=6))
def test_each_file_is_told_as_by_itself(folders: list[str]) -> None:
    lasting = LastingFiles()
    for folder in folders:
        path = os.path.normpath(f"/{folder}/a.jpg")
        assert lasting.holds(found(path)) is (to_be_emptied(path) is None)


@pytest.mark.parametrize(
    ("place", "in_snapshot"),
    [(".snapshots/1", True), ("Backups.backupdb/mac", True), (".Trash-1000", False), ("a", False)],
)
def test_photos_in_snapshots_are_never_proposed(
    tmp_path: Path, place: str, in_snapshot: bool
) -> None:
    """Wherever in it the scan begins: it is not the person's to change."""
    add(tmp_path / place / "more" / "photos" / "a.jpg")
    for start in (tmp_path / place, tmp_path / place / "more" / "photos"):
        (photo,) = scan(scanned(start)).photos
        assert photo.protected is in_snapshot
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / place / "more" / "photos")
    (photo,) = scan(scanned(tmp_path / "in" / "link")).photos
    assert photo.protected is in_snapshot
    (photo,) = scan(protected(tmp_path / place)).photos
    assert photo.protected


@pytest.mark.parametrize("name", ["timeshift", "timeshift-btrfs"])
def test_timeshift_is_known_by_what_it_holds(tmp_path: Path, name: str) -> None:
    photo = add(tmp_path / name / "snapshots" / "2024" / "a.jpg")
    assert to_be_emptied(photo) is not None
    assert scan(tmp_path).photos == []
    other = add(tmp_path / "own" / name / "a.jpg")
    assert to_be_emptied(other) is None


@pytest.mark.parametrize("name", ["lost+found", "RECYCLED"])
def test_photos_in_lost_and_found_are_shown(tmp_path: Path, name: str) -> None:
    photo = add(tmp_path / name / "a.jpg")
    (found,) = scan(tmp_path).photos
    assert (found.path, found.protected) == (photo, False)


def test_files_on_a_drive_that_does_not_answer_are_not_lasting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drive = threading.Event()
    real_path = os.path.realpath

    def late(path: str) -> str:
        assert not path.startswith("/away") or drive.wait(60)
        return real_path(path)

    here, away = found("/pictures/a.jpg"), found("/away/a.jpg")
    lasting = LastingFiles()
    with monkeypatch.context() as patched:
        patched.setattr(os.path, "realpath", late)
        patched.setattr(job, "PATIENCE_S", 0.25)
        lasting.look_at([here, away])
        assert lasting.holds(here)
        assert not lasting.holds(away)
        drive.set()
        patched.setattr(job, "PATIENCE_S", 60)
        lasting.look_at([here, away])
        assert lasting.holds(away)
