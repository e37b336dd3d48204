"""The strong bar below a photo: what becomes of it, and why."""

from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from dupefinder.gui import icons
from dupefinder.gui.plain_text import plain_tip
from dupefinder.gui.review.decision_state import DecisionState, look_of
from dupefinder.gui.theme import SPACE_PX, colours, scaled_font
from dupefinder.text.translation import _

_ICON_PX = 18
_RADIUS_PX = 6.0
_TINT = 38
_WIDE_CHARACTERS = 68
"""A bar that is as wide needs one line for most reasons, a narrower one two."""


class DecisionBar(QWidget):
    """See the module. Sign, word and colour say the same; what is only proposed is quieter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fate = DecisionState.PROPOSED_KEEP
        self._why = ""
        self._reason_lines = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def fate(self) -> DecisionState:
        """What it shows."""
        return self._fate

    def set_fate(self, fate: DecisionState, why: str) -> None:
        """Show what becomes of the photo.

        Args:
            fate: What becomes of it.
            why: The reason, a few words.
        """
        self._fate, self._why = fate, why
        self.setAccessibleName(
            _("{decision}: {reason}").format(decision=look_of(fate).word, reason=why)
        )
        self._settle()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the word and the reason, so that all cards are of one height."""
        return QSize(20 * SPACE_PX, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A narrow card elides the reason."""
        word = max(QFontMetrics(self._word_font()).height(), _ICON_PX)
        height_px = word + self._reason_lines * self.fontMetrics().lineSpacing() + 2 * SPACE_PX
        return QSize(8 * SPACE_PX, height_px)

    @property
    def _is_decided(self) -> bool:
        return self._fate in (DecisionState.KEEP, DecisionState.REMOVE)

    def _word_font(self) -> QFont:
        return scaled_font(self.font(), 1.15, strong=self._is_decided)

    def _lines(self, width_px: int) -> tuple[list[str], bool]:
        """Break the reason into lines, the last one shortened; True when something is left out."""
        layout = QTextLayout(self._why, self.font())
        layout.beginLayout()
        starts = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width_px)
            starts.append(line.textStart())
        layout.endLayout()
        if len(starts) <= self._reason_lines:
            ends = [*starts[1:], len(self._why)]
            return [self._why[a:b] for a, b in zip(starts, ends, strict=True)], False
        lines = [self._why[a:b] for a, b in pairwise(starts[: self._reason_lines])]
        rest = self._why[starts[self._reason_lines - 1] :]
        elided = self.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, width_px)
        return [*lines, elided], True

    def _settle(self) -> None:
        _, is_elided = self._lines(self.width() - 2 * SPACE_PX)
        self.setToolTip(plain_tip(self._why) if is_elided else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The reason may fit now, or not any more."""
        super().resizeEvent(event)
        wide_px = self.fontMetrics().averageCharWidth() * _WIDE_CHARACTERS
        lines = 1 if self.width() >= wide_px else 2
        if lines != self._reason_lines:
            self._reason_lines = lines
            self.updateGeometry()
        self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, sign, word and reason."""
        del event
        look = look_of(self._fate)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        ground = QColor(look.colour)
        if self._is_decided:
            ground.setAlpha(_TINT)
            reason_colour = colours().text
        else:
            ground = QColor(colours().hover)
            reason_colour = colours().quiet
        painter.fillPath(path, ground)
        if self._is_decided:
            painter.strokePath(path, QPen(look.colour, 1.0))
        room = self.rect().adjusted(SPACE_PX, SPACE_PX, -SPACE_PX, -SPACE_PX)
        painter.setFont(self._word_font())
        height_px = max(painter.fontMetrics().height(), _ICON_PX)
        sign = icons.pixmap(look.icon, _ICON_PX, look.colour)
        painter.drawPixmap(room.left(), room.top() + (height_px - _ICON_PX) // 2, sign)
        painter.setPen(look.colour)
        left_px = room.left() + _ICON_PX + SPACE_PX // 2
        width_px = room.right() - left_px
        word = painter.fontMetrics().elidedText(look.word, Qt.TextElideMode.ElideRight, width_px)
        painter.drawText(
            left_px, room.top(), width_px, height_px, Qt.AlignmentFlag.AlignVCenter, word
        )
        painter.setFont(self.font())
        painter.setPen(reason_colour)
        top_px = room.top() + height_px
        for line in self._lines(room.width())[0]:
            spacing_px = painter.fontMetrics().lineSpacing()
            painter.drawText(
                room.left(), top_px, room.width(), spacing_px, Qt.AlignmentFlag.AlignVCenter, line
            )
            top_px += spacing_px
