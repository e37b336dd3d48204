"""Snapshots that have no name of one."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dupefinder.core.scan import snapshots
from dupefinder.core.scan.mounts import Mount
from dupefinder.core.scan.snapshots import Snapshots

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

        monkeypatch.setattr(snapshots, "connected_mounts", read)
        monkeypatch.setattr(sys, "platform", "linux")
        return readings

    return mount


def test_what_is_seen_through_the_mount_of_a_snapshot(mounted: Mounted) -> None:
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
@pytest.mark.parametrize("flags", [0, snapshots._READ_ONLY])
def test_a_subvolume_that_can_only_be_read_is_one(
    tmp_path: Path, mounted: Mounted, monkeypatch: pytest.MonkeyPatch, file_system: str, flags: int
) -> None:
    top = Path(os.path.realpath(tmp_path))
    subvolume = top / "2024-01-31 before the move"
    (subvolume / "album").mkdir(parents=True)
    mounted([Mount(str(top), file_system, "/dev/sda2")])
    monkeypatch.setattr(snapshots, "_ROOT_OF_SUBVOLUME", subvolume.stat().st_ino)
    answer = flags.to_bytes(8, sys.byteorder)
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(fcntl, "ioctl", lambda descriptor, request, value: answer)
    known = Snapshots()
    assert known.hold(str(subvolume / "album" / "a.jpg")) is (flags > 0 and file_system == "btrfs")
    assert not known.hold(str(top / "a.jpg"))


@pytest.mark.skipif(sys.platform != "linux", reason="the mount table of Linux")
def test_what_cannot_be_asked_is_none(tmp_path: Path, mounted: Mounted) -> None:
    mounted([Mount("/", "btrfs", "/dev/sda2")])
    known = Snapshots()
    assert not known.hold(str(tmp_path / "gone" / "a.jpg"))
    assert not known.hold("/a\0b/a.jpg")


def test_elsewhere_nothing_is_asked(mounted: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted([Mount("/", "zfs", "tank@monday"), Mount("/mnt", "zfs", "tank@monday")])
    assert Snapshots().hold("/mnt/a.jpg")
    monkeypatch.setattr(sys, "platform", "win32")
    assert not Snapshots().hold("/mnt/a.jpg")
