"""Review: kinds of match, filter, the list of groups, the chosen group side by side, marks."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from dupefinder.core.records import Group
from dupefinder.gui.appearance.theme import SPACE_PX, set_role
from dupefinder.gui.photos.thumbnail_loader import ThumbnailLoader
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.review.action_bar import ActionBar, GroupAction, SelectionBar
from dupefinder.gui.review.cards.cards import Cards
from dupefinder.gui.review.decision_line import DecisionLine
from dupefinder.gui.review.decisions import Decision
from dupefinder.gui.review.empty_states import say_empty, why_empty
from dupefinder.gui.review.filter.filter_bar import FilterBar
from dupefinder.gui.review.groups.group_list import GroupList
from dupefinder.gui.review.groups.group_view import Facets, Sort, Wanted, wanted_by
from dupefinder.gui.review.keys import ReviewKeys
from dupefinder.gui.review.mark_table import UNDECIDED
from dupefinder.gui.review.marks import Marks
from dupefinder.gui.review.match_kind_bar import MatchKindBar
from dupefinder.gui.review.problems_panel import ProblemsPanel
from dupefinder.gui.settings import Settings
from dupefinder.gui.tasks.window_thread import PaintSteps
from dupefinder.gui.widgets.empty_state import EmptyState
from dupefinder.text.translation import _

_KEEP_PLACE_MS = 1_000
"""Time for which a group is on show before the next start opens at it."""
_ALL_PX = 10_000
"""More than any screen is wide."""


class ReviewPage(QWidget):
    """The list of groups beside the cards, with the bars above and below.

    Attributes:
        cards: The cards of the chosen group's photos, once they are set.

    Signals:
        folders_requested: The person wants to choose folders.
    """

    folders_requested = Signal()

    def __init__(
        self,
        marks: Marks,
        thumbnails: ThumbnailLoader,
        settings: Settings,
        paint_steps: PaintSteps,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Review"))
        self._marks = marks
        self._settings = settings
        self._thumbnails = thumbnails
        self._results: Results | None = None
        self._scanning = self._opening = self._is_taking_results = False
        self._paint_steps = paint_steps
        self.cards: Cards | None = None
        self.match_kinds = MatchKindBar()
        self.filter = FilterBar()
        self.filter.similarity.peek.set_thumbnails(thumbnails)
        self.list = GroupList(marks, thumbnails)
        self.nothing = EmptyState()
        self.problems = ProblemsPanel()
        self.decisions = DecisionLine(marks, beside_px=2 * SPACE_PX)
        self.selection = SelectionBar(self.decide_many)
        self.bar = ActionBar(marks)
        self.setFocusProxy(self.list)
        # Not only when the window closes: the program may be killed.
        self._place_kept = QTimer(self, singleShot=True, interval=_KEEP_PLACE_MS)
        self._place_kept.timeout.connect(self._keep_place)
        self._lay_out()
        self._connect()
        self.keys = ReviewKeys(self, marks)
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
        for widget in (self.match_kinds, _line(), self.filter, self.filter.chips, _line()):
            head.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._over_problems, 1)
        self._foot_line = _line()
        whole.addWidget(self._foot_line)
        whole.addWidget(self.selection)
        whole.addWidget(self.decisions)
        whole.addWidget(self.bar)

    def set_cards(self, cards: Cards) -> None:
        """Set the cards that show the chosen group's photos."""
        self.cards = cards
        cards.deciding.go_on = self.next_undecided
        self.decisions.follow(cards.deciding)
        self.splitter.addWidget(cards)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        if state := self._settings.review_splitter:
            self.splitter.restoreState(QByteArray(state))
        else:
            # The list gets the width it needs, the photos the rest.
            self.splitter.setSizes([self.list.sizeHint().width(), _ALL_PX])

    def _connect(self) -> None:
        self.match_kinds.match_kind_chosen.connect(self._match_kind_chosen)
        self.filter.changed.connect(self._view_changed)
        self.list.group_chosen.connect(self._show_group)
        self.list.doubleClicked.connect(self.compare)
        self._marks.changed.connect(self._look_ahead)
        self._marks.changed.connect(self._show_selected)
        self._marks.decided.connect(self._show_taken_back)
        self.list.selectionModel().selectionChanged.connect(self._show_selected)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.bar.problems.toggled.connect(self.problems.setVisible)
        self.problems.close_button.clicked.connect(self._close_problems)
        self.nothing.button.clicked.connect(self._lead_on)
        self.splitter.splitterMoved.connect(self._remember_splitter)

    def _restore(self) -> None:
        names = {match_kind.name: match_kind for match_kind in MatchKind}
        self._match_kind = names.get(self._settings.review_match_kind)
        self.match_kinds.choose(self._match_kind)
        self.decisions.set_match_kind(self._match_kind)
        self.filter.similarity.set_most_bits(self._settings.threshold_bits)
        if self._settings.review_sort in set(Sort):
            self.filter.show_sort(Sort(self._settings.review_sort))
        self._view_changed()

    # Showing

    def set_results(self, results: Results) -> None:
        """Show the results of a scan, provisional or final."""
        first = self._results is None
        # Nothing moves while somebody looks; otherwise the first group that was found means
        # nothing.
        was_provisional = self._results is not None and self._results.provisional
        is_end = was_provisional and not results.provisional
        self._results = results
        self._thumbnails.ask_again()
        self._is_taking_results = True
        self.list.set_results(results)
        self._is_taking_results = False
        self.filter.set_results(results, self._count_kinds())
        self.problems.set_problems(results.problems)
        self.bar.set_problems(len(results.problems))
        if not results.problems:
            self._close_problems()
        if results.provisional and not was_provisional:
            self.decisions.say(
                _("While the scan runs, copies of same bytes can be decided on already.")
            )
        self._show()
        if (first and self._settings.review_group) or (is_end and not self.isVisible()):
            row = self.list.groups.row_of_id(self._settings.review_group)
            if row >= 0:
                self.list.choose_row(row)
            else:
                # Its photos are gone: open at the first undecided group.
                self.list.choose_row(max(self.list.groups.next_undecided(-1), 0))

    @property
    def results(self) -> Results | None:
        """The results on show; None before the first scan."""
        return self._results

    def _show_group(self) -> None:
        """Show the photos of the chosen group; during a scan, after the list was painted.

        A group that the person chooses is shown at once: a key must decide on what is seen.
        """
        if not self._scanning:
            self._place_kept.start()
        if self._scanning and self._is_taking_results:
            self._paint_steps.add(self._show_photos)
        else:
            self._paint_steps.drop(self._show_photos)
            self._show_photos()

    def _show_photos(self) -> None:
        if self.cards is not None:
            self.cards.set_group(self.current_group())
            self.decisions.show_progress()
            self._look_ahead()

    def _look_ahead(self) -> None:
        """Load the photos of the groups that a key leads to."""
        if self.cards is not None and not self._scanning:
            self.cards.load_ahead(self.list.neighbours())

    def set_scanning(self, scanning: bool) -> None:
        """Set if a scan runs: then only groups of the same bytes are decided on."""
        self._scanning = scanning
        if not scanning and self._paint_steps.drop(self._show_photos):
            self._show_photos()
        self.bar.set_scanning(scanning)
        for action in (GroupAction.DISMISS, GroupAction.RULES):
            self.selection.buttons[action].setEnabled(not scanning)
        self.filter.similarity.set_scanning(scanning)
        self._show()

    def set_opening(self, opening: bool) -> None:
        """Set if the last results are still being read."""
        self._opening = opening
        self._show()

    def _show(self) -> None:
        results = self._results
        found = results is not None and len(results.groups) > 0
        self._head.setVisible(found)
        problems = results is not None and bool(results.problems)
        self.bar.setVisible(found or problems)
        self.decisions.setVisible(found)
        self._foot_line.setVisible(found or problems)
        if found and self.list.groups.rowCount():
            self._list_or_nothing.setCurrentWidget(self.splitter)
            return
        self._list_or_nothing.setCurrentWidget(self.nothing)
        empty = why_empty(
            results,
            scanning=self._scanning,
            narrowed=self.filter.is_narrowing,
            opening=self._opening,
        )
        say_empty(self.nothing, empty, 0 if results is None else results.photos, self._match_kind)

    def _lead_on(self) -> None:
        if self._results is None or not self._results.groups:
            self.folders_requested.emit()
        elif self.filter.is_narrowing:
            self.filter.clear()
        else:
            self.match_kinds.choose(None)
            self._match_kind_chosen(None)

    def _match_kind_chosen(self, match_kind: MatchKind | None) -> None:
        self._match_kind = match_kind
        self.decisions.set_match_kind(match_kind)
        self._settings.review_match_kind = "" if match_kind is None else match_kind.name
        self._view_changed()

    def _view_changed(self) -> None:
        self._settings.review_sort = self.filter.sort.value
        self.list.set_view(self.filter.view(self._match_kind))
        self.filter.similarity.count_only(self._count_kinds())
        self._show()

    def _count_kinds(self) -> Wanted:
        """Let the kinds of match count what passes the filter; return the mask function of that."""
        shown, passes = self._results, self.list.groups.passing()
        if shown is not None:
            self.match_kinds.set_counts(shown.kind_counts(passes))
        return wanted_by(self.list.groups.view, shown, passes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember the group on show."""
        super().hideEvent(event)
        self._keep_place()

    def _keep_place(self) -> None:
        if (group := self.current_group()) is not None:
            self._settings.review_group = group.group_id

    def _remember_splitter(self) -> None:
        self._settings.review_splitter = bytes(self.splitter.saveState().data())

    def _close_problems(self) -> None:
        had_focus = self.problems.isAncestorOf(self.focusWidget() or self)
        self.bar.problems.setChecked(False)
        self.problems.hide()
        if had_focus:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # The chosen group

    def current_group(self) -> Group | None:
        """The group that is shown side by side."""
        return self.list.current_group

    def compare(self) -> None:
        """Ask for the chosen group to be compared."""
        if self.cards is not None and self.current_group() is not None:
            self.cards.compare_requested.emit()

    def next_group(self) -> None:
        """Go to the next group of the list."""
        self.list.step(1)

    def previous_group(self) -> None:
        """Go to the group before."""
        self.list.step(-1)

    def next_undecided(self) -> None:
        """Go to the next group on which nothing was decided, or say that there is none."""
        if not self.list.next_undecided() and self.list.groups.rowCount():
            self.decisions.say(_("Every group of this list is decided. Ctrl+Enter shows the plan."))

    def _show_taken_back(self, decision: Decision) -> None:
        """Go back to the group whose marks were taken back."""
        if not decision.is_taken_back:
            return
        row = -1 if decision.group is None else self.list.groups.row_of(decision.group)
        if row >= 0:
            self.list.choose_row(row)

    # Many groups

    def show_only(self, groups: NDArray[np.int64], name: str) -> None:
        """Show only some groups, of any kind of match.

        Args:
            groups: int64, indices in the results.
            name: Text for the filter.
        """
        if self._results is not None:
            ids = frozenset(self._results.groups[index].group_id for index in groups.tolist())
            self.show_facets(Facets(group_ids=ids, name=name))

    def show_facets(self, facets: Facets, match_kind: MatchKind | None = None) -> None:
        """Show the groups of a kind that meet some conditions, without any other filter."""
        self.match_kinds.choose(match_kind)
        self._match_kind = match_kind
        self.decisions.set_match_kind(match_kind)
        self.filter.clear()
        self.filter.set_facets(facets)

    def decide_many(self, action: GroupAction) -> None:
        """Decide on the selected groups."""
        groups = self.list.selected_indices()
        match action:
            case GroupAction.ACCEPT:
                self._marks.accept_groups(groups)
            case GroupAction.KEEP_ALL:
                self._marks.keep_groups(groups)
            case GroupAction.DISMISS:
                self._marks.dismiss_groups(groups)
            case GroupAction.CLEAR:
                self._marks.clear_groups(groups)
            case GroupAction.RULES:
                self.bar.choose.click()

    def _show_selected(self) -> None:
        groups = self.list.selected_count
        self.selection.show_selected(groups)
        if groups > 1:
            self.selection.buttons[GroupAction.ACCEPT].setEnabled(self._is_proposed_in_selection())

    def _is_proposed_in_selection(self) -> bool:
        """True if a selected group is undecided, and something is proposed in it."""
        results, states = self._results, self._marks.states
        if results is None or len(states) != len(results.groups):
            return False
        is_open = results.groups_with(results.members.proposed) & (states == UNDECIDED)
        return bool(is_open[self.list.selected_indices()].any())

    def _show_menu(self, place: QPoint) -> None:
        if groups := self.list.selected_count:
            self.selection.menu(groups).popup(self.list.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that no widget of the page used."""
        if not self.keys.take_left_over(event):
            super().keyPressEvent(event)


def _line() -> QFrame:
    line = QFrame()
    set_role(line, "line")
    return line
