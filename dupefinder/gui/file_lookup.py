"""Looks up something of the files on show, off the window's thread: a drive may not answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, Signal

from dupefinder.gui.window_thread import open_post, post


class FileLookup(QObject):
    """Looks for what was asked for last; what was asked for before it may be left out.

    Signals:
        found: What was found of each file, a dict by path.
    """

    found = Signal(object)

    def __init__(self, look_up: Callable[[str], object], parent: QObject | None = None) -> None:
        """Make a lookup; its thread begins with the first question.

        Args:
            look_up: Finds something of one file, in another thread. A file of which it raises
                `OSError` or `ValueError` is left out.
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
        # A daemon: the program's end does not wait for a drive that does not answer.
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


def companion_names(path: str) -> tuple[str, ...]:
    """Names of what belongs to a photo, a film or an .xmp, relative to its folder."""
    # Slow to load, and the window's start is not to wait for it.
    from dupefinder.core import companions

    folder = os.path.dirname(path)
    return tuple(os.path.relpath(one.path, folder) for one in companions.companions_of(path))
