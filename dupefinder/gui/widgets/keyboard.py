"""Keyboard shortcuts by the place of keys, a filter for them, and buttons that leave arrows alone.

A letter that is printed on a key counts as that letter. Where a layout has no Latin letters
(Cyrillic, Greek, Hebrew …), or types digits with Shift (AZERTY, Czech), the key counts by its
place: as the letter or the digit that a US keyboard has there.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from dupefinder.gui.widgets.choices import stay_in_tab_order

_ROWS: Final = ((2, "123456789"), (16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"))
"""First scan code of each row, as the kernel and Windows number them."""
_BY_SCAN_CODE: Final = {
    first + offset: character for first, row in _ROWS for offset, character in enumerate(row)
}
_X_OFFSET: Final = 8
"""Offset of scan codes under X and Wayland."""
_BY_MAC_CODE: Final = dict(
    zip(
        bytes.fromhex("1213141517161a1c19 0c0d0e0f111020221f23 000102030504262825 060708090b2d2e"),
        "123456789QWERTYUIOPASDFGHJKLZXCVBNM",
        strict=True,
    )
)
"""Virtual key codes of a Mac, which are places, see `HIToolbox/Events.h`."""
_LAST_LATIN: Final = 0x24F
_FIRST_NAMED: Final = 0x01000000
"""`Qt.Key` from here on are named keys, such as Return or a dead accent, and no characters."""
_WITH_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_RETURN = (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter))
_TEXT_FIELDS = (QLineEdit, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
_CONTROLS = (QAbstractButton, QComboBox, QAbstractSlider, QTabBar, QAbstractItemView)


def command_key(event: QKeyEvent) -> int:
    """Return the `Qt.Key` of a press, such as `Key_K`, on any keyboard layout.

    Args:
        event: A press or a release.
    """
    key = event.key()
    if event.text() in tuple("123456789"):
        return int(Qt.Key.Key_0) + int(event.text())  # typed with Shift on some keyboards
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z or key >= _FIRST_NAMED:
        return key
    place = _at_place(event)
    if place.isalpha() and key > _LAST_LATIN:
        return ord(place)
    if place.isdigit() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return ord(place)
    return key


def _at_place(event: QKeyEvent) -> str:
    """The letter or digit of a US keyboard in the key's place; empty for other keys."""
    platform = QGuiApplication.platformName()
    if platform == "cocoa":
        return _BY_MAC_CODE.get(event.nativeVirtualKey(), "")
    offset = 0 if platform == "windows" else _X_OFFSET
    return _BY_SCAN_CODE.get(event.nativeScanCode() - offset, "")


def is_plain(event: QKeyEvent) -> bool:
    """True without Shift, Ctrl, Alt and Meta; the keypad counts as plain."""
    return not event.modifiers() & (_WITH_OTHERS | Qt.KeyboardModifier.ShiftModifier)


def is_command(event: QKeyEvent) -> bool:
    """True without Ctrl, Alt and Meta, which change the meaning of keys."""
    return not event.modifiers() & _WITH_OTHERS


def press_by_return(control: QWidget | None, event: QKeyEvent) -> bool:
    """Let Return act on a control like Space, which not every style of Qt does.

    Args:
        control: The widget that has the focus.
        event: A press; held, it counts once.

    Returns:
        False for another key, and for controls that Return does not act on.
    """
    if event.key() not in _RETURN or not is_plain(event):
        return False
    if isinstance(control, QAbstractButton):
        act = control.click
    elif isinstance(control, QComboBox):
        act = control.showPopup
    else:
        return False
    if not event.isAutoRepeat():
        act()
    return True


class FocusKeys(QObject):
    """Gets keys before the widget that has the focus, inside a page and around it.

    Text fields keep all their keys, including input methods. Controls (buttons, choices, sliders,
    lists) keep Space and Return. All other keys that mean something to the page are taken, so that
    no list searches for a letter.
    """

    def __init__(
        self, page: QWidget, take: Callable[[QKeyEvent], bool], but: Sequence[QWidget] = ()
    ) -> None:
        """Follow the focus from now on.

        Args:
            page: The page that the keys belong to, while it is on show.
            take: Acts on a key press; returns False when it means nothing.
            but: Lists that leave Space and Return to the page.
        """
        super().__init__(page)
        self._page = page
        self._take = take
        self._but = tuple(but)
        self._around: tuple[QWidget, ...] = ()
        self._watched: QWidget | None = None
        self._released = (0, 0)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        self._follow(None, application.focusWidget())

    def reach_to(self, *around: QWidget) -> None:
        """Get keys in other parts of the window, too, while the page is on show."""
        self._around = around

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        del before
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if now is None or isinstance(now, _TEXT_FIELDS) or _is_editable(now):
            return
        if any(part is now or part.isAncestorOf(now) for part in (self._page, *self._around)):
            self._watched = now
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a key press before its widget, unless the widget keeps it."""
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        key = event.key(), event.timestamp()
        if event.type() is QEvent.Type.KeyRelease:
            self._released = key
            return False
        if event.type() is not QEvent.Type.KeyPress or not self._page.isVisible():
            return False
        if event.timestamp() and key == self._released:
            return True  # a held key, for which X reports a release at each repeat
        if self._is_its_own(watched, event):
            return self._press(watched, event)
        # Arrows, Page down, Escape … belong to the widget; the page gets what it ignores.
        is_command = event.key() < _FIRST_NAMED or event.key() in _RETURN
        return is_command and self._take(event)

    def _is_its_own(self, widget: QWidget, event: QKeyEvent) -> bool:
        own = event.key() == Qt.Key.Key_Space or event.key() in _RETURN
        return own and isinstance(widget, _CONTROLS) and widget not in self._but

    def _press(self, widget: QWidget, event: QKeyEvent) -> bool:
        if isinstance(widget, QAbstractSlider):
            return True  # useless for it, and without another meaning
        if event.key() not in _RETURN or not is_plain(event):
            return False
        if isinstance(widget, QAbstractItemView):
            return False
        press_by_return(widget, event)
        return True


def _is_editable(widget: QWidget) -> bool:
    return isinstance(widget, QComboBox) and widget.isEditable()


_MAY_HAVE_FOCUS_AGAIN = (QEvent.Type.EnabledChange, QEvent.Type.Show)


class KeptFocus(QObject):
    """Keeps the focus on pages, which Qt passes on when its control is disabled.

    The focus is given back once the control is enabled again, unless the person moved it.
    """

    def __init__(self, pages: Collection[QWidget], parent: QObject) -> None:
        """Watch pages.

        Args:
            pages: The pages.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pages = tuple(pages)
        self._lost: QWidget | None = None
        self._passed_to: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is None or not isValid(old):
            return
        if self._lost is not None and not isValid(self._lost):
            self._forget()
        was_passed_on = not (old.isEnabled() and old.isVisible())
        if self._lost is not None and old is self._passed_to and was_passed_on:
            self._passed_to = new  # once more
        elif was_passed_on and any(
            isValid(page) and page.isVisible() and page.isAncestorOf(old) for page in self._pages
        ):
            self._forget()
            self._lost, self._passed_to = old, new
            old.installEventFilter(self)
        elif new is not None and new is not self._lost:
            self._forget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the focus back as soon as its control can have it."""
        if watched is self._lost and event.type() in _MAY_HAVE_FOCUS_AGAIN:
            lost = self._lost
            if lost is not None and lost.isEnabled() and lost.isVisible():
                focus = QApplication.focusWidget()
                passed_to = self._passed_to
                self._forget()
                if focus is None or focus is passed_to:
                    lost.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _forget(self) -> None:
        if self._lost is not None and isValid(self._lost):
            self._lost.removeEventFilter(self)
        self._lost = self._passed_to = None


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class CardButton(QPushButton):
    """A button with a text; leaves the arrow keys to the card, or the line, that it is on."""

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
    """A `CardButton` with an icon; its tooltip is its accessible name."""

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
