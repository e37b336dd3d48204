"""Tasks that move photos: shown, paused and stopped together."""

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from dupefinder.core.job import Progress
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Task, TaskEnd


def _do_nothing() -> None:
    """Nobody waits for it."""


class MovingTasks(QObject):
    """Starts what moves photos, and lets a person pause and stop it.

    Attributes:
        progress: Of what moves photos; None before it tells any.
        when_ended: Called once nothing moves photos any more.

    Signals:
        photos_moved: `Outcome` of removing, copying or bringing back.
    """

    photos_moved = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        """Connect every pause and every Stop.

        Args:
            window: The window.
        """
        super().__init__(window)
        self._window = window
        self._stoppable: WeakSet[Task[Any]] = WeakSet()
        self._moving: set[Task[Any]] = set()
        self.progress: Progress | None = None
        self.when_ended: Callable[[], None] = _do_nothing
        window.moving.requests = self
        for progress in (
            window.plan.bar.progress,
            window.history.head.progress,
            window.history.quarantines.progress,
            window.backups.bar.progress,
        ):
            progress.stop_requested.connect(self.stop)

    @property
    def is_moving(self) -> bool:
        """True while photos are moved, copied or brought back."""
        return bool(self._moving)

    def pause(self) -> None:
        """Let what moves photos wait."""
        for task in self._moving:
            task.pause()

    def resume(self) -> None:
        """Let it go on."""
        for task in self._moving:
            task.resume()

    def stop(self) -> None:
        """Stop plans and all that moves photos; what was not moved stays where it is."""
        for task in tuple(self._stoppable):
            task.cancel()

    def start_stoppable(self, task: Task[Any]) -> None:
        """Start a task that Stop ends, too, without moving photos itself: a plan."""
        self._stoppable.add(task.start())

    def start(
        self,
        task: Task[Any],
        on_end: Callable[[TaskEnd], None],
        on_begun: Callable[[], None] = _do_nothing,
    ) -> None:
        """Start a task that moves photos.

        Args:
            task: The task, not yet started.
            on_end: Called at its end, however it comes.
            on_begun: Called once it moves photos.
        """

        def begin() -> None:
            self.progress = None
            self._moving.add(task)
            on_begun()

        def end(end: TaskEnd) -> None:
            self._moving.discard(task)
            on_end(end)
            if not self._moving:
                self.when_ended()

        self.start_stoppable(task.on_begun(begin).on_end(end))

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is wherever that is to be seen."""
        self.progress = progress
        for widget in (self._window.plan, self._window.history, self._window.moving):
            widget.show_progress(progress)
