"""A photo to look at closely: zoomed at the pointer, dragged, or moved with the keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.compare.geometry import Lay, Placement, Viewpoint, is_sideways, transform_of
from dupefinder.gui.compare.photo_source import Source
from dupefinder.gui.review.difference_boxes import box_on, draw_boxes
from dupefinder.gui.review.shown_values import name_text
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_OPACITY = 0.85
_RADIUS_PX = 6.0
_SIGN_PX = 48


def draw_chip(painter: QPainter, room: QRect, text: str, kept_free: Sequence[QRectF] = ()) -> None:
    """Write on a ground of its own in a corner: the upper left one, unless that must be seen.

    Args:
        painter: Paints on the view.
        room: The view.
        text: The text; it is wrapped where it is too long.
        kept_free: The part not to hide; if it cannot be avoided, the first corner is taken.
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
    """Show in the middle why there is no picture.

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


_STEP = 1.25
_SHARP_FROM = 4.0
"""From here on single pixels are told apart, not smoothed."""
_MOVE_SHARE = 0.15


class PictureView(QWidget):
    """A view of one photo.

    Signals:
        chosen: The view was clicked or came to have the focus.
        resized: The view has another size.
    """

    accessible_role = QAccessible.Role.Graphic
    chosen = Signal()
    resized = Signal()

    def __init__(self, viewpoint: Viewpoint, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewpoint = viewpoint
        self._source: Source | None = None
        self._caption = ""
        self._lay: Lay | None = None
        self._places: Sequence[QRectF] = ()
        self._strong_place = -1
        self._is_active = False
        self._drag_from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        viewpoint.changed.connect(self._settle)

    @property
    def source(self) -> Source | None:
        """The photo on show."""
        return self._source

    def set_source(self, source: Source, caption: str = "", lay: Lay | None = None) -> None:
        """Show another photo in the same place.

        Args:
            source: The photo.
            caption: The caption on the picture.
            lay: Where it lies on the photo beside it; None lays them edge to edge.
        """
        if source is not self._source:
            if self._source is not None:
                self._source.changed.disconnect(self._settle)
            source.changed.connect(self._settle)
        self._source, self._caption, self._lay = source, caption, lay
        self._settle()

    @property
    def places(self) -> Sequence[QRectF]:
        """The places that are marked, as shares of the photo."""
        return self._places

    def set_places(self, places: Sequence[QRectF], strong: int = -1) -> None:
        """Mark the places in which the two photos differ.

        Args:
            places: As shares of the photo, 0 to 1.
            strong: Index of the one that is looked at; -1 for none.
        """
        self._places, self._strong_place = places, strong
        self.update()

    def set_active(self, is_active: bool) -> None:
        """Frame the view, or not."""
        self._is_active = is_active
        self.update()

    # Geometry

    @property
    def placement(self) -> Placement:
        """The photo in the view, or the one on which it is laid."""
        return self._placement_of(self._source, self._lay)

    def _placement_of(self, source: Source | None, lay: Lay | None) -> Placement:
        photo = QSizeF(4, 3) if source is None else source.size_px
        return Placement(
            QSizeF(self.size()), photo if lay is None else lay.on, self.devicePixelRatioF()
        )

    def photo_rect(self) -> QRectF:
        """Rectangle of the whole photo, in the view's logical pixels; it may reach beyond them."""
        return self._rect_of(self._source, self._lay)

    def _rect_of(self, source: Source | None, lay: Lay | None) -> QRectF:
        looked_at = self._viewpoint
        rect = self._placement_of(source, lay).rect(looked_at.zoom, looked_at.centre)
        return rect if lay is None else lay.within(rect)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Change the size; what lies at a point stays there.

        Args:
            zoom: The zoom wanted; bounded.
            at: The point in the view's logical pixels; None takes the middle.
        """
        at = at or QPointF(self.width() / 2, self.height() / 2)
        placement, now = self.placement, self._viewpoint
        zoom = placement.bounded_zoom(zoom)
        now.look(zoom, placement.centre_after(now.zoom, now.centre, zoom, at))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Change the size by a factor, see `zoom_to`."""
        self.zoom_to(self._viewpoint.zoom * factor, at)

    def move_by(self, by_px: QPointF) -> None:
        """Move the visible part by logical pixels, within the photos."""
        now = self._viewpoint
        now.look(now.zoom, self.placement.centre_moved(now.zoom, now.centre, by_px))

    def _settle(self) -> None:
        """Ask for as many pixels as are drawn."""
        if self._source is None or not self.isVisible():
            return
        rect = self.photo_rect()
        self._source.want(round(max(rect.width(), rect.height()) * self.devicePixelRatioF()))
        member = self._source.member
        self.setAccessibleName(
            self._caption
            if member is None
            else _("{name}, {percent}").format(name=name_text(member), percent=self.percent_text())
        )
        self.update()

    def percent_text(self) -> str:
        """Size of the photo's pixels on the screen."""
        width_px = 4.0 if self._source is None else self._source.size_px.width()
        percent = 100 * self.photo_rect().width() * self.devicePixelRatioF() / max(width_px, 1)
        return _("{percent} %").format(percent=number_text(round(percent)))

    # Mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_by(_STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        self.chosen.emit()
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the photo along."""
        if self._drag_from is not None:
            moved = self._drag_from - event.position()
            self._drag_from = event.position()
            self.move_by(moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._drag_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """See the whole photo, or its pixels at the pointer."""
        if self._viewpoint.is_fit:
            self.zoom_to(self.placement.full_zoom, event.position())
        else:
            self._viewpoint.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and −; move with the arrows while there is something to move."""
        across, down = self.width() * _MOVE_SHARE, self.height() * _MOVE_SHARE
        moves = {
            Qt.Key.Key_Left: QPointF(-across, 0),
            Qt.Key.Key_Right: QPointF(across, 0),
            Qt.Key.Key_Up: QPointF(0, -down),
            Qt.Key.Key_Down: QPointF(0, down),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif key is Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key in moves and self._viewpoint.zoom > 1:
            self.move_by(moves[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab chooses, too."""
        super().focusInEvent(event)
        self.update()
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.chosen.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Request the pictures that were not requested while the widget was hidden."""
        super().showEvent(event)
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A larger view needs more pixels."""
        super().resizeEvent(event)
        self._settle()
        self.resized.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the photo, its number and size, and the frame of the view."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours().backdrop)
        if colours().backdrop == colours().canvas:
            painter.setPen(colours().line)  # else one does not see where a photo ends
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if (source := self._source) is not None:
            if source.pixmap is not None:
                self._draw_photo(painter, source, source.pixmap, self.photo_rect())
                self._draw_over(painter)
                draw_boxes(painter, self._boxes(), self._strong_place)
            if source.trouble:
                draw_trouble(painter, self.rect(), source.trouble)
            self._tell_what(painter, source)
        if self._is_active:
            width_px = 3.0 if self.hasFocus() else 2.0
            painter.setPen(QPen(colours().accent, width_px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset_px = width_px / 2
            painter.drawRect(QRectF(self.rect()).adjusted(inset_px, inset_px, -inset_px, -inset_px))

    def _draw_photo(self, painter: QPainter, source: Source, pixmap: QPixmap, rect: QRectF) -> None:
        enlarged = rect.width() * self.devicePixelRatioF() / max(source.size_px.width(), 1)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, enlarged < _SHARP_FROM)
        size = rect.size().transposed() if is_sideways(source.orientation) else rect.size()
        painter.save()
        painter.translate(rect.center())
        painter.setTransform(transform_of(source.orientation), True)
        lying = QRectF(-size.width() / 2, -size.height() / 2, size.width(), size.height())
        painter.drawPixmap(lying, pixmap, QRectF(pixmap.rect()))
        painter.restore()

    def _number_text(self, source: Source) -> str:
        """Number of the photo that is seen."""
        return number_text(source.number)

    def _draw_over(self, painter: QPainter) -> None:
        """Draw what lies on the photo; here nothing does."""

    def _boxes(self) -> list[QRectF]:
        photo, room = self.photo_rect(), QRectF(self.rect())
        return [box_on(share, photo, room) for share in self._places]

    def _tell_what(self, painter: QPainter, source: Source) -> None:
        """Show the name of the photo and its size at the border."""
        text = self._caption
        if source.member is not None:
            text = _("{number} · {percent}").format(
                number=self._number_text(source), percent=self.percent_text()
            )
        if text:
            draw_chip(painter, self.rect(), text, self._boxes())
