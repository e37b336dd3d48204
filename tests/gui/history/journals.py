"""Actions and their files made by hand."""

import os

from dupefinder.actions.records import ActionRecord, JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.records import Evidence

ROOT = os.path.abspath(os.sep)
DAY_NS = 86_400 * 10**9
NOON_NS = 1_700_000_000 * 10**9


def action(
    action_id: int,
    *,
    done: int = 0,
    skipped: int = 0,
    undone: int = 0,
    lost: int = 0,
    broken_off: bool = False,
) -> ActionRecord:
    """An action; a million bytes for each file in the trash."""
    began = NOON_NS + action_id * DAY_NS
    return ActionRecord(
        action_id=action_id,
        started_ns=began,
        finished_ns=None if broken_off else began + 10**9,
        undone_ns=began + 2 * 10**9 if undone else None,
        done=done,
        skipped=skipped,
        undone=undone,
        lost=lost,
        done_bytes=done * 1_000_000,
    )


def journalled(
    name: str,
    state: StepState = StepState.DONE,
    size_bytes: int = 1_000_000,
    skip: SkipCode | None = None,
    detail: str = "",
) -> JournalStep:
    """A file of an action."""
    path = os.path.join(ROOT, "backup", name)
    return JournalStep(
        step_id=1,
        path=path,
        size_bytes=size_bytes,
        mtime_ns=5,
        digest=bytes(32),
        survivor=os.path.join(ROOT, "library", f"kept {name}"),
        evidence=Evidence.SAME_BYTES,
        state=state,
        skip=None if skip is None else Skipped(path, skip, detail),
    )
