"""Questions on the roles of drives, asked once before photos go because of a copy there."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.actions.records import SkipCode, Skipped
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.tasks.window_thread import open_post, post
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.core.scan.mounts import Volume


class Drives(QObject):
    """Looks up drives, each time in a thread, as a drive may not answer.

    Signals:
        found: Names of drives by folder, a dict; folders that are gone are missing.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        open_post()

    def look(self, folders: Iterable[str]) -> None:
        """Look up drives; `found` comes in this object's thread."""
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
    """Name a drive by its label, else by its mount point."""
    if volume.is_of_the_system and not volume.label:
        return _("this computer")
    name = path_text(volume.name or volume.mount_point)
    if volume.kind == "network":
        return _("{name} (network)").format(name=name)
    return name


MIRROR, BACKUP, ORDINARY = "mirror", "backup", "ordinary"
"""Values of `folder_roles.FolderRole`."""


class DriveQuestion(QFrame):
    """The question on one drive.

    Signals:
        said: Its role, a value of `folder_roles.FolderRole`.
    """

    said = Signal(str)

    def __init__(self, drive: str, photos: int) -> None:
        super().__init__()
        text = PlainLabel(
            plural(
                "{n} photo is kept for now: its copy is on another drive.",
                "{n} photos are kept for now: their copies are on another drive.",
                photos,
            )
            + " "
            + _("What is {drive}?").format(drive=path_text(drive))
        )
        text.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(text, 1)
        for role, name, hint in (
            (
                ORDINARY,
                _("A drive like others"),
                _("A photo that is on both may be removed from one"),
            ),
            (
                BACKUP,
                _("A backup"),
                _("Photos that are on both are kept on both"),
            ),
            (
                MIRROR,
                _("A mirror"),
                _("A program keeps it in sync with another folder: its copies do not count"),
            ),
        ):
            button = QPushButton(name)
            button.setToolTip(hint)
            button.setAccessibleName(f"{name}: {path_text(drive)}")
            button.clicked.connect(lambda _checked=False, role=role: self.said.emit(role))
            self.buttons[role] = button
            across.addWidget(button)
        set_role(self, "card")


class DriveQuestions(QWidget):
    """The questions on the roles of drives.

    Attributes:
        rows: The questions by drive.

    Signals:
        said: Where a drive is seen, an object because Qt's own text would lose what is not valid
            Unicode, and what it is.
    """

    said = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("What the drives are to one another"))
        self.rows: dict[str, DriveQuestion] = {}
        self._down = QVBoxLayout(self)
        self._down.setContentsMargins(0, 0, 0, 0)
        self._down.setSpacing(SPACE_PX)
        self.hide()

    def set_refused(self, refused: Sequence[Skipped]) -> None:
        """Show the questions of refused photos.

        Args:
            refused: The photos that a plan refused.
        """
        for row in self.rows.values():
            self._down.removeWidget(row)
            row.deleteLater()
        asked = Counter(one.detail for one in refused if one.code is SkipCode.ASK_ABOUT_DRIVES)
        self.rows = {}
        for drive, photos in sorted(asked.items()):
            row = DriveQuestion(drive, photos)
            row.said.connect(lambda role, drive=drive: self.said.emit(drive, role))
            self._down.addWidget(row)
            self.rows[drive] = row
        self.setVisible(bool(self.rows))
