"""The journal of changes to a person's files, written before and after each change.

A file's row says "intended" before the file is touched and "done" afterwards. However the program
ends, the journal and the disk together tell where every file is.
"""

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from dupefinder.actions.journal_file import (
    JOURNAL_FORMAT,
    JournalDamaged,
    JournalFault,
    JournalInUse,
    JournalNotWritable,
    JournalTooNew,
    damaged_journals,
    default_journal_path,
)
from dupefinder.actions.records import (
    ActionKind,
    ActionRecord,
    JournalStep,
    SkipCode,
    Skipped,
    StepState,
)
from dupefinder.core.catalog.connection import stored_integer
from dupefinder.core.records import Evidence
from dupefinder.store.database import Database

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
"""The columns of `steps` that hold a `JournalStep`, without the numbers of step and action."""


_CODES: dict[str, type[StrEnum]] = {
    "evidence": Evidence,
    "kind": ActionKind,
    "state": StepState,
}
_CAUTIOUS_DEFAULTS = {"evidence": Evidence.RE_ENCODED, "kind": ActionKind.TRASH}


def is_known(code: object, codes: type[StrEnum]) -> bool:
    """True for a code that this version of the program knows."""
    return any(code == known.value for known in codes)


def stored_path(path: str) -> bytes:
    """A path as it is stored: the bytes of its name in the file system."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # no file has such a name, but a caller may ask for one
        return path.encode("utf-8", "surrogatepass")


def stored_time(time_ns: int) -> int | bytes:
    """A time as it is stored: as text where it does not fit 64 bits."""
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

    An unknown code, of a later version or from damage, is named in `skip`. An unknown state or kind
    makes the state `UNKNOWN`, so that nothing is done with the file; unknown evidence counts as the
    weakest that claims all to be there.
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
        value |= {name: _CAUTIOUS_DEFAULTS[name] for name in unknown if name in _CAUTIOUS_DEFAULTS}
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


__all__ = [
    "Journal",
    "JournalDamaged",
    "JournalFault",
    "JournalInUse",
    "JournalNotWritable",
    "JournalTooNew",
    "damaged_journals",
    "default_journal_path",
]

_NAMES = ", ".join(STORED_COLUMNS)


class Journal(Database):
    """An open journal, to be closed, best as a context manager. For one thread at a time.

    Every method raises `JournalDamaged`, `JournalNotWritable` or `JournalInUse` when the file
    fails.

    Attributes:
        path: Its file.
        set_aside: Where a damaged journal was put when this one was opened; None otherwise.
    """

    FORMAT = JOURNAL_FORMAT
    path: Path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the journal at a path, made when missing.

        Raises:
            JournalInUse: Another program has it open.
            JournalTooNew: A later version of the program wrote it; the file is untouched.
            JournalNotWritable: It cannot be made or written, or the file is something else.
        """
        return cls._open_locked(path)

    def actions(self) -> list[ActionRecord]:
        """All actions, the newest first."""
        rows = self._all(
            "SELECT action_id, started_ns, finished_ns, undone_ns,"
            " count(*) FILTER (WHERE state = 'done'),"
            " count(*) FILTER (WHERE state = 'skipped'),"
            " count(*) FILTER (WHERE state = 'undone'),"
            " count(*) FILTER (WHERE state = 'lost'),"
            " coalesce(sum(size_bytes) FILTER (WHERE state = 'done'), 0),"
            " actions.kind, target"
            " FROM actions LEFT JOIN (SELECT * FROM steps WHERE kind <> 'sidecar') steps"
            " USING (action_id)"
            " GROUP BY action_id ORDER BY action_id DESC"
        )
        actions = []
        for row in rows:
            kind, target = row[-2:]
            folder = None if target is None else os.fsdecode(target)
            action = replace(ActionRecord(*row[:-2]), target=folder)
            if is_known(kind, ActionKind):
                actions.append(replace(action, kind=ActionKind(kind)))
            else:
                actions.append(replace(action, unknown_kind=str(kind)))
        return actions

    def steps(self, action_id: int) -> list[JournalStep]:
        """The files of an action, in the order in which they were taken up."""
        sql = f"SELECT step_id, {_NAMES} FROM steps WHERE action_id = ? ORDER BY step_id"
        return [step_of(row) for row in self._all(sql, (action_id,))]

    def unsettled(self) -> list[JournalStep]:
        """The files whose action, or undo, did not come to its end."""
        sql = (
            f"SELECT step_id, {_NAMES} FROM steps WHERE state IN ('intended', 'undoing')"
            " ORDER BY step_id"
        )
        steps = [step_of(row) for row in self._all(sql)]
        return [step for step in steps if step.state is not StepState.UNKNOWN]

    def moved_since(self, since_ns: int) -> list[str]:
        """The old paths of files that actions moved, if these ended after a time or never.

        Args:
            since_ns: Nanoseconds since 1970.
        """
        # CROSS JOIN: selects the actions first, then only their files.
        sql = (
            "SELECT path FROM actions CROSS JOIN steps USING (action_id)"
            " WHERE (finished_ns IS NULL OR finished_ns >= ?) AND state = 'done' ORDER BY step_id"
        )
        return [os.fsdecode(path) for (path,) in self._all(sql, (since_ns,))]

    def stood_in_for(self, digest: bytes) -> list[JournalStep]:
        """The files that went, or may have gone, because a copy with a digest stayed.

        Files that are back, or never went, are left out.

        Args:
            digest: 32-byte BLAKE3 digest of the copy that stayed.
        """
        sql = (
            f"SELECT step_id, {_NAMES} FROM steps"
            " WHERE survivor_digest = ? AND state NOT IN ('skipped', 'undone') ORDER BY step_id"
        )
        return [step_of(row) for row in self._all(sql, (digest,))]

    def set_aside_files(self) -> list[JournalStep]:
        """The files in quarantine folders, as far as the journal knows."""
        sql = (
            f"SELECT step_id, {_NAMES} FROM steps"
            " WHERE kind = 'set-aside' AND place IS NOT NULL ORDER BY step_id"
        )
        return [step_of(row) for row in self._all(sql)]

    def begin_action(self, kind: ActionKind = ActionKind.TRASH, target: str | None = None) -> int:
        """Begin an action.

        Args:
            kind: The kind of action that is asked for.
            target: The folder that is moved or copied to.

        Returns:
            Its number.
        """
        stored_target = None if target is None else stored_path(target)
        with self.transaction():
            cursor = self._connection.execute(
                "INSERT INTO actions (started_ns, kind, target) VALUES (?, ?, ?)",
                (time.time_ns(), kind.value, stored_target),
            )
        return int(cursor.lastrowid or 0)

    def begun_ns(self, action_id: int) -> int:
        """Start of an action, in nanoseconds since 1970; 0 for an unknown one."""
        rows = self._all("SELECT started_ns FROM actions WHERE action_id = ?", (action_id,))
        return int(rows[0][0]) if rows else 0

    def finish_action(self, action_id: int) -> None:
        """Note that an action came to its end, or was cancelled."""
        self._note_time("finished_ns", action_id)

    def finish_undo(self, action_id: int) -> None:
        """Note that an action was undone, as far as that was possible."""
        self._note_time("undone_ns", action_id)

    def add(self, action_id: int, steps: Sequence[JournalStep]) -> list[JournalStep]:
        """Write new rows, all or none; they are on the disk on return.

        Args:
            action_id: Their action.
            steps: The steps to write; they get their numbers here.

        Returns:
            The same steps with their numbers.
        """
        marks = ", ".join("?" for _ in STORED_COLUMNS)
        added = []
        with self.transaction():
            for step in steps:
                cursor = self._connection.execute(
                    f"INSERT INTO steps (action_id, {_NAMES}) VALUES (?, {marks})",
                    (action_id, *stored(step)),
                )
                added.append(replace(step, step_id=int(cursor.lastrowid or 0)))
        return added

    def update(self, *steps: JournalStep, withdrawn: Sequence[JournalStep] = ()) -> None:
        """Write the changed columns of rows: kind, state, place, reason; on the disk on return.

        Args:
            *steps: The rows.
            withdrawn: Rows of files that were intended but not begun; they are deleted.
        """
        with self.transaction():
            for step in withdrawn:
                self._connection.execute(
                    "DELETE FROM steps WHERE step_id = ? AND state = 'intended'", (step.step_id,)
                )
            for step in steps:
                self._connection.execute(
                    "UPDATE steps SET kind = ?, state = ?, place = ?, skip_code = ?,"
                    " skip_detail = ? WHERE step_id = ?",
                    (step.kind.value, *stored_state(step), step.step_id),
                )

    def note_back(self, places: Iterable[str]) -> None:
        """Note files that came back by other means than undo.

        Args:
            places: Former places of the files.
        """
        with self.transaction():
            for place in places:
                self._connection.execute(
                    "UPDATE steps SET state = 'undone', place = NULL, skip_code = NULL,"
                    " skip_detail = NULL WHERE place = ? AND state IN ('done', 'lost')",
                    (stored_path(place),),
                )

    def note_deleted(self, places: Iterable[str]) -> None:
        """Note files that were deleted for good in their places.

        Args:
            places: Former places of the files.
        """
        with self.transaction():
            for place in places:
                self._connection.execute(
                    "UPDATE steps SET state = 'lost', skip_code = ?, skip_detail = x''"
                    " WHERE place = ? AND state = 'done'",
                    (SkipCode.DELETED.value, stored_path(place)),
                )

    def _note_time(self, column: str, action_id: int) -> None:
        with self.transaction():
            self._connection.execute(
                f"UPDATE actions SET {column} = ? WHERE action_id = ?",
                (time.time_ns(), action_id),
            )
