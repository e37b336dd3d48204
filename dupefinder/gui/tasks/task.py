"""A task: its work, its handlers and its policy in one place, and its own cancel."""

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from PySide6.QtCore import QObject

from dupefinder.core.errors import Cancelled, DupeFinderError
from dupefinder.core.job import JobContext, Progress
from dupefinder.gui.tasks.window_thread import post

if TYPE_CHECKING:
    from dupefinder.gui.tasks.runner import Runner

_log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[JobContext], T]
"""Called in the runner's thread; its result goes to the task's `on_result`."""


class Policy(Enum):
    """Rules by which a task is done, replaced or cancelled."""

    QUEUED = auto()
    """Done after earlier tasks, unless it is cancelled."""
    LATEST = auto()
    """Like `QUEUED`, but replaced by a newer task of the same name."""
    BACKGROUND = auto()
    """Like `LATEST`, but interrupted by any other task, and continued after it."""
    MUST_RUN = auto()
    """Always done, even while the window closes; cannot be cancelled."""


@dataclass(frozen=True, slots=True)
class TaskEnd:
    """The end of a task.

    Attributes:
        cancelled: True when it was stopped, or never begun.
        replaced: True when a newer task replaced it; its result is not shown.
        fault: The exception that ended it: a `DupeFinderError`, or a bug.
    """

    cancelled: bool = False
    replaced: bool = False
    fault: Exception | None = None


class Task(Generic[T]):
    """A request to a runner, made by `Runner.ask` and queued by `start`."""

    def __init__(
        self, runner: "Runner", name: str, work: Work[T], owner: QObject, policy: Policy
    ) -> None:
        self.name = name
        self.policy = policy
        self._runner = runner
        self._work = work
        self._owner = owner
        self._lock = threading.Lock()
        self._cancelled = self._paused = self._makes_way = self._is_replaced = False
        self._context = JobContext(self._report)
        self._on_begun: Callable[[], None] | None = None
        self._on_progress: Callable[[Progress], None] | None = None
        self._on_result: Callable[[T], None] | None = None
        self._on_end: Callable[[TaskEnd], None] | None = None

    def on_begun(self, handler: Callable[[], None]) -> Self:
        """Call a handler when the work begins."""
        self._on_begun = handler
        return self

    def on_progress(self, handler: Callable[[Progress], None]) -> Self:
        """Call a handler with the progress, at most ten times a second."""
        self._on_progress = handler
        return self

    def on_result(self, handler: Callable[[T], None]) -> Self:
        """Call a handler with the result; not after a fault, a stop or a newer task."""
        self._on_result = handler
        return self

    def on_end(self, handler: Callable[[TaskEnd], None]) -> Self:
        """Call a handler at the end in any case, after that of the result."""
        self._on_end = handler
        return self

    def start(self) -> Self:
        """Queue the task."""
        self._runner._append(self)
        return self

    def cancel(self) -> None:
        """Stop it at its next checkpoint, or never begin it; its work so far is kept."""
        if self.policy is not Policy.MUST_RUN:
            with self._lock:
                self._cancelled = True
                self._context.cancel()

    def pause(self) -> None:
        """Pause it at its next checkpoint."""
        with self._lock:
            self._paused = True
            self._context.pause()

    def resume(self) -> None:
        """Let it go on."""
        with self._lock:
            self._paused = False
            self._context.resume()

    @property
    def is_paused(self) -> bool:
        """True between `pause` and `resume`, also while it is queued."""
        return self._paused

    @property
    def is_replaced(self) -> bool:
        """True once a newer task has replaced it."""
        return self._is_replaced

    # Called by the runner

    def _replace(self) -> None:
        """Stop it for a newer task; not even a finished result is shown."""
        self._is_replaced = True
        self.cancel()

    def _make_way(self) -> None:
        with self._lock:
            self._makes_way = True
            self._context.cancel()

    def _go_on_later(self) -> None:
        with self._lock:
            self._makes_way = False
            self._context = JobContext(self._report)
            if self._paused:
                self._context.pause()
            if self._cancelled:
                self._context.cancel()

    def _do(self) -> bool:
        """Do the work, and call the handlers.

        Returns:
            False where it was interrupted and has to be done again.
        """
        context = self._context
        if self._must_make_way:
            return False
        if self._cancelled:
            self._tell_end(TaskEnd(cancelled=True))
            return True
        if self._on_begun is not None:
            self._post(self._on_begun)
        try:
            result = self._work(context)
        except Cancelled:
            if self._must_make_way:
                return False
            self._tell_end(TaskEnd(cancelled=True))
        except Exception as fault:
            if isinstance(fault, DupeFinderError):
                _log.warning("%s: %s", self.name, fault)
            else:
                _log.error("%s\n%s", self.name, traceback.format_exc())
            self._tell_end(TaskEnd(fault=fault))
        else:
            if (on_result := self._on_result) is not None:
                self._post(lambda: None if self._is_replaced else on_result(result))
            self._tell_end(TaskEnd())
        return True

    @property
    def _must_make_way(self) -> bool:
        return self._makes_way and not self._cancelled

    def _report(self, progress: Progress) -> None:
        if (on_progress := self._on_progress) is not None:
            self._post(lambda: None if self._is_replaced else on_progress(progress))

    def _tell_end(self, end: TaskEnd) -> None:
        if (on_end := self._on_end) is not None:
            self._post(lambda: on_end(replace(end, replaced=self._is_replaced)))
        tasks = self._runner._tasks
        post(tasks, lambda: tasks.ended.emit(self.name, replace(end, replaced=self._is_replaced)))
        self._let_go()

    def _let_go(self) -> None:
        """Break its reference cycles, which may hold all results, as `gc_tuning` freezes some."""
        with self._lock:
            self._context = JobContext()
        self._on_begun = self._on_progress = self._on_result = self._on_end = None
        del self._work

    def _post(self, handler: Callable[[], None]) -> None:
        post(self._owner, handler)
