"""One photo that fills its frame: at once by its thumbnail, then sharp, never cut."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from dupefinder.core.records import GroupMember, Problem
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours
from dupefinder.gui.photos.picture_loader import PictureLoader, step_px
from dupefinder.gui.review.decision_bar import paint_sign, sign_size
from dupefinder.gui.review.decisions import DecisionState
from dupefinder.gui.review.difference_boxes import box_on, draw_boxes
from dupefinder.gui.review.shown_values import name_text
from dupefinder.text import problems
from dupefinder.text.figures import number_text
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

THUMBNAIL_PX = 256
_MOST_ENLARGEMENT = 8.0
"""An icon of a few pixels is not blown up over the whole page."""
_RADIUS_PX = 6.0
_DIM = 0.3
_BADGE_PX = 20
_CHIP_OPACITY = 0.85
_LEAST_HEIGHT_PX = 96
"""A frame has room for the sign on its corner, however flat its photo is."""


class PhotoFrame(QWidget):
    """A frame for one photo, whose place in it follows from its facts, so that nothing jumps."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(
        self, thumbnails: ThumbnailLoader, pictures: PictureLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pictures = pictures
        self._member: GroupMember | None = None
        self._number = 0
        self._state = DecisionState.PROPOSED_KEEP
        self._places: Sequence[QRectF] = ()
        self._sharp: QPixmap | None = None
        self._step_px = 0
        self._trouble = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self._corner = QVBoxLayout(self)
        self._corner.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        pictures.loaded.connect(self._take_picture)
        thumbnails.loaded.connect(self._take_thumbnails)

    def lay_on(self, widget: QWidget) -> None:
        """Lay a control on the lower right corner of the photo."""
        right_below = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        self._corner.addWidget(widget, 0, right_below)

    @property
    def trouble(self) -> str:
        """Reason why the photo cannot be shown sharp; empty when it can."""
        return self._trouble

    @property
    def is_sharp(self) -> bool:
        """True when the photo itself is shown, not its thumbnail."""
        return self._sharp is not None

    def set_photo(self, member: GroupMember, number: int) -> None:
        """Show a photo; the same one stays as it is.

        Args:
            member: The photo.
            number: Its number in the group, by which keys decide on it.
        """
        self._number = number
        if self._member is None or member.file.path != self._member.file.path:
            self._sharp = None
            self._trouble = ""
        self._member = member
        self.setAccessibleName(_("Photo {name}").format(name=name_text(member)))
        self._step_px = 0  # an earlier request may have been dropped
        self._want()
        self.update()

    @property
    def places(self) -> Sequence[QRectF]:
        """The places that are marked, as shares of the photo."""
        return self._places

    def set_places(self, places: Sequence[QRectF]) -> None:
        """Mark the places in which the photo and another one differ.

        Args:
            places: As shares of the photo, 0 to 1.
        """
        if places != self._places:
            self._places = places
            self.update()

    def set_state(self, state: DecisionState) -> None:
        """Show what becomes of the photo: one that goes is dimmed and crossed."""
        if state is not self._state:
            self._state = state
            self.update()

    def sizeHint(self) -> QSize:
        """Most of the card."""
        return QSize(320, 240)

    def bound_height(self, height_px: int) -> None:
        """Be no higher than the group's highest photo needs.

        Args:
            height_px: Its height, see `needed_height_px`.
        """
        height_px = max(height_px, _LEAST_HEIGHT_PX)
        if height_px != self.maximumHeight():
            self.setMaximumHeight(height_px)

    def photo_rect(self) -> QRectF:
        """Rectangle of the drawn photo, in logical pixels."""
        room = QRectF(self.rect())
        if self._member is None or room.isEmpty():
            return QRectF()
        facts = self._member.facts
        width_px, height_px = max(facts.width_px, 1), max(facts.height_px, 1)
        most = _MOST_ENLARGEMENT / self.devicePixelRatioF()
        scale = min(room.width() / width_px, room.height() / height_px, most)
        # Of a line of pixels at least something can be seen.
        shown = QRectF(0, 0, max(width_px * scale, 2.0), max(height_px * scale, 2.0))
        shown.moveCenter(room.center())
        return shown

    # Pictures come

    def _want(self) -> None:
        """Ask for the picture in the size in which it is shown, unless it is there."""
        if self._member is None or self._trouble or not self.isVisible():
            return
        rect = self.photo_rect()
        longest_px = round(max(rect.width(), rect.height()) * self.devicePixelRatioF())
        if longest_px == 0 or step_px(longest_px) == self._step_px:
            return
        self._step_px = step_px(longest_px)
        path = self._member.file.path
        image = self._pictures.picture(path, longest_px)
        if image is None:
            self._pictures.request(path, longest_px)
        elif self._sharp is None or image.width() > self._sharp.width():
            self._sharp = QPixmap.fromImage(image)

    def _take_picture(self, path: str, outcome: object) -> None:
        if self._member is None or path != self._member.file.path:
            return
        if isinstance(outcome, Problem):
            self._trouble = problems.problem_text(outcome)
        elif isinstance(outcome, QImage) and (
            self._sharp is None or outcome.width() >= self._sharp.width()
        ):
            self._trouble = ""
            self._sharp = QPixmap.fromImage(outcome)
        self.update()

    def _take_thumbnails(self, content_ids: object) -> None:
        assert isinstance(content_ids, Collection)
        if self._member is not None and self._member.content_id in content_ids:
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Request the pictures that were not requested while the widget was hidden."""
        super().showEvent(event)
        self._step_px = 0
        self._want()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A larger photo needs more pixels."""
        super().resizeEvent(event)
        self._want()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the backdrop, the photo, and the sign of what becomes of it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), _RADIUS_PX, _RADIUS_PX)
        painter.fillPath(ground, colours().backdrop)
        if colours().backdrop == colours().surface:
            painter.strokePath(ground, QPen(colours().line, 2.0))  # else one sees no frame
        if self._member is None:
            return
        rect = self.photo_rect()
        painter.setClipPath(ground)
        picture = self._sharp or self._thumbnails.get(self._member.content_id, THUMBNAIL_PX)
        goes = self._state is DecisionState.REMOVE
        if picture is not None:
            painter.setOpacity(_DIM if goes else 1.0)
            painter.drawPixmap(rect, picture, QRectF(picture.rect()))
            painter.setOpacity(1.0)
        boxes: list[QRectF] = []
        if self._places and picture is not None:
            room = QRectF(self.rect())
            boxes = [box_on(place, rect, room) for place in self._places]
            draw_boxes(painter, boxes)
        if goes:
            self._cross(painter, rect)
        if self._trouble:
            self._tell_trouble(painter, has_picture=picture is not None)
        if self._member.file.protected:
            self._badge(painter, "shield", colours().keep)
        self._tell_number(painter)
        paint_sign(painter, self._sign_corner(boxes), self.font(), self._state)

    def _sign_corner(self, kept_free: Sequence[QRectF]) -> QPointF:
        """Return the sign's place: the first corner in which it hides no place that differs."""
        size = sign_size(self.font(), self._state)
        left, top = float(SPACE_PX), float(SPACE_PX)
        right = self.width() - SPACE_PX - size.width()
        bottom = self.height() - SPACE_PX - size.height()
        corners = [QPointF(left, top), QPointF(left, bottom), QPointF(right, bottom)]
        free = (
            corner
            for corner in corners
            if not any(QRectF(corner, size).intersects(box) for box in kept_free)
        )
        return next(free, corners[0])

    def _cross(self, painter: QPainter, rect: QRectF) -> None:
        lines = ((rect.topLeft(), rect.bottomRight()), (rect.topRight(), rect.bottomLeft()))
        for colour, width_px in ((colours().backdrop, 5.0), (colours().remove, 2.5)):
            painter.setPen(QPen(colour, width_px, c=Qt.PenCapStyle.RoundCap))
            for begin, end in lines:
                painter.drawLine(begin, end)

    def _badge(self, painter: QPainter, name: str, colour: QColor) -> None:
        half_px = (_BADGE_PX + SPACE_PX) / 2
        centre = QPointF(self.width() - half_px - SPACE_PX, half_px + SPACE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().surface)
        painter.drawEllipse(centre, half_px, half_px)
        sign = icons.pixmap(name, _BADGE_PX, colour)
        painter.drawPixmap(centre - QPointF(_BADGE_PX / 2, _BADGE_PX / 2), sign)

    def _tell_number(self, painter: QPainter) -> None:
        """Show the number of the photo in its upper right corner, left of the shield."""
        text = number_text(self._number)
        metrics = painter.fontMetrics()
        height_px = metrics.height() + SPACE_PX / 2
        width_px = max(metrics.horizontalAdvance(text) + SPACE_PX, height_px)
        right_px = self.width() - SPACE_PX
        if self._member is not None and self._member.file.protected:
            right_px -= _BADGE_PX + 2 * SPACE_PX
        chip = QRectF(right_px - width_px, SPACE_PX, width_px, height_px)
        ground = QPainterPath()
        ground.addRoundedRect(chip, _RADIUS_PX, _RADIUS_PX)
        painter.setOpacity(_CHIP_OPACITY)
        painter.fillPath(ground, colours().surface)
        painter.setOpacity(1.0)
        painter.strokePath(ground, QPen(colours().line, 1.0))  # on a photo as light as the chip
        painter.setPen(colours().text)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _tell_trouble(self, painter: QPainter, *, has_picture: bool) -> None:
        """Show why there is no sharp photo: below a thumbnail, or in its place."""
        text_flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        room = self.rect().adjusted(2 * SPACE_PX, SPACE_PX, -2 * SPACE_PX, -SPACE_PX)
        needed = painter.fontMetrics().boundingRect(room, text_flags, self._trouble)
        if has_picture:
            strip = QRectF(self.rect())
            strip.setTop(strip.bottom() - needed.height() - 2 * SPACE_PX)
            ground = QColor(colours().surface)
            ground.setAlpha(230)
            path = QPainterPath()
            path.addRoundedRect(strip, _RADIUS_PX, _RADIUS_PX)
            painter.fillPath(path, ground)
            place = strip.toRect()
        else:
            sign = icons.pixmap("photo-missing", 48, colours().quiet)
            top_px = max((self.height() - 48 - SPACE_PX - needed.height()) // 2, SPACE_PX)
            painter.drawPixmap((self.width() - 48) // 2, top_px, sign)
            place = room.translated(0, top_px + 48 + SPACE_PX - room.top())
            text_flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        painter.setPen(colours().text if has_picture else colours().quiet)
        painter.drawText(place, text_flags, self._trouble)


def needed_height_px(member: GroupMember, width_px: float, pixel_ratio: float) -> float:
    """Height of a photo that fills a width, as far as it is enlarged, in logical pixels.

    Args:
        member: The photo.
        width_px: Width of its frame, in logical pixels.
        pixel_ratio: Pixels of the screen in one logical pixel.
    """
    photo_width_px = max(member.facts.width_px, 1)
    scale = min(width_px / photo_width_px, _MOST_ENLARGEMENT / pixel_ratio)
    return max(member.facts.height_px, 1) * scale


def height_share(members: Iterable[GroupMember]) -> float:
    """Height of the highest of some photos as a share of its width; 1 without photos."""
    return max(
        (max(one.facts.height_px, 1) / max(one.facts.width_px, 1) for one in members), default=1.0
    )
