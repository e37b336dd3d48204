"""Where a person's photos may be: what the first page offers before anything was chosen."""

import os
import sys
from collections.abc import Iterable, Iterator

from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import connected_volumes

_DRIVES_BELOW = ("/media", "/run/media", "/mnt", "/Volumes")
"""Where Linux and macOS show drives and shares that a person connected."""


def photo_places(pictures: Iterable[str]) -> list[tuple[str, bool]]:
    """Folders to offer, those that are there.

    Args:
        pictures: What the system calls the person's folders of pictures.

    Returns:
        Path of each, and whether it is a drive; folders of pictures first. Drives do not answer
        now and then: this may take its time.
    """
    # Qt writes them with slashes on Windows, too.
    named = dict.fromkeys(map(os.path.normpath, pictures))
    folders = [path for path in named if os.path.isdir(path)]
    drives = sorted(set(_drives(connected_volumes())) - set(folders))
    return [*((path, False) for path in folders), *((path, True) for path in drives)]


def _drives(volumes: Iterable[Volume]) -> Iterator[str]:
    if sys.platform == "win32":
        system = os.environ.get("SYSTEMDRIVE", "C:").upper() + "\\"
        for volume in volumes:
            if volume.mount_point.upper() != system:
                yield volume.mount_point
        return
    for volume in volumes:
        is_below = volume.mount_point.startswith(tuple(f"{top}/" for top in _DRIVES_BELOW))
        if is_below and volume.kind is not VolumeKind.UNKNOWN:
            yield volume.mount_point
