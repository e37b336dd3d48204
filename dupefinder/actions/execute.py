"""Plan → action: every photo is checked, written down, moved to the trash, written down."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions import preflight
from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import digest_of
from dupefinder.actions.records import (
    JournalStep,
    Outcome,
    Plan,
    SkipCode,
    Skipped,
    Step,
    StepState,
)
from dupefinder.actions.trash import FileChanged, PlaceTaken, Trash, default_trash
from dupefinder.actions.trash.freedesktop import restore
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence

_PLACES_TRIED = 8


def execute(
    plan: Plan, journal: Journal, context: JobContext, trash: Trash | None = None
) -> Outcome:
    """Move the photos of a plan to the trash.

    Between two photos the job may be paused or cancelled; what was done so far stays done.

    Args:
        plan: What to do.
        journal: Where it is written down.
        context: Progress in the phase "act", pause and cancel.
        trash: Where to; None for the system's.

    Raises:
        JournalFault: The journal cannot be written; no further photo is touched.
    """
    action = _Action(journal, trash or default_trash())
    context.start_phase("act", len(plan.steps))
    cancelled = False
    try:
        for step in plan.steps:
            context.checkpoint()
            action.take(step)
            context.advance()
    except Cancelled:
        cancelled = True
    journal.finish_action(action.action_id)
    context.finish_phase()
    return action.outcome(cancelled=cancelled)


class _Action:
    def __init__(self, journal: Journal, trash: Trash) -> None:
        self.action_id = journal.begin_action()
        self._journal = journal
        self._trash = trash
        self._gone: set[str] = set()
        self._relied_on: set[tuple[int, int]] = set()
        self._moved: list[JournalStep] = []
        self._skipped: list[Skipped] = []

    def outcome(self, *, cancelled: bool) -> Outcome:
        return Outcome(
            action_id=self.action_id,
            done=tuple(row.path for row in self._moved),
            done_bytes=sum(row.size_bytes for row in self._moved),
            skipped=tuple(self._skipped),
            cancelled=cancelled,
        )

    def take(self, step: Step) -> None:
        """Check one photo and move it, and what goes along, or note why not."""
        victim = os.path.realpath(step.victim.path)
        if os.path.realpath(step.survivor.path) in self._gone:
            self._leave(step, SkipCode.SURVIVOR_GOES_TOO, step.survivor.path)
            return
        checked = preflight.check(step)
        if isinstance(checked, Skipped):
            self._leave(step, checked.code, checked.detail)
            return
        statuses = (checked.victim_stat, *checked.companion_stats)
        if _identity(statuses[0]) in self._relied_on:
            self._leave(step, SkipCode.SURVIVOR_GOES_TOO, step.victim.path)
            return
        try:
            survivor = _identity(os.stat(step.survivor.path))
            intended = self._intended(step, statuses)
        except OSError as error:
            self._leave(step, SkipCode.TRASH_FAILED, _words_of(error))
            return
        rows = self._journal.add(self.action_id, intended)
        if self._move(rows[0], statuses[0]) and self._survives(step, survivor, rows[0]):
            self._gone.add(victim)
            self._relied_on.add(survivor)
            for row, status in zip(rows[1:], statuses[1:], strict=True):
                self._move(row, status)
        else:
            for row in rows[1:]:
                self._note_left(row, SkipCode.CANCELLED, step.victim.path)

    def _survives(self, step: Step, survivor: tuple[int, int], row: JournalStep) -> bool:
        """Look for the survivor once more; where it went too, bring the victim back.

        Two paths may lead to one file in ways that nothing told before.
        """
        try:
            if _identity(os.stat(step.survivor.path)) == survivor:
                return True
        except OSError:
            pass
        self._journal.update(replace(row, state=StepState.UNDOING))
        try:
            if row.trash_path is None:
                raise OSError(errno.ENOTSUP, "the system's trash does not tell where it lies")
            restore(row.trash_path, row.path)
        except OSError as error:
            # It can still be brought back from the trash, by the person if not by us.
            self._journal.update(replace(row, state=StepState.DONE))
            self._skipped.append(Skipped(row.path, SkipCode.RESTORE_FAILED, _words_of(error)))
            return True
        self._moved.pop()
        self._note_left(row, SkipCode.SAME_FILE, step.survivor.path)
        return False

    def _intended(self, step: Step, statuses: Sequence[os.stat_result]) -> list[JournalStep]:
        """Rows for a photo and its companions, with their places in the trash."""
        photo = replace(
            _row(step, StepState.INTENDED),
            mtime_ns=statuses[0].st_mtime_ns,
            trash_path=self._trash.choose_place(step.victim.path),
        )
        companions = [
            replace(
                photo,
                path=path,
                size_bytes=status.st_size,
                mtime_ns=status.st_mtime_ns,
                digest=digest_of(path),
                evidence=Evidence.SAME_BYTES,
                trash_path=self._trash.choose_place(path),
            )
            for path, status in zip(step.companions, statuses[1:], strict=True)
        ]
        return [photo, *companions]

    def _move(self, row: JournalStep, expected: os.stat_result) -> bool:
        for _ in range(_PLACES_TRIED):
            try:
                self._trash.move(row.path, row.trash_path, expected)
            except PlaceTaken:
                # The new place is written down before it is used, as the first one was.
                row = self._with_another_place(row)
            except FileChanged:
                self._note_left(row, SkipCode.CHANGED)
                return False
            except OSError as error:
                # What the disk shows counts more: a server may report the failure of a rename
                # that it has carried out.
                if not _is_moved(row):
                    self._note_left(row, *_reason(row.path, error))
                    return False
                break
            else:
                break
        else:
            self._note_left(row, SkipCode.TRASH_FAILED, "no free name in the trash")
            return False
        self._journal.update(replace(row, state=StepState.DONE))
        self._moved.append(row)
        return True

    def _with_another_place(self, row: JournalStep) -> JournalStep:
        # Where there is no other place, the next try with this one fails and is reported.
        with suppress(OSError):
            row = replace(row, trash_path=self._trash.choose_place(row.path))
        self._journal.update(row)
        return row

    def _leave(self, step: Step, code: SkipCode, detail: str) -> None:
        """Note a photo that was left before anything was written down about it."""
        skipped = Skipped(step.victim.path, code, detail)
        self._journal.add(self.action_id, [replace(_row(step, StepState.SKIPPED), skip=skipped)])
        self._skipped.append(skipped)

    def _note_left(self, row: JournalStep, code: SkipCode, detail: str = "") -> None:
        skipped = Skipped(row.path, code, detail)
        self._journal.update(replace(row, state=StepState.SKIPPED, trash_path=None, skip=skipped))
        self._skipped.append(skipped)


def _row(step: Step, state: StepState) -> JournalStep:
    victim = step.victim
    return JournalStep(
        step_id=0,
        path=victim.path,
        size_bytes=victim.size_bytes,
        mtime_ns=victim.mtime_ns,
        digest=victim.digest,
        survivor=step.survivor.path,
        evidence=step.evidence,
        state=state,
    )


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _is_moved(row: JournalStep) -> bool:
    gone = not os.path.lexists(row.path)
    return gone and row.trash_path is not None and os.path.lexists(row.trash_path)


def _reason(path: str, error: OSError) -> tuple[SkipCode, str]:
    code = SkipCode.TRASH_FAILED if os.path.lexists(path) else SkipCode.VANISHED
    return code, _words_of(error)


def _words_of(error: OSError) -> str:
    return error.strerror or str(error)
