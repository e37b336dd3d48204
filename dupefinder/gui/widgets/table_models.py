"""Models of tables: titles of columns, rows as they are listed, and rows in an order."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dupefinder.gui.widgets.labels import plain_tip

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
Row = TypeVar("Row")


class TitledColumns:
    """Mixin with the titles of columns, to be placed before Qt's model among the bases.

    Attributes:
        titles: Names of the columns.
        numbers: Titles of the columns whose cells are right-aligned.
    """

    titles: Sequence[str] = ()
    numbers: Sequence[str] = ()

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The title of a column, also as a tooltip."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.titles):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and self.titles[section] in self.numbers:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.titles[section])
        return self.titles[section] if role == Qt.ItemDataRole.DisplayRole else None


class ListedTable(TitledColumns, QAbstractTableModel, Generic[Row]):
    """Base of tables with unsorted rows and titles.

    Attributes:
        rows: The rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Rows on show."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self.titles)


class OrderedTable(QAbstractTableModel):
    """Base of tables that are sorted by an array of row numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Rows on show."""
        return 0 if parent.isValid() else len(self._order)

    def _reorder(self, order: NDArray[np.int64]) -> None:
        """Set another order of the same rows; selected rows stay selected."""
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
