"""Which volumes are connected now: of a drive that is not, nobody knows what is gone."""

import os
import subprocess
import sys
from collections.abc import Iterator

from dupefinder.core.scan.mounts import (
    PSEUDO_FILE_SYSTEMS,
    Mount,
    parse_mac_mounts,
    parse_mountinfo,
)
from dupefinder.core.scan.volumes import Volume, VolumeTable

_MOUNTINFO = "/proc/self/mountinfo"
_ASK_TIMEOUT_S = 5.0
_OF_THE_SYSTEM = ("/", "/home", "/System/Volumes/Data")


def mounted_volumes() -> dict[str, list[str]]:
    """The volumes that are connected now.

    Returns:
        For the identity of each, its mount points. A volume that is not recognised is not
        named; nothing is ever concluded from its files.
    """
    mounted: dict[str, list[str]] = {}
    for volume in _volumes():
        points = mounted.setdefault(volume.volume_id, [])
        if volume.mount_point not in points:
            points.append(volume.mount_point)
    return mounted


def volume_names() -> dict[str, str]:
    """What a person calls the volumes that are connected now, by identity.

    Returns:
        The label, else the name of the folder that it is seen in; empty for the system's own.
    """
    return {volume.volume_id: _name_of(volume) for volume in _volumes()}


def _name_of(volume: Volume) -> str:
    if volume.label or volume.mount_point in _OF_THE_SYSTEM:
        return volume.label or ""
    return os.path.basename(volume.mount_point.rstrip(os.sep))


def _volumes() -> Iterator[Volume]:
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
