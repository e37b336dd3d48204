"""One row of the journal and the value that it stands for."""

import os
from typing import Any

from dupefinder.actions.records import JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.catalog.connection import stored_integer
from dupefinder.core.records import Evidence

STORED_COLUMNS = (
    "path",
    "size_bytes",
    "mtime_ns",
    "digest",
    "survivor",
    "evidence",
    "state",
    "trash_path",
    "skip_code",
    "skip_detail",
)
"""The columns of `steps` that hold a `JournalStep`; its number and its action come besides."""


def _stored_path(path: str) -> bytes:
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # no file has such a name, yet one may be asked for
        return path.encode("utf-8", "surrogatepass")


def stored(step: JournalStep) -> tuple[object, ...]:
    """The values of `STORED_COLUMNS` for a step."""
    return (
        _stored_path(step.path),
        step.size_bytes,
        stored_integer(step.mtime_ns),
        step.digest,
        _stored_path(step.survivor),
        step.evidence.value,
        *stored_state(step),
    )


def stored_state(step: JournalStep) -> tuple[object, ...]:
    """The values of the columns that change: the last four of `STORED_COLUMNS`."""
    trash_path = None if step.trash_path is None else _stored_path(step.trash_path)
    if step.skip is None:
        return step.state.value, trash_path, None, None
    detail = step.skip.detail.encode("utf-8", "surrogatepass")
    return step.state.value, trash_path, step.skip.code.value, detail


def step_of(row: tuple[Any, ...]) -> JournalStep:
    """A step from `step_id` and the `STORED_COLUMNS`."""
    *fixed, survivor, evidence, state, trash_path, code, detail = row
    step_id, path_bytes, size_bytes, mtime_ns, digest = fixed
    path = os.fsdecode(path_bytes)
    skip = None
    if code is not None:
        skip = Skipped(path, SkipCode(code), detail.decode("utf-8", "surrogatepass"))
    return JournalStep(
        step_id=step_id,
        path=path,
        size_bytes=size_bytes,
        mtime_ns=mtime_ns,
        digest=digest,
        survivor=os.fsdecode(survivor),
        evidence=Evidence(evidence),
        state=StepState(state),
        trash_path=None if trash_path is None else os.fsdecode(trash_path),
        skip=skip,
    )
