"""Two photos of a group over the whole window: the same place in both, down to the pixel."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dupefinder.core.difference_places import boxes_of
from dupefinder.core.records import Group, GroupMember, Orientation
from dupefinder.gui.compare.member_strip import MemberStrip
from dupefinder.gui.compare.orientation import turns_of
from dupefinder.gui.compare.pair_difference import PairDifference
from dupefinder.gui.compare.pair_places import PairPlaces
from dupefinder.gui.compare.pair_zoom import PairZoom
from dupefinder.gui.compare.pane import Pane
from dupefinder.gui.compare.source import Source
from dupefinder.gui.compare.tool_line import ToolLine
from dupefinder.gui.compare.viewpoint import Viewpoint
from dupefinder.gui.keyboard import FocusKeys, command_key
from dupefinder.gui.picture_loader import PictureLoader
from dupefinder.gui.review.decision_line import DecisionLine
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.value_words import match_sentence, match_text
from dupefinder.gui.review.values import GroupValues
from dupefinder.gui.theme import SPACE_PX
from dupefinder.text.evidence import evidence_text
from dupefinder.text.translation import _

_REPEATING = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_OF_GROUPS = frozenset(
    (
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_U,
    )
)


class ComparePage(QWidget):
    """Two panes, the tools above them, and the other photos of the group below.

    Attributes:
        tools: Their buttons go back to the group, and to the groups beside it.
    """

    def __init__(
        self, marks: Marks, pictures: PictureLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._pictures = pictures
        self.deciding = GroupDecisions(marks, self)
        self.viewpoint = Viewpoint(self)
        self._turns: list[Orientation] = []
        self._left = self._right = 0
        self._pair: list[GroupMember] = []
        self.may_decide = True
        self._sources = (Source(pictures, self), Source(pictures, self))
        self.difference = PairDifference(pictures, self)
        self.tools = ToolLine()
        self.panes = (Pane(self.viewpoint, self.deciding), Pane(self.viewpoint, self.deciding))
        self.strip = MemberStrip(pictures)
        self.decisions = DecisionLine(marks)
        views = [pane.view for pane in self.panes]
        self.zoom = PairZoom(views, self.viewpoint, self.tools.fit, self.tools.full, self)
        self.places = PairPlaces(views, self.viewpoint, self.tools.places, self)
        self._lay_out()
        self._connect(marks)
        self._keys = FocusKeys(self, self._take_key)

    def _lay_out(self) -> None:
        self.setAccessibleName(_("Compare two photos"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        pair = QHBoxLayout()
        pair.setSpacing(SPACE_PX)
        for pane in self.panes:
            pair.addWidget(pane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        column.addWidget(self.tools)
        column.addLayout(pair, 1)
        column.addWidget(self.strip)
        column.addWidget(self.decisions)

    def _connect(self, marks: Marks) -> None:
        tools = self.tools
        tools.blink.pressed.connect(self._begin_blink)
        tools.blink.released.connect(self._end_blink)
        tools.difference.toggled.connect(self._show_difference)
        self.strip.picked.connect(self.deciding.choose)
        self.deciding.current_changed.connect(self._follow_current)
        self.deciding.refused.connect(self._tell_refusal)
        marks.changed.connect(self._follow_marks)
        self.difference.changed.connect(self._show_sources)
        self._actions = {
            Qt.Key.Key_Escape: tools.close_button.click,
            Qt.Key.Key_Left: self.show_previous,
            Qt.Key.Key_Right: self.show_next,
            Qt.Key.Key_Up: tools.previous_group.click,
            Qt.Key.Key_Down: tools.next_group.click,
            Qt.Key.Key_PageUp: tools.previous_group.click,
            Qt.Key.Key_PageDown: tools.next_group.click,
            Qt.Key.Key_Z: self.zoom.toggle,
            Qt.Key.Key_B: self._begin_blink,
            Qt.Key.Key_P: self.places.show_next,
            Qt.Key.Key_D: tools.difference.toggle,
            Qt.Key.Key_U: marks.stack.undo,
        }

    # What is compared

    @property
    def current_index(self) -> int:
        """Place of the photo that keys decide about."""
        return self.deciding.current

    @property
    def pair(self) -> tuple[int, int]:
        """Places of the photo on the left and of that on the right."""
        return self._left, self._right

    def open(self, group: Group, index: int, *, may_decide: bool = True) -> None:
        """Compare a photo of a group with its best copy.

        Args:
            group: The group.
            index: Place of the photo; the first one is compared with the second.
            may_decide: False for two photos that are only looked at, as there is no group of
                results that they are of.
        """
        self.may_decide = may_decide
        for pane in self.panes:
            pane.set_may_decide(may_decide)
        for widget in (
            self.tools.previous_group,
            self.tools.next_group,
            self.strip,
            self.decisions,
        ):
            widget.setVisible(may_decide)
        self._pictures.drop_waiting()
        self.deciding.set_group(group, min(max(index, 0), len(group.members) - 1))
        self._turns = turns_of(group.members)
        self._right = max(self.deciding.current, 1)
        self._left = self._beside(self._right)
        self.tools.difference.setChecked(False)
        self.zoom.fit()
        self._pair = []
        self.strip.set_members(group.members, self.deciding.fates(range(self.deciding.count)))
        self._show_pair()

    def _beside(self, index: int) -> int:
        """Place of the photo on the left: the best copy, or the one that a photo differs from."""
        group = self.deciding.group
        assert group is not None
        member = group.members[index]
        if not boxes_of(member):
            return 0
        paths = (other.file.path for other in group.members)
        return next((place for place, path in enumerate(paths) if path == member.against), 0)

    def _show_pair(self) -> None:
        group = self.deciding.group
        assert group is not None
        pair = [group.members[self._left], group.members[self._right]]
        values = GroupValues(pair)
        for position, (pane, index) in enumerate(zip(self.panes, self.pair, strict=True)):
            turn = self._turns[index]
            self._sources[position].set_photo(pair[position], index + 1, turn)
            pane.set_photo(index, pair[position], values, position)
        other = next((one for one in reversed(pair) if not one.is_keeper), pair[1])
        self._show_title(other)
        self.strip.show_pair(self._left, self._right)
        self._show_sources()
        if pair != self._pair:
            self._pair = pair
            self.places.set_pair(*pair)
        self._show_marks()
        if self.tools.difference.isChecked():
            self.difference.want(self._sources)

    def _show_title(self, member: GroupMember) -> None:
        """Name the match of the two photos; the places that differ are named beside it."""
        title = match_text(member)
        if boxes_of(member) and member.evidence is not None:
            title = evidence_text(member.evidence)
        self.tools.title.set_text(title, match_sentence(member))

    def _show_sources(self, *, swapped: bool = False) -> None:
        """Put the photos into the views, or each into the other's place."""
        left, right = reversed(self._sources) if swapped else self._sources
        self.panes[0].view.set_source(left)
        if self.tools.difference.isChecked() and not swapped:
            self.panes[1].view.set_source(self.difference.source, self.difference.text)
        else:
            self.panes[1].view.set_source(right)
        for pane in self.panes:
            pane.view.set_active(pane.index == self.deciding.current)

    def _follow_marks(self) -> None:
        # Nobody looks while the groups of Review are decided; `open` begins anew.
        if self.isVisible() and self.deciding.group is not None:
            self._show_marks()

    def _show_marks(self) -> None:
        fates = self.deciding.fates(range(self.deciding.count))
        for pane in self.panes:
            pane.set_fate(fates[pane.index])
        self.strip.members.set_fates(fates)

    def _follow_current(self, index: int) -> None:
        if index == 0:
            self._left = 0
        elif index not in self.pair:
            self._right, self._left = index, self._beside(index)
        self._show_pair()

    def show_next(self) -> None:
        """Put the next photo on the right."""
        self._step(1)

    def show_previous(self) -> None:
        """Put the photo before on the right."""
        self._step(-1)

    def _step(self, step: int) -> None:
        index = self._right + step
        while index in (0, self._left):
            index += step
        if not 0 <= index < self.deciding.count:
            index = self._right
        self.deciding.choose(index)

    def _tell_refusal(self, code: str) -> None:
        for pane in self.panes:
            if pane.index == self.deciding.current:
                pane.tell_refusal(code)

    # Blinking and what differs

    def _begin_blink(self) -> None:
        self._show_sources(swapped=True)

    def _end_blink(self) -> None:
        self._show_sources()

    def _show_difference(self) -> None:
        if self.tools.difference.isChecked() and self.deciding.group is not None:
            self.difference.want(self._sources)
        else:
            self.difference.drop()
            self._show_sources()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that no widget of the page wanted."""
        if not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Do all that can be done here; a held key does it once."""
        if self.may_decide and event.matches(QKeySequence.StandardKey.Undo):
            self._marks.stack.undo()
            return True
        if self.may_decide and event.matches(QKeySequence.StandardKey.Redo):
            self._marks.stack.redo()
            return True
        key = command_key(event)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        action = self._actions.get(Qt.Key(key)) if plain else None
        if key == Qt.Key.Key_P and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            action = self.places.show_previous
        if not self.may_decide and key in _OF_GROUPS:
            action = None
        if action is not None:
            if not event.isAutoRepeat() or key in _REPEATING:
                action()
            return True
        return self.may_decide and self.deciding.take_key(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Blinking lasts as long as its key is held."""
        if command_key(event) == Qt.Key.Key_B and not event.isAutoRepeat():
            self._end_blink()
        else:
            super().keyReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.difference.drop()
        self._end_blink()
