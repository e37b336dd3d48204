"""One thing after another, so that the window answers in between."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_PAUSE_MS = 15
"""Long enough for what was done last to be painted, too short to be seen."""


class PaintSteps(QObject):
    """Does each thing in a turn of the event loop of its own.

    What is merely queued for later is done in the same turn, together with all that is queued, and
    painted with it: the end of a scan would be one long pause. A timer lets the loop go round.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._take_next)

    def add(self, what: Callable[[], None]) -> None:
        """Do something after all that waits; what waits already is done once, in its place."""
        if what not in self._waiting:
            self._waiting.append(what)
        if not self._pause.isActive():
            self._pause.start()

    def drop(self, what: Callable[[], None]) -> bool:
        """Do not do something after all.

        Returns:
            True when it waited.
        """
        if what not in self._waiting:
            return False
        self._waiting.remove(what)
        return True

    def _take_next(self) -> None:
        if not self._waiting:
            return
        what = self._waiting.popleft()
        if self._waiting:
            self._pause.start()
        what()
