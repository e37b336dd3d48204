"""History: shows the journal, undoes actions, and empties quarantine folders."""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from dupefinder.actions.quarantine.restore import quarantines
from dupefinder.actions.records import ActionKind, JournalStep, Outcome, Skipped
from dupefinder.core.job import JobContext
from dupefinder.gui.controllers.marks import MarksController
from dupefinder.gui.controllers.notices import RemovalNotices
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.controllers.shown_tasks import MovingTasks
from dupefinder.gui.history.steps_model import ListedSteps
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Policy, Runner, TaskEnd
from dupefinder.services.removal import RemovalSession, plan_emptying


class HistoryController(QObject):
    """Shows and undoes actions, and empties quarantine folders.

    Attributes:
        notices: Notices on actions, whose buttons lead here.
    """

    def __init__(
        self,
        session: RemovalSession,
        marks: MarksController,
        runner: Runner,
        drives: Runner,
        scans: ScanController,
        moving: MovingTasks,
        window: MainWindow,
    ) -> None:
        """Connect the page.

        Args:
            session: Removals, used in the runner's thread alone.
            marks: Keeps what a person decided.
            runner: The runner of removals and their journal.
            drives: The runner for looking at drives.
            scans: Has the results on show.
            moving: Starts tasks that move photos.
            window: The window.
        """
        super().__init__(window)
        self._session = session
        self._marks = marks
        self._runner = runner
        self._drives = drives
        self._scans = scans
        self._moving = moving
        self._window = window
        self.notices = RemovalNotices(window.notices, self._show_action, self.undo)
        window.history.requests = self
        window.history.quarantines.requests = self

    def _show_action(self, action_id: int | None) -> None:
        if action_id is not None:
            self._window.history.show_action(action_id)
        self._window.show_place("history")

    def undo(self, action_id: int, only: str | None = None) -> None:
        """Bring back what an action removed.

        Args:
            action_id: The action.
            only: Path of the one file to bring back; None for all.
        """
        self._window.history.set_busy(True)
        if self._window.place != "history":
            self._window.moving.begin("undo")
        task = self._runner.ask(
            "undo", lambda context: self._session.undo(action_id, context, only), self
        )
        task.on_progress(self._moving.show_progress)
        task.on_result(lambda outcome: self._undone(outcome, all_of_it=only is None))
        self._moving.start(
            task, lambda _: self._end_undo(), lambda: self._window.history.set_busy(True)
        )

    def _end_undo(self) -> None:
        self._window.history.set_busy(False)
        self._window.moving.finish()
        self.reload()

    def _undone(self, outcome: Outcome, *, all_of_it: bool = True) -> None:
        self._marks.mark_again(outcome.begun_ns, frozenset(outcome.done), all_of_it=all_of_it)
        self._scans.forget(outcome.done, gone=False)
        self._moving.photos_moved.emit(outcome)
        self.notices.tell_undone(outcome)

    def empty(self, quarantine: str, kind: ActionKind = ActionKind.DELETE) -> None:
        """Empty a quarantine folder, and tell what was removed.

        Args:
            quarantine: Path of the folder.
            kind: Deleting for good, or moving to the trash.
        """
        quarantines = self._window.history.quarantines

        def end(_: TaskEnd) -> None:
            quarantines.set_busy(False)
            self.reload()

        def work(context: JobContext) -> tuple[Outcome, Sequence[Skipped]] | None:
            try:
                plan = plan_emptying(quarantine, context=context, kind=kind)
            except OSError:
                return None
            return self._session.empty(plan, quarantine, context), plan.refused

        task = self._runner.ask("empty", work, self)
        task.on_progress(self._moving.show_progress)
        # If it cannot be read, the list, which is reloaded, shows the fault.
        task.on_result(
            lambda emptied: None if emptied is None else self.notices.tell_emptied(*emptied)
        )
        self._moving.start(task, end, lambda: quarantines.set_busy(True))

    def reload(self) -> None:
        """Reload History, if it is on show."""
        if self._window.place == "history":
            self.load_history()

    def reload_actions(self) -> None:
        """Reload only the list of actions."""
        if self._window.place == "history":
            self._load_actions()

    def load_history(self) -> None:
        """Load the actions and the quarantine folders."""
        self._load_actions()
        self._load_quarantines()

    def _load_actions(self) -> None:
        self._runner.ask(
            "history", lambda _: self._session.actions(), self, Policy.LATEST
        ).on_result(self._window.history.set_actions).start()

    def _load_quarantines(self) -> None:
        self._runner.ask(
            "holdings", lambda _: self._session.set_aside_files(), self, Policy.LATEST
        ).on_result(self._look_for_quarantines).start()

    def _look_for_quarantines(self, set_aside: Sequence[JournalStep]) -> None:
        """Load the quarantine folders, in the runner of drives, which may not answer."""
        self._drives.ask(
            "holdings",
            lambda context: quarantines(set_aside, context.checkpoint),
            self,
            Policy.LATEST,
        ).on_result(self._window.history.quarantines.set_quarantines).start()

    def load_steps(self, action_id: int) -> None:
        """Show the files of an action.

        Args:
            action_id: The action.
        """
        self._runner.ask(
            "steps", lambda _: ListedSteps.of(self._session.steps(action_id)), self, Policy.LATEST
        ).on_result(lambda listed: self._window.history.set_steps(action_id, listed)).start()
