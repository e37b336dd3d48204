"""Where two photos are looked at, and how closely: the same place in both."""

from PySide6.QtCore import QObject, QPointF, Signal


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
