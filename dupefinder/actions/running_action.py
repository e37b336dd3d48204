"""A running action: each file is journalled, acted on, and journalled again."""

import errno
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from dupefinder.actions.backends.protocol import (
    Backend,
    FileChanged,
    PlaceTaken,
    PreparingBackend,
    Refused,
    StaysAway,
    SurvivorGone,
)
from dupefinder.actions.checks.postflight import survivor_gone
from dupefinder.actions.journal import Journal
from dupefinder.actions.journal_file import JournalFault
from dupefinder.actions.quarantine.folder import quarantine_folder_of
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    SkipCode,
    Skipped,
    StepState,
)
from dupefinder.core.errors import Cancelled, is_in_use, os_error_text
from dupefinder.core.job import JobContext

_PLACES_TRIED = 8

Item = TypeVar("Item")


class RunningAction:
    """State of an action while it runs.

    Attributes:
        action_id: Its number in the journal.
        kind: The kind of action that was asked for.
    """

    def __init__(
        self,
        kind: ActionKind,
        target: str | None,
        journal: Journal,
        ways: Sequence[Backend],
        beside: Sequence[Backend] = (),
    ) -> None:
        """Begin it.

        Args:
            kind: The kind of action that is asked for.
            target: The folder that is moved or copied to.
            journal: Records the action.
            ways: Possible backends, the preferred one first.
            beside: Backends for rows of other kinds within the action.
        """
        self.action_id = journal.begin_action(kind, target)
        self._begun_ns = journal.begun_ns(self.action_id)
        self.kind = kind
        self._journal = journal
        self._choice = tuple(ways)
        self._ways = {way.kind: way for way in (*ways, *beside)}
        self._done: list[JournalStep] = []
        self._skipped: list[Skipped] = []
        self._group: dict[int, JournalStep] = {}
        self._noted: dict[int, JournalStep] = {}

    def run(
        self, items: Sequence[Item], take: Callable[[Item], None], context: JobContext
    ) -> Outcome:
        """Take one item after the other, until the end or until the job is cancelled.

        Args:
            items: The items to take.
            take: Takes one.
            context: Progress in the phase "act", pause and cancel.

        Raises:
            JournalFault: The journal cannot be written; with what was done so far.
        """
        context.start_phase("act", len(items))
        cancelled = False
        try:
            try:
                for item in items:
                    if context.paused:
                        self.end_group()
                    context.checkpoint()
                    take(item)
                    context.advance()
            except Cancelled:
                cancelled = True
            self.end_group()
            self._journal.finish_action(self.action_id)
        except JournalFault as fault:
            fault.so_far = self._outcome(cancelled=True)
            raise
        context.finish_phase()
        return self._outcome(cancelled=cancelled)

    def _outcome(self, *, cancelled: bool) -> Outcome:
        done = [row for row in self._done if row.kind is not ActionKind.SIDECAR]
        return Outcome(
            action_id=self.action_id,
            done=tuple(row.path for row in done),
            done_bytes=sum(row.size_bytes for row in done),
            skipped=tuple(self._skipped),
            cancelled=cancelled,
            kind=self.kind,
            written=tuple(row.path for row in self._done if row.kind is ActionKind.SIDECAR),
            begun_ns=self._begun_ns,
            set_aside=tuple(
                sorted(
                    {
                        quarantine_folder_of(row.place)
                        for row in done
                        if row.kind is ActionKind.SET_ASIDE and row.place is not None
                    }
                )
            ),
        )

    def placed(self, row: JournalStep) -> JournalStep:
        """Choose a way for a file and its place there.

        Raises:
            OSError: No backend can take it; the error of the last one.
        """
        *preferred, last = self._choice
        for way in preferred:
            with suppress(OSError):
                return replace(row, kind=way.kind, place=way.choose_place(row.path))
        return replace(row, kind=last.kind, place=last.choose_place(row.path))

    def intend(self, rows: Iterable[JournalStep]) -> list[JournalStep]:
        """Journal what is about to be done; it is on the disk on return."""
        return self._journal.add(self.action_id, list(rows))

    def intend_group(self, rows: Sequence[JournalStep]) -> list[JournalStep]:
        """Journal several rows at once, to be acted on one after the other.

        All are on the disk before the first is touched. Their ends are written down at
        once, too, by `end_group`; a crash before that leaves them intended, and `reconcile` tells
        by the disk what was done, as for a single one.
        """
        rows = self._journal.add(self.action_id, rows)
        self._group = {row.step_id: row for row in rows}
        for way in self._ways.values():
            if isinstance(way, PreparingBackend):
                way.prepare([row for row in rows if row.kind is way.kind])
        return rows

    def end_group(self) -> None:
        """Journal the ends of a group; rows that were not begun are deleted."""
        if not self._group:
            return
        left = [row for row in self._group.values() if row.step_id not in self._noted]
        for row in left:
            self._withdraw(row)
        noted = list(self._noted.values())
        self._group, self._noted = {}, {}
        self._journal.update(*noted, withdrawn=left)

    def _withdraw(self, row: JournalStep) -> None:
        way = self._ways[row.kind]
        if isinstance(way, PreparingBackend) and row.place is not None:
            way.withdraw(row)

    def is_only_intended(self, row: JournalStep) -> bool:
        """True for a row of the group that was not acted on."""
        if row.step_id not in self._group:
            return False
        noted = self._noted.get(row.step_id)
        return noted is None or noted.state is StepState.SKIPPED

    def _note(self, row: JournalStep) -> None:
        """Journal the end of a file: now, or with the others of its group."""
        if row.step_id in self._group:
            self._noted[row.step_id] = row
        else:
            self._journal.update(row)

    def carry_out(
        self,
        row: JournalStep,
        expected: os.stat_result,
        survives: Callable[[JournalStep], bool] | None = None,
    ) -> JournalStep | SkipCode:
        """Act on one file.

        Args:
            row: The row that was written down.
            expected: The file's status when it was read.
            survives: Called after the action; the file comes back unless this confirms that the
                survivor is there. None where no copy has to stay.

        Returns:
            Its row when it is done; otherwise the reason why it was left.
        """
        left: tuple[SkipCode, str] | None = failure_of(row.kind), "no free name"
        for _ in range(_PLACES_TRIED):
            try:
                self._ways[row.kind].carry_out(row, expected)
                left = None
            except PlaceTaken:
                # The new place is journalled before it is used, like the first one.
                row = self._with_another_place(row)
                continue
            except FileChanged:
                left = SkipCode.CHANGED, ""
            except Refused as refused:
                left = refused.code, refused.detail
            except SurvivorGone:
                left = survivor_gone(row), row.survivor
            except OSError as error:
                other = self._by_another_way(row) if error.errno == errno.EXDEV else None
                if other is not None:
                    row = other
                    continue
                # The disk decides: a server may report that a rename failed although it was carried
                # out. A half-finished change is put right.
                settled = self._ways[row.kind].settle(row)
                is_done = settled is not None and settled.state is StepState.DONE
                if row.place is None and error.errno == errno.ENOENT:
                    is_done = False  # it had gone before
                left = None if is_done else _reason(row, error)
            break
        if left is not None:
            self.leave_after_all(row, *left)
            return left[0]
        # Before it is journalled as done: after a crash, the next start looks again.
        if survives is not None and not survives(row):
            return self.take_back(row)
        row = replace(row, state=StepState.DONE)
        self._done.append(row)  # even if the journal cannot be written
        self._note(row)
        return row

    def take_back(
        self, row: JournalStep, code: SkipCode | None = None, detail: str = ""
    ) -> SkipCode:
        """Undo what was done to a file that should not have gone.

        Args:
            row: The file; one that is still journalled as intended comes back like an interrupted
                step.
            code: The reason; None when the survivor vanished with it.
            detail: Details of the reason.

        Returns:
            The reason why it was left; `RESTORE_FAILED` when it could not be brought back.
        """
        was_done = row.state is StepState.DONE
        if was_done:
            self._journal.update(replace(row, state=StepState.UNDOING))
        try:
            self._ways[row.kind].bring_back(row)
        except (StaysAway, OSError) as error:
            undoing = replace(row, state=StepState.UNDOING)
            settled = self._ways[row.kind].settle(undoing) if isinstance(error, OSError) else None
            if settled is None or settled.state is not StepState.UNDONE:
                # It can still be brought back later, if only by the person.
                words = error.detail if isinstance(error, StaysAway) else os_error_text(error)
                skipped = Skipped(row.path, SkipCode.RESTORE_FAILED, words)
                self._skipped.append(skipped)
                done = replace(row, state=StepState.DONE, skip=skipped)
                if not was_done:
                    self._done.append(done)
                self._note(done)
                return SkipCode.RESTORE_FAILED
        if was_done:
            self._done.remove(row)
        if code is None:
            code, detail = survivor_gone(row), row.survivor
        self.leave_after_all(row, code, detail)
        return code

    def leave(self, row: JournalStep, code: SkipCode, detail: str = "") -> None:
        """Note a file that was left before anything was journalled."""
        skipped = Skipped(row.path, code, detail)
        self.intend([replace(row, state=StepState.SKIPPED, skip=skipped)])
        self._skipped.append(skipped)

    def leave_after_all(self, row: JournalStep, code: SkipCode, detail: str = "") -> None:
        """Note a file that was journalled and then left."""
        self._withdraw(row)
        skipped = Skipped(row.path, code, detail)
        self._note(replace(row, state=StepState.SKIPPED, place=None, skip=skipped))
        self._skipped.append(skipped)

    def _by_another_way(self, row: JournalStep) -> JournalStep | None:
        """A new place and backend for a file that turns out to be on another volume."""
        kinds = [way.kind for way in self._choice]
        if row.kind not in kinds[:-1]:
            return None
        way = self._choice[kinds.index(row.kind) + 1]
        try:
            row = replace(row, kind=way.kind, place=way.choose_place(row.path))
        except OSError:
            return None
        self._journal.update(row)
        return row

    def _with_another_place(self, row: JournalStep) -> JournalStep:
        # Without another place, the next try with this one fails and is reported.
        with suppress(OSError):
            row = replace(row, place=self._ways[row.kind].choose_place(row.path))
        self._journal.update(row)
        return row


def failure_of(kind: ActionKind) -> SkipCode:
    """The skip code for a refusal by the system."""
    return SkipCode.TRASH_FAILED if kind is ActionKind.TRASH else SkipCode.REFUSED_BY_SYSTEM


def _reason(row: JournalStep, error: OSError) -> tuple[SkipCode, str]:
    if not os.path.lexists(row.path):
        code = SkipCode.VANISHED
    elif is_in_use(error, row.path):
        code = SkipCode.OPEN_ELSEWHERE
    else:
        code = failure_of(row.kind)
    return code, os_error_text(error)
