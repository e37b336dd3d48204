"""The engine's thread: it alone has the catalog. It scans, groups anew and opens the last results.

The window calls the methods; what comes of them arrives as signals in the window's thread.
What the engine itself needs is imported in its thread: the window is on the screen before NumPy's
and Pillow's larger parts are loaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dupefinder.core.errors import Cancelled, DupeFinderError
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, Problem, Role
from dupefinder.gui.worker import Worker

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog
    from dupefinder.core.comparing import Comparison
    from dupefinder.core.coverage.records import Accepted, PhotoCoverage
    from dupefinder.core.grouping import Matches
    from dupefinder.core.pipeline import Found, Options


class Engine(Worker):
    """See the module.

    Signals:
        opened: The catalog is open; the path of a damaged one that was set aside, or None.
        reopening: Results of an earlier run are opened; when their scan began, in ns since 1970.
        results_ready: `Results`; provisional ones while a scan runs.
        scanned: `Report` of a scan that came to its end.
        lost: Chosen folders that are no longer there when a scan ends.
        known: `FolderKnowledge` by path, as asked for with `know`.
        compared: `Compared`: what a library has of backups.
        behind: Row and column of a cell of its matrix, and the photos behind that by status.
        paired: A photo of a backup and its match, as a `Group` to be compared.
        erased: The catalog was erased and begun anew.
    """

    opened = Signal(object)
    reopening = Signal(object)
    results_ready = Signal(object)
    scanned = Signal(object)
    lost = Signal(object)
    known = Signal(object)
    compared = Signal(object)
    behind = Signal(int, int, object)
    paired = Signal(object)
    erased = Signal()

    def __init__(self, catalog_path: Path | None, parent: QObject | None = None) -> None:
        """Make the thread; `start` starts it, `open_catalog` comes first.

        Args:
            catalog_path: The catalog's file; None keeps it in memory.
            parent: Qt parent.
        """
        super().__init__("engine", parent)
        self._catalog_path = catalog_path
        self._catalog: Catalog | None = None
        self._matches: Matches | None = None
        self._problems: Sequence[Problem] = ()
        self._photos = 0
        self._so_far: Found | None = None
        self._comparison: Comparison | None = None
        self._proving: JobContext | None = None
        self._makes_way = False
        self._shown_bits = 0

    def open_catalog(self) -> None:
        """Open the catalog, then the last results, if there are any."""
        self.do("open", self._open)

    def scan(self, options: Options) -> None:
        """Scan; provisional results come now and then, the settled ones at the end."""
        self._make_way()
        self.do("scan", lambda context: self._scan(options, context))

    def regroup(self, threshold_bits: int, pinned: Sequence[Group]) -> None:
        """Group the last results at another threshold; only the last request counts.

        Args:
            threshold_bits: At most the one that was scanned for.
            pinned: Groups that stay as they were decided.
        """
        self._make_way()
        self.do(
            "regroup",
            lambda context: self._regroup(threshold_bits, pinned, context),
            replaces=True,
        )

    def know(self, folders: Sequence[str]) -> None:
        """Look up what is known of folders; `known` brings it."""
        self.do("know", lambda _: self._know(folders), replaces=True)

    def compare(self, library: Sequence[str], backups: Sequence[str], accepted: Accepted) -> None:
        """Find out what a library has of backups; `compared` brings it."""
        self._make_way()
        self.do(
            "compare",
            lambda context: self._compare(library, backups, accepted, context),
            replaces=True,
        )

    def look_behind(self, row: int, column: int) -> None:
        """Look up the photos behind a cell of the last comparison; `behind` brings them."""
        self.do("behind", lambda _: self._look_behind(row, column), replaces=True)

    def pair_up(self, photo: PhotoCoverage) -> None:
        """Make a pair of a photo and its match; `paired` brings it."""
        self.do("pair", lambda _: self._pair_up(photo), replaces=True)

    def erase(self) -> None:
        """Erase the catalog and begin a new one; no photo is touched."""
        self.do("erase", self._erase)

    def forget(self, paths: Sequence[str], *, gone: bool = True) -> None:
        """Take files that were removed out of the results, or put them back, and group anew."""
        self.do("forget", lambda context: self._forget(paths, gone, context))

    def forget_moved(self, paths: Sequence[str]) -> None:
        """Take files out of the results that may have been moved, as far as they are not there."""
        self.do("forget", lambda context: self._forget_moved(paths, context))

    def close(self) -> None:
        """Stop what runs, close the catalog, and end the thread."""
        self._closing = True
        self.do("keep and close", self._close)
        super().close()

    # In the engine's thread

    def _open(self, context: JobContext) -> None:
        context.start_phase("open")
        # What is known of folders may have been asked for before.
        self.opened.emit(self._opened().set_aside)
        since_ns = self._opened().last_results_since_ns()
        if since_ns is not None:
            self.reopening.emit(since_ns)
            self._reopen(context)

    def _reopen(self, context: JobContext) -> None:
        from dupefinder.core.pipeline import reopen_last

        found = reopen_last(self._opened(), context)
        if found is not None:
            self._take(found.matches, found.problems)
            self._show(found.shown_bits, (), context)

    def _scan(self, options: Options, context: JobContext) -> None:
        from dupefinder.core.pipeline import find_duplicates

        threshold_bits = options.match.threshold

        def tell(found: Found) -> None:
            self._so_far = found
            self._show_some(found, threshold_bits, context)

        self._so_far = None
        try:
            report = find_duplicates(options, self._opened(), context, tell)
            self._take(report.matches, report.problems)
            self._show(threshold_bits, (), context)
            self.scanned.emit(report)
        except DupeFinderError:
            self._settle_for_less(threshold_bits)
            raise
        finally:
            lost = [
                choice.path
                for choice in options.scan.folders
                if choice.role is not Role.EXCLUDED and not os.path.lexists(choice.path)
            ]
            if lost:
                self.lost.emit(lost)

    def _settle_for_less(self, threshold_bits: int) -> None:
        """After a scan that was broken off: let what it found so far be reviewed."""
        if self._so_far is None or self._closing:
            return
        self._take(self._so_far.matches, self._so_far.problems)
        self._show(threshold_bits, (), JobContext())

    def _show_some(self, found: Found, threshold_bits: int, context: JobContext) -> None:
        from dupefinder.gui.making_results import make_results

        groups = found.matches.groups(threshold_bits)
        context.checkpoint()
        self.results_ready.emit(
            make_results(
                groups,
                (),
                None,
                threshold_bits,
                found.problems,
                len(found.matches.files),
                provisional=True,
            )
        )

    def _regroup(self, threshold_bits: int, pinned: Sequence[Group], context: JobContext) -> None:
        if self._matches is not None:
            self._opened().keep_threshold(threshold_bits)
            self._show(threshold_bits, pinned, context)

    def _compare(
        self,
        library: Sequence[str],
        backups: Sequence[str],
        accepted: Accepted,
        context: JobContext,
    ) -> None:
        from dupefinder.core.comparing import compare_folders
        from dupefinder.core.pipeline import Options
        from dupefinder.core.scan.options import ScanOptions
        from dupefinder.gui.backups.compared import make_compared

        options = Options(ScanOptions(()))
        self._comparison = compare_folders(
            library, backups, options, accepted, self._opened(), context
        )
        context.checkpoint()
        self.compared.emit(make_compared(self._comparison))

    def _look_behind(self, row: int, column: int) -> None:
        from dupefinder.core.coverage.overlap import photos_behind
        from dupefinder.gui.backups.compared import in_groups

        if self._comparison is not None:
            photos = photos_behind(self._comparison.coverage, row, column)
            self.behind.emit(row, column, in_groups(photos))

    def _pair_up(self, photo: PhotoCoverage) -> None:
        from dupefinder.gui.backups.pairing import pair_of

        if self._comparison is not None:
            pair = pair_of(photo, self._comparison.coverage, self._opened())
            if pair is not None:
                self.paired.emit(pair)

    def _know(self, folders: Sequence[str]) -> None:
        from dupefinder.core.scan.managed import program_above, program_of_entries
        from dupefinder.gui.folders.knowledge import FolderKnowledge

        catalog = self._opened()
        known = {}
        for folder in folders:
            try:
                program = program_of_entries(os.listdir(folder))
                connected = True
            except OSError:
                program, connected = None, False
            if program is None and (above := program_above(folder)) is not None:
                program = above[1]
            photos, size_bytes = catalog.last_scan_below(folder)
            known[folder] = FolderKnowledge(
                photos=photos or None,
                size_bytes=size_bytes,
                connected=connected,
                managed_by=None if program is None else program.code,
            )
        self.known.emit(known)

    def _erase(self, context: JobContext) -> None:
        from dupefinder.core.catalog import erase

        self._close(context)
        if self._catalog_path is not None:
            erase(self._catalog_path)
        self._opened()
        self._matches = None
        self._comparison = None
        self.erased.emit()

    def _forget(self, paths: Sequence[str], gone: bool, context: JobContext) -> None:
        changed = self._opened().mark_gone(paths, gone=gone)
        if changed and not self._closing:
            self._reopen(context)

    def _forget_moved(self, paths: Sequence[str], context: JobContext) -> None:
        # Nearly all are known to be gone: only the others are looked for, on whatever drive.
        listed = self._opened().in_last_results(paths)
        self._forget([path for path in listed if not os.path.lexists(path)], True, context)

    def _take(self, matches: Matches, problems: Sequence[Problem]) -> None:
        self._matches = matches
        self._problems = problems
        self._photos = len(matches.files)

    def _show(self, threshold_bits: int, pinned: Sequence[Group], context: JobContext) -> None:
        """Show the groups at a threshold, and once more when all of them are checked."""
        assert self._matches is not None
        groups: Sequence[Group] = self._matches.groups(threshold_bits)
        context.checkpoint()
        self._shown_bits = threshold_bits
        self._show_groups(groups, threshold_bits, pinned, context)
        is_open = bool(len(self._matches.wanted_open(groups, threshold_bits)))
        if (is_open or self._matches.wanted_proofs(groups)) and not self._closing:
            self._prove_later(self._matches, threshold_bits, pinned)

    def _prove_later(self, matches: Matches, threshold_bits: int, pinned: Sequence[Group]) -> None:
        """Compare in full size what the groups on show wait for, after the jobs that wait now."""
        self.do(
            "prove",
            lambda context: self._prove(matches, threshold_bits, pinned, context),
            replaces=True,
        )

    def _prove(
        self,
        matches: Matches,
        threshold_bits: int,
        pinned: Sequence[Group],
        context: JobContext,
    ) -> None:
        from dupefinder.core.decode import DecodeLimits
        from dupefinder.core.proving import prove_groups

        if matches is not self._matches or threshold_bits != self._shown_bits:
            return  # something else is on show by now
        self._makes_way = False
        self._proving = context
        threads = os.cpu_count() or 1
        try:
            groups = prove_groups(
                matches, threshold_bits, self._opened(), context, threads, DecodeLimits()
            )
        except Cancelled:
            if self._makes_way and not self._closing:
                self._prove_later(matches, threshold_bits, pinned)
            raise
        finally:
            self._proving = None
        self._show_groups(groups, threshold_bits, pinned, context)

    def _make_way(self) -> None:
        """Break off a full-size comparison; it goes on once the next job is done."""
        if (context := self._proving) is not None:
            self._makes_way = True
            context.cancel()

    def _show_groups(
        self,
        groups: Sequence[Group],
        threshold_bits: int,
        pinned: Sequence[Group],
        context: JobContext,
    ) -> None:
        from dupefinder.core.look_alikes import look_alike_groups
        from dupefinder.gui.making_results import make_results
        from dupefinder.gui.pinned import with_pinned

        assert self._matches is not None
        if pinned:
            groups = with_pinned(groups, pinned)
        look_alikes = look_alike_groups(self._matches, threshold_bits, self._opened())
        context.checkpoint()
        self.results_ready.emit(
            make_results(
                groups, look_alikes, self._matches, threshold_bits, self._problems, self._photos
            )
        )

    def _opened(self) -> Catalog:
        """The catalog, opened where it is not: the reason of an earlier failure may be gone."""
        if self._catalog is None:
            from dupefinder.core.catalog import Catalog

            self._catalog = Catalog.open(self._catalog_path)
        return self._catalog

    def _close(self, context: JobContext) -> None:
        del context
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None
