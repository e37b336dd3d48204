"""The place of a photo in its view at some zoom and centre. Plain geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt

MOST_ENLARGEMENT = 8.0
"""Greatest size of the photo's pixels, in pixels of the screen."""


@dataclass(frozen=True, slots=True)
class Lay:
    """The place of a photo on another one of which it shows a part, or the other way round.

    Attributes:
        on: Size of the other one, in its own pixels.
        share: The photo's rectangle, as shares of the other one.
    """

    on: QSizeF
    share: QRectF

    @classmethod
    def of(cls, on: QSizeF, placement: Sequence[float]) -> "Lay":
        """Make a lay; a turn by a few degrees is left out.

        Args:
            on: See above.
            placement: As `GroupMember.placement`.
        """
        across, _, left, _, down, top = placement
        return cls(on, QRectF(left, top, across, down).normalized())

    def within(self, rect: QRectF) -> QRectF:
        """Return the photo's rectangle when the other one lies in a given one."""
        return QRectF(
            rect.left() + self.share.left() * rect.width(),
            rect.top() + self.share.top() * rect.height(),
            self.share.width() * rect.width(),
            self.share.height() * rect.height(),
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """A photo in a view.

    Attributes:
        view: Size of the view, in logical pixels.
        photo: Size of the photo, in its own pixels.
        device_ratio: Pixels of the screen in a logical one.
    """

    view: QSizeF
    photo: QSizeF
    device_ratio: float

    @property
    def fit(self) -> QSizeF:
        """Size at which the whole photo fits, in logical pixels; an icon stays small."""
        room = self.view.boundedTo(self.photo * (MOST_ENLARGEMENT / self.device_ratio))
        size = self.photo.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return size.expandedTo(QSizeF(1, 1))

    @property
    def full_zoom(self) -> float:
        """The zoom at which a pixel of the photo is one of the screen."""
        across, down = (
            self.photo.width() / self.fit.width(),
            self.photo.height() / self.fit.height(),
        )
        return max(across, down) / self.device_ratio

    def bounded_zoom(self, zoom: float) -> float:
        """The nearest zoom that shows something."""
        least, most = min(1.0, self.full_zoom), max(1.0, self.full_zoom * MOST_ENLARGEMENT)
        return min(max(zoom, least), most)

    def bounded(self, centre: QPointF, zoom: float) -> QPointF:
        """The nearest centre at which no room of the view is wasted.

        Args:
            centre: Point of the photo in the middle of the view, 0 to 1 both ways.
            zoom: In multiples of `fit`.
        """
        shown = self.fit * zoom
        across = min(self.view.width() / 2 / shown.width(), 0.5)
        down = min(self.view.height() / 2 / shown.height(), 0.5)
        return QPointF(
            min(max(centre.x(), across), 1 - across), min(max(centre.y(), down), 1 - down)
        )

    def rect(self, zoom: float, centre: QPointF) -> QRectF:
        """Rectangle of the whole photo, in logical pixels; it may reach beyond the view."""
        shown, centre = self.fit * zoom, self.bounded(centre, zoom)
        return QRectF(
            self.view.width() / 2 - centre.x() * shown.width(),
            self.view.height() / 2 - centre.y() * shown.height(),
            shown.width(),
            shown.height(),
        )

    def centre_after(self, zoom: float, centre: QPointF, zoom_after: float, at: QPointF) -> QPointF:
        """The centre with which a point of the photo stays where it is.

        Args:
            zoom: The zoom before.
            centre: The centre before.
            zoom_after: The zoom after.
            at: The point, in the view's logical pixels.
        """
        rect, shown = self.rect(zoom, centre), self.fit * zoom_after
        point = QPointF(
            (at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height()
        )
        away = at - QPointF(self.view.width() / 2, self.view.height() / 2)
        moved = point - QPointF(away.x() / shown.width(), away.y() / shown.height())
        return self.bounded(moved, zoom_after)

    def centre_moved(self, zoom: float, centre: QPointF, by_px: QPointF) -> QPointF:
        """The centre after a move by logical pixels."""
        shown = self.fit * zoom
        moved = QPointF(by_px.x() / shown.width(), by_px.y() / shown.height())
        return self.bounded(self.bounded(centre, zoom) + moved, zoom)
