"""Removal, copying and undo: plans of marked photos, carried out and undone."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dupefinder.actions.records import ActionKind, JournalStep, Outcome, Plan
from dupefinder.core.job import JobContext
from dupefinder.core.records import Group, GroupMember
from dupefinder.services.marks import kept_separations
from dupefinder.services.unfinished import UnfinishedAction, UnfinishedFile

if TYPE_CHECKING:
    from dupefinder.actions.backups.copy_missing import CopyPlan
    from dupefinder.actions.journal import Journal
    from dupefinder.actions.overview import Overview
    from dupefinder.actions.quarantine.manifest import QuarantinedFile
    from dupefinder.actions.quarantine.restore import Restored
    from dupefinder.actions.records import ActionRecord
    from dupefinder.core.grouping import Matches


Removals = Sequence[tuple[Group, Sequence[GroupMember]]]
"""Groups, and the photos of each that are marked for removal."""


@dataclass(frozen=True, slots=True)
class MarkedPhotos:
    """Photos that a person marked, and the conditions for their removal.

    Attributes:
        removals: Groups and the photos of each that are marked for removal.
        kept: Paths of the photos that the person decided to keep.
        matches: The matches that the groups were made from.
        protected_folders: Folders in which nothing may be removed.
        copies: Number of copies of each photo that have to stay.
        drives: Number of drives that these have to be on.
    """

    removals: Removals
    kept: Collection[str]
    matches: Matches
    protected_folders: Sequence[str]
    copies: int = 1
    drives: int = 1


@dataclass(frozen=True, slots=True)
class EarlierActions:
    """State of the journal left by earlier runs of the program.

    Attributes:
        damaged: Damaged journals that were set aside.
        is_newly_damaged: True where the last of these was found just now.
        settled: Files of an interrupted action, with their settled states.
        unfinished: The last action, if it was interrupted or stopped before its end.
    """

    damaged: Sequence[Path] = ()
    is_newly_damaged: bool = False
    settled: Sequence[JournalStep] = ()
    unfinished: UnfinishedAction | None = None


class RemovalSession:
    """The journal of actions, opened on demand, and all that writes to it.

    As a context manager it closes the journal at the end.
    """

    def __init__(self, journal_path: Path, decisions_path: Path) -> None:
        """Open nothing yet.

        Args:
            journal_path: The journal.
            decisions_path: The file of the person's decisions.
        """
        self._journal_path = journal_path
        self._decisions_path = decisions_path
        self._journal: Journal | None = None
        self._unfinished = UnfinishedFile(journal_path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def settle_earlier(self) -> EarlierActions:
        """Settle an interrupted action, and report what earlier runs left.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        from dupefinder.actions.journal import damaged_journals
        from dupefinder.actions.reconcile import reconcile

        journal = self._opened()
        settled = reconcile(journal)
        return EarlierActions(
            damaged_journals(self._journal_path),
            journal.set_aside is not None,
            settled,
            self._unfinished.read(journal),
        )

    def forget_unfinished(self) -> None:
        """Stop reporting the unfinished action."""
        self._unfinished.forget()

    def moved_since(self, since_ns: int) -> list[str]:
        """The old paths of files that may have been moved since a scan began.

        Args:
            since_ns: Start of the scan, in nanoseconds since 1970.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        return self._opened().moved_since(since_ns)

    def plan(self, marked: MarkedPhotos, context: JobContext) -> Plan:
        """Plan the removal of marked photos; nothing is changed.

        Raises:
            Cancelled: The job was cancelled.
            FolderRolesFault: The roles of folders cannot be read.
            DecisionsNotRead: See `kept_separations`.
        """
        from dupefinder.actions.folder_roles import load_roles, roles_path
        from dupefinder.actions.retention import Retention
        from dupefinder.services.planning import plan_removals

        roles = load_roles(roles_path(self._journal_path))
        retention = Retention(marked.copies, marked.drives, roles, asks=True)
        return plan_removals(
            marked.removals,
            marked.kept,
            marked.matches,
            marked.protected_folders,
            retention,
            context,
            kept_separations(self._decisions_path),
        )

    def sum_up(self, plan: Plan) -> Overview:
        """Return the figures of a plan."""
        from dupefinder.actions.overview import overview_of

        return overview_of(plan)

    def carry_out(
        self, plan: Plan, context: JobContext, *, is_of_marks: bool | None = None
    ) -> Outcome:
        """Carry out a plan; each file is checked again, and journalled before and after.

        Args:
            plan: The plan.
            context: The job.
            is_of_marks: See `UnfinishedAction`, stored in case the action is interrupted;
                None to store nothing.

        Raises:
            JournalFault: The journal cannot be written; some files may have been moved before.
            DupeFinderError: See `Journal.open` and `kept_separations`.
        """
        from dupefinder.actions.checks.full_decode import close_decoder
        from dupefinder.actions.execute import execute

        journal, separated = self._opened(), kept_separations(self._decisions_path)
        if is_of_marks is not None:
            self._unfinished.begin(plan, time.time_ns(), is_of_marks=is_of_marks)
        try:
            outcome = execute(plan, journal, context, separated=separated)
        finally:
            close_decoder()
        if is_of_marks is not None and not outcome.cancelled:
            self._unfinished.forget()
        return outcome

    def copy_missing(self, plan: CopyPlan, context: JobContext) -> Outcome:
        """Copy photos of backups that a library lacks.

        Args:
            plan: Result of `comparison.plan_copies`.
            context: The job.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        from dupefinder.actions.backups.copy_missing import copy_missing

        return copy_missing(plan, self._opened(), context)

    def action_to_undo(self, action_id: int | None, only: str | None) -> ActionRecord | None:
        """The action to undo: the named one, or the last with something to bring back.

        Args:
            action_id: Its number; None for the last.
            only: Path of a file or folder that is to come back; None for all.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        from dupefinder.actions.undo import to_bring_back

        for action in self.actions():
            if action_id not in (None, action.action_id):
                continue
            # Files that could not be found may be there again, on a drive that was disconnected.
            # Without a number, only actions whose files are not lost are chosen.
            named = action_id is not None
            if not named and action.kind is ActionKind.DELETE:
                continue
            if not action.done + (action.lost if named else 0):
                continue
            if only is None or to_bring_back(self.steps(action.action_id), only):
                return action
        return None

    def steps_to_undo(self, action_id: int, only: str | None = None) -> list[JournalStep]:
        """Return the files that `undo` would bring back.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        from dupefinder.actions.undo import to_bring_back

        return to_bring_back(self.steps(action_id), only)

    def undo(self, action_id: int, context: JobContext, only: str | None = None) -> Outcome:
        """Bring back what an action removed.

        Args:
            action_id: The action.
            context: The job.
            only: Path of the one file to bring back; None for all.

        Raises:
            DupeFinderError: See `Journal.open` and `undo`.
        """
        from dupefinder.actions.undo import undo

        return undo(action_id, self._opened(), context, only)

    def actions(self) -> list[ActionRecord]:
        """Return what was done, newest first.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        return self._opened().actions()

    def action(self, action_id: int) -> ActionRecord:
        """Return one action.

        Raises:
            KeyError: There is none of this number.
            DupeFinderError: See `Journal.open`.
        """
        for action in self.actions():
            if action.action_id == action_id:
                return action
        raise KeyError(action_id)

    def steps(self, action_id: int) -> list[JournalStep]:
        """Return the files of an action.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        return self._opened().steps(action_id)

    def set_aside_files(self) -> list[JournalStep]:
        """The set-aside files that the journal knows; no drive is asked.

        Raises:
            DupeFinderError: See `Journal.open`.
        """
        return self._opened().set_aside_files()

    def restore(
        self, held: Sequence[QuarantinedFile], context: JobContext, to: str | None = None
    ) -> Restored:
        """Restore set-aside files to their places in the journal, or to a given folder.

        Args:
            held: Result of `quarantined_now`.
            context: The job.
            to: The folder; None for the files' own places.

        Raises:
            JournalFault: The journal cannot be asked, and no folder is named.
        """
        from dupefinder.actions.quarantine.restore import restore

        is_known = to is None and self._journal_path.exists()
        return restore(held, context, to, self._opened().set_aside_files() if is_known else ())

    def note_restored(self, restored: Restored) -> None:
        """Journal restored files; they are back even if this fails.

        Raises:
            JournalFault: The journal cannot be written.
        """
        if restored.done and self._journal_path.exists():
            self._opened().note_back(restored.done)

    def empty(self, plan: Plan, quarantine: str, context: JobContext) -> Outcome:
        """Remove the planned files of a quarantine folder.

        Args:
            plan: Result of `plan_emptying`.
            quarantine: The folder.
            context: The job.

        Raises:
            DupeFinderError: See `Journal.open`, `empty` and `kept_separations`.
        """
        from dupefinder.actions.checks.full_decode import close_decoder
        from dupefinder.actions.quarantine.empty import empty

        try:
            separated = kept_separations(self._decisions_path)
            return empty(plan, quarantine, self._opened(), context, separated)
        finally:
            close_decoder()

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _opened(self) -> Journal:
        if self._journal is None:
            from dupefinder.actions.journal import Journal

            self._journal = Journal.open(self._journal_path)
        return self._journal


def quarantined_now(quarantine: str, only: str | None = None) -> list[QuarantinedFile]:
    """The files in a quarantine folder that its manifests list.

    Args:
        quarantine: The folder.
        only: A file or folder to keep to; None for all.

    Raises:
        OSError: The folder or a manifest cannot be read.
    """
    from dupefinder.actions.quarantine import restore

    return restore.quarantined_now(quarantine, only)


def plan_emptying(
    quarantine: str,
    only: str | None = None,
    context: JobContext | None = None,
    kind: ActionKind = ActionKind.DELETE,
) -> Plan:
    """Plan to remove the files in a quarantine folder.

    Args:
        quarantine: The folder.
        only: A file or folder to keep to; None for all.
        context: Pause, cancel; None for a plan that nobody stops.
        kind: Deleting for good, or moving to the trash.

    Raises:
        OSError: The folder or a manifest cannot be read.
        Cancelled: The job was cancelled.
    """
    from dupefinder.actions.quarantine import empty

    return empty.plan_emptying(quarantined_now(quarantine, only), context, kind)


def running_as_root() -> bool:
    """True for the superuser of a POSIX system, whom no permission restrains."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
