"""Folders and drives before a scan: those to offer, and the state of the chosen ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dupefinder.core.job import ask_each
from dupefinder.core.records import Role
from dupefinder.core.scan.mounts import Volume, VolumeKind
from dupefinder.core.scan.volumes import connected_volumes

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options
    from dupefinder.core.scan.options import FolderChoice

_DRIVES_BELOW = ("/media", "/run/media", "/mnt", "/Volumes")
"""Folders in which Linux and macOS show drives and shares that a person connected."""


def photo_places(pictures: Iterable[str]) -> list[tuple[str, bool]]:
    """Existing folders to offer.

    Args:
        pictures: The person's folders of pictures, as the system knows them.

    Returns:
        Path of each, and True for a drive; folders of pictures come first. This may take long, as
        drives may not answer.
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


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """State of a folder before it is scanned, as the catalog and the system know it.

    Attributes:
        photos: Photos that the last scan saw below it; None when it was never scanned.
        size_bytes: Their bytes.
        connected: False when it is missing now.
        managed_by: Code of the program that manages it, see `core.scan.managed_folders`; None
            without.
        was_protected: True where the last scan protected all photos below it.
    """

    photos: int | None
    size_bytes: int
    connected: bool
    managed_by: str | None
    was_protected: bool = False


def lost_folders(options: Options) -> list[str]:
    """The folders of a scan that are missing now, as after unplugging a drive."""
    paths = [one.path for one in options.scan.folders if one.role is not Role.EXCLUDED]
    is_there = ask_each(os.path.lexists, paths)
    return [path for path in paths if not is_there.get(path, False)]


def looked_into(folder: str) -> tuple[bool, str | None]:
    """True for an existing folder, and the code of the program that manages it."""
    from dupefinder.core.scan.managed_folders import program_above, program_of_entries

    try:
        program = program_of_entries(os.listdir(folder))
        connected = True
    except OSError:
        program, connected = None, False
    if program is None and (above := program_above(folder)) is not None:
        program = above[1]
    return connected, None if program is None else program.code


def protected_by(
    choices: Sequence[FolderChoice], checkpoint: Callable[[], None]
) -> Callable[[str], bool]:
    """Make a function that tells whether the nearest chosen folder is protected.

    Args:
        choices: The chosen folders with their roles.
        checkpoint: See `core.job.ask_drives`.

    Raises:
        Cancelled: The job was cancelled.
    """
    paths = [os.path.abspath(choice.path) for choice in choices]
    real_paths = ask_each(os.path.realpath, paths, checkpoint)
    known: dict[str, bool] = {}
    for choice, path in zip(choices, paths, strict=True):
        for name in (path, real_paths.get(path, path)):
            known[os.path.normcase(name)] = choice.role is Role.PROTECTED

    def is_protected(folder: str) -> bool:
        key = os.path.normcase(folder)
        if key not in known:
            above = os.path.dirname(key)
            known[key] = above != key and is_protected(above)
        return known[key]

    return is_protected
