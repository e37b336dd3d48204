"""Cells with a picture and two lines are laid out from the side that people read from."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from dupefinder.gui.widgets.row_painting import CELL_ROLE, Cell, FolderDelegate, TwoLines

RED = QColor("red")


def red_picture(path: str, side_px: int, ratio: float) -> QPixmap:
    del path, ratio
    picture = QPixmap(side_px, side_px)
    picture.fill(RED)
    return picture


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_the_picture_stands_where_a_line_begins(
    direction: Qt.LayoutDirection, qtbot: QtBot
) -> None:
    model = QStandardItemModel(1, 1)
    item = QStandardItem()
    item.setData(Cell("IMG_1.jpg", "Album", before="Drive · ", picture_of="/a.jpg"), CELL_ROLE)
    model.setItem(0, 0, item)
    table = QTableView()
    qtbot.addWidget(table)
    table.setLayoutDirection(direction)
    table.setModel(model)
    delegate = TwoLines(table, red_picture)
    table.setItemDelegate(delegate)
    table.setColumnWidth(0, 300)
    table.setRowHeight(0, delegate.row_height_px())
    table.resize(400, 200)
    table.show()
    qtbot.waitExposed(table)
    place = table.visualRect(model.index(0, 0))
    cell = table.viewport().grab(place).toImage()
    half = cell.width() // 2
    reds = [
        x for x in range(cell.width()) if cell.pixelColor(x, cell.height() // 2).rgb() == RED.rgb()
    ]
    assert reds
    from_left = direction is Qt.LayoutDirection.LeftToRight
    assert (max(reds) < half) if from_left else (min(reds) > half)


def test_a_folder_keeps_its_mark_when_it_is_elided(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    folder = "\N{LEFT-TO-RIGHT ISOLATE}/home/photos/2015\N{POP DIRECTIONAL ISOLATE}"
    model = QStandardItemModel(1, 1)
    model.setItem(0, 0, QStandardItem(folder))
    table.setModel(model)
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    for part, begins in ((2.0, "/home"), (0.7, "\N{HORIZONTAL ELLIPSIS}")):
        option.rect.setWidth(round(table.fontMetrics().horizontalAdvance(folder) * part))
        FolderDelegate(table).initStyleOption(option, model.index(0, 0))
        assert option.text.startswith("\N{LEFT-TO-RIGHT ISOLATE}" + begins)
        assert "2015\N{POP DIRECTIONAL ISOLATE}" in option.text
