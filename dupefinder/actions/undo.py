"""Undo of an action: bytes, names and times come back."""

import os
from collections.abc import Iterable
from dataclasses import replace

from dupefinder.actions.backends.choosing import way_back
from dupefinder.actions.backends.moved_away import absence_of
from dupefinder.actions.backends.protocol import StaysAway
from dupefinder.actions.journal import Journal
from dupefinder.actions.real_places import is_below
from dupefinder.actions.reconcile import settle
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

_UNSETTLED = (StepState.INTENDED, StepState.UNDOING)
_TO_BRING_BACK = (StepState.DONE, StepState.LOST)


def undo(action_id: int, journal: Journal, context: JobContext, only: str | None = None) -> Outcome:
    """Bring back every file of an action that is still where the action put it.

    Files that cannot be brought back now stay where they are, and undo can be tried again. Missing
    folders are made anew. A name that is taken by now is never overwritten.

    Args:
        action_id: The action; an unknown one has no files.
        journal: Records the action.
        context: Progress in the phase "undo", pause and cancel.
        only: A file, or a folder whose files are brought back; None for all.

    Raises:
        JournalFault: The journal cannot be written; no further file is touched.
    """
    settled = _settled(action_id, journal)
    steps = to_bring_back(settled, only)
    context.start_phase("undo", len(steps))
    done: list[JournalStep] = []
    unknown = [step for step in settled if step.state is StepState.UNKNOWN]
    skipped = [step.skip for step in _meant(unknown, only) if step.skip is not None]
    cancelled = False
    try:
        for step in steps:
            context.checkpoint()
            skip = _bring_back(step, journal)
            if skip is None:
                done.append(step)
            else:
                skipped.append(skip)
            context.advance()
    except Cancelled:
        cancelled = True
    journal.finish_undo(action_id)
    context.finish_phase()
    done = [step for step in done if step.kind is not ActionKind.SIDECAR]
    return Outcome(
        action_id=action_id,
        done=tuple(step.path for step in done),
        done_bytes=sum(step.size_bytes for step in done),
        skipped=tuple(skipped),
        cancelled=cancelled,
        kind=done[0].kind if done else ActionKind.TRASH,
        begun_ns=journal.begun_ns(action_id),
    )


def to_bring_back(steps: Iterable[JournalStep], only: str | None = None) -> list[JournalStep]:
    """The files of an action that undo would try to bring back.

    Args:
        steps: Its files.
        only: A file, or a folder whose files are brought back.
    """
    return _meant([step for step in steps if step.state in _TO_BRING_BACK], only)


def _meant(steps: Iterable[JournalStep], only: str | None) -> list[JournalStep]:
    if only is None:
        return list(steps)
    named = {os.path.abspath(only), os.path.realpath(only)}
    return [step for step in steps if any(is_below(_named_by(step), name) for name in named)]


def cannot_come_back(steps: Iterable[JournalStep]) -> list[Skipped]:
    """Predict, without reading a file, which files undo could not bring back.

    Args:
        steps: Result of `to_bring_back`.
    """
    foretold = []
    for step in steps:
        if step.kind is ActionKind.SIDECAR:
            continue
        if step.kind is ActionKind.DELETE:
            foretold.append(Skipped(step.path, SkipCode.DELETED))
        elif step.kind is ActionKind.TRASH and step.place is None:
            foretold.append(Skipped(step.path, SkipCode.NOT_UNDOABLE))
        elif step.place is None or os.path.lexists(step.place) or os.path.lexists(step.path):
            continue
        elif _was_deleted(step):
            foretold.append(Skipped(step.path, SkipCode.DELETED))
        else:
            foretold.append(Skipped(step.path, *absence_of(step)))
    return foretold


def _named_by(step: JournalStep) -> str:
    """The path by which a person names a file: for a sidecar, that of its photo."""
    return step.survivor if step.kind is ActionKind.SIDECAR else step.path


def _settled(action_id: int, journal: Journal) -> list[JournalStep]:
    steps = []
    for step in journal.steps(action_id):
        settled = settle(step) if step.state in _UNSETTLED else None
        if settled is not None:
            journal.update(settled)
        steps.append(settled or step)
    return steps


def _bring_back(step: JournalStep, journal: Journal) -> Skipped | None:
    """Bring one file back.

    Returns:
        None when it is in its place, otherwise why not.
    """
    undoing = replace(step, state=StepState.UNDOING)
    journal.update(undoing)
    try:
        way_back(step.kind).bring_back(step)
    except StaysAway as stays:
        if stays.lost:
            step = replace(step, state=StepState.LOST)
        if stays.code is SkipCode.GONE_SINCE and _was_deleted(step):
            return _left(journal, step, SkipCode.DELETED)
        return _left(journal, step, stays.code, stays.detail)
    except FileExistsError:
        return _left(journal, step, SkipCode.PLACE_TAKEN)
    except ValueError as error:
        return _left(journal, step, SkipCode.RESTORE_FAILED, os_error_text(error))
    except OSError as error:
        # A server may report a failure although it did the work.
        settled = way_back(step.kind).settle(undoing)
        if settled is None or settled.state is not StepState.UNDONE:
            is_open = is_in_use(error, step.place or step.path)
            code = SkipCode.OPEN_ELSEWHERE if is_open else SkipCode.RESTORE_FAILED
            return _left(journal, step, code, os_error_text(error))
    journal.update(replace(step, state=StepState.UNDONE, place=None, skip=None))
    return None


def _was_deleted(step: JournalStep) -> bool:
    """True for a file that was set aside and then deleted for good."""
    return step.skip is not None and step.skip.code is SkipCode.DELETED


def _left(journal: Journal, step: JournalStep, code: SkipCode, detail: str = "") -> Skipped:
    skipped = Skipped(step.path, code, detail)
    journal.update(replace(step, skip=skipped))
    return skipped
