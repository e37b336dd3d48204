"""Fit and 100 %, for two photos at once."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton

from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.compare.viewpoint import Viewpoint


class PairZoom(QObject):
    """See the module."""

    def __init__(
        self,
        views: Sequence[PictureView],
        viewpoint: Viewpoint,
        fit_button: QAbstractButton,
        full_button: QAbstractButton,
        parent: QObject,
    ) -> None:
        """Join views and buttons.

        Args:
            views: The two.
            viewpoint: What they look at.
            fit_button: Shows the whole photos, and is pressed while it does.
            full_button: Shows every pixel, and is pressed while it does.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._views = views
        self._viewpoint = viewpoint
        self._fit_button, self._full_button = fit_button, full_button
        fit_button.clicked.connect(self.fit)
        full_button.clicked.connect(self.show_full)
        viewpoint.changed.connect(self._tell)
        for view in views:
            view.resized.connect(self._tell)

    def fit(self) -> None:
        """See the whole photos."""
        self._viewpoint.fit()
        self._tell()

    def show_full(self) -> None:
        """See every pixel of the photo that has more of them."""
        larger = max(self._views, key=lambda view: view.placement.full_zoom)
        larger.zoom_to(larger.placement.full_zoom)
        self._tell()

    def toggle(self) -> None:
        """See every pixel, or the whole photos again."""
        if self._viewpoint.is_fit:
            self.show_full()
        else:
            self.fit()

    def _tell(self) -> None:
        full = max(view.placement.full_zoom for view in self._views)
        self._fit_button.setChecked(self._viewpoint.is_fit)
        self._full_button.setChecked(abs(self._viewpoint.zoom - full) < 1e-6 * full)
