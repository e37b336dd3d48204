"""All keys of Compare; they work wherever the focus is on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from dupefinder.gui.compare.tool_line import Mode
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.keyboard import FocusKeys, command_key, is_plain

if TYPE_CHECKING:
    from dupefinder.gui.compare.page import ComparePage

_REPEATING = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_WIPE_STEP_PERCENT = 5
_OF_GROUPS = frozenset(
    (
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_U,
    )
)
"""Keys without a meaning where two photos are only looked at."""


class CompareKeys(QObject):
    """Takes the keys of Compare."""

    def __init__(self, page: ComparePage, marks: Marks) -> None:
        super().__init__(page)
        self._page = page
        self._stack = marks.stack
        tools = page.tools
        self._actions = {
            Qt.Key.Key_Escape: tools.close_button.click,
            Qt.Key.Key_Left: page.show_previous,
            Qt.Key.Key_Right: page.show_next,
            Qt.Key.Key_Up: tools.previous_group.click,
            Qt.Key.Key_Down: tools.next_group.click,
            Qt.Key.Key_PageUp: tools.previous_group.click,
            Qt.Key.Key_PageDown: tools.next_group.click,
            Qt.Key.Key_Z: page.zoom.toggle,
            Qt.Key.Key_B: page.begin_blink,
            Qt.Key.Key_P: page.places.show_next,
            Qt.Key.Key_D: tools.difference.toggle,
            Qt.Key.Key_W: lambda: page.toggle_mode(Mode.WIPE),
            Qt.Key.Key_S: page.show_more,
            Qt.Key.Key_I: tools.details.toggle,
            Qt.Key.Key_U: marks.stack.undo,
        }
        self._with_shift = {
            Qt.Key.Key_P: page.places.show_previous,
            Qt.Key.Key_B: lambda: page.toggle_mode(Mode.BY_TURNS),
            Qt.Key.Key_Left: lambda: page.wipe_by(-_WIPE_STEP_PERCENT),
            Qt.Key.Key_Right: lambda: page.wipe_by(_WIPE_STEP_PERCENT),
        }
        self._focus_keys = FocusKeys(page, self.take)

    def take(self, event: QKeyEvent) -> bool:
        """Do what a key means; a held key acts once.

        Returns:
            False when the key means nothing here.
        """
        may_decide = self._page.may_decide
        if may_decide and event.matches(QKeySequence.StandardKey.Undo):
            self._stack.undo()
            return True
        if may_decide and event.matches(QKeySequence.StandardKey.Redo):
            self._stack.redo()
            return True
        key = command_key(event)
        action = self._actions.get(Qt.Key(key)) if is_plain(event) else None
        if event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            action = self._with_shift.get(Qt.Key(key))
        if not may_decide and key in _OF_GROUPS:
            action = None
        if action is not None:
            if not event.isAutoRepeat() or key in _REPEATING:
                action()
            return True
        return may_decide and self._page.deciding.take_key(event)
