"""The places in which the two photos on show differ: marked, and looked at one after the other."""

from PySide6.QtCore import QObject, QPointF, QRectF

from dupefinder.core.difference_places import boxes_of, places_of
from dupefinder.core.records import DifferencePlace, GroupMember
from dupefinder.gui.compare.geometry import Viewpoint
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.gui.compare.tool_line import PlaceStepper
from dupefinder.gui.review.difference_boxes import shares_of

_FILLED_SHARE = 0.4
"""Share of a view that a place fills; around it, one sees where it is."""
_MOST_ENLARGEMENT = 4.0
"""Size of the photo's pixels for a place of few pixels, in pixels of the screen."""


class PairPlaces(QObject):
    """The places in which two photos differ.

    Attributes:
        index: The place that is looked at; -1 while the whole photos are seen.
    """

    def __init__(
        self,
        viewpoint: Viewpoint,
        stepper: PlaceStepper,
        parent: QObject,
    ) -> None:
        """Join the control that steps.

        Args:
            viewpoint: Zoom and centre of all views.
            stepper: Goes from place to place.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._views: list[PictureView] = []
        self._viewpoint = viewpoint
        self._stepper = stepper
        self._shares: tuple[QRectF, ...] = ()
        self._places: tuple[DifferencePlace, ...] = ()
        self._led_to: tuple[float, QPointF] | None = None
        self._is_leading = False
        self.index = -1
        stepper.next.clicked.connect(self.show_next)
        stepper.previous.clicked.connect(self.show_previous)
        viewpoint.changed.connect(self._follow)

    def add_view(self, view: PictureView) -> None:
        """Mark the places in another view, too."""
        self._views.append(view)
        view.resized.connect(self._resize)

    def set_pair(self, one: GroupMember, other: GroupMember) -> None:
        """Mark where two photos differ, and lead to the first place, unless a person went off.

        Args:
            one: A photo.
            other: The photo beside it.
        """
        differing = _differing(one, other)
        self._shares = () if differing is None else shares_of(differing)
        self._places = () if differing is None else places_of(differing)
        self.index = -1
        if self._shares and (self._viewpoint.is_fit or self._is_there()):
            self._lead_to(0)
        self._show()

    def show_next(self) -> None:
        """Look at the next place; after the last one comes the first."""
        self._step(1)

    def show_previous(self) -> None:
        """Look at the place before; before the first one comes the last."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if not self._shares:
            return
        if self.index < 0:
            self._lead_to(0 if by > 0 else len(self._shares) - 1)
        else:
            self._lead_to((self.index + by) % len(self._shares))
        self._show()

    def _lead_to(self, index: int) -> None:
        share = self._shares[index]
        self.index = index
        self._is_leading = True
        self._viewpoint.look(self._zoom_for(share), share.center())
        self._is_leading = False
        self._led_to = self._looked_at()

    def _zoom_for(self, share: QRectF) -> float:
        """The zoom at which a place fills a good part of both views."""
        zooms = []
        shown = [view for view in self._views if not view.isHidden()]
        for view in shown:
            fit = view.placement.fit
            across_px, down_px = share.width() * fit.width(), share.height() * fit.height()
            zooms.append(_FILLED_SHARE * view.width() / max(across_px, 1e-6))
            zooms.append(_FILLED_SHARE * view.height() / max(down_px, 1e-6))
        full = max(view.placement.full_zoom for view in shown)
        return max(1.0, min(*zooms, full * _MOST_ENLARGEMENT))

    def _looked_at(self) -> tuple[float, QPointF]:
        return self._viewpoint.zoom, QPointF(self._viewpoint.centre)

    def _is_there(self) -> bool:
        """True while nobody has gone off from the place that was led to."""
        return self._led_to == self._looked_at()

    def _follow(self) -> None:
        if not self._is_leading and self._viewpoint.is_fit and self.index >= 0:
            self.index = -1
            self._show()

    def _resize(self) -> None:
        """Views of another size need another zoom for the same place."""
        if self.index >= 0 and self._is_there():
            self._lead_to(self.index)

    def _show(self) -> None:
        for view in self._views:
            view.set_places(self._shares, self.index)
        self._stepper.show_places(self._places, self.index)


def _differing(one: GroupMember, other: GroupMember) -> GroupMember | None:
    """The photo of two that is held against the other, and differs from it in known places."""
    for member, against in ((one, other), (other, one)):
        if member.against == against.file.path and boxes_of(member):
            return member
    return None
