"""The Compare page: photos of a group over the whole window, all showing the same place."""

from collections.abc import Iterable

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dupefinder.core.difference_places import boxes_of
from dupefinder.core.records import Group, GroupMember, Orientation
from dupefinder.gui.appearance.theme import SPACE_PX
from dupefinder.gui.compare.details_table import DetailsTable
from dupefinder.gui.compare.difference import PairDifference, lays_of
from dupefinder.gui.compare.geometry import Placement, SharedZoom, Viewpoint, turns_of
from dupefinder.gui.compare.keys import CompareKeys
from dupefinder.gui.compare.member_strip import ComparedPhotos, MemberStrip
from dupefinder.gui.compare.overlay_view import OverlayView
from dupefinder.gui.compare.pair_places import PairPlaces
from dupefinder.gui.compare.pane import Pane
from dupefinder.gui.compare.photo_source import Source
from dupefinder.gui.compare.tool_line import MOST_PHOTOS, Mode, ToolLine
from dupefinder.gui.photos.picture_loader import PictureLoader
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.review.decision_line import DecisionLine
from dupefinder.gui.review.group_decisions import GroupDecisions
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.photo_values import GroupValues
from dupefinder.gui.review.shown_values import match_sentence, match_text
from dupefinder.gui.widgets.keyboard import command_key
from dupefinder.text.evidence import evidence_text
from dupefinder.text.translation import _


class ComparePage(QWidget):
    """Two to four panes, the tools above them, and the other photos of the group below.

    Attributes:
        tools: Their buttons go back to the group, and to the groups beside it.
        overlay: Takes the place of the panes' views where two photos lie on each other.
        table: The details of the photos.
    """

    def __init__(
        self,
        marks: Marks,
        thumbnails: ThumbnailLoader,
        pictures: PictureLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pictures = pictures
        self.deciding = GroupDecisions(marks, self)
        self.viewpoint = Viewpoint(self)
        self._turns: list[Orientation] = []
        self._compared = ComparedPhotos()
        self._pair: list[GroupMember] = []
        self.may_decide = True
        self.difference = PairDifference(pictures, self)
        self.tools = ToolLine()
        self.zoom = SharedZoom(self.viewpoint, self.tools.fit, self.tools.full, self)
        self.places = PairPlaces(self.viewpoint, self.tools.places, self)
        self._sources: list[Source] = []
        self._panes: list[Pane] = []
        self._across = QHBoxLayout()
        self._across.setSpacing(SPACE_PX)
        self.overlay = OverlayView(self.viewpoint, self.tools.wipe)
        self.overlay.hide()
        for _number in range(2):
            self._add_pane()
        self.zoom.add_view(self.overlay)
        self.places.add_view(self.overlay)
        self.table = DetailsTable()
        self.table.hide()
        self.strip = MemberStrip(thumbnails)
        self.decisions = DecisionLine(marks)
        self.decisions.follow(self.deciding)
        self._lay_out()
        self._connect(marks)
        self.keys = CompareKeys(self, marks)

    def _add_pane(self) -> None:
        pane = Pane(self.viewpoint, self.deciding)
        self._across.addWidget(pane, 1)
        self._panes.append(pane)
        self._sources.append(Source(self._pictures, self._thumbnails, self))
        self.zoom.add_view(pane.view)
        if len(self._panes) <= 2:
            self.places.add_view(pane.view)

    def _lay_out(self) -> None:
        self.setAccessibleName(_("Compare photos"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_PX, SPACE_PX, SPACE_PX, SPACE_PX)
        column.setSpacing(SPACE_PX)
        column.addWidget(self.tools)
        column.addWidget(self.overlay, 1)
        column.addLayout(self._across, 1)
        column.addWidget(self.table)
        column.addWidget(self.strip)
        column.addWidget(self.decisions)
        self._column = column

    def _connect(self, marks: Marks) -> None:
        tools = self.tools
        tools.blink.pressed.connect(self.begin_blink)
        tools.blink.released.connect(self.end_blink)
        tools.difference.toggled.connect(self._show_difference)
        tools.details.toggled.connect(self._show_details)
        tools.mode.chosen.connect(self._show_mode)
        tools.photos.chosen.connect(self._show_number)
        self.strip.picked.connect(self.deciding.choose)
        self.deciding.current_changed.connect(self._follow_current)
        self.deciding.refused.connect(self._tell_refusal)
        marks.changed.connect(self._follow_marks)
        self.difference.changed.connect(self._show_sources)

    # Comparing

    @property
    def current_index(self) -> int:
        """Place of the photo that keys act on."""
        return self.deciding.current

    @property
    def pair(self) -> tuple[int, int]:
        """Places of the photo on the left and of the one compared with it."""
        return self._compared.left, self._compared.right

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes on show, from the left."""
        return tuple(self._panes[: len(self._shown)])

    @property
    def _shown(self) -> tuple[int, ...]:
        """Places of the photos on show: two where one lies on the other."""
        lie_apart = self.tools.mode.value is Mode.SIDE_BY_SIDE
        if lie_apart and not self.tools.difference.isChecked() and self.deciding.group is not None:
            return self._compared.shown
        return self.pair

    def open(self, group: Group, index: int, *, may_decide: bool = True) -> None:
        """Compare a photo of a group with its best copy.

        Args:
            group: The group.
            index: Place of the photo; the first one is compared with the second.
            may_decide: False for two photos that are only looked at, as they are not from the
                results.
        """
        self.may_decide = may_decide
        for widget in (self.tools.previous_group, self.tools.next_group, self.decisions):
            widget.setVisible(may_decide)
        self._pictures.drop_waiting()
        self.deciding.set_group(group, min(max(index, 0), len(group.members) - 1))
        self._turns = turns_of(group.members)
        self._compared = ComparedPhotos(
            group.members, self.deciding.current, self.tools.photos.value
        )
        self.tools.photos.setVisible(len(group.members) > 2)
        self.tools.difference.setChecked(False)
        self.zoom.fit()
        self._pair = []
        self.decisions.show_progress()
        self.strip.set_members(group.members, self.deciding.states(range(self.deciding.count)))
        self._show_photos()
        self.tools.settle_words()

    def load_ahead(self, groups: Iterable[Group]) -> None:
        """Load photos of other groups in advance, see `Cards.load_ahead`."""
        room = QSizeF(self._panes[0].view.size())
        wishes = []
        for group in groups:
            compared = ComparedPhotos(group.members, 0, self.tools.photos.value)
            for member in (group.members[place] for place in compared.shown):
                photo = QSizeF(member.facts.width_px, member.facts.height_px)
                fit = Placement(room, photo, self.devicePixelRatioF()).fit
                longest_px = max(fit.width(), fit.height()) * self.devicePixelRatioF()
                wishes.append((member.file.path, round(longest_px)))
        self._pictures.load_ahead(wishes)

    def _show_photos(self) -> None:
        if (group := self.deciding.group) is None:
            return
        shown = self._shown
        while len(self._panes) < len(shown):
            self._add_pane()
        lie_apart = self.tools.mode.value is Mode.SIDE_BY_SIDE
        self.overlay.setVisible(not lie_apart)
        self._column.setStretch(2, int(lie_apart))
        for number, pane in enumerate(self._panes):
            pane.setVisible(number < len(shown))
            pane.view.setVisible(number < len(shown) and lie_apart)
        members = [group.members[index] for index in shown]
        values = GroupValues(members)
        for number, (pane, index) in enumerate(zip(self.panes, shown, strict=True)):
            self._sources[number].set_photo(members[number], index + 1, self._turns[index])
            pane.set_may_decide(self.may_decide)
            pane.set_photo(index, members[number], values, number)
            in_table = self.tools.details.isChecked()
            pane.show_facts(len(shown), in_table=in_table)
        self.table.set_photos(members, [index + 1 for index in shown])
        pair = [group.members[index] for index in self.pair]
        other = next((one for one in reversed(pair) if not one.is_keeper), pair[1])
        self._show_title(other)
        # With all photos on show, the strip is not needed.
        self.strip.setVisible(self.may_decide and self.deciding.count > len(shown))
        self.strip.show_compared(shown, self._compared.right)
        self._show_sources()
        if pair != self._pair:
            self._pair = pair
            self.places.set_pair(*pair)
        self._show_marks()
        if self.tools.difference.isChecked():
            self.difference.want(self._sources[:2])

    def _show_title(self, member: GroupMember) -> None:
        """Name the match of the two photos; the places that differ are named beside it."""
        match = match_text(member)
        if boxes_of(member) and member.evidence is not None:
            match = evidence_text(member.evidence)
        self.tools.show_title(match, match_sentence(member))

    def _show_sources(self, *, swapped: bool = False) -> None:
        """Put the photos into the views, or the best copy in the place of each, and back."""
        sources = self._sources[: len(self._shown)]
        is_difference = self.tools.difference.isChecked()
        lays = [None] * len(sources) if is_difference else lays_of(sources)
        if swapped:
            at = self._shown.index(self._compared.right)
            sources = [sources[at], *(sources[:1] * (len(sources) - 1))]
            lays = [lays[at], *(lays[:1] * (len(lays) - 1))]
        for pane, source, lay in zip(self.panes, sources, lays, strict=True):
            pane.view.set_source(source, "", lay)
            pane.view.set_active(pane.index == self.deciding.current)
        if is_difference and not swapped:
            view = self.overlay if self.overlay.isVisible() else self._panes[1].view
            view.set_source(self.difference.source, self.difference.text)
        elif len(sources) == 2:
            self.overlay.set_source(sources[0], "", lays[0])
            self.overlay.set_over(sources[1], lays[1])

    def _follow_marks(self) -> None:
        # The page is hidden while groups of Review are decided; `open` begins anew.
        if self.isVisible() and self.deciding.group is not None:
            self._show_marks()

    def _show_marks(self) -> None:
        states = self.deciding.states(range(self.deciding.count))
        for pane in self.panes:
            pane.set_state(states[pane.index])
        self.strip.members.set_states(states)

    def _follow_current(self, index: int) -> None:
        self._compared.look_at(index)
        self._show_photos()

    def show_next(self) -> None:
        """Look at the next photo."""
        self.deciding.choose(self._compared.after(1))

    def show_previous(self) -> None:
        """Look at the photo before."""
        self.deciding.choose(self._compared.after(-1))

    def _tell_refusal(self, code: str) -> None:
        for pane in self.panes:
            if pane.index == self.deciding.current:
                pane.tell_refusal(code)

    # Layout

    def _show_mode(self) -> None:
        """Lay the two photos beside or on each other."""
        mode = self.tools.mode.value
        if mode is not Mode.SIDE_BY_SIDE:
            self.tools.difference.setChecked(False)
        self.tools.wipe.setVisible(mode is Mode.WIPE)
        self.overlay.set_by_turns(mode is Mode.BY_TURNS)
        self._show_photos()
        self.tools.settle_words()

    def toggle_mode(self, mode: Mode) -> None:
        """Lay the photos out in another way, or side by side again."""
        switch = self.tools.mode
        switch.choose(Mode.SIDE_BY_SIDE if switch.value is mode else mode)
        self._show_mode()

    def wipe_by(self, percent: int) -> None:
        """Move the divider, where there is one."""
        if self.tools.mode.value is Mode.WIPE:
            self.tools.wipe.setValue(self.tools.wipe.value() + percent)

    def _show_number(self) -> None:
        """Put as many photos side by side as were asked for."""
        self._compared.most = self.tools.photos.value
        if self.tools.mode.value is not Mode.SIDE_BY_SIDE:
            self.tools.mode.choose(Mode.SIDE_BY_SIDE)
            self._show_mode()
        self.tools.difference.setChecked(False)
        self._show_photos()

    def show_more(self) -> None:
        """Show two photos, three, four, and two again, as far as the group has them."""
        most = min(MOST_PHOTOS, self.deciding.count)
        number = self._compared.most + 1
        self.tools.photos.choose(number if number <= most else 2)
        self._show_number()

    def _show_details(self) -> None:
        self.table.setVisible(self.tools.details.isChecked())
        self._show_photos()

    # Blinking and what differs

    def begin_blink(self) -> None:
        """Show the best copy in the place of each other photo, and the reverse."""
        self._show_sources(swapped=True)

    def end_blink(self) -> None:
        """Show each photo in its own place again."""
        if self.deciding.group is not None:
            self._show_sources()

    def _show_difference(self) -> None:
        if self.tools.difference.isChecked() and self.deciding.group is not None:
            if self.tools.mode.value is not Mode.SIDE_BY_SIDE:
                self.tools.mode.choose(Mode.SIDE_BY_SIDE)
                self._show_mode()
        else:
            self.difference.drop()
        self._show_photos()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that no widget of the page wanted."""
        if not self.keys.take(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Blinking lasts as long as its key is held."""
        if command_key(event) == Qt.Key.Key_B and not event.isAutoRepeat():
            self.end_blink()
        else:
            super().keyReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.difference.drop()
        self.end_blink()
