"""Plan to remove every file of a backup folder that is proven to be in the library.

Every entry of the folder is listed anew when the plan is made. A photo is proven by the evidence of
the comparison, a film or any other file by a file of the same bytes in the library. Files that are
not proven stay and are named, as do those that the comparison left out (hidden files, links, online
files). No file goes whose real place is in a library, or because of a file in a backup.
"""

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dupefinder.actions.backups.library_files import LibraryTwins, library_files
from dupefinder.actions.backups.single_photos import (
    held_by_backups,
    is_held,
    refuse_by_place,
    step_of,
    with_companions_of_backups,
)
from dupefinder.actions.plan import make_plan
from dupefinder.actions.presence import digest_of
from dupefinder.actions.real_places import NearestRoot, is_below
from dupefinder.actions.records import ActionKind, Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions.sibling_folders import SiblingFolders
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.records import CoverageStatus
from dupefinder.core.errors import os_error_text
from dupefinder.core.job import JobContext
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.records import Evidence, Reason, ReasonCode, Role
from dupefinder.core.scan.left_out import LeftOut, file_left_out, folder_left_out
from dupefinder.core.scan.managed_folders import program_of_entries, program_of_folder
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign


@dataclass(frozen=True, slots=True)
class Retirement:
    """Plan for a folder that is retired.

    Attributes:
        folder: The folder.
        plan: The files that go, and those that stay with their reasons.
    """

    folder: str
    plan: Plan

    @property
    def is_whole(self) -> bool:
        """True when every entry of the folder is proven."""
        return not self.plan.refused


def plan_retirement(
    comparison: FolderComparison,
    folder: str,
    kind: ActionKind,
    context: JobContext,
    protected: Sequence[str] = (),
) -> Retirement:
    """List a folder of a backup anew, and plan the removal of its proven files.

    Args:
        comparison: The comparison of the backup with the library.
        folder: A backup, or a folder in one.
        kind: `SET_ASIDE` or `TRASH`.
        context: Counts the entries looked at in the phase "list".
        protected: Folders in which nothing is removed.

    Raises:
        ValueError: Another kind, or the folder is in none of the backups: a bug.
        Cancelled: The job was cancelled; nothing was done.
    """
    if kind not in (ActionKind.SET_ASIDE, ActionKind.TRASH):
        raise ValueError(f"a folder is not retired by {kind}")
    backups = [root.path for root in comparison.coverage.roots if not root.is_library]
    if not any(is_below(folder, backup) for backup in backups):
        raise ValueError(f"{folder!a} is in no backup")
    context.start_phase("list")
    retiring = _Retiring(comparison, folder, context)
    retiring.list_folder()
    plan = retiring.make_plan(protected)
    context.finish_phase()
    return Retirement(folder, replace(plan, kind=kind))


class _Retiring:
    """Findings in the folder."""

    def __init__(self, comparison: FolderComparison, folder: str, context: JobContext) -> None:
        self._steps: list[Step] = []
        self._refused: list[Skipped] = []
        coverage = comparison.coverage
        self._folder = folder
        self._context = context
        self._photos = {photo.place.file.path: photo for photo in comparison.photos}
        self._problems = {problem.path: problem for problem in comparison.problems}
        self._accepts_smaller = coverage.accepted.smaller
        self._digest_of = {
            place.file.path: coverage.digests[place.content_id] for place in coverage.places
        }
        self._held = held_by_backups(coverage)
        self._options = comparison.options.scan
        self._nearest = NearestRoot(self._options.folders)
        self._backup = self._nearest.of(folder)
        self._others: dict[int, list[PlannedFile]] = {}

    def list_folder(self) -> None:
        """Look at every entry of the folder and of those in it; links are not followed."""
        if self._backup is None or self._backup.role is not Role.SCAN:
            self._stays(self._folder, SkipCode.PROTECTED)
            return
        waiting = [self._folder]
        while waiting:
            folder = waiting.pop()
            self._context.checkpoint()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                self._stays(folder, SkipCode.UNREADABLE, os_error_text(error))
                continue
            program = program_of_folder(os.path.basename(folder))
            if program or program_of_entries(entry.name for entry in entries):
                # Removing files behind a program's back would break it.
                self._stays(folder, SkipCode.PROTECTED)
                continue
            for entry in entries:
                self._look_at(folder, entry, waiting)
                self._context.advance()

    def _look_at(self, folder: str, entry: os.DirEntry[str], waiting: list[str]) -> None:
        path = entry.path
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._stays(path, SkipCode.UNREADABLE, os_error_text(error))
            return
        if stat.S_ISDIR(status.st_mode):
            left_out = folder_left_out(folder, entry.name, hidden=False)
            if self._is_of_another(path):
                return
            if left_out is not None:
                self._stays(path, SkipCode.NOT_LOOKED_AT, left_out.value)
            else:
                waiting.append(path)
            return
        if not stat.S_ISREG(status.st_mode):
            self._stays(path, SkipCode.NOT_A_REGULAR_FILE)
            return
        if self._is_of_another(path):
            return
        if status.st_ino:
            self._held.add((status.st_dev, status.st_ino))
        left_out = file_left_out(entry.name, hidden=False)
        if left_out is not None:
            self._stays(path, SkipCode.NOT_LOOKED_AT, left_out.value)
        elif recall_sign(status) is not None or has_no_blocks(status):
            self._stays(path, SkipCode.UNREADABLE, "its content is not on this computer")
        else:
            self._take(path, status)

    def _is_of_another(self, path: str) -> bool:
        """True, and noted, for entries of a library, of another backup, or excluded ones."""
        nearest = self._nearest.of(path)
        if nearest == self._backup:
            return False
        if nearest is not None and nearest.role is Role.EXCLUDED:
            self._stays(path, SkipCode.NOT_LOOKED_AT, LeftOut.EXCLUDED.value)
        else:
            self._stays(path, SkipCode.PROTECTED)
        return True

    def _take(self, path: str, status: os.stat_result) -> None:
        photo = self._photos.get(path)
        if photo is None:
            other = PlannedFile(path, status.st_size, status.st_mtime_ns, b"")
            self._others.setdefault(status.st_size, []).append(other)
        elif status.st_size != photo.place.file.size_bytes:
            self._stays(path, SkipCode.CHANGED)
        elif photo.status is not CoverageStatus.COVERED or photo.answer is None:
            self._stays(path, SkipCode.NOT_IN_LIBRARY, photo.status.value)
        elif skip := refuse_by_place(path, photo.answer.file.path, self._nearest, self._held):
            self._refused.append(skip)
        else:
            step = step_of(photo, self._digest_of, accepts_smaller=self._accepts_smaller)
            # Nobody looks at each photo, so one with metadata or parts of its own stays.
            self._steps.append(replace(step, why=Reason(ReasonCode.KEEPER_HAS_ALL)))

    def make_plan(self, protected: Sequence[str]) -> Plan:
        """Prove other files by their bytes, and plan the removal of all proven files.

        Companions go with their photos, and stay where one of these stays.
        """
        owners = self._owners()
        twins = LibraryTwins(
            (
                (path, status)
                for path, status in self._library_files()
                if not is_held(status, self._held)
            ),
            self._context,
        )
        others = [other for same_size in self._others.values() for other in same_size]
        self._prove([other for other in others if other.path not in owners], twins)
        plan = make_plan(self._steps, protected, context=self._context)
        refused = [*self._refused, *plan.refused]
        photos = [with_companions_of_backups(step, self._nearest) for step in plan.steps]
        going = {step.victim.path for step in photos}
        along = {path for step in photos for path in step.companions}
        self._steps, self._refused = [], []
        shared = []
        for other in others:
            if other.path in owners and other.path not in along:
                if owners[other.path] <= going:
                    shared.append(other)
                else:
                    self._stays(other.path, SkipCode.BELONGS_TO_WHAT_STAYS)
        self._prove(shared, twins)
        # They come last: a photo goes only while its companions are there.
        plan = make_plan(self._steps, protected, context=self._context)
        steps = (*photos, *plan.steps)
        refused += (*self._refused, *plan.refused)
        refused.sort(key=lambda skip: os.fsencode(skip.path))
        return Plan(steps, tuple(refused))

    def _owners(self) -> dict[str, set[str]]:
        """Photos by their companions, RAW files and renderings aside."""
        names: dict[str, list[str]] = {}
        for path in self._photos:
            if is_below(path, self._folder):
                folder, name = os.path.split(path)
                names.setdefault(folder, []).append(name)
        owners: dict[str, set[str]] = {}
        siblings = SiblingFolders()
        for folder, photos in names.items():
            self._context.checkpoint()
            try:
                companions = FolderCompanions(folder, photos, siblings=siblings)
            except OSError:
                continue
            for name in photos:
                for companion in companions.of(name):
                    if companion.path not in self._photos:
                        owners.setdefault(companion.path, set()).add(os.path.join(folder, name))
        return owners

    def _prove(self, others: Iterable[PlannedFile], twins: LibraryTwins) -> None:
        """Look in the library for files with the same bytes as some that are no photos."""
        for other in others:
            try:
                digest = digest_of(other.path)
            except OSError as error:
                self._stays(other.path, SkipCode.UNREADABLE, os_error_text(error))
                continue
            survivor = twins.of(other.size_bytes, digest)
            if survivor is not None:
                victim = replace(other, digest=digest)
                why = Reason(ReasonCode.KEEPER_HAS_ALL)
                self._steps.append(Step(victim, survivor, Evidence.SAME_BYTES, why=why))
            elif (problem := self._problems.get(other.path)) is not None:
                detail = problem.detail or problem.code.value
                self._stays(other.path, SkipCode.UNREADABLE, detail)
            elif extension(other.path) in PHOTO_EXTENSIONS:
                # A photo that was added after the comparison is not such a file.
                self._stays(other.path, SkipCode.NOT_LOOKED_AT)
            else:
                self._stays(other.path, SkipCode.NOT_IN_LIBRARY)

    def _library_files(self) -> Iterable[tuple[str, os.stat_result]]:
        if not self._others:
            return ()
        return library_files(self._options, self._nearest, self._others, self._context)

    def _stays(self, path: str, code: SkipCode, detail: str = "") -> None:
        self._refused.append(Skipped(path, code, detail))
