"""Tasks whose progress the strip shows: its buttons let them wait, go on and end."""

from collections.abc import Callable
from typing import Any

from dupefinder.core.job import Progress
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.tasks import Task, TaskEnd
from dupefinder.services.scan_progress import ScanProgress


class StripTasks:
    """Tasks of the catalog, of which the strip shows the one that runs."""

    def __init__(self, window: MainWindow) -> None:
        """Answer the buttons of the strip.

        Args:
            window: The window with the strip.
        """
        self._window = window
        self._task: Task[Any] | None = None
        self._whole = ScanProgress()
        window.strip.requests = self

    def show(self, task: Task[Any], kind: str) -> None:
        """Let the strip show how far a task is, from its beginning on.

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
        """Start a task and show how far it is.

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
        """Count in pairs whose comparison in full size is still to come."""
        self._whole.note_waiting(pairs)

    def pause(self) -> None:
        """Let the task that is shown wait."""
        if self._task is not None:
            self._task.pause()
            self._window.strip.set_paused(True)

    def resume(self) -> None:
        """Let it go on."""
        if self._task is not None:
            self._task.resume()
            self._window.strip.set_paused(False)

    def stop(self) -> None:
        """Stop it; what was done is kept, and whatever else was asked for is done."""
        if self._task is not None:
            self._task.cancel()
