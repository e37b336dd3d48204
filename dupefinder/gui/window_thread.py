"""The way from any thread into the window's, safe also while widgets are destroyed.

A signal must not be emitted by a thread while its object may be destroyed by another. So what
threads have to say goes by one object that lives as long as the program.
"""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Signal


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
    """Make the way; called in the window's thread before any other thread posts."""
    global _post
    if _post is None:
        _post = _Post()


def post(owner: QObject, handler: Callable[[], None]) -> None:
    """Call a handler in the window's thread, unless its owner is gone by then.

    Args:
        owner: The object that the handler belongs to.
        handler: Called after what was posted before it.
    """
    assert _post is not None
    _post.posted.emit((owner, handler))
