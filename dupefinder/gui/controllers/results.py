"""Results of the last scan: shown, regrouped, and stored for the next window."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from dupefinder.core.job import JobContext
from dupefinder.core.records import Group
from dupefinder.gui.controllers.shown_tasks import StripTasks
from dupefinder.gui.main_window import MainWindow
from dupefinder.gui.results import MatchKind, Results
from dupefinder.gui.results.builder import build_results, columns_to_keep
from dupefinder.gui.review.mark_table import UNDECIDED
from dupefinder.gui.tasks import Policy, Runner, Task, TaskEnd
from dupefinder.services.catalog import OpenCatalog
from dupefinder.services.findings import Findings
from dupefinder.services.scan import ScanSession

if TYPE_CHECKING:
    from dupefinder.core.grouping import Matches
    from dupefinder.core.scan.options import FolderChoice

_KEEP_AFTER_MS = 30_000
"""Delay before results are stored, as dragging a slider makes many."""

Pinned = Callable[[], Sequence[Group]]
"""Makes the groups that stay as they were decided, in the runner's thread."""


Built = tuple[Findings, Results]
"""Findings, and what is shown of them."""


def _do_nothing() -> None:
    """Do nothing at the end."""


class ResultsController(QObject):
    """Shows, regroups and stores the results of the last scan.

    Attributes:
        results: The results on show, None before the first.
        busy: True while a scan runs.
        session: The results, used in the runner's thread alone.
        strip: The tasks whose progress is shown.
    """

    def __init__(self, catalog: OpenCatalog, runner: Runner, window: MainWindow) -> None:
        """Connect the pages.

        Args:
            catalog: The catalog, used in the runner's thread alone.
            runner: The runner of the catalog.
            window: The window.
        """
        super().__init__(window)
        self.results: Results | None = None
        self.busy = False
        self._forgetting = 0
        self._loosened: set[bytes] = set()
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keeping.timeout.connect(self.keep)
        self.session = ScanSession(catalog)
        self._runner = runner
        self._window = window
        self.strip = StripTasks(window)
        window.review.filter.similarity.threshold_changed.connect(self._regroup)
        # Results that were kept before a decision are not opened again.
        window.marks.separated.connect(lambda *_: self._keeping.start())

    def show_results(self, results: Results) -> None:
        """Show results on all pages that use them."""
        self.results = results
        self._loosened.clear()
        window = self._window
        window.marks.set_results(results)
        window.review.set_results(results)
        window.follow_results()
        if results.provisional:
            self.strip.note_waiting(int(np.count_nonzero(results.members.checking)))
        groups = np.count_nonzero(results.match_kinds != MatchKind.LOOK_ALIKE)
        window.sidebar.set_count("review", int(groups))
        if not results.provisional:
            window.folders.set_results(results)

    def _show(self, findings: Findings, results: Results, pinned: Pinned = tuple) -> None:
        self.show_results(results)
        if findings.columns is not None:
            self._check_kept(results)
        elif findings.is_settled:
            self._keeping.start()
        else:
            # Make the pending full-size comparisons of these groups, and show them again.
            task = self._ask_for(
                "prove",
                lambda context: self.session.settle(findings, pinned(), context),
                Policy.BACKGROUND,
                pinned,
            )
            self.strip.start(task, "prove")

    def _ask_for(
        self,
        name: str,
        find: Callable[[JobContext], Findings | Built | None],
        policy: Policy = Policy.QUEUED,
        pinned: Pinned = tuple,
    ) -> Task[Built | None]:
        """Make a task whose findings will be shown; columns are made in the runner's thread."""

        def work(context: JobContext) -> Built | None:
            found = find(context)
            return (found, self._build(found)) if isinstance(found, Findings) else found

        def show(found: Built | None) -> None:
            if found is None:
                return
            if self._window.marks.is_foreseen(found[1]):
                self._show(*found, pinned)
                return
            # Much was decided while it was made; newer results than these may come meanwhile.
            shown = self.results
            self._runner.ask(
                "foresee", lambda _: self._window.marks.foresee(found[1]), self
            ).on_result(lambda _: show(found) if self.results is shown else None).start()

        return self._runner.ask(name, work, self, policy).on_result(show)

    def _build(self, findings: Findings) -> Results:
        """Make results with all that takes long, in the runner's thread."""
        results = build_results(findings)
        self._window.marks.foresee(results)
        return results

    # Kept for the next window

    def _check_kept(self, results: Results) -> None:
        """Regroup where the surroundings of photos have changed."""

        def work(context: JobContext) -> bool:
            results.members.searched.make()
            return self.session.is_kept_outdated(context)

        def renew(is_outdated: bool) -> None:
            if is_outdated and results is self.results and not self.busy and not self._forgetting:
                self.strip.start(self._ask_for("reopen", self.session.reopen), "group")

        self._runner.ask("check kept", work, self, Policy.BACKGROUND).on_result(renew).start()

    def keep(self) -> None:
        """Store the results on show, so that the next window shows them at once."""

        def work(context: JobContext) -> None:
            self.session.keep(lambda findings: columns_to_keep(build_results(findings)), context)

        if not self.busy and not self._forgetting:
            self._runner.ask("keep results", work, self, Policy.BACKGROUND).start()

    def with_matches(
        self, then: Callable[[], None], otherwise: Callable[[], None] = _do_nothing
    ) -> None:
        """Call a function once the matches of the results on show are loaded.

        Args:
            then: Called once they are, or where there are none.
            otherwise: Called where loading them was stopped or failed.
        """
        basis = None if self.results is None else self.results.basis
        if basis is None or basis.matches is not None:
            then()
            return
        task = self._runner.ask("load matches", self.session.load_matches, self, Policy.LATEST)
        loaded: list[Matches | None] = []

        def end() -> None:
            if loaded:
                then()
            elif not task.is_replaced:
                otherwise()

        self.strip.start(task.on_result(loaded.append), "group", end)

    # Files that went or came back

    def forget(
        self, paths: Sequence[str], *, gone: bool = True, then: Callable[[], None] = _do_nothing
    ) -> None:
        """Remove missing files from the results, or add them again.

        Args:
            paths: The files.
            gone: False where they are back.
            then: Called once the results are shown without them, or with them.
        """
        self._note_gone(lambda: self.session.forget(paths, gone=gone), then)

    def forget_moved(self, paths: Sequence[str], then: Callable[[], None] = _do_nothing) -> None:
        """Remove files from the results that may have been moved, if they are gone.

        Args:
            paths: The files.
            then: See `forget`.
        """
        self._note_gone(lambda: self.session.forget_moved(paths), then)

    def _note_gone(self, note: Callable[[], bool], then: Callable[[], None]) -> None:
        self._set_forgetting(1)
        reopening: list[Task[Any]] = []

        def reopen(changed: bool) -> None:
            if changed:
                self._set_forgetting(1)
                task = self._ask_for("reopen", self.session.follow_files)
                reopening.append(task)
                self.strip.start(task, "group", end)

        def end() -> None:
            self._set_forgetting(-1)
            then()

        def noted(_: TaskEnd) -> None:
            if reopening:
                self._set_forgetting(-1)
            else:
                end()

        self._runner.ask("note what is gone", lambda _: note(), self, Policy.MUST_RUN).on_result(
            reopen
        ).on_end(noted).start()

    def _set_forgetting(self, more: int) -> None:
        """Ask for no other results while these are about to change."""
        self._forgetting += more
        self._window.review.filter.similarity.setEnabled(not self._forgetting)

    # Other groups of the last scan

    def regroup(self, concerned: Collection[bytes] = ()) -> None:
        """Regroup, as decisions on what belongs together have changed.

        Args:
            concerned: Digests of the photos concerned. Their groups do not stay as they were
                decided: photos that had left one may return to it.
        """
        self._loosened.update(concerned)
        if self.results is not None:
            self._regroup(self.results.threshold_bits)

    def tighten(self, most_bits: Mapping[bytes, int], concerned: Collection[bytes]) -> None:
        """Match some photos more strictly than the slider says.

        Args:
            most_bits: Greatest distance in bits, by digest.
            concerned: Digests of the photos for which it has changed.
        """
        self.session.tightened = dict(most_bits)
        self.regroup(concerned)

    def _regroup(self, threshold_bits: int) -> None:
        self._group_anew(
            "regroup",
            lambda pinned, context: self.session.regroup(threshold_bits, pinned, context),
        )

    def regroup_in_order(self, preferred: Sequence[str], between_only: bool) -> None:
        """Show the last results in another order of folders; scans take it from the settings."""
        self._group_anew(
            "regroup in order",
            lambda pinned, context: self.session.regroup_in_order(
                preferred, pinned, context, between_only=between_only
            ),
        )

    def protect(self, roles: Sequence[FolderChoice]) -> None:
        """Protect folders at once, in the last results, too; scans take it from the settings."""
        self._runner.ask(
            "keep protection",
            lambda _: self.session.keep_protection(roles),
            self,
            Policy.MUST_RUN,
        ).start()
        if self.results is None and not self.busy:
            # They may be opening, as the folders were before.
            self._ask_for(
                "protect", lambda context: self.session.protect(roles, (), context)
            ).start()
            return
        is_asked = self._group_anew(
            "protect",
            lambda pinned, context: self.session.protect(roles, pinned, context),
            Policy.QUEUED,
        )
        if not is_asked:
            self.session.roles = roles

    def _group_anew(
        self,
        name: str,
        group: Callable[[Sequence[Group], JobContext], Findings | None],
        policy: Policy = Policy.LATEST,
    ) -> bool:
        """Regroup the last results; decided groups stay.

        Returns:
            False where nothing can be asked for now.
        """
        if self.busy or self._forgetting or self.results is None:
            return False
        pinned = self._decided(self.results)
        self._ask_for(name, lambda context: group(pinned(), context), policy, pinned).start()
        return True

    def _decided(self, results: Results) -> Pinned:
        """Decided groups, which keep their photos at every threshold."""
        decided = self._window.marks.states != UNDECIDED
        decided &= results.match_kinds != MatchKind.LOOK_ALIKE
        indices = np.flatnonzero(decided).tolist()
        loosened = frozenset(self._loosened)

        def pinned() -> Sequence[Group]:
            groups = [results.groups[index] for index in indices]
            if not loosened:
                return groups
            return [
                group
                for group in groups
                if loosened.isdisjoint(one.digest for one in group.members)
            ]

        return pinned
