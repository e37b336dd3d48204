"""Runners: threads, one for each resource, that do one task after another."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Signal

from dupefinder.gui.tasks.task import Policy, T, Task, Work
from dupefinder.gui.tasks.window_thread import open_post


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
