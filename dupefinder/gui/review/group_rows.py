"""The rows of the list of groups: a NumPy order over results, each row made when it is painted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dupefinder.core.marks import Mark
from dupefinder.core.records import Evidence, Group
from dupefinder.gui.icons import pixmap
from dupefinder.gui.labels import plain_tip
from dupefinder.gui.results import MatchKind, Results, match_kind_of
from dupefinder.gui.review.decisions import is_being_checked
from dupefinder.gui.review.group_view import GroupView, Indices, keeping_rows, listed, passing
from dupefinder.gui.review.mark_table import DISMISSED, MOVING, UNDECIDED
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.match_kind_bar import match_kind_sign
from dupefinder.gui.row_painting import as_read, filling, paint_row_ground, paint_sign
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font
from dupefinder.gui.thumbnail_loader import ThumbnailLoader
from dupefinder.text.counts import copies_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import bytes_text, number_text, path_text
from dupefinder.text.groups import group_differences, group_name, group_title
from dupefinder.text.translation import _, plural

GROUP_ROLE = Qt.ItemDataRole.UserRole
"""The `Group` of a row."""

_NO_PARENT = QModelIndex()
_MOST_TOLD = 12
"""Paths in the tooltip of a row."""
_MOST_FOLLOWING = 100
"""Each group may have to be made to be asked for."""


class GroupModel(QAbstractListModel):
    """One row for each group of the chosen kind of match that passes the filter.

    Attributes:
        view: What is listed, and in which order.
    """

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self.view = GroupView()
        self._marks = marks
        self._results: Results | None = None
        self._order: Indices = np.zeros(0, np.int64)
        self._row_of: Indices = np.zeros(0, np.int64)
        marks.changed.connect(self._repaint)

    # What is shown

    def set_view(self, view: GroupView) -> None:
        """Show other groups, or in another order."""
        self.view = view
        if self._results is not None:
            self.beginResetModel()
            self._take_order(self._results, listed(self._results, self._states(), view))
            self.endResetModel()

    def set_results(self, results: Results) -> None:
        """Show other results; while a scan runs, groups on show keep their rows."""
        before, rows = self._results, self._order
        self._results = results
        order = listed(results, self._states(), self.view)
        if results.provisional and before is not None:
            order = keeping_rows(before, rows, results, order)
        self.beginResetModel()
        self._take_order(results, order)
        self.endResetModel()

    def _states(self) -> NDArray[np.uint8]:
        """For each group what was decided; nothing yet where the marks know older results."""
        count = 0 if self._results is None else len(self._results.groups)
        states = self._marks.states
        return states if len(states) == count else np.full(count, UNDECIDED, np.uint8)

    def _take_order(self, results: Results, order: Indices) -> None:
        self._order = order
        self._row_of = np.full(len(results.groups), -1, np.int64)
        self._row_of[order] = np.arange(len(order))

    def passing(self) -> NDArray[np.bool_]:
        """Mask of the groups that pass the filter, whatever their kind of match: bool (n,)."""
        if self._results is None:
            return np.zeros(0, np.bool_)
        return passing(self._results, self._states(), self.view)

    # Groups and rows

    def shown_indices(self) -> list[int]:
        """Indices of the groups on show in the results."""
        indices: list[int] = self._order.tolist()
        return indices

    def indices_at(self, rows: Indices) -> Indices:
        """Indices in the results of the groups of some rows."""
        return self._order[rows[rows < len(self._order)]]

    def group_at(self, row: int) -> Group | None:
        """The group of a row; None outside."""
        if self._results is None or not 0 <= row < len(self._order):
            return None
        return self._results.groups[int(self._order[row])]

    def following(self, row: int) -> Iterator[Group]:
        """Some groups after a row, as they are listed now, be other ones on show once it is asked.

        Args:
            row: The row.
        """
        results = self._results
        if results is None:
            return iter(())
        return (results.groups[int(one)] for one in self._order[row + 1 :][:_MOST_FOLLOWING])

    def row_of(self, group: Group) -> int:
        """The row of a group, or of the one that has its photos now; -1 when it is not on show."""
        index = -1 if self._results is None else self._results.index_of(group)
        return -1 if index < 0 else int(self._row_of[index])

    def row_of_id(self, group_id: str) -> int:
        """The row of a group, -1 when it is not on show."""
        index = None if self._results is None else self._results.index_of_id.get(group_id)
        return -1 if index is None else int(self._row_of[index])

    def state_at(self, row: int) -> int:
        """Decision on the group of a row, see `MarkTable.states`."""
        return int(self._states()[self._order[row]])

    def next_undecided(self, row: int) -> int:
        """The next row after one, around the end, whose group can be decided; -1 without one."""
        is_open = self._states() == UNDECIDED
        if self._results is not None and self._results.provisional:
            members = self._results.members
            copies = members.proposed & (members.match_kind == MatchKind.SAME_BYTES)
            if len(given := self._marks.given) == len(copies):  # else of older results
                copies &= given == Mark.NONE
            is_open &= self._results.groups_with(copies)
        open_rows = np.flatnonzero(is_open[self._order])
        if len(open_rows) == 0:
            return -1
        later = open_rows[open_rows > row]
        return int(later[0] if len(later) else open_rows[0])

    # Qt's model

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = _NO_PARENT,
    ) -> int:
        """Groups on show."""
        return 0 if parent.isValid() else len(self._order)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name, sentence for screen readers, tooltip, or the group itself."""
        group = self.group_at(index.row()) if index.isValid() else None
        if group is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return group_title(group)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(index.row(), group)
        if role == Qt.ItemDataRole.ToolTipRole:
            paths = [path_text(member.file.path) for member in group.members[:_MOST_TOLD]]
            return plain_tip("\n".join((evidence_words(group), *paths)))
        if role == GROUP_ROLE:
            return group
        return None

    def _sentence(self, row: int, group: Group) -> str:
        return _("{title}, {differences}, {size}, {evidence}, {state}").format(
            title=group_title(group),
            differences=group_differences(group) or copies_text(len(group.members)),
            size=bytes_text(sum(member.file.size_bytes for member in group.members)),
            evidence=evidence_words(group),
            state=self.state_text(row),
        )

    def state_text(self, row: int) -> str:
        """Decision on the group of a row, in words."""
        state = self.state_at(row)
        group = self.group_at(row)
        if state == DISMISSED:
            return _("not duplicates")
        if state == MOVING:
            return _("being removed")
        if group is None:
            return _("undecided")
        gone = sum(self._marks.mark_of(member) is Mark.REMOVE for member in group.members)
        if state == UNDECIDED and gone:
            return plural(
                "{n} marked for removal, the rest undecided",
                "{n} marked for removal, the rest undecided",
                gone,
            )
        if state == UNDECIDED:
            return _("still being compared") if is_checking(group) else _("undecided")
        if gone == 0:
            return _("all are kept")
        return plural("{n} marked for removal", "{n} marked for removal", gone)

    def _repaint(self, indices: NDArray[np.int64]) -> None:
        """Repaint rows whose marks changed; they stay where they are until the view changes."""
        inside = indices[indices < len(self._row_of)]
        rows = self._row_of[inside]
        rows = rows[rows >= 0]
        if len(rows):
            self.dataChanged.emit(self.index(int(rows.min())), self.index(int(rows.max())))


def is_checking(group: Group) -> bool:
    """True while a photo of a group is not compared in full size yet."""
    return any(map(is_being_checked, group.members))


def evidence_words(group: Group) -> str:
    """The kinds of matches in a group, the surest first."""
    present = {member.evidence for member in group.members}
    return _(", ").join(evidence_text(one) for one in Evidence if one in present)


_PEEK_PX = 6
"""Width by which the second print looks out behind the first."""
_SIGN_PX = 18
_CROSS_PX = 14
_KIND_PX = 16


class GroupDelegate(QStyledItemDelegate):
    """Paints the rows of a `GroupModel`, all of one height."""

    def __init__(
        self, model: GroupModel, marks: Marks, thumbnails: ThumbnailLoader, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._marks = marks
        self._thumbnails = thumbnails
        self._view = parent

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Three lines of text and their margins, whatever the group."""
        return QSize(200, self.row_height_px())

    def row_height_px(self) -> int:
        """Height of every row."""
        line = QFontMetrics(self._view.font()).height()
        return 3 * line + 3 * SPACE_PX

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        group: Group | None = index.data(GROUP_ROLE)
        if group is None:
            return
        rectangle: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setLayoutDirection(option.direction)
        paint_row_ground(painter, rectangle, state)
        inner = rectangle.adjusted(SPACE_PX + 4, SPACE_PX, -SPACE_PX, -SPACE_PX)
        side = inner.height()
        prints = QRect(inner.left(), inner.top(), side, side)
        self._paint_prints(painter, as_read(painter, rectangle, prints), group)
        text = inner.adjusted(side + SPACE_PX + SPACE_PX // 2, 0, 0, 0)
        self._paint_text(painter, as_read(painter, rectangle, text), group, index.row())
        painter.restore()

    def _paint_prints(self, painter: QPainter, square: QRect, group: Group) -> None:
        of = colours()
        side = square.width() - _PEEK_PX
        behind = QRect(square.topLeft() + QPoint(_PEEK_PX, 0), QSize(side, side))
        front = QRect(square.topLeft() + QPoint(0, _PEEK_PX), QSize(side, side))
        ratio = self._view.devicePixelRatioF()
        for part, member in ((behind, group.members[1]), (front, group.members[0])):
            place = as_read(painter, square, part)
            painter.fillRect(place, of.backdrop)
            print_ = self._thumbnails.get(member.content_id, side, ratio)
            if print_ is not None:
                painter.save()
                painter.setClipRect(place)
                painter.setOpacity(0.55 if part is behind else 1.0)
                painter.drawPixmap(filling(place, print_), print_)
                painter.restore()
            painter.setPen(QPen(of.surface, 1))
            painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _paint_text(self, painter: QPainter, text: QRect, group: Group, row: int) -> None:
        of = colours()
        font = self._view.font()
        strong = scaled_font(font, 1.0, strong=True)
        line = QFontMetrics(font).height() + SPACE_PX // 2
        state = self._model.state_at(row)
        waits = state == UNDECIDED and is_checking(group)
        first = QRect(text.left(), text.top(), text.width(), line)
        painter.setFont(strong)
        painter.setPen(of.text)
        title = _fitting_title(group, QFontMetrics(strong), text.width())
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        differences = group_differences(group)
        if waits:
            differences = _("Checking… · {differences}").format(differences=differences)
        elif state == MOVING:
            differences = _("Being removed…")
        painter.setPen(of.quiet)
        second = first.translated(0, line)
        shown = metrics.elidedText(differences, Qt.TextElideMode.ElideRight, second.width())
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, shown)
        third = second.translated(0, line)
        room = QRect(third)
        if waits:
            room.setRight(self._paint_sign(painter, third, "checking", of.quiet))
        else:
            room.setRight(self._paint_decision(painter, third, group, state))
        room.setLeft(self._paint_kinds(painter, third, group))
        size = bytes_text(sum(member.file.size_bytes for member in group.members))
        painter.setPen(of.quiet)
        shown = metrics.elidedText(size, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(as_read(painter, third, room), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_kinds(self, painter: QPainter, line: QRect, group: Group) -> int:
        """Paint a sign for each kind of match, the surest first.

        Returns:
            Where the room behind them begins, read from the left.
        """
        there = {match_kind_of(member) for member in group.members}
        left = line.left()
        for kind in MatchKind:
            if kind in there:
                sign = pixmap(match_kind_sign(kind), _KIND_PX, colours().quiet)
                paint_sign(painter, line, left, _KIND_PX, sign)
                left += _KIND_PX + SPACE_PX // 2
        return left + SPACE_PX // 2

    def _paint_sign(self, painter: QPainter, line: QRect, sign: str, colour: QColor) -> int:
        """Paint a sign at the end of a line.

        Returns:
            Where the room before it ends, read from the left.
        """
        left = line.right() - _SIGN_PX
        paint_sign(painter, line, left, _SIGN_PX, pixmap(sign, _SIGN_PX, colour))
        return left - SPACE_PX // 2

    def _paint_decision(self, painter: QPainter, line: QRect, group: Group, state: int) -> int:
        """Paint at the end of a line the sign of a decision, and before it how many photos go.

        Where a part is undecided, only these are told.

        Returns:
            Where the room before them ends, read from the left.
        """
        of = colours()
        gone = sum(self._marks.mark_of(member) is Mark.REMOVE for member in group.members)
        sign, colour = {
            DISMISSED: ("not-duplicates", of.quiet),
            MOVING: ("checking", of.quiet),
        }.get(state, ("check", of.keep))
        right = line.right()
        if state != UNDECIDED:
            right = self._paint_sign(painter, line, sign, colour)
        if not gone or state == DISMISSED:
            return right
        number = number_text(gone)
        width_px = painter.fontMetrics().horizontalAdvance(number)
        place = QRect(right - width_px, line.top(), width_px + 1, line.height())
        painter.setPen(of.remove)
        painter.drawText(as_read(painter, line, place), Qt.AlignmentFlag.AlignVCenter, number)
        left = place.left() - _CROSS_PX - 2
        paint_sign(painter, line, left, _CROSS_PX, pixmap("cross", _CROSS_PX, of.remove))
        return left - SPACE_PX


def _fitting_title(group: Group, metrics: QFontMetrics, width_px: int) -> str:
    """The title of a group; where it is too long, its name is shortened and not what follows."""
    title, name = group_title(group), group_name(group)
    rest_px = metrics.horizontalAdvance(title) - metrics.horizontalAdvance(name)
    elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width_px - rest_px)
    return title if elided == name else group_title(group, elided)
