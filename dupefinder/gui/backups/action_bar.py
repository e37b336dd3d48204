"""The actions on an answer: copy what the library lacks, set aside, retire a folder."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from dupefinder.core.coverage.records import FolderCoverage, Tally
from dupefinder.gui.controls import ProgressRow
from dupefinder.gui.labels import plain_caption
from dupefinder.gui.theme import SPACE_PX, set_role
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, plural


class BackupsBar(QWidget):
    """The buttons below an answer of the Backups page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy = QPushButton(_("Copy the missing…"))
        self.retire = QPushButton()
        self.set_accepted_aside = QPushButton()
        self.retire.setAccessibleName(_("Retire this folder"))
        self.set_accepted_aside.setAccessibleName(_("Set accepted photos aside"))
        self.progress = ProgressRow()
        self.progress.hide()
        across = QHBoxLayout(self)
        across.setContentsMargins(3 * SPACE_PX, SPACE_PX, 3 * SPACE_PX, 2 * SPACE_PX)
        across.setSpacing(SPACE_PX)
        across.addWidget(self.progress, 1)
        across.addStretch(1)
        for button in (self.copy, self.set_accepted_aside, self.retire):
            across.addWidget(button)

    def show_copying(self, total: Tally, *, is_free: bool) -> None:
        """Offer to copy what the library lacks.

        Args:
            total: All photos of the backups.
            is_free: False while something else runs.
        """
        lacking = total.missing + total.smaller + total.altered
        self.copy.setEnabled(is_free and lacking > 0)
        self.copy.setText(_("Copy the missing…") if total.missing else _("Copy what is altered…"))
        self.copy.setToolTip("" if lacking else _("The library has every photo of the backups"))
        set_role(self.copy, "primary" if total.missing else "")

    def show_accepted(self, accepted: int | None, *, is_free: bool) -> None:
        """Offer to set accepted photos aside.

        Args:
            accepted: How many; None where none can be accepted.
            is_free: False while something else runs.
        """
        self.set_accepted_aside.setVisible(accepted is not None)
        self.set_accepted_aside.setEnabled(is_free and bool(accepted))
        self.set_accepted_aside.setText(
            plural("Set {n} accepted photo aside…", "Set {n} accepted photos aside…", accepted)
            if accepted
            else _("Set accepted photos aside…")
        )

    def show_retiring(self, folder: FolderCoverage | None, *, is_free: bool) -> None:
        """Offer to retire a folder.

        Args:
            folder: The folder; None where none is looked at.
            is_free: False while something else runs.
        """
        self.retire.setVisible(folder is not None)
        if folder is None:
            return
        whole = folder.total.covered == folder.total.photos and not folder.total.unreadable
        name = path_text(os.path.basename(folder.path) or folder.path)
        text = (
            _("Retire “{folder}”…")
            if whole
            else _("Remove what the library already has from “{folder}”…")
        )
        self.retire.setText(text.format(folder=plain_caption(name)))
        self.retire.setEnabled(is_free and folder.total.covered > 0)
        self.retire.setToolTip(
            _(
                "Every file in it is checked once more. What is proven to be in"
                " the library can be set aside; everything else is kept and"
                " listed"
            )
        )
        set_role(self.retire, "primary" if whole else "")
