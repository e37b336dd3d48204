"""All keys on one sheet over the window, shown by "?"; a click or Escape puts it away."""

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

from dupefinder.gui import icons
from dupefinder.gui.plain_text import PlainLabel
from dupefinder.gui.theme import SPACE_PX, scaled_font, set_role

_VEIL = 120


class KeysSheet(QWidget):
    """See the module. It covers its parent and does not stop it."""

    def __init__(self, parent: QWidget) -> None:
        """Make the sheet, hidden.

        Args:
            parent: The window that it covers.
        """
        super().__init__(parent)
        self._window = parent
        self._focus_before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Keys"))
        self._sheet = QFrame()
        set_role(self._sheet, "card")
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setToolTip(self.tr("Close (Esc)"))
        self.close_button.clicked.connect(self.put_away)
        self._lay_out()
        parent.installEventFilter(self)
        self.hide()

    def _sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (
                self.tr("Review"),
                [
                    (self.tr("↓ ↑"), self.tr("Next, previous group")),
                    (self.tr("← →"), self.tr("Previous, next photo")),
                    (self.tr("N"), self.tr("Next undecided group")),
                    (self.tr("Enter"), self.tr("Compare")),
                    (self.tr("M"), self.tr("Find more like this photo")),
                    (self.tr("Ctrl+F"), self.tr("Filter the groups")),
                    (self.tr("Ctrl+Enter"), self.tr("Plan what is removed")),
                ],
            ),
            (
                self.tr("Decide"),
                [
                    (self.tr("Space"), self.tr("Keep or remove the photo")),
                    (self.tr("K"), self.tr("Keep only this photo")),
                    (self.tr("1 … 9"), self.tr("Keep only photo 1 … 9")),
                    (self.tr("A"), self.tr("Keep all")),
                    (self.tr("Shift+K"), self.tr("Not duplicates")),
                    (self.tr("U, Ctrl+Z"), self.tr("Undo the mark")),
                    (self.tr("Ctrl+Shift+Z"), self.tr("Mark again")),
                ],
            ),
            (
                self.tr("Compare"),
                [
                    (self.tr("P, Shift+P"), self.tr("Next, previous place that differs")),
                    (self.tr("Z"), self.tr("Every pixel, or the whole photo")),
                    (self.tr("+ −"), self.tr("Larger, smaller")),
                    (self.tr("Hold B"), self.tr("The other photo in the same place")),
                    (self.tr("D"), self.tr("Show what differs")),
                    (self.tr("Esc"), self.tr("Back to the group")),
                ],
            ),
            (
                self.tr("Everywhere"),
                [
                    (
                        self.tr("Ctrl+1 … 7"),
                        self.tr("Folders, Review, Backups, Search, History, Settings, Help"),
                    ),
                    (self.tr("F1"), self.tr("Help")),
                    (self.tr("?"), self.tr("This sheet")),
                    (self.tr("Ctrl+Q"), self.tr("Quit")),
                ],
            ),
        ]

    def _lay_out(self) -> None:
        title = PlainLabel(self.tr("Keys"))
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
            grid.addWidget(label, row, 0)
            grid.addWidget(PlainLabel(meaning), row, 1)
        widest = max(self.tr("Ctrl+Shift+Z"), self.tr("U, Ctrl+Z"), self.tr("Ctrl+Enter"), key=len)
        strong = QFontMetrics(scaled_font(self.font(), 1.0, strong=True))
        grid.setColumnMinimumWidth(0, strong.horizontalAdvance(widest))
        grid.setColumnStretch(1, 1)
        return grid

    # Shown and put away

    def toggle(self) -> None:
        """Show the sheet, or put it away."""
        if self.isVisible():
            self.put_away()
        else:
            self._focus_before = self._window.focusWidget()
            self.setGeometry(self._window.rect())
            self.show()
            self.raise_()
            self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Go back to where the person was."""
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._focus_before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts it away; other keys do nothing behind it."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Question):
            self.put_away()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """So does a click anywhere."""
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
        """Veil the window."""
        del event
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, _VEIL))
