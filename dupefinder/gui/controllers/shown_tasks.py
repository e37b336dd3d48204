"""Tasks whose progress is shown, and that a person can pause and stop.

Tasks of the catalog are shown in the strip; tasks that move photos, on the pages that start them.
"""

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from dupefinder.core.job import Progress
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Task, TaskEnd
from dupefinder.services.scan_progress import ScanProgress


def _do_nothing() -> None:
    """Do nothing at the end."""


class MovingTasks(QObject):
    """Starts tasks that move photos, and lets a person pause and stop them.

    Attributes:
        progress: The progress of the running task; None before its first report.
        when_ended: Called once no task moves photos any more.

    Signals:
        photos_moved: `Outcome` of a removal, a copy or an undo.
    """

    photos_moved = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        """Connect all Pause and Stop buttons.

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
        """Pause the task that moves photos."""
        for task in self._moving:
            task.pause()

    def resume(self) -> None:
        """Let it go on."""
        for task in self._moving:
            task.resume()

    def stop(self) -> None:
        """Stop plans and tasks that move photos; the other photos stay where they are."""
        for task in tuple(self._stoppable):
            task.cancel()

    def start_stoppable(self, task: Task[Any]) -> None:
        """Start a task that Stop ends, too, but that moves no photos: a plan."""
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
            on_end: Called at its end in any case.
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
        """Show the progress on all pages with a progress bar."""
        self.progress = progress
        for widget in (self._window.plan, self._window.history, self._window.moving):
            widget.show_progress(progress)


class StripTasks:
    """Shows the running task of the catalog in the strip."""

    def __init__(self, window: MainWindow) -> None:
        """Connect the buttons of the strip.

        Args:
            window: The window with the strip.
        """
        self._window = window
        self._task: Task[Any] | None = None
        self._whole = ScanProgress()
        window.strip.requests = self

    def show(self, task: Task[Any], kind: str) -> None:
        """Show the progress of a task in the strip, once it begins.

        Args:
            task: A task that is not yet started.
            kind: The strip's word for it.
        """
        whole = ScanProgress()

        def begin() -> None:
            self._whole = whole
            self.begin(task, kind)
            self._window.strip.set_paused(task.is_paused)

        def show(progress: Progress) -> None:
            if kind == "scan":
                progress = whole.completed(progress)
                self._window.attention.show_progress(progress)
            self._window.strip.show_progress(progress)

        task.on_begun(begin).on_progress(show)

    def begin(self, task: Task[Any], kind: str) -> None:
        """Show a task, also while it waits for others.

        Args:
            task: The task.
            kind: The strip's word for it.
        """
        self._task = task
        self._window.strip.begin(kind)

    def start(self, task: Task[Any], kind: str, then: Callable[[], None] | None = None) -> None:
        """Start a task and show its progress.

        Args:
            task: The task.
            kind: The strip's word for it.
            then: Called at its end.
        """

        def end(_: TaskEnd) -> None:
            self._window.strip.finish()
            if then is not None:
                then()

        self.show(task, kind)
        task.on_end(end).start()

    def note_waiting(self, pairs: int) -> None:
        """Note the number of pairs that still have to be compared in full size."""
        self._whole.note_waiting(pairs)

    def pause(self) -> None:
        """Pause the shown task."""
        if self._task is not None:
            self._task.pause()
            self._window.strip.set_paused(True)

    def resume(self) -> None:
        """Let it go on."""
        if self._task is not None:
            self._task.resume()
            self._window.strip.set_paused(False)

    def stop(self) -> None:
        """Stop it; its work so far is kept, and other tasks go on."""
        if self._task is not None:
            self._task.cancel()
