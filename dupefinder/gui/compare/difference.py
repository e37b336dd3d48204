"""The difference of the two photos on show, as a picture made in another thread."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QPainter, QTransform

from dupefinder.core.records import Orientation, Problem
from dupefinder.gui.compare.geometry import Lay, transform_of
from dupefinder.gui.compare.photo_source import Source
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.text import problems
from dupefinder.text.figures import decimal_text, number_text
from dupefinder.text.translation import _

LONGEST_PX = 1536
"""Largest size for the comparison, as people see no difference in the finest noise."""
GAIN = 4
"""Factor by which differences are brightened."""
_OPAQUE = 255
_ONLY_IN_ONE = (72, 40, 24)
"""Blue, green and red where only one of the photos shows anything."""
_VISIBLE_LEVELS = 16
"""Least difference that a person may see."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The difference of two photos.

    Attributes:
        image: Grey, black where the photos are equal, and a dark blue where only one of them
            shows anything.
        share: Share of the common area that visibly differs, 0 to 1.
    """

    image: QImage
    share: float


def difference_of(
    one: QImage,
    turn: Orientation,
    other: QImage,
    other_turn: Orientation,
    placement: Sequence[float] | None = None,
) -> Difference:
    """Lay two photos on each other and show what differs.

    Both are turned, and the larger one is reduced to the size of the smaller; or the other one is
    put in its place on the first.

    Args:
        one: A photo.
        turn: Its turn.
        other: The other one.
        other_turn: Turn of that one.
        placement: Where the other one lies on the first when it shows another part of the same,
            see `GroupMember.placement`; None for edge to edge.
    """
    first, second = (
        picture.transformed(transform_of(orientation))
        for picture, orientation in ((one, turn), (other, other_turn))
    )
    if placement is not None:
        second = _laid_on(first, second, placement)
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
    in_both = b[:, :, 3] == _OPAQUE
    apart = np.abs(a - b)[:, :, :3].max(axis=2)
    shown = np.empty(b.shape, np.uint8)
    shown[:, :, :3] = np.minimum(apart * GAIN, 255)[:, :, None]
    shown[~in_both, :3] = _ONLY_IN_ONE
    shown[:, :, 3] = _OPAQUE
    width_px, height_px = size.width(), size.height()
    image = QImage(shown.data, width_px, height_px, 4 * width_px, QImage.Format.Format_RGB32)
    share = float((apart[in_both] > _VISIBLE_LEVELS).mean()) if in_both.any() else 0.0
    return Difference(image.copy(), share)


def _laid_on(first: QImage, second: QImage, placement: Sequence[float]) -> QImage:
    """The second picture where it belongs on the first, and as large; the rest is transparent."""
    laid = QImage(first.size(), QImage.Format.Format_ARGB32_Premultiplied)
    laid.fill(Qt.GlobalColor.transparent)
    painter = QPainter(laid)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    xx, xy, x, yx, yy, y = placement
    to_shares = QTransform.fromScale(1 / second.width(), 1 / second.height())
    to_first = QTransform.fromScale(first.width(), first.height())
    painter.setTransform(to_shares * QTransform(xx, yx, xy, yy, x, y) * to_first)
    painter.drawImage(0, 0, second)
    painter.end()
    return laid


def _levels(picture: QImage) -> NDArray[np.int16]:
    """Blue, green, red and opacity of every pixel, (height, width, 4)."""
    picture = picture.convertToFormat(QImage.Format.Format_ARGB32)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(
        picture.height(), picture.bytesPerLine()
    )
    pixels = rows[:, : 4 * picture.width()].reshape(picture.height(), picture.width(), 4)
    return pixels.astype(np.int16)


class Differences(QObject):
    """Makes differences in a thread; only the latest request counts.

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

    def want(
        self,
        one: QImage,
        turn: Orientation,
        other: QImage,
        other_turn: Orientation,
        placement: Sequence[float] | None = None,
    ) -> None:
        """Make the difference of two photos, see `difference_of`."""
        self._wanted += 1
        number = self._wanted
        self._pool.clear()

        def work() -> None:
            self._done.emit(number, difference_of(one, turn, other, other_turn, placement))

        self._pool.start(work)

    def drop(self) -> None:
        """Drop the request."""
        self._wanted += 1

    def wait(self) -> None:
        """Wait for the running request."""
        self._pool.waitForDone()

    def _take(self, number: int, difference: object) -> None:
        if number == self._wanted:
            self.made.emit(difference)


class PairDifference(QObject):
    """The difference of the two photos on show.

    Attributes:
        source: The photo that a view shows.
        text: The text on it.

    Signals:
        changed: One of them changed.
    """

    changed = Signal()

    def __init__(self, pictures: PictureLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._waiting: tuple[Source, ...] = ()
        self._placement: tuple[float, ...] | None = None
        self._differences = Differences(self)
        self.source = Source(pictures, parent=self)
        self.text = ""
        pictures.loaded.connect(self._take_picture)
        self._differences.made.connect(self._take)

    def want(self, pair: Sequence[Source]) -> None:
        """Make the difference of two photos.

        Args:
            pair: The photos.
        """
        self._differences.drop()
        self._waiting, self._placement = _laid(pair)
        self.text = _("Looking for differences …")
        self.source.set_image(None)
        self.changed.emit()
        for source in pair:
            if source.member is not None:
                self._pictures.request(source.member.file.path, LONGEST_PX)

    def drop(self) -> None:
        """Drop the difference, which is no longer on show."""
        self._differences.drop()
        self._waiting = ()

    def _take_picture(self, path: str, outcome: object) -> None:
        paths = [source.member.file.path for source in self._waiting if source.member is not None]
        if path not in paths:
            return
        if isinstance(outcome, Problem):
            self.drop()
            self.text = problems.problem_text(outcome)
            self.changed.emit()
            return
        there: list[tuple[QImage, Orientation]] = []
        for one, source in zip(paths, self._waiting, strict=True):
            if (image := self._pictures.picture(one, LONGEST_PX)) is not None:
                there.append((image, source.orientation))
        if len(there) == len(self._waiting):
            self._waiting = ()
            (one_image, turn), (other_image, other_turn) = there
            self._differences.want(one_image, turn, other_image, other_turn, self._placement)

    def _take(self, difference: object) -> None:
        assert isinstance(difference, Difference)
        self.text = _(
            "Difference, {gain} times as bright: black is equal. {percent} % differ visibly."
        ).format(gain=number_text(GAIN), percent=decimal_text(100 * difference.share))
        self.source.set_image(difference.image)
        self.changed.emit()


def _laid(pair: Sequence[Source]) -> tuple[tuple[Source, ...], tuple[float, ...] | None]:
    """Put the photo first on which the other one lies as its placement says, if one does."""
    for still, moved in (pair, pair[::-1]):
        if still.member is None or moved.member is None:
            continue
        if moved.member.placement and moved.member.against == still.member.file.path:
            return (still, moved), moved.member.placement
    return tuple(pair), None


def lays_of(sources: Sequence[Source]) -> list[Lay | None]:
    """Lays of crops on the photo of which they show a part; None edge to edge.

    Args:
        sources: The photos on show, the one first that the others are held against.
    """
    lays: list[Lay | None] = [None] * len(sources)
    for number, source in enumerate(sources[1:], 1):
        (still, moved), placement = _laid((sources[0], source))
        if placement is not None and moved is source:
            lays[number] = Lay.of(still.size_px, placement)
        elif placement is not None and len(sources) == 2:
            lays[0] = Lay.of(still.size_px, placement)
    return lays
