"""Ctrl+C and SIGTERM as a request that a job heeds at its next checkpoint."""

import queue
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def ignore_stop_signals() -> None:
    """Let nothing break into the program's last steps; it is about to end anyway."""
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


class StopSignals:
    """While this context is open, the signals ask a job to stop instead of ending the program.

    When it closes they do again what they did before, or nothing at all once a stop was asked
    for: a second Ctrl+C must not cut the ending short. In another thread than the main one,
    which alone may handle signals, it changes nothing.
    """

    def __init__(self, cancel: Callable[[], None]) -> None:
        """Say what a signal shall do.

        Args:
            cancel: Called in a thread of its own. A handler interrupts the main thread
                anywhere, also where that holds the very lock that `cancel` takes.
        """
        self._cancel = cancel
        # Its `put` is the one that the library calls safe within a signal handler.
        self._requests: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._requested = False
        self._before: dict[signal.Signals, Any] = {}
        self._watcher = threading.Thread(target=self._watch, name="stop signals", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._before[number] = signal.signal(number, self._request)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._requested:
            ignore_stop_signals()
        else:
            for number, handler in self._before.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._requests.put(False)
        self._watcher.join()

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self._requested = True
        self._requests.put(True)

    def _watch(self) -> None:
        while self._requests.get():
            self._cancel()
