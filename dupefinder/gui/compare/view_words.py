"""Words drawn on a picture: its number or caption, or why there is none."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from dupefinder.gui import icons
from dupefinder.gui.theme import SPACE_PX, colours

_OPACITY = 0.85
_RADIUS_PX = 6.0
_SIGN_PX = 48


def draw_chip(painter: QPainter, room: QRect, text: str, kept_free: Sequence[QRectF] = ()) -> None:
    """Write on a ground of its own in a corner: the upper left one, unless that must be seen.

    Args:
        painter: Paints on the view.
        room: The view.
        text: What to write; it is broken where it is too long.
        kept_free: What it must not hide; where it would in every corner, it does in the first.
    """
    inset_px = SPACE_PX + SPACE_PX // 2
    within = room.adjusted(inset_px + SPACE_PX // 2, inset_px, -2 * inset_px, -inset_px)
    wrap = Qt.TextFlag.TextWordWrap
    corners = [
        painter.fontMetrics().boundingRect(within, int(wrap | down | across), text)
        for down in (Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom)
        for across in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
    ]
    grounds = [
        QRectF(corner).adjusted(-SPACE_PX, -SPACE_PX / 2, SPACE_PX, SPACE_PX / 2)
        for corner in corners
    ]
    free = (
        number
        for number, ground in enumerate(grounds)
        if not any(ground.intersects(one) for one in kept_free)
    )
    chosen = next(free, 0)
    path = QPainterPath()
    path.addRoundedRect(grounds[chosen], _RADIUS_PX, _RADIUS_PX)
    painter.setOpacity(_OPACITY)
    painter.fillPath(path, colours().surface)
    painter.setOpacity(1.0)
    painter.setPen(colours().text)
    painter.drawText(corners[chosen], int(wrap), text)


def draw_trouble(painter: QPainter, room: QRect, trouble: str) -> None:
    """Say in the middle why there is no picture.

    Args:
        painter: Paints on the view.
        room: The view.
        trouble: Why.
    """
    middle = room.center()
    sign = icons.pixmap("photo-missing", _SIGN_PX, colours().quiet)
    painter.drawPixmap(middle.x() - _SIGN_PX // 2, middle.y() - _SIGN_PX, sign)
    below = room.adjusted(SPACE_PX, 0, -SPACE_PX, 0)
    below.setTop(middle.y() + SPACE_PX)
    painter.setPen(colours().quiet)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    painter.drawText(below, flags, trouble)
