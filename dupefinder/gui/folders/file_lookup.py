"""Finds out which of the things that were dropped are files, off the window's thread."""

import os
import threading
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from dupefinder.gui.window_thread import open_post, post


class FileLookup(QObject):
    """A lookup takes a thread of its own: a drive that does not answer holds up nothing else.

    Signals:
        found: Files among the paths and the folder of each, as a dict; not sent without any.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        open_post()

    def look(self, paths: Sequence[str]) -> None:
        """Look paths up; `found` comes in this object's thread."""
        # A daemon: the program's end does not wait for a drive either.
        threading.Thread(target=self._look, args=(tuple(paths),), daemon=True).start()

    def _look(self, paths: tuple[str, ...]) -> None:
        files = {path: os.path.dirname(path) for path in paths if os.path.isfile(path)}
        if files:
            post(self, partial(self.found.emit, files))
