"""Photos that stay although they were marked, or that could not be handled, and why."""

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.actions.records import Skipped
from dupefinder.gui.words import path_text, skip_text, tr

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class RefusedModel(QAbstractTableModel):
    """Name, folder and reason of each."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped: Sequence[Skipped] = ()

    def set_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Show others."""
        self.beginResetModel()
        self._skipped = skipped
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Photos."""
        return 0 if parent.isValid() else len(self._skipped)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        """Name, folder, reason."""
        return 0 if parent.isValid() else 3

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell."""
        if not index.isValid():
            return None
        one = self._skipped[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                path_text(os.path.basename(one.path)),
                path_text(os.path.dirname(one.path)),
                skip_text(one),
            )[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return skip_text(one) if index.column() == 2 else path_text(one.path)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("Name"), tr("In the folder"), tr("Why it stays"))[section]
        return None
