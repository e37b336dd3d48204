"""Physical drives of paths: two volumes of one disk are lost together.

Linux names the disks of a file system, through partitions, LVM, RAID and encryption. On other
systems, and without a disk, the volume stands for its drive.

Source: the layout of /sys/dev/block and /sys/class/block, as the kernel's
Documentation/ABI/testing/sysfs-block describes it.
"""

import os
import sys
from dataclasses import dataclass

from dupefinder.core.scan.mounts import Mount, Volume, parse_mountinfo
from dupefinder.core.scan.volumes import VolumeTable

_MOUNTINFO = "/proc/self/mountinfo"
_BLOCK_DEVICES = "/sys/dev/block"
_MOST_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive, or several that a volume is spread over.

    Attributes:
        drive_id: "disk:sda", "disk:sda+sdb" or the volume's identity; equal for two volumes of
            one drive.
        volume: The volume by which it was found.
    """

    drive_id: str
    volume: Volume


class DriveTable:
    """The drives of this machine, looked up when they are needed. For one thread at a time."""

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._known: dict[tuple[int, str], Drive] = {}
        self._mounts: dict[str, Mount] | None = None

    def drive_of(self, path: str) -> Drive | None:
        """The drive of a file or folder; None if it does not exist."""
        try:
            real = os.path.realpath(path)
            device = os.stat(real).st_dev
        except (OSError, ValueError):
            return None
        volume = self._volumes.volume_of(real, device)
        known = self._known.get((device, volume.volume_id))
        if known is None:
            disks = self._disks_of(device, volume)
            drive_id = f"disk:{'+'.join(disks)}" if disks else volume.volume_id
            known = self._known[device, volume.volume_id] = Drive(drive_id, volume)
        return known

    def _disks_of(self, device: int, volume: Volume) -> list[str]:
        if sys.platform != "linux" or not os.path.isdir(_BLOCK_DEVICES):
            return []
        disks = disks_below(device)
        if not disks:
            # Btrfs gives its files another device number; the mount table names the real one.
            disks = disks_below(self._source_device(volume.mount_point))
        return sorted(disks)

    def _source_device(self, mount_point: str) -> int:
        if self._mounts is None:
            try:
                with open(_MOUNTINFO, "rb") as file:
                    mounts = parse_mountinfo(os.fsdecode(file.read()))
            except OSError:
                mounts = []
            self._mounts = {mount.mount_point: mount for mount in mounts}
        mount = self._mounts.get(mount_point)
        if mount is None or not mount.source.startswith("/dev/"):
            return 0
        try:
            return os.stat(mount.source).st_rdev
        except (OSError, ValueError):
            return 0


def disks_below(device: int, block_devices: str = _BLOCK_DEVICES) -> set[str]:
    """Names of the disks of a block device.

    Args:
        device: Its number.
        block_devices: The folder that leads from numbers to devices.

    Returns:
        Nothing if the number is not that of a block device.
    """
    place = os.path.join(block_devices, f"{os.major(device)}:{os.minor(device)}")
    if not os.path.isdir(place):
        return set()
    return _disks_of_device(os.path.realpath(place), _MOST_LEVELS)


def _disks_of_device(place: str, levels: int) -> set[str]:
    if os.path.exists(
        os.path.join(place, "partition")
    ):  # a partition is a folder in that of its disk
        place = os.path.dirname(place)
    slaves = os.path.join(place, "slaves")
    try:
        below = os.listdir(slaves) if levels else []
    except OSError:
        below = []
    if not below:
        return {os.path.basename(place)}
    disks: set[str] = set()
    for name in below:
        disks |= _disks_of_device(os.path.realpath(os.path.join(slaves, name)), levels - 1)
    return disks
