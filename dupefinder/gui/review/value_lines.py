"""The values of one photo, in the same lines on every card of its group."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dupefinder.gui.labels import ElidedLabel
from dupefinder.gui.review.value_words import value_sentence, value_text
from dupefinder.gui.review.values import Field, Value, ValueRank
from dupefinder.gui.theme import SPACE_PX, set_role

Layout = tuple[tuple[Field, ...], ...]
"""Fields, line by line."""

_CARD: Layout = (
    (Field.PIXELS, Field.BYTES),
    (Field.FORMAT, Field.SHARPNESS),
    (Field.WHOLE,),
    (Field.TAKEN,),
    (Field.CAMERA,),
    (Field.PLACE, Field.CAPTION, Field.RATING),
    (Field.HOLDS,),
    (Field.FILE_TIME,),
)


class ValueLines(QWidget):
    """Lines of values. The better value is strong; a worse one and what is equal are quiet."""

    def __init__(self, layout: Layout = _CARD, parent: QWidget | None = None) -> None:
        """Make empty lines.

        Args:
            layout: Fields, line by line.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._labels: dict[Field, ElidedLabel] = {}
        self._lines = layout
        self._most_lines = len(layout)
        self._values: Mapping[Field, Value] = {}
        self._shown: Sequence[Field] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX // 4)
        for fields in layout:
            line = QHBoxLayout()
            line.setSpacing(2 * SPACE_PX)
            for field in fields:
                label = ElidedLabel("", Qt.TextElideMode.ElideRight)
                self._labels[field] = label
                line.addWidget(label)
            # On a card the bytes stand at the right border, above each other.
            line.insertStretch(1 if fields == (Field.PIXELS, Field.BYTES) else -1, 1)
            column.addLayout(line)

    def label(self, field: Field) -> ElidedLabel:
        """The label of a field."""
        return self._labels[field]

    def set_values(self, values: Mapping[Field, Value], shown: Sequence[Field]) -> None:
        """Show the values of a photo.

        Args:
            values: By field.
            shown: Fields that the group's cards show, see `GroupValues.shown`.
        """
        self._values, self._shown = values, shown
        self._show_lines()
        for field, label in self._labels.items():
            value = values[field]
            label.set_text(value_text(value), value_sentence(value))
            is_quiet = value.standing in (ValueRank.EQUAL, ValueRank.WORSE)
            set_role(label, "quiet" if is_quiet else "plain")
            font = label.font()
            if font.bold() != (value.standing is ValueRank.BEST):
                font.setBold(value.standing is ValueRank.BEST)
                label.setFont(font)

    def set_most_lines(self, lines: int) -> None:
        """Show no more lines than there is room for: those of equal values are left out first.

        Args:
            lines: How many, at least one.
        """
        if lines != self._most_lines:
            self._most_lines = lines
            self._show_lines()

    def _show_lines(self) -> None:
        lines = [line for line in self._lines if not set(line).isdisjoint(self._shown)]

        def is_equal(line: tuple[Field, ...]) -> bool:
            shown = [self._values[field] for field in line if field in self._shown]
            return all(value.standing is ValueRank.EQUAL for value in shown)

        # The first line says how large a photo is, by which a person tells copies apart.
        dispensable = lines[:0:-1]
        dispensable.sort(key=is_equal, reverse=True)
        left_out = dispensable[: max(len(lines) - self._most_lines, 0)]
        for line in self._lines:
            for field in line:
                is_shown = field in self._shown and line not in left_out
                self._labels[field].setVisible(is_shown)
