"""Volumes: which one a path lies on, and which ones are connected now.

A volume is looked up once and kept. The mount table is read anew whenever a device turns up
that was not met before. Nothing here raises: a system that tells nothing gets a name made
from the mount point.
"""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

from dupefinder.core.scan.mounts import (
    PSEUDO_FILE_SYSTEMS,
    Mount,
    Volume,
    VolumeKind,
    disk_name,
    linux_volume,
    mac_volume,
    parse_mac_mounts,
    parse_mountinfo,
    windows_volume,
)

_ASK_TIMEOUT_S = 5.0
_MOUNTINFO = "/proc/self/mountinfo"


class VolumeTable:
    """The volumes of this machine, read when they are needed. For one thread at a time."""

    def __init__(self) -> None:
        self._mounts: dict[str, Mount] = {}
        self._volumes: dict[Mount, Volume] = {}
        self._windows_volumes: dict[int, Volume] = {}
        self._devices: set[int] = set()
        self._source_of: dict[str, str] = {}

    def volume_of(self, path: str, device: int) -> Volume:
        """The volume that holds a folder or file.

        Args:
            path: Absolute path, links resolved.
            device: `st_dev` of the folder, or of the file's folder.
        """
        if sys.platform == "win32":
            return self._windows_volume_of(path, device)
        if device not in self._devices:
            self._devices.add(device)
            self._mounts = _read_mounts()
        mount = self._mount_above(path)
        if mount is None:
            return Volume(f"mount:unknown:{os.sep}", os.sep)
        volume = self._volumes.get(mount)
        if volume is None:
            volume = self._volumes[mount] = self._told_apart(_described(mount), mount)
        return volume

    def _told_apart(self, volume: Volume, mount: Mount) -> Volume:
        """Distinguish two drives with one identity: a clone also has the serial number."""
        if volume.kind is VolumeKind.NETWORK:
            return volume
        # One device may go by several names: /dev/dm-0 is /dev/mapper/photos.
        source = (
            os.path.realpath(mount.source) if mount.source.startswith("/dev/") else mount.source
        )
        if self._source_of.setdefault(volume.volume_id, source) == source:
            return volume
        return replace(volume, volume_id=f"{volume.volume_id}:{mount.source}")

    def _mount_above(self, path: str) -> Mount | None:
        while True:
            mount = self._mounts.get(path)
            if mount is not None:
                return mount
            parent = os.path.dirname(path)
            if parent == path:
                return None
            path = parent

    def _windows_volume_of(self, path: str, device: int) -> Volume:
        # A volume that is mounted in a folder has a device of its own, so the device is a key.
        volume = self._windows_volumes.get(device)
        if volume is None or not _is_below(path, volume.mount_point):
            volume = self._windows_volumes[device] = _read_windows_volume(path, device)
        return volume


def relative_path(volume: Volume, path: str) -> str:
    """The path below the volume's mount point, separated by "/" on every system.

    Args:
        volume: The volume that holds it.
        path: Absolute path, links resolved.
    """
    if _is_below(path, volume.mount_point):
        below = path[len(volume.mount_point) :]
    else:
        below = os.path.splitdrive(path)[1]
    return below.replace(os.sep, "/").strip("/")


def _is_below(path: str, mount_point: str) -> bool:
    if mount_point.endswith(os.sep):
        return path.startswith(mount_point)
    return path == mount_point or path.startswith(mount_point + os.sep)


def _read_mounts() -> dict[str, Mount]:
    """The mount table by mount point; of two at one point the later hides the earlier."""
    if sys.platform == "darwin":
        mounts = parse_mac_mounts(os.fsdecode(_printed("/sbin/mount")))
        by_point = {mount.mount_point: mount for mount in mounts}
        # Everything below "/" that a person names lies on the data volume, see `mac_volume`.
        data = by_point.get("/System/Volumes/Data")
        return by_point if data is None else {**by_point, "/": data}
    try:
        with open(_MOUNTINFO, "rb") as table:
            return {
                mount.mount_point: mount for mount in parse_mountinfo(os.fsdecode(table.read()))
            }
    except OSError:
        return {}


def _described(mount: Mount) -> Volume:
    if sys.platform == "darwin":
        return mac_volume(
            mount, _printed("/usr/sbin/diskutil", "info", "-plist", mount.mount_point)
        )
    source = os.path.realpath(mount.source) if mount.source.startswith("/dev/") else None
    return linux_volume(
        mount,
        _disk_link("/dev/disk/by-uuid", source),
        _disk_link("/dev/disk/by-label", source),
        removable=source is not None and _is_removable(source),
    )


def _disk_link(folder: str, source: str | None) -> str | None:
    """The name below a folder of /dev/disk that leads to a device."""
    if source is None:
        return None
    try:
        for name in sorted(os.listdir(folder)):
            if os.path.realpath(os.path.join(folder, name)) == source:
                return disk_name(name)
    except OSError:
        pass
    return None


def _is_removable(source: str) -> bool:
    """True for a block device on USB, or that the kernel itself calls removable."""
    block = os.path.realpath(f"/sys/class/block/{os.path.basename(source)}")
    if "/usb" in block:
        return True
    for drive in (block, os.path.dirname(block)):  # a partition lies within its drive
        try:
            with open(os.path.join(drive, "removable"), "rb") as flag:
                return flag.read(1) == b"1"
        except OSError:
            continue
    return False


def _printed(*command: str) -> bytes:
    """Output of a command of the system; empty when it fails or takes too long."""
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_TIMEOUT_S
        ).stdout
    except (OSError, ValueError, subprocess.SubprocessError):
        return b""


def _read_windows_volume(path: str, device: int) -> Volume:
    drive = os.path.splitdrive(path)[0] + os.sep
    if sys.platform != "win32":
        return windows_volume(drive, device & 0xFFFFFFFF)
    kernel = ctypes.WinDLL("kernel32")
    room = 1024
    mount_point = ctypes.create_unicode_buffer(room)
    if not kernel.GetVolumePathNameW(ctypes.c_wchar_p(path), mount_point, room):
        return windows_volume(drive, device & 0xFFFFFFFF)
    label = ctypes.create_unicode_buffer(room)
    file_system = ctypes.create_unicode_buffer(room)
    serial = ctypes.c_uint32(0)
    known = kernel.GetVolumeInformationW(
        mount_point, label, room, ctypes.byref(serial), None, None, file_system, room
    )
    return windows_volume(
        mount_point.value,
        serial.value if known else device & 0xFFFFFFFF,
        label.value,
        file_system.value,
        kernel.GetDriveTypeW(mount_point),
    )


def mounted_volumes() -> dict[str, list[str]]:
    """The volumes that are connected now.

    Returns:
        For the identity of each, its mount points. A volume that is not recognised is not
        named; nothing is ever concluded from its files.
    """
    mounted: dict[str, list[str]] = {}
    for volume in connected_volumes():
        points = mounted.setdefault(volume.volume_id, [])
        if volume.mount_point not in points:
            points.append(volume.mount_point)
    return mounted


def volume_names() -> dict[str, str]:
    """Names of the volumes that are connected now as a person knows them, by identity.

    Returns:
        See `Volume.name`.
    """
    return {volume.volume_id: volume.name for volume in connected_volumes()}


def connected_volumes() -> Iterator[Volume]:
    """The volumes that are connected now; one that is mounted twice comes twice."""
    table = VolumeTable()
    for place, device in _places():
        yield table.volume_of(place, device)


def _places() -> Iterator[tuple[str, int]]:
    """Folders that volumes are mounted at, and a number of its own for each volume."""
    if sys.platform == "win32":
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            try:
                yield f"{letter}:\\", os.stat(f"{letter}:\\").st_dev
            except OSError:
                continue
        return
    yield os.sep, 0
    for mount in connected_mounts():
        if mount.file_system not in PSEUDO_FILE_SYSTEMS:
            yield mount.mount_point, 0


def connected_mounts() -> list[Mount]:
    """The rows of the mount table, on Linux and macOS; of several at one point the last counts."""
    try:
        if sys.platform == "darwin":
            printed = subprocess.run(
                ["/sbin/mount"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ASK_TIMEOUT_S,
            ).stdout
            return parse_mac_mounts(os.fsdecode(printed))
        with open(_MOUNTINFO, "rb") as file:
            return parse_mountinfo(os.fsdecode(file.read()))
    except (OSError, subprocess.SubprocessError):
        return []
