"""The second thread: it keeps decisions, makes plans, acts on them and takes them back.

Apart from the engine's thread, so that what a person decides is written down at once, however
long a scan runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dupefinder.actions.records import Plan
from dupefinder.core.decisions import Decisions, Mark, MarkRow
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.worker import Worker

if TYPE_CHECKING:
    from dupefinder.actions.journal import Journal
    from dupefinder.core.comparing import Comparison
    from dupefinder.core.coverage.records import PhotoCoverage
    from dupefinder.core.grouping import Matches
    from dupefinder.gui.backups.copy_dialog import Copying
    from dupefinder.gui.results import MarkKey

Removals = Sequence[tuple[Group, Sequence[GroupMember]]]


class Desk(Worker):
    """See the module.

    Signals:
        loaded: All `MarkRow`s and all dismissed group ids of earlier runs.
        damaged: Paths of earlier journals that were damaged, and True when one was just found so.
        reconciled: `JournalStep`s that an action which was broken off had left open.
        moved: Paths of photos that may have been moved without the engine being told.
        planned: `Plan`.
        summed_up: `Plan` and its `Overview`.
        acted: `Outcome` of removing.
        copied: `Outcome` of copying what a library lacks.
        undone: `Outcome` of bringing back.
        history_ready: list of `ActionRecord`, newest first.
        holdings_ready: list of `Holding`.
        emptied: `Outcome` of emptying a holding folder, and the `Skipped` that were refused.
        steps_ready: Number of an action and the list of its `JournalStep`s.
    """

    loaded = Signal(object, object)
    damaged = Signal(object, bool)
    reconciled = Signal(object)
    moved = Signal(object)
    planned = Signal(object)
    summed_up = Signal(object, object)
    acted = Signal(object)
    copied = Signal(object)
    undone = Signal(object)
    history_ready = Signal(object)
    steps_ready = Signal(int, object)
    holdings_ready = Signal(object)
    emptied = Signal(object, object)

    def __init__(
        self,
        decisions_path: Path | None,
        journal_path: Path,
        parent: QObject | None = None,
    ) -> None:
        """Make the thread; `start` starts it, `open_files` comes first.

        Args:
            decisions_path: The file of decisions; None keeps them in memory.
            journal_path: The journal of actions.
            parent: Qt parent.
        """
        super().__init__("desk", parent)
        self._decisions_path = decisions_path
        self._journal_path = journal_path
        self._decisions: Decisions | None = None
        self._journal: Journal | None = None

    def open_files(self) -> None:
        """Open decisions and journal, and settle what an action that was broken off left."""
        self.do("open decisions", self._open_decisions)
        self.do("open journal", self._open_journal)

    def keep_marks(self, changes: Mapping[MarkKey, Mark]) -> None:
        """Write marks down; they must not be changed any more."""
        self.do(
            "keep marks",
            lambda _: self._kept().keep_marks(MarkRow(*key, mark) for key, mark in changes.items()),
        )

    def keep_dismissed(self, group_ids: Iterable[str], dismissed: bool) -> None:
        """Write down which groups are no duplicates."""
        kept = tuple(group_ids)
        self.do("keep dismissed", lambda _: self._kept().keep_dismissed(kept, dismissed=dismissed))

    def plan(
        self,
        removals: Removals,
        kept: Collection[str],
        matches: Matches,
        protected: Sequence[str],
        copies: int = 1,
        drives: int = 1,
    ) -> None:
        """Make a plan of marks; `planned` brings it.

        Args:
            removals: Groups and the photos of each that are marked for removal.
            kept: Paths of the photos that the person decided to keep.
            matches: What the groups were made from.
            protected: Protected folders.
            copies: So many copies of each photo have to stay.
            drives: On so many drives.
        """
        wanted = copies, drives
        self.do(
            "plan",
            lambda context: self._plan(removals, kept, matches, protected, wanted, context),
            replaces=True,
        )

    def say_role(self, folder: str, role: str) -> None:
        """Remember what a folder is to others, a value of `folder_roles.FolderRole`."""
        self.do("keep role", lambda _: self._say_role(folder, role))

    def sum_up(self, plan: Plan) -> None:
        """Sum a plan up; `summed_up` brings the overview."""
        self.do("sum up", lambda _: self._sum_up(plan), replaces=True)

    def act(self, plan: Plan) -> None:
        """Carry a plan out; `acted` tells what became of it."""
        self.do("act", lambda context: self._act(plan, context))

    def copy_missing(self, comparison: Comparison, copying: Copying) -> None:
        """Copy what a library lacks; `copied` tells what became of it."""
        self.do("copy", lambda context: self._copy_missing(comparison, copying, context))

    def retire(self, comparison: Comparison, folder: str) -> None:
        """Plan to let a folder of a backup go as far as it is proven; `planned` brings the plan."""
        self.do("plan", lambda context: self._retire(comparison, folder, context), replaces=True)

    def set_aside(self, comparison: Comparison, photos: Sequence[PhotoCoverage]) -> None:
        """Plan to let photos of backups go that a person accepted; `planned` brings the plan."""
        self.do("plan", lambda context: self._set_aside(comparison, photos, context), replaces=True)

    def undo(self, action_id: int, only: str | None = None) -> None:
        """Bring back what an action removed; `undone` tells what became of it.

        Args:
            action_id: The action.
            only: Path of the one file to bring back; None for all.
        """
        self.do("undo", lambda context: self._undo(action_id, only, context))

    def tell_moved(self, since_ns: int) -> None:
        """Tell the engine what was moved since a scan began whose results are opened; see `moved`.

        Args:
            since_ns: Nanoseconds since 1970.
        """
        self.do("moved", lambda _: self._tell_moved(since_ns))

    def load_history(self) -> None:
        """Read the actions; `history_ready` brings them."""
        self.do("history", self._load_history, replaces=True)

    def load_steps(self, action_id: int) -> None:
        """Read the files of an action; `steps_ready` brings them."""
        self.do("steps", lambda _: self._load_steps(action_id), replaces=True)

    def load_holdings(self) -> None:
        """Look into the holding folders; `holdings_ready` brings them."""
        self.do("holdings", self._load_holdings, replaces=True)

    def empty(self, holding: str) -> None:
        """Delete for good what was set aside in a folder; `emptied` tells what became of it."""
        self.do("empty", lambda context: self._empty(holding, context))

    def close(self) -> None:
        """Stop what runs, keep what is to be kept, close the files, and end the thread."""
        self._closing = True
        self.do("keep and close", self._close)
        super().close()

    # In the desk's thread

    def _kept(self) -> Decisions:
        if self._decisions is None:
            self._decisions = Decisions.open(self._decisions_path)
        return self._decisions

    def _open_decisions(self, context: JobContext) -> None:
        del context
        decisions = self._kept()
        self.loaded.emit(decisions.marks(), decisions.dismissed())

    def _journalled(self) -> Journal:
        if self._journal is None:
            from dupefinder.actions.journal import Journal

            self._journal = Journal.open(self._journal_path)
        return self._journal

    def _open_journal(self, context: JobContext) -> None:
        from dupefinder.actions.journal import damaged_journals
        from dupefinder.actions.reconcile import reconcile

        del context
        journal = self._journalled()
        damaged = damaged_journals(self._journal_path)
        if damaged:
            self.damaged.emit(damaged, journal.set_aside is not None)
        settled = reconcile(journal)
        if settled:
            self.reconciled.emit(settled)

    def _tell_moved(self, since_ns: int) -> None:
        moved = self._journalled().moved_since(since_ns)
        if moved:
            self.moved.emit(moved)

    def _plan(
        self,
        removals: Removals,
        kept: Collection[str],
        matches: Matches,
        protected: Sequence[str],
        wanted: tuple[int, int],
        context: JobContext,
    ) -> None:
        from dupefinder.actions.folder_roles import load_roles, roles_path
        from dupefinder.actions.retention import Retention
        from dupefinder.gui.planning import plan_removals

        roles = load_roles(roles_path(self._journal_path))
        retention = Retention(*wanted, roles, asks=True)
        self.planned.emit(plan_removals(removals, kept, matches, protected, retention, context))

    def _say_role(self, folder: str, role: str) -> None:
        from dupefinder.actions.folder_roles import FolderRole, load_roles, roles_path, save_roles

        path = roles_path(self._journal_path)
        save_roles(path, load_roles(path).with_roles({folder: FolderRole(role)}))

    def _sum_up(self, plan: Plan) -> None:
        from dupefinder.actions.overview import overview_of

        self.summed_up.emit(plan, overview_of(plan))

    def _act(self, plan: Plan, context: JobContext) -> None:
        from dupefinder.actions.execute import execute
        from dupefinder.actions.full_decode import close_decoder
        from dupefinder.actions.journal_faults import JournalFault

        try:
            self.acted.emit(execute(plan, self._journalled(), context))
        except JournalFault:
            # Before it failed it may have moved some.
            self.moved.emit([step.victim.path for step in plan.steps])
            raise
        finally:
            close_decoder()

    def _copy_missing(self, comparison: Comparison, copying: Copying, context: JobContext) -> None:
        from dupefinder.actions.copy_missing import (
            ONLY_MISSING,
            Arrangement,
            copy_missing,
            plan_copies,
        )
        from dupefinder.core.coverage.records import CoverageStatus

        everything = set(CoverageStatus) - {CoverageStatus.COVERED}
        plan = plan_copies(
            comparison,
            copying.target,
            Arrangement(copying.arrangement),
            everything if copying.altered else ONLY_MISSING,
        )
        self.copied.emit(copy_missing(plan, self._journalled(), context))

    def _retire(self, comparison: Comparison, folder: str, context: JobContext) -> None:
        from dupefinder.actions.records import ActionKind
        from dupefinder.actions.retire import plan_retirement

        found = plan_retirement(comparison, folder, ActionKind.SET_ASIDE, context)
        self.planned.emit(found.plan)

    def _set_aside(
        self, comparison: Comparison, photos: Sequence[PhotoCoverage], context: JobContext
    ) -> None:
        from dupefinder.actions.records import ActionKind
        from dupefinder.actions.retire import plan_accepted

        self.planned.emit(plan_accepted(comparison, photos, ActionKind.SET_ASIDE, context))

    def _undo(self, action_id: int, only: str | None, context: JobContext) -> None:
        from dupefinder.actions.undo import undo

        self.undone.emit(undo(action_id, self._journalled(), context, only))

    def _load_history(self, context: JobContext) -> None:
        del context
        self.history_ready.emit(self._journalled().actions())

    def _load_steps(self, action_id: int) -> None:
        self.steps_ready.emit(action_id, self._journalled().steps(action_id))

    def _load_holdings(self, context: JobContext) -> None:
        from dupefinder.actions.set_aside.holdings import holdings

        del context
        self.holdings_ready.emit(holdings(self._journalled()))

    def _empty(self, holding: str, context: JobContext) -> None:
        from dupefinder.actions.full_decode import close_decoder
        from dupefinder.actions.set_aside.empty import empty, plan_emptying
        from dupefinder.actions.set_aside.restore import held_now

        try:
            held = held_now(holding)
        except OSError:
            return  # the list, which is made anew now, says what is wrong
        plan = plan_emptying(held, context)
        try:
            self.emptied.emit(empty(plan, holding, self._journalled(), context), plan.refused)
        finally:
            close_decoder()

    def _close(self, context: JobContext) -> None:
        del context
        if self._decisions is not None:
            self._decisions.close()
            self._decisions = None
        if self._journal is not None:
            self._journal.close()
            self._journal = None
