"""Overview of a plan: counts and bytes by folder and pair of folders, the space freed, warnings.

The space freed is seldom the sum of the files' sizes: another name of a file, or a clone that
shares its blocks, keeps the space in use, and some file systems do not tell whether a file shares
its blocks. Warnings are codes; none of them keeps the plan from being carried out.

Source: Documentation/filesystems/fiemap.rst of the Linux kernel.
"""

import os
import struct
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dupefinder.actions.real_places import RealPlaces
from dupefinder.actions.records import (
    METADATA,
    ActionKind,
    Freed,
    Plan,
    PlanWarning,
    Space,
    Step,
    WarningCode,
    going_along,
)
from dupefinder.core.grouping.match_graph import STRENGTH
from dupefinder.core.picture_names import OTHER_EXTENSIONS, PHOTO_EXTENSIONS, extension
from dupefinder.core.records import Evidence
from dupefinder.core.scan.drives import DriveTable
from dupefinder.core.scan.mounts import VolumeKind
from dupefinder.core.scan.volumes import VolumeTable

_LEAST_ALBUM = 4
"""Fewer photos are no album."""


def warnings_of(
    steps: Sequence[Step], drives: DriveTable | None = None, *, leaves_paths: bool = False
) -> list[PlanWarning]:
    """Find the warnings of a plan, one for each folder that loses photos.

    Args:
        steps: The steps of the plan.
        drives: Drives of the kept copies; looked up when None.
        leaves_paths: True where each photo stays in its folder.
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
            continue  # another photo: its other metadata are no loss
        if victim.holds is None or survivor.holds is None or victim.digest == survivor.digest:
            continue
        lacking = set(victim.holds) - set(survivor.holds)
        for code, names in (
            (WarningCode.SURVIVOR_LACKS, lacking & METADATA),
            (WarningCode.VICTIM_HAS_EXTRAS, lacking - METADATA),
        ):
            if names:
                yield PlanWarning(code, victim.path, survivor.path, tuple(sorted(names)))


_MARK_SHARED_EXTENTS = frozenset(("btrfs", "xfs", "ocfs2", "bcachefs"))
"""File systems with clones that mark shared extents, also those of snapshots."""
_MARK_NO_SHARED_EXTENTS = frozenset(("zfs", "apfs", "refs"))
"""File systems with clones or snapshots that do not mark shared extents."""

_FS_IOC_FIEMAP = 0xC020660B
_HEADER = struct.Struct("=QQIIII")
_EXTENT = struct.Struct("=QQQQQIIII")
_EXTENTS_AT_ONCE = 128
_LAST, _SHARED = 0x1, 0x2000
_SYNC_FIRST = 0x1
_BLOCK_BYTES = 512


def space_of(paths: Iterable[str]) -> Space:
    """Estimate the space that removing files would free. Missing and unreadable files count as 0.

    Args:
        paths: Files, each once.
    """
    places = RealPlaces()
    statuses = {path: status for path in paths if (status := places.of(path).status) is not None}
    # Without inode numbers, each path counts as a file.
    identities = {
        path: (status.st_dev, status.st_ino) if status.st_ino else path
        for path, status in statuses.items()
    }
    going = Counter(identities.values())
    volumes = VolumeTable()
    freed = linked = shared = unknown = 0
    for identity, path in {identity: path for path, identity in identities.items()}.items():
        status = statuses[path]
        if status.st_nlink > going[identity]:
            linked += status.st_size
            continue
        file_system = volumes.volume_of(places.of(path).target, status.st_dev).file_system
        if file_system in _MARK_NO_SHARED_EXTENTS:
            unknown += status.st_size
            continue
        of_others = shared_bytes(path) if file_system in _MARK_SHARED_EXTENTS else 0
        if of_others is None:
            unknown += status.st_size
        else:
            of_others = min(of_others, status.st_size)
            shared += of_others
            freed += status.st_size - of_others
    return Space(freed, linked, shared, unknown)


def shared_bytes(path: str) -> int | None:
    """Bytes of a file in blocks that other files or snapshots share.

    Returns:
        None where the system does not tell.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    shared = 0
    start = 0
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        while True:
            request = bytearray(_HEADER.size + _EXTENTS_AT_ONCE * _EXTENT.size)
            _HEADER.pack_into(
                request, 0, start, (1 << 64) - 1 - start, _SYNC_FIRST, 0, _EXTENTS_AT_ONCE, 0
            )
            fcntl.ioctl(descriptor, _FS_IOC_FIEMAP, request)
            extents = _extents(request)
            shared += sum(length for _, length, flags in extents if flags & _SHARED)
            if not extents or extents[-1][2] & _LAST:
                return shared
            start = extents[-1][0] + extents[-1][1]
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _extents(answer: bytearray) -> list[tuple[int, int, int]]:
    """Logical offset, length in bytes and flags of each extent of the ioctl's answer."""
    count = _HEADER.unpack_from(answer)[3]
    extents = []
    for index in range(count):
        logical, _, length, _, _, flags, *_ = _EXTENT.unpack_from(
            answer, _HEADER.size + index * _EXTENT.size
        )
        extents.append((logical, length, flags))
    return extents


_FREED = {
    ActionKind.TRASH: Freed.TRASH_EMPTIED,
    ActionKind.SET_ASIDE: Freed.QUARANTINE_EMPTIED,
    ActionKind.MOVE: Freed.AT_ONCE,
    ActionKind.COPY: Freed.NEVER,
    ActionKind.HARD_LINK: Freed.AT_ONCE,
    ActionKind.DELETE: Freed.AT_ONCE,
    ActionKind.SIDECAR: Freed.NEVER,
}


_LEAVE_PATHS = (ActionKind.COPY, ActionKind.HARD_LINK)
"""Kinds of action after which every photo is still in its place."""


@dataclass(frozen=True, slots=True)
class FolderTally:
    """Counts of the removals from a folder, or from one folder because of another.

    Attributes:
        folder: The folder that photos go from.
        beside: The folder of the kept copies; empty for any.
        photos: Number of photos that go.
        size_bytes: Their bytes.
    """

    folder: str
    beside: str
    photos: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Totals and warnings of a plan.

    Attributes:
        photos: Photos that go.
        companions: Files that go along.
        size_bytes: Bytes of the photos.
        evidence: Number of photos by evidence, the weakest first.
        folders: Counts by folder; the folder that loses most bytes comes first.
        pairs: Counts by folder and folder of the kept copies, in the same order.
        space: Space freed once the photos and their companions are gone for good; what
            moves within one volume makes no space.
        freed: The time when space is freed.
        warnings: Warnings.
    """

    photos: int
    companions: int
    size_bytes: int
    evidence: tuple[tuple[Evidence, int], ...]
    folders: tuple[FolderTally, ...]
    pairs: tuple[FolderTally, ...]
    space: Space
    freed: Freed
    warnings: tuple[PlanWarning, ...]


def overview_of(plan: Plan) -> Overview:
    """Sum up a plan; files and folders are looked up, but no photo is read."""
    steps = plan.steps
    counts = Counter(step.evidence for step in steps)
    going = [path for step in steps for path in (step.victim.path, *going_along(step, plan.kind))]
    return Overview(
        photos=len(steps),
        companions=len(going) - len(steps),
        size_bytes=sum(step.victim.size_bytes for step in steps),
        evidence=tuple(sorted(counts.items(), key=lambda one: -STRENGTH[one[0]])),
        folders=_tallies((os.path.dirname(step.victim.path), "", step) for step in steps),
        pairs=_tallies(
            (os.path.dirname(step.victim.path), os.path.dirname(step.survivor.path), step)
            for step in steps
        ),
        space=space_of(_leaving_their_volume(plan, going)),
        freed=_FREED[plan.kind],
        warnings=tuple(warnings_of(steps, leaves_paths=plan.kind in _LEAVE_PATHS)),
    )


def _leaving_their_volume(plan: Plan, going: Sequence[str]) -> list[str]:
    """Files whose volume has no copy of them once the plan is done."""
    if plan.kind is ActionKind.COPY:
        return []
    if plan.kind is not ActionKind.MOVE or plan.target is None:
        return list(going)
    target = _device_above(plan.target)
    return [path for path in going if _device_above(path) != target]


def _device_above(path: str) -> int | None:
    """`st_dev` of a file or folder, or of the nearest existing folder above."""
    while True:
        try:
            return os.stat(path).st_dev
        except (OSError, ValueError):
            parent = os.path.dirname(path)
            if parent == path:
                return None
            path = parent


def weakest_first(steps: Sequence[Step]) -> list[Step]:
    """Sort steps by evidence, the weakest first; the sort is stable."""
    return sorted(steps, key=lambda step: -STRENGTH[step.evidence])


def _tallies(rows: Iterable[tuple[str, str, Step]]) -> tuple[FolderTally, ...]:
    photos: Counter[tuple[str, str]] = Counter()
    size_bytes: Counter[tuple[str, str]] = Counter()
    for folder, beside, step in rows:
        photos[folder, beside] += 1
        size_bytes[folder, beside] += step.victim.size_bytes
    tallies = [FolderTally(*key, count, size_bytes[key]) for key, count in photos.items()]
    return tuple(sorted(tallies, key=lambda one: (-one.size_bytes, one.folder, one.beside)))
