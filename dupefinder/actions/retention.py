"""Copies of a photo that stay, and where: counted over everything known, before any is removed.

Files that one program synchronises count as one copy, as it deletes in all places what is deleted
in one. Such folders are recognised by the files that the program leaves there.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import chain

from dupefinder.actions.folder_roles import FolderRole, FolderRoles
from dupefinder.actions.real_places import RealPlaces
from dupefinder.actions.records import PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.records import Evidence
from dupefinder.core.rules import REPLACEABLE
from dupefinder.core.scan.drives import Drive, DriveTable

_MARKERS = (
    ("syncthing", (".stfolder", ".stversions")),
    ("resilio", (".sync",)),
    ("dropbox", (".dropbox", ".dropbox.cache")),
    ("google-drive", (".tmp.driveupload", ".tmp.drivedownload")),
    ("nextcloud", (".nextcloudsync.log", ".owncloudsync.log")),
    ("synology-drive", (".synologyworkingdirectory",)),
    ("onedrive", (".849c9593-d756-4e56-8d6e-42412f2a707b",)),
    ("freefilesync", (".sync.ffs_db", "sync.ffs_db")),
    ("goodsync", ("_gsdata_",)),
)
"""Names that programs leave in the folders that they synchronise, lower case."""

_DATABASE = re.compile(r"\._?sync_[0-9a-f]+\.db")
"""The same of Nextcloud and ownCloud, whose names differ for each folder."""

_NAMES = (
    ("onedrive", "onedrive"),
    ("onedrive", "onedrive - *"),
    ("icloud", "mobile documents"),
    ("icloud", "com~apple~clouddocs"),
    ("dropbox", "dropbox"),
    ("dropbox", "dropbox (*)"),
)
"""Names of folders that such programs make, lower case."""


@dataclass(frozen=True, slots=True)
class SyncSet:
    """A folder that a program synchronises.

    Attributes:
        program: Code of the program.
        root: The folder.
    """

    program: str
    root: str


class SyncSets:
    """Looks up the sets of folders, each folder once."""

    def __init__(self, places: RealPlaces | None = None) -> None:
        """Know no folder yet.

        Args:
            places: Of the files that are asked for; looked up when None.
        """
        self._places = places or RealPlaces()
        self._known: dict[str, SyncSet | None] = {}

    def of(self, path: str) -> SyncSet | None:
        """The set that a file belongs to; None without one.

        Args:
            path: The file; links to its folder are resolved.
        """
        passed = []
        folder = os.path.dirname(self._places.of(path).path)
        while folder not in self._known:
            passed.append(folder)
            program = _program_of(folder)
            parent = os.path.dirname(folder)
            if program is not None or parent == folder:
                found = None if program is None else SyncSet(program, folder)
                break
            folder = parent
        else:
            found = self._known[folder]
        self._known.update(dict.fromkeys(passed, found))
        return found


def _program_of(folder: str) -> str | None:
    name = os.path.basename(folder).lower()
    for program, pattern in _NAMES:
        if fnmatchcase(name, pattern):
            return program
    try:
        names = {name.lower() for name in os.listdir(folder)}
    except (OSError, ValueError):
        return None
    for program, markers in _MARKERS:
        if not names.isdisjoint(markers):
            return program
    if any(_DATABASE.fullmatch(name) for name in names):
        return "nextcloud"
    return None


@dataclass(frozen=True, slots=True)
class Retention:
    """Least numbers of copies and drives that a person wants to keep.

    Attributes:
        copies: Number of copies of each photo; a synchronised set is one copy.
        drives: Number of different drives with copies.
        roles: The roles of folders.
        asks: True where no photo may go because of a copy on another drive until the person has
            stated the role of one of the two.
    """

    copies: int = 1
    drives: int = 1
    roles: FolderRoles = field(default_factory=FolderRoles)
    asks: bool = False

    @property
    def counts(self) -> bool:
        """False where the survivor alone is enough."""
        return self.copies > 1 or self.drives > 1


NO_DEMANDS = Retention()

Known = tuple[PlannedFile, Evidence | None, str | None]
"""A file of a group, its evidence, and the path that it was compared with."""


def copies_of(files: Iterable[Known]) -> list[list[PlannedFile]]:
    """Split the files of a group into sets of copies.

    An edited or turned file is no copy of its original, but has copies of its own.

    Args:
        files: The files of one group.
    """
    by_path = {file.path: (file, evidence, against) for file, evidence, against in files}
    root = {path: path for path in by_path}

    def root_of(path: str) -> str:
        while root[path] != path:
            path = root[path]
        return path

    for path, (_, evidence, against) in by_path.items():
        if evidence in REPLACEABLE and against in by_path:
            root[root_of(path)] = root_of(against)
    parts: dict[str, list[PlannedFile]] = {}
    for path, (file, _, _) in by_path.items():
        parts.setdefault(root_of(path), []).append(file)
    return list(parts.values())


class RetentionCheck:
    """Checks removals against the numbers of copies that a person wants to keep."""

    def __init__(
        self, retention: Retention, known: Iterable[Sequence[PlannedFile]], places: RealPlaces
    ) -> None:
        """Index the known copies by their paths.

        Args:
            retention: Numbers of copies and drives that have to stay.
            known: Sets of copies, as from `copies_of`.
            places: Their real places.
        """
        self._retention = retention
        self._copies: dict[str, list[Sequence[PlannedFile]]] = {}
        for copies in known:
            for file in copies:
                self._copies.setdefault(file.path, []).append(copies)
        self._places = places
        self._sync_sets = SyncSets(places)
        self._drives = DriveTable()
        self._drive_of_folder: dict[tuple[str, int], Drive | None] = {}

    def refuse_pair(self, step: Step) -> Skipped | None:
        """Refuse a removal whose two files count as one copy, or may do so."""
        victim, survivor = step.victim.path, step.survivor.path
        here, there = (self._retention.roles.of(path, self._places) for path in (victim, survivor))
        if here != there:
            for code, role in (
                (SkipCode.MIRROR, FolderRole.MIRROR),
                (SkipCode.BACKUP, FolderRole.BACKUP),
            ):
                for side in (here, there):
                    if side is not None and side[1] is role:
                        return Skipped(victim, code, side[0])
        if here is not None or there is not None:
            return None
        ours, theirs = self._sync_sets.of(victim), self._sync_sets.of(survivor)
        if ours and theirs and ours != theirs and ours.program == theirs.program:
            return Skipped(victim, SkipCode.MIRROR, theirs.root)
        if not self._retention.asks:
            return None
        drive, other = self._drive_of(victim), self._drive_of(survivor)
        if drive is None or other is None or drive.drive_id == other.drive_id:
            return None
        # Name the drive that is not "/".
        places = (drive.volume.mount_point, other.volume.mount_point)
        return Skipped(victim, SkipCode.ASK_ABOUT_DRIVES, max(places, key=len))

    def same_bytes(self, victim: PlannedFile) -> Iterator[PlannedFile]:
        """Files that had the same bytes as a file when they were scanned."""
        for file in chain.from_iterable(self._copies.get(victim.path, ())):
            same = (file.digest, file.size_bytes) == (victim.digest, victim.size_bytes)
            if same and file.path != victim.path:
                yield file

    def enough_beside(
        self, step: Step, goes: Callable[[str], bool]
    ) -> tuple[PlannedFile, ...] | None:
        """Choose copies that, with the survivor, are enough copies on enough drives.

        Args:
            step: A removal. The copies that it names have to stay in any case: a saved plan says
                in each step what was asked for, even if its numbers were lowered since.
            goes: True for a path that is to go, too.

        Returns:
            The copies beside the survivor, empty where that is enough alone; None where there are
            too few.
        """
        chosen = list(step.also_stay)
        if not chosen and not self._retention.counts:
            return ()
        counted = _Counted(self._key_of(step.survivor), self._drive_id(step.survivor.path))
        ends = step.victim.path, step.survivor.path
        known = [copies for path in ends for copies in self._copies.get(path, ())]
        victim = self._identity(step.victim)
        for file in chosen:
            if goes(file.path) or self._identity(file) in (None, victim):
                return None
            if (key := self._key_of(file)) not in counted.keys:
                counted.add(key, self._drive_id(file.path))
        # Copies on further drives first: they count for both numbers.
        for wants_drive in (self._retention.drives > 1, False):
            for file in chain.from_iterable(known):
                if self._is_enough(counted):
                    return tuple(chosen)
                if file.path in ends or goes(file.path):
                    continue
                key, drive_id = self._key_of(file), self._drive_id(file.path)
                if key is None or key in counted.keys or self._identity(file) == victim:
                    continue
                if wants_drive and drive_id in counted.drives:
                    continue
                counted.add(key, drive_id)
                chosen.append(file)
        return tuple(chosen) if self._is_enough(counted) else None

    def _is_enough(self, counted: "_Counted") -> bool:
        wanted = self._retention
        # An unknown drive counts as one drive.
        drives = max(len(counted.drives), 1)
        return len(counted.keys) >= wanted.copies and drives >= wanted.drives

    def _key_of(self, file: PlannedFile) -> object:
        """A key that is equal for files that count as one copy; None for missing files."""
        identity = self._identity(file)
        if identity is None:
            return None
        role = self._retention.roles.of(file.path, self._places)
        if role is not None and role[1] is FolderRole.MIRROR:
            return FolderRole.MIRROR
        sync_set = self._sync_sets.of(file.path)
        if sync_set is not None and role is None:
            return sync_set.program
        return identity

    def _drive_id(self, path: str) -> str | None:
        drive = self._drive_of(path)
        return None if drive is None else drive.drive_id

    def _drive_of(self, path: str) -> Drive | None:
        """The drive of a file; files of one folder and device lie on one drive."""
        place = self._places.of(path)
        if place.status is None or place.target != place.path:
            return self._drives.drive_of(path)
        key = os.path.dirname(place.path), place.status.st_dev
        if key not in self._drive_of_folder:
            self._drive_of_folder[key] = self._drives.drive_of(path)
        return self._drive_of_folder[key]

    def _identity(self, file: PlannedFile) -> object:
        """A key that is equal for names of one file; None for missing files."""
        place = self._places.of(file.path)
        status = place.status
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size != file.size_bytes:
            return None
        return (status.st_dev, status.st_ino) if status.st_ino else place.target


class _Counted:
    """Copies and drives that were counted."""

    def __init__(self, key: object, drive_id: str | None) -> None:
        self.keys: set[object] = set()
        self.drives: set[str] = set()
        if key is not None:
            self.add(key, drive_id)

    def add(self, key: object, drive_id: str | None) -> None:
        self.keys.add(key)
        if drive_id is not None:
            self.drives.add(drive_id)
