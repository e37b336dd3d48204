"""What differs between two photos, as a picture made off the window's thread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage

from dupefinder.core.records import Orientation
from dupefinder.gui.compare.lying import transform_of

LONGEST_PX = 1536
"""Photos are compared at this size at most: the finest noise is no difference to a person."""
GAIN = 4
"""How much brighter than it is a difference is shown."""
_VISIBLE_LEVELS = 16
"""A difference that a person may see."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What differs.

    Attributes:
        image: Grey, black where the photos are equal.
        share: Part of the picture that visibly differs, 0 to 1.
    """

    image: QImage
    share: float


def difference_of(
    one: QImage, turn: Orientation, other: QImage, other_turn: Orientation
) -> Difference:
    """Lay two photos on each other and show what differs.

    Both are turned, and the larger one is shrunk to the size of the smaller.

    Args:
        one: A photo.
        turn: How it has to be turned.
        other: The other one.
        other_turn: How that has to be turned.
    """
    first, second = (
        picture.transformed(transform_of(orientation))
        for picture, orientation in ((one, turn), (other, other_turn))
    )
    size = min(first.size(), second.size(), key=lambda size: size.width() * size.height())
    a, b = (
        _levels(
            picture.scaled(
                size,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        for picture in (first, second)
    )
    apart = np.abs(a - b).max(axis=2)
    shown = np.ascontiguousarray(np.minimum(apart * GAIN, 255).astype(np.uint8))
    height_px, width_px = shown.shape
    image = QImage(shown.data, width_px, height_px, width_px, QImage.Format.Format_Grayscale8)
    return Difference(
        image.convertToFormat(QImage.Format.Format_RGB32), float((apart > _VISIBLE_LEVELS).mean())
    )


def _levels(picture: QImage) -> NDArray[np.int16]:
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(
        picture.height(), picture.bytesPerLine()
    )
    pixels = rows[:, : 4 * picture.width()].reshape(picture.height(), picture.width(), 4)
    return pixels[:, :, :3].astype(np.int16)


class Differences(QObject):
    """Makes differences in a thread of its own; only the last one that was wanted counts.

    Signals:
        made: `Difference`.
    """

    made = Signal(object)
    _done = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._wanted = 0
        self._done.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def want(self, one: QImage, turn: Orientation, other: QImage, other_turn: Orientation) -> None:
        """Make the difference of two photos, see `difference_of`."""
        self._wanted += 1
        number = self._wanted
        self._pool.clear()

        def work() -> None:
            self._done.emit(number, difference_of(one, turn, other, other_turn))

        self._pool.start(work)

    def drop(self) -> None:
        """Nothing is wanted any more."""
        self._wanted += 1

    def wait(self) -> None:
        """Wait for what is being made."""
        self._pool.waitForDone()

    def _take(self, number: int, difference: object) -> None:
        if number == self._wanted:
            self.made.emit(difference)
