"""The painting of a row of the list of groups: prints, title, kinds of match, decision."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import Group
from dupefinder.gui.appearance.icons import pixmap
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.results import MatchKind, match_kind_of
from dupefinder.gui.review.groups.group_rows import GROUP_ROLE, GroupModel, is_checking
from dupefinder.gui.review.mark_table import DISMISSED, MOVING, UNDECIDED
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.match_kind_bar import match_kind_sign
from dupefinder.gui.widgets.row_painting import as_read, filling, paint_row_ground, paint_sign
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.groups import group_differences, group_name, group_title
from dupefinder.text.translation import _

_PEEK_PX = 6
"""Visible width of the second print behind the first."""
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
        """Three lines of text and their margins, for any group."""
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
            The start of the free space after them, from the left.
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
            The end of the free space before it, from the left.
        """
        left = line.right() - _SIGN_PX
        paint_sign(painter, line, left, _SIGN_PX, pixmap(sign, _SIGN_PX, colour))
        return left - SPACE_PX // 2

    def _paint_decision(self, painter: QPainter, line: QRect, group: Group, state: int) -> int:
        """Paint the sign of a decision at the end of a line, and before it the number of removals.

        If some are undecided, only these are counted.

        Returns:
            The end of the free space before them, from the left.
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
    """The title of a group; if it is too long, the name in it is shortened, not the rest."""
    title, name = group_title(group), group_name(group)
    rest_px = metrics.horizontalAdvance(title) - metrics.horizontalAdvance(name)
    elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width_px - rest_px)
    return title if elided == name else group_title(group, elided)
