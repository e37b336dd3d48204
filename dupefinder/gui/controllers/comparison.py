"""Backups: from the Backups page to the catalog, to copies, and to the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dupefinder.actions.records import ActionKind, Outcome, Plan
from dupefinder.core.coverage.records import Accepted, PhotoCoverage
from dupefinder.core.job import JobContext
from dupefinder.gui.backups.action_bar import Copying
from dupefinder.gui.backups.shown_comparison import (
    ByStatus,
    ShownComparison,
    in_groups,
    make_compared,
)
from dupefinder.gui.controllers.removal import RemovalController
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.controllers.shown_tasks import MovingTasks
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Policy, Runner, TaskEnd
from dupefinder.services.comparison import (
    ComparisonSession,
    photos_behind,
    plan_accepted,
    plan_retirement,
)

if TYPE_CHECKING:
    from dupefinder.core.comparing import FolderComparison


class ComparisonController(QObject):
    """Compares backups with a library, and acts on the answer."""

    def __init__(
        self,
        session: ComparisonSession,
        runner: Runner,
        scans: ScanController,
        removals: RemovalController,
        moving: MovingTasks,
        window: MainWindow,
    ) -> None:
        """Connect the page.

        Args:
            session: Makes comparisons, used in the runner's thread alone.
            runner: The runner of the catalog.
            scans: Has the strip that shows progress.
            removals: Copies, and shows plans.
            moving: Signals moved photos.
            window: The window.
        """
        super().__init__(window)
        self._session = session
        self._runner = runner
        self._scans = scans
        self._removals = removals
        self._window = window
        window.backups.requests = self
        scans.catalog_erased.connect(window.backups.forget)
        moving.photos_moved.connect(self._compare_again)

    def compare(self, library: Sequence[str], backups: Sequence[str], accepted: Accepted) -> None:
        """Compare backups with a library.

        Args:
            library: Folders of the library.
            backups: Folders of the backups.
            accepted: The evidence that counts as having a photo.
        """
        page = self._window.backups
        page.set_comparing(True)

        def work(context: JobContext) -> ShownComparison:
            return make_compared(self._session.compare(library, backups, accepted, context))

        task = self._runner.ask("compare", work, self, Policy.LATEST)
        self._scans.strip.show(task, "scan")
        task.on_result(self._show).on_end(self._end_comparing).start()

    def _show(self, compared: ShownComparison) -> None:
        self._window.thumbnails.ask_again()
        self._window.backups.set_compared(compared)

    def _end_comparing(self, end: TaskEnd) -> None:
        self._window.strip.finish()
        self._window.attention.finish()
        if not end.replaced:
            self._window.backups.set_comparing(False)

    def _compare_again(self, outcome: Outcome) -> None:
        """Compare again after an action changed files; known photos are not read again."""
        if self._window.backups.compared is not None and outcome.done:
            self._window.backups.ask()

    # Looking closer

    def look_behind(self, row: int, column: int) -> None:
        """Show the photos behind a cell of the overlap.

        Args:
            row: Its row.
            column: Its column.
        """
        page = self._window.backups
        if (compared := page.compared) is None:
            return

        def show(photos: ByStatus) -> None:
            if page.compared is compared:
                page.set_behind(row, column, photos)

        self._runner.ask(
            "look behind",
            lambda _: in_groups(photos_behind(compared.comparison, row, column)),
            self,
            Policy.LATEST,
        ).on_result(show).start()

    def look_at(self, photo: PhotoCoverage) -> None:
        """Show a photo beside its match."""
        if (compared := self._window.backups.compared) is None:
            return
        self._runner.ask(
            "pair", lambda _: self._session.pair_of(photo, compared.comparison), self, Policy.LATEST
        ).on_result(lambda pair: None if pair is None else self._window.look_at(pair)).start()

    # Acting on it

    def copy(self, copying: Copying) -> None:
        """Copy missing photos."""
        page = self._window.backups
        if page.compared is None:
            return

        def end(_: TaskEnd) -> None:
            page.set_copying(False)

        page.set_copying(True)
        self._removals.copy(page.compared.comparison, copying, page.show_progress, end)

    def retire(self, folder: str) -> None:
        """Plan to remove a backup as far as it is proven to be in the library.

        Args:
            folder: Its folder.
        """
        self._plan(
            lambda comparison, context: (
                plan_retirement(comparison, folder, ActionKind.SET_ASIDE, context).plan
            )
        )

    def set_aside(self, photos: Sequence[PhotoCoverage]) -> None:
        """Plan to set aside photos whose match was accepted."""
        self._plan(lambda comparison, context: plan_accepted(comparison, photos, context))

    def _plan(self, make: Callable[[FolderComparison, JobContext], Plan]) -> None:
        window = self._window
        compared = window.backups.compared
        if compared is None:
            return
        window.plan.set_contents(compared.content_of.get)
        window.plan.set_first_kind(ActionKind.SET_ASIDE)
        window.plan.set_busy()
        window.plan_place = "backups"
        window.show_place("plan")
        self._removals.show_plan_of(partial(make, compared.comparison))
