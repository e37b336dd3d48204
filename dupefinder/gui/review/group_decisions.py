"""The current photo of a group, and decisions on it by mouse or key."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Evidence, Group
from dupefinder.gui.review.decisions import DecisionState, state_of
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.widgets.keyboard import command_key, is_command


class GroupDecisions(QObject):
    """Decisions on the current photo of a group, shared by the cards and the compare view.

    Attributes:
        go_on: Called to go to the next group, when the group is decided.

    Signals:
        current_changed: Index of the current photo in the group.
        refused: The reason why a mark requested here was not set, see `Marks.refused`.
        began: A decision begins; an earlier refusal is no longer shown.
    """

    current_changed = Signal(int)
    refused = Signal(str)
    began = Signal()

    def __init__(self, marks: Marks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks = marks
        self._is_deciding = False
        self.go_on: Callable[[], None] = lambda: None
        self.group: Group | None = None
        self.current = 0
        marks.refused.connect(self._tell_refusal)

    def set_group(self, group: Group | None, current: int = 0) -> None:
        """Begin with another group.

        Args:
            group: The group.
            current: Index of the photo to begin with.
        """
        self.group, self.current = group, current

    @property
    def count(self) -> int:
        """Photos of the group."""
        return 0 if self.group is None else len(self.group.members)

    @property
    def is_dismissed(self) -> bool:
        """True if the photos were called not duplicates."""
        return self.group is not None and self._marks.is_dismissed(self.group)

    @property
    def is_marked(self) -> bool:
        """True if at least one photo of the group is marked."""
        return self.group is not None and any(
            self._marks.mark_of(member) is not Mark.NONE for member in self.group.members
        )

    @property
    def is_proven(self) -> bool:
        """False for look-alikes."""
        return self.group is not None and all(
            member.evidence is not Evidence.LOOK_ALIKE for member in self.group.members
        )

    def states(self, indices: range) -> list[DecisionState]:
        """The states of the decisions on some photos.

        Args:
            indices: Their indices in the group.
        """
        assert self.group is not None
        dismissed, proven = self.is_dismissed, self.is_proven
        members = [self.group.members[index] for index in indices]
        states = [
            state_of(one, self._marks.mark_of(one), proven=proven, dismissed=dismissed)
            for one in members
        ]
        if self._marks.is_moving(self.group):
            going = DecisionState.REMOVE
            states = [DecisionState.MOVING if state is going else state for state in states]
        return states

    # Choosing

    def choose(self, index: int) -> None:
        """Make a photo the current one; without effect if there is none."""
        if 0 <= index < self.count and index != self.current:
            self.current = index
            self.current_changed.emit(index)

    # Deciding

    @property
    def can_accept(self) -> bool:
        """True if there is an undecided proposal."""
        return self.group is not None and self._marks.proposes(self.group)

    def accept(self) -> None:
        """Accept the proposals of the group, and go on to the next one."""
        group = self.group
        if group is not None and self._decide(partial(self._marks.accept, group)):
            self.go_on()

    def keep_instead(self, index: int) -> None:
        """Accept the proposals, but keep this photo instead of its equal; go on."""
        group = self.group
        if group is None:
            return
        self.choose(index)
        if self._decide(lambda: self._marks.accept_with(group, group.members[index])):
            self.go_on()

    def keep_current(self) -> None:
        """Keep only the current photo."""
        self.keep_only(self.current)

    def keep_only(self, index: int) -> None:
        """Keep one photo and those that are protected, remove the others."""
        if (group := self.group) is not None:
            self.choose(index)
            self._decide(lambda: self._marks.keep_only(group, group.members[index]))

    def keep_number(self, number: int) -> None:
        """Keep only one photo.

        Args:
            number: Its number, from 1; without effect if there is none.
        """
        if 1 <= number <= self.count:
            self.keep_only(number - 1)

    def toggle_number(self, number: int) -> None:
        """Change one photo between keep and remove.

        Args:
            number: Its number, from 1; without effect if there is none.
        """
        if 1 <= number <= self.count:
            self.choose(number - 1)
            self.toggle_current()

    def keep_all(self) -> None:
        """Keep every photo of the group."""
        if (group := self.group) is not None:
            self._decide(lambda: self._marks.keep_all(group))

    def toggle_current(self) -> None:
        """Change the current photo between keep and remove."""
        if (group := self.group) is not None:
            member = group.members[self.current]
            self._decide(lambda: self._marks.toggle(group, member))

    def mark(self, index: int, mark: Mark) -> None:
        """Mark one photo."""
        if (group := self.group) is not None:
            self.choose(index)
            self._decide(lambda: self._marks.set_mark(group, group.members[index], mark))

    def clear(self) -> None:
        """Make the group undecided again."""
        if (group := self.group) is not None:
            self._decide(lambda: self._marks.clear(group))

    def dismiss(self) -> None:
        """Call the photos not duplicates, or take it back."""
        if (group := self.group) is not None:
            dismissed = not self.is_dismissed
            self._decide(lambda: self._marks.dismiss(group, dismissed=dismissed))

    def split_current(self) -> None:
        """Call the current photo different from the rest of the group."""
        self.split(self.current)

    def split(self, index: int) -> None:
        """Call a photo different from the rest of the group."""
        if (group := self.group) is not None:
            self.choose(index)
            self._decide(lambda: self._marks.split(group, group.members[index]))

    @property
    def is_tightened(self) -> bool:
        """True if the photos may differ in fewer bits than those of other groups."""
        return self.group is not None and self._marks.strictness.is_tightened(self.group)

    def tighten(self) -> None:
        """Let the photos of the group differ in fewer bits than now."""
        if (group := self.group) is not None:
            self._decide(lambda: self._marks.strictness.tighten(group))

    def loosen(self) -> None:
        """Let the photos of the group differ in as many bits as those of other groups."""
        if (group := self.group) is not None:
            self._decide(lambda: self._marks.strictness.loosen(group))

    def take_key(self, event: QKeyEvent) -> bool:
        """Carry out the command of a key; a held key decides once.

        Returns:
            False for a key without a meaning here.
        """
        if self.group is None:
            return False
        if is_command(event):
            action = self._action(event)
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier:
            action = self._by_number(event, self.toggle_number)
        else:
            return False
        if action is not None and not event.isAutoRepeat():
            action()
        return action is not None

    def _action(self, event: QKeyEvent) -> Callable[[], None] | None:
        with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match command_key(event):
            case Qt.Key.Key_K:
                return self.dismiss if with_shift else self.keep_current
            case Qt.Key.Key_A if not with_shift:
                return self.keep_all
            case Qt.Key.Key_R if not with_shift:
                return lambda: self.keep_instead(self.current)
            case Qt.Key.Key_Space:
                return self.toggle_current
            case Qt.Key.Key_X if not with_shift:
                return self.split_current
            case Qt.Key.Key_T if not with_shift:
                return self.tighten
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not with_shift:
                return self.accept
        return self._by_number(event, self.keep_number)

    def _by_number(self, event: QKeyEvent, act: Callable[[int], None]) -> Callable[[], None] | None:
        """The action on the photo whose number is typed; None for other keys."""
        key = command_key(event)
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            return lambda: act(key - Qt.Key.Key_0)
        return None

    def _decide(self, decision: Callable[[], object]) -> object:
        self.began.emit()
        self._is_deciding = True
        try:
            return decision()
        finally:
            self._is_deciding = False

    def _tell_refusal(self, code: str) -> None:
        # A refusal elsewhere is reported there.
        if self._is_deciding:
            self.refused.emit(code)
