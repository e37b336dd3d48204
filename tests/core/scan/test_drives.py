"""Volumes of one disk are one drive, whatever lies between."""

import os
import sys
from pathlib import Path

import pytest

from dupefinder.core.scan import drives
from dupefinder.core.scan.drives import DriveTable, disks_below
from dupefinder.core.scan.mounts import Volume
from dupefinder.core.scan.volumes import VolumeTable

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the layout of Linux")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A machine as /sys shows it: two disks, partitions, an encrypted one, a volume over both."""
    devices = tmp_path / "devices"
    for name in ("sda/sda1", "sda/sda2", "sdb/sdb1", "dm-0", "dm-1"):
        (devices / name / "slaves").mkdir(parents=True)
    for part in ("sda/sda1", "sda/sda2", "sdb/sdb1"):
        (devices / part / "partition").write_text("1")
    for holder, part in (("dm-0", "sda/sda2"), ("dm-1", "dm-0"), ("dm-1", "sdb/sdb1")):
        (devices / holder / "slaves" / Path(part).name).symlink_to(devices / part)
    blocks = tmp_path / "block"
    blocks.mkdir()
    for number, name in (
        ("8:0", "sda"), ("8:1", "sda/sda1"), ("8:2", "sda/sda2"), ("8:17", "sdb/sdb1"),
        ("253:0", "dm-0"), ("253:1", "dm-1"),
    ):  # fmt: skip
        (blocks / number).symlink_to(devices / name)
    return blocks


@LINUX
@pytest.mark.parametrize(
    ("number", "disks"),
    [
        ((8, 0), {"sda"}),
        ((8, 1), {"sda"}),
        ((8, 2), {"sda"}),
        ((253, 0), {"sda"}),
        ((253, 1), {"sda", "sdb"}),
        ((0, 33), set()),
    ],
)
def test_the_disks_below_a_device(system: Path, number: tuple[int, int], disks: set[str]) -> None:
    assert disks_below(os.makedev(*number), str(system)) == disks


def test_missing_paths_are_on_no_drive(tmp_path: Path) -> None:
    assert DriveTable().drive_of(str(tmp_path / "gone")) is None
    assert DriveTable().drive_of("/a\0b") is None


def test_without_a_known_disk_the_volume_is_the_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = Volume("net:nas/photos", str(tmp_path))
    monkeypatch.setattr(VolumeTable, "volume_of", lambda *_: volume)
    monkeypatch.setattr(drives, "disks_below", lambda _device: set[str]())
    table = DriveTable()
    drive = table.drive_of(str(tmp_path))
    assert drive is not None
    assert drive.drive_id == "net:nas/photos"
    assert drive.volume is volume
    (tmp_path / "x").mkdir()
    assert table.drive_of(str(tmp_path / "x")) is drive
