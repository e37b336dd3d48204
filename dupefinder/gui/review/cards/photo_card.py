"""One photo of a group: as large as its card, below it the reason and its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.records import GroupMember
from dupefinder.gui.appearance import icons
from dupefinder.gui.appearance.theme import SPACE_PX, colours, set_role
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.cards.photo_frame import PhotoFrame
from dupefinder.gui.review.decision_bar import DecisionBar, DecisionButtons
from dupefinder.gui.review.decisions import DecisionState, look_of, refusal_text, why_text
from dupefinder.gui.review.file_place import FilePlaceLine
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.photo_values import GroupValues
from dupefinder.gui.review.shown_values import (
    ValueLines,
    against_text,
    match_sentence,
    match_text,
    name_text,
)
from dupefinder.gui.widgets.labels import ElidedLabel, PlainLabel
from dupefinder.gui.widgets.photo_menu import PhotoHandle, add_file_actions
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader

_NOTE_MS = 6000
_LEAST_PHOTO_PX = 120
_LEAST_PHOTO_SHARE = 0.45
"""Least height of the photo, also as a share of the card, for which values are left out."""
_LOW_LINES = 26
"""On a lower card, the photo gets all the room it can."""
_FLAT_LINES = 16
"""On a card that is still lower, there is only the photo with its name."""
_NARROW_CHARACTERS = 52
"""On a narrower card, the switch is below the reason, not beside it."""
_Places = tuple[tuple[int, ...], ...]
"""Row, column, rows and columns of reason, switch, and the file's name and folder."""
_WIDE: _Places = ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2))
_NARROW: _Places = ((0, 0, 1, 2), (1, 0, 1, 2), (2, 0, 1, 2))
_LOW: _Places = ((0, 0, 1, 2), (), (1, 0, 1, 2))
"""On a low card, the switch is on the photo."""
_RADIUS_PX = 8.0
_GAP_PX = SPACE_PX // 4
"""Between lines of values."""


class PhotoCard(QWidget):
    """A card; it shows one photo after another.

    Signals:
        opened: The photo's index in its group; it is to be compared.
        more_wanted: Its index; more photos like it are wanted.
    """

    accessible_role = QAccessible.Role.ListItem
    opened = Signal(int)
    more_wanted = Signal(int)

    def __init__(
        self,
        thumbnails: ThumbnailLoader,
        pictures: PictureLoader,
        deciding: GroupDecisions,
        parent: QWidget | None = None,
    ) -> None:
        """Make a card without a photo.

        Args:
            thumbnails: The loader of small pictures.
            pictures: The loader of large pictures.
            deciding: Takes the decisions on the photo.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._deciding = deciding
        self.index = -1
        self._places: _Places = ()
        self._member: GroupMember | None = None
        self._is_current = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.frame = PhotoFrame(thumbnails, pictures)
        self.bar = DecisionBar()
        self.buttons = DecisionButtons()
        self.place = FilePlaceLine(searchable=True)
        self.values = ValueLines()
        self.match = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        set_role(self.match, "quiet")
        self.against = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        set_role(self.against, "quiet")
        self._note = PlainLabel(parent=self)
        self._note.setWordWrap(True)
        self._note.setAutoFillBackground(True)
        self._note.setMargin(SPACE_PX)
        self._note.hide()
        set_role(self._note, "warning")
        self._note_end = QTimer(self, singleShot=True, interval=_NOTE_MS)
        self._note_end.timeout.connect(self.hide_note)
        self._lay_out()
        self.buttons.wanted.connect(self._want)
        self.place.more.clicked.connect(self._find_more)
        self._handle = PhotoHandle(
            self.frame, lambda _: "" if self._member is None else self._member.file.path
        )

    def _lay_out(self) -> None:
        facts = QVBoxLayout()
        facts.setSpacing(_GAP_PX)
        facts.addWidget(self.values)
        facts.addWidget(self.match)
        facts.addWidget(self.against)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        self._middle = QGridLayout()
        self._middle.setSpacing(SPACE_PX)
        self._middle.setColumnStretch(0, 1)
        self._arrange(_WIDE)
        column.addWidget(self.frame, 1000)
        column.addLayout(self._middle)
        column.addLayout(facts)
        # The photo takes all the room that it can fill; the rest stays free below the values.
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many values as leave room for the photo."""
        super().resizeEvent(event)
        narrow_px = self.fontMetrics().averageCharWidth() * _NARROW_CHARACTERS
        line_px = self.fontMetrics().height()
        is_flat = self.height() < line_px * _FLAT_LINES
        for part in (self.bar, self.values, self.match, self.against):
            part.setHidden(is_flat)
        if self.height() < line_px * _LOW_LINES:
            self._arrange(_LOW)
        else:
            self._arrange(_NARROW if self.width() < narrow_px else _WIDE)
        self._settle_lines()

    def _settle_lines(self) -> None:
        # Above, below and between the three parts of the card.
        room_px = self.height() - 4 * SPACE_PX - self._middle.sizeHint().height()
        room_px -= max(_LEAST_PHOTO_PX, round(self.height() * _LEAST_PHOTO_SHARE))
        room_px -= self.match.sizeHint().height() + self.against.sizeHint().height()
        self.values.set_most_lines(max(room_px // (self.fontMetrics().height() + _GAP_PX), 1))

    def _arrange(self, places: _Places) -> None:
        """Arrange the reason, the switch and the file's place by the size of the card."""
        if places is self._places:
            return
        self._places = places
        self.buttons.set_filling(places is _NARROW)
        self.buttons.set_signs_alone(places is _LOW)
        self.place.set_low(places is _LOW)
        for part, at in zip((self.bar, self.buttons, self.place), places, strict=True):
            self._middle.removeWidget(part)
            if at:
                row, column, rows, columns = at
                self._middle.addWidget(part, row, column, rows, columns)
                part.stackUnder(self.values)  # screen readers tell them in this order
            else:
                self.frame.lay_on(part)
        self._middle.invalidate()

    # Showing

    @property
    def member(self) -> GroupMember | None:
        """The photo on show."""
        return self._member

    def set_photo(
        self,
        index: int,
        member: GroupMember,
        values: GroupValues,
        number_of: Mapping[str, int],
        most_height_px: int,
    ) -> None:
        """Show a photo.

        Args:
            index: Its place in the group.
            member: The photo.
            values: Those of the group.
            number_of: The numbers of the group's photos by their paths.
            most_height_px: Height of its frame at most, the same on all cards.
        """
        if self._member is None or self._member.file.path != member.file.path:
            self.hide_note()
        self.index = index
        self._member = member
        self.frame.set_photo(member, index + 1)
        self.place.set_photo(member)
        self.frame.bound_height(most_height_px)
        self._settle_lines()
        # Values that are equal on all stand once, in the group's head.
        self.values.set_values(values.of(index), values.differing)
        self.match.set_text(match_text(member), match_sentence(member))
        self.against.set_text(against_text(member, number_of), match_sentence(member))

    def set_state(self, state: DecisionState) -> None:
        """Show what becomes of the photo."""
        assert self._member is not None
        why = why_text(self._member, state)
        self.frame.set_state(state)
        self.bar.set_state(state, why)
        self.buttons.set_state(self._member, state, why)
        self.setAccessibleName(
            _("{name}, {decision}, {reason}").format(
                name=name_text(self._member), decision=look_of(state).word, reason=why
            )
        )
        self.setAccessibleDescription(
            _("{match}, in {folder}").format(
                match=self.match.text(), folder=self.place.folder.text()
            )
        )

    def set_current(self, is_current: bool) -> None:
        """Frame the card, or not."""
        if is_current != self._is_current:
            self._is_current = is_current
            self.update()
        if not is_current:
            self.hide_note()

    # Refusals

    @property
    def note(self) -> str:
        """The note on the photo; empty while there is none."""
        return "" if self._note.isHidden() else self._note.text()

    def tell_refusal(self, code: str) -> None:
        """Show for a while why a mark was not set, on the photo itself."""
        self._note.setText(refusal_text(code))
        self._note.show()
        self._note.raise_()
        frame = self.frame.geometry()
        height_px = min(self._note.heightForWidth(frame.width()), frame.height())
        self._note.setGeometry(
            frame.left(), frame.bottom() - height_px + 1, frame.width(), height_px
        )
        self._note_end.start()

    def hide_note(self) -> None:
        """Clear the text."""
        self._note_end.stop()
        self._note.hide()

    # Done by the person

    def _want(self, mark: Mark) -> None:
        self._deciding.mark(self.index, mark)

    def _keep_only(self) -> None:
        self._deciding.keep_only(self.index)

    def _keep_instead(self) -> None:
        self._deciding.keep_instead(self.index)

    def _split(self) -> None:
        self._deciding.split(self.index)

    def _open(self) -> None:
        self.opened.emit(self.index)

    def _find_more(self) -> None:
        self.more_wanted.emit(self.index)

    def menu(self) -> QMenu:
        """Make the menu of the photo."""
        menu = QMenu(self)
        can_decide = self.buttons.keep.isEnabled()
        for icon_name, text, key, slot, is_enabled in (
            ("compare", _("Compare"), "C", self._open, True),
            ("check", _("Keep this one instead"), "R", self._keep_instead, can_decide),
            ("check", _("Keep only this one"), "K", self._keep_only, can_decide),
            ("not-duplicates", _("Does not belong here"), "X", self._split, True),
            ("search", _("Find more like this"), "M", self._find_more, True),
        ):
            action = menu.addAction(icons.icon(icon_name), text, slot)
            action.setEnabled(is_enabled)
            _tell_key(action, key)
        menu.addSeparator()
        _tell_key(menu.addAction(_("Match this group more strictly"), self._deciding.tighten), "T")
        if self._deciding.is_tightened:
            menu.addAction(_("Match this group as the others again"), self._deciding.loosen)
        if self._member is not None:
            menu.addSeparator()
            add_file_actions(menu, self._member.file.path, self)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the photo."""
        self._deciding.choose(self.index)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Compare it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self.index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab chooses, too."""
        super().focusInEvent(event)
        self.update()
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._deciding.choose(self.index)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the focus."""
        super().focusOutEvent(event)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its frame."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width_px = 1.0
        if self._is_current:
            width_px = 3.0 if self.hasFocus() else 2.0
        inset_px = width_px / 2
        path = QPainterPath()
        path.addRoundedRect(
            QRectF(self.rect()).adjusted(inset_px, inset_px, -inset_px, -inset_px),
            _RADIUS_PX,
            _RADIUS_PX,
        )
        painter.fillPath(path, colours().surface)
        colour = colours().accent if self._is_current else colours().line
        painter.strokePath(path, QPen(colour, width_px))


def _tell_key(action: QAction, key: str) -> None:
    """Name the key beside a line of the menu; `ReviewKeys` hears it."""
    action.setShortcut(QKeySequence(key))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setShortcutVisibleInContextMenu(True)
