"""The keys of Review, all in one place: they work wherever the focus is, except where one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from dupefinder.gui.review.marks import Marks

if TYPE_CHECKING:
    from dupefinder.gui.review.page import ReviewPage

_WITH_OTHERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class ReviewKeys(QObject):
    """See the module.

    Lists and choices would search for a letter that is typed at them: `watch` takes it from them.
    What buttons and cards have no use for comes to the page by itself, see `take_left_over`.
    """

    def __init__(self, page: ReviewPage, marks: Marks) -> None:
        super().__init__(page)
        self._page = page
        self._undo = marks.stack.undo
        self._shortcuts = [
            self._shortcut(keys, act)
            for keys, act in (
                ("Ctrl+F", self._to_filter),
                ("Ctrl+Z", marks.stack.undo),
                ("Ctrl+Shift+Z", marks.stack.redo),
                ("Ctrl+Return", page.bar.plan.click),
                ("Ctrl+Enter", page.bar.plan.click),
            )
        ]
        page.list.installEventFilter(self)
        page.filter.field.installEventFilter(self)

    def _shortcut(self, keys: str, act: object) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)
        return shortcut

    def watch(self, *widgets: QWidget) -> None:
        """Take letters and digits from widgets; their other keys stay theirs."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take keys before the widget that has the focus."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is self._page.filter.field:
            return self._take_in_field(event)
        if watched is self._page.list:
            return self._take_in_list(event)
        return bool(event.text().strip()) and self._take(event)

    def take_left_over(self, event: QKeyEvent) -> bool:
        """Do what a key means that no widget of the page wanted.

        Returns:
            False when it means nothing here either.
        """
        if self._page.filter.field.hasFocus():
            return False
        moves = {
            Qt.Key.Key_Down: self._page.next_group,
            Qt.Key.Key_Up: self._page.previous_group,
        }
        if _is_plain(event) and event.key() in moves:
            moves[Qt.Key(event.key())]()
            return True
        return self._take(event)

    def _take_in_field(self, event: QKeyEvent) -> bool:
        if _is_plain(event) and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self._page.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def _take_in_list(self, event: QKeyEvent) -> bool:
        cards, key = self._page.cards, event.key()
        if _is_plain(event):
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat():
                    self._page.list.open_current()
                return True
            if cards is not None and key == Qt.Key.Key_Left:
                cards.select_previous()
                return True
            if cards is not None and key == Qt.Key.Key_Right:
                cards.select_next()
                return True
        return self._take(event)

    def _take(self, event: QKeyEvent) -> bool:
        """Decide on the chosen group, or go on; a held key does it once."""
        cards = self._page.cards
        if cards is not None and cards.deciding.take_key(event):
            return True
        actions = {
            Qt.Key.Key_N: self._page.next_undecided,
            Qt.Key.Key_U: self._undo,
            Qt.Key.Key_M: self._find_more,
        }
        if not _is_plain(event) or event.key() not in actions:
            return False
        if not event.isAutoRepeat():
            actions[Qt.Key(event.key())]()
        return True

    def _find_more(self) -> None:
        if self._page.cards is not None:
            self._page.cards.find_more()

    def _to_filter(self) -> None:
        field = self._page.filter.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & (_WITH_OTHERS | Qt.KeyboardModifier.ShiftModifier)
