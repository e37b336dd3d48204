"""Bringing back what an action moved to the trash: bytes, name and times."""

import os
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.reconcile import settle
from dupefinder.actions.records import JournalStep, Outcome, SkipCode, Skipped, StepState
from dupefinder.actions.trash.freedesktop import restore
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext

_UNSETTLED = (StepState.INTENDED, StepState.UNDOING)
_TO_BRING_BACK = (StepState.DONE, StepState.LOST)


def undo(action_id: int, journal: Journal, context: JobContext) -> Outcome:
    """Bring back every file of an action that is still in the trash.

    What cannot be brought back now stays where it is, and undoing may be tried again. Folders
    that are gone are made anew. A name that is taken by now is never overwritten.

    Args:
        action_id: The action; one that the journal does not know has no files.
        journal: Where it is written down.
        context: Progress in the phase "undo", pause and cancel.

    Raises:
        JournalFault: The journal cannot be written; no further file is touched.
    """
    steps = [step for step in _settled(action_id, journal) if step.state in _TO_BRING_BACK]
    context.start_phase("undo", len(steps))
    done: list[JournalStep] = []
    skipped: list[Skipped] = []
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
    return Outcome(
        action_id=action_id,
        done=tuple(step.path for step in done),
        done_bytes=sum(step.size_bytes for step in done),
        skipped=tuple(skipped),
        cancelled=cancelled,
    )


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
    if step.trash_path is None:
        return _left(journal, step, SkipCode.NOT_UNDOABLE)
    match presence_of(step.trash_path, step.size_bytes, step.digest):
        case Presence.ABSENT:
            return _missing_in_trash(step, journal)
        case Presence.OTHER:
            return _left(journal, step, SkipCode.CHANGED_IN_TRASH, step.trash_path)
    try:
        os.makedirs(os.path.dirname(step.path), exist_ok=True)
    except OSError as error:
        return _left(journal, step, SkipCode.RESTORE_FAILED, error.strerror or str(error))
    journal.update(replace(step, state=StepState.UNDOING))
    try:
        restore(step.trash_path, step.path)
    except FileExistsError:
        return _left(journal, step, SkipCode.PLACE_TAKEN)
    except OSError as error:
        return _left(journal, step, SkipCode.RESTORE_FAILED, error.strerror or str(error))
    _restore_time(step)
    _note_back(journal, step)
    return None


def _missing_in_trash(step: JournalStep, journal: Journal) -> Skipped | None:
    if presence_of(step.path, step.size_bytes, step.digest) is Presence.SAME:
        _note_back(journal, step)  # the person brought it back from the trash
        return None
    # Without the trash itself its volume may only be absent: then the file is not lost.
    if os.path.isdir(os.path.dirname(step.trash_path or "")):
        step = replace(step, state=StepState.LOST)
    return _left(journal, step, SkipCode.NOT_IN_TRASH)


def _restore_time(step: JournalStep) -> None:
    """Put the time back if something touched the file in the trash."""
    with suppress(OSError, OverflowError):
        status = os.lstat(step.path)
        if status.st_mtime_ns != step.mtime_ns:
            os.utime(step.path, ns=(status.st_atime_ns, step.mtime_ns), follow_symlinks=False)


def _note_back(journal: Journal, step: JournalStep) -> None:
    journal.update(replace(step, state=StepState.UNDONE, trash_path=None, skip=None))


def _left(journal: Journal, step: JournalStep, code: SkipCode, detail: str = "") -> Skipped:
    skipped = Skipped(step.path, code, detail)
    journal.update(replace(step, skip=skipped))
    return skipped
