"""What belongs to the photos on show, a film or an .xmp; looked up off the window's thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, Signal

from dupefinder.gui.window_thread import open_post, post


class CompanionsShown(QObject):
    """Looks for what was asked for last; what was asked for before it may be left out.

    Signals:
        found: Names of what belongs to each photo, a dict by path.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        open_post()
        self._lock = threading.Lock()
        self._wanted: tuple[str, ...] = ()
        self._is_looking = False

    def look(self, paths: Iterable[str]) -> None:
        """Look up what belongs to photos; `found` comes in this object's thread."""
        with self._lock:
            self._wanted = tuple(paths)
            if self._is_looking or not self._wanted:
                return
            self._is_looking = True
        # A daemon: the program's end does not wait for a drive that does not answer.
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        # Slow to load, and the window's start is not to wait for it.
        from dupefinder.core.companions import companions_of

        while True:
            with self._lock:
                paths, self._wanted = self._wanted, ()
                if not paths:
                    self._is_looking = False
                    return
            names: dict[str, tuple[str, ...]] = {}
            for path in paths:
                with suppress(OSError, ValueError):
                    folder = os.path.dirname(path)
                    found = companions_of(path)
                    names[path] = tuple(os.path.relpath(one.path, folder) for one in found)
            post(self, partial(self.found.emit, names))
