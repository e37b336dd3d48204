"""Marks and dismissed groups: a person's decisions, by content and place, in a file of their own.

The catalog can be made again from the photos; decisions cannot, so they do not lie in it.
"""

import os
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple, Self

from dupefinder.core.errors import DecisionsNotKept
from dupefinder.store.database import Database
from dupefinder.store.database_format import DatabaseFaults, DatabaseFormat

APPLICATION_ID = 0x64757064
"""Marks an SQLite file as one of decisions of this program ("dupd")."""

_MIGRATIONS: Final = (
    # IF NOT EXISTS: where only the number of the version is damaged, the marks are not.
    """
CREATE TABLE IF NOT EXISTS marks (
    digest BLOB NOT NULL,
    volume_id BLOB NOT NULL,
    relative_path BLOB NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (digest, volume_id, relative_path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dismissed (group_id TEXT PRIMARY KEY) WITHOUT ROWID;
""",
)


def _in_use(path: Path, owner: str) -> DecisionsNotKept:
    return DecisionsNotKept(path, f"the file is locked by {owner}")


def _too_new(path: Path, found_version: int, known_version: int) -> DecisionsNotKept:
    return DecisionsNotKept(path, "a later version of the program wrote it")


MARKS_FORMAT: Final = DatabaseFormat(
    noun="file of marks",
    file_name="decisions.sqlite",
    application_id=APPLICATION_ID,
    migrations=_MIGRATIONS,
    faults=DatabaseFaults(DecisionsNotKept, DecisionsNotKept, _in_use, _too_new),
)


class Mark(IntEnum):
    """A person's decision about one photo."""

    NONE = 0
    KEEP = 1
    REMOVE = 2


class MarkRow(NamedTuple):
    """The mark of one file.

    Attributes:
        digest: 32-byte BLAKE3 digest of its content.
        volume_id: Its volume.
        relative_path: Its path below the volume's mount point.
        mark: The decision; `Mark.NONE` forgets it.
    """

    digest: bytes
    volume_id: str
    relative_path: str
    mark: Mark


class MarkStore(Database):
    """An open file of marks and dismissed groups, in use by one thread at a time."""

    FORMAT = MARKS_FORMAT

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Open the file at a path, made when missing; None keeps everything in memory.

        Raises:
            DecisionsNotKept: It cannot be read or made, is something else or damaged, or was
                written by a later version of the program. It is left untouched.
        """
        return cls._open_in_memory() if path is None else cls._open_unlocked(path)

    def marks(self) -> list[MarkRow]:
        """All marks."""
        return [
            MarkRow(digest, os.fsdecode(volume), os.fsdecode(path), Mark(mark))
            for digest, volume, path, mark in self._each(
                "SELECT digest, volume_id, relative_path, mark FROM marks"
            )
        ]

    def keep_marks(self, rows: Iterable[MarkRow]) -> None:
        """Write marks, all or none of them.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        kept, forgotten = [], []
        for row in rows:
            key = row.digest, os.fsencode(row.volume_id), os.fsencode(row.relative_path)
            if row.mark is Mark.NONE:
                forgotten.append(key)
            else:
                kept.append((*key, int(row.mark)))
        with self.transaction():
            self._write_many("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", kept)
            self._write_many(
                "DELETE FROM marks WHERE digest = ? AND volume_id = ? AND relative_path = ?",
                forgotten,
            )

    def dismissed(self) -> set[str]:
        """Groups that a person called no duplicates, by `Group.group_id`."""
        return {name for (name,) in self._each("SELECT group_id FROM dismissed")}

    def keep_dismissed(self, group_ids: Iterable[str], *, dismissed: bool) -> None:
        """Note that groups are, or after all are not, dismissed.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        statement = (
            "INSERT OR IGNORE INTO dismissed VALUES (?)"
            if dismissed
            else "DELETE FROM dismissed WHERE group_id = ?"
        )
        self._write_many(statement, [(group_id,) for group_id in group_ids])
