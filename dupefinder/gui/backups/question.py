"""The question of a comparison: library, backups, and the evidence that counts."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.core.coverage.records import Accepted
from dupefinder.core.records import Evidence
from dupefinder.gui.appearance.icons import icon
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.photos.desktop import take_drop
from dupefinder.gui.widgets.choices import Segmented
from dupefinder.gui.widgets.chosen_paths import ChooseFolder, absolute, dropped_paths
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.gui.widgets.layouts import heading
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _


class FolderChooser(QFrame):
    """Lets a person choose folders, by a dialog or by dropping them.

    Signals:
        changed: A person added or removed a folder.
    """

    changed = Signal()

    def __init__(
        self,
        title: str,
        hint: str,
        choose_folder: ChooseFolder | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty list.

        Args:
            title: The title of the folders.
            hint: A hint while there are none.
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        set_role(self, "card")
        self.setAccessibleName(title)
        self.setAcceptDrops(True)
        self._title = title
        self._choose_folder = choose_folder or QFileDialog.getExistingDirectory
        self._paths: list[str] = []
        self._hint = PlainLabel(hint)
        self._hint.setWordWrap(True)
        set_role(self._hint, "quiet")
        self.add = QPushButton(icon("folder-add"), _("Add…"))
        self.add.setAccessibleName(_("Add a folder: {what}").format(what=title))
        self.add.clicked.connect(self._add_clicked)
        top = QHBoxLayout()
        top.addWidget(heading(title), 1)
        top.addWidget(self.add)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        down = QVBoxLayout(self)
        down.setContentsMargins(2 * SPACE_PX, SPACE_PX, SPACE_PX, int(1.5 * SPACE_PX))
        down.setSpacing(SPACE_PX // 2)
        down.addLayout(top)
        down.addWidget(self._hint)
        down.addLayout(self._rows)
        down.addStretch(1)

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders, in the order in which they were added."""
        return tuple(self._paths)

    def set_paths(self, paths: Sequence[str]) -> None:
        """Show other folders, without a signal."""
        self._paths = list(dict.fromkeys(paths))
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for path in self._paths:
            self._rows.addWidget(self._row(path))
        self._hint.setVisible(not self._paths)

    def _row(self, path: str) -> QWidget:
        row = QWidget()
        name = ElidedLabel(path_text(path), Qt.TextElideMode.ElideLeft)
        remove = QToolButton()
        remove.setIcon(icon("close"))
        remove.setAutoRaise(True)
        remove.setToolTip(_("Take this folder off the list; nothing is removed from the disk"))
        remove.setAccessibleName(
            _("Take {folder} off the list").format(folder=path_text(os.path.basename(path)))
        )
        remove.clicked.connect(lambda: self._change([one for one in self._paths if one != path]))
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(name, 1)
        across.addWidget(remove)
        return row

    def _add_clicked(self) -> None:
        path = self._choose_folder(self, self._title)
        if path:
            self.add_paths([path])

    def add_paths(self, paths: Sequence[str]) -> None:
        """Add folders, with the signal `changed`."""
        self._change([*self._paths, *map(absolute, paths)])

    def _change(self, paths: Sequence[str]) -> None:
        self.set_paths(paths)
        self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "add"):
            self.add.setIcon(icon("folder-add"))
            for button in self.findChildren(QToolButton):
                button.setIcon(icon("close"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if dropped_paths(event.mimeData()):
            take_drop(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take a copy, wherever the pointer is."""
        take_drop(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        take_drop(event)
        self.add_paths(dropped_paths(event.mimeData()))


class Question(QWidget):
    """The question: two choices of folders, what counts, and the button.

    Attributes:
        compare: Asks it.

    Signals:
        changed: The question has changed.
    """

    changed = Signal()

    def __init__(
        self, choose_folder: ChooseFolder | None = None, parent: QWidget | None = None
    ) -> None:
        """Make an empty question.

        Args:
            choose_folder: Asks for a folder; None takes the system's dialog.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._is_busy = False
        self.library = FolderChooser(
            _("Library"),
            _("Where your photos are. Add the folder here, or drop it."),
            choose_folder,
        )
        self.backups = FolderChooser(
            _("Backups"),
            _("What may already be in the library: an old copy, a phone, a USB stick."),
            choose_folder,
        )
        self.evidence = Segmented[Evidence](
            _("What counts as being in the library"),
            [
                (
                    Evidence.SAME_BYTES,
                    evidence_text(Evidence.SAME_BYTES),
                    _("Only a copy of exactly the same file counts"),
                ),
                (
                    Evidence.SAME_PIXELS,
                    evidence_text(Evidence.SAME_PIXELS),
                    _("A file with exactly the same pixels counts, too"),
                ),
                (
                    Evidence.RE_ENCODED,
                    evidence_text(Evidence.RE_ENCODED),
                    _(
                        "A copy that was saved again counts, too, if it holds no less. Edited,"
                        " cropped and turned ones never do"
                    ),
                ),
            ],
            Evidence.RE_ENCODED,
        )
        self.smaller = QCheckBox(_("A smaller copy is enough"))
        self.smaller.setToolTip(
            _("Also count a copy with fewer pixels or more compression than the photo")
        )
        self.compare = QPushButton(_("Compare"))
        set_role(self.compare, "primary")
        self._counts = PlainLabel(_("What counts:"))
        self._lay_out()
        for choice in (self.library, self.backups):
            choice.changed.connect(self._follow)
        self.evidence.chosen.connect(self._follow)
        self.smaller.toggled.connect(self._follow)
        self._show()

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(2 * SPACE_PX)
        across.addWidget(self.library, 1)
        across.addWidget(self.backups, 1)
        self._below = QGridLayout()
        self._below.setSpacing(SPACE_PX)
        self._below.addWidget(self._counts, 0, 0)
        self._below.addWidget(self.evidence, 0, 1)
        self._below.addWidget(self.smaller, 0, 2)
        self._below.setColumnStretch(3, 1)
        self._below.addWidget(self.compare, 0, 4)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(int(1.5 * SPACE_PX))
        down.addLayout(across)
        down.addLayout(self._below)

    @property
    def accepted(self) -> Accepted:
        """The evidence that lets a copy stand for a photo."""
        return Accepted(self.evidence.value, smaller=self.smaller.isChecked())

    def set_busy(self, busy: bool) -> None:
        """Allow no other question while one is being answered."""
        self._is_busy = busy
        for widget in (self.library, self.backups, self.evidence, self.smaller):
            widget.setEnabled(not busy)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the box a line of its own where it would cut off its neighbour."""
        super().resizeEvent(event)
        beside = (self._counts, self.evidence, self.smaller, self.compare)
        least_px = sum(one.sizeHint().width() + SPACE_PX for one in beside)
        if self.width() < least_px:
            self._below.addWidget(self.smaller, 1, 1, 1, 4)
        else:
            self._below.addWidget(self.smaller, 0, 2)

    def set_folders(self, library: Sequence[str], backups: Sequence[str]) -> None:
        """Show the folders of an earlier question, without a signal."""
        self.library.set_paths(library)
        self.backups.set_paths(backups)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Take an icon in another colour."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "compare"):
            self._show()

    def _follow(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        lacking = not (self.library.paths and self.backups.paths)
        self.compare.setEnabled(not lacking and not self._is_busy)
        self.compare.setToolTip(
            _("Choose a folder of the library and one of a backup first") if lacking else ""
        )
        self.compare.setIcon(icon("compare", colours().on_accent))
