"""Scanning: who tells whom between the engine, the folders page, the strip and Review."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer

from dupefinder.core.errors import DupeFinderError
from dupefinder.core.records import Group
from dupefinder.gui.engine import Engine
from dupefinder.gui.faults import fault_text
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.making_results import make_results
from dupefinder.gui.results import Lane, Results
from dupefinder.gui.review.marked import UNDECIDED
from dupefinder.gui.words import counted, duration_text, photos_text
from dupefinder.gui.worker import JobEnd

if TYPE_CHECKING:
    from dupefinder.core.pipeline import Options, Report

_HEARTBEAT_MS = 5_000
_SLEPT_S = 60.0
"""So much more time between two heartbeats means that the computer slept."""

_SHOWN_JOBS = ("scan", "open", "forget", "prove")


class Scanning(QObject):
    """Connects the engine with the window; keeps the results on show.

    Attributes:
        results: The results on show, None before the first.
        busy: True while a scan runs.
    """

    def __init__(self, engine: Engine, window: MainWindow) -> None:
        super().__init__(window)
        self.results: Results | None = None
        self.busy = False
        self._forgetting = 0
        self._report: Report | None = None
        self._engine = engine
        self._window = window
        self._heart = QTimer(self)
        self._heart.setInterval(_HEARTBEAT_MS)
        self._heart.timeout.connect(self._beat)
        self._last_beat_s = 0.0
        engine.began.connect(self._began)
        engine.progressed.connect(window.strip.show_progress)
        engine.ended.connect(self._ended)
        engine.opened.connect(self._opened)
        engine.results_ready.connect(self._show)
        engine.scanned.connect(self._scanned)
        engine.lost.connect(self._lost)
        engine.known.connect(window.folders.set_knowledge)
        engine.erased.connect(self._erased)
        window.strip.pause_requested.connect(self._pause)
        window.strip.resume_requested.connect(self._resume)
        window.strip.stop_requested.connect(engine.cancel)
        window.folders.scan_requested.connect(self._scan)
        window.folders.folders_changed.connect(engine.know)
        window.review.threshold_requested.connect(self._regroup)
        window.settings_page.erase_requested.connect(engine.erase)

    def _scan(self, options: Options) -> None:
        if not self.busy:
            self._engine.scan(options)
            self._set_busy(True)
            self._window.strip.begin("scan")
            self._window.cards.row.make_ahead()

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self._window.folders.set_scanning(busy)
        self._window.review.set_scanning(busy)
        if busy:
            self._last_beat_s = time.time()
            self._heart.start()
        else:
            self._heart.stop()

    def _began(self, kind: str) -> None:
        if kind in _SHOWN_JOBS:
            self._window.strip.begin(kind)

    def _ended(self, end: JobEnd) -> None:
        if end.kind == "scan":
            # The groups that it found have just been shown: they are painted first.
            report, self._report = self._report, None
            self._window.turns.add(lambda: self._end_scan(end, report))
            return
        if end.kind in _SHOWN_JOBS:
            self._window.strip.finish()
        if end.kind == "forget":
            self._forgetting -= 1
            self._window.review.filter.similarity.setEnabled(not self._forgetting)
        self._tell_fault(end)

    def _end_scan(self, end: JobEnd, report: Report | None) -> None:
        self._window.strip.finish()
        self._set_busy(False)
        self._engine.know(self._window.folders.folder_paths())
        if end.cancelled:
            self._window.notices.show_notice(
                self.tr("Stopped. What was read is kept: the next scan goes on from there."),
                "info",
            )
        elif report is not None:
            self._tell_scanned(report)
        self._tell_fault(end)

    def _tell_fault(self, end: JobEnd) -> None:
        if isinstance(end.fault, DupeFinderError):
            self._window.notices.show_notice(fault_text(end.fault), "warning", kind="warning")

    def _pause(self) -> None:
        self._engine.pause()
        self._window.strip.set_paused(True)

    def _resume(self) -> None:
        self._engine.resume()
        self._window.strip.set_paused(False)

    def forget(self, paths: Sequence[str], *, gone: bool = True) -> None:
        """Take files that were removed out of the results, or put them back."""
        self._begin_forgetting()
        self._engine.forget(paths, gone=gone)

    def forget_moved(self, paths: Sequence[str]) -> None:
        """Take files out of the results that may have been moved, as far as they are not there."""
        self._begin_forgetting()
        self._engine.forget_moved(paths)

    def _begin_forgetting(self) -> None:
        self._forgetting += 1
        self._window.review.filter.similarity.setEnabled(False)

    def _regroup(self, threshold_bits: int) -> None:
        if not self.busy and not self._forgetting and self.results is not None:
            self._engine.regroup(threshold_bits, self._decided(self.results))

    def _decided(self, results: Results) -> list[Group]:
        """Groups that keep their photos whatever the threshold: somebody decided on them."""
        decided = self._window.marks.states != UNDECIDED
        decided &= results.lanes != Lane.LOOK_ALIKE
        return [results.groups[index] for index in np.flatnonzero(decided).tolist()]

    def _show(self, results: Results) -> None:
        self.results = results
        window = self._window
        window.marks.set_results(results)
        window.review.set_results(results)
        groups = np.count_nonzero(results.lanes != Lane.LOOK_ALIKE)
        window.sidebar.set_count("review", int(groups))
        if not results.provisional:
            window.folders.set_results(results)

    def _opened(self, set_aside: Path | None) -> None:
        if set_aside is not None:
            self._window.notices.show_notice(
                self.tr(
                    "The catalog was damaged. It was set aside as {name}, and a new one begun:"
                    " the next scan reads all photos once more. No photo was harmed."
                ).format(name=set_aside.name),
                "warning",
                kind="warning",
            )
        self._engine.know(self._window.folders.folder_paths())

    def _scanned(self, report: Report) -> None:
        # What was marked before it may not be in sight now.
        self._window.marks.stack.clear()
        self._report = report

    def _tell_scanned(self, report: Report) -> None:
        spent = duration_text(sum(report.seconds.values()))
        if report.groups:
            text = self.tr("{photos} looked at in {time}: {groups}.").format(
                photos=photos_text(report.photos),
                time=spent,
                groups=counted(
                    len(report.groups),
                    self.tr("{n} group of duplicates"),
                    self.tr("{n} groups of duplicates"),
                ),
            )
        else:
            text = self.tr("{photos} looked at in {time}: no duplicates.").format(
                photos=photos_text(report.photos), time=spent
            )
        buttons = [(self.tr("Review"), self._show_review)] if report.groups else []
        if self._window.place == "review":
            buttons = []
        self._window.notices.show_notice(text, "check", buttons)

    def _show_review(self) -> None:
        self._window.show_place("review")

    def _lost(self, folders: Sequence[str]) -> None:
        self._window.notices.show_notice(
            self.tr(
                "{folder} is not there, or no longer there. Is its drive connected? What was read"
                " of it is kept: connect it and scan again."
            ).format(folder=folders[0]),
            "drive-absent",
            kind="warning",
        )

    def _erased(self) -> None:
        self._show(make_results((), (), None, 0, (), 0))
        self._window.folders.set_results(None)
        self._window.thumbnails.forget()
        self._window.notices.show_notice(
            self.tr("The catalog was erased. The next scan reads all photos once more."), "info"
        )

    def _beat(self) -> None:
        now_s = time.time()
        slept_s = now_s - self._last_beat_s - _HEARTBEAT_MS / 1000
        self._last_beat_s = now_s
        if slept_s > _SLEPT_S:
            self._window.notices.show_notice(
                self.tr("The computer slept for {time}; the scan goes on.").format(
                    time=duration_text(slept_s)
                ),
                "info",
            )
