"""Decisions of the person: loaded at the start, stored at once, listed and taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dupefinder.core.decisions.marks import Mark, MarkKey
from dupefinder.core.decisions.separated import Separation
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Policy, Runner, Task
from dupefinder.services.marks import KeptMarks
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.services.marks import ListedSeparation


class MarksController(QObject):
    """Keeps marks, and the decisions that photos are different."""

    def __init__(
        self,
        marks: KeptMarks,
        runner: Runner,
        scans: ScanController,
        window: MainWindow,
        catalog_path: Path,
    ) -> None:
        """Connect the pages.

        Args:
            marks: The person's decisions, used in the runner's thread alone.
            runner: The runner of marks, which no disconnected drive can delay.
            scans: Has the results on show.
            window: The window.
            catalog_path: The catalog, read for thumbnails.
        """
        super().__init__(window)
        self._marks = marks
        self._runner = runner
        self._scans = scans
        self._window = window
        self._catalog_path = catalog_path
        window.marks.kept.connect(self._keep_marks)
        window.marks.separated.connect(self._keep_separations)
        window.marks.strictness.changed.connect(self._match_more_strictly)
        window.history.different.requests = self

    def load(self) -> None:
        """Load the marks of earlier runs."""
        self._runner.ask("load marks", lambda _: self._marks.load(), self).on_result(
            self._window.marks.load
        ).start()

    def keep_role(self, folder: str, role: str) -> Task[None]:
        """Make the task that stores the role of a folder."""
        return self._ask_to_keep("keep role", lambda: self._marks.keep_role(folder, role))

    def _keep_marks(self, changes: Mapping[MarkKey, Mark]) -> None:
        self._ask_to_keep("keep marks", lambda: self._marks.keep_marks(changes)).start()

    def _match_more_strictly(self, concerned: Collection[bytes]) -> None:
        self._scans.tighten(self._window.marks.strictness.most_bits, concerned)

    def use_up(self, begun_ns: int, paths: Collection[str]) -> None:
        """Remove the marks of photos that an action removed, and store them for its undo."""
        photos = self._window.marks.use_up(paths)
        self._ask_to_keep("keep marks", lambda: self._marks.keep_used_up(begun_ns, photos)).start()

    def mark_again(self, begun_ns: int, paths: Collection[str], *, all_of_it: bool) -> None:
        """Handle photos that came back: those of a whole action get their marks again.

        Args:
            begun_ns: The start of the undone action.
            paths: The photos that came back.
            all_of_it: False for a single photo, which is to stay.
        """
        task = self._runner.ask(
            "marks of an action",
            lambda _: self._marks.take_used_up(begun_ns, paths),
            self,
            Policy.MUST_RUN,
        )
        if all_of_it:
            task.on_result(self._window.marks.mark_again)
        task.start()

    def _keep_separations(
        self, separations: Sequence[Separation], are_different: bool, regroup: bool
    ) -> None:
        def keep() -> None:
            if are_different:
                self._marks.keep_separations(separations)
            else:
                self._marks.forget_separations(one.separation_id for one in separations)

        task = self._ask_to_keep("keep separation", keep)
        if regroup:
            concerned = {photo.keys.digest for one in separations for photo in one.photos}
            task.on_end(lambda _: self._scans.regroup(concerned))
        task.start()

    def _ask_to_keep(self, name: str, keep: Callable[[], None]) -> Task[None]:
        return self._runner.ask(name, lambda _: keep(), self, Policy.MUST_RUN)

    # Photos that were called different

    def load_separations(self) -> None:
        """Load the photos that were called different."""
        self._runner.ask(
            "list separations",
            lambda _: self._marks.listed_separations(self._catalog_path),
            self,
            Policy.LATEST,
        ).on_result(self._window.history.different.set_separations).start()

    def allow(self, one: ListedSeparation) -> None:
        """Take back a decision that photos are different, and offer to undo that."""
        separation = one.separation
        self._window.marks.allow(separation.separation_id)
        self._say(separation, are_different=False)
        self._window.notices.show_notice(
            _("These photos may be found as duplicates of each other again."),
            "undo",
            [(_("Undo"), lambda: self._say(separation, are_different=True))],
        )

    def _say(self, separation: Separation, *, are_different: bool) -> None:
        self._keep_separations([separation], are_different, True)
        self.load_separations()
