"""Review: lanes, filter, the list of groups, the chosen group side by side, what is marked."""

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.core.records import Group
from dupefinder.gui.results import Lane, Results
from dupefinder.gui.review.action_bar import ActionBar, proposals_of
from dupefinder.gui.review.cards import Cards
from dupefinder.gui.review.filter_bar import FilterBar
from dupefinder.gui.review.group_list import GroupList
from dupefinder.gui.review.group_model import Sort
from dupefinder.gui.review.lane_bar import LaneBar, lane_text
from dupefinder.gui.review.marks import Marks, Proposal
from dupefinder.gui.review.nothing_here import NothingHere
from dupefinder.gui.review.problems_panel import ProblemsPanel
from dupefinder.gui.settings import Settings
from dupefinder.gui.theme import set_role
from dupefinder.gui.thumbnails import Thumbnails
from dupefinder.gui.words import photos_text


class ReviewPage(QWidget):
    """See the module.

    Signals:
        threshold_requested: Hamming threshold in bits.
        plan_requested: The person wants to see what would be removed.
        folders_requested: The person wants to choose folders.
        group_chosen: The `Group` on show, or None.
        compare_requested: The chosen group shall be compared.
    """

    threshold_requested = Signal(int)
    plan_requested = Signal()
    folders_requested = Signal()
    group_chosen = Signal(object)
    compare_requested = Signal()

    def __init__(
        self,
        marks: Marks,
        thumbnails: Thumbnails,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._settings = settings
        self._results: Results | None = None
        self._scanning = False
        self._cards: Cards | None = None
        self.lanes = LaneBar()
        self.filter = FilterBar()
        self.list = GroupList(marks, thumbnails)
        self.nothing = NothingHere()
        self.problems = ProblemsPanel()
        self.bar = ActionBar(marks)
        self.setFocusProxy(self.list)
        self._lay_out()
        self._connect()
        self._add_keys()
        self._restore()
        self._show()

    def _lay_out(self) -> None:
        self._list_or_nothing = QStackedWidget()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self._list_or_nothing.addWidget(self.splitter)
        self._list_or_nothing.addWidget(self.nothing)
        self._over_problems = QSplitter(Qt.Orientation.Vertical)
        self._over_problems.setHandleWidth(1)
        self._over_problems.setChildrenCollapsible(False)
        self._over_problems.addWidget(self._list_or_nothing)
        self._over_problems.addWidget(self.problems)
        self._over_problems.setStretchFactor(0, 3)
        self._over_problems.setStretchFactor(1, 1)
        self.problems.hide()
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(0)
        for widget in (self.lanes, _line(), self.filter, _line()):
            head.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._over_problems, 1)
        self._foot_line = _line()
        whole.addWidget(self._foot_line)
        whole.addWidget(self.bar)

    def set_cards(self, cards: Cards) -> None:
        """Take what shows the chosen group's photos."""
        self._cards = cards
        self.splitter.addWidget(cards)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        if state := self._settings.review_splitter:
            self.splitter.restoreState(QByteArray(state))

    def _connect(self) -> None:
        self.lanes.lane_chosen.connect(self._lane_chosen)
        self.filter.changed.connect(self._view_changed)
        self.filter.threshold_changed.connect(self.threshold_requested)
        self.list.group_chosen.connect(self.group_chosen)
        self.list.opened.connect(self.compare_requested)
        self.bar.plan_requested.connect(self.plan_requested)
        self.bar.menu_requested.connect(self._offer)
        self.bar.selected.connect(self._select)
        self.bar.problems_toggled.connect(self.problems.setVisible)
        self.problems.closed.connect(self._close_problems)
        self.nothing.pressed.connect(self._lead_on)
        self.splitter.splitterMoved.connect(self._remember_splitter)

    def _add_keys(self) -> None:
        self._shortcuts = []
        for keys, act in (
            ("Ctrl+F", self._focus_filter),
            ("Ctrl+Z", self._marks.stack.undo),
            ("Ctrl+Shift+Z", self._marks.stack.redo),
            ("Ctrl+Return", self.bar.plan.click),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
            self._shortcuts.append(shortcut)
        self.list.installEventFilter(self)

    def _restore(self) -> None:
        names = {lane.name: lane for lane in Lane}
        self._lane = names.get(self._settings.review_lane)
        self.lanes.choose(self._lane)
        if self._settings.review_sort in set(Sort):
            self.filter.show_sort(Sort(self._settings.review_sort))
        self._view_changed()

    # What is shown

    def set_results(self, results: Results) -> None:
        """Show what a scan found, so far or in the end."""
        first = self._results is None
        self._results = results
        self.lanes.set_results(results)
        self.filter.similarity.set_most_bits(
            max(results.threshold_bits, self.filter.similarity.slider.maximum())
            if not first
            else max(results.threshold_bits, self._settings.threshold_bits)
        )
        self.filter.similarity.set_results(results)
        self.list.set_results(results)
        self.problems.set_problems(results.problems)
        self.bar.set_problems(len(results.problems))
        if not results.problems:
            self._close_problems()
        self._show()
        if first and self._settings.review_group:
            row = self.list.groups.row_of(self._settings.review_group)
            if row >= 0:
                self.list.choose_row(row)

    def set_scanning(self, scanning: bool) -> None:
        """While a scan runs groups are provisional: looked at, not decided on."""
        self._scanning = scanning
        self.bar.set_scanning(scanning)
        self.filter.similarity.setEnabled(not scanning)
        self._show()

    def _show(self) -> None:
        results = self._results
        found = results is not None and len(results.groups) > 0
        self._head.setVisible(found)
        problems = results is not None and bool(results.problems)
        self.bar.setVisible(found or problems)
        self._foot_line.setVisible(found or problems)
        if found and self.list.groups.rowCount():
            self._list_or_nothing.setCurrentWidget(self.splitter)
            return
        self._list_or_nothing.setCurrentWidget(self.nothing)
        if self._scanning:
            self.nothing.say(
                "search",
                self.tr("Looking for duplicates…"),
                self.tr("Groups appear here as they are found. They are settled at the end."),
            )
        elif results is None:
            self.nothing.say(
                "folder",
                self.tr("Nothing was scanned yet"),
                self.tr("Choose the folders with your photos first."),
                self.tr("Choose folders"),
            )
        elif not found:
            self.nothing.say(
                "check",
                self.tr("No duplicates"),
                self.tr("Each of {photos} is there only once.").format(
                    photos=photos_text(results.photos)
                ),
                self.tr("Choose other folders"),
            )
        elif self._narrowed():
            self.nothing.say(
                "filter",
                self.tr("No group matches"),
                self.tr("Other groups are there, but the filter leaves them out."),
                self.tr("Clear the filter"),
            )
        else:
            self.nothing.say(
                "check",
                self.tr("Nothing in “{lane}”").format(lane=lane_text(self._lane)),
                self.tr("The other kinds of matches are above."),
                self.tr("Show all"),
            )

    def _narrowed(self) -> bool:
        return bool(self.filter.text.strip()) or self.filter.state.currentIndex() > 0

    def _lead_on(self) -> None:
        if self._results is None or not self._results.groups:
            self.folders_requested.emit()
        elif self._narrowed():
            self.filter.clear()
        else:
            self.lanes.choose(None)
            self._lane_chosen(None)

    def _lane_chosen(self, lane: Lane | None) -> None:
        self._lane = lane
        self._settings.review_lane = "" if lane is None else lane.name
        self._view_changed()

    def _view_changed(self) -> None:
        self._settings.review_sort = self.filter.sort.value
        self.list.set_view(
            self._lane,
            self.filter.text,
            self.filter.sort,
            self.filter.shown,
            reverse=self.filter.reverse.isChecked(),
        )
        self._show()

    def _remember_splitter(self) -> None:
        self._settings.review_splitter = bytes(self.splitter.saveState().data())

    def _close_problems(self) -> None:
        self.bar.problems.setChecked(False)
        self.problems.hide()

    # The chosen group

    def current_group(self) -> Group | None:
        """The group that is shown side by side."""
        return self.list.current_group

    def next_group(self) -> None:
        """Go to the next group of the list."""
        self.list.step(1)

    def previous_group(self) -> None:
        """Go to the group before."""
        self.list.step(-1)

    def next_undecided(self) -> None:
        """Go to the next group on which nothing was decided."""
        self.list.next_undecided()

    # Auto-select

    def _offer(self) -> None:
        if self._results is not None:
            self.bar.offer(proposals_of(self._marks, self._lane, self.list.groups.shown_indices()))

    def _select(self, lane: Lane | None, proposal: Proposal) -> None:
        self._marks.auto_select(proposal, lane)

    # Keys

    def _focus_filter(self) -> None:
        self.filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide on the chosen group; a held key decides once."""
        if not self._handle(event):
            super().keyPressEvent(event)

    def _handle(self, event: QKeyEvent) -> bool:
        key, cards = event.key(), self._cards
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if cards is None:
            return False
        moves = {
            Qt.Key.Key_Down: self.next_group,
            Qt.Key.Key_Up: self.previous_group,
            Qt.Key.Key_Right: cards.select_next,
            Qt.Key.Key_Left: cards.select_previous,
        }
        if modifiers == Qt.KeyboardModifier.NoModifier and key in moves:
            moves[Qt.Key(key)]()
            return True
        if event.isAutoRepeat():
            return key in _DECIDING
        if modifiers == Qt.KeyboardModifier.ShiftModifier and key == Qt.Key.Key_K:
            cards.dismiss()
            return True
        if modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        decisions = {
            Qt.Key.Key_K: cards.keep_current,
            Qt.Key.Key_A: cards.keep_all,
            Qt.Key.Key_Space: cards.toggle_current,
            Qt.Key.Key_N: self.next_undecided,
            Qt.Key.Key_U: self._marks.stack.undo,
            Qt.Key.Key_Return: self.compare_requested.emit,
            Qt.Key.Key_Enter: self.compare_requested.emit,
        }
        if key in decisions:
            decisions[Qt.Key(key)]()
            return True
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            cards.keep_number(key - Qt.Key.Key_0)
            return True
        return False


_DECIDING = {
    *(Qt.Key.Key_K, Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_N, Qt.Key.Key_U),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter),
    *(Qt.Key(Qt.Key.Key_1 + number) for number in range(9)),
}


def _line() -> QFrame:
    line = QFrame()
    set_role(line, "line")
    return line
