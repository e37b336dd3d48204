"""Adding folders: an area to drop them on, and buttons for offered folders.

The area is large while there are no folders, afterwards a line below the list. Offered are
folders that were chosen before, and those where photos may be.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.widgets.empty_state import DashedArea
from dupefinder.gui.widgets.labels import PlainLabel, fitted, plain_tip
from dupefinder.gui.widgets.row_painting import as_read, paint_sign
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _

_LARGE_ICON_PX = 64


def first_run_label(*, centred: bool) -> QLabel:
    """Three sentences on what a scan does and does not do."""
    sentences = (
        _(
            "dupefinder looks through the photos in your folders and shows you which of them are"
            " copies of each other."
        ),
        _("It changes, moves or deletes nothing without asking you."),
        _("Nothing leaves this computer."),
    )
    label = PlainLabel(("\n" if centred else " ").join(sentences))
    label.setWordWrap(True)
    set_role(label, "quiet")
    if centred:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label


class DropArea(DashedArea):
    """Shows that folders can be dropped; the page around it takes them.

    Attributes:
        button: Lets the person choose a folder.
    """

    def __init__(self, *, large: bool, parent: QWidget | None = None) -> None:
        """Make the area.

        Args:
            large: True for the one that fills an empty page.
            parent: Qt parent.
        """
        super().__init__(large=large, parent=parent)
        self.setAccessibleName(_("Place to drop folders"))
        self._picture = PlainLabel()
        self._title = PlainLabel(
            _("Drop folders with photos here") if large else _("or drop folders here")
        )
        self.button = QPushButton(_("Add folder…"))
        self.button.setToolTip(_("Choose a folder (Ctrl+O)"))
        if large:
            self._lay_out_large()
        else:
            self._lay_out_small()
        self._dress()

    def _lay_out_large(self) -> None:
        self._title.setFont(scaled_font(self.font(), 1.5, strong=True))
        hint = PlainLabel(_("or"))
        set_role(hint, "quiet")
        set_role(self.button, "primary")
        centre = Qt.AlignmentFlag.AlignHCenter
        down = QVBoxLayout(self)
        down.setContentsMargins(*(4 * SPACE_PX,) * 4)
        down.setSpacing(SPACE_PX)
        down.addStretch(1)
        down.addWidget(self._picture, 0, centre)
        down.addSpacing(SPACE_PX)
        down.addWidget(self._title, 0, centre)
        down.addWidget(hint, 0, centre)
        down.addWidget(self.button, 0, centre)
        down.addSpacing(3 * SPACE_PX)
        down.addWidget(first_run_label(centred=True))
        down.addStretch(1)

    def _lay_out_small(self) -> None:
        set_role(self._title, "quiet")
        across = QHBoxLayout(self)
        across.setContentsMargins(2 * SPACE_PX, SPACE_PX, 2 * SPACE_PX, SPACE_PX)
        across.setSpacing(int(1.5 * SPACE_PX))
        across.addWidget(self.button)
        across.addWidget(self._title)
        across.addStretch(1)

    def _dress(self) -> None:
        if self._large:
            self._picture.setPixmap(icons.pixmap("folder-add", _LARGE_ICON_PX, colours().accent))

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in other colours."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "button"):
            self._dress()


_MOST_BUTTONS = 5
_ICON_PX = 16


class _FolderButton(QPushButton):
    """A button with an icon and a path that is elided at the left."""

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
        """Draw the background by the style, then icon and path."""
        super().paintEvent(event)
        of = colours()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        inner = self.rect().adjusted(SPACE_PX, 0, -SPACE_PX, 0)
        sign = icons.pixmap(self._icon_name, _ICON_PX, of.quiet)
        paint_sign(painter, inner.translated(0, 1), inner.left(), _ICON_PX, sign)
        words = as_read(painter, inner, inner.adjusted(_ICON_PX + SPACE_PX, 0, 0, 0))
        at_left = Qt.TextElideMode.ElideLeft
        text = fitted(self._shown, at_left, self.fontMetrics(), words.width())
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
        wanted = tuple(folders[:_MOST_BUTTONS])
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
