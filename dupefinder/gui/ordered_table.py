"""A table whose rows are a NumPy order over something: sorting moves numbers, never rows."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()


class OrderedTable(QAbstractTableModel):
    """Base of tables that are sorted by an array of row numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Rows on show."""
        return 0 if parent.isValid() else len(self._order)

    def _reorder(self, order: NDArray[np.int64]) -> None:
        """Take another order of the same rows; what is chosen stays chosen."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        items = [int(self._order[index.row()]) for index in held]
        row_of = dict(zip(order.tolist(), range(len(order)), strict=True)) if held else {}
        self._order = order
        self.changePersistentIndexList(
            held,
            [
                self.index(row_of[item], index.column())
                for item, index in zip(items, held, strict=True)
            ],
        )
        self.layoutChanged.emit()
