"""Paths that are dropped, chosen and offered: exact and absolute; files, and nested folders."""

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, QUrl, Signal
from PySide6.QtWidgets import QWidget

from dupefinder.gui.tasks.window_thread import open_post, post
from dupefinder.services.places import photo_places

ChooseFolder = Callable[[QWidget, str], str]
"""Asks for a path, given parent and title; returns the chosen one, or an empty text."""


def absolute(path: str) -> str:
    """An absolute path without "..", without disk access."""
    return os.path.abspath(path)


def dropped_paths(dropped: QMimeData) -> list[str]:
    """The local files and folders that were dropped.

    Qt's own conversion loses names that are not valid in the system's encoding.
    """
    return [_local_path(url) for url in dropped.urls() if url.isLocalFile()]


def _local_path(url: QUrl) -> str:
    if os.sep == "\\":
        return os.path.normpath(url.toLocalFile())
    encoded = bytes(url.toEncoded(QUrl.ComponentFormattingOption.FullyEncoded).data())
    return os.fsdecode(unquote_to_bytes(urlsplit(encoded).path))


def nested(paths: Sequence[str]) -> list[tuple[str, str]]:
    """Folders that lie in another one of a list, each with the nearest folder around it."""
    known = set(paths)
    found = []
    for path in paths:
        above = os.path.dirname(path)
        while above not in known and above != os.path.dirname(above):
            above = os.path.dirname(above)
        if above in known and above != path:
            found.append((path, above))
    return found


class DroppedFiles(QObject):
    """Finds files among dropped paths, in another thread.

    Each lookup has a thread, as a drive may not answer.

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


_STANDARD = QStandardPaths.StandardLocation.PicturesLocation


class PhotoPlaces(QObject):
    """Places with photos that the system knows.

    A lookup has a thread, as a drive may not answer; there is only one at a time.

    Signals:
        found: Pairs of a path and the name of its icon, a tuple.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking = threading.Lock()
        open_post()

    def look(self) -> None:
        """Look; `found` comes in this object's thread."""
        if self._looking.acquire(blocking=False):
            # A daemon: the program's end does not wait for a drive either.
            threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        try:
            places = photo_places(QStandardPaths.standardLocations(_STANDARD))
        finally:
            self._looking.release()
        found = tuple((path, "drive" if is_drive else "photo") for path, is_drive in places)
        post(self, partial(self.found.emit, found))
