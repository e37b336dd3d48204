"""A short list of folders: the library, or the backups."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.choose_folder import ChooseFolder
from dupefinder.gui.desktop import take_drop
from dupefinder.gui.folders.paths import absolute, dropped_paths
from dupefinder.gui.icons import icon
from dupefinder.gui.labels import ElidedLabel, PlainLabel
from dupefinder.gui.layouts import heading
from dupefinder.gui.theme import SPACE_PX, set_role
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
            title: What the folders are.
            hint: What to do while there are none.
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
        """Show other folders, without telling anybody."""
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
        """Add folders as a person does."""
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
