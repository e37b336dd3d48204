"""A dashed frame that shows where something may be dropped; the page around it takes it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from dupefinder.gui.theme import colours


class DashedArea(QWidget):
    """A dashed frame for dropped files."""

    def __init__(self, *, large: bool, parent: QWidget | None = None) -> None:
        """Make the area.

        Args:
            large: True for one that fills an empty page.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._large = large
        self._under_drag = False

    def set_under_drag(self, under_drag: bool) -> None:
        """Show that what is dragged may be let go."""
        self._under_drag = under_drag
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed frame."""
        del event
        of = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width_px = 2 if self._under_drag or self._large else 1
        pen = QPen(of.accent if self._under_drag else of.line, width_px, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(of.chosen if self._under_drag else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)
