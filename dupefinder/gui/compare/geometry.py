"""Places, turns and zoom of photos in their views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QAbstractButton

from dupefinder.core.records import GroupMember, Orientation

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
    def of(cls, on: QSizeF, placement: Sequence[float]) -> Lay:
        """Make a lay; a turn by a few degrees is left out.

        Args:
            on: See above.
            placement: See `GroupMember.placement`.
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
        """The zoom within its limits."""
        least, most = min(1.0, self.full_zoom), max(1.0, self.full_zoom * MOST_ENLARGEMENT)
        return min(max(zoom, least), most)

    def bounded(self, centre: QPointF, zoom: float) -> QPointF:
        """The nearest centre at which the view has no empty margin on one side only.

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


_Matrix = tuple[int, int, int, int]

_MATRICES: dict[Orientation, _Matrix] = {
    Orientation.IDENTITY: (1, 0, 0, 1),
    Orientation.ROTATE_90: (0, -1, 1, 0),
    Orientation.ROTATE_180: (-1, 0, 0, -1),
    Orientation.ROTATE_270: (0, 1, -1, 0),
    Orientation.MIRROR: (-1, 0, 0, 1),
    Orientation.FLIP: (1, 0, 0, -1),
    Orientation.TRANSPOSE: (0, 1, 1, 0),
    Orientation.TRANSVERSE: (0, -1, -1, 0),
}
"""x′ = a·x + b·y, y′ = c·x + d·y about the centre, y pointing down; as (a, b, c, d)."""
_ORIENTATIONS = {matrix: orientation for orientation, matrix in _MATRICES.items()}


def after(first: Orientation, second: Orientation) -> Orientation:
    """The composition of two turns."""
    (a, b, c, d), (e, f, g, h) = _MATRICES[second], _MATRICES[first]
    return _ORIENTATIONS[(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)]


def is_sideways(orientation: Orientation) -> bool:
    """True when width and height are swapped."""
    return _MATRICES[orientation][0] == 0


def transform_of(orientation: Orientation) -> QTransform:
    """The turn about the origin, to paint with."""
    a, b, c, d = _MATRICES[orientation]
    return QTransform(a, c, b, d, 0, 0)


def turns_of(members: Sequence[GroupMember]) -> list[Orientation]:
    """Find the turn of each photo to the orientation of the last photo of its chain of matches.

    A photo is matched with a kept copy, which may itself be a turned copy of another.

    Args:
        members: The photos of a group.
    """
    by_path = {member.file.path: member for member in members}
    turns = []
    for member in members:
        turn, seen = member.orientation, {member.file.path}
        while member.against in by_path and member.against not in seen:
            seen.add(member.against)
            member = by_path[member.against]
            turn = after(turn, member.orientation)
        turns.append(turn)
    return turns


if TYPE_CHECKING:
    from dupefinder.gui.compare.picture_view import PictureView


class Viewpoint(QObject):
    """Zoom and centre, in terms that hold for photos of different sizes.

    Attributes:
        zoom: Size in multiples of that at which the whole photo fits its view.
        centre: The point of the photo that lies in the middle of its view, 0 to 1 both ways.

    Signals:
        changed: One of them changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    @property
    def is_fit(self) -> bool:
        """True when the whole photos are seen."""
        return self.zoom == 1.0

    def fit(self) -> None:
        """See the whole photos."""
        self.look(1.0, QPointF(0.5, 0.5))

    def look(self, zoom: float, centre: QPointF) -> None:
        """Look somewhere else.

        Args:
            zoom: See `zoom`.
            centre: As `centre`; points outside the photo are moved to its border.
        """
        within = QPointF(min(max(centre.x(), 0.0), 1.0), min(max(centre.y(), 0.0), 1.0))
        if (zoom, within) != (self.zoom, self.centre):
            self.zoom, self.centre = zoom, within
            self.changed.emit()


class SharedZoom(QObject):
    """Fit and 100 %, for all photos on show at once."""

    def __init__(
        self,
        viewpoint: Viewpoint,
        fit_button: QAbstractButton,
        full_button: QAbstractButton,
        parent: QObject,
    ) -> None:
        """Join the buttons.

        Args:
            viewpoint: The part that all views show.
            fit_button: Shows the whole photos, and is pressed while it does.
            full_button: Shows every pixel, and is pressed while it does.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._views: list[PictureView] = []
        self._viewpoint = viewpoint
        self._fit_button, self._full_button = fit_button, full_button
        fit_button.clicked.connect(self.fit)
        full_button.clicked.connect(self.show_full)
        viewpoint.changed.connect(self._tell)

    def add_view(self, view: PictureView) -> None:
        """Add another view."""
        self._views.append(view)
        view.resized.connect(self._tell)

    @property
    def _shown(self) -> list[PictureView]:
        shown = [view for view in self._views if not view.isHidden()]
        return shown or self._views[:1]

    def fit(self) -> None:
        """See the whole photos."""
        self._viewpoint.fit()
        self._tell()

    def show_full(self) -> None:
        """See every pixel of the photo that has more of them."""
        larger = max(self._shown, key=lambda view: view.placement.full_zoom)
        larger.zoom_to(larger.placement.full_zoom)
        self._tell()

    def toggle(self) -> None:
        """See every pixel, or the whole photos again."""
        if self._viewpoint.is_fit:
            self.show_full()
        else:
            self.fit()

    def _tell(self) -> None:
        full = max(view.placement.full_zoom for view in self._shown)
        self._fit_button.setChecked(self._viewpoint.is_fit)
        self._full_button.setChecked(abs(self._viewpoint.zoom - full) < 1e-6 * full)
