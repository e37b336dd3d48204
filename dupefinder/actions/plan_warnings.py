"""Warnings about a plan, as codes; none of them keeps the plan from being carried out."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dupefinder.actions.records import (
    PlanWarning,
    Step,
    WarningCode,
)
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable
from dupefinder.core.scan.mounts import VolumeKind
from dupefinder.core.scan.picture_names import OTHER_EXTENSIONS, PHOTO_EXTENSIONS, extension

METADATA = frozenset(
    (
        *("date", "camera", "gps", "caption", "rating"),
        *("settings", "lens", "maker-note", "exact-time", "fields"),
    )
)
"""Codes of `PlannedFile.holds` that are metadata; the others are more than one still picture."""
_LEAST_ALBUM = 4
"""Of fewer photos nobody speaks of an album."""


def warnings_of(
    steps: Sequence[Step], drives: DriveTable | None = None, *, leaves_paths: bool = False
) -> list[PlanWarning]:
    """Look for what might be regretted. Folders that lose photos are listed once each.

    Args:
        steps: What would be done.
        drives: Where the copies lie that stay; looked up when None.
        leaves_paths: True where each photo is found in its folder afterwards, too.
    """
    return [
        *(() if leaves_paths else _of_folders(steps)),
        *_of_drives(steps, DriveTable() if drives is None else drives),
        *_of_photos(steps),
    ]


def _of_folders(steps: Iterable[Step]) -> Iterator[PlanWarning]:
    going: dict[str, set[str]] = {}
    for step in steps:
        folder, name = os.path.split(step.victim.path)
        if extension(name) in OTHER_EXTENSIONS:
            continue  # a film in a folder that is retired
        going.setdefault(folder, set()).add(name)
    for folder, names in sorted(going.items()):
        staying = _photos_in(folder) - names
        total = len(staying) + len(names)
        if not staying:
            yield PlanWarning(WarningCode.FOLDER_EMPTIED, folder, count=len(names), total=total)
        elif total >= _LEAST_ALBUM and len(staying) < len(names):
            yield PlanWarning(WarningCode.ALBUM_SCATTERED, folder, count=len(staying), total=total)


def _photos_in(folder: str) -> set[str]:
    """Names of the photos in a folder, by their extensions; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return {one.name for one in entries if extension(one.name) in PHOTO_EXTENSIONS}
    except (OSError, ValueError):
        return set()


def _of_drives(steps: Iterable[Step], drives: DriveTable) -> Iterator[PlanWarning]:
    codes = {
        VolumeKind.REMOVABLE: WarningCode.SURVIVOR_REMOVABLE,
        VolumeKind.NETWORK: WarningCode.SURVIVOR_NETWORK,
    }
    folders = Counter(os.path.dirname(step.survivor.path) for step in steps)
    relying: Counter[tuple[WarningCode, str, str]] = Counter()
    for folder, count in folders.items():
        drive = drives.drive_of(folder)
        if drive is not None and (code := codes.get(drive.volume.kind)):
            relying[code, drive.volume.mount_point, drive.volume.label or ""] += count
    for (code, mount_point, label), count in sorted(relying.items()):
        yield PlanWarning(code, mount_point, names=(label,) if label else (), count=count)


def _of_photos(steps: Iterable[Step]) -> Iterator[PlanWarning]:
    for step in steps:
        victim, survivor = step.victim, step.survivor
        if step.evidence is Evidence.CHOSEN:
            continue  # another photo: that it says something else is no loss of the kept one
        if victim.holds is None or survivor.holds is None or victim.digest == survivor.digest:
            continue
        lacking = set(victim.holds) - set(survivor.holds)
        for code, names in (
            (WarningCode.SURVIVOR_LACKS, lacking & METADATA),
            (WarningCode.VICTIM_HAS_EXTRAS, lacking - METADATA),
        ):
            if names:
                yield PlanWarning(code, victim.path, survivor.path, tuple(sorted(names)))
