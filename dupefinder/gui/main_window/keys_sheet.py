"""A sheet with all keys over the window, shown by "?"; a click or Escape hides it."""

import textwrap

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, scaled_font, set_role
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.translation import _

_VEIL = 120
_MOST_CHARACTERS = 32
"""Longer texts are wrapped, so that they fit a small window."""


class KeysSheet(QWidget):
    """The sheet of keys. It covers its parent, which stays active."""

    def __init__(self, parent: QWidget) -> None:
        """Make the sheet, hidden.

        Args:
            parent: The window that it covers.
        """
        super().__init__(parent)
        self._window = parent
        self._focus_before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Keys"))
        self._sheet = QFrame()
        set_role(self._sheet, "card")
        self.close_button = QPushButton(_("Close"))
        self.close_button.setToolTip(_("Close (Esc)"))
        self.close_button.clicked.connect(self.put_away)
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def _sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (
                _("Review"),
                [
                    (_("↓ ↑"), _("Next, previous group")),
                    (_("← →"), _("Previous, next photo")),
                    (_("Shift+← →"), _("The photos before, the next photos")),
                    (_("N"), _("Next undecided group")),
                    (_("C"), _("Compare")),
                    (_("M"), _("Find more like this photo")),
                    (_("Ctrl+F"), _("Filter the groups")),
                    (_("Ctrl+Enter"), _("Plan the removal")),
                ],
            ),
            (
                _("Decide"),
                [
                    (_("Enter"), _("Accept the proposal, go on")),
                    (_("Space"), _("Keep or remove the photo")),
                    (_("R"), _("Keep this photo instead, go on")),
                    (_("K"), _("Keep only this photo")),
                    (_("1 … 9"), _("Keep only photo 1 … 9")),
                    (_("Alt+1 … 9"), _("Keep or remove photo 1 … 9")),
                    (_("A"), _("Keep all")),
                    (_("Shift+K"), _("Not duplicates")),
                    (_("X"), _("This photo does not belong")),
                    (_("T"), _("Match the group more strictly")),
                    (_("U, Ctrl+Z"), _("Undo the mark")),
                    (_("Ctrl+Shift+Z"), _("Mark again")),
                ],
            ),
            (
                _("Compare"),
                [
                    (_("P, Shift+P"), _("Next, previous place that differs")),
                    (_("Z"), _("Every pixel, or the whole photo")),
                    (_("+ −"), _("Larger, smaller")),
                    (_("Hold B"), _("The other photo in the same place")),
                    (_("Shift+B"), _("Show the two by turns")),
                    (_("W, Shift+← →"), _("Wipe, move the divider")),
                    (_("D"), _("Show what differs")),
                    (_("S"), _("Two, three or four photos")),
                    (_("I"), _("Table of details")),
                    (_("Esc"), _("Back to the group")),
                ],
            ),
            (
                _("Everywhere"),
                [
                    (
                        _("Ctrl+1 … 7"),
                        _("Folders, Review, Backups, Search, History, Settings, Help"),
                    ),
                    (_("F1"), _("Help")),
                    (_("F11"), _("Full screen")),
                    (_("?"), _("This sheet")),
                    (_("Ctrl+Q"), _("Quit")),
                ],
            ),
        ]

    def _lay_out(self) -> None:
        title = PlainLabel(_("Keys"))
        title.setFont(scaled_font(self.font(), 1.5, strong=True))
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.close_button)
        columns = QHBoxLayout()
        columns.setSpacing(6 * SPACE_PX)
        sections = self._sections()
        for half in (sections[:2], sections[2:]):
            column = QVBoxLayout()
            column.setSpacing(3 * SPACE_PX)
            for name, keys in half:
                column.addLayout(self._section(name, keys))
            column.addStretch(1)
            columns.addLayout(column)
        inner = QVBoxLayout(self._sheet)
        inner.setContentsMargins(4 * SPACE_PX, 3 * SPACE_PX, 4 * SPACE_PX, 4 * SPACE_PX)
        inner.setSpacing(3 * SPACE_PX)
        inner.addLayout(top)
        inner.addLayout(columns)
        centred = QWidget()
        around = QGridLayout(centred)
        around.addWidget(self._sheet, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(centred)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for see_through in (self._area.viewport(), centred):
            see_through.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self._take_icons()

    def _section(self, name: str, keys: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * SPACE_PX)
        grid.setVerticalSpacing(SPACE_PX)
        heading = PlainLabel(name)
        heading.setFont(scaled_font(self.font(), 1.1, strong=True))
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (key, meaning) in enumerate(keys, 1):
            label = PlainLabel(key)
            label.setFont(scaled_font(self.font(), 1.0, strong=True))
            set_role(label, "quiet")
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            # A label that wraps itself has no definite height, and would be squeezed.
            grid.addWidget(PlainLabel(textwrap.fill(meaning, _MOST_CHARACTERS)), row, 1)
        widest = max(_("Ctrl+Shift+Z"), _("U, Ctrl+Z"), _("Ctrl+Enter"), key=len)
        strong = QFontMetrics(scaled_font(self.font(), 1.0, strong=True))
        grid.setColumnMinimumWidth(0, strong.horizontalAdvance(widest))
        grid.setColumnStretch(1, 1)
        return grid

    # Shown and put away

    def toggle(self) -> None:
        """Show or hide the sheet."""
        if self.isVisible():
            self.put_away()
        else:
            self._focus_before = self._window.focusWidget()
            self.setGeometry(self._window.rect())
            self.show()
            self.raise_()
            self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Hide the sheet, and give the focus back."""
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._focus_before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the size of the window."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hide the sheet with Escape; ignore other keys."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Question):
            self.put_away()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hide the sheet with a click."""
        del event
        self.put_away()

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.close_button.setIcon(icons.icon("close"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window."""
        del event
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, _VEIL))
