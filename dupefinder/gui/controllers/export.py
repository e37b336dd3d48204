"""Exports of Review, plans and History to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from dupefinder.core.catalog.pixels import ThumbnailReader
from dupefinder.core.decisions.marks import Mark
from dupefinder.core.job import JobContext
from dupefinder.core.records import Role
from dupefinder.export import ExportFormat, export, format_of
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.photos import desktop
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.decisions import DecisionState, state_of
from dupefinder.gui.review.mark_table import DISMISSED
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks import Runner, Task
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dupefinder.export.document import Document
    from dupefinder.export.groups import DecidedGroup

ChooseTarget = Callable[[QWidget, str, str], str]
"""Asks for a path, given parent, title and first path; returns the chosen one, or an empty text."""


class ExportController(QObject):
    """Asks for a file and writes it in a task, with progress in the strip."""

    def __init__(
        self,
        runner: Runner,
        catalog: Path,
        window: MainWindow,
        settings: Settings,
        choose_target: ChooseTarget | None = None,
    ) -> None:
        """Connect the pages.

        Args:
            runner: The runner of exports: they read the catalog beside a scan.
            catalog: The catalog, for small pictures.
            window: The window.
            settings: The settings.
            choose_target: Asks for a file; None asks in the system's own way.
        """
        super().__init__(window)
        self._runner = runner
        self._catalog = catalog
        self._window = window
        self._settings = settings
        self._choose_target = choose_target or _ask_for_target
        self._task: Task[str] | None = None
        window.export_strip.requests = self
        window.review.bar.export.clicked.connect(self.export_groups)
        window.plan.bar.export.clicked.connect(self.export_plan)
        window.history.export.clicked.connect(self.export_receipt)

    def export_groups(self) -> None:
        """Export the listed groups of Review, with their decisions."""
        results = self._window.review.results
        if results is None:
            return
        indices = self._window.review.list.groups.shown_indices()
        given, states = self._window.marks.given, self._window.marks.states
        protected = self._protected()

        def make() -> Document:
            from dupefinder.export.groups import groups_document

            decided = _decided(results, indices, given, states)
            return groups_document(decided, protected=protected)

        self._export(_("Export the groups"), _("duplicates"), make)

    def export_plan(self) -> None:
        """Export the plan on show, without steps that were taken out."""
        plan = self._window.plan.chosen_plan()
        protected, settings = self._protected(), self._settings
        copies, drives = settings.keep_copies, settings.keep_drives

        def make() -> Document:
            from dupefinder.actions.overview import overview_of
            from dupefinder.actions.plan_file import PlanFile
            from dupefinder.export.removals import plan_document

            return plan_document(PlanFile(plan, protected, copies, drives), overview_of(plan))

        self._export(_("Export the plan"), _("plan"), make)

    def export_receipt(self) -> None:
        """Export the receipt of the action on show in History."""
        action, steps = self._window.history.action, self._window.history.steps.all_steps
        if action is None:
            return

        def make() -> Document:
            from dupefinder.export.removals import receipt_document

            return receipt_document(action, steps)

        self._export(_("Export the results"), _("receipt"), make)

    def _protected(self) -> tuple[str, ...]:
        return tuple(
            choice.path for choice in self._settings.folders if choice.role is Role.PROTECTED
        )

    def _export(self, title: str, name: str, make: Callable[[], Document]) -> None:
        if self._task is not None:
            self._window.notices.show_notice(
                _("Another file is being written. Export once that has ended."), "export"
            )
            return
        begin = os.path.join(os.path.expanduser("~"), f"{name}.{ExportFormat.HTML}")
        path = self._choose_target(self._window, title, begin)
        if not path:
            return
        strip = self._window.export_strip

        def work(context: JobContext) -> str:
            pictures = ThumbnailReader(self._catalog)
            try:
                export(make(), path, pictures.thumbnail_of, context)
            except OSError as error:
                return error.strerror or str(error)
            finally:
                pictures.close()
            return ""

        task = self._runner.ask("export", work, self)
        task.on_progress(strip.show_progress)
        task.on_result(partial(self._tell, path)).on_end(lambda _: self._end())
        self._task = task
        strip.begin("export")
        task.start()

    def _end(self) -> None:
        self._task = None
        self._window.export_strip.finish()

    def _tell(self, path: str, trouble: str) -> None:
        notices = self._window.notices
        if trouble:
            text = _("Nothing was exported to {path}: {words}.")
            notices.show_notice(
                text.format(path=path_text(path), words=trouble), "warning", kind="warning"
            )
            return
        notices.show_notice(
            _("Exported to {path}").format(path=path_text(path)),
            "export",
            [
                (_("Open"), partial(desktop.open_file, path, self._window)),
                (_("Show in folder"), partial(desktop.show_in_folder, path, self._window)),
            ],
        )

    # Asked for by the strip

    def pause(self) -> None:
        """Let the export wait."""
        if self._task is not None:
            self._task.pause()

    def resume(self) -> None:
        """Let it go on."""
        if self._task is not None:
            self._task.resume()

    def stop(self) -> None:
        """End it; no file is written."""
        if self._task is not None:
            self._task.cancel()


def _decided(
    results: Results, indices: Sequence[int], given: NDArray[np.uint8], states: NDArray[np.uint8]
) -> list[DecidedGroup]:
    """Groups with their decisions.

    Args:
        results: All groups.
        indices: Those that are wanted.
        given: See `MarkTable.given`.
        states: See `MarkTable.states`.
    """
    from dupefinder.export.groups import DecidedGroup, Decision

    codes = {
        DecisionState.KEEP: Decision.KEEP,
        DecisionState.REMOVE: Decision.REMOVE,
        DecisionState.PROPOSED_REMOVE: Decision.PROPOSED_REMOVE,
        DecisionState.NOT_PROVEN: Decision.NOT_PROVEN,
        DecisionState.DISMISSED: Decision.NOT_DUPLICATES,
    }
    first = results.firsts.tolist()
    decided = []
    for index in indices:
        photo_states = (
            state_of(
                member,
                Mark(int(given[place])),
                proven=results.match_kinds[index] != MatchKind.LOOK_ALIKE,
                dismissed=states[index] == DISMISSED,
            )
            for place, member in enumerate(results.groups[index].members, first[index])
        )
        decisions = tuple(codes.get(state, Decision.PROPOSED_KEEP) for state in photo_states)
        decided.append(DecidedGroup(results.groups[index], decisions))
    return decided


def _ask_for_target(parent: QWidget, title: str, begin: str) -> str:
    """Ask for a file; without an extension of its own it gets that of the chosen format."""
    filters = {
        _("Page with pictures (*.html)"): ExportFormat.HTML,
        _("Table (*.csv)"): ExportFormat.CSV,
        _("For other programs (*.json)"): ExportFormat.JSON,
    }
    path, chosen = QFileDialog.getSaveFileName(parent, title, begin, ";;".join(filters))
    if path and format_of(path) is None:
        path = f"{path}.{filters.get(chosen, ExportFormat.HTML)}"
    return path
