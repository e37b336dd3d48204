"""The values of a photo as cards show them: in words, and in the same lines on all of a group."""

import os
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dupefinder.core.difference_places import places_of
from dupefinder.core.records import Evidence, GroupMember, Orientation, ReasonCode
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.language import listed
from dupefinder.gui.review.photo_values import Field, Value, ValueRank
from dupefinder.gui.widgets.labels import ElidedLabel
from dupefinder.text.counts import bits_text
from dupefinder.text.evidence import (
    changes_texts,
    evidence_sentence,
    evidence_text,
    metadata_texts,
    places_sentence,
    places_text,
)
from dupefinder.text.figures import bytes_text, moment_text, number_text, path_text, taken_text
from dupefinder.text.translation import _, plural

_EXACT = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def name_text(member: GroupMember) -> str:
    """The name of a photo's file."""
    return path_text(os.path.basename(member.file.path))


def folder_text(member: GroupMember) -> str:
    """The folder of a photo's file."""
    return path_text(os.path.dirname(member.file.path))


def field_text(field: Field) -> str:
    """Name a field."""
    return {
        Field.PIXELS: _("Pixels"),
        Field.BYTES: _("Size of the file"),
        Field.FORMAT: _("Format"),
        Field.SHARPNESS: _("Sharpness"),
        Field.WHOLE: _("Condition"),
        Field.TAKEN: _("Taken"),
        Field.CAMERA: _("Camera"),
        Field.PLACE: _("Place"),
        Field.CAPTION: _("Caption, title or keywords"),
        Field.RATING: _("Rating"),
        Field.HOLDS: _("Inside the file"),
        Field.FILE_TIME: _("Time of the file"),
        Field.NAME: _("Name"),
        Field.FOLDER: _("Folder"),
    }[field]


def value_text(value: Value) -> str:
    """A value as a card shows it, without its field's name."""
    content = value.content
    match value.field:
        case Field.PIXELS:
            return _("{width} × {height}").format(width=content[0], height=content[1])
        case Field.BYTES:
            return bytes_text(content)
        case Field.FORMAT:
            if content[1] is None:
                return str(content[0])
            return _("{format} · quality {n}").format(format=content[0], n=number_text(content[1]))
        case Field.SHARPNESS:
            return "" if content is None else _("sharpness {n}").format(n=number_text(content))
        case Field.WHOLE:
            return _("Whole") if content else _("Breaks off")
        case Field.TAKEN:
            return taken_text(content) if content else _("No date")
        case Field.CAMERA:
            return content or _("No camera recorded")
        case Field.PLACE:
            return _("Place known") if content else _("No place")
        case Field.CAPTION:
            return _("Caption") if content else _("No caption")
        case Field.RATING:
            if content is None:
                return _("No rating")
            return plural("{n} star", "{n} stars", content)
        case Field.HOLDS:
            if content is None:
                return _("Nothing besides the picture")
            return _("Holds {names}").format(names=metadata_texts(tuple(content)))
        case Field.FILE_TIME:
            return _("File of {moment}").format(moment=moment_text(content))
        case Field.NAME | Field.FOLDER:
            return path_text(content)


def value_sentence(value: Value) -> str:
    """A value with its field's name and how it compares, for tooltips and screen readers."""
    text = {
        ValueRank.EQUAL: _("{field}: {value} (the same on all)"),
        ValueRank.BEST: _("{field}: {value} (the best)"),
        ValueRank.WORSE: _("{field}: {value} (less than another)"),
        ValueRank.DIFFERENT: _("{field}: {value}"),
    }[value.standing]
    return text.format(field=field_text(value.field), value=value_text(value))


def against_text(member: GroupMember, number_of: Mapping[str, int]) -> str:
    """Name the copy a photo is held against; empty for the keeper, and where nothing ties it.

    Args:
        member: The photo.
        number_of: The numbers of the group's photos by their paths, as on their cards: a name may
            be that of several, and a narrow card shows no more than its beginning.
    """
    against = member.against
    if member.is_keeper or member.evidence is None or against is None or against not in number_of:
        return ""
    return _("Matches {number}: {name}").format(
        number=number_text(number_of[against]),
        name=path_text(os.path.splitext(os.path.basename(against))[0]),
    )


def match_text(member: GroupMember) -> str:
    """Name the evidence of a photo's match with the copy it is held against, and its distance."""
    if member.is_keeper:
        # Of look-alikes none is the better copy of the other.
        is_alike = member.reason.code is ReasonCode.LOOKS_DIFFERENT
        return "" if is_alike else _("The best copy")
    if member.evidence is None:
        return ""
    parts = [evidence_text(member.evidence)]
    if places := places_of(member):
        # Where it differs says more than how far the two are apart.
        return listed((*parts, places_text(places)))
    if member.distance_bits is not None and member.evidence not in _EXACT:
        parts.append(bits_text(member.distance_bits))
    # Where a copy was altered, too, that says more.
    turned = Orientation.IDENTITY if member.alterations else member.orientation
    if changes := changes_texts(member.evidence, turned, member.alterations):
        parts.append(_(", ").join(changes))
    return listed(parts)


def match_sentence(member: GroupMember) -> str:
    """Explain the evidence, for those who ask."""
    if member.is_keeper:
        return _("Of these copies the rules would keep this one first.")
    if member.evidence is None:
        return ""
    sentence = evidence_sentence(member.evidence)
    if places := places_of(member):
        return _("{evidence}\n{places}").format(evidence=sentence, places=places_sentence(places))
    return sentence


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


_BESIDE_PX, _BELOW_PX = 2 * SPACE_PX, SPACE_PX // 4
"""Between values beside each other, and between lines."""


class ValueLines(QWidget):
    """Lines of values. Better values are strong; worse and equal ones are quiet."""

    def __init__(self, layout: Layout = _CARD, parent: QWidget | None = None) -> None:
        """Make empty lines.

        Args:
            layout: Fields, line by line.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._labels: dict[Field, ElidedLabel] = {}
        self._lines = layout
        self._rows: list[QHBoxLayout] = []
        self._most_lines = len(layout)
        self._values: Mapping[Field, Value] = {}
        self._shown: Sequence[Field] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_BELOW_PX)
        for fields in layout:
            line = QHBoxLayout()
            line.setSpacing(_BESIDE_PX)
            for field in fields:
                label = ElidedLabel("", Qt.TextElideMode.ElideRight)
                self._labels[field] = label
                line.addWidget(label)
            # On a card the bytes stand at the right border, above each other.
            line.insertStretch(1 if fields == (Field.PIXELS, Field.BYTES) else -1, 1)
            column.addLayout(line)
            self._rows.append(line)

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
            label.ensurePolished()  # else the style sheet takes the font back when it is shown
            font = label.font()
            if font.bold() != (value.standing is ValueRank.BEST):
                font.setBold(value.standing is ValueRank.BEST)
                label.setFont(font)
        self._settle_rows()

    def set_most_lines(self, lines: int) -> None:
        """Show no more lines than there is room for: those of equal values are left out first.

        Args:
            lines: Number of lines, at least 1.
        """
        if lines != self._most_lines:
            self._most_lines = lines
            self._show_lines()
            self._settle_rows()

    def _settle_rows(self) -> None:
        """Put values that do not fit beside each other below each other, where there is room."""
        shown = [
            [label for field in line if not (label := self._labels[field]).isHidden()]
            for line in self._lines
        ]
        free = self._most_lines - sum(map(bool, shown))
        for line, row, labels in zip(self._lines, self._rows, shown, strict=True):
            wide_px = sum(label.sizeHint().width() + _BESIDE_PX for label in labels)
            fits = wide_px - _BESIDE_PX <= self.width() or line == (Field.PIXELS, Field.BYTES)
            is_upright = not fits and len(labels) - 1 <= free
            free -= len(labels) - 1 if is_upright else 0
            direction = QHBoxLayout.Direction
            row.setDirection(direction.TopToBottom if is_upright else direction.LeftToRight)
            row.setSpacing(_BELOW_PX if is_upright else _BESIDE_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less fits beside each other."""
        super().resizeEvent(event)
        self._settle_rows()

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
