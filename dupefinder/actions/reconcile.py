"""Reconciliation after an interrupted action: the journal is settled by looking at the disk."""

from dataclasses import replace

from dupefinder.actions.backends.choosing import way_back
from dupefinder.actions.backends.protocol import StaysAway
from dupefinder.actions.checks.postflight import survives_since, survivor_gone
from dupefinder.actions.journal import Journal
from dupefinder.actions.records import JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.errors import os_error_text


def reconcile(journal: Journal) -> list[JournalStep]:
    """Settle every file of which an action, or its undoing, did not come to an end.

    Returns:
        The settled steps, with their new states.

    Raises:
        JournalFault: The journal cannot be written.
    """
    settled = []
    for step in journal.unsettled():
        new = settle(step)
        if new is not None:
            journal.update(new)
            settled.append(new)
    return settled


def settle(step: JournalStep) -> JournalStep | None:
    """Settle one file.

    What an action left on the way goes, such as an info file in the trash that belongs to no
    file there, and names this one. A photo that went, and for which the copy that should stay
    was not looked at any more, comes back unless that is there as another file. No other file of
    the person's is moved or removed.

    Args:
        step: The file, as the journal has it.

    Returns:
        The same with its new state; None where that has to wait, as for a volume that is absent.
    """
    new = way_back(step.kind).settle(step)
    if new is None or (step.state, new.state) != (StepState.INTENDED, StepState.DONE):
        return new
    return new if survives_since(new) else _brought_back(new)


def _brought_back(step: JournalStep) -> JournalStep:
    try:
        way_back(step.kind).bring_back(step)
    except (StaysAway, OSError, ValueError) as error:
        # It can still be brought back later.
        words = error.detail if isinstance(error, StaysAway) else os_error_text(error)
        return replace(step, skip=Skipped(step.path, SkipCode.RESTORE_FAILED, words))
    skip = Skipped(step.path, survivor_gone(step), step.survivor)
    return replace(step, state=StepState.SKIPPED, place=None, skip=skip)
