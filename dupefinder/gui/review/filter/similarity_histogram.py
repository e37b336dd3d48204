"""Histogram of the matches' distances, above the slider of similarity."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QHideEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.results import Results
from dupefinder.gui.review.shown_values import name_text
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.text.counts import bits_text, groups_text, photos_text
from dupefinder.text.scans import MOST_BITS, level_of, level_text
from dupefinder.text.translation import _, plural

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_HEIGHT_PX = 24
_WIDTH_PX = 180
HANDLE_PX = 14
"""Width of the slider's handle, as in the style sheet; bars are aligned with its middle."""
_LEAST_BAR_PX = 3
_PICTURE_PX = 112


@dataclass(frozen=True, slots=True)
class ThresholdSteps:
    """The photos and groups that each threshold adds, from 0 to `MOST_BITS`.

    Attributes:
        photos: Photos whose match lies at each distance in bits.
        groups: Groups of which the nearest match lies there: they appear at this threshold.
        examples: Place of a photo at each distance in the results; -1 for none.
        results: The results.
    """

    photos: tuple[int, ...] = (0,) * (MOST_BITS + 1)
    groups: tuple[int, ...] = (0,) * (MOST_BITS + 1)
    examples: tuple[int, ...] = (-1,) * (MOST_BITS + 1)
    results: Results | None = None

    @classmethod
    def of(cls, results: Results, wanted: NDArray[np.bool_]) -> "ThresholdSteps":
        """The steps of some groups, given as bool (n,)."""
        steps, members = MOST_BITS + 1, results.members
        near = members.distance_bits < steps
        places = np.flatnonzero(near & wanted[members.group])
        bits = members.distance_bits[places]
        nearest = results.nearest_bits[wanted]
        examples = np.full(steps, -1, np.int64)
        examples[bits[::-1]] = places[::-1]  # of several the first one is written last
        return cls(
            tuple(np.bincount(bits, minlength=steps).tolist()),
            tuple(np.bincount(nearest[nearest < steps], minlength=steps).tolist()),
            tuple(examples.tolist()),
            results,
        )

    def pair(self, bits: int) -> tuple[GroupMember, GroupMember] | None:
        """A photo at a distance, after the one it is held against; None without one."""
        if self.results is None or self.examples[bits] < 0:
            return None
        return self.results.pair_at(self.examples[bits])

    def text(self, bits: int) -> str:
        """Describe what a threshold adds, such as "8 bits: 12 more photos, 9 new groups"."""
        if not self.photos[bits]:
            return _("{bits}: nothing more").format(bits=bits_text(bits))
        photos = plural("{n} more photo", "{n} more photos", self.photos[bits])
        groups = plural("{n} new group", "{n} new groups", self.groups[bits])
        return _("{bits}: {photos}, {groups}").format(
            bits=bits_text(bits), photos=photos, groups=groups
        )

    def total_text(self, bits: int) -> str:
        """Describe what a threshold brings with all below it."""
        return _("Up to here: {photos} in {groups}").format(
            photos=photos_text(sum(self.photos[: bits + 1])),
            groups=groups_text(sum(self.groups[: bits + 1])),
        )


class Histogram(QWidget):
    """A bar for each threshold, as high as the photos that it adds; those within it are strong.

    Attributes:
        peek: Told of the bar under the pointer.
    """

    accessible_role = QAccessible.Role.Chart

    def __init__(self, peek: "ThresholdPeek") -> None:
        super().__init__()
        self.peek = peek
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Matches by similarity"))
        self.steps = ThresholdSteps()
        self.threshold_bits = 0
        self.most_bits = MOST_BITS

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of photos at each distance in bits, int64."""
        return np.array(self.steps.photos, np.int64)

    def set_steps(self, steps: ThresholdSteps) -> None:
        """Show other matches."""
        self.steps = steps
        said = [steps.text(bits) for bits in range(MOST_BITS + 1) if steps.photos[bits]]
        self.setAccessibleDescription("\n".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        """One height, and a width at which bars can be told apart."""
        return QSize(_WIDTH_PX, _HEIGHT_PX)

    def bits_at(self, x_px: float) -> int:
        """The threshold whose bar stands at a place."""
        step = self._step_px()
        return min(max(round((x_px - HANDLE_PX / 2) / step), 0), self.most_bits)

    def bar_x(self, bits: int) -> int:
        """Middle of a bar."""
        return round(HANDLE_PX / 2 + bits * self._step_px())

    def _step_px(self) -> float:
        return max(self.width() - HANDLE_PX, 1) / max(self.most_bits, 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what the bar under the pointer adds."""
        self.peek.show_step(self, self.bits_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the text."""
        super().leaveEvent(event)
        self.peek.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line on which the bars stand, and the bars."""
        del event
        of = colours()
        painter = QPainter(self)
        heights = np.sqrt(self.counts[: self.most_bits + 1])
        highest = max(float(heights.max(initial=0.0)), 1.0)
        wide_px = max(min(round(self._step_px()) - 3, 10), 3)
        painter.fillRect(0, self.height() - 1, self.width(), 1, of.line)
        for bits, height in enumerate(heights.tolist()):
            if not height:
                continue
            high_px = max(round(height / highest * (self.height() - 1)), _LEAST_BAR_PX)
            place = QRect(
                self.bar_x(bits) - wide_px // 2, self.height() - high_px, wide_px, high_px
            )
            painter.fillRect(place, of.accent if bits <= self.threshold_bits else of.quiet)


class ThresholdPeek(QFrame):
    """A card over the page that says what one threshold adds, with a pair of photos from there.

    It takes neither clicks nor the focus.
    """

    accessible_role = QAccessible.Role.ToolTip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails: ThumbnailLoader | None = None
        self.text = PlainLabel()
        self.total = PlainLabel()
        set_role(self.total, "quiet")
        self.pictures = (_Picture(), _Picture())
        self.names = tuple(ElidedLabel() for _number in self.pictures)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        across = QHBoxLayout()
        across.setSpacing(SPACE_PX)
        for picture, name in zip(self.pictures, self.names, strict=True):
            set_role(name, "quiet")
            name.setFixedWidth(_PICTURE_PX)
            below = QVBoxLayout()
            below.setSpacing(2)
            below.addWidget(picture)
            below.addWidget(name)
            across.addLayout(below)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX // 2)
        column.addWidget(self.text)
        column.addWidget(self.total)
        column.addLayout(across)
        set_role(self, "card")
        self.hide()

    def set_thumbnails(self, thumbnails: "ThumbnailLoader") -> None:
        """Take where the example's pictures come from."""
        self._thumbnails = thumbnails
        thumbnails.loaded.connect(self._repaint)

    def _repaint(self) -> None:
        for picture in self.pictures:
            picture.update()

    def show_step(self, histogram: Histogram, bits: int) -> None:
        """Show below a histogram what a threshold adds.

        Args:
            histogram: Has the steps.
            bits: The threshold.
        """
        steps = histogram.steps
        window = histogram.window()
        if not any(steps.photos) or not histogram.isVisible():
            self.hide()
            return
        level = level_text(level_of(bits))
        self.text.setText(_("{level} · {step}").format(level=level, step=steps.text(bits)))
        self.total.setText(steps.total_text(bits))
        pair = steps.pair(bits)
        for number, (picture, name) in enumerate(zip(self.pictures, self.names, strict=True)):
            picture.show_photo(self._thumbnails, None if pair is None else pair[number])
            picture.setVisible(pair is not None)
            name.setVisible(pair is not None)
            name.set_text("" if pair is None else name_text(pair[number]))
        if self.parentWidget() is not window:
            self.setParent(window)
        self.adjustSize()
        below = QPoint(histogram.bar_x(bits) - self.width() // 2, 2 * _HEIGHT_PX)
        at = histogram.mapTo(window, below)
        rightmost_px = max(window.width() - self.width() - SPACE_PX, 0)
        self.move(min(max(at.x(), 0), rightmost_px), at.y())
        self.show()
        self.raise_()


class ThresholdSlider(QSlider):
    """Tells what the threshold under the pointer adds, or with the keyboard the chosen one."""

    def __init__(self, histogram: Histogram) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._histogram = histogram
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the step under the pointer."""
        super().mouseMoveEvent(event)
        bits = self._histogram.bits_at(event.position().x())
        self._histogram.peek.show_step(self._histogram, bits)

    def leaveEvent(self, event: QEvent) -> None:
        """Clear the text."""
        super().leaveEvent(event)
        self._histogram.peek.hide()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the step of the handle to who came by key."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._histogram.peek.show_step(self._histogram, self.value())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clear the text."""
        super().focusOutEvent(event)
        self._histogram.peek.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """The page goes."""
        super().hideEvent(event)
        self._histogram.peek.hide()


class _Picture(QWidget):
    """A thumbnail, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._thumbnails: ThumbnailLoader | None = None
        self._member: GroupMember | None = None
        self.setFixedSize(_PICTURE_PX, _PICTURE_PX * 3 // 4)

    def show_photo(self, thumbnails: "ThumbnailLoader | None", member: GroupMember | None) -> None:
        """Show another photo; None shows nothing."""
        self._thumbnails, self._member = thumbnails, member
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the thumbnail once it is there."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours().backdrop)
        if self._member is None or self._thumbnails is None:
            return
        ratio = self.devicePixelRatioF()
        picture = self._thumbnails.get(self._member.content_id, _PICTURE_PX, ratio)
        if picture is None:
            return
        size = picture.deviceIndependentSize()
        size.scale(self.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(), size.toSize())
        place.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, picture)
