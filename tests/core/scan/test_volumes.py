import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dupefinder.core.scan import volumes
from dupefinder.core.scan.mounts import Mount, Volume, VolumeKind
from dupefinder.core.scan.volumes import VolumeTable, mounted_volumes, relative_path, volume_names

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's mount table")

TABLE = """28 1 8:1 / / rw - ext4 /dev/none/root rw
29 28 8:2 / /mnt/usb rw - exfat /dev/none/usb rw
30 28 8:1 /srv/photos /mnt/usb/bound rw - ext4 /dev/none/root rw
31 28 0:50 / /mnt/nas rw - nfs4 nas:/photos rw
32 28 8:3 / /mnt/nas rw - ext4 /dev/none/over rw
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(volumes, "_MOUNTINFO", str(path))
    return path


def test_this_machine(tmp_path: Path) -> None:
    path = os.path.realpath(tmp_path)
    volume = VolumeTable().volume_of(path, os.stat(path).st_dev)
    assert volume.volume_id
    assert volume.file_system
    assert path.startswith(volume.mount_point)
    relative = relative_path(volume, path)
    assert os.path.join(volume.mount_point, *relative.split("/")) == path


@linux_only
@pytest.mark.parametrize(
    ("path", "volume_id", "relative"),
    [
        ("/", "mount:ext4:/dev/none/root", ""),
        ("/home/a", "mount:ext4:/dev/none/root", "home/a"),
        ("/mnt/usb", "mount:exfat:/dev/none/usb", ""),
        ("/mnt/usb/a b", "mount:exfat:/dev/none/usb", "a b"),
        ("/mnt/usbstick", "mount:ext4:/dev/none/root", "mnt/usbstick"),
        ("/mnt/usb/bound/x", "mount:ext4:/dev/none/root:/srv/photos", "x"),
        ("/mnt/nas/x", "mount:ext4:/dev/none/over", "x"),
    ],
)
def test_the_innermost_mount_decides(table: Path, path: str, volume_id: str, relative: str) -> None:
    volume = VolumeTable().volume_of(path, 1)
    assert volume.volume_id == volume_id
    assert relative_path(volume, path) == relative


@linux_only
def test_the_table_is_read_anew_for_an_unknown_device(table: Path) -> None:
    known = VolumeTable()
    assert known.volume_of("/new/x", 1).mount_point == "/"
    table.write_text(TABLE + "40 28 8:9 / /new rw - ext4 /dev/none/new rw\n", encoding="utf-8")
    assert known.volume_of("/new/x", 1).mount_point == "/"
    assert known.volume_of("/new/x", 2).mount_point == "/new"


@linux_only
def test_a_volume_is_looked_up_once(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    described = volumes._described

    def counted(mount: Mount) -> Volume:
        asked.append(mount.mount_point)
        return described(mount)

    monkeypatch.setattr(volumes, "_described", counted)
    known = VolumeTable()
    for number in range(100):
        known.volume_of(f"/mnt/usb/{number}", 1)
        known.volume_of(f"/home/{number}", 2)
    assert asked == ["/mnt/usb", "/"]


@linux_only
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe nonsense\n"])
def test_without_a_mount_table_there_is_still_a_volume(table: Path, content: bytes | None) -> None:
    table.unlink() if content is None else table.write_bytes(content)
    volume = VolumeTable().volume_of("/a/b", 1)
    assert volume == Volume("mount:unknown:/", "/")
    assert relative_path(volume, "/a/b") == "a/b"


@linux_only
def test_uuid_and_label_are_found_by_the_device(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_realpath, real_listdir = os.path.realpath, os.listdir
    links = {
        "/dev/disk/by-uuid/AB-12": "/dev/none/usb",
        "/dev/disk/by-uuid/CD-34": "/dev/none/root",
        "/dev/disk/by-label/My\\x20Photos": "/dev/none/usb",
    }

    def listdir(path: Any) -> list[str]:
        if str(path).startswith("/dev/disk/"):
            return [os.path.basename(link) for link in links if os.path.dirname(link) == path]
        return real_listdir(path)

    monkeypatch.setattr(os, "listdir", listdir)
    monkeypatch.setattr(os.path, "realpath", lambda path: links.get(path) or real_realpath(path))
    known = VolumeTable()
    usb = known.volume_of("/mnt/usb/a", 1)
    assert (usb.volume_id, usb.label) == ("uuid:AB-12", "My Photos")
    bound = known.volume_of("/mnt/usb/bound/a", 1)
    assert (bound.volume_id, bound.label) == ("uuid:CD-34:/srv/photos", None)


@linux_only
@pytest.mark.parametrize(
    ("block", "flag", "expected"),
    [
        ("devices/pci0000:00/usb2/2-1/host6/block/sdb/sdb1", None, True),
        ("devices/pci0000:00/mmc0/block/mmcblk0/mmcblk0p1", b"1\n", True),
        ("devices/pci0000:00/ata1/block/sda/sda1", b"0\n", False),
        ("devices/virtual/block/dm-0", None, False),
    ],
)
def test_removable_drives(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    block: str,
    flag: bytes | None,
    expected: bool,
) -> None:
    folder = tmp_path / "sys" / block
    folder.mkdir(parents=True)
    if flag is not None:
        (folder.parent / "removable").write_bytes(flag)
    monkeypatch.setattr(os.path, "realpath", lambda _: str(folder))
    assert volumes._is_removable("/dev/x") is expected


@pytest.mark.parametrize(
    "fault",
    [
        FileNotFoundError(2, "no such program"),
        subprocess.TimeoutExpired("x", 5.0),
        ValueError("nul"),
    ],
)
def test_a_command_that_fails_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    monkeypatch.setattr(subprocess, "run", fail)
    assert volumes._printed("x") == b""


def test_a_command_is_heard() -> None:
    assert volumes._printed(sys.executable, "-c", "print('heard')").strip() == b"heard"


def test_relative_paths_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sep", "\\")
    drive = Volume("serial:1", "C:\\", kind=VolumeKind.FIXED)
    assert relative_path(drive, "C:\\Users\\a\\b.jpg") == "Users/a/b.jpg"
    mounted = Volume("serial:2", "D:\\mounted\\", kind=VolumeKind.FIXED)
    assert relative_path(mounted, "D:\\mounted\\b.jpg") == "b.jpg"
    share = Volume("net:nas/photos", "\\\\NAS\\photos\\", kind=VolumeKind.NETWORK)
    assert relative_path(share, "\\\\NAS\\photos\\x\\b.jpg") == "x/b.jpg"


@linux_only
def test_two_drives_of_one_identity_are_told_apart(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        volumes, "_disk_link", lambda folder, _: "C0DE" if "uuid" in folder else "RED"
    )
    drives = VolumeTable()
    assert drives.volume_of("/home", 1).volume_id == "uuid:C0DE"
    cloned = drives.volume_of("/mnt/usb", 2)
    assert (cloned.volume_id, cloned.label) == ("uuid:C0DE:/dev/none/usb", "RED")
    # The same drive at two mount points is one.
    assert drives.volume_of("/home", 1).volume_id == "uuid:C0DE"
    assert drives.volume_of("/mnt/usb/bound", 1).volume_id == "uuid:C0DE:/srv/photos"


def test_the_volume_of_a_folder_is_among_them(tmp_path: Path) -> None:
    real = os.path.realpath(tmp_path)
    volume = VolumeTable().volume_of(real, os.stat(real).st_dev)
    assert volume.mount_point in mounted_volumes()[volume.volume_id]


def test_volumes_are_named_by_label_or_mount_point(monkeypatch: pytest.MonkeyPatch) -> None:
    root = os.path.abspath(os.sep)
    stick = os.path.join(root, "media", "anna", "STICK")
    connected = [
        Volume("uuid:1", stick, label="Red drive"),
        Volume("uuid:2", stick),
        Volume("uuid:3", "/"),
    ]
    monkeypatch.setattr(volumes, "connected_volumes", lambda: iter(connected))
    assert volume_names() == {"uuid:1": "Red drive", "uuid:2": "STICK", "uuid:3": ""}


@pytest.mark.skipif(sys.platform == "win32", reason="the mount table of POSIX")
def test_without_a_mount_table_only_the_root_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "_MOUNTINFO", "/no/such/table")
    monkeypatch.setattr(sys, "platform", "linux")
    assert list(mounted_volumes().values()) == [[os.sep]]


@pytest.mark.skipif(sys.platform == "win32", reason="the mount table of POSIX")
def test_the_systems_own_file_systems_are_no_places_for_photos(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(volumes, "connected_mounts", lambda: [Mount("/proc", "proc", "proc")])
    assert list(volumes._places()) == [(os.sep, 0)]
