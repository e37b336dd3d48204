"""The keys of Review, all in one place: they work wherever the focus is, except in text fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.keyboard import FocusKeys, command_key, is_plain

if TYPE_CHECKING:
    from dupefinder.gui.review.page import ReviewPage


class ReviewKeys(QObject):
    """Takes the keys of Review.

    The widget with the focus would search for a letter, or press itself, so `FocusKeys` takes the
    keys of the page first. Arrows belong to the focused widget; those that it does not use come to
    the page by themselves, see `take_left_over`.
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
        self._focus_keys = FocusKeys(page, self._take, but=(page.list,))

    def _shortcut(self, keys: str, act: object) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self._page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)
        return shortcut

    def reach_to(self, *around: QWidget) -> None:
        """Take keys in other parts of the window, too, while the page is on show."""
        self._focus_keys.reach_to(*around)

    def take_left_over(self, event: QKeyEvent) -> bool:
        """Carry out the command of a key that no widget of the page used.

        Returns:
            False for a key without a meaning here.
        """
        if self._page.filter.field.hasFocus():
            return self._take_in_field(event)
        moves = {
            Qt.Key.Key_Down: self._page.next_group,
            Qt.Key.Key_Up: self._page.previous_group,
        }
        if is_plain(event) and event.key() in moves:
            moves[Qt.Key(event.key())]()
            return True
        cards = self._page.cards
        return (cards is not None and cards.take_arrow(event)) or self._take(event)

    def _take_in_field(self, event: QKeyEvent) -> bool:
        if is_plain(event) and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self._page.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def _take(self, event: QKeyEvent) -> bool:
        """Decide on the chosen group, or go on; a held key acts once."""
        cards = self._page.cards
        if cards is not None and cards.deciding.take_key(event):
            return True
        actions = {
            Qt.Key.Key_N: self._page.next_undecided,
            Qt.Key.Key_U: self._undo,
            Qt.Key.Key_C: self._page.compare,
            Qt.Key.Key_M: self._find_more,
        }
        key = command_key(event)
        if not is_plain(event) or key not in actions:
            return False
        if not event.isAutoRepeat():
            actions[Qt.Key(key)]()
        return True

    def _find_more(self) -> None:
        if self._page.cards is not None:
            self._page.cards.find_more()

    def _to_filter(self) -> None:
        field = self._page.filter.field
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()
