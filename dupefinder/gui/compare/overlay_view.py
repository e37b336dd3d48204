"""Two photos in one view, one laid on the other: wiped across, or shown by turns."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractSlider, QWidget

from dupefinder.gui.appearance.theme import colours
from dupefinder.gui.compare.geometry import Lay, Viewpoint
from dupefinder.gui.compare.photo_source import Source
from dupefinder.gui.compare.picture_view import PictureView
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

_TURN_MS = 600
"""Time for which each photo is seen when they are shown by turns."""
_GRIP_PX = 12.0
"""Greatest distance at which a press grabs the divider."""
_KNOB_PX = 10.0
_HALO_PX = 4.0


class OverlayView(PictureView):
    """Shows the photo on the left, and the other one on it: right of a divider, or in its place."""

    def __init__(
        self, viewpoint: Viewpoint, divider: QAbstractSlider, parent: QWidget | None = None
    ) -> None:
        """Make a view without photos.

        Args:
            viewpoint: The part that is seen.
            divider: Has the place of the divider in percent; it is moved, and moves it.
            parent: Qt parent.
        """
        super().__init__(viewpoint, parent)
        self._divider = divider
        self._over: Source | None = None
        self._over_lay: Lay | None = None
        self._by_turns = False
        self._shows_over = False
        self._holds_divider = False
        self._turn = QTimer(self, interval=_TURN_MS)
        self._turn.timeout.connect(self._take_turn)
        divider.valueChanged.connect(self._settle_over)
        self.setMouseTracking(True)

    def set_over(self, over: Source, lay: Lay | None) -> None:
        """Lay another photo on the one that is shown.

        Args:
            over: The photo.
            lay: Where it lies; None lays the two edge to edge.
        """
        if over is not self._over:
            if self._over is not None:
                self._over.changed.disconnect(self._settle_over)
            over.changed.connect(self._settle_over)
        self._over, self._over_lay = over, lay
        self._settle()

    def set_by_turns(self, by_turns: bool) -> None:
        """Show the photos by turns in the same place, or both with a divider."""
        self._by_turns = by_turns
        self._shows_over = False
        self._settle_turns()
        self._settle()

    @property
    def wipe_percent(self) -> int:
        """Place of the divider, from the left border of what is seen of the photo."""
        return self._divider.value()

    def _take_turn(self) -> None:
        self._shows_over = not self._shows_over
        self._settle()

    def _settle_turns(self) -> None:
        if self._by_turns and self.isVisible():
            self._turn.start()
        else:
            self._turn.stop()

    def _settle_over(self) -> None:
        # A slot of its own: the two photos change places while they blink.
        self._settle()

    def _settle(self) -> None:
        super()._settle()
        over = self._over
        if over is None or over.member is None or not self.isVisible():
            return
        rect = self._rect_of(over, self._over_lay)
        over.want(round(max(rect.width(), rect.height()) * self.devicePixelRatioF()))
        shown = over if self._shows_over else self._source
        if shown is None:
            return
        if self._by_turns:
            text = _("By turns: photo {n} is seen").format(n=number_text(shown.number))
        else:
            text = _("Wipe: {percent} % of photo {n}").format(
                percent=number_text(self.wipe_percent), n=number_text(shown.number)
            )
        self.setAccessibleName(text)

    # Geometry

    def _seen(self) -> QRectF:
        """The part of the photo that is in the view."""
        seen = self.photo_rect().intersected(QRectF(self.rect()))
        return QRectF(self.rect()) if seen.isEmpty() else seen

    def divider_px(self) -> float:
        """Place of the divider in the view, in logical pixels."""
        seen = self._seen()
        return seen.left() + seen.width() * self.wipe_percent / 100

    def _is_at_divider(self, at: QPointF) -> bool:
        return not self._by_turns and abs(at.x() - self.divider_px()) <= _GRIP_PX

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the divider, or drag the photos."""
        is_left = event.button() is Qt.MouseButton.LeftButton
        self._holds_divider = is_left and self._is_at_divider(event.position())
        if not self._holds_divider:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the divider along."""
        if self._holds_divider:
            seen = self._seen()
            share = (event.position().x() - seen.left()) / seen.width()
            self._divider.setValue(round(100 * min(max(share, 0.0), 1.0)))
            return
        if event.buttons() == Qt.MouseButton.NoButton:
            at_divider = self._is_at_divider(event.position())
            hand = Qt.CursorShape.SplitHCursor if at_divider else Qt.CursorShape.OpenHandCursor
            self.setCursor(hand)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._holds_divider = False
        super().mouseReleaseEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin the turns."""
        super().showEvent(event)
        self._settle_turns()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self._turn.stop()

    # Painting

    def _draw_over(self, painter: QPainter) -> None:
        over = self._over
        if over is None or over.pixmap is None or (self._by_turns and not self._shows_over):
            return
        room = QRectF(self.rect())
        if not self._by_turns:
            room.setLeft(self.divider_px())
        painter.save()
        painter.setClipRect(room)
        painter.fillRect(room, colours().backdrop)
        self._draw_photo(painter, over, over.pixmap, self._rect_of(over, self._over_lay))
        painter.restore()
        if not self._by_turns:
            self._draw_divider(painter)

    def _draw_divider(self, painter: QPainter) -> None:
        """A line in two tones, of which one stands out from any picture, and a knob."""
        x_px, middle_px = self.divider_px(), self.height() / 2
        for colour, width_px in ((colours().backdrop, _HALO_PX), (colours().accent, 2.0)):
            painter.setPen(QPen(colour, width_px))
            painter.drawLine(QPointF(x_px, 0), QPointF(x_px, self.height()))
        painter.setPen(QPen(colours().on_accent, 1.5))
        painter.setBrush(colours().accent)
        painter.drawEllipse(QPointF(x_px, middle_px), _KNOB_PX, _KNOB_PX)
        for side in (-1, 1):
            tip = QPointF(x_px + side * 6, middle_px)
            painter.drawLine(tip, tip + QPointF(-side * 3, -3))
            painter.drawLine(tip, tip + QPointF(-side * 3, 3))

    def _number_text(self, source: Source) -> str:
        """Numbers of the photos that are seen: "1 | 2", or the one whose turn it is."""
        over = self._over
        if over is None:
            return super()._number_text(source)
        if self._by_turns:
            return number_text((over if self._shows_over else source).number)
        return _("{left} | {right}").format(
            left=number_text(source.number), right=number_text(over.number)
        )
