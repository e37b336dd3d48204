"""One of the two photos: its view, and below it the decision and its values."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.compare.geometry import Viewpoint
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.review.decision_bar import DecisionBar, DecisionButtons, DecisionSign
from dupefinder.gui.review.decisions import DecisionState, refusal_text, why_text
from dupefinder.gui.review.file_place import FilePlaceLine
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.photo_values import Field, GroupValues
from dupefinder.gui.review.shown_values import ValueLines

_LAYOUT = (
    (Field.PIXELS, Field.BYTES, Field.FORMAT, Field.SHARPNESS, Field.TAKEN),
    (Field.CAMERA, Field.WHOLE, Field.PLACE, Field.CAPTION, Field.RATING, Field.FILE_TIME),
    (Field.HOLDS,),
)
_OF_MANY = ((Field.PIXELS, Field.BYTES), (Field.FORMAT, Field.SHARPNESS), (Field.TAKEN,))
"""Beside two or three other photos."""

_LEAST_PX = 96
_NARROW_CHARACTERS = 52


class Pane(QWidget):
    """A photo with its view, decision and values."""

    def __init__(
        self, viewpoint: Viewpoint, deciding: GroupDecisions, parent: QWidget | None = None
    ) -> None:
        """Make a pane without a photo.

        Args:
            viewpoint: The part that is seen of both photos.
            deciding: Takes what a person decides about the photo.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._deciding = deciding
        self.index = -1
        self._is_narrow = False
        self._member: GroupMember | None = None
        self.view = PictureView(viewpoint)
        self.sign = DecisionSign()
        self.bar = DecisionBar()
        self.buttons = DecisionButtons()
        self.place = FilePlaceLine()
        self.values = ValueLines(_LAYOUT)
        self.values_of_many = ValueLines(_OF_MANY)
        self._decision = QGridLayout()
        self._decision.setSpacing(SPACE_PX)
        self._decision.setColumnStretch(1, 1)
        self._decision.addWidget(self.sign, 0, 0)
        self._decision.addWidget(self.bar, 0, 1)
        self._decision.addWidget(self.buttons, 0, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX)
        column.addWidget(self.view, 1)
        column.addLayout(self._decision)
        column.addWidget(self.place)
        column.addWidget(self.values)
        column.addWidget(self.values_of_many)
        self.buttons.wanted.connect(self._want)
        self.view.chosen.connect(self._choose)

    def minimumSizeHint(self) -> QSize:
        """A small least size, so that all panes share the width evenly."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the reason a line of its own where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW_CHARACTERS
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self.buttons.set_signs_alone(narrow)
            row, column, columns = (1, 0, 3) if narrow else (0, 1, 1)
            self._decision.removeWidget(self.bar)
            self._decision.addWidget(self.bar, row, column, 1, columns)

    def show_facts(self, shown: int, *, in_table: bool) -> None:
        """Show the name, folder and values below the decision, fewer values beside more photos.

        Args:
            shown: Number of photos that are compared.
            in_table: True while all that is in the table of details.
        """
        self.values.setVisible(shown == 2 and not in_table)
        self.values_of_many.setVisible(shown > 2 and not in_table)
        self.place.setVisible(not in_table)

    def set_photo(
        self, index: int, member: GroupMember, values: GroupValues, position: int
    ) -> None:
        """Show a photo.

        Args:
            index: Its place in the group.
            member: The photo.
            values: Those of the two photos that are compared.
            position: Its place among these two.
        """
        self.index, self._member = index, member
        self.place.set_photo(member)
        for lines in (self.values, self.values_of_many):
            lines.set_values(values.of(position), values.shown)

    def set_may_decide(self, may_decide: bool) -> None:
        """Offer to decide about the photo, or only to look at it."""
        self.sign.setVisible(may_decide)
        self.bar.setVisible(may_decide)
        self.buttons.setVisible(may_decide)

    def set_state(self, state: DecisionState) -> None:
        """Show what becomes of the photo."""
        assert self._member is not None
        why = why_text(self._member, state)
        self.sign.set_state(state)
        self.bar.set_state(state, why)
        self.buttons.set_state(self._member, state, why)

    def tell_refusal(self, code: str) -> None:
        """Show, in place of the reason, why a mark was not set."""
        self.bar.set_state(self.bar.state, refusal_text(code))

    def _want(self, mark: Mark) -> None:
        self._deciding.mark(self.index, mark)

    def _choose(self) -> None:
        self._deciding.choose(self.index)
