"""The bar at the bottom of the Folders page: the number of folders, and the Scan button."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.widgets.labels import ElidedLabel, plain_tip
from dupefinder.gui.widgets.layouts import bar_layout
from dupefinder.services.places import FolderStatus
from dupefinder.text.translation import _, plural

Folders = Sequence[tuple[FolderChoice, FolderStatus | None]]


class LastScan(Enum):
    """The last scan, as far as it was of the folders that are chosen now."""

    NONE = "none"
    STOPPED = "stopped"
    ENDED = "ended"


class ScanBar(QFrame):
    """The number of folders to scan, or the reason why none can be.

    Attributes:
        button: Begins the scan.
        sample: Begins a scan of half a minute.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scanning = False
        self._folders: Folders = ()
        self._last = LastScan.NONE
        self.text = ElidedLabel()
        set_role(self.text, "quiet")
        self.button = QPushButton()
        self.sample = QPushButton(_("Try for 30 seconds"))
        self.sample.setToolTip(
            _("Scan for half a minute and see what is found; nothing is changed")
        )
        across = bar_layout(self)
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.text, 1)
        across.addWidget(self.sample)
        across.addWidget(self.button)
        self._show()

    def set_folders(self, folders: Folders) -> None:
        """Set the chosen folders and their status."""
        self._folders = folders
        self._show()

    def set_scanning(self, scanning: bool) -> None:
        """Set whether a scan runs."""
        self._scanning = scanning
        self._show()

    def set_last(self, last: LastScan) -> None:
        """Show the outcome of the last scan; after one that ended, the next step is another."""
        self._last = last
        self._show()

    def _obstacle(self) -> str:
        """Reason why there is nothing to scan; empty when there is."""
        wanted = [known for choice, known in self._folders if choice.role is not Role.EXCLUDED]
        if self._scanning:
            return _("A scan is running")
        if not self._folders:
            return _("Add a folder first")
        if not wanted:
            return _("All folders are excluded: choose Scan for one of them")
        if all(known is not None and not known.connected for known in wanted):
            return _("No folder is connected: plug its drive in")
        return ""

    def _show(self) -> None:
        obstacle = self._obstacle()
        text, role = {
            LastScan.NONE: (_("Scan"), "primary"),
            LastScan.STOPPED: (_("Continue the scan"), "primary"),
            LastScan.ENDED: (_("Scan again"), ""),
        }[self._last]
        self.button.setText(text)
        set_role(self.button, role)
        for button in (self.button, self.sample):
            button.setEnabled(not obstacle)
        self.button.setToolTip(plain_tip(obstacle) or _("Look for duplicates (Ctrl+Enter)"))
        self.button.setAccessibleDescription(obstacle)
        self.text.set_text(obstacle or self._summary())

    def _summary(self) -> str:
        by_role = [
            sum(choice.role is role for choice, _checked in self._folders)
            for role in (Role.SCAN, Role.PROTECTED, Role.EXCLUDED)
        ]
        scanned, protected, excluded = by_role
        parts = [
            plural("{n} folder to scan", "{n} folders to scan", scanned) if scanned else "",
            plural("{n} protected", "{n} protected", protected) if protected else "",
            plural("{n} excluded", "{n} excluded", excluded) if excluded else "",
        ]
        return listed(filter(None, parts))
