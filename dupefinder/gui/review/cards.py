"""The photos of the chosen group side by side: looked at, kept, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QScrollBar, QVBoxLayout, QWidget

from dupefinder.core.records import Group
from dupefinder.gui.pictures import Pictures
from dupefinder.gui.review.cards_header import CardsHeader
from dupefinder.gui.review.deciding import Deciding
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.photo_card import PhotoCard
from dupefinder.gui.review.values import GroupValues
from dupefinder.gui.theme import SPACE_PX, set_role

if TYPE_CHECKING:
    from dupefinder.gui.thumbnails import Thumbnails

_LEAST_CHARACTERS = 25
"""Width of a card when four have to fit."""
_GOOD_CHARACTERS = 40
"""Width of a card when there is room for more than four."""
_MOST_AT_ONCE = 4


class Cards(QWidget):
    """See the module. There are as many cards as fit; they scroll by whole photos.

    Signals:
        compare_requested: The current photo shall be compared.
        current_changed: Place of the current photo in the group.
    """

    compare_requested = Signal()
    current_changed = Signal(int)

    def __init__(
        self,
        marks: Marks,
        thumbnails: Thumbnails,
        pictures: Pictures,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._thumbnails = thumbnails
        self._pictures = pictures
        self.deciding = Deciding(marks, self)
        self._values: GroupValues | None = None
        self.cards: list[PhotoCard] = []
        self.header = CardsHeader()
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self._empty = QLabel(self.tr("Choose a group on the left to see its photos side by side."))
        self._row = QHBoxLayout()
        self._lay_out()
        marks.changed.connect(self._show_marks)
        self.deciding.began.connect(self._hide_notes)
        self.deciding.refused.connect(self._tell_refusal)
        self.deciding.current_changed.connect(self._follow_current)
        self.header.dismiss.clicked.connect(self.deciding.dismiss)
        self.header.clear.clicked.connect(self.deciding.clear)
        self.header.compare.clicked.connect(self.compare_requested)
        self.scroll_bar.valueChanged.connect(self._show_cards)
        self.set_group(None)

    def _lay_out(self) -> None:
        self.setAccessibleName(self.tr("Photos of the chosen group"))
        self.scroll_bar.setAccessibleName(self.tr("Scroll through the photos of the group"))
        self.scroll_bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "quiet")
        self._row.setSpacing(SPACE_PX)
        column = QVBoxLayout(self)
        # How many cards there are follows from the width, not the width from the cards.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        column.addWidget(self.header)
        column.addLayout(self._row, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.scroll_bar)

    # What is shown

    @property
    def group(self) -> Group | None:
        """The group on show."""
        return self.deciding.group

    @property
    def current_index(self) -> int:
        """Place of the current photo in the group; 0 without a group."""
        return self.deciding.current

    def set_group(self, group: Group | None) -> None:
        """Show the photos of a group; the same group keeps its current photo."""
        before, current = self.group, 0
        self._pictures.drop_waiting()
        if before is not None and group is not None and before.group_id == group.group_id:
            path = before.members[self.deciding.current].file.path
            paths = [member.file.path for member in group.members]
            current = paths.index(path) if path in paths else 0
        else:
            self._hide_notes()
        self._values = None if group is None else GroupValues(group.members)
        self.deciding.set_group(group, current)
        self._empty.setVisible(group is None)
        self.header.setVisible(group is not None)
        self._settle_width()
        self.current_changed.emit(current)

    def _settle_width(self) -> None:
        """Choose how many cards fit, and show them."""
        count = self.deciding.count
        room_px = max(self.width() - SPACE_PX, 1)
        character_px = self.fontMetrics().averageCharWidth()
        fit = min(room_px // (character_px * _LEAST_CHARACTERS + SPACE_PX), _MOST_AT_ONCE)
        fit = max(fit, room_px // (character_px * _GOOD_CHARACTERS + SPACE_PX), 1)
        shown = min(fit, count)
        while len(self.cards) < shown:
            self._add_card()
        for card in self.cards[shown:]:
            card.hide()
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setRange(0, count - shown)
        self.scroll_bar.setPageStep(max(shown, 1))
        self.scroll_bar.blockSignals(False)
        self.scroll_bar.setVisible(count > shown)
        self._bring_current(shown)
        self._show_cards()

    def _add_card(self) -> None:
        card = PhotoCard(self._thumbnails, self._pictures, self)
        card.mark_wanted.connect(self.deciding.mark)
        card.keep_only_wanted.connect(self.deciding.keep_only)
        card.chosen.connect(self.deciding.choose)
        card.opened.connect(self._open)
        self.cards.append(card)
        self._row.addWidget(card, 1)

    def _bring_current(self, shown: int) -> None:
        """Scroll as little as is needed to see the current photo."""
        current = self.deciding.current
        first = min(max(self.scroll_bar.value(), current - shown + 1), current)
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setValue(first)
        self.scroll_bar.blockSignals(False)

    def _show_cards(self) -> None:
        if self.group is None or self._values is None:
            return
        for index, card in enumerate(self._shown_cards(), self.scroll_bar.value()):
            card.set_photo(index, self.group.members[index], self._values)
            card.set_current(index == self.deciding.current)
            card.show()
        self._show_marks()

    def _show_marks(self) -> None:
        if self.group is None:
            return
        cards = self._shown_cards()
        first = self.scroll_bar.value()
        shown = range(first, first + len(cards))
        for card, fate in zip(cards, self.deciding.fates(shown), strict=True):
            card.set_fate(fate)
        self.header.show_group(
            self.group,
            shown=shown,
            dismissed=self.deciding.is_dismissed,
            marked=self.deciding.is_marked,
        )

    def _shown_cards(self) -> list[PhotoCard]:
        return self.cards[: min(self.scroll_bar.pageStep(), self.deciding.count)]

    def minimumSizeHint(self) -> QSize:
        """Room for one card."""
        hint = super().minimumSizeHint()
        least_px = self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS + 2 * SPACE_PX
        return QSize(least_px, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer cards fit."""
        super().resizeEvent(event)
        self._settle_width()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider cards."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._settle_width()

    # Choosing and deciding

    def select_next(self) -> None:
        """Make the next photo the current one."""
        self.deciding.choose(self.deciding.current + 1)

    def select_previous(self) -> None:
        """Make the photo before the current one."""
        self.deciding.choose(self.deciding.current - 1)

    def keep_current(self) -> None:
        """Keep only the current photo."""
        self.deciding.keep_current()

    def keep_all(self) -> None:
        """Keep every photo of the group."""
        self.deciding.keep_all()

    def toggle_current(self) -> None:
        """Change the current photo between keep and remove."""
        self.deciding.toggle_current()

    def keep_number(self, number: int) -> None:
        """Keep only one photo.

        Args:
            number: Its place, from 1; nothing happens where there is none.
        """
        self.deciding.keep_number(number)

    def dismiss(self) -> None:
        """Say that the photos are no duplicates, or take it back."""
        self.deciding.dismiss()

    def _follow_current(self, index: int) -> None:
        focus = self.focusWidget()
        in_cards = any(card.isAncestorOf(focus) or card is focus for card in self._shown_cards())
        had_focus = focus is not None and focus.hasFocus() and in_cards
        self._bring_current(len(self._shown_cards()))
        self._show_cards()
        card = self.cards[index - self.scroll_bar.value()]
        if had_focus and not card.isAncestorOf(focus):
            card.setFocus(Qt.FocusReason.OtherFocusReason)
        self.current_changed.emit(index)

    def _open(self, index: int) -> None:
        self.deciding.choose(index)
        self.compare_requested.emit()

    def _hide_notes(self) -> None:
        for card in self.cards:
            card.hide_note()

    def _tell_refusal(self, code: str) -> None:
        """Where it happened: on the current photo."""
        for card in self._shown_cards():
            if card.index == self.deciding.current:
                card.tell_refusal(code)

    # Keys and wheel

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of Review that concern photos; others go to the page."""
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key() if is_plain else None
        if key == Qt.Key.Key_Left:
            self.select_previous()
        elif key == Qt.Key.Key_Right:
            self.select_next()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.group is not None:
            if not event.isAutoRepeat():
                self.compare_requested.emit()
        elif not self.deciding.take_key(event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through the photos of a large group."""
        if self.scroll_bar.isHidden():
            return super().wheelEvent(event)
        delta = event.angleDelta()
        amount = delta.x() if abs(delta.x()) > abs(delta.y()) else delta.y()
        self.scroll_bar.setValue(self.scroll_bar.value() - (amount > 0) + (amount < 0))
        return event.accept()
