"""One row of the journal and the value that it stands for."""

import os
from enum import StrEnum
from typing import Any

from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.catalog.connection import stored_integer
from dupefinder.core.records import Evidence

STORED_COLUMNS = (
    "path",
    "size_bytes",
    "mtime_ns",
    "digest",
    "survivor",
    "evidence",
    "kind",
    "survivor_digest",
    "survivor_size_bytes",
    "attributes",
    "state",
    "place",
    "skip_code",
    "skip_detail",
)
"""The columns of `steps` that hold a `JournalStep`; its number and its action come besides."""


_CODES: dict[str, type[StrEnum]] = {
    "evidence": Evidence,
    "kind": ActionKind,
    "state": StepState,
}
_CAUTIOUS = {"evidence": Evidence.RE_ENCODED, "kind": ActionKind.TRASH}


def is_known(code: object, codes: type[StrEnum]) -> bool:
    """True for a code that this version of the program gives."""
    return any(code == known.value for known in codes)


def stored_path(path: str) -> bytes:
    """A path as it is stored: the bytes that the system knows it by."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # no file has such a name, yet one may be asked for
        return path.encode("utf-8", "surrogatepass")


def stored_time(time_ns: int) -> int | bytes:
    """A time as it is stored: of one beyond the 64 bits of the database, the digits."""
    fits = stored_integer(time_ns) == time_ns
    return time_ns if fits else str(time_ns).encode("ascii")


def stored(step: JournalStep) -> tuple[object, ...]:
    """The values of `STORED_COLUMNS` for a step."""
    return (
        stored_path(step.path),
        step.size_bytes,
        stored_time(step.mtime_ns),
        step.digest,
        stored_path(step.survivor),
        step.evidence.value,
        step.kind.value,
        step.survivor_digest,
        step.survivor_size_bytes,
        step.attributes,
        *stored_state(step),
    )


def stored_state(step: JournalStep) -> tuple[object, ...]:
    """The values of the columns that change: the last four of `STORED_COLUMNS`."""
    place = None if step.place is None else stored_path(step.place)
    if step.skip is None:
        return step.state.value, place, None, None
    detail = step.skip.detail.encode("utf-8", "surrogatepass")
    return step.state.value, place, step.skip.code.value, detail


def step_of(row: tuple[Any, ...]) -> JournalStep:
    """A step from `step_id` and the `STORED_COLUMNS`.

    A code that is not known, of a later version or out of damage, is told in `skip`. With such a
    state or kind the state is `UNKNOWN`, so that nothing is done with the file; such evidence
    counts as the weakest that claims all to be there.
    """
    step_id, *values = row
    value = dict(zip(STORED_COLUMNS, values, strict=True))
    path = os.fsdecode(value["path"])
    skip = _skip_of(value, path)
    unknown = [name for name in _CODES if not is_known(value[name], _CODES[name])]
    if unknown:
        told = ", ".join(f"{name} “{value[name]}”" for name in unknown)
        skip = Skipped(path, SkipCode.NOT_UNDERSTOOD, told)
        if unknown != ["evidence"]:
            value["state"] = StepState.UNKNOWN
        value |= {name: _CAUTIOUS[name] for name in unknown if name in _CAUTIOUS}
    return JournalStep(
        step_id=step_id,
        path=path,
        size_bytes=value["size_bytes"],
        mtime_ns=int(value["mtime_ns"]),
        digest=value["digest"],
        survivor=os.fsdecode(value["survivor"]),
        evidence=Evidence(value["evidence"]),
        state=StepState(value["state"]),
        place=None if value["place"] is None else os.fsdecode(value["place"]),
        skip=skip,
        kind=ActionKind(value["kind"]),
        survivor_digest=value["survivor_digest"],
        survivor_size_bytes=value["survivor_size_bytes"],
        attributes=value["attributes"],
    )


def _skip_of(value: dict[str, Any], path: str) -> Skipped | None:
    code = value["skip_code"]
    if code is None:
        return None
    detail = (value["skip_detail"] or b"").decode("utf-8", "surrogatepass")
    if is_known(code, SkipCode):
        return Skipped(path, SkipCode(code), detail)
    told = f"reason “{code}”" + (f": {detail}" if detail else "")
    return Skipped(path, SkipCode.NOT_UNDERSTOOD, told)
