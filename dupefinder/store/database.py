"""The open database that every store builds on: transactions, statements, known faults."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from dupefinder.store.database_format import IN_MEMORY, DatabaseFormat, known_faults
from dupefinder.store.lock import DatabaseLock, Left
from dupefinder.store.open_database import connect, open_locked, open_unlocked


class Database:
    """A connection for one thread at a time, to be closed, best as a context manager.

    Every method raises the `faults` of its format when the file fails.

    Attributes:
        FORMAT: The kind of file, named by each store.
        path: The file, None in memory.
        set_aside: New path of a damaged file, if one was set aside on opening; None otherwise.
    """

    FORMAT: ClassVar[DatabaseFormat]

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path | None,
        lock: DatabaseLock | None = None,
        set_aside: Path | None = None,
    ) -> None:
        self.path = path
        self.set_aside = set_aside
        self._connection = connection
        self._lock = lock
        self._transaction_depth = 0

    @classmethod
    def _open_in_memory(cls) -> Self:
        return cls(connect(None, cls.FORMAT), None)

    @classmethod
    def _open_locked(cls, path: Path) -> Self:
        """See `open_locked`."""
        opened = open_locked(path, cls.FORMAT)
        return cls(opened.connection, opened.path, opened.lock, opened.set_aside)

    @classmethod
    def _open_unlocked(cls, path: Path) -> Self:
        """See `open_unlocked`."""
        return cls(open_unlocked(path, cls.FORMAT), path)

    def close(self) -> None:
        """Close the file and release its lock. Closing twice does no harm."""
        # This rolls back an open transaction.
        self._connection.close()
        lock, self._lock = self._lock, None
        if lock is not None:
            if not lock.damaged:
                # A note that cannot be written only costs the next opening a check.
                with suppress(OSError):
                    lock.announce(Left.CLOSED)
            lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything within or nothing; inner transactions join the outermost."""
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

    def _forget_numbers(self) -> None:
        """Drop cached numbers of rows that a rollback may have removed."""

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with known_faults(self.path or IN_MEMORY, self.FORMAT.faults):
                yield
        except self.FORMAT.faults.damaged:
            self._note_damage()
            raise

    def _damaged(self, reason: str) -> Exception:
        """The error for damage that SQLite itself does not see."""
        self._note_damage()
        return self.FORMAT.faults.damaged(self.path or IN_MEMORY, reason)

    def _note_damage(self) -> None:
        """Note the damage for the next opening, if that heeds it."""
        if self._lock is not None and not self.FORMAT.is_irreplaceable:
            # Where this fails, the next opening meets the damage itself and notes it again.
            with suppress(OSError):
                self._lock.announce(Left.DAMAGED)

    def _each(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        with self._faults():
            yield from self._connection.execute(sql, parameters)

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._faults():
            return self._connection.execute(sql, parameters).fetchall()

    def _one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._faults():
            row: tuple[Any, ...] | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def _write(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement in a transaction; returns how many rows it changed."""
        with self.transaction():
            return self._connection.execute(sql, parameters).rowcount

    def _write_many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Run a statement for each row in one transaction; returns how many rows it changed."""
        with self.transaction():
            return self._connection.executemany(sql, rows).rowcount
