"""What an action that was broken off left behind, settled by looking at the disk."""

import os
from dataclasses import replace

from dupefinder.actions.journal import Journal
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import JournalStep, SkipCode, Skipped, StepState
from dupefinder.actions.trash.info_file import info_is_of, remove_left_over_info


def reconcile(journal: Journal) -> list[JournalStep]:
    """Settle every file of which an action, or its undoing, did not come to an end.

    No file is moved or removed; only an info file in the trash that belongs to no file there,
    and names this one, goes. A file whose volume is absent is left for the next time.

    Returns:
        What was settled, with its new state.

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
    """Tell by the disk how a step ended.

    Returns:
        The step with its new state; None when that cannot be told for now.
    """
    in_place = presence_of(step.path, step.size_bytes, step.digest)
    if step.trash_path is None:
        return _settled_without_place(step, in_place)
    in_trash = presence_of(step.trash_path, step.size_bytes, step.digest)
    named = info_is_of(step.trash_path, step.path)
    if in_trash is Presence.ABSENT and in_place is not Presence.ABSENT:
        if named:
            remove_left_over_info(step.trash_path)
        return _stayed(step)
    if in_place is Presence.SAME:  # it is in both: nothing is lost, and nothing is removed
        return _stayed(step)
    if in_trash is Presence.SAME or (in_trash is Presence.OTHER and named):
        return replace(step, state=StepState.DONE)
    if in_place is Presence.OTHER:
        return _stayed(step)
    if _volume_is_absent(step.path, step.trash_path):
        return None
    return replace(step, state=StepState.LOST)


def _settled_without_place(step: JournalStep, in_place: Presence) -> JournalStep:
    # The system's trash took it: it does so in one movement, but does not say where to.
    if in_place is Presence.ABSENT:
        return replace(step, state=StepState.DONE)
    return _stayed(step)


def _stayed(step: JournalStep) -> JournalStep:
    """The file is in its place: it never left, or it was brought back."""
    if step.state is StepState.UNDOING:
        return replace(step, state=StepState.UNDONE, trash_path=None, skip=None)
    skip = Skipped(step.path, SkipCode.CANCELLED)
    return replace(step, state=StepState.SKIPPED, trash_path=None, skip=skip)


def _volume_is_absent(path: str, trash_path: str) -> bool:
    folders = (os.path.dirname(path), os.path.dirname(trash_path))
    return not any(os.path.isdir(folder) for folder in folders)
