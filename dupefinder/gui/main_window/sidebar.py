"""The sidebar: a button for each page, at the left edge of the window."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QVBoxLayout, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.widgets.choices import stay_in_tab_order, tell_as_choice
from dupefinder.gui.widgets.row_painting import as_read, paint_sign
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_ICON_PX = 20
_BAR_PX = 3
_LEAST_CHARACTERS = 16
_COUNT_ROOM = "888,888"


class PlaceButton(QAbstractButton):
    """The button of a page: icon, text and a count."""

    def __init__(self, text: str, icon_name: str, keys: str) -> None:
        """Make a button.

        Args:
            text: Its text.
            icon_name: Its icon.
            keys: Its keyboard shortcut, for the tooltip.
        """
        super().__init__()
        self._icon_name = icon_name
        self._count = 0
        self._is_sign_alone = False
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(_("{place} ({keys})").format(place=text, keys=keys))
        self.setAccessibleName(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def count(self) -> int:
        """The number beside the word; 0 shows none."""
        return self._count

    def set_count(self, number: int) -> None:
        """Show a number beside the word."""
        self._count = number
        self.setAccessibleName(
            _("{place}, {n}").format(place=self.text(), n=number_text(number))
            if number
            else self.text()
        )
        self.update()

    def set_sign_alone(self, alone: bool) -> None:
        """Show the icon alone; tooltip and accessible name have the text and the count."""
        self._is_sign_alone = alone
        self.updateGeometry()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Leave the buttons of the other pages in the tab order."""
        super().focusInEvent(event)
        stay_in_tab_order(self)

    def nextCheckState(self) -> None:
        """Do nothing: only `Sidebar.choose` changes the chosen page."""

    def sizeHint(self) -> QSize:
        """Room for the text and a large count, so that the sidebar never grows."""
        metrics = self.fontMetrics()
        height_px = metrics.height() + int(2.5 * SPACE_PX)
        if self._is_sign_alone:
            return QSize(_ICON_PX + 5 * SPACE_PX, height_px)
        words_px = max(
            metrics.horizontalAdvance(self.text()) + metrics.horizontalAdvance(_COUNT_ROOM),
            metrics.averageCharWidth() * _LEAST_CHARACTERS,
        )
        return QSize(_ICON_PX + words_px + 6 * SPACE_PX, height_px)

    def minimumSizeHint(self) -> QSize:
        """The size hint, so that nothing is cut."""
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the background, the accent bar of the chosen page, icon, text and count."""
        del event
        of = colours()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.rect().adjusted(SPACE_PX, 2, -SPACE_PX, -2)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(of.chosen if self.isChecked() else of.hover)
            painter.drawRoundedRect(ground, 6, 6)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(of.accent)
            tall = QRect(ground.left(), ground.top() + 6, _BAR_PX, ground.height() - 12)
            painter.drawRoundedRect(as_read(painter, ground, tall), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(of.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 5, 5)
        left = ground.left() + int(1.5 * SPACE_PX)
        picture = icons.pixmap(
            self._icon_name, _ICON_PX, of.accent if self.isChecked() else of.text
        )
        paint_sign(painter, ground.translated(0, 1), left, _ICON_PX, picture)
        if self._is_sign_alone:
            return
        words = ground.adjusted(left - ground.left() + _ICON_PX + SPACE_PX + 4, 0, -SPACE_PX, 0)
        words = as_read(painter, ground, words)
        painter.setPen(of.text)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignLeft, self.text())
        if self._count:
            painter.setFont(self.font())
            painter.setPen(of.text if self.isChecked() else of.quiet)
            painter.drawText(words, middle | Qt.AlignmentFlag.AlignRight, number_text(self._count))


class Sidebar(QWidget):
    """The buttons of the pages. Clicks, Space and Enter choose; arrow keys move.

    Ctrl+1, Ctrl+2 … belong to the window, so that they work from everywhere.

    Signals:
        place_chosen: "folders", "review", "backups", "search", "history", "settings" or "help".
    """

    place_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Places"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._places = {
            "folders": PlaceButton(_("Folders"), "folder", _("Ctrl+1")),
            "review": PlaceButton(_("Review"), "review", _("Ctrl+2")),
            "backups": PlaceButton(_("Backups"), "shield", _("Ctrl+3")),
            "search": PlaceButton(_("Search"), "search", _("Ctrl+4")),
            "history": PlaceButton(_("History"), "history", _("Ctrl+5")),
            "settings": PlaceButton(_("Settings"), "settings", _("Ctrl+6")),
            "help": PlaceButton(_("Help"), "help", _("Ctrl+7 or F1")),
        }
        down = QVBoxLayout(self)
        down.setContentsMargins(0, SPACE_PX, 0, SPACE_PX)
        down.setSpacing(0)
        for name, button in self._places.items():
            if name == "settings":
                down.addStretch(1)
            down.addWidget(button)
            button.clicked.connect(self._clicked)
            button.installEventFilter(self)
        tell_as_choice(self, *self._places.values())
        self.choose("folders")

    @property
    def place(self) -> str:
        """The place that is chosen."""
        return next(name for name, button in self._places.items() if button.isChecked())

    def button(self, place: str) -> PlaceButton:
        """The button of a place."""
        return self._places[place]

    def choose(self, place: str) -> None:
        """Show which page is on show, without a signal."""
        for name, button in self._places.items():
            button.setChecked(name == place)

    def set_signs_alone(self, alone: bool) -> None:
        """Show icons alone, as in a narrow window."""
        for button in self._places.values():
            button.set_sign_alone(alone)

    def set_count(self, place: str, number: int) -> None:
        """Show a number beside a place; 0 shows none."""
        self._places[place].set_count(number)

    def _clicked(self) -> None:
        for name, button in self._places.items():
            if button is self.sender():
                self.choose(name)
                self.place_chosen.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrow keys, Home and End move between buttons, and Enter choose."""
        if not (
            isinstance(watched, PlaceButton)
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
        ):
            return False
        buttons = list(self._places.values())
        here = buttons.index(watched)
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            buttons[here].click()
            return True
        goal = {
            Qt.Key.Key_Down: min(here + 1, len(buttons) - 1),
            Qt.Key.Key_Up: max(here - 1, 0),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(buttons) - 1,
        }.get(Qt.Key(key))
        if goal is None:
            return False
        buttons[goal].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the hairline towards the page."""
        del event
        painter = QPainter(self)
        of = colours()
        painter.fillRect(self.rect(), of.surface)
        edge = QRect(self.width() - 1, 0, 1, self.height())
        painter.fillRect(QStyle.visualRect(self.layoutDirection(), self.rect(), edge), of.line)
