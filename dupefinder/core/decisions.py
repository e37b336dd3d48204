"""What a person decided about photos: kept by content and place, in a file of its own.

The catalog can be made again from the photos; decisions cannot, so they do not lie in it.
"""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from dupefinder.core.errors import DecisionsNotKept
from dupefinder.core.own_files import close_to_others, database_files, make_file, make_folder

_APPLICATION_ID: Final = 0x64757064
_VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE marks (
    digest BLOB NOT NULL,
    volume_id BLOB NOT NULL,
    relative_path BLOB NOT NULL,
    mark INTEGER NOT NULL,
    PRIMARY KEY (digest, volume_id, relative_path)
) WITHOUT ROWID;
CREATE TABLE dismissed (group_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


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


class Decisions:
    """An open file of decisions, in use by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Open the file at a path, made when missing; None keeps everything in memory.

        Raises:
            DecisionsNotKept: It cannot be made or written, is something else, or was written by
                a later version of the program. It is left untouched.
        """
        try:
            if path is not None:
                make_folder(path.parent)
                close_to_others(database_files(path))
                make_file(path)
            connection = sqlite3.connect(
                ":memory:" if path is None else path, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
        except (sqlite3.Error, OSError, ValueError) as error:
            raise DecisionsNotKept(path or Path(":memory:"), str(error)) from error
        return cls(connection, path)

    def close(self) -> None:
        """Close the file. Closing twice does no harm."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def marks(self) -> list[MarkRow]:
        """All marks."""
        return [
            MarkRow(digest, os.fsdecode(volume), os.fsdecode(path), Mark(mark))
            for digest, volume, path, mark in self._connection.execute(
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
        self._write(
            ("INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)", kept),
            (
                "DELETE FROM marks WHERE digest = ? AND volume_id = ? AND relative_path = ?",
                forgotten,
            ),
        )

    def dismissed(self) -> set[str]:
        """Groups that a person called no duplicates, by `Group.group_id`."""
        return {name for (name,) in self._connection.execute("SELECT group_id FROM dismissed")}

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
        self._write((statement, [(group_id,) for group_id in group_ids]))

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for statement, rows in statements:
                    self._connection.executemany(statement, rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise DecisionsNotKept(self._path or Path(":memory:"), str(error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a new file; refuse a file that is not ours.

    Raises:
        ValueError: The file is something else, or of a later version.
        sqlite3.Error: It cannot be read or written.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application_id != _APPLICATION_ID:
        raise ValueError("the file belongs to another program")
    if version > _VERSION:
        raise ValueError("a later version of the program wrote it")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if not tables:
        connection.executescript(
            f"BEGIN IMMEDIATE;{_TABLES}PRAGMA application_id = {_APPLICATION_ID};"
            f"PRAGMA user_version = {_VERSION};COMMIT;"
        )
