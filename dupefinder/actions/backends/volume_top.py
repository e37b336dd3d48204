"""The top of the volume that a folder lies on, as far up as files can be renamed."""

import os

from dupefinder.core.scan.volumes import VolumeTable


def volume_top(folder: str, volumes: VolumeTable) -> str:
    """The highest folder that files of this one can be renamed into.

    Args:
        folder: A folder that exists, links resolved.
        volumes: The mount table.
    """
    device = os.stat(folder).st_dev
    # A bind mount of a volume shares its device number, a btrfs subvolume has its own but
    # need not be mounted: files can be renamed across neither border.
    mount_point = volumes.volume_of(folder, device).mount_point
    while folder != mount_point:
        parent = os.path.dirname(folder)
        if parent == folder or os.stat(parent).st_dev != device:
            break
        folder = parent
    return folder


def existing_folder(folder: str) -> str:
    """The folder, or the nearest above it that exists."""
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder
