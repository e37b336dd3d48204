"""Looks for folders of pictures and drives to offer, off the window's thread."""

import threading
from functools import partial

from PySide6.QtCore import QObject, QStandardPaths, Signal

from dupefinder.gui.window_thread import open_post, post
from dupefinder.services.places import photo_places

_STANDARD = QStandardPaths.StandardLocation.PicturesLocation


class PhotoPlaces(QObject):
    """What the system knows of places with photos.

    A look takes a thread of its own: a drive that does not answer holds up nothing else, and
    there is no second look before the first has ended.

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
