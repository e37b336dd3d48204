"""Ctrl+C and SIGTERM as requests that a job heeds at its next checkpoint.

A job that waits for a drive that does not answer never reaches a checkpoint, so a second signal
ends the program at once. That is safe: intents are in the journal on the disk, and the next start
settles them, as after a crash.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from dupefinder.text.translation import _

_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if sys.platform == "win32":
    _SIGNALS.append(signal.SIGBREAK)  # Ctrl+Break
_STOPPED = 130
_END = b"\0"
_SECOND_AFTER_S = 0.3
"""Signals that come closer together are one: a key that was held, or a shell that sends its own."""


def ignore_stop_signals() -> None:
    """Ignore further signals during the program's last steps."""
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def end_at_once() -> None:
    """End the program at once, and say what becomes of its work."""
    words = _("Ended at once; what was left open is settled at the next start.")
    with suppress(OSError):
        os.write(2, f"\n{words}\n".encode(errors="replace"))
    # Without locks or waiting, which a drive that does not answer could block, too.
    os._exit(_STOPPED)


class StopSignals:
    """While this context is open, the first signal asks a job to stop, a second ends the program.

    When it closes they do again what they did before, or nothing at all once a stop was asked
    for: what is left is short, and must not be cut shorter. In another thread than the main one,
    which alone may handle signals, it changes nothing.
    """

    def __init__(self, cancel: Callable[[], None]) -> None:
        """Set the function for a signal.

        Args:
            cancel: Called in a thread of its own. A handler interrupts the main thread
                anywhere, also where that holds the very lock that `cancel` takes.
        """
        self._cancel = cancel
        # The interpreter writes each signal there at once, even while the main thread waits.
        self._heard, self._told = socket.socketpair()
        self._told.setblocking(False)
        self._told_before = -1
        self._requested_s: float | None = None
        self._is_asked = False
        self._before: dict[signal.Signals, Any] = {}
        self._watcher = threading.Thread(target=self._watch, name="stop signals", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        if threading.current_thread() is threading.main_thread():
            self._told_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
            for number in _SIGNALS:
                self._before[number] = signal.signal(number, self._request)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._requested_s is not None:
            ignore_stop_signals()
        else:
            for number, handler in self._before.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if self._before:
            signal.set_wakeup_fd(self._told_before)
        self._told.send(_END)
        self._watcher.join()
        for end in (self._heard, self._told):
            end.close()

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        if self._requested_s is None:
            self._requested_s = time.monotonic()

    def _watch(self) -> None:
        while (number := self._heard.recv(1)) != _END:
            if ord(number) not in _SIGNALS:
                continue
            now_s = time.monotonic()
            if self._requested_s is None:
                self._requested_s = now_s
            elif now_s - self._requested_s >= _SECOND_AFTER_S and self._is_asked:
                end_at_once()
            self._is_asked = True
            self._cancel()
