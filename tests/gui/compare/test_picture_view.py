from collections.abc import Sequence

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from dupefinder.gui.compare.picture_view import draw_chip

ROOM = QRect(0, 0, 400, 300)
LEFT, RIGHT = QRectF(0, 0, 60, 60), QRectF(340, 0, 60, 60)
LOWER_LEFT, LOWER_RIGHT = QRectF(0, 240, 60, 60), QRectF(340, 240, 60, 60)


@pytest.mark.parametrize(
    ("kept_free", "corner"),
    [
        ((), LEFT),
        ((LEFT,), RIGHT),
        ((LEFT, RIGHT), LOWER_LEFT),
        ((LEFT, RIGHT, LOWER_LEFT), LOWER_RIGHT),
        ((LEFT, RIGHT, LOWER_LEFT, LOWER_RIGHT), LEFT),
        ((QRectF(ROOM),), LEFT),
    ],
)
def test_it_stands_in_the_first_corner_that_is_free(
    qapp: object, kept_free: Sequence[QRectF], corner: QRectF
) -> None:
    image = QImage(ROOM.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    painter = QPainter(image)
    draw_chip(painter, ROOM, "1", kept_free)
    painter.end()
    drawn = [
        one
        for one in (LEFT, RIGHT, LOWER_LEFT, LOWER_RIGHT)
        if image.copy(one.toRect()) != _empty(one)
    ]
    assert drawn == [corner]


def _empty(corner: QRectF) -> QImage:
    image = QImage(corner.toRect().size(), QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image
