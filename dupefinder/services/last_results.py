"""Results of the last scan: reopened, stored, and their matches loaded on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, Problem
from dupefinder.core.source_folders import SourceFolders
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Basis, Findings
from dupefinder.services.places import protected_by

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches
    from dupefinder.core.scan.options import FolderChoice
    from dupefinder.services.kept_results import KeptFindings


class LastResults:
    """The results of the last scan, with matches that may still have to be loaded.

    Attributes:
        tightened: Greatest distance in bits, by digest, for photos whose group a person wanted
            matched more strictly.
        roles: The folders with their present roles; a folder that is protected after its scan is
            protected at once.
    """

    def __init__(self, catalog: OpenCatalog) -> None:
        self._catalog = catalog
        self.tightened: Mapping[bytes, int] = {}
        self.roles: Sequence[FolderChoice] = ()
        self._heeded_roles: Sequence[FolderChoice] = ()
        self._basis: Basis | None = None
        self._kept: KeptFindings | None = None
        self._unchecked: KeptFindings | None = None
        self._problems: Sequence[Problem] = ()
        self._threshold_bits = 0

    def reopen(self, context: JobContext) -> Findings | None:
        """Reopen the results of the last scan from the catalog; None before the first.

        Args:
            context: The job.

        Raises:
            Cancelled: The job was cancelled.
            DupeFinderError: See `OpenCatalog.get`.
        """
        return self._reopen(None, context)

    def follow_files(self, context: JobContext) -> Findings | None:
        """Bring the results up to date after `ScanSession.forget`, grouping only what it concerns.

        The outcome is that of `reopen`.

        Args:
            context: The job.

        Raises:
            Cancelled: The job was cancelled.
            DupeFinderError: See `OpenCatalog.get`.
        """
        basis = self._basis
        is_known = basis is not None and basis.is_of_last_scan
        return self._reopen(basis.matches if basis and is_known else None, context)

    def _reopen(self, before: Matches | None, context: JobContext) -> Findings | None:
        from dupefinder.core.reopening import reopen_last

        with self._catalog.decisions() as decisions:
            found = reopen_last(self._catalog.get(), context, decisions=decisions, before=before)
        if found is None:
            return None
        former = self._basis
        self._take(found.matches, found.problems)
        findings = self._findings(found.shown_bits, (), context)
        if former is not None:
            former.matches = None  # its results stay on show until those of these are made
        return findings

    def reopen_kept(self, take: Callable[[Findings], object] = lambda _: None) -> Findings | None:
        """The stored results of the last scan; None where `reopen` is needed.

        Args:
            take: Converts them for the caller; where that fails because they are not
                what was kept, they are kept no longer.

        Raises:
            DupeFinderError: See `OpenCatalog.get`.
        """
        from dupefinder.services.kept_results import kept

        try:
            self._kept = self._unchecked = kept(self._catalog, self.roles)
            if self._kept is not None:
                take(self._kept.findings)
        except (KeyError, IndexError, TypeError, ValueError):
            # Their digest holds, so somebody wrote them; the scan itself is in other tables.
            self._kept = self._unchecked = None
            with suppress(CatalogNotWritable):
                self._catalog.get().drop_results()
        if self._kept is None:
            return None
        findings = self._kept.findings
        self._basis = findings.basis
        self._problems = findings.problems
        self._threshold_bits = findings.threshold_bits
        return findings

    def is_kept_outdated(self, context: JobContext) -> bool:
        """True where the groups of `reopen_kept` are outdated by their surroundings.

        Stored results are dropped then.

        Args:
            context: The job; it takes time for each photo.

        Raises:
            Cancelled: The job was cancelled.
        """
        # Not `_kept`: groups stay on show after their matches were loaded.
        unchecked = self._unchecked
        if unchecked is None:
            return False
        is_outdated = not unchecked.are_as_kept(context.checkpoint)
        self._unchecked = None
        if is_outdated:
            # If it cannot be written, the next opening checks again.
            with suppress(CatalogNotWritable):
                self._catalog.get().drop_results()
        return is_outdated

    def keep(
        self, columns_of: Callable[[Findings], Mapping[str, bytes]], context: JobContext
    ) -> None:
        """Store the last results, so that the next run can show them at once.

        Results that wait for a comparison, or were matched more strictly, are not stored, nor are
        any while the stored ones are still valid.

        Args:
            columns_of: Makes the columns of the window, see `Findings.columns`.
            context: The job; it takes time for each photo.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.services.kept_results import has_kept, keep, key_of_results

        basis = self._basis
        if basis is None or self.tightened or not basis.is_of_last_scan:
            return
        if has_kept(self._catalog, self.roles) or self.load_matches(context) is None:
            return
        # A later decision may not be heeded.
        key = key_of_results(self._catalog, self.roles)
        findings = self._findings(self._threshold_bits, (), context)
        if not findings.is_settled:
            return
        columns = columns_of(findings)
        context.checkpoint()
        if key_of_results(self._catalog, self.roles) == key:
            keep(findings, columns, self._catalog, key, context.checkpoint)

    def load_matches(self, context: JobContext) -> Matches | None:
        """The matches of the last results, loaded if needed.

        Args:
            context: The job.

        Returns:
            None where there are no results.

        Raises:
            Cancelled: The job was cancelled.
        """
        from dupefinder.core.reopening import reopen_last

        basis = self._basis
        if basis is None:
            return None
        if basis.matches is None:
            history = None if self._kept is None else self._kept.history()
            with self._catalog.decisions() as decisions:
                found = reopen_last(
                    self._catalog.get(), context, decisions=decisions, history=history
                )
            if found is None:
                return None
            self._heeded_roles = ()
            self._problems = found.problems
            self._heed_decisions(found.matches, context)
            basis.matches, self._kept = found.matches, None
        return basis.matches

    def results_since_ns(self) -> int | None:
        """Start of the scan of the results, in nanoseconds since 1970.

        Returns:
            None before the first scan.

        Raises:
            DupeFinderError: See `OpenCatalog.get`.
        """
        return self._catalog.get().last_results_since_ns()

    def _take(
        self, matches: Matches, problems: Sequence[Problem], *, is_of_last_scan: bool = True
    ) -> None:
        self._heeded_roles = ()
        self._basis = Basis(matches, matches.series_photos, is_of_last_scan)
        self._kept = self._unchecked = None
        self._problems = problems

    def _findings(
        self, threshold_bits: int, pinned: Sequence[Group], context: JobContext
    ) -> Findings:
        from dupefinder.core.grouping.look_alikes import look_alike_groups
        from dupefinder.services.findings import with_files, with_pinned

        basis = self._basis
        assert basis is not None
        assert basis.matches is not None
        matches = basis.matches
        self._heed_decisions(matches, context)
        groups: Sequence[Group] = matches.groups(threshold_bits, context.checkpoint)
        pinned = [group for group in pinned if matches.may_stay(group)]
        context.checkpoint()
        self._threshold_bits = threshold_bits
        is_open = bool(len(matches.wanted_open(groups, threshold_bits)))
        is_settled = not is_open and not matches.wanted_proofs(groups)
        look_alikes = look_alike_groups(matches, threshold_bits, self._catalog.get())
        context.checkpoint()
        return Findings(
            with_pinned(groups, with_files(pinned, matches.files)) if pinned else groups,
            look_alikes,
            basis,
            threshold_bits,
            self._problems,
            len(matches.files),
            is_settled,
            sources=matches.sources,
            new_contents=matches.new_contents,
        )

    def _heed_decisions(self, matches: Matches, context: JobContext) -> None:
        """Pass photos called different, and strictly matched groups, to the matches.

        Decisions may have been made since the matches were made.
        """
        if self.roles != self._heeded_roles:
            self._heed_roles(matches, context)
        catalog = self._catalog.get()
        matches.set_separated(self._catalog.separated(), catalog)
        ids = catalog.content_ids(list(self.tightened))
        matches.most_bits = {
            ids[digest]: bits for digest, bits in self.tightened.items() if digest in ids
        }

    def _heed_roles(self, matches: Matches, context: JobContext) -> bool:
        """Pass the protected folders to the matches; True where that changes them."""
        is_protected = protected_by(self.roles, context.checkpoint)
        self._heeded_roles = self.roles
        return matches.set_protected(is_protected)

    def _sources(self) -> SourceFolders | None:
        """The source folders of the last results."""
        if self._kept is not None:
            return self._kept.findings.sources
        if self._basis is None or self._basis.matches is None:
            return None
        return self._basis.matches.sources
