"""Scans: from the Folders page to the catalog and back to Review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from dupefinder.core.job import JobContext
from dupefinder.core.records import Problem, ProblemCode
from dupefinder.gui.controllers.notices import ScanNotices, SleepWatch
from dupefinder.gui.folders.scan_bar import LastScan
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.results.builder import build_results
from dupefinder.gui.tasks import Policy, Runner, Task, TaskEnd
from dupefinder.gui.tasks.window_thread import post
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import NO_FINDINGS, Findings
from dupefinder.services.places import FolderStatus, lost_folders

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options, Report
from dupefinder.gui.controllers.results import Built, ResultsController

_SAMPLE_MS = 30_000
_LOOK_AFTER_MS = 300
"""The photos of a group are loaded one after another: those that are gone are told together."""


class ScanController(ResultsController):
    """Opens the catalog and runs scans; results are shown as they come.

    Signals:
        catalog_changed: The contents of the catalog changed: after a scan, or after erasing it.
        catalog_erased: The catalog was erased.
        reopening: When the scan began whose results are opened, in ns since 1970.
    """

    catalog_changed = Signal()
    catalog_erased = Signal()
    reopening = Signal(object)

    def __init__(self, catalog: OpenCatalog, runner: Runner, window: MainWindow) -> None:
        """Connect the pages.

        Args:
            catalog: The catalog, used in the runner's thread alone.
            runner: The runner of the catalog.
            window: The window.
        """
        super().__init__(catalog, runner, window)
        self._catalog = catalog
        self._notices = ScanNotices(window)
        self._sleep = SleepWatch(self, self._notices.tell_slept)
        window.folders.requests = self
        window.settings_page.erase.confirmed.connect(self.erase)
        self._vanished: set[str] = set()
        self._looking = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._looking.timeout.connect(self._forget_vanished)
        window.pictures.loaded.connect(self._note_vanished)

    def sample(self, options: Options) -> None:
        """Scan folders for half a minute, unless a scan runs."""
        if not self.busy:
            task = self._begin_scan(options, is_sample=True)
            QTimer.singleShot(_SAMPLE_MS, self, task.cancel)

    def scan(self, options: Options) -> None:
        """Scan folders, unless a scan runs, and show what is found as it comes."""
        if not self.busy:
            self._begin_scan(options, is_sample=False)

    def _begin_scan(self, options: Options, *, is_sample: bool) -> Task[Report]:
        reports: list[Report] = []
        task = self._runner.ask("scan", lambda context: self._run_scan(options, context), self)
        self.strip.show(task, "scan")
        task.on_result(reports.append)
        # The new groups are painted first.
        task.on_end(
            lambda end: self._window.paint_steps.add(
                lambda: self._end_scan(options, end, reports, is_sample=is_sample)
            )
        )
        task.start()
        self._notices.withdraw_outdated()
        self._set_busy(True)
        # Photos marked before the scan may not be in sight after it.
        self._window.marks.stack.clear()
        self.strip.begin(task, "scan")
        self._window.cards.row.make_ahead()
        return task

    def _run_scan(self, options: Options, context: JobContext) -> Report:
        """Scan in the runner's thread."""

        def show(findings: Findings) -> None:
            results = self._build(findings)
            post(self, lambda: self._show(findings, results))

        try:
            return self.session.scan(options, context, show, lambda: self._runner.is_closing)
        finally:
            if lost := lost_folders(options):
                post(self, lambda: self._notices.tell_lost(lost[0]))

    def _end_scan(
        self, options: Options, end: TaskEnd, reports: Sequence[Report], *, is_sample: bool
    ) -> None:
        self._window.strip.finish()
        self._window.attention.finish()
        self._set_busy(False)
        self._window.folders.set_stopped(() if reports else options.sources.folders)
        self._window.folders.ask_for_order()  # it may have changed during the scan
        self.look_up_folders(self._window.folders.folder_paths())
        if end.cancelled:
            self._notices.tell_stopped(lambda: self.scan(options), is_sample=is_sample)
        for report in reports:
            self.catalog_changed.emit()
            self._notices.tell_scanned(report)

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self._window.folders.set_scanning(busy)
        self._window.review.set_scanning(busy)
        if busy:
            self._window.attention.begin()
            self._sleep.begin()
        else:
            self._sleep.end()

    # Folders and catalog

    def open_catalog(self) -> None:
        """Open the catalog, then the last results, if there are any."""
        self.session.roles = tuple(self._window.folders.roles)

        def reopen(context: JobContext) -> Findings | Built | None:
            set_aside = self._catalog.get().set_aside
            stopped = self.session.stopped_folders()
            post(self, lambda: self._opened(set_aside, stopped))
            since_ns = self.session.results_since_ns()
            if since_ns is None:
                return None
            post(self, lambda: self.reopening.emit(since_ns))
            kept: list[Built] = []
            self.session.reopen_kept(lambda found: kept.append((found, self._build(found))))
            if kept:
                return kept[0]
            findings = self.session.reopen(context)
            if findings is None:
                post(self, self._notices.tell_outdated)
            return findings

        review = self._window.review
        review.set_opening(True)
        task = self._ask_for("open", reopen)
        self.strip.start(task, "open", lambda: review.set_opening(False))

    def look_up_folders(self, folders: Sequence[str]) -> None:
        """Show what is known of folders.

        Args:
            folders: Their paths.
        """

        def show(known: Mapping[str, FolderStatus]) -> None:
            self._window.folders.set_status(known)
            away = [path for path, status in known.items() if not status.connected]
            self._window.marks.away.set_folders(away)

        self._runner.ask(
            "look up folders",
            lambda context: self.session.folder_status(folders, context),
            self,
            Policy.LATEST,
        ).on_result(show).start()

    def _note_vanished(self, path: str, outcome: object) -> None:
        """Note that a photo which was to be shown is not there, or is there again."""
        if isinstance(outcome, Problem) and outcome.code is ProblemCode.VANISHED:
            self._window.marks.away.add(path)
            self._vanished.add(path)
            self._looking.start()
        else:
            self._window.marks.away.discard(path)

    def _forget_vanished(self) -> None:
        """Take such photos out of their groups: nothing is proposed, or accepted, for them."""
        paths, self._vanished = sorted(self._vanished), set()
        if self.busy:
            return  # its end brings other results
        gone: list[str] = []

        def note() -> bool:
            gone.extend(self.session.vanished(paths))
            return self.session.forget(gone)

        self._note_gone(note, lambda: self._notices.tell_vanished(gone))

    def erase(self) -> None:
        """Erase the catalog after running tasks, even if a scan is stopped."""
        self._runner.ask("erase", lambda _: self.session.erase(), self, Policy.MUST_RUN).on_result(
            lambda _: self._erased()
        ).start()

    def _opened(self, set_aside: Path | None, stopped: Sequence[str]) -> None:
        if set_aside is not None:
            self._notices.tell_damaged(set_aside.name)
        folders = self._window.folders
        folders.set_stopped(stopped)
        if folders.last_scan is LastScan.STOPPED:
            self._notices.tell_unfinished(folders.go_on)
        self.look_up_folders(self._window.folders.folder_paths())

    def _erased(self) -> None:
        self.show_results(build_results(NO_FINDINGS))
        self._window.folders.set_results(None)
        self._window.folders.set_stopped(())
        self._window.thumbnails.forget()
        self.catalog_erased.emit()
        self.catalog_changed.emit()
        self._notices.tell_erased()
