"""Rules and the overview: from their pages to the marks of many groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from dupefinder.core.decisions.marks import Mark
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.gui.controllers.scan import ScanController
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.results import MATCH_KIND_OF, MatchKind, Results
from dupefinder.gui.review.groups.group_view import Facets
from dupefinder.gui.review.mark_table import UNDECIDED, Proposal
from dupefinder.gui.review.match_kind_bar import match_kind_text
from dupefinder.gui.review.page import ReviewPage
from dupefinder.gui.rules.overview_page import Found
from dupefinder.gui.rules.page import RuleOutcome, Scope
from dupefinder.gui.tasks import Policy, Runner, Task
from dupefinder.services.scan import ScanSession
from dupefinder.text.translation import _

if TYPE_CHECKING:
    from dupefinder.review.rules import Rule
    from dupefinder.review.summary import SummaryLine


class RulesController(QObject):
    """Previews rules and sums up results, and marks their photos."""

    def __init__(
        self, session: ScanSession, runner: Runner, scans: ScanController, window: MainWindow
    ) -> None:
        """Connect the pages.

        Args:
            session: The results, used in the runner's thread alone.
            runner: The runner of the catalog.
            scans: Has the results on show.
            window: The window.
        """
        super().__init__(window)
        self._session = session
        self._runner = runner
        self._scans = scans
        self._window = window
        self._task: Task[RuleOutcome | None] | None = None
        window.rules.requests = self
        window.overview.requests = self
        window.marks.changed.connect(self._marks_changed)
        window.review.bar.choose.clicked.connect(self._open_rules)

    def _open_rules(self) -> None:
        if scopes := scopes_of(self._window.review):
            self._window.show_place("rules")
            self._window.rules.open(scopes)

    def preview_rules(self, rules: Sequence[Rule], scope: Scope) -> None:
        """Preview the marks of rules in the undecided groups of a scope.

        Args:
            rules: In order.
            scope: The groups.
        """
        results, states = self._scans.results, self._window.marks.states
        if results is None or results.provisional or len(states) != len(results.groups):
            return
        page = self._window.rules
        given = self._window.marks.given
        # Rules mark nothing beside photos that a person keeps. Where copies of one kind go already,
        # they may choose among the others.
        is_free = (states == UNDECIDED) & ~results.groups_with(given == Mark.KEEP)
        is_away = is_free & self._window.marks.away.groups_without_keeper(results)
        undecided = scope.groups[(is_free & ~is_away)[scope.groups]]
        away = int(np.count_nonzero(is_away[scope.groups]))

        def work(context: JobContext) -> RuleOutcome | None:
            from dupefinder.core.grouping import MOST_EVERY_PAIR

            groups = [results.groups[index] for index in undecided.tolist()]
            gone = gone_already(results, given, undecided)
            found = self._session.preview_rules(rules, groups, context, scope.only, gone)
            if found is None:
                return None
            large = int(np.count_nonzero(results.copies[undecided] > MOST_EVERY_PAIR))
            decided = len(scope.groups) - len(undecided) - away
            return RuleOutcome(results, undecided, decided, away, large, scope.only, found)

        def show(outcome: RuleOutcome | None) -> None:
            if outcome is not None and outcome.results is self._scans.results:
                page.show_outcome(outcome)

        task = self._runner.ask("rules", work, self, Policy.LATEST)
        self._task = task.on_progress(page.show_progress).on_result(show).start()

    def show_groups(self, groups: NDArray[np.int64]) -> None:
        """Show only some groups in Review."""
        self._window.review.show_only(groups, _("From the rules"))
        self._window.show_place("review")

    # The overview

    def sum_up(self) -> None:
        """Show the summary of the results on show."""
        results = self._scans.results
        if results is None:
            return

        def work(context: JobContext) -> Found:
            from dupefinder.review.summary import summarise

            confirmed = np.flatnonzero(results.match_kinds != MatchKind.LOOK_ALIKE)
            groups = [results.groups[index] for index in confirmed.tolist()]
            new_groups = int(np.count_nonzero(results.is_new[confirmed]))
            return Found(results, summarise(groups, results.sources, context), new_groups)

        def show(found: Found) -> None:
            if found.results is self._scans.results:
                self._window.overview.show_found(found)

        self._runner.ask("summary", work, self, Policy.LATEST).on_result(show).start()

    def still_open(self, line: SummaryLine) -> Proposal:
        """The proposals of a line that are not decided on yet."""
        results = self._scans.results
        assert results is not None
        # Look-alikes come last, so places among the others are places among all.
        places = np.sort(results.firsts[line.of_group] + line.in_group)
        return self._window.marks.open_part(Proposal(results, places, line.size_bytes))

    def progress(self) -> tuple[int, int, int]:
        """Number of decided groups, of those decided in part, and of all groups."""
        return self._window.marks.progress(None)

    def can_plan(self) -> bool:
        """True if marked photos can be planned now."""
        return self._window.review.bar.plan.isEnabled()

    def show_facets(self, facets: Facets, evidence: Evidence | None) -> None:
        """Show groups in Review."""
        kind = None if evidence is None else MATCH_KIND_OF[evidence]
        self._window.review.show_facets(facets, kind)
        self._window.show_place("review")

    def accept(self, proposal: Proposal) -> None:
        """Mark proposed photos."""
        self._window.marks.accept_proposal(proposal)

    # Rules

    def stop_preview(self) -> None:
        """Stop the preview."""
        if self._task is not None:
            self._task.cancel()

    def apply_rules(self, outcome: RuleOutcome) -> None:
        """Mark the previewed photos at once, and go back to the groups."""
        if outcome.results is self._scans.results:
            self._window.marks.choose(outcome.results, *marks_of(outcome, self._window.marks.given))
            self._window.show_place("review")

    def _marks_changed(self) -> None:
        if self._window.rules.isVisible():
            self._window.rules.ask_again()
        if self._window.overview.isVisible():
            if self._window.overview.results is self._scans.results:
                self._window.overview.show_progress()
            else:
                self._window.overview.open()


def scopes_of(review: ReviewPage) -> list[Scope]:
    """The groups that rules may be asked for: selected, on show, of each kind, all."""
    results = review.results
    if results is None:
        return []
    shown = np.array(review.list.groups.shown_indices(), np.int64)
    confirmed = results.match_kinds != MatchKind.LOOK_ALIKE
    scopes = [Scope(_("Groups on show"), shown[confirmed[shown]])]
    selected = review.list.selected_indices()
    if len(selected) > 1:
        scopes.insert(0, Scope(_("Selected groups"), selected[confirmed[selected]]))
    for evidence in (Evidence.SAME_BYTES, Evidence.SAME_PIXELS, Evidence.RE_ENCODED):
        kind = MATCH_KIND_OF[evidence]
        groups = np.flatnonzero(results.match_kinds & kind)
        if len(groups):
            scopes.append(Scope(match_kind_text(kind), groups, evidence))
    scopes.append(Scope(_("All groups"), np.flatnonzero(confirmed)))
    return scopes


def gone_already(
    results: Results, given: NDArray[np.uint8], groups: NDArray[np.int64]
) -> dict[int, set[int]]:
    """Photos of some groups that are marked for removal, see `GoneAlready`.

    Args:
        results: The results.
        given: uint8 (m,), the mark of each of their photos.
        groups: int64 (k,), indices of the groups.
    """
    number_of = np.full(len(results.groups), -1, np.int64)
    number_of[groups] = np.arange(len(groups))
    places = np.flatnonzero(given == Mark.REMOVE)
    index = results.members.group[places]
    in_group = places - results.firsts[index]
    gone: dict[int, set[int]] = {}
    for number, place in zip(number_of[index].tolist(), in_group.tolist(), strict=True):
        if number >= 0:
            gone.setdefault(number, set()).add(place)
    return gone


def marks_of(
    outcome: RuleOutcome, given: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The marks of an outcome: photos that go, and the others of their groups that stay.

    If only one kind of match was asked for, the other photos stay open, so that one kind after the
    other can be decided. A photo that stays for another is kept then if its removal is proposed.

    Args:
        outcome: The outcome.
        given: uint8 (m,), the present mark of each photo of its results.

    Returns:
        int64 (p,), the places of these photos in the columns of the results; uint8 (p,), the mark
        of each.
    """
    results, preview = outcome.results, outcome.preview
    members = results.members
    firsts = results.firsts[outcome.groups[preview.of_group]]
    marks = np.full(len(members.group), Mark.NONE, np.uint8)
    if outcome.only is None:
        is_decided = np.zeros(len(results.groups), np.bool_)
        is_decided[outcome.groups[preview.of_group]] = True
        marks[is_decided[members.group] & (given != Mark.REMOVE)] = Mark.KEEP
    else:
        staying = firsts + preview.stays
        marks[staying[members.proposed[staying]]] = Mark.KEEP
    marks[firsts + preview.in_group] = Mark.REMOVE
    places = np.flatnonzero(marks)
    return places, marks[places]
