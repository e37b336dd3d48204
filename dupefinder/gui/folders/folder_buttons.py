"""Folders to choose by a click: those that were chosen before, those where photos may be."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from dupefinder.gui import icons
from dupefinder.gui.labels import PlainLabel, plain_tip
from dupefinder.gui.row_painting import as_read, paint_sign
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

_MOST = 5
_ICON_PX = 16


class _FolderButton(QPushButton):
    """A path that is shortened at its left, beside an icon."""

    def __init__(self, path: str, icon_name: str) -> None:
        super().__init__()
        set_role(self, "plain")
        self.path = path
        self._icon_name = icon_name
        self._shown = path_text(path)
        hint = _("Add {folder}").format(folder=self._shown)
        self.setAccessibleName(hint)
        self.setToolTip(plain_tip(hint))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the text anew."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground as the style does, then icon and path."""
        super().paintEvent(event)
        of = colours()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        inner = self.rect().adjusted(SPACE_PX, 0, -SPACE_PX, 0)
        sign = icons.pixmap(self._icon_name, _ICON_PX, of.quiet)
        paint_sign(painter, inner.translated(0, 1), inner.left(), _ICON_PX, sign)
        words = as_read(painter, inner, inner.adjusted(_ICON_PX + SPACE_PX, 0, 0, 0))
        text = self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideLeft, words.width())
        painter.setPen(of.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class FolderButtons(QWidget):
    """Buttons below a title; hidden while there are none.

    Signals:
        chosen: The path that was clicked, as an object: Qt's own text would lose what is not
            valid Unicode.
    """

    chosen = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, str], ...] = ()
        self.buttons: list[QPushButton] = []
        head = PlainLabel(title)
        head.setFont(scaled_font(self.font(), 1.0, strong=True))
        self._down = QVBoxLayout(self)
        self._down.setContentsMargins(0, 0, 0, 0)
        self._down.setSpacing(2)
        self._down.addWidget(head)
        self.hide()

    def set_folders(self, folders: Sequence[tuple[str, str]]) -> None:
        """Show folders, each with the name of its icon; only the first few."""
        wanted = tuple(folders[:_MOST])
        if wanted == self._shown:
            return
        self._shown = wanted
        for button in self.buttons:
            self._down.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for path, icon_name in wanted:
            button = _FolderButton(path, icon_name)
            button.clicked.connect(self._clicked)
            self._down.addWidget(button)
            self.buttons.append(button)
        self.setVisible(bool(wanted))

    def _clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, _FolderButton):
            self.chosen.emit(sender.path)

    def changeEvent(self, event: QEvent) -> None:
        """Draw in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
