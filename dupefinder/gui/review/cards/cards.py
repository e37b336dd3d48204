"""The photos of the chosen group side by side: to look at, keep or remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.review.cards.card_row import CardRow
from dupefinder.gui.review.cards.cards_header import CardsHeader
from dupefinder.gui.review.cards.photo_card import PhotoCard
from dupefinder.gui.review.cards.photo_frame import height_share, needed_height_px
from dupefinder.gui.review.difference_boxes import GroupDifferences
from dupefinder.gui.review.file_place import companion_names
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.photo_values import GroupValues
from dupefinder.gui.tasks.window_thread import FileLookup
from dupefinder.gui.widgets.keyboard import is_command, is_plain
from dupefinder.gui.widgets.labels import PlainLabel
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader


class CardsRequests(Protocol):
    """Requests of the cards to their controller."""

    def search_like(self, member: GroupMember) -> None:
        """Search for more photos like one of the group."""


class Cards(QWidget):
    """The cards of a group, as many as fit; they scroll by whole photos.

    Attributes:
        requests: Answers the requests of the cards; set before they are shown.

    Signals:
        compare_requested: The person wants to compare the current photo.
    """

    requests: CardsRequests
    compare_requested = Signal()

    def __init__(
        self,
        marks: Marks,
        thumbnails: ThumbnailLoader,
        pictures: PictureLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._thumbnails = thumbnails
        self._pictures = pictures
        self.deciding = GroupDecisions(marks, self)
        self._companions = FileLookup(companion_names, self)
        self._values: GroupValues | None = None
        self._differences = GroupDifferences()
        self._ahead: tuple[Group, ...] = ()
        self.header = CardsHeader()
        self.row = CardRow(self._make_card)
        self._empty = PlainLabel(_("Choose a group on the left to see its photos side by side."))
        self._lay_out()
        self._companions.found.connect(self._show_companions)
        marks.changed.connect(self._show_marks)
        self.deciding.began.connect(self._hide_notes)
        self.deciding.refused.connect(self._tell_refusal)
        self.deciding.current_changed.connect(self._follow_current)
        self.header.dismiss.clicked.connect(self.deciding.dismiss)
        self.header.keep_all.clicked.connect(self.deciding.keep_all)
        self.header.clear.clicked.connect(self.deciding.clear)
        self.header.compare.clicked.connect(self.compare_requested)
        self.row.moved.connect(self._show_cards)
        self.set_group(None)

    def _lay_out(self) -> None:
        self.setAccessibleName(_("Photos of the chosen group"))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        set_role(self._empty, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        column.addWidget(self.header)
        column.addWidget(self.row, 1)
        column.addWidget(self._empty, 1)

    # Showing

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
        members = () if group is None else group.members
        self._values = None if group is None else GroupValues(members)
        self._differences = GroupDifferences(members)
        self.deciding.set_group(group, current)
        self._empty.setVisible(group is None)
        self.header.setVisible(group is not None)
        self.row.setVisible(group is not None)
        self.row.set_count(self.deciding.count, current, height_share(members))

    def load_ahead(self, groups: Iterable[Group]) -> None:
        """Load the photos of other groups ahead, so that they are sharp at once when shown.

        Args:
            groups: The likeliest first.
        """
        self._ahead = tuple(groups)
        if self.isVisible():
            self._load_ahead()

    def _load_ahead(self) -> None:
        wishes = []
        for group in self._ahead:
            share = height_share(group.members)
            size_px = self.row.photo_size(len(group.members), share) * self.devicePixelRatioF()
            for member in group.members[: self.row.shown_of(len(group.members), share)]:
                facts = member.facts
                shown = QSizeF(max(facts.width_px, 1), max(facts.height_px, 1))
                shown.scale(size_px, Qt.AspectRatioMode.KeepAspectRatio)
                wishes.append((member.file.path, round(max(shown.width(), shown.height()))))
        self._pictures.load_ahead(wishes)

    def showEvent(self, event: QShowEvent) -> None:
        """Load the photos that were not loaded while hidden."""
        super().showEvent(event)
        self._load_ahead()

    def _make_card(self) -> PhotoCard:
        card = PhotoCard(self._thumbnails, self._pictures, self.deciding, self.row)
        card.opened.connect(self._open)
        card.more_wanted.connect(self.find_more)
        return card

    def _show_cards(self) -> None:
        if self.group is None or self._values is None:
            return
        members = self.group.members
        current = members[self.deciding.current]
        width_px, ratio = self.row.photo_width_px, self.devicePixelRatioF()
        most_height_px = round(max(needed_height_px(one, width_px, ratio) for one in members))
        shown = {members[index].file.path for index in self.row.indices}
        number_of = {one.file.path: number for number, one in enumerate(members, 1)}
        for index, card in zip(self.row.indices, self.row.cards, strict=True):
            card.set_photo(index, members[index], self._values, number_of, most_height_px)
            card.frame.set_places(self._differences.shares_on(members[index], current, shown))
            card.set_current(index == self.deciding.current)
        self._show_marks()
        self._companions.look(card.member.file.path for card in self.row.cards if card.member)

    def _show_companions(self, names: Mapping[str, Sequence[str]]) -> None:
        for card in self.row.cards:
            if card.member is not None and card.member.file.path in names:
                card.place.set_companions(names[card.member.file.path])

    def _show_marks(self) -> None:
        if self.group is None or self._values is None:
            return
        states = self.deciding.states(self.row.indices)
        for card, state in zip(self.row.cards, states, strict=True):
            card.set_state(state)
        self.header.show_group(
            self.group,
            self._values,
            shown=self.row.indices,
            dismissed=self.deciding.is_dismissed,
            marked=self.deciding.is_marked,
        )

    # Choosing and deciding

    def select_next(self) -> None:
        """Make the next photo the current one."""
        self.deciding.choose(self.deciding.current + 1)

    def select_previous(self) -> None:
        """Make the photo before the current one."""
        self.deciding.choose(self.deciding.current - 1)

    def turn_page(self, by: int) -> None:
        """Show the previous or next photos, as many as fit.

        Args:
            by: 1 forwards, −1 backwards.
        """
        if self.group is not None:
            place = self.deciding.current + by * self.row.turn_page(by)
            self.deciding.choose(min(max(place, 0), self.deciding.count - 1))
            self.row.bring(self.deciding.current)

    def take_arrow(self, event: QKeyEvent) -> bool:
        """Go to the next photo, with Shift by as many as are shown.

        Returns:
            False for other keys.
        """
        if event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or not is_command(event):
            return False
        is_forwards = event.key() == Qt.Key.Key_Right
        if not is_plain(event):
            self.turn_page(1 if is_forwards else -1)
        elif is_forwards:
            self.select_next()
        else:
            self.select_previous()
        return True

    def _follow_current(self, index: int) -> None:
        focus = self.row.focusWidget()
        had_focus = focus is not None and focus.hasFocus() and focus is not self.row.scroll_bar
        self.row.bring(index)
        card = self.row.cards[index - self.row.indices.start]
        if had_focus and focus is not card and not card.isAncestorOf(focus):
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, index: int) -> None:
        self.deciding.choose(index)
        self.compare_requested.emit()

    def find_more(self, index: int | None = None) -> None:
        """Ask for more photos like one of the group.

        Args:
            index: Its index; None for the current one.
        """
        if self.group is not None:
            place = self.deciding.current if index is None else index
            self.requests.search_like(self.group.members[place])

    def _hide_notes(self) -> None:
        for card in self.row.cards:
            card.hide_note()

    def _tell_refusal(self, code: str) -> None:
        """Show a refusal on the current photo."""
        for card in self.row.cards:
            if card.index == self.deciding.current:
                card.tell_refusal(code)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of Review that concern photos; others go to the page."""
        if not self.take_arrow(event) and not self.deciding.take_key(event):
            super().keyPressEvent(event)
