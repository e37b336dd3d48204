"""Paints the ground of a list's rows: chosen, pointed at, or with the focus."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle

from dupefinder.gui.theme import colours

_EDGE_PX = 4


def paint_row_ground(painter: QPainter, place: QRect, state: QStyle.StateFlag) -> None:
    """Paint the ground of a row, and the line below it."""
    of = colours()
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(place, of.chosen)
        painter.fillRect(QRect(place.topLeft(), QSize(_EDGE_PX, place.height())), of.accent)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(place, of.hover)
    painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), of.line)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(of.accent, 2))
        painter.drawRect(place.adjusted(1, 1, -2, -2))
