"""How a row of the list of groups looks: two prints, name, copies and size, evidence, decision."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dupefinder.core.marks import Mark
from dupefinder.core.records import Group
from dupefinder.gui.icons import pixmap
from dupefinder.gui.review.group_model import (
    GROUP_ROLE,
    GroupModel,
    evidence_words,
    is_checking,
    name_of,
)
from dupefinder.gui.review.mark_table import DISMISSED, UNDECIDED
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.row_ground import paint_row_ground
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font
from dupefinder.gui.thumbnail_loader import ThumbnailLoader
from dupefinder.text.counts import copies_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _

_PEEK_PX = 6
"""How far the second print looks out behind the first."""
_SIGN_PX = 18
_CROSS_PX = 14


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
        paint_row_ground(painter, rectangle, state)
        inner = rectangle.adjusted(SPACE_PX + 4, SPACE_PX, -SPACE_PX, -SPACE_PX)
        side = inner.height()
        self._paint_prints(painter, QRect(inner.left(), inner.top(), side, side), group)
        text = inner.adjusted(side + SPACE_PX + SPACE_PX // 2, 0, 0, 0)
        self._paint_text(painter, text, group, index.row())
        painter.restore()

    def _paint_prints(self, painter: QPainter, square: QRect, group: Group) -> None:
        of = colours()
        side = square.width() - _PEEK_PX
        behind = QRect(square.topLeft() + QPoint(_PEEK_PX, 0), QSize(side, side))
        front = QRect(square.topLeft() + QPoint(0, _PEEK_PX), QSize(side, side))
        ratio = self._view.devicePixelRatioF()
        for place, member in ((behind, group.members[1]), (front, group.members[0])):
            painter.fillRect(place, of.backdrop)
            print_ = self._thumbnails.get(member.content_id, side, ratio)
            if print_ is not None:
                painter.save()
                painter.setClipRect(place)
                painter.setOpacity(0.55 if place is behind else 1.0)
                painter.drawPixmap(_filling(place, print_), print_)
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
        sign_px = _SIGN_PX + SPACE_PX if waits or state != UNDECIDED else 0
        top = QRect(text.left(), text.top(), text.width() - sign_px, line)
        painter.setFont(strong)
        painter.setPen(of.text)
        name = QFontMetrics(strong).elidedText(
            name_of(group), Qt.TextElideMode.ElideMiddle, top.width()
        )
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        size = bytes_text(sum(member.file.size_bytes for member in group.members))
        taken_px = 0
        evidence = evidence_words(group)
        if waits:
            self._paint_sign(painter, text, line, "checking", of.quiet)
            evidence = _("Checking… · {evidence}").format(evidence=evidence)
        elif sign_px:
            taken_px = self._paint_decision(painter, text, line, group, state)
        painter.setPen(of.quiet)
        for number, words, room_px in (
            (
                1,
                _("{copies} · {size}").format(copies=copies_text(len(group.members)), size=size),
                taken_px,
            ),
            (2, evidence, 0),
        ):
            place = QRect(text.left(), text.top() + number * line, text.width() - room_px, line)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_sign(
        self, painter: QPainter, text: QRect, line: int, sign: str, colour: QColor
    ) -> None:
        """Paint a sign at the end of the first line."""
        place = QPoint(text.right() - _SIGN_PX, text.top() + (line - _SIGN_PX) // 2)
        painter.drawPixmap(place, pixmap(sign, _SIGN_PX, colour))

    def _paint_decision(
        self, painter: QPainter, text: QRect, line: int, group: Group, state: int
    ) -> int:
        """Paint a sign on the first line and on the second one how many photos go.

        Returns:
            The width that is taken on the second line.
        """
        of = colours()
        gone = sum(self._marks.mark_of(member) is Mark.REMOVE for member in group.members)
        sign, colour = ("not-duplicates", of.quiet) if state == DISMISSED else ("check", of.keep)
        self._paint_sign(painter, text, line, sign, colour)
        if not gone or state == DISMISSED:
            return 0
        number = number_text(gone)
        width_px = painter.fontMetrics().horizontalAdvance(number)
        place = QRect(text.right() - width_px, text.top() + line, width_px + 1, line)
        painter.setPen(of.remove)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, number)
        cross = QPoint(place.left() - _CROSS_PX - 2, place.top() + (line - _CROSS_PX) // 2)
        painter.drawPixmap(cross, pixmap("cross", _CROSS_PX, of.remove))
        return text.right() - cross.x() + SPACE_PX


def _filling(place: QRect, print_: QPixmap) -> QRect:
    """Where a picture must lie to fill a square, the middle of it in the middle."""
    size = print_.deviceIndependentSize()
    scale = max(place.width() / max(size.width(), 1), place.height() / max(size.height(), 1))
    width, height = round(size.width() * scale), round(size.height() * scale)
    return QRect(place.center().x() - width // 2, place.center().y() - height // 2, width, height)
