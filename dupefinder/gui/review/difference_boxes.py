"""Thin boxes on pictures around the places in which two photos differ."""

from collections import defaultdict
from collections.abc import Container, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from dupefinder.core.difference_places import boxes_of
from dupefinder.core.records import GroupMember

_LEAST_PX = 14.0
"""Least size of a box that can be seen on the screen."""
_AIR_PX = 3.0
"""Distance of the line from the place that it encloses."""
_INSET_PX = 3.0
"""Distance of the line from the border of the view, where a frame may be."""
_RADIUS_PX = 2.0
_MOST_OF_SEVERAL = 8
"""Most places shown on a photo from which several copies differ; with more, none are shown."""
_WHOLE = QRectF(0, 0, 1, 1)

# Of two tones, one is visible on any picture.
_LINE = QColor(255, 255, 255)
_HALO = QColor(0, 0, 0, 190)
_LINE_PX, _STRONG_LINE_PX = 1.25, 2.25
_HALO_PX, _STRONG_HALO_PX = 3.75, 5.25


def shares_of(member: GroupMember) -> tuple[QRectF, ...]:
    """The places in which a photo differs, as shares of its width and height, 0 to 1.

    They are valid on the other copy as well, whatever the two sizes are.
    """
    width_px, height_px = max(member.facts.width_px, 1), max(member.facts.height_px, 1)
    return tuple(
        QRectF(
            box.x_px / width_px,
            box.y_px / height_px,
            box.width_px / width_px,
            box.height_px / height_px,
        ).intersected(_WHOLE)
        for box in boxes_of(member)
    )


class GroupDifferences:
    """The places to mark on each photo of a group."""

    def __init__(self, members: Sequence[GroupMember] = ()) -> None:
        """Look up which photos are compared with which.

        Args:
            members: The photos of the group.
        """
        self._held: defaultdict[str, list[GroupMember]] = defaultdict(list)
        for member in members:
            if member.against is not None and boxes_of(member):
                self._held[member.against].append(member)

    def shares_on(
        self, member: GroupMember, current: GroupMember, shown: Container[str] | None = None
    ) -> tuple[QRectF, ...]:
        """The places to mark on a photo, as shares of its width and height.

        A photo shows its own differences. A photo with which others are compared shows those of the
        current photo, or else all of them, if they are few.

        Args:
            member: The photo.
            current: The current photo.
            shown: Paths of the photos in view, None for all: a box makes no sense without the photo
                that differs there.
        """
        if current.against == member.file.path and boxes_of(current):
            return shares_of(current)
        if boxes_of(member):
            return shares_of(member)
        held = self._held.get(member.file.path, [])
        if shown is not None:
            held = [other for other in held if other.file.path in shown]
        if sum(len(boxes_of(other)) for other in held) > _MOST_OF_SEVERAL:
            return shares_of(held[0]) if len(held) == 1 else ()
        return tuple(share for other in held for share in shares_of(other))


def box_on(share: QRectF, photo: QRectF, room: QRectF) -> QRectF:
    """The box to draw around a place, in logical pixels.

    Args:
        share: The place, as shares of the photo.
        photo: The rectangle of the photo.
        room: The visible rectangle; a box at the border of the photo stays inside.
    """
    box = QRectF(
        photo.left() + share.left() * photo.width(),
        photo.top() + share.top() * photo.height(),
        max(share.width() * photo.width(), _LEAST_PX),
        max(share.height() * photo.height(), _LEAST_PX),
    )
    middle = share.center()
    box.moveCenter(
        QPointF(
            photo.left() + middle.x() * photo.width(), photo.top() + middle.y() * photo.height()
        )
    )
    box.adjust(-_AIR_PX, -_AIR_PX, _AIR_PX, _AIR_PX)
    within = QRectF(photo).adjusted(-_AIR_PX, -_AIR_PX, _AIR_PX, _AIR_PX)
    # Beyond the view, the box follows the border of the photo; within it, the box stays inside.
    seen = room.adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX)
    if photo.left() > room.left() - 1:
        within.setLeft(max(within.left(), seen.left()))
    if photo.top() > room.top() - 1:
        within.setTop(max(within.top(), seen.top()))
    if photo.right() < room.right() + 1:
        within.setRight(min(within.right(), seen.right()))
    if photo.bottom() < room.bottom() + 1:
        within.setBottom(min(within.bottom(), seen.bottom()))
    box.moveLeft(max(min(box.left(), within.right() - box.width()), within.left()))
    box.moveTop(max(min(box.top(), within.bottom() - box.height()), within.top()))
    return box.intersected(within)


def draw_boxes(painter: QPainter, boxes: Sequence[QRectF], strong: int = -1) -> None:
    """Draw boxes around places of a photo.

    Args:
        painter: Paints on the view.
        boxes: See `box_on`.
        strong: Index of the emphasised box; -1 for none.
    """
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for is_strong in (False, True):  # the emphasised one is drawn over the others
        for number, box in enumerate(boxes):
            if (number == strong) is is_strong:
                _draw_box(painter, box, is_strong=is_strong)
    painter.restore()


def _draw_box(painter: QPainter, box: QRectF, *, is_strong: bool) -> None:
    line_px = _STRONG_LINE_PX if is_strong else _LINE_PX
    halo_px = _STRONG_HALO_PX if is_strong else _HALO_PX
    for colour, width_px in ((_HALO, halo_px), (_LINE, line_px)):
        painter.setPen(QPen(colour, width_px))
        painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
