"""Backups compared with a library: missing photos, and plans to act on the result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from blake3 import blake3

from dupefinder.actions.records import ActionKind
from dupefinder.core.catalog import Catalog
from dupefinder.core.coverage.records import Coverage, PhotoCoverage
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, GroupMember, Reason, ReasonCode
from dupefinder.services.catalog import OpenCatalog, protected_folders

if TYPE_CHECKING:
    from dupefinder.actions.backups.copy_missing import CopyPlan
    from dupefinder.actions.backups.retire import Retirement
    from dupefinder.actions.records import Plan
    from dupefinder.core.comparing import FolderComparison
    from dupefinder.core.coverage.records import Accepted
    from dupefinder.core.pipeline import Options


class ComparisonSession:
    """Comparisons over one catalog."""

    def __init__(self, catalog: OpenCatalog) -> None:
        self._catalog = catalog

    def compare(
        self,
        library: Sequence[str],
        backups: Sequence[str],
        accepted: Accepted,
        context: JobContext,
        options: Options | None = None,
    ) -> FolderComparison:
        """Find out what a library has of backups; see `compare_folders`.

        Args:
            library: The folders of the library.
            backups: The folders to ask about.
            accepted: The evidence that counts as having a photo.
            context: The job.
            options: Options of the scan and search; None for the defaults.

        Raises:
            LibraryIsBackup: A folder was named as library and as backup.
            FolderNotFound: One of the folders cannot be used.
            Cancelled: The job was cancelled; what was read is kept in the catalog.
            DupeFinderError: See `OpenCatalog.get`.
        """
        from dupefinder.core.comparing import compare_folders
        from dupefinder.core.pipeline import Options
        from dupefinder.core.scan.options import ScanOptions

        comparison = compare_folders(
            library,
            backups,
            options or Options(ScanOptions(())),
            accepted,
            self._catalog.get(),
            context,
            self._catalog.separated(),
        )
        context.checkpoint()
        return comparison

    def pair_of(self, photo: PhotoCoverage, comparison: FolderComparison) -> Group | None:
        """Return a photo and its match as a group to be compared.

        Returns:
            None where there is no match, or one of the two is no longer in the catalog.
        """
        return pair_of(photo, comparison.coverage, self._catalog.get())


def photos_behind(comparison: FolderComparison, row: int, column: int) -> Sequence[PhotoCoverage]:
    """Return the photos behind a cell of the matrix of overlaps."""
    from dupefinder.core.coverage import folders

    return folders.photos_behind(comparison.coverage, row, column)


def plan_copies(
    comparison: FolderComparison, target: str, arrangement: str, *, with_altered: bool
) -> CopyPlan:
    """Plan to copy photos of backups that a library lacks.

    Args:
        comparison: The comparison of the backups with the library.
        target: The folder to copy to.
        arrangement: The arrangement of the copies, a value of `Arrangement`.
        with_altered: True to copy also photos that the library has smaller or altered.

    Raises:
        TargetRefused: Nothing can be copied there.
    """
    from dupefinder.actions.backups import copy_missing
    from dupefinder.core.coverage.records import CoverageStatus

    statuses = set(CoverageStatus) - {CoverageStatus.COVERED}
    return copy_missing.plan_copies(
        comparison,
        target,
        copy_missing.Arrangement(arrangement),
        statuses if with_altered else copy_missing.ONLY_MISSING,
    )


def plan_retirement(
    comparison: FolderComparison, folder: str, kind: ActionKind, context: JobContext
) -> Retirement:
    """Plan to retire a folder of a backup: to remove its proven files.

    Args:
        comparison: The comparison of the backup with the library.
        folder: The folder.
        kind: The trash, or setting aside.
        context: The job.

    Raises:
        Cancelled: The job was cancelled.
    """
    from dupefinder.actions.backups import retire

    return retire.plan_retirement(comparison, folder, kind, context, protected_folders())


def plan_accepted(
    comparison: FolderComparison, photos: Sequence[PhotoCoverage], context: JobContext
) -> Plan:
    """Plan to set aside photos of backups whose matches a person accepted.

    Raises:
        Cancelled: The job was cancelled.
    """
    from dupefinder.actions.backups import single_photos

    return single_photos.plan_accepted(
        comparison, photos, ActionKind.SET_ASIDE, context, protected_folders()
    )


def pair_of(photo: PhotoCoverage, coverage: Coverage, catalog: Catalog) -> Group | None:
    """Make a group of a photo and its match.

    Args:
        photo: The photo.
        coverage: The coverage that it is from.
        catalog: Facts are read from it.

    Returns:
        The copy in the library first; None without one, or if the catalog lacks one of the two.
    """
    answer = photo.answer
    if answer is None:
        return None
    match = next((place for place in coverage.places if place.file.path == answer.file.path), None)
    if match is None:
        return None
    contents = catalog.facts([match.content_id, photo.place.content_id])
    if not {match.content_id, photo.place.content_id} <= set(contents):
        return None
    stays = Reason(ReasonCode.LOOKS_DIFFERENT)
    theirs, ours = contents[match.content_id], contents[photo.place.content_id]
    one = GroupMember(
        file=answer.file,
        content_id=theirs.content_id,
        digest=theirs.digest,
        facts=theirs.facts,
        keep=True,
        is_keeper=True,
        reason=stays,
    )
    other = GroupMember(
        file=photo.place.file,
        content_id=ours.content_id,
        digest=ours.digest,
        facts=ours.facts,
        keep=True,
        is_keeper=False,
        reason=stays,
        evidence=answer.evidence,
        against=answer.file.path,
        distance_bits=answer.distance_bits,
        orientation=answer.orientation,
        alterations=answer.alterations,
    )
    name = blake3(b"backup" + theirs.digest + ours.digest).hexdigest(8)
    return Group(name, (one, other))
