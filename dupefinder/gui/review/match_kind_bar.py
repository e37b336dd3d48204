"""The bar of the kinds of match, with the photos and the bytes to free of each; one is on show."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.results import MatchKind, MatchKindCount
from dupefinder.gui.widgets.layouts import page_title
from dupefinder.gui.widgets.row_painting import as_read
from dupefinder.text.counts import photos_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.translation import _


def match_kind_text(match_kind: MatchKind | None) -> str:
    """The name of a kind of match; None means all."""
    return {
        None: _("All"),
        MatchKind.SAME_BYTES: _("Same file"),
        MatchKind.SAME_PIXELS: _("Same pixels"),
        MatchKind.RE_ENCODED: _("Re-encoded"),
        MatchKind.EDITED: _("Edited"),
        MatchKind.TURNED: _("Rotated or mirrored"),
        MatchKind.LOOK_ALIKE: _("Look-alikes"),
    }[match_kind]


def match_kind_sentence(match_kind: MatchKind | None) -> str:
    """Explain a kind of match, for those who ask."""
    return {
        None: _("All groups but look-alikes."),
        MatchKind.SAME_BYTES: _("Copies that are equal byte for byte."),
        MatchKind.SAME_PIXELS: _("Copies with equal pixels; their metadata differ."),
        MatchKind.RE_ENCODED: _("The same picture in another size, quality or format."),
        MatchKind.EDITED: _("The same exposure, changed afterwards. Nothing here is proposed."),
        MatchKind.TURNED: _("The same picture turned or mirrored. Nothing here is proposed."),
        MatchKind.LOOK_ALIKE: _(
            "Similar, but not proven to be the same. Nothing here is proposed."
        ),
    }[match_kind]


def match_kind_sign(match_kind: MatchKind) -> str:
    """The icon of a kind of match."""
    return {
        MatchKind.SAME_BYTES: "same-file",
        MatchKind.SAME_PIXELS: "same-pixels",
        MatchKind.RE_ENCODED: "re-encoded",
        MatchKind.EDITED: "edited",
        MatchKind.TURNED: "turned",
        MatchKind.LOOK_ALIKE: "look-alike",
    }[match_kind]


class MatchKindButton(QAbstractButton):
    """A kind of match: its name and photos on the first line, the bytes to free on the second.

    Signals:
        focused: It got the focus.
    """

    focused = Signal()

    def __init__(self, match_kind: MatchKind | None) -> None:
        super().__init__()
        self.match_kind = match_kind
        self.photos = self.win_bytes = -1
        self._is_short = False
        self.setCheckable(True)
        self.setAutoExclusive(True)  # screen readers announce it as one of several
        # A click leaves the focus, and so the arrow keys, to the groups.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(match_kind_text(match_kind))
        self.setToolTip(match_kind_sentence(match_kind))
        self.set_numbers(0, 0)

    def set_numbers(self, photos: int, win_bytes: int) -> None:
        """Show other numbers.

        Args:
            photos: Photos of the kind of match.
            win_bytes: Bytes of those whose removal is proposed.
        """
        if (photos, win_bytes) == (self.photos, self.win_bytes):
            return
        self.photos, self.win_bytes = photos, win_bytes
        self.setAccessibleName(
            _("{match_kind}: {photos}, {size} can be freed").format(
                match_kind=self.text(), photos=photos_text(photos), size=bytes_text(win_bytes)
            )
        )
        self.updateGeometry()
        self.update()

    def set_short(self, short: bool) -> None:
        """Show only a size on the second line, if not all kinds fit side by side."""
        if short != self._is_short:
            self._is_short = short
            self.updateGeometry()
            self.update()

    def _second_line(self) -> str:
        if self.photos == 0:
            return _("none")
        if self._is_short and self.win_bytes:
            return bytes_text(self.win_bytes)
        if self.win_bytes:
            return _("{size} can be freed").format(size=bytes_text(self.win_bytes))
        return _("to look at")

    def sizeHint(self) -> QSize:
        """Room for both lines."""
        strong = scaled_font(self.font(), 1.0, strong=True)
        small = scaled_font(self.font(), 0.9)
        metrics = self.fontMetrics()
        # As they are drawn: the figures by themselves, in a font that names may not have.
        first = type(metrics)(strong).horizontalAdvance(f"{self.text()}  ")
        first += metrics.horizontalAdvance(number_text(self.photos))
        second = type(metrics)(small).horizontalAdvance(self._second_line())
        height = type(metrics)(strong).height() + type(metrics)(small).height()
        air_px = SPACE_PX if self._is_short else 2 * SPACE_PX + 4
        return QSize(max(first, second) + air_px, height + 2 * SPACE_PX)

    def minimumSizeHint(self) -> QSize:
        """The least size is the preferred one, so that no number is cut."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Emit `focused`, so that it can be scrolled into view."""
        super().focusInEvent(event)
        self.focused.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Draw the highlight under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Remove the highlight."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, photos and bytes, and a bar below if it is on show."""
        of = colours()
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = self.rect()
        if self.underMouse() and not self.isChecked():
            painter.fillRect(whole, of.hover)
        strong = scaled_font(self.font(), 1.0, strong=True)
        painter.setFont(strong)
        air_px = SPACE_PX // 2 if self._is_short else SPACE_PX
        inner = whole.adjusted(air_px, SPACE_PX - 2, -air_px, -SPACE_PX)
        line = painter.fontMetrics().height()
        top = QRect(inner.left(), inner.top(), inner.width(), line)
        painter.setPen(of.quiet if self.photos == 0 else of.text)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, self.text())
        name_px = painter.fontMetrics().horizontalAdvance(f"{self.text()}  ")
        painter.setFont(self.font())
        painter.setPen(of.quiet)
        beside = as_read(painter, top, top.adjusted(name_px, 0, 0, 0))
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft, number_text(self.photos))
        painter.setFont(scaled_font(self.font(), 0.9))
        painter.drawText(
            inner.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignLeft, self._second_line()
        )
        if self.isChecked():
            painter.fillRect(QRect(whole.left(), whole.bottom() - 2, whole.width(), 3), of.accent)
        if self.hasFocus():
            painter.setPen(QPen(of.accent, 2))
            painter.drawRoundedRect(whole.adjusted(1, 1, -2, -2), 6, 6)


class MatchKindBar(QFrame):
    """All kinds of match side by side, beside the page's title; arrows go from one to the next.

    Attributes:
        title: The title of the page; hidden if the kinds need its room.

    Signals:
        match_kind_chosen: The `MatchKind`, or None for all.
    """

    match_kind_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "bar")
        self.setAccessibleName(_("Kinds of matches"))
        self.buttons = {
            match_kind: MatchKindButton(match_kind) for match_kind in (None, *MatchKind)
        }
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
        # The bar's own background shows through.
        for widget in (inside, scroll.viewport()):
            widget.setAutoFillBackground(False)
        self._scroll = scroll
        self._inside = inside
        self.title = page_title(_("Review"))
        self.title.setContentsMargins(2 * SPACE_PX, 0, SPACE_PX, 0)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.title)
        whole.addWidget(scroll)
        self.buttons[None].setChecked(True)
        self._group.buttonClicked.connect(self._clicked)
        self._settle_height()

    def set_counts(self, counts: Mapping[MatchKind, MatchKindCount]) -> None:
        """Show the numbers of the groups that pass the filter."""
        for match_kind, button in self.buttons.items():
            if match_kind is not None:
                button.set_numbers(counts[match_kind].photos, counts[match_kind].proposed_bytes)
        confirmed = [
            counts[match_kind] for match_kind in MatchKind if match_kind is not MatchKind.LOOK_ALIKE
        ]
        self.buttons[None].set_numbers(
            sum(count.photos for count in confirmed),
            sum(count.proposed_bytes for count in confirmed),
        )
        self._settle_height()

    def choose(self, match_kind: MatchKind | None) -> None:
        """Select a kind of match, without a signal."""
        self.buttons[match_kind].setChecked(True)

    def _clicked(self, button: MatchKindButton) -> None:
        self.match_kind_chosen.emit(button.match_kind)

    def _reveal(self) -> None:
        button = self._inside.focusWidget()
        if button is not None:
            self._scroll.ensureWidgetVisible(button)

    def _settle_height(self) -> None:
        """Set the height to that of one kind, plus that of the scroll bar if needed."""
        title_px = self.title.sizeHint().width()
        for has_title, short in ((True, False), (True, True), (False, True)):
            for button in self.buttons.values():
                button.set_short(short)
            room_px = self.width() - (title_px if has_title else 0)
            if self._needed_px() <= room_px:
                break
        self.title.setVisible(has_title)
        self._inside.adjustSize()
        height = self._inside.sizeHint().height()
        if self._inside.minimumSizeHint().width() > room_px > 0 and self.isVisible():
            height += self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(height)

    def _needed_px(self) -> int:
        buttons = self.buttons.values()
        gaps_px = (len(buttons) - 1) * (SPACE_PX // 2) + 2 * SPACE_PX
        return sum(button.sizeHint().width() for button in buttons) + gaps_px

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the scroll bar if it is needed."""
        super().resizeEvent(event)
        self._settle_height()

    def changeEvent(self, event: QEvent) -> None:
        """Lay out anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._settle_height()
