"""Widgets for empty pages: a text with a button, and an area to drop files."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.widgets.labels import PlainLabel

_SIGN_PX = 56
_LEAST_FOR_SIGN_PX = 5 * _SIGN_PX
"""Least height with room for the icon."""


class EmptyState(QWidget):
    """An icon, a sentence, an explanation, a button.

    Attributes:
        button: Leads on; its user connects it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = "review"
        self._sign = PlainLabel()
        self.title = PlainLabel()
        self.title.setFont(scaled_font(self.font(), 1.4, strong=True))
        self.text = PlainLabel()
        self.text.setWordWrap(True)
        self.text.setMaximumWidth(480)
        set_role(self.text, "quiet")
        self.button = QPushButton()
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACE_PX)
        column.addStretch(2)
        for widget in (self._sign, self.title, self.text, self.button):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, icon_name: str, title: str, text: str, button: str = "") -> None:
        """Show another text.

        Args:
            icon_name: An icon of the set.
            title: The title.
            text: The explanation, with what to do.
            button: The text of the button; empty for none.
        """
        self._icon_name = icon_name
        self.title.setText(title)
        self.text.setText(text)
        # A readable width, even for short texts.
        self.text.setMinimumWidth(min(480, self.text.fontMetrics().horizontalAdvance(text) + 4))
        self._fit_text()
        self.text.setVisible(bool(text))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._dress()

    def _fit_text(self) -> None:
        # The layout ignores that the height of the text depends on its width.
        height_px = self.text.heightForWidth(self.text.minimumWidth())
        self.text.setMinimumHeight(max(height_px, 0))

    def _dress(self) -> None:
        self._sign.setPixmap(pixmap(self._icon_name, _SIGN_PX, colours().quiet))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the icon where there is no room for it."""
        super().resizeEvent(event)
        self._sign.setVisible(self.height() >= _LEAST_FOR_SIGN_PX)

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        elif event.type() is QEvent.Type.FontChange and hasattr(self, "button"):
            self._fit_text()


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
        """Show that files can be dropped."""
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
