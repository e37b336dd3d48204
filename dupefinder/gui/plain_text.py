"""Text that is shown as it is, whatever it looks like.

Qt takes a text that looks like HTML for HTML unless it is told otherwise, and draws a line below
the letter behind an "&". The name of a file may look like either.
"""

import html

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label whose text is never read as anything but text."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def plain_tip(text: str) -> str:
    """A text as tooltips show it literally: they alone cannot be told that it is plain."""
    if not Qt.mightBeRichText(text):
        return text
    return f'<qt><span style="white-space: pre">{html.escape(text)}</span></qt>'


def plain_caption(text: str) -> str:
    """A text as buttons and menus show it literally: no letter of it becomes a key."""
    return text.replace("&", "&&")
