"""The catalog's file: path, format, faults, and the connection to it."""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dupefinder.core.catalog.schema import APPLICATION_ID, MIGRATIONS, PAGE_SIZE_BYTES
from dupefinder.core.errors import CatalogInUse, CatalogNotWritable, CatalogTooNew, DupeFinderError
from dupefinder.store import open_database
from dupefinder.store.database import Database
from dupefinder.store.database_format import (
    DatabaseFaults,
    DatabaseFormat,
    known_faults,
    user_version,
)
from dupefinder.store.lock import DatabaseLock
from dupefinder.store.own_files import data_folder

_PAGE_ROWS: Final = 4096


class CatalogDamaged(DupeFinderError):
    """The catalog's file is damaged; the next opening sets it aside."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"the catalog {str(path)!a} is damaged ({reason}); the next start sets it aside"
            " and begins a new one"
        )
        self.path = path
        self.reason = reason


CATALOG_FORMAT: Final = DatabaseFormat(
    noun="catalog",
    file_name="catalog.sqlite",
    application_id=APPLICATION_ID,
    migrations=MIGRATIONS,
    faults=DatabaseFaults(
        damaged=CatalogDamaged,
        not_writable=CatalogNotWritable,
        in_use=CatalogInUse,
        too_new=CatalogTooNew,
    ),
    pragmas=("synchronous = NORMAL", "cache_size = -32768", "journal_size_limit = 67108864"),
    page_size_bytes=PAGE_SIZE_BYTES,
)


def ids_parameter(ids: ArrayLike) -> str:
    """Any number of ids as one parameter of `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(np.asarray(ids, np.int64).ravel().tolist())


def plain_text(text: str) -> str:
    """Text that SQLite can store: lone surrogates, as from hostile metadata, are replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def stored_integer(value: int) -> int:
    """An integer that fits SQLite's 64 bits with sign.

    A file system may claim a time beyond the year 2262. The stored time of such a file never equals
    it, so that every scan reads the file again.
    """
    return max(-(1 << 63), min(value, (1 << 63) - 1))


class CatalogConnection(Database):
    """A connection for one thread at a time, with cached numbers of volumes and kinds."""

    FORMAT = CATALOG_FORMAT

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path | None,
        lock: DatabaseLock | None = None,
        set_aside: Path | None = None,
    ) -> None:
        super().__init__(connection, path, lock, set_aside)
        self._volume_numbers: dict[str, int] = {}

    def _forget_numbers(self) -> None:
        super()._forget_numbers()
        self._volume_numbers.clear()

    def _pages(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Rows in pages, as a million at once are slow to make and to free."""
        with self._faults():
            cursor = self._connection.execute(sql, parameters)
            while rows := cursor.fetchmany(_PAGE_ROWS):
                yield rows

    def drop_cache(self) -> None:
        """Free the cache of pages, after whole tables were read that are not needed again soon."""
        with self._faults():
            self._connection.execute("PRAGMA shrink_memory")

    def _count(self, sql: str) -> int:
        ((count,),) = self._all(sql)
        return int(count)

    def _ids(self, sql: str, parameters: Sequence[object] = ()) -> NDArray[np.int64]:
        """The only column of a query, int64 (n,)."""
        with self._faults():
            # Without a generator, which would take a million rows one by one.
            rows = self._connection.execute(sql, parameters)
            return np.fromiter(chain.from_iterable(rows), np.int64)

    def _volume_number(self, volume_id: str) -> int:
        """The number of a volume, a new one if needed; call it within a transaction."""
        number = self._volume_numbers.get(volume_id)
        if number is None:
            name = os.fsencode(volume_id)
            self._write("INSERT OR IGNORE INTO volumes (volume_id) VALUES (?)", (name,))
            ((number,),) = self._all("SELECT volume FROM volumes WHERE volume_id = ?", (name,))
            self._volume_numbers[volume_id] = number
        return int(number)


def default_catalog_path() -> Path:
    """The catalog's path in the platform's data folder, or in `$DUPEFINDER_DATA` when set."""
    return data_folder() / CATALOG_FORMAT.file_name


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a snapshot of a catalog, beside the connection of this program that writes it.

    Later writes are not seen. The lock is not taken, so the caller has to make sure that the
    catalog is open or unused.

    Raises:
        CatalogTooNew: A later version of the program wrote it.
        CatalogInUse: An earlier version of the program has it open.
        CatalogDamaged, CatalogNotWritable: It cannot be read.
    """
    with known_faults(path, CATALOG_FORMAT.faults):
        connection = open_database.connect_to_read(path)
        try:
            connection.execute("BEGIN")
            version = user_version(connection)
            if version > CATALOG_FORMAT.version:
                raise CatalogTooNew(path, version, CATALOG_FORMAT.version)
            if version < CATALOG_FORMAT.version:
                raise CatalogInUse(path, "an earlier version of the program")
            # The snapshot begins with the first read.
            connection.execute("SELECT count(*) FROM volumes").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def erase(path: Path) -> None:
    """Remove a catalog, its companions, its lock file and its damaged copies, nothing else.

    Raises:
        CatalogInUse: A program has it open.
        CatalogNotWritable: The file is not a catalog, or cannot be removed.
    """
    open_database.erase(path, CATALOG_FORMAT)
