"""A row of thumbnails with the photos of the group, some of which are compared."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dupefinder.core.difference_places import boxes_of
from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.review.decisions import DecisionState, look_of
from dupefinder.gui.review.shown_values import name_text
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _


class ComparedPhotos:
    """Places in a group of the photos that stand side by side.

    Attributes:
        left: The copy that the others are compared with.
        right: The photo that differs from it, or that is looked at.
        most: Most photos side by side.
    """

    def __init__(self, members: Sequence[GroupMember] = (), index: int = 0, most: int = 2) -> None:
        """Begin with a photo.

        Args:
            members: Photos of the group, at least two.
            index: Place of the photo; the first one is compared with the second.
            most: Number of photos side by side.
        """
        self._members = members
        self.most = most
        self.right = max(index, 1)
        self.left = self._beside(self.right) if members else 0

    @property
    def shown(self) -> tuple[int, ...]:
        """Places of those that stand side by side, in the order of the group but for the left."""
        others = [place for place in range(len(self._members)) if place != self.left]
        count = min(self.most - 1, len(others))
        first = max(min(others.index(self.right), len(others) - count), 0)
        return (self.left, *others[first : first + count])

    def _beside(self, index: int) -> int:
        """Place of the best copy, or of the copy that a photo differs from in known places."""
        member = self._members[index]
        if not boxes_of(member):
            return 0
        paths = (other.file.path for other in self._members)
        return next((place for place, path in enumerate(paths) if path == member.against), 0)

    def look_at(self, index: int) -> None:
        """Show a photo; one on show stays where it is."""
        if index == 0:
            self.left = 0
            if self.right == 0:
                self.right = 1
        elif index not in self.shown:
            self.right, self.left = index, self._beside(index)
        elif index != self.left:
            self.right = index

    def after(self, step: int) -> int:
        """Place of the photo after the right one.

        Args:
            step: 1, or −1 for the one before.

        Returns:
            The place of the right photo if there is no other.
        """
        index = self.right + step
        while index in (0, self.left):
            index += step
        return index if 0 <= index < len(self._members) else self.right


_SIDE_PX = 64
_DIM_OPACITY = 0.35
_Index = QModelIndex | QPersistentModelIndex
_MEMBER, _FATE, _IS_SHOWN = (Qt.ItemDataRole.UserRole + offset for offset in range(3))


class MemberModel(QAbstractListModel):
    """The photos of a group; what becomes of them; which are compared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members: Sequence[GroupMember] = ()
        self._states: Sequence[DecisionState] = ()
        self._shown: tuple[int, ...] = ()

    def set_members(self, members: Sequence[GroupMember], states: Sequence[DecisionState]) -> None:
        """Show the photos of another group."""
        self.beginResetModel()
        self._members, self._states = members, states
        self.endResetModel()

    def set_states(self, states: Sequence[DecisionState]) -> None:
        """Show other decisions."""
        self._states = states
        self._tell()

    def set_shown(self, shown: Sequence[int]) -> None:
        """Name those that are compared."""
        self._shown = tuple(shown)
        self._tell()

    def _tell(self) -> None:
        if self._members:
            self.dataChanged.emit(self.index(0), self.index(len(self._members) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        """Number of photos."""
        return 0 if parent is not None and parent.isValid() else len(self._members)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the values of a photo."""
        if not index.isValid() or index.row() >= len(self._members):
            return None
        member, state = self._members[index.row()], self._states[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name_text(member)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(name_text(member))
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("{number}: {name}, {decision}").format(
                    number=number_text(index.row() + 1),
                    name=name_text(member),
                    decision=look_of(state).word,
                )
            case _ if role == _MEMBER:
                return member
            case _ if role == _FATE:
                return state
            case _ if role == _IS_SHOWN:
                return index.row() in self._shown
        return None


class _MemberDelegate(QStyledItemDelegate):
    """Paints one small picture with its number and sign."""

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """One size for all."""
        del index
        text_px = option.fontMetrics.height()
        return QSize(_SIDE_PX + SPACE_PX, _SIDE_PX + text_px + SPACE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw it, or ask for it."""
        member: GroupMember = index.data(_MEMBER)
        state: DecisionState = index.data(_FATE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = QRectF(option.rect).adjusted(2, 2, -2, -2)
        is_shown = bool(index.data(_IS_SHOWN))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().chosen if is_shown else colours().surface)
        painter.drawRoundedRect(cell, 6, 6)
        side_px = _SIDE_PX - SPACE_PX
        room = QRectF(cell.center().x() - side_px / 2, cell.top() + 4, side_px, side_px)
        self._draw_picture(painter, room, member, state)
        self._draw_line(painter, cell, room, state, index.row() + 1)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colours().accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, 6, 6)
        painter.restore()

    def _draw_picture(
        self, painter: QPainter, room: QRectF, member: GroupMember, state: DecisionState
    ) -> None:
        picture = self._thumbnails.get(member.content_id, round(room.width()))
        if picture is None:
            sign = QRectF(0, 0, 24, 24)
            sign.moveCenter(room.center())
            painter.drawPixmap(sign.topLeft(), icons.pixmap("photo", 24, colours().quiet))
            return
        size = QSizeF(picture.size()).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(QPointF(), size)
        place.moveCenter(room.center())
        painter.setOpacity(_DIM_OPACITY if state is DecisionState.REMOVE else 1.0)
        painter.drawPixmap(place, picture, QRectF(picture.rect()))
        painter.setOpacity(1.0)

    def _draw_line(
        self, painter: QPainter, cell: QRectF, room: QRectF, state: DecisionState, number: int
    ) -> None:
        """The number, and the sign of the decision."""
        line = QRectF(cell.left(), room.bottom(), cell.width(), cell.bottom() - room.bottom())
        painter.setPen(colours().text)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, number_text(number))
        if state in (DecisionState.KEEP, DecisionState.REMOVE):
            look = look_of(state)
            sign: QPixmap = icons.pixmap(look.icon, 14, look.colour)
            painter.drawPixmap(
                round(line.center().x() + SPACE_PX), round(line.center().y() - 7), sign
            )


class MemberStrip(QListView):
    """A strip of the group's photos.

    Signals:
        picked: Place of the photo that shall be compared.
    """

    picked = Signal(int)

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.members = MemberModel(self)
        self.setAccessibleName(_("Photos of the group"))
        self.setToolTip(_("Choose the photo on the right (← →)"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setItemDelegate(_MemberDelegate(thumbnails, self))
        self.setModel(self.members)
        self._settle_height()
        self.clicked.connect(self._pick)
        thumbnails.loaded.connect(self._take_thumbnails)

    def set_members(self, members: Sequence[GroupMember], states: Sequence[DecisionState]) -> None:
        """Show the photos of another group."""
        self.members.set_members(members, states)
        self._settle_height()

    def show_compared(self, shown: Sequence[int], current: int) -> None:
        """Show which photos are compared.

        Args:
            shown: Their places.
            current: Place of the one that is brought into view.
        """
        self.members.set_shown(shown)
        index = self.members.index(current)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(index.row())

    def _take_thumbnails(self) -> None:
        self.viewport().update()

    def _settle_height(self) -> None:
        cell_px = _SIDE_PX + SPACE_PX
        height_px = cell_px + self.fontMetrics().height()
        if self.members.rowCount() * cell_px > self.width():
            height_px += self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setFixedHeight(height_px)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The scroll bar comes or goes."""
        super().resizeEvent(event)
        self._settle_height()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._settle_height()
