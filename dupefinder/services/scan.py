"""Scans: run one, regroup the last one at another threshold, and prove its proposals."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dupefinder.core.errors import CatalogNotWritable, DupeFinderError, is_gone
from dupefinder.core.job import JobContext, ask_each
from dupefinder.core.records import Evidence, Group
from dupefinder.core.source_folders import SourceFolders
from dupefinder.services.findings import Findings
from dupefinder.services.places import FolderStatus, looked_into, protected_by

if TYPE_CHECKING:
    from dupefinder.core.pipeline import MatchesSoFar, Options, Report
    from dupefinder.core.scan.options import FolderChoice
    from dupefinder.review.preview import GoneAlready, Preview
    from dupefinder.review.rules import Rule
from dupefinder.services.last_results import LastResults


class ScanSession(LastResults):
    """Runs scans, and regroups the results of the last one."""

    def scan(
        self,
        options: Options,
        context: JobContext,
        on_found: Callable[[Findings], None] | None = None,
        is_closing: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Scan, and report through `on_found` what can be reviewed.

        Args:
            options: The options of the scan.
            context: The job.
            on_found: Called periodically with provisional results, and with the final ones. After
                a cancelled or failed scan, what it had found until then is final, and can
                be reopened.
            is_closing: Asked after such a scan; True when the results will not be reviewed.

        Raises:
            Cancelled: The job was cancelled; what was read is kept in the catalog.
            DupeFinderError: See `find_duplicates` and `OpenCatalog.get`.
        """
        from dupefinder.core.pipeline import find_duplicates

        self._catalog.keep_protection(options.scan.folders)
        threshold_bits = options.match.threshold
        so_far: MatchesSoFar | None = None

        def tell(found: MatchesSoFar) -> None:
            nonlocal so_far
            so_far = found
            if on_found is not None:
                groups = found.matches.groups(threshold_bits)
                context.checkpoint()
                on_found(_provisional_findings(found, groups, threshold_bits))

        try:
            with self._catalog.decisions() as decisions:
                report = find_duplicates(
                    options,
                    self._catalog.get(),
                    context,
                    None if on_found is None else tell,
                    decisions,
                )
        except DupeFinderError:
            if so_far is not None and on_found is not None:
                is_kept = self._keep_stopped(so_far)
                if not is_closing():
                    self._take(so_far.matches, so_far.problems, is_of_last_scan=is_kept)
                    on_found(self._findings(threshold_bits, (), JobContext()))
            raise
        self._take(report.matches, report.problems)
        if on_found is not None:
            on_found(self._findings(threshold_bits, (), context))
        return report

    def _keep_stopped(self, found: MatchesSoFar) -> bool:
        """Keep the results of a stopped scan; False where they cannot be written."""
        from dupefinder.core.pipeline import keep_found

        catalog = self._catalog.get()
        scan = catalog.last_scan()
        assert scan is not None
        with suppress(CatalogNotWritable):
            keep_found(scan.scan_id, found, catalog)
            return True
        return False

    def stopped_folders(self) -> Sequence[str]:
        """Return the folders of the last scan, should it not have come to its end.

        Raises:
            DupeFinderError: See `OpenCatalog.get`.
        """
        scan = self._catalog.get().last_scan()
        return () if scan is None or scan.finished_ns is not None else scan.folders

    def regroup(
        self, threshold_bits: int, pinned: Sequence[Group], context: JobContext
    ) -> Findings | None:
        """Group the last results at another threshold; None where there are none.

        Args:
            threshold_bits: At most the one that was scanned for.
            pinned: Groups that stay as they were decided.
            context: The job.

        Raises:
            Cancelled: The job was cancelled.
            CatalogNotWritable: The disk is full, for example.
        """
        if self.load_matches(context) is None:
            return None
        self._catalog.get().keep_threshold(threshold_bits)
        return self._findings(threshold_bits, pinned, context)

    def regroup_in_order(
        self,
        preferred: Sequence[str],
        pinned: Sequence[Group],
        context: JobContext,
        *,
        between_only: bool,
    ) -> Findings | None:
        """Group the last results with another order of folders; None where that changes nothing.

        Args:
            preferred: Folders in order, see `SourceFolders`.
            pinned: See `regroup`.
            context: The job.
            between_only: True to ignore matches inside one source folder.

        Raises:
            Cancelled: The job was cancelled.
            CatalogNotWritable: The disk is full, for example.
        """
        if (before := self._sources()) is None:
            return None
        sources = SourceFolders(before.folders, preferred, between_only=between_only)
        if sources == before or (matches := self.load_matches(context)) is None:
            return None
        self._catalog.get().keep_sources(sources)
        matches.set_sources(sources)
        return self._findings(self._threshold_bits, pinned, context)

    def keep_protection(self, roles: Sequence[FolderChoice]) -> None:
        """Store the folders that are protected, for other catalogs and windows as well.

        Args:
            roles: The folders with their roles.
        """
        self._catalog.keep_protection_so_far(roles)

    def protect(
        self, roles: Sequence[FolderChoice], pinned: Sequence[Group], context: JobContext
    ) -> Findings | None:
        """Protect folders that were not protected when they were scanned; None without a change.

        Folders that the scan itself protected stay protected until the next scan.

        Args:
            roles: The folders with their roles; the nearest one decides.
            pinned: See `regroup`; marks for removal in the folders no longer hold.
            context: The job.

        Raises:
            Cancelled: The job was cancelled.
        """
        before, self.roles = self.roles, roles
        if self._kept is not None and not self._kept.are_parted_by(
            protected_by(before, context.checkpoint), protected_by(roles, context.checkpoint)
        ):
            return None
        is_kept = self._kept is not None
        matches = self.load_matches(context)
        if matches is None or not (self._heed_roles(matches, context) or is_kept):
            return None
        return self._findings(self._threshold_bits, pinned, context)

    def preview_rules(
        self,
        rules: Sequence[Rule],
        groups: Sequence[Group],
        context: JobContext,
        only: Evidence | None = None,
        gone: GoneAlready | None = None,
    ) -> Preview | None:
        """Preview the marks that rules would set in some groups; None where there are no results.

        Args:
            rules: In order.
            groups: Groups of the last findings.
            context: The job.
            only: Only photos with this evidence go; None takes all.
            gone: Photos that go already, see `preview`; None for none.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.review.preview import preview

        if (matches := self.load_matches(context)) is None:
            return None
        sources = matches.sources
        if not sources.preferred:
            # The order in which the folders stand on their page.
            sources = SourceFolders(sources.folders, sources.folders)
        return preview(rules, sources, groups, matches.replacements, context, only, gone or {})

    def settle(
        self, findings: Findings, pinned: Sequence[Group], context: JobContext
    ) -> Findings | None:
        """Compare in full size the pairs that findings wait for; None where they are outdated.

        Args:
            findings: The last ones.
            pinned: See `regroup`.
            context: The job.

        Raises:
            Cancelled: The job was cancelled; what was proved is kept.
        """
        from dupefinder.core.decode import DecodeLimits
        from dupefinder.core.proving import prove_groups

        basis, threshold_bits = findings.basis, findings.threshold_bits
        if basis is None or basis is not self._basis or basis.matches is None:
            return None
        matches = basis.matches
        if threshold_bits != self._threshold_bits:
            return None
        self._heed_decisions(matches, context)
        prove_groups(
            matches,
            threshold_bits,
            self._catalog.get(),
            context,
            os.cpu_count() or 1,
            DecodeLimits(),
        )
        return self._findings(threshold_bits, pinned, context)

    def forget(self, paths: Sequence[str], *, gone: bool = True) -> bool:
        """Take files that were removed out of the catalog's last results, or put them back.

        Returns:
            True when that changed something: `follow_files` tells what.
        """
        return bool(self._catalog.get().mark_gone(paths, gone=gone))

    def forget_moved(self, paths: Sequence[str]) -> bool:
        """Take files out of the last results that may have been moved, as far as they are gone.

        Returns:
            As `forget`.
        """
        # Most are known to be gone; only the others are looked up, as a drive may be slow.
        listed = self._catalog.get().in_last_results(paths)
        gone = ask_each(is_gone, listed)
        return self.forget([path for path in listed if gone.get(path, False)])

    def vanished(self, paths: Sequence[str]) -> list[str]:
        """Return those of some files that are gone from their folder, which is still there.

        Where the folder is away, too, its drive may be.
        """
        listed = self._catalog.get().in_last_results(paths)
        gone = ask_each(_has_left_its_folder, listed)
        return [path for path in listed if gone.get(path, False)]

    def erase(self) -> None:
        """Erase the catalog and begin a new one; no photo is touched.

        Raises:
            DupeFinderError: See `OpenCatalog.erase`.
        """
        self._catalog.erase()
        self._basis = self._kept = self._unchecked = None
        self._problems = ()

    def folder_status(self, folders: Sequence[str], context: JobContext) -> dict[str, FolderStatus]:
        """Look up what is known of folders, by path.

        Args:
            folders: The folders.
            context: The job.

        Raises:
            Cancelled: The job was cancelled.
            DupeFinderError: See `OpenCatalog.get`.
        """
        catalog = self._catalog.get()
        status = {}
        for folder in folders:
            looked = ask_each(looked_into, [folder], context.checkpoint)
            connected, managed_by = looked.get(folder, (False, None))
            photos, size_bytes, protected = catalog.last_scan_below(folder)
            status[folder] = FolderStatus(
                photos or None, size_bytes, connected, managed_by, 0 < photos == protected
            )
        return status


def _has_left_its_folder(path: str) -> bool:
    return os.path.isdir(os.path.dirname(path)) and is_gone(path)


def _provisional_findings(
    found: MatchesSoFar, groups: Sequence[Group], threshold_bits: int
) -> Findings:
    return Findings(
        groups,
        (),
        None,
        threshold_bits,
        found.problems,
        len(found.matches.files),
        is_settled=True,  # the scan itself settles them
        is_provisional=True,
        sources=found.matches.sources,
    )
