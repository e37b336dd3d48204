"""Format of one of this program's SQLite files: its mark, its versions, and its errors."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

IN_MEMORY: Final = Path(":memory:")
"""Path in the errors of a database without a file."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_WRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOLFS,
}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}


@dataclass(frozen=True, slots=True)
class DatabaseFaults:
    """The errors that a store raises for what a person can act upon.

    Attributes:
        damaged: Made of path and reason: the file is not a sound database.
        not_writable: Of path and reason: disk full, read-only, no permission, input/output
            error, or a file of another kind.
        in_use: Of path and owner: another program has it.
        too_new: Of path, found version and known version: a later version of the program wrote it.
    """

    damaged: type[Exception]
    not_writable: Callable[[Path, str], Exception]
    in_use: Callable[[Path, str], Exception]
    too_new: Callable[[Path, int, int], Exception]


@dataclass(frozen=True, slots=True)
class DatabaseFormat:
    """A kind of SQLite file.

    Attributes:
        noun: Its name for people, without an article.
        file_name: Its usual name; a file of that name that is no database is a damaged one.
        application_id: Marks the file as one of this kind.
        migrations: SQL that leads from each version to the next, the first from an empty file.
            A new file runs all of them, so that a new and a migrated one are the same.
        faults: The errors to raise.
        pragmas: Settings of every connection that writes.
        page_size_bytes: Of a new file; None for SQLite's own choice.
        is_irreplaceable: True where the data cannot be rebuilt. Then every locked opening checks
            the pages, ignores notes of damage, and counts an emptied file as damaged.
    """

    noun: str
    file_name: str
    application_id: int
    migrations: tuple[str, ...]
    faults: DatabaseFaults
    pragmas: tuple[str, ...] = ("synchronous = NORMAL",)
    page_size_bytes: int | None = None
    is_irreplaceable: bool = False

    @property
    def version(self) -> int:
        """The newest version, which this program writes."""
        return len(self.migrations)


@contextmanager
def known_faults(path: Path, faults: DatabaseFaults) -> Iterator[None]:
    """Turn faults of the environment into errors that a person can act upon.

    Everything else (a wrong statement, a broken constraint) is a bug and passes as it is.

    Raises:
        Exception: One of the `faults`.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = primary_code(error)
        if code in _DAMAGED or (code is None and "not decode to UTF-8" in str(error)):
            raise faults.damaged(path, str(error)) from error
        if code in _NOT_WRITABLE:
            raise faults.not_writable(path, str(error)) from error
        if code in _IN_USE:
            raise faults.in_use(path, "another program") from error
        raise


def primary_code(error: sqlite3.Error) -> int | None:
    """The primary result code of SQLite; None when the error came from Python's module."""
    # The rest of an extended code only tells where the error came from.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Bring the tables to the newest version, each step in a transaction of its own.

    Args:
        connection: The database, whose `user_version` is the version of its tables.
        migrations: See `DatabaseFormat`.

    Raises:
        sqlite3.Error: A step failed and was rolled back; the steps before it are kept.
    """
    found_version = max(user_version(connection), 0)
    for version, step in enumerate(migrations[found_version:], start=found_version + 1):
        try:
            connection.executescript(
                f"BEGIN IMMEDIATE;{step};PRAGMA user_version = {version};COMMIT;"
            )
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def user_version(connection: sqlite3.Connection) -> int:
    """The version of the tables that the database says it has."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


def table_names(connection: sqlite3.Connection) -> set[str]:
    """Names of the tables that the database has."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


@cache
def tables_of_a_new_file(migrations: tuple[str, ...]) -> frozenset[str]:
    """Names of the tables that the newest version has."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, migrations)
        return frozenset(table_names(connection))
