"""Labels that show any text literally, on one line or several.

Qt takes a text that looks like HTML for HTML unless it is told otherwise, and draws a line below
the letter behind an "&". The name of a file may look like either.
"""

import html

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QStyle, QWidget

_FROM_LEFT = "\N{LEFT-TO-RIGHT ISOLATE}"
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class PlainLabel(QLabel):
    """A label whose text is always plain text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text on the side from which the window is read.

        Qt takes the side of its first letters, which may be those of a name.
        """
        from_right = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        takes_part = self.buddy() is not None or bool(self.textInteractionFlags() & _SELECTABLE)
        if not from_right or takes_part or not self.text():
            super().paintEvent(event)
            return
        margin_px = self.margin()
        flags = QStyle.visualAlignment(self.layoutDirection(), self.alignment()).value
        flags |= Qt.TextFlag.TextForceRightToLeft.value
        flags |= Qt.TextFlag.TextWordWrap.value if self.wordWrap() else 0
        self.style().drawItemText(
            QPainter(self),
            self.contentsRect().adjusted(margin_px, margin_px, -margin_px, -margin_px),
            flags,
            self.palette(),
            self.isEnabled(),
            self.text(),
            self.foregroundRole(),
        )


def plain_tip(text: str) -> str:
    """A text escaped for tooltips, which cannot be told that it is plain."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    return f'<qt><span style="white-space: pre">{html.escape(text)}</span></qt>'


def plain_caption(text: str) -> str:
    """A text escaped for buttons and menus, without a mnemonic key."""
    return text.replace("&", "&&")


def fitted(text: str, elide: Qt.TextElideMode, metrics: QFontMetrics, width_px: int) -> str:
    """A text as it is drawn in its room.

    A folder is read from the left everywhere. Without a mark that says so, its first "/" would
    stand at the other end in a window that is read from the right.

    Args:
        text: The text.
        elide: Where it is shortened: folders, and only these, at the left.
        metrics: Of its font.
        width_px: The room.
    """
    shown = metrics.elidedText(text, elide, max(width_px, 0))
    if elide is not Qt.TextElideMode.ElideLeft or shown.startswith(_FROM_LEFT):
        return shown
    return f"{_FROM_LEFT}{shown}\N{POP DIRECTIONAL ISOLATE}"


_LEAST_CHARACTERS = 6
_SLACK_PX = 2
"""Tolerance, so that a text that fits to a fraction of a pixel is not elided."""


class ElidedLabel(PlainLabel):
    """A label of one line, elided where it is too long. Screen readers get the whole text."""

    def __init__(
        self,
        text: str = "",
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        parent: QWidget | None = None,
    ) -> None:
        """Make a label.

        Args:
            text: The text.
            elide: Where it is elided: names in the middle, folders at the left.
            parent: Qt parent.
        """
        super().__init__(text, parent)
        self._elide = elide
        self._hint = ""

    def set_text(self, text: str, hint: str = "") -> None:
        """Show another text.

        Args:
            text: The text.
            hint: Tooltip; empty shows the text where it is elided.
        """
        self._hint = hint
        self.setText(text)
        self._settle()

    @property
    def is_elided(self) -> bool:
        """True when a part of the text is not shown."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def _settle(self) -> None:
        self.setToolTip(plain_tip(self._hint or (self.text() if self.is_elided else "")))

    def minimumSizeHint(self) -> QSize:
        """Room for a few characters."""
        metrics = QFontMetrics(self.font())
        least_px = metrics.averageCharWidth() * _LEAST_CHARACTERS
        width_px = min(least_px, metrics.horizontalAdvance(self.text()))
        return QSize(width_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text may fit now, or not any more."""
        super().resizeEvent(event)
        self._settle()

    def changeEvent(self, event: QEvent) -> None:
        """The text may need more or less room in another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        del event
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        rect: QRect = self.contentsRect()
        text = fitted(self.text(), self._elide, self.fontMetrics(), rect.width())
        self.style().drawItemText(
            painter,
            rect,
            int(self.alignment().value),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )


class SteadyLabel(ElidedLabel):
    """A label of constant width; where there is less room, the text is elided."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", Qt.TextElideMode.ElideRight, parent)
        self._room_px = 0

    def reserve(self, *texts: str) -> None:
        """Keep room for the longest of some texts."""
        metrics = self.fontMetrics()
        widest_px = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        self._room_px = widest_px + _SLACK_PX
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The room that is kept."""
        return QSize(self._room_px, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Room for the beginning of the text."""
        return QSize(self._room_px // 3, super().minimumSizeHint().height())
