"""Calls from any thread into the window's thread, safe while widgets are destroyed.

A thread must not emit a signal while another may destroy its object. So all calls go through one
object that lives as long as the program.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal


class _Post(QObject):
    posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.posted.connect(self._call)

    def _call(self, posted: tuple[QObject, Callable[[], None]]) -> None:
        owner, handler = posted
        if shiboken6.isValid(owner):
            handler()


_post: _Post | None = None


def open_post() -> None:
    """Prepare for `post`; called in the window's thread before any other thread posts."""
    global _post
    if _post is None:
        _post = _Post()


def post(owner: QObject, handler: Callable[[], None]) -> None:
    """Call a handler in the window's thread, unless its owner is destroyed by then.

    Args:
        owner: The object that the handler belongs to.
        handler: Called after earlier posts.
    """
    assert _post is not None
    _post.posted.emit((owner, handler))


_PAUSE_MS = 15
"""Long enough for painting, too short to be noticed."""


class PaintSteps(QObject):
    """Runs steps in separate turns of the event loop.

    Merely queued calls would all run in one turn before painting, so that the end of a scan would
    be one long pause. A timer lets the loop paint in between.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._take_next)

    def add(self, what: Callable[[], None]) -> None:
        """Queue a step; one that is queued already keeps its place."""
        if what not in self._waiting:
            self._waiting.append(what)
        if not self._pause.isActive():
            self._pause.start()

    def drop(self, what: Callable[[], None]) -> bool:
        """Remove a queued step.

        Returns:
            True when it was queued.
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


class FileLookup(QObject):
    """Looks up files in a thread; only the latest request counts.

    Signals:
        found: The result for each file, a dict by path.
    """

    found = Signal(object)

    def __init__(self, look_up: Callable[[str], object], parent: QObject | None = None) -> None:
        """Make a lookup; its thread starts with the first request.

        Args:
            look_up: Looks up one file, in the thread; files for which it raises `OSError` or
                `ValueError` are left out.
            parent: Qt parent.
        """
        super().__init__(parent)
        open_post()
        self._look_up = look_up
        self._lock = threading.Lock()
        self._wanted: tuple[str, ...] = ()
        self._is_looking = False

    def look(self, paths: Iterable[str]) -> None:
        """Look up some files; `found` comes in this object's thread."""
        with self._lock:
            self._wanted = tuple(paths)
            if self._is_looking or not self._wanted:
                return
            self._is_looking = True
        # A daemon, so that the program can end while a drive does not answer.
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            with self._lock:
                paths, self._wanted = self._wanted, ()
                if not paths:
                    self._is_looking = False
                    return
            found: dict[str, object] = {}
            for path in paths:
                with suppress(OSError, ValueError):
                    found[path] = self._look_up(path)
            post(self, partial(self.found.emit, found))
