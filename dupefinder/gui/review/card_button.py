"""Buttons on a card: they leave the arrow keys to the card, which chooses the photo by them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton

from dupefinder.gui.controls import stay_in_tab_order

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class CardButton(QPushButton):
    """A button with a text."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Leave the buttons beside it in the tab order."""
        super().focusInEvent(event)
        stay_in_tab_order(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrow keys to the card."""
        if event.key() in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)


class CardToolButton(QToolButton):
    """A small button with an icon; its name is its tooltip."""

    def __init__(self, word: str, hint: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(word)
        self.setToolTip(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrow keys to the card."""
        if event.key() in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)
