"""The drives that folders lie on, as a person calls them; looked up off the window's thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dupefinder.gui.window_thread import open_post, post
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.core.scan.mounts import Volume

_OF_THE_SYSTEM = ("/", "/home", "/System/Volumes/Data")


class Drives(QObject):
    """A lookup takes a thread of its own: a drive that does not answer holds up nothing else.

    Signals:
        found: Names of drives by folder, a dict; folders that are gone are missing.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        open_post()

    def look(self, folders: Iterable[str]) -> None:
        """Look drives up; `found` comes in this object's thread."""
        if wanted := frozenset(folders):
            # A daemon: the program's end does not wait for a drive either.
            threading.Thread(target=self._look, args=(wanted,), daemon=True).start()

    def _look(self, folders: frozenset[str]) -> None:
        # Slow to load, and the window's start is not to wait for it.
        from dupefinder.core.scan.volumes import VolumeTable

        table = VolumeTable()
        names = {}
        for folder in sorted(folders):
            with suppress(OSError, ValueError):
                real = os.path.realpath(folder)
                names[folder] = drive_text(table.volume_of(real, os.stat(real).st_dev))
        post(self, partial(self.found.emit, names))


def drive_text(volume: Volume) -> str:
    """Name a drive as a person does: its label, else where it is seen."""
    if volume.label:
        name = volume.label
    elif volume.mount_point in _OF_THE_SYSTEM:
        return _("this computer")
    else:
        name = os.path.basename(volume.mount_point.rstrip(os.sep)) or volume.mount_point
    name = path_text(name)
    if volume.kind == "network":
        return _("{name} (network)").format(name=name)
    return name
