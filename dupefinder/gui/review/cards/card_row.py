"""A row of as many cards as fit, through which the photos of a large group scroll."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QScrollBar, QVBoxLayout, QWidget

from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.review.cards.photo_card import PhotoCard
from dupefinder.text.translation import _

_LEAST_CHARACTERS = 18
_FURNITURE_PX = 8 * SPACE_PX
"""Width of a card when four have to fit: the words of its buttons, their icons and margins."""
_GOOD_CHARACTERS = 40
"""Width of a card when there is room for more than four."""
_MOST_AT_ONCE = 4
_PHOTO_SHARE = 0.45
"""Share of the row's height that photos get, if some have to be scrolled to anyway."""
_LEAST_OF_MANY = 2
_CARDS_AHEAD = 2
_AHEAD_MS = 50
"""Pause before each card that is made ahead, for the window to respond."""


class CardRow(QWidget):
    """A row of cards. It scrolls by whole photos, so that cards always keep their places.

    Signals:
        moved: The cards must show other photos.
    """

    accessible_role = QAccessible.Role.List

    moved = Signal()

    def __init__(self, make_card: Callable[[], PhotoCard], parent: QWidget | None = None) -> None:
        """Make an empty row.

        Args:
            make_card: Makes another card, when there is room for it.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._make_card = make_card
        self._count = 0
        self._current = 0
        self._height_share = 1.0
        self._cards: list[PhotoCard] = []
        self._ahead = QTimer(self, interval=_AHEAD_MS)
        self._ahead.timeout.connect(self._make_one_ahead)
        self.setAccessibleName(_("Photos"))
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.scroll_bar.setAccessibleName(_("Scroll through the photos of the group"))
        self.scroll_bar.setToolTip(_("Shift+← → shows the photos before, or the next photos"))
        self.scroll_bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._across = QHBoxLayout()
        self._across.setSpacing(SPACE_PX)
        column = QVBoxLayout(self)
        # The width determines the number of cards, not the other way round.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_PX)
        column.addLayout(self._across, 1)
        column.addWidget(self.scroll_bar)
        self.scroll_bar.valueChanged.connect(self.moved)

    @property
    def cards(self) -> list[PhotoCard]:
        """The cards on show."""
        return self._cards[: len(self.indices)]

    @property
    def indices(self) -> range:
        """Places of the photos on show."""
        first = self.scroll_bar.value()
        return range(first, min(first + self.scroll_bar.pageStep(), self._count))

    @property
    def photo_width_px(self) -> int:
        """Width of a photo that fills its card."""
        return self._photo_width_px(self.shown_of(self._count, self._height_share))

    def _photo_width_px(self, shown: int) -> int:
        return (self.width() + SPACE_PX) // max(shown, 1) - 3 * SPACE_PX

    def photo_size(self, count: int, height_share: float) -> QSizeF:
        """Largest size of each photo of a group, see `shown_of`."""
        return QSizeF(self._photo_width_px(self.shown_of(count, height_share)), self.height())

    def shown_of(self, count: int, height_share: float) -> int:
        """Number of photos of a group that are shown at once.

        As many as fit. If that is not all of them, flat photos are fewer and larger, so that they
        use the height of the row.

        Args:
            count: Photos of the group.
            height_share: Height of its highest photo as a share of the width.
        """
        room_px = self.width() + SPACE_PX
        character_px = self.fontMetrics().averageCharWidth()
        fit = min(room_px // (self._least_px() + SPACE_PX), _MOST_AT_ONCE)
        fit = max(fit, room_px // (character_px * _GOOD_CHARACTERS + SPACE_PX), 1)
        if fit >= count:
            return count
        most_px = _PHOTO_SHARE * self.height()
        while fit > _LEAST_OF_MANY and self._photo_width_px(fit - 1) * height_share <= most_px:
            fit -= 1
        return fit

    def set_count(self, count: int, current: int, height_share: float) -> None:
        """Show the photos of another group.

        Args:
            count: Number of photos.
            current: Index of the one that must be in view.
            height_share: Height of the highest photo as a share of the width.
        """
        self._count, self._current, self._height_share = count, current, height_share
        self._settle()

    def bring(self, current: int) -> None:
        """Scroll just far enough to show a photo."""
        self._current = current
        step = self.scroll_bar.pageStep()
        first = min(max(self.scroll_bar.value(), current - step + 1), current)
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setValue(first)
        self.scroll_bar.blockSignals(False)
        self.moved.emit()

    def turn_page(self, by: int) -> int:
        """Scroll by as many photos as are on show; they are shown once `bring` is called.

        Args:
            by: 1 forwards, −1 backwards.

        Returns:
            The number of photos on show.
        """
        step = self.scroll_bar.pageStep()
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setValue(self.scroll_bar.value() + by * step)
        self.scroll_bar.blockSignals(False)
        return step

    def make_ahead(self) -> None:
        """Soon make the cards that most groups need, before the first results need them."""
        self._ahead.start()

    def _make_one_ahead(self) -> None:
        """Make the cards of most groups while nobody waits for them, one at a time."""
        if len(self._cards) < _CARDS_AHEAD:
            self._add_card()
            self._cards[-1].hide()
            self._cards[-1].ensurePolished()
        if len(self._cards) >= _CARDS_AHEAD:
            self._ahead.stop()

    def _add_card(self) -> None:
        card = self._make_card()
        self._cards.append(card)
        self._across.addWidget(card, 1)

    def _settle(self) -> None:
        """Choose how many cards fit, and show them."""
        shown = self.shown_of(self._count, self._height_share)
        while len(self._cards) < shown:
            self._add_card()
        self.scroll_bar.blockSignals(True)
        self.scroll_bar.setRange(0, self._count - shown)
        self.scroll_bar.setPageStep(max(shown, 1))
        self.scroll_bar.blockSignals(False)
        self.scroll_bar.setVisible(self._count > shown)
        self.bring(self._current)
        if shown and any(_has_focus(card) for card in self._cards[shown:]):
            # Otherwise Qt would move the focus to the next widget outside.
            self._cards[min(self._current - self.scroll_bar.value(), shown - 1)].setFocus(
                Qt.FocusReason.OtherFocusReason
            )
        for number, card in enumerate(self._cards):
            card.setVisible(number < shown)

    def _least_px(self) -> int:
        return self.fontMetrics().averageCharWidth() * _LEAST_CHARACTERS + _FURNITURE_PX

    def minimumSizeHint(self) -> QSize:
        """Room for one card."""
        return QSize(self._least_px(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer cards fit."""
        super().resizeEvent(event)
        self._settle()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider cards."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through the photos of a large group."""
        if self.scroll_bar.isHidden():
            super().wheelEvent(event)
            return
        delta = event.angleDelta()
        amount = delta.x() if abs(delta.x()) > abs(delta.y()) else delta.y()
        self.scroll_bar.setValue(self.scroll_bar.value() - (amount > 0) + (amount < 0))
        event.accept()


def _has_focus(card: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (focused is card or card.isAncestorOf(focused))
