"""Backups held against a library: what is missing, and the plans to act on that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dupefinder.core.job import JobContext
from dupefinder.core.records import Group
from dupefinder.services.open_catalog import OpenCatalog

if TYPE_CHECKING:
    from dupefinder.actions.records import Plan
    from dupefinder.core.comparing import Comparison
    from dupefinder.core.coverage.records import Accepted, PhotoCoverage


class ComparisonSession:
    """The last comparison, and questions about it."""

    def __init__(self, catalog: OpenCatalog) -> None:
        self._catalog = catalog
        self._comparison: Comparison | None = None

    def compare(
        self,
        library: Sequence[str],
        backups: Sequence[str],
        accepted: Accepted,
        context: JobContext,
    ) -> Comparison:
        """Find out what a library has of backups; see `compare_folders`.

        Raises:
            LibraryIsBackup: One folder is both.
            FolderNotFound: One of the folders cannot be used.
            Cancelled: The job was cancelled; what was read is kept in the catalog.
            DupeFinderError: See `OpenCatalog.get`.
        """
        from dupefinder.core.comparing import compare_folders
        from dupefinder.core.pipeline import Options
        from dupefinder.core.scan.options import ScanOptions

        self._comparison = compare_folders(
            library, backups, Options(ScanOptions(())), accepted, self._catalog.get(), context
        )
        context.checkpoint()
        return self._comparison

    def photos_behind(self, row: int, column: int) -> Sequence[PhotoCoverage]:
        """Return the photos behind a cell of the matrix of overlaps; none before a comparison."""
        from dupefinder.core.coverage.overlap import photos_behind

        if self._comparison is None:
            return ()
        return photos_behind(self._comparison.coverage, row, column)

    def pair_of(self, photo: PhotoCoverage) -> Group | None:
        """Return a photo and its match as a group to be compared; None where there is no match."""
        from dupefinder.services.pairing import pair_of

        if self._comparison is None:
            return None
        return pair_of(photo, self._comparison.coverage, self._catalog.get())

    def forget(self) -> None:
        """Drop the comparison: the catalog that it rests on was erased."""
        self._comparison = None


def plan_retirement(comparison: Comparison, folder: str, context: JobContext) -> Plan:
    """Plan to set aside what is proven of a folder of a backup.

    Raises:
        Cancelled: The job was cancelled.
    """
    from dupefinder.actions import retire
    from dupefinder.actions.records import ActionKind

    return retire.plan_retirement(comparison, folder, ActionKind.SET_ASIDE, context).plan


def plan_accepted(
    comparison: Comparison, photos: Sequence[PhotoCoverage], context: JobContext
) -> Plan:
    """Plan to set aside photos of backups whose matches a person accepted.

    Raises:
        Cancelled: The job was cancelled.
    """
    from dupefinder.actions import retire
    from dupefinder.actions.records import ActionKind

    return retire.plan_accepted(comparison, photos, ActionKind.SET_ASIDE, context)
