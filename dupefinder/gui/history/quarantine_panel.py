"""The quarantine folders with their files, the only place where they can be emptied for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dupefinder.actions import trash_brings_back
from dupefinder.actions.records import ActionKind
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.controls import ProgressRow, TwoStepButton
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.gui.widgets.labels import ElidedLabel
from dupefinder.gui.widgets.layouts import heading, quiet_text, scrolled
from dupefinder.text.counts import files_text
from dupefinder.text.figures import bytes_text, path_text
from dupefinder.text.plans import act_text, way_sentence
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.actions.quarantine.restore import Quarantine

OpenFolder = Callable[[QUrl], bool]


class QuarantineRow(QFrame):
    """One quarantine folder.

    Attributes:
        empty: Empties it for good, confirmed by a second button.
        to_trash: Moves its files to the system's trash, confirmed likewise.
    """

    def __init__(self, quarantine: Quarantine, open_folder: OpenFolder) -> None:
        super().__init__()
        self._path = quarantine.path
        self._open = open_folder
        files = files_text(quarantine.files)
        title = _("{files} · {size}").format(files=files, size=bytes_text(quarantine.size_bytes))
        if quarantine.fault:
            title = _("It cannot be read: {why}").format(why=quarantine.fault)
        place = ElidedLabel(path_text(quarantine.path), Qt.TextElideMode.ElideLeft)
        set_role(place, "quiet")
        self.show_folder = QPushButton(_("Open folder"))
        self.show_folder.setAccessibleName(
            _("Open folder: {path}").format(path=path_text(quarantine.path))
        )
        self.show_folder.clicked.connect(self._open_clicked)
        self.empty = TwoStepButton(
            _("Empty…"),
            plural("Delete {n} file for good", "Delete {n} files for good", quarantine.files),
            _(
                "Nothing brings them back. Each is deleted only if the kept copy"
                " is still there and can be read now."
            ),
        )
        self.empty.first.setAccessibleName(
            _("Empty: {path}").format(path=path_text(quarantine.path))
        )
        self.to_trash = TwoStepButton(
            _("To the trash…"),
            act_text(ActionKind.TRASH, quarantine.files),
            way_sentence(ActionKind.TRASH),
        )
        self.to_trash.first.setAccessibleName(
            _("To the trash: {path}").format(path=path_text(quarantine.path))
        )
        # Where the trash can be undone, moving files there has no advantage.
        self.to_trash.setHidden(trash_brings_back())
        self._files = quarantine.files
        self.set_busy(False)
        across = QHBoxLayout()
        across.setSpacing(SPACE_PX)
        across.addWidget(self.show_folder)
        across.addWidget(self.empty, 1)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(2 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addWidget(heading(title))
        down.addWidget(place)
        if quarantine.strange:
            down.addWidget(quiet_text(self._strange_text(quarantine)))
        down.addLayout(across)
        down.addWidget(self.to_trash)
        set_role(self, "card")

    def _strange_text(self, quarantine: Quarantine) -> str:
        whose = _(
            "History does not know these: another account or computer set them aside, or the"
            " journal was lost."
        )
        if quarantine.strange < quarantine.files:
            whose = plural(
                "History does not know {n} of them.",
                "History does not know {n} of them.",
                quarantine.strange,
            )
        how = _(
            "To get one back, open the folder and copy it out, or use “dupefinder restore”"
            " with --to."
        )
        return f"{whose} {how}"

    def set_busy(self, busy: bool) -> None:
        """Disable the buttons while a folder is being emptied."""
        for button in (self.empty, self.to_trash):
            button.setEnabled(self._files > 0 and not busy)

    def _open_clicked(self) -> None:
        self._open(QUrl.fromLocalFile(self._path))


class QuarantineRequests(Protocol):
    """Requests of the panel to its controller."""

    def empty(self, quarantine: str, kind: ActionKind = ActionKind.DELETE) -> None:
        """Empty the quarantine folder at a path, for good or to the trash."""


class QuarantinePanel(QWidget):
    """The quarantine folders, each with a button that empties it.

    Attributes:
        rows: The folders on show.
        requests: Answers what the panel asks for; set before it is shown.
    """

    requests: QuarantineRequests

    def __init__(
        self, open_folder: OpenFolder | None = None, parent: QWidget | None = None
    ) -> None:
        """Make an empty panel.

        Args:
            open_folder: Shows a folder; None lets the system do it.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setAccessibleName(_("What is set aside"))
        self._open = open_folder or QDesktopServices.openUrl
        self.rows: list[QuarantineRow] = []
        self._busy = False
        self.progress = ProgressRow()
        self.nothing = EmptyState()
        self.nothing.say(
            "aside",
            _("Nothing is set aside"),
            _(
                "Copies that you set aside wait here, on their own drive, until you bring them"
                " back or empty their folder."
            ),
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * SPACE_PX)
        content = QWidget()
        down = QVBoxLayout(content)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(2 * SPACE_PX)
        self._explained = quiet_text(
            _("Each folder has a list beside the photos that says where each was.")
        )
        self._how = quiet_text(_("To bring them back, go to Actions."))
        down.addWidget(self._explained)
        down.addWidget(self._how)
        down.addWidget(self.progress)
        down.addLayout(self._list)
        down.addStretch(1)
        self._column = scrolled(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._column, 1)
        whole.addWidget(self.nothing, 1)
        self.set_busy(False)
        self.set_quarantines(())

    def set_quarantines(self, quarantines: Sequence[Quarantine]) -> None:
        """Show other folders, without empty ones."""
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for quarantine in quarantines:
            if quarantine.files or quarantine.fault:
                row = QuarantineRow(quarantine, self._open)
                row.empty.confirmed.connect(lambda path=quarantine.path: self.requests.empty(path))
                row.to_trash.confirmed.connect(
                    lambda path=quarantine.path: self.requests.empty(path, ActionKind.TRASH)
                )
                row.set_busy(self._busy)
                self._list.addWidget(row)
                self.rows.append(row)
        self._how.setVisible(any(one.strange < one.files for one in quarantines))
        self._column.setVisible(bool(self.rows))
        self.nothing.setVisible(not self.rows)

    def set_busy(self, busy: bool) -> None:
        """Show that a folder is being emptied, or that this has ended."""
        if busy and not self._busy:
            self.progress.begin()
        self._busy = busy
        self.progress.setVisible(busy)
        for row in self.rows:
            row.set_busy(busy)
