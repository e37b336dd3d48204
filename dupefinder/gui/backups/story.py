"""Backups: who tells whom between the engine, the desk, the page and the plan."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from dupefinder.actions.records import ActionKind, Outcome
from dupefinder.core.coverage.records import Accepted, PhotoCoverage
from dupefinder.core.job import Progress
from dupefinder.gui.backups.compared import Compared
from dupefinder.gui.backups.copy_dialog import Copying
from dupefinder.gui.desk import Desk
from dupefinder.gui.engine import Engine
from dupefinder.gui.kind_words import did_text, with_narrowed
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.words import number_text
from dupefinder.gui.worker import JobEnd


class Backups(QObject):
    """See the module."""

    def __init__(self, engine: Engine, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._engine = engine
        self._desk = desk
        self._window = window
        self._is_copying = False
        page = window.backups
        page.compare_requested.connect(self._compare)
        page.behind_requested.connect(engine.look_behind)
        page.look_requested.connect(engine.pair_up)
        page.copy_requested.connect(self._copy)
        page.retire_requested.connect(self._retire)
        page.accepted_requested.connect(self._set_aside)
        page.stop_requested.connect(desk.cancel)
        engine.began.connect(self._began)
        engine.ended.connect(self._ended)
        engine.compared.connect(self._compared)
        engine.erased.connect(page.forget)
        engine.behind.connect(page.set_behind)
        engine.paired.connect(window.look_at)
        desk.progressed.connect(self._progressed)
        desk.ended.connect(self._desk_ended)
        desk.copied.connect(self._copied)
        desk.acted.connect(self._compare_again)
        desk.undone.connect(self._compare_again)

    def _compare(self, library: Sequence[str], backups: Sequence[str], accepted: Accepted) -> None:
        self._window.backups.set_comparing(True)
        self._engine.compare(library, backups, accepted)

    def _compare_again(self, outcome: Outcome) -> None:
        """What was answered may no longer hold; photos that are known are not read again."""
        if self._window.backups.compared is not None and outcome.done:
            self._window.backups.ask()

    def _began(self, kind: str) -> None:
        if kind == "compare":
            self._window.strip.begin("scan")

    def _ended(self, end: JobEnd) -> None:
        if end.kind == "compare":
            self._window.strip.finish()
            self._window.backups.set_comparing(False)

    def _compared(self, compared: Compared) -> None:
        self._window.thumbnails.ask_again()
        self._window.backups.set_compared(compared)

    def _copy(self, copying: Copying) -> None:
        compared = self._window.backups.compared
        if compared is not None:
            self._is_copying = True
            self._window.backups.set_copying(True)
            self._desk.copy_missing(compared.comparison, copying)

    def _progressed(self, progress: Progress) -> None:
        if self._is_copying:
            self._window.backups.show_progress(progress)

    def _desk_ended(self, end: JobEnd) -> None:
        if end.kind == "copy":
            self._is_copying = False
            self._window.backups.set_copying(False)
            self._desk.load_history()

    def _copied(self, outcome: Outcome) -> None:
        text = did_text(ActionKind.COPY, len(outcome.done))
        if outcome.skipped:
            text = self.tr("{what}, {n} not").format(what=text, n=number_text(len(outcome.skipped)))
        text = with_narrowed(text, len(outcome.narrowed))
        action_id = outcome.action_id
        buttons = [(self.tr("Details"), lambda: self._window.show_place("history"))]
        if outcome.done:
            buttons.insert(0, (self.tr("Undo"), lambda: self._desk.undo(action_id)))
        self._window.notices.show_notice(
            text, "copy", buttons, kind="warning" if outcome.skipped else "info"
        )
        self._compare_again(outcome)

    def _retire(self, folder: str) -> None:
        compared = self._window.backups.compared
        if compared is not None:
            self._show_plan(compared)
            self._desk.retire(compared.comparison, folder)

    def _set_aside(self, photos: Sequence[PhotoCoverage]) -> None:
        compared = self._window.backups.compared
        if compared is not None:
            self._show_plan(compared)
            self._desk.set_aside(compared.comparison, photos)

    def _show_plan(self, compared: Compared) -> None:
        window = self._window
        window.plan.set_contents(compared.content_of.get)
        window.plan.set_first_kind(ActionKind.SET_ASIDE)
        window.plan.set_busy()
        window.plan_place = "backups"
        window.show_place("plan")
