"""Notice of the computer's sleep: a timer that is far too late tells of it."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_HEARTBEAT_MS = 5_000
_SLEPT_S = 60.0
"""So much more time between two heartbeats means that the computer slept."""


class SleepWatch:
    """Tells, while it is on, that the computer slept."""

    def __init__(self, parent: QObject, tell: Callable[[float], None]) -> None:
        """Make a watch that is off.

        Args:
            parent: Qt parent of its timer.
            tell: Called with the seconds for which the computer slept.
        """
        self._tell = tell
        self._last_beat_s = 0.0
        self._heart = QTimer(parent)
        self._heart.setInterval(_HEARTBEAT_MS)
        self._heart.timeout.connect(self.beat)

    def begin(self) -> None:
        """Watch from now on."""
        self._last_beat_s = time.time()
        self._heart.start()

    def end(self) -> None:
        """Watch no longer."""
        self._heart.stop()

    def beat(self) -> None:
        """Compare the time since the last heartbeat with what it should be."""
        now_s = time.time()
        slept_s = now_s - self._last_beat_s - _HEARTBEAT_MS / 1000
        self._last_beat_s = now_s
        if slept_s > _SLEPT_S:
            self._tell(slept_s)
