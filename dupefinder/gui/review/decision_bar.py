"""The decision on a photo: a thin sign on its picture, a quiet reason, and a two-state switch."""

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, scaled_font, set_role
from dupefinder.gui.review.decisions import DecisionState, look_of
from dupefinder.gui.review.shown_values import name_text
from dupefinder.gui.widgets.choices import tell_as_choice
from dupefinder.gui.widgets.keyboard import CardButton
from dupefinder.gui.widgets.labels import plain_tip
from dupefinder.text.translation import _

_ICON_PX = 16
_WIDE_CHARACTERS = 68
"""A bar of this width needs one line for most reasons, a narrower one two."""
_OPACITY = 0.92
_LEAST_SWITCH_PX = 96
"""Room for its two signs."""
_DECIDED = (DecisionState.KEEP, DecisionState.REMOVE)


# The sign


def sign_size(font: QFont, state: DecisionState) -> QSizeF:
    """Room that the sign of a decision needs, in logical pixels."""
    metrics = QFontMetricsF(_sign_font(font, state))
    width_px = metrics.horizontalAdvance(look_of(state).sign) + _ICON_PX + 2.5 * SPACE_PX
    return QSizeF(width_px, max(metrics.height(), _ICON_PX) + SPACE_PX)


def paint_sign(painter: QPainter, corner: QPointF, font: QFont, state: DecisionState) -> None:
    """Draw the sign of a decision: filled if decided, outlined if proposed.

    Args:
        painter: Painter of the picture.
        corner: Upper left corner of the sign.
        font: Font of the widget.
        state: The state of the photo.
    """
    look, is_decided = look_of(state), state in _DECIDED
    place = QRectF(corner, sign_size(font, state))
    path = QPainterPath()
    path.addRoundedRect(place, place.height() / 2, place.height() / 2)
    painter.save()
    painter.setOpacity(1.0 if is_decided else _OPACITY)
    painter.fillPath(path, look.colour if is_decided else colours().surface)
    painter.setOpacity(1.0)
    painter.strokePath(path, QPen(colours().surface if is_decided else look.colour, 1.0))
    ink = QColor(colours().surface if is_decided else look.colour)
    sign = icons.pixmap(look.icon, _ICON_PX, ink)
    left_px = place.left() + 0.75 * SPACE_PX
    from_right = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
    icon_px = place.right() - 0.75 * SPACE_PX - _ICON_PX if from_right else left_px
    painter.drawPixmap(QPointF(icon_px, place.center().y() - _ICON_PX / 2), sign)
    painter.setFont(_sign_font(font, state))
    painter.setPen(ink)
    left_px += _ICON_PX + SPACE_PX / 2
    word = QRectF(left_px, place.top(), place.right() - left_px, place.height())
    if from_right:
        word.moveLeft(place.left())
    painter.drawText(word, Qt.AlignmentFlag.AlignVCenter, look.sign)
    painter.restore()


def _sign_font(font: QFont, state: DecisionState) -> QFont:
    return scaled_font(font, 1.0, strong=state in _DECIDED)


class DecisionSign(QWidget):
    """The sign beside a reason, if it is not on the picture."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = DecisionState.PROPOSED_KEEP
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: DecisionState) -> None:
        """Show the state of the photo."""
        self._state = state
        self.setAccessibleName(look_of(state).word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the longest word, so that nothing moves when the word changes."""
        sizes = [sign_size(self.font(), state) for state in DecisionState]
        width_px = max(size.width() for size in sizes[:4])
        width_px = max(width_px, sign_size(self.font(), self._state).width())
        return QSize(round(width_px) + 2, round(sizes[0].height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_sign(painter, QPointF(1, 1), self.font(), self._state)


# The reason


class DecisionBar(QWidget):
    """The reason for a photo's state, in one or two quiet lines."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = DecisionState.PROPOSED_KEEP
        self._why = ""
        self._reason_lines = 2
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> DecisionState:
        """The state of the decision."""
        return self._state

    def set_state(self, state: DecisionState, why: str) -> None:
        """Show the reason for the state of the photo.

        Args:
            state: The state of the photo.
            why: The reason, in a few words.
        """
        self._state, self._why = state, why
        self.setAccessibleName(
            _("{decision}: {reason}").format(decision=look_of(state).word, reason=why)
        )
        self._settle()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the reason, so that all cards are of one height."""
        return QSize(20 * SPACE_PX, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A narrow card elides the reason."""
        return QSize(8 * SPACE_PX, self._reason_lines * self.fontMetrics().lineSpacing())

    def _lines(self, width_px: int) -> tuple[list[str], bool]:
        """Break the reason into lines, the last one shortened; True if something is left out."""
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
        _, is_elided = self._lines(self.width())
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
        """Draw the reason, vertically centred."""
        del event
        painter = QPainter(self)
        painter.setPen(colours().quiet)
        lines = self._lines(self.width())[0]
        spacing_px = painter.fontMetrics().lineSpacing()
        top_px = (self.height() - len(lines) * spacing_px) // 2
        for line in lines:
            painter.drawText(
                0, top_px, self.width(), spacing_px, Qt.AlignmentFlag.AlignVCenter, line
            )
            top_px += spacing_px


# The switch


class DecisionButtons(QFrame):
    """A switch of Keep and Remove: the decided one is pressed, the proposed one outlined.

    Signals:
        wanted: The `Mark` that the person wants.
    """

    accessible_role = QAccessible.Role.Grouping

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Keep or remove"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._state = DecisionState.PROPOSED_KEEP
        self._is_filling = self._are_signs_alone = False
        self.keep = CardButton(_("Keep"))
        self.remove = CardButton(_("Remove"))
        across = QHBoxLayout(self)
        across.setContentsMargins(1, 1, 1, 1)
        across.setSpacing(0)
        for button in (self.keep, self.remove):
            button.setCheckable(True)
            set_role(button, "segment")
            across.addWidget(button)
        tell_as_choice(self, self.keep, self.remove)
        self.keep.clicked.connect(self._want_keep)
        self.remove.clicked.connect(self._want_removal)
        self._take_icons()
        set_role(self, "track")

    def set_filling(self, filling: bool) -> None:
        """Fill the width; if the texts do not fit, show icons alone."""
        self._is_filling = filling
        across = QSizePolicy.Policy.Expanding if filling else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._set_roles()
        self._settle_words()

    def set_signs_alone(self, alone: bool) -> None:
        """Show icons alone, even if the texts fit."""
        self._are_signs_alone = alone
        self._set_roles()
        self._settle_words()

    def _set_roles(self) -> None:
        is_tight = self._are_signs_alone or self._is_filling
        for button, proposed in (
            (self.keep, DecisionState.PROPOSED_KEEP),
            (self.remove, DecisionState.PROPOSED_REMOVE),
        ):
            role = "segment signs" if is_tight else "segment"
            set_role(button, f"{role} proposed" if self._state is proposed else role)

    def minimumSizeHint(self) -> QSize:
        """Room for two icons, so that no text is cut."""
        hint = self.sizeHint()
        return QSize(_LEAST_SWITCH_PX, hint.height()) if self._is_filling else hint

    def _settle_words(self) -> None:
        for button, word in ((self.keep, _("Keep")), (self.remove, _("Remove"))):
            button.setText("")  # drops the size cached for another role
            button.setText(word)
        widest_px = max(one.sizeHint().width() for one in (self.keep, self.remove))
        lacks_room = self._is_filling and self.width() < 2 * widest_px + SPACE_PX
        if self._are_signs_alone or lacks_room:
            self.keep.setText("")
            self.remove.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words fit now, or not any more."""
        super().resizeEvent(event)
        self._settle_words()

    def set_state(self, member: GroupMember, state: DecisionState, why: str) -> None:
        """Show the state of a photo.

        Args:
            member: The photo.
            state: The state of the photo.
            why: The reason, shown if it cannot be marked.
        """
        self._state = state
        name = name_text(member)
        can_decide = state not in (DecisionState.DISMISSED, DecisionState.MOVING)
        self.keep.setEnabled(can_decide)
        self.keep.setToolTip(
            _("Keep this photo (Space changes it)") if can_decide else plain_tip(why)
        )
        self.keep.setAccessibleName(_("Keep {name}").format(name=name))
        can_go = can_decide and not member.file.protected
        self.remove.setEnabled(can_go)
        self.remove.setToolTip(
            _("Mark this photo for removal (Space changes it)") if can_go else plain_tip(why)
        )
        self.remove.setAccessibleName(_("Remove {name}").format(name=name))
        self._press()

    def _press(self) -> None:
        self.keep.setChecked(self._state is DecisionState.KEEP)
        self.remove.setChecked(self._state in (DecisionState.REMOVE, DecisionState.MOVING))
        self._set_roles()

    def _want_keep(self) -> None:
        self._want(Mark.KEEP)

    def _want_removal(self) -> None:
        self._want(Mark.REMOVE)

    def _want(self, mark: Mark) -> None:
        self._press()  # the decision, not the click
        self.wanted.emit(mark)

    def changeEvent(self, event: QEvent) -> None:
        """Take icons in the colours of another palette."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._take_icons()

    def _take_icons(self) -> None:
        self.keep.setIcon(icons.icon("check", colours().keep))
        self.remove.setIcon(icons.icon("cross", colours().remove))
