"""The lanes: kinds of matches with their photos and the bytes to win; one is on show."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from dupefinder.gui.results import Lane, Results
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _


def lane_text(lane: Lane | None) -> str:
    """The name of a lane; None is the lane of all."""
    return {
        None: _("All"),
        Lane.SAME_BYTES: _("Same file"),
        Lane.SAME_PIXELS: _("Same pixels"),
        Lane.RE_ENCODED: _("Re-encoded"),
        Lane.EDITED: _("Edited"),
        Lane.TURNED: _("Rotated or mirrored"),
        Lane.LOOK_ALIKE: _("Look-alikes"),
    }[lane]


def lane_sentence(lane: Lane | None) -> str:
    """What is in a lane, for those who ask."""
    return {
        None: _("All groups but look-alikes."),
        Lane.SAME_BYTES: _("Copies that are equal byte for byte."),
        Lane.SAME_PIXELS: _("Copies with equal pixels; their metadata differ."),
        Lane.RE_ENCODED: _("The same picture in another size, quality or format."),
        Lane.EDITED: _("The same exposure, changed afterwards. Nothing here is proposed."),
        Lane.TURNED: _("The same picture turned or mirrored. Nothing here is proposed."),
        Lane.LOOK_ALIKE: _("Similar, but not proven to be the same. They cannot be marked."),
    }[lane]


class LaneButton(QAbstractButton):
    """A lane: its name and photos on the first line, the bytes to win on the second.

    Signals:
        focused: It got the focus.
    """

    focused = Signal()

    def __init__(self, lane: Lane | None) -> None:
        super().__init__()
        self.lane = lane
        self.photos = self.win_bytes = -1
        self.setCheckable(True)
        # Clicked, it leaves the focus, and so the arrow keys, to the groups.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(lane_text(lane))
        self.setToolTip(lane_sentence(lane))
        self.set_numbers(0, 0)

    def set_numbers(self, photos: int, win_bytes: int) -> None:
        """Show other numbers.

        Args:
            photos: Photos of the lane.
            win_bytes: Bytes of those whose removal is proposed.
        """
        if (photos, win_bytes) == (self.photos, self.win_bytes):
            return
        self.photos, self.win_bytes = photos, win_bytes
        self.setAccessibleName(
            _("{lane}: {photos}, {size} can be freed").format(
                lane=self.text(), photos=photos_text(photos), size=bytes_text(win_bytes)
            )
        )
        self.updateGeometry()
        self.update()

    def _second_line(self) -> str:
        if self.photos == 0:
            return _("none")
        if self.win_bytes:
            return _("{size} can be freed").format(size=bytes_text(self.win_bytes))
        return _("to look at")

    def sizeHint(self) -> QSize:
        """Room for both lines."""
        strong = scaled_font(self.font(), 1.0, strong=True)
        small = scaled_font(self.font(), 0.9)
        metrics = self.fontMetrics()
        first = type(metrics)(strong).horizontalAdvance(
            f"{self.text()}  {number_text(self.photos)}"
        )
        second = type(metrics)(small).horizontalAdvance(self._second_line())
        height = type(metrics)(strong).height() + type(metrics)(small).height()
        return QSize(max(first, second) + 2 * SPACE_PX + 4, height + 2 * SPACE_PX)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`: a lane's numbers are never cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell, so that it can be brought into sight."""
        super().focusInEvent(event)
        self.focused.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go out again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name and photos, bytes, and a bar below when it is on show."""
        of = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = self.rect()
        if self.underMouse() and not self.isChecked():
            painter.fillRect(whole, of.hover)
        strong = scaled_font(self.font(), 1.0, strong=True)
        painter.setFont(strong)
        inner = whole.adjusted(SPACE_PX, SPACE_PX - 2, -SPACE_PX, -SPACE_PX)
        line = painter.fontMetrics().height()
        top = QRect(inner.left(), inner.top(), inner.width(), line)
        painter.setPen(of.quiet if self.photos == 0 else of.text)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, self.text())
        name_px = painter.fontMetrics().horizontalAdvance(f"{self.text()}  ")
        painter.setFont(self.font())
        painter.setPen(of.quiet)
        painter.drawText(
            top.adjusted(name_px, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, number_text(self.photos)
        )
        painter.setFont(scaled_font(self.font(), 0.9))
        painter.drawText(
            inner.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignLeft, self._second_line()
        )
        if self.isChecked():
            painter.fillRect(QRect(whole.left(), whole.bottom() - 2, whole.width(), 3), of.accent)
        if self.hasFocus():
            painter.setPen(QPen(of.accent, 2))
            painter.drawRoundedRect(whole.adjusted(1, 1, -2, -2), 6, 6)


class LaneBar(QFrame):
    """All lanes side by side; arrows go from one to the next.

    Signals:
        lane_chosen: The `Lane`, or None for all.
    """

    lane_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "bar")
        self.setAccessibleName(_("Kinds of matches"))
        self.buttons = {lane: LaneButton(lane) for lane in (None, *Lane)}
        self._group = QButtonGroup(self)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(SPACE_PX, 0, SPACE_PX, 0)
        across.setSpacing(SPACE_PX // 2)
        for button in self.buttons.values():
            self._group.addButton(button)
            button.focused.connect(self._reveal)
            across.addWidget(button)
        across.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # The bar's own ground shows through.
        for widget in (inside, scroll.viewport()):
            widget.setAutoFillBackground(False)
        self._scroll = scroll
        self._inside = inside
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.buttons[None].setChecked(True)
        self._group.buttonClicked.connect(self._clicked)
        self._settle_height()

    def set_results(self, results: Results) -> None:
        """Show the numbers of other results."""
        counts = results.lane_counts
        for lane, button in self.buttons.items():
            if lane is not None:
                button.set_numbers(counts[lane].photos, counts[lane].proposed_bytes)
        confirmed = [counts[lane] for lane in Lane if lane is not Lane.LOOK_ALIKE]
        self.buttons[None].set_numbers(
            sum(count.photos for count in confirmed),
            sum(count.proposed_bytes for count in confirmed),
        )
        self._settle_height()

    def choose(self, lane: Lane | None) -> None:
        """Show a lane as the one on show, without telling."""
        self.buttons[lane].setChecked(True)

    def _clicked(self, button: LaneButton) -> None:
        self.lane_chosen.emit(button.lane)

    def _reveal(self) -> None:
        button = self._inside.focusWidget()
        if button is not None:
            self._scroll.ensureWidgetVisible(button)

    def _settle_height(self) -> None:
        """As high as a lane; where not all fit side by side, the scroll bar needs room, too."""
        self._inside.adjustSize()
        height = self._inside.sizeHint().height()
        if self._inside.minimumSizeHint().width() > self.width() > 0 and self.isVisible():
            height += self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(height)

    def resizeEvent(self, event: object) -> None:
        """Make room for the scroll bar where it is needed."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self._settle_height()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._settle_height()
