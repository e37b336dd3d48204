"""The connection that all rooms of the catalog share: transactions, bulk reads, known faults."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.errors import CatalogInUse, CatalogNotWritable, DupeFinderError

_IN_MEMORY: Final = Path(":memory:")
_PAGE_ROWS: Final = 4096
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_WRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class CatalogDamaged(DupeFinderError):
    """The catalog's file is damaged; it is set aside when the catalog is opened next."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"the catalog {str(path)!a} is damaged ({reason}); the next start sets it aside"
            " and begins a new one"
        )
        self.path = path
        self.reason = reason


@contextmanager
def known_faults(path: Path) -> Iterator[None]:
    """Turn faults of the environment into errors that a person can act upon.

    Everything else (a wrong statement, a broken constraint) is a bug and passes as it is.

    Raises:
        CatalogDamaged: The file is not a sound database.
        CatalogNotWritable: Disk full, read-only, no permission, input/output error.
        CatalogInUse: A program that does not know the lock file has locked the database.
    """
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest of it only tells where it came from.
        code = getattr(error, "sqlite_errorcode", None)
        primary = None if code is None else code & 0xFF
        if primary in _DAMAGED or (code is None and "not decode to UTF-8" in str(error)):
            raise CatalogDamaged(path, str(error)) from error
        if primary in _NOT_WRITABLE:
            raise CatalogNotWritable(path, str(error)) from error
        if primary in _IN_USE:
            raise CatalogInUse(path, "another program") from error
        raise


def ids_parameter(ids: ArrayLike) -> str:
    """Ids as the one parameter of `IN (SELECT value FROM json_each(?))`, however many."""
    return json.dumps(np.asarray(ids, np.int64).ravel().tolist())


def plain_text(text: str) -> str:
    """Text that SQLite can store: lone surrogates, which hostile metadata bring, replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def stored_integer(value: int) -> int:
    """An integer that fits SQLite's 64 bits with sign.

    A file system may claim a time beyond the year 2262. Such a file is read anew by every
    scan, as its time never equals the one stored, and that is all.
    """
    return max(-(1 << 63), min(value, (1 << 63) - 1))


class CatalogConnection:
    """One connection in use by one thread at a time, and the numbers of volumes and kinds.

    Attributes:
        path: The catalog's file, None in memory.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.path = path
        self._connection = connection
        self._transaction_depth = 0
        self._volume_numbers: dict[str, int] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything within is written together or not at all; inner ones join the outermost.

        Raises:
            CatalogDamaged, CatalogNotWritable, CatalogInUse: See `known_faults`.
        """
        with self._faults():
            if self._transaction_depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._transaction_depth += 1
            try:
                yield
                if self._transaction_depth == 1:
                    self._connection.execute("COMMIT")
            except BaseException:
                # SQLite itself rolls back after some faults.
                if self._transaction_depth == 1 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._forget_numbers()
                raise
            finally:
                self._transaction_depth -= 1

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with known_faults(self.path or _IN_MEMORY):
                yield
        except CatalogDamaged:
            self._mark_damaged()
            raise

    def _mark_damaged(self) -> None:
        """Leave word for the next opening; nothing to do in memory."""

    def _damaged(self, reason: str) -> CatalogDamaged:
        """The error for damage that SQLite itself does not see."""
        self._mark_damaged()
        return CatalogDamaged(self.path or _IN_MEMORY, reason)

    def _forget_numbers(self) -> None:
        """Drop what is remembered of rows that a rollback may have taken back."""
        self._volume_numbers.clear()

    def _each(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        with self._faults():
            yield from self._connection.execute(sql, parameters)

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._faults():
            return self._connection.execute(sql, parameters).fetchall()

    def _pages(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Rows, some at a time: a million of them at once are slow to make and to let go."""
        with self._faults():
            cursor = self._connection.execute(sql, parameters)
            while rows := cursor.fetchmany(_PAGE_ROWS):
                yield rows

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._faults():
            row: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def _count(self, sql: str) -> int:
        ((count,),) = self._all(sql)
        return int(count)

    def _ids(self, sql: str, parameters: Sequence[object] = ()) -> NDArray[np.int64]:
        """The only column of a query, int64 (n,)."""
        return np.fromiter(chain.from_iterable(self._each(sql, parameters)), np.int64)

    def _write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        with self.transaction():
            return self._connection.execute(sql, parameters).rowcount

    def _write_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        with self.transaction():
            return self._connection.executemany(sql, rows).rowcount

    def _volume_number(self, volume_id: str) -> int:
        """The number of a volume, given out when it is new: call it within a transaction."""
        number = self._volume_numbers.get(volume_id)
        if number is None:
            name = os.fsencode(volume_id)
            self._write("INSERT OR IGNORE INTO volumes (volume_id) VALUES (?)", (name,))
            ((number,),) = self._all("SELECT volume FROM volumes WHERE volume_id = ?", (name,))
            self._volume_numbers[volume_id] = number
        return int(number)
