from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell
from dupefinder.gui.widgets.row_table import RowTable
from dupefinder.gui.widgets.table_models import NO_PARENT, Index, OrderedTable

MANY = 50_000


class Numbers(OrderedTable):
    """Numbers in two columns; it counts how often Qt asks for a row."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._order = np.arange(count)
        self.asked = 0

    def columnCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        self.asked += 1
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        self.asked += 1
        number = str(self._order[index.row()])
        if role == CELL_ROLE:
            return Cell(number, "below", before="x · ", sign="trash", right=index.column() == 1)
        return number if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        up = order is Qt.SortOrder.AscendingOrder
        self._reorder(np.sort(self._order) if up else np.sort(self._order)[::-1])


@pytest.fixture
def numbers(qtbot: QtBot) -> Numbers:
    return Numbers(MANY)


@pytest.fixture
def table(numbers: Numbers, qtbot: QtBot) -> RowTable:
    table = RowTable("Numbers", numbers)
    qtbot.addWidget(table)
    table.set_widths(0, table.text_width_px("88,888"))
    table.resize(400, 300)
    table.show()
    return table


def test_qt_finds_no_fault(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = Numbers(7)
    qtmodeltester.check(model)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(model)


def test_only_rows_on_show_are_asked_for(table: RowTable, numbers: Numbers) -> None:
    table.selectAll()
    numbers.asked = 0
    table.grab()
    table.sort_header.grab()
    assert numbers.asked < 2000


def test_all_rows_can_be_chosen_and_named(table: RowTable) -> None:
    table.selectAll()
    assert table.chosen_rows() == list(range(MANY))
    table.clearSelection()
    assert table.chosen_rows() == []


def test_sorting_keeps_what_is_chosen(table: RowTable, numbers: Numbers) -> None:
    table.sort_header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
    table.setSortingEnabled(True)
    table.selectRow(3)
    held = QPersistentModelIndex(numbers.index(3, 1))
    table.sort_header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    assert held.data() == "3"
    assert table.chosen_rows() == [MANY - 4] == [held.row()]


def test_columns_share_what_is_left(table: RowTable) -> None:
    header = table.sort_header
    fixed = header.sectionSize(1)
    before = header.sectionSize(0)
    table.resize(600, 300)
    assert header.sectionSize(1) == fixed
    assert header.sectionSize(0) > before


def test_the_focus_is_seen_on_rows_and_titles(table: RowTable, qtbot: QtBot) -> None:
    table.activateWindow()
    other = table.grab().toImage()
    table.setFocus()
    rows = table.grab().toImage()
    assert rows != other
    assert table.chosen_rows() == [0]
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert table.sort_header.hasFocus()
    assert table.grab().toImage() != rows


def test_a_row_has_room_for_its_lines(table: RowTable) -> None:
    line = table.fontMetrics().height()
    assert table.rowHeight(0) >= 2 * line
    one = RowTable("Numbers", Numbers(1), lines=1)
    assert one.rowHeight(0) < table.rowHeight(0)
    one.deleteLater()
