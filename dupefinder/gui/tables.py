"""The look that tables share: no grid, whole rows, names elided in the middle."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from dupefinder.gui.theme import SPACE_PX


class FolderDelegate(QStyledItemDelegate):
    """Elides folders at the left: their end tells them apart."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See the class."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft


def prepare_table(
    table: QTableView, name: str, *, stretched: Sequence[int], folders: Sequence[int] = ()
) -> None:
    """Give a table the look and the keys of all tables.

    Args:
        table: The table, which has its model.
        name: What it lists, for screen readers.
        stretched: Columns that share the width; the others are as wide as their words.
        folders: Columns of folders.
    """
    table.setAccessibleName(name)
    # Cells begin where their titles begin.
    table.setStyleSheet(f"QTableView::item {{ padding: 0 {SPACE_PX // 2}px; }}")
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setAlternatingRowColors(False)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + SPACE_PX)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setMinimumSectionSize(table.fontMetrics().averageCharWidth() * 8)
    for column in range(header.count()):
        header.setSectionResizeMode(
            column,
            QHeaderView.ResizeMode.Stretch
            if column in stretched
            else QHeaderView.ResizeMode.ResizeToContents,
        )
    # Widths come from the rows in sight, not from all 100,000.
    header.setResizeContentsPrecision(0)
    for column in folders:
        table.setItemDelegateForColumn(column, FolderDelegate(table))
