"""Copies of the photos that a library lacks into one of its folders, each once, with companions.

A photo and its companions find each other by their names. So where one of these names is taken
already, or a file there would be confused with a companion, all of them go to a folder of their own
instead of one of them getting another name.
"""

import os
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from dupefinder.actions.backups.copy_files import copy_files
from dupefinder.actions.journal import Journal
from dupefinder.actions.real_places import NearestRoot
from dupefinder.actions.records import Outcome, PlannedFile
from dupefinder.core.companions.lookup import ListedFolders
from dupefinder.core.companions.names import Family, family_name, family_of_all
from dupefinder.core.companions.records import CompanionKind
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.records import CoverageStatus, PhotoCoverage, Root
from dupefinder.core.errors import DupeFinderError
from dupefinder.core.job import JobContext
from dupefinder.core.records import Role
from dupefinder.core.scan.managed_folders import (
    program_above,
    program_of_entries,
    program_of_folder,
)
from dupefinder.core.scan.options import FolderChoice
from dupefinder.core.scan.same_file import folded

ONLY_MISSING = frozenset({CoverageStatus.MISSING})


class Arrangement(StrEnum):
    """Arrangement of copies in their folder."""

    TREE = "tree"
    """The folders of the backup; several backups get a folder each, with their names."""
    DATE = "date"
    """By year and month of the exposure, or of the file where no exposure is recorded."""


class TargetRefused(DupeFinderError):
    """The target lies in a backup, or another program manages it."""

    def __init__(self, path: str, *, program: str | None = None) -> None:
        where = (
            "in one of the backups" if program is None else f"in a folder that {program} manages"
        )
        super().__init__(f"nothing is copied to {path!a}: it lies {where}")
        self.path = path
        self.program = program


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Plan of the copies to be made.

    Attributes:
        target: The folder.
        photos: Photos that are copied; of several with the same bytes the one to which most
            other files belong.
        companions: Files that belong to these.
        folders: For each path the folder below the target.
        size_bytes: Bytes of the photos.
        free_bytes: Room on the target's volume; None where the system does not tell.
    """

    target: str
    photos: tuple[PlannedFile, ...]
    companions: tuple[PlannedFile, ...]
    folders: Mapping[str, str]
    size_bytes: int
    free_bytes: int | None


def plan_copies(
    comparison: FolderComparison,
    target: str,
    arrangement: Arrangement = Arrangement.TREE,
    statuses: Collection[CoverageStatus] = ONLY_MISSING,
) -> CopyPlan:
    """Choose what is copied and where it goes.

    Args:
        comparison: The comparison of the backups with the library.
        target: The folder to copy to; it need not exist.
        arrangement: Where copies lie in it.
        statuses: Statuses of the photos to be copied.

    Raises:
        TargetRefused: The folder cannot be a target, or a copy would end up in a backup.
    """
    target = os.path.abspath(target)
    check_target(target, comparison.coverage.roots)
    digests = comparison.coverage.digests
    by_digest: dict[bytes, list[PhotoCoverage]] = {}
    for photo in comparison.photos:
        if photo.status in statuses:
            by_digest.setdefault(digests[photo.place.content_id], []).append(photo)
    judged = {photo.place.file.path for photo in comparison.photos}
    placing = _Placing(target)
    listed = ListedFolders(judged)
    photos: list[PlannedFile] = []
    companions: dict[str, PlannedFile] = {}
    together: dict[tuple[str, str, str], list[str]] = {}
    for digest, same in by_digest.items():
        beside_each = [_companions(photo.place.file.path, listed) for photo in same]
        best = max(range(len(same)), key=lambda index: len(beside_each[index]))
        file = same[best].place.file
        photos.append(PlannedFile(file.path, file.size_bytes, file.mtime_ns, digest))
        beside = [
            path for path in beside_each[best] if path not in judged and path not in companions
        ]
        below = _folder_of(same[best], comparison, arrangement)
        source, name = os.path.split(file.path)
        # A RAW file and its rendering are placed together, with the companions of both.
        family = family_name(folded(name))
        together.setdefault((below, source, family), []).extend((file.path, *beside))
        companions.update((path, PlannedFile(path, 0, 0, b"")) for path in beside)
    for (below, source, _), paths in together.items():
        placing.add(below, source, paths)
    nearest = _nearest_of(comparison.coverage.roots)
    for folder in sorted(set(placing.folders.values())):
        # The folder may lie above a backup, so that tree or date lead into it.
        _demand_no_backup(os.path.normpath(os.path.join(target, folder)), nearest)
    return CopyPlan(
        target,
        tuple(photos),
        tuple(companions.values()),
        placing.folders,
        sum(photo.size_bytes for photo in photos),
        _free_bytes(target),
    )


def copy_missing(plan: CopyPlan, journal: Journal, context: JobContext) -> Outcome:
    """Copy the planned files, each only if it is unchanged; see `copy_files`.

    Args:
        plan: The photos to copy.
        journal: Records the action.
        context: Progress in the phase "act", pause and cancel.

    Raises:
        JournalFault: The journal cannot be written; no further file is copied.
    """
    files = (*plan.photos, *plan.companions)
    return copy_files(files, plan.target, journal, context, folders=plan.folders)


def check_target(target: str, roots: Iterable[Root]) -> None:
    """Demand a folder that copies may go to.

    Args:
        target: The folder; it need not exist.
        roots: The folders of the library and the backups.

    Raises:
        TargetRefused: It lies in a backup, or another program manages it.
    """
    _demand_no_backup(target, _nearest_of(roots))
    real = os.path.realpath(target)
    managed = program_above(os.path.join(real, "copy"))
    program = managed[1] if managed else program_of_folder(os.path.basename(real))
    if program is None and os.path.isdir(real):
        found = program_of_entries(os.listdir(real))
        program = found if found is not None and found.owns_layout else None
    if program is not None:
        raise TargetRefused(target, program=program.code)


def _nearest_of(roots: Iterable[Root]) -> NearestRoot:
    return NearestRoot(
        FolderChoice(root.path, Role.PROTECTED if root.is_library else Role.SCAN) for root in roots
    )


def _demand_no_backup(folder: str, nearest: NearestRoot) -> None:
    if nearest.role_of(os.path.realpath(folder)) is Role.SCAN:
        raise TargetRefused(folder)


_LEFT = (CompanionKind.RAW, CompanionKind.FOLDER_FILE)


def _companions(path: str, listed: ListedFolders) -> list[str]:
    """Companions of a photo, alone or with others, that are not photos themselves.

    Packages are left out: they stay, and so does their photo when the backup is retired.
    """
    try:
        found = listed.of(path)
    except OSError:
        return []
    return [one.path for one in found if one.kind not in _LEFT and not os.path.isdir(one.path)]


def _folder_of(photo: PhotoCoverage, comparison: FolderComparison, arrangement: Arrangement) -> str:
    """The folder below the target; "" for the target itself."""
    file = photo.place.file
    if arrangement is Arrangement.DATE:
        taken = comparison.taken.get(photo.place.content_id)
        month = taken[:7] if taken else _month_of(file.mtime_ns)
        return os.path.join(month.rpartition("-")[0], month)
    roots = comparison.coverage.roots
    root = roots[photo.place.root].path
    below = os.path.relpath(os.path.dirname(file.path), root) if root != file.path else ""
    below = "" if below == os.curdir else below
    names = _root_names([one.path for one in roots if not one.is_library])
    return os.path.normpath(os.path.join(names[root], below)) if len(names) > 1 else below


def _month_of(time_ns: int) -> str:
    """A month as "2010-05"; "1970-01" for a time that the system has no date for."""
    try:
        return time.strftime("%Y-%m", time.localtime(time_ns // 1_000_000_000))
    except (OverflowError, ValueError, OSError):
        return "1970-01"


def _root_names(paths: Iterable[str]) -> dict[str, str]:
    """A name for each backup, no two the same."""
    names: dict[str, str] = {}
    for path in paths:
        plain = name = os.path.basename(path) or "backup"
        number = 2
        while name in names.values():
            name, number = f"{plain} ({number})", number + 1
        names[path] = name
    return names


class _Placing:
    """Names in the target folder that are taken already.

    Attributes:
        folders: For each path the folder below the target.
    """

    def __init__(self, target: str) -> None:
        self.folders: dict[str, str] = {}
        self._target = target
        self._taken: set[str] = set()
        self._families: dict[str, Family] = {}

    def add(self, folder: str, source: str, paths: Sequence[str]) -> None:
        """Place files under their own names, in the same relative places as now.

        Args:
            folder: The folder below the target that is preferred.
            source: The folder that they lie in now, or below.
            paths: The files, a photo first.
        """
        names = [_name_within(path, source) for path in paths]
        family = family_of_all(folded(os.path.basename(path)) for path in paths)
        number, chosen = 2, folder
        while not self._is_free(chosen, names, family):
            chosen, number = os.path.join(folder, str(number)), number + 1
        self._taken.update(os.path.normcase(os.path.join(chosen, name)) for name in names)
        self._family_in(chosen).take_in(family)
        for path, name in zip(paths, names, strict=True):
            within = os.path.dirname(name)
            self.folders[path] = os.path.join(chosen, within) if within else chosen

    def _is_free(self, folder: str, names: Sequence[str], family: Family) -> bool:
        if any(self._is_taken(folder, name) for name in names):
            # A single photo is numbered, which changes its stem.
            return len(names) == 1
        return not self._family_in(folder).meets(family)

    def _is_taken(self, folder: str, name: str) -> bool:
        below = os.path.join(folder, name)
        return os.path.normcase(below) in self._taken or os.path.lexists(
            os.path.join(self._target, below)
        )

    def _family_in(self, folder: str) -> Family:
        """The family of the files in a folder below the target, placed ones included."""
        family = self._families.get(folder)
        if family is None:
            names: list[str] = []
            # It may not exist yet, or cannot be a target anyway.
            with suppress(OSError), os.scandir(os.path.join(self._target, folder)) as entries:
                names += [entry.name for entry in entries if not entry.is_dir()]
            family = self._families[folder] = family_of_all(map(folded, names))
        return family


def _name_within(path: str, source: str) -> str:
    """The name of a file within a folder; a file outside gets a subfolder."""
    name = os.path.relpath(path, source)
    parts = [part for part in name.split(os.sep) if part != os.pardir]
    return name if not name.startswith(os.pardir + os.sep) else os.path.join(*parts[-2:])


def _free_bytes(target: str) -> int | None:
    while not os.path.isdir(target) and os.path.dirname(target) != target:
        target = os.path.dirname(target)
    try:
        return shutil.disk_usage(target).free
    except OSError:
        return None
