"""Work in other threads: request, result and errors of a task in one place.

    runner.ask("plan", lambda context: removals.plan(request, context), self)
        .on_result(self._show_plan).start()

Each resource has a runner, a thread that does one task after another. Handlers run in the window's
thread, as long as their owner exists. A task can be cancelled from the moment it is made.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Generic, Self, TypeVar
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Signal

from dupefinder.core.errors import Cancelled, DupeFinderError
from dupefinder.core.job import JobContext, Progress
from dupefinder.gui.tasks.window_thread import open_post, post

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


class Runner:
    """A thread that does the tasks of one resource, one after another."""

    def __init__(self, tasks: "Tasks", name: str, close: Callable[[], None] | None) -> None:
        self._tasks = tasks
        self._close = close
        self._changed = threading.Condition()
        self._waiting: list[Task[Any]] = []
        self._latest: WeakValueDictionary[str, Task[Any]] = WeakValueDictionary()
        self._current: Task[Any] | None = None
        self._closing = False
        self._has_ended = False
        # A daemon, as a thread that waits for a dead drive must not keep the program running.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def ask(
        self, name: str, work: Work[T], owner: QObject, policy: Policy = Policy.QUEUED
    ) -> Task[T]:
        """Make a task; `start` queues it.

        Args:
            name: A short name, for the log and for `Policy.LATEST`.
            work: Called in the runner's thread.
            owner: The owner of the handlers; they are not called once it is destroyed.
            policy: See `Policy`.
        """
        return Task(self, name, work, owner, policy)

    @property
    def is_closing(self) -> bool:
        """True once the window closes; no results are shown then."""
        return self._closing

    def _append(self, task: Task[T]) -> None:
        with self._changed:
            if task.policy in (Policy.LATEST, Policy.BACKGROUND):
                # Also one that has ended but whose end was not reported yet.
                if (before := self._latest.get(task.name)) is not None:
                    before._replace()
                self._latest[task.name] = task
            if (current := self._current) is not None and current.policy is Policy.BACKGROUND:
                current._make_way()
            if not self._has_ended:
                self._waiting.append(task)
                self._changed.notify()
                return
        # Requested by a last handler while closing: only what must be done is done, here.
        task.cancel()
        task._do()
        if self._close is not None:
            self._close()

    def _append_again(self, task: Task[Any]) -> None:
        """Queue an interrupted task again."""
        with self._changed:
            # It is queued from here on, and need not be stopped again.
            self._current = None
            task._go_on_later()
            if self._closing:
                task.cancel()
            self._waiting.append(task)

    def _next(self) -> Task[Any] | None:
        with self._changed:
            self._current = None
            while not self._waiting and not self._closing:
                self._changed.wait()
            if not self._waiting:
                self._has_ended = True
                return None
            first = min(self._waiting, key=lambda task: task.policy is Policy.BACKGROUND)
            self._waiting.remove(first)
            self._current = first
            return first

    def _run(self) -> None:
        while (task := self._next()) is not None:
            if not task._do():
                self._append_again(task)
        if self._close is not None:
            self._close()

    def _end_soon(self) -> None:
        with self._changed:
            self._closing = True
            for task in (*self._waiting, self._current):
                if task is not None:
                    task.cancel()
            self._changed.notify()

    def _unfinished(self, until_s: float) -> list[str]:
        """Wait for the end of the thread; return the tasks that were not done by then."""
        if self._thread.is_alive():
            self._thread.join(max(until_s - time.monotonic(), 0))
        if not self._thread.is_alive():
            return []
        with self._changed:
            left = (self._current, *self._waiting)
            return [task.name for task in left if task is not None and not task._is_replaced]


class Tasks(QObject):
    """The runners of a window.

    Signals:
        ended: The name of a task and its `TaskEnd`, after the task's own handlers.
    """

    ended = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runners: list[Runner] = []
        open_post()

    def runner(self, name: str, close: Callable[[], None] | None = None) -> Runner:
        """Make a runner; `start` starts its thread.

        Args:
            name: Name of the thread.
            close: Called in the thread when it ends: closes the resource.
        """
        self._runners.append(Runner(self, name, close))
        return self._runners[-1]

    def start(self) -> None:
        """Start the threads, which begin with the tasks queued so far."""
        for runner in self._runners:
            runner._thread.start()

    @property
    def are_running(self) -> bool:
        """True until all threads have ended."""
        return any(runner._thread.is_alive() for runner in self._runners)

    def close(self, deadline_s: float) -> Sequence[str]:
        """Cancel what may be cancelled, finish what must be done, and end the threads.

        Args:
            deadline_s: Longest wait in seconds, in total.

        Returns:
            Names of the tasks that did not end in time.
        """
        until_s = time.monotonic() + deadline_s
        for runner in self._runners:
            runner._end_soon()
        return [name for runner in self._runners for name in runner._unfinished(until_s)]
