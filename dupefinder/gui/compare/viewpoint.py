"""The place and the zoom at which photos are looked at: the same in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QAbstractButton

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
            zoom: As `zoom`.
            centre: As `centre`; what lies outside the photo is brought to its border.
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
            viewpoint: What all views look at.
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
        """Count with another view from now on."""
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
