"""Plan → action: every photo is checked, written down, acted upon, written down."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions import preflight
from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import digest_of
from dupefinder.actions.records import (
    ActionKind,
    JournalStep,
    Outcome,
    Plan,
    SkipCode,
    Skipped,
    Step,
    StepState,
)
from dupefinder.actions.ways.choosing import ways_for
from dupefinder.actions.ways.protocol import (
    FileChanged,
    PlaceTaken,
    StaysAway,
    SurvivorGone,
    Way,
)
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence

_PLACES_TRIED = 8


def execute(plan: Plan, journal: Journal, context: JobContext, way: Way | None = None) -> Outcome:
    """Do to the photos of a plan what it is made for.

    Between two photos the job may be paused or cancelled; what was done so far stays done.

    Args:
        plan: What to do.
        journal: Where it is written down.
        context: Progress in the phase "act", pause and cancel.
        way: How to do it; None for what the plan's kind means on this system.

    Raises:
        JournalFault: The journal cannot be written; no further photo is touched.
    """
    ways = (way,) if way is not None else ways_for(plan.kind)
    action = _Action(plan, journal, ways)
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
    def __init__(self, plan: Plan, journal: Journal, ways: Sequence[Way]) -> None:
        self.action_id = journal.begin_action(plan.kind, plan.target)
        self._kind = plan.kind
        self._journal = journal
        self._ways = {way.kind: way for way in ways}
        self._gone: set[str] = set()
        self._relied_on: set[tuple[int, int]] = set()
        self._done: list[JournalStep] = []
        self._skipped: list[Skipped] = []

    def outcome(self, *, cancelled: bool) -> Outcome:
        return Outcome(
            action_id=self.action_id,
            done=tuple(row.path for row in self._done),
            done_bytes=sum(row.size_bytes for row in self._done),
            skipped=tuple(self._skipped),
            cancelled=cancelled,
            kind=self._kind,
        )

    def take(self, step: Step) -> None:
        """Check one photo and act on it, and on what goes along, or note why not."""
        victim = os.path.realpath(step.victim.path)
        if os.path.realpath(step.survivor.path) in self._gone:
            self._leave(step, SkipCode.SURVIVOR_GOES_TOO, step.survivor.path)
            return
        checked = preflight.check(step, stood_in_for=self._journal.stood_in_for)
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
            self._leave(step, _failed(self._kind), _words_of(error))
            return
        rows = self._journal.add(self.action_id, intended)
        done = self._carry_out(rows[0], statuses[0])
        if done is not None and self._survives(done, survivor):
            self._gone.add(victim)
            self._relied_on.add(survivor)
            for row, status in zip(rows[1:], statuses[1:], strict=True):
                self._carry_out(row, status)
        else:
            for row in rows[1:]:
                self._note_left(row, SkipCode.CANCELLED, step.victim.path)

    def _survives(self, row: JournalStep, survivor: tuple[int, int]) -> bool:
        """Look for the survivor once more; where it went too, bring the victim back.

        Two paths may lead to one file in ways that nothing told before.
        """
        with suppress(OSError):
            if _identity(os.stat(row.survivor)) == survivor:
                return True
        self._journal.update(replace(row, state=StepState.UNDOING))
        try:
            self._ways[row.kind].bring_back(row)
        except (StaysAway, OSError) as error:
            # It can still be brought back later, by the person if not by us.
            self._journal.update(replace(row, state=StepState.DONE))
            detail = error.detail if isinstance(error, StaysAway) else _words_of(error)
            self._skipped.append(Skipped(row.path, SkipCode.RESTORE_FAILED, detail))
            return True
        self._done.pop()
        self._note_left(row, SkipCode.SAME_FILE, row.survivor)
        return False

    def _intended(self, step: Step, statuses: Sequence[os.stat_result]) -> list[JournalStep]:
        """Rows for a photo and its companions, with their places."""
        photo = self._placed(
            replace(_row(step, StepState.INTENDED, self._kind), mtime_ns=statuses[0].st_mtime_ns)
        )
        companions = [
            self._placed(
                replace(
                    photo,
                    path=path,
                    size_bytes=status.st_size,
                    mtime_ns=status.st_mtime_ns,
                    digest=digest_of(path),
                    evidence=Evidence.SAME_BYTES,
                )
            )
            for path, status in zip(step.companions, statuses[1:], strict=True)
        ]
        return [photo, *companions]

    def _placed(self, row: JournalStep) -> JournalStep:
        """Choose a way for a file and its place there.

        Raises:
            OSError: No way will do; in the words of the last.
        """
        *preferred, last = self._ways.values()
        for way in preferred:
            with suppress(OSError):
                return replace(row, kind=way.kind, place=way.choose_place(row.path))
        return replace(row, kind=last.kind, place=last.choose_place(row.path))

    def _carry_out(self, row: JournalStep, expected: os.stat_result) -> JournalStep | None:
        """Act on one file.

        Returns:
            Its row when it is done; None when it was left.
        """
        left: tuple[SkipCode, str] | None = _failed(row.kind), "no free name"
        for _ in range(_PLACES_TRIED):
            try:
                self._ways[row.kind].carry_out(row, expected)
                left = None
            except PlaceTaken:
                # The new place is written down before it is used, as the first one was.
                row = self._with_another_place(row)
                continue
            except FileChanged:
                left = SkipCode.CHANGED, ""
            except SurvivorGone:
                left = SkipCode.SAME_FILE, row.survivor
            except OSError as error:
                # What the disk shows counts more: a server may report the failure of a rename
                # that it has carried out.
                left = None if _is_moved(row) else _reason(row, error)
            break
        if left is not None:
            self._note_left(row, *left)
            return None
        row = replace(row, state=StepState.DONE)
        self._journal.update(row)
        self._done.append(row)
        return row

    def _with_another_place(self, row: JournalStep) -> JournalStep:
        # Where there is no other place, the next try with this one fails and is reported.
        with suppress(OSError):
            row = replace(row, place=self._ways[row.kind].choose_place(row.path))
        self._journal.update(row)
        return row

    def _leave(self, step: Step, code: SkipCode, detail: str) -> None:
        """Note a photo that was left before anything was written down about it."""
        skipped = Skipped(step.victim.path, code, detail)
        row = replace(_row(step, StepState.SKIPPED, self._kind), skip=skipped)
        self._journal.add(self.action_id, [row])
        self._skipped.append(skipped)

    def _note_left(self, row: JournalStep, code: SkipCode, detail: str = "") -> None:
        skipped = Skipped(row.path, code, detail)
        self._journal.update(replace(row, state=StepState.SKIPPED, place=None, skip=skipped))
        self._skipped.append(skipped)


def _row(step: Step, state: StepState, kind: ActionKind) -> JournalStep:
    victim, survivor = step.victim, step.survivor
    return JournalStep(
        step_id=0,
        path=victim.path,
        size_bytes=victim.size_bytes,
        mtime_ns=victim.mtime_ns,
        digest=victim.digest,
        survivor=survivor.path,
        evidence=step.evidence,
        state=state,
        kind=kind,
        survivor_digest=survivor.digest,
        survivor_size_bytes=survivor.size_bytes,
    )


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _is_moved(row: JournalStep) -> bool:
    gone = not os.path.lexists(row.path)
    return gone and row.place is not None and os.path.lexists(row.place)


def _reason(row: JournalStep, error: OSError) -> tuple[SkipCode, str]:
    code = _failed(row.kind) if os.path.lexists(row.path) else SkipCode.VANISHED
    return code, _words_of(error)


def _failed(kind: ActionKind) -> SkipCode:
    return SkipCode.TRASH_FAILED if kind is ActionKind.TRASH else SkipCode.REFUSED_BY_SYSTEM


def _words_of(error: OSError) -> str:
    return error.strerror or str(error)
