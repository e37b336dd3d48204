"""Single photos of backups that may go because the library has them.

A photo stays if its real place is in no backup, or if that of the kept copy is in one.
"""

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from dupefinder.actions.plan import make_plan
from dupefinder.actions.real_places import NearestRoot
from dupefinder.actions.records import ActionKind, Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.records import Coverage, PhotoCoverage
from dupefinder.core.job import JobContext
from dupefinder.core.records import Role


def plan_accepted(
    comparison: FolderComparison,
    photos: Iterable[PhotoCoverage],
    kind: ActionKind,
    context: JobContext | None = None,
    protected: Sequence[str] = (),
) -> Plan:
    """Plan the removal of single photos of backups that a person accepted.

    Args:
        comparison: The comparison of the backups with the library.
        photos: The photos; the copies in the library may be smaller or altered.
        kind: The kind of action.
        context: Pause, cancel; None for a plan that nobody stops.
        protected: Folders in which nothing is removed.

    Raises:
        Cancelled: The job was cancelled.
    """
    coverage = comparison.coverage
    digest_of_path = {
        place.file.path: coverage.digests[place.content_id] for place in coverage.places
    }
    nearest = NearestRoot(comparison.options.scan.folders)
    held = held_by_backups(coverage)
    steps: list[Step] = []
    refused: list[Skipped] = []
    for photo in photos:
        if photo.answer is not None:
            skip = refuse_by_place(photo.place.file.path, photo.answer.file.path, nearest, held)
            if skip is None:
                step = step_of(photo, digest_of_path, accepts_smaller=True)
                steps.append(replace(step, accepts_loss=True))
            else:
                refused.append(skip)
    plan = make_plan(steps, protected, context=context)
    return replace(
        plan,
        steps=tuple(with_companions_of_backups(step, nearest) for step in plan.steps),
        refused=(*refused, *plan.refused),
        kind=kind,
    )


def with_companions_of_backups(step: Step, nearest: NearestRoot) -> Step:
    """Leave companions that lie in a library or an excluded folder."""
    going = [path for path in step.companions if nearest.role_of(path) is Role.SCAN]
    return replace(step, companions=tuple(going))


def held_by_backups(coverage: Coverage) -> set[tuple[int, int]]:
    """Device and inode of the photos of the backups."""
    return {
        (place.file.device, place.file.inode)
        for place in coverage.places
        if place.file.inode and not coverage.roots[place.root].is_library
    }


def refuse_by_place(
    path: str, survivor: str, nearest: NearestRoot, held: Container[tuple[int, int]]
) -> Skipped | None:
    """Refuse a file whose real place is in no backup, or whose kept copy is in one.

    Files that a library links to count as being in it.

    Args:
        path: The file.
        survivor: The copy.
        nearest: The folders of the comparison.
        held: Device and inode of files of the backups, which a library may show through a mount.
    """
    if nearest.role_of(path) is not Role.SCAN:
        return Skipped(path, SkipCode.PROTECTED)
    if nearest.role_of(survivor) not in (Role.PROTECTED, None):
        return Skipped(path, SkipCode.NO_SURVIVOR, survivor)
    try:
        status = os.lstat(survivor)
    except (OSError, ValueError):
        return None  # the preflight will tell
    if is_held(status, held):
        return Skipped(path, SkipCode.NO_SURVIVOR, survivor)
    return None


def is_held(status: os.stat_result, held: Container[tuple[int, int]]) -> bool:
    """True for a file that the backups hold, too, and that has no other name."""
    return status.st_nlink == 1 and (status.st_dev, status.st_ino) in held


def step_of(photo: PhotoCoverage, digests: Mapping[str, bytes], *, accepts_smaller: bool) -> Step:
    """The step that removes a photo of a backup because of the library's copy of it.

    Args:
        photo: The photo; the library has a copy.
        digests: 32-byte digests of files by path.
        accepts_smaller: True where the copy may be smaller or altered.
    """
    assert photo.answer is not None
    victim, survivor = (
        PlannedFile(file.path, file.size_bytes, file.mtime_ns, digests[file.path], protected)
        for file, protected in (
            (photo.place.file, photo.place.file.protected),
            (photo.answer.file, True),
        )
    )
    return Step(victim, survivor, photo.answer.evidence, accepts_smaller=accepts_smaller)
