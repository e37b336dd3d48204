"""The actions on an answer: copy what the library lacks, set aside, retire a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import FolderCoverage, Tally
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.chosen_paths import absolute
from dupefinder.gui.widgets.controls import ProgressRow
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel, plain_caption
from dupefinder.gui.widgets.layouts import heading, quiet_text
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.translation import _, plural

TREE = "tree"
DATE = "date"


@dataclass(frozen=True, slots=True)
class Copying:
    """A request to copy the missing photos.

    Attributes:
        target: The folder to copy to.
        arrangement: `TREE` or `DATE`.
        altered: True to copy also photos that the library has only smaller or altered.
    """

    target: str
    arrangement: str
    altered: bool


class CopyDialog(QDialog):
    """Asks for the target of a copy.

    Signals:
        wanted: `Copying`.
    """

    wanted = Signal(object)

    def __init__(
        self,
        tally: Tally,
        target: str,
        choose_folder: Callable[[QWidget, str], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make the dialog.

        Args:
            tally: The numbers of photos of the backups by status.
            target: The offered folder.
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self.setWindowTitle(_("Copy the missing"))
        self.setAccessibleName(_("Copy the missing"))
        self._choose_folder = choose_folder or QFileDialog.getExistingDirectory
        self._target = target
        self._tally = tally
        self._title = heading("")
        self._folder = ElidedLabel(path_text(target), Qt.TextElideMode.ElideLeft)
        self._folder.setMinimumWidth(40 * SPACE_PX)
        self.choose = QPushButton(_("Choose another folder…"))
        self.arrangement = Segmented[str](
            _("How the copies are arranged"),
            [
                (TREE, _("As in the backup"), _("Keep the folders of the backup")),
                (
                    DATE,
                    _("By year and month"),
                    _("By the time of the exposure, such as 2014/2014-05"),
                ),
            ],
            TREE,
        )
        others = tally.smaller + tally.altered
        self.altered = QCheckBox(
            plural(
                "Also {n} that the library has smaller or altered",
                "Also the {n} that the library has smaller or altered",
                others,
            )
        )
        self.altered.setVisible(others > 0)
        self.altered.setChecked(not tally.missing)
        self.copy = QPushButton()
        set_role(self.copy, "primary")
        self.copy.setDefault(True)
        self._cancel = QPushButton(_("Cancel"))
        self._lay_out()
        self.choose.clicked.connect(self._choose)
        self.altered.toggled.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self._cancel.clicked.connect(self.reject)
        self._show()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(PlainLabel(_("To")))
        where.addWidget(self._folder, 1)
        where.addWidget(self.choose)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.copy)
        down = QVBoxLayout(self)
        down.setContentsMargins(*(3 * SPACE_PX,) * 4)
        down.setSpacing(2 * SPACE_PX)
        down.addWidget(self._title)
        down.addLayout(where)
        down.addWidget(self.arrangement)
        down.addWidget(self.altered)
        down.addWidget(
            quiet_text(
                _(
                    "Films, edits and metadata beside a photo are copied with it. Each copy is"
                    " read again from the disk, nothing is overwritten, and the backup stays as"
                    " it is."
                )
            )
        )
        down.addLayout(buttons)

    def _show(self) -> None:
        with_others = self.altered.isChecked()
        others = self._tally.smaller + self._tally.altered
        count = self._tally.missing + (others if with_others else 0)
        what = plural("Copy {n} photo", "Copy {n} photos", count)
        size_bytes = self._tally.missing_bytes
        self._title.setText(
            what
            if with_others
            else _("{what}, {size}").format(what=what, size=bytes_text(size_bytes))
        )
        self.copy.setText(_("Copy {n}").format(n=number_text(count)))
        self.copy.setEnabled(count > 0)

    def _choose(self) -> None:
        path = self._choose_folder(self, _("Copy to"))
        if path:
            self._target = absolute(path)
            self._folder.set_text(path_text(self._target))

    def _copy(self) -> None:
        self.wanted.emit(Copying(self._target, self.arrangement.value, self.altered.isChecked()))
        self.accept()


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
        self.copy.setText(_("Copy the missing…") if total.missing else _("Copy the altered ones…"))
        self.copy.setToolTip("" if lacking else _("The library has every photo of the backups"))
        set_role(self.copy, "primary" if total.missing else "")

    def show_accepted(self, accepted: int | None, *, is_free: bool) -> None:
        """Offer to set accepted photos aside.

        Args:
            accepted: Their number; None where none can be accepted.
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
            folder: The folder; None without a chosen one.
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
