"""Where the catalog lies, how its file is opened, set aside when damaged, and erased."""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dupefinder.core.catalog.connection import CatalogDamaged, known_faults
from dupefinder.core.catalog.damaged_files import damaged_copies, set_aside
from dupefinder.core.catalog.lock import CatalogLock, Left
from dupefinder.core.catalog.schema import (
    APPLICATION_ID,
    PAGE_SIZE_BYTES,
    SCHEMA_VERSION,
    migrate,
    table_names,
)
from dupefinder.core.errors import CatalogInUse, CatalogNotWritable, CatalogTooNew
from dupefinder.core.own_files import (
    close_to_others,
    data_folder,
    database_files,
    make_file,
    make_folder,
)

_CATALOG_NAME = "catalog.sqlite"
_SQLITE_MAGIC = b"SQLite format 3\0"
_UNMARKED = bytes(4)
# What the marks of all of the program's databases begin with: "dupe", "dupj", "dupd".
_THIS_PROGRAM = b"dup"
_IN_MEMORY = Path(":memory:")


def default_catalog_path() -> Path:
    """The catalog's path in the platform's data folder, or in `$DUPEFINDER_DATA` when set."""
    return data_folder() / _CATALOG_NAME


@dataclass(frozen=True, slots=True)
class OpenedCatalog:
    """An open catalog file, its lock, and where a damaged one was put."""

    connection: sqlite3.Connection
    path: Path
    lock: CatalogLock
    set_aside: Path | None


def open_in_memory() -> sqlite3.Connection:
    """A new, empty catalog that lives as long as its connection."""
    return _connect(_IN_MEMORY, check_pages=False)


def open_to_read(path: Path) -> sqlite3.Connection:
    """A catalog as it is at this moment, beside the connection of this program that writes it.

    What is written from now on is not seen. The lock is not taken: the caller knows that the
    catalog is open, or that nobody minds.

    Raises:
        CatalogTooNew: A later version of the program wrote it.
        CatalogInUse: An earlier version of the program has it open.
        sqlite3.Error: There is none, or it cannot be read.
    """
    connection = sqlite3.connect(
        f"{Path(os.path.realpath(path)).as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise CatalogTooNew(path, version, SCHEMA_VERSION)
        if version < SCHEMA_VERSION:
            raise CatalogInUse(path, "an earlier version of the program")
        # Only reading something begins the moment that is seen from now on.
        connection.execute("SELECT count(*) FROM volumes").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def open_file(path: Path) -> OpenedCatalog:
    """Lock and open the catalog, make it when missing, set it aside when damaged.

    The pages are checked, which takes time proportional to the catalog's size, only after a
    program left it without closing it.

    Raises:
        CatalogInUse: Another program has it open.
        CatalogTooNew: A later version of the program wrote it; the file is untouched.
        CatalogNotWritable: It cannot be made or written, or the file is something else.
    """
    path = Path(os.path.realpath(path))
    try:
        make_folder(path.parent)
    except OSError as error:
        raise CatalogNotWritable(path, error.strerror or str(error)) from error
    lock = CatalogLock(path)
    connection: sqlite3.Connection | None = None
    aside: Path | None = None
    try:
        close_to_others((*database_files(path), lock.path, *damaged_copies(path)))
        damaged = _is_broken(path, lock.left) or (lock.left is Left.DAMAGED and path.exists())
        # Until the catalog is sound again, a crash must not make anyone forget that it is not.
        lock.announce(Left.DAMAGED if damaged else Left.OPEN)
        if not damaged:
            with suppress(CatalogDamaged):
                connection = _connect(path, check_pages=lock.left is Left.OPEN)
        if connection is None:
            aside = set_aside(path)
            connection = _connect(path, check_pages=False)
            lock.announce(Left.OPEN)
    except BaseException as error:
        lock.release(remove=lock.unused)
        if isinstance(error, OSError):
            raise CatalogNotWritable(path, error.strerror or str(error)) from error
        raise
    return OpenedCatalog(connection, path, lock, aside)


def erase(path: Path) -> None:
    """Remove a catalog, its companions, its lock file and its damaged copies, nothing else.

    Raises:
        CatalogInUse: A program has it open.
        CatalogNotWritable: The file is not a catalog, or cannot be removed.
    """
    path = Path(os.path.realpath(path))
    if not path.parent.is_dir():
        return
    lock = CatalogLock(path)
    erased = False
    try:
        with suppress(CatalogTooNew):
            _is_broken(path, lock.left)
        for file in (*damaged_copies(path), *reversed(database_files(path))):
            file.unlink(missing_ok=True)
        erased = True
    except OSError as error:
        raise CatalogNotWritable(path, error.strerror or str(error)) from error
    finally:
        lock.release(remove=erased or lock.unused)


def _is_broken(path: Path, left: Left) -> bool:
    """True when the file has no catalog's header although it was, or should be, a catalog.

    A name given by mistake may be that of a photo or of another program's database: such a
    file is neither renamed nor written nor removed. Nor is one with a later version, which
    opening it could already change.

    Raises:
        CatalogTooNew: See there.
        CatalogNotWritable: The file was never a catalog.
        OSError: It cannot be read.
    """
    if path.is_fifo():  # opening it would wait for a writer
        raise CatalogNotWritable(path, "the file is not a catalog")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return False
    if not header:
        return False
    used_before = left is not Left.UNUSED
    if not header.startswith(_SQLITE_MAGIC) or len(header) < 100:
        if used_before or path.name == _CATALOG_NAME:
            return True
        raise CatalogNotWritable(path, "the file is not a catalog")
    marked_as = header[68:72]
    if marked_as != APPLICATION_ID.to_bytes(4, "big"):
        # The journal of actions has a lock of the same kind: that a file was used under one
        # does not make it a catalog.
        if used_before and marked_as == _UNMARKED:
            return True
        if marked_as.startswith(_THIS_PROGRAM):
            raise CatalogNotWritable(
                path, "the file is not a catalog but the program's journal or its marks"
            )
        raise CatalogNotWritable(path, "the file is another program's database")
    version = int.from_bytes(header[60:64], "big", signed=True)
    if version > SCHEMA_VERSION:
        raise CatalogTooNew(path, version, SCHEMA_VERSION)
    return False


def _connect(path: Path, *, check_pages: bool) -> sqlite3.Connection:
    if path != _IN_MEMORY:
        make_file(path)  # the files that the database puts beside it get its mode
    with known_faults(path):
        # Statements begin and end transactions themselves. A window hands the catalog from
        # the thread that opens it to the one that scans, so the thread is not checked.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, check_pages=check_pages)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, check_pages: bool) -> None:
    if not table_names(connection):
        # Before journal_mode, so that this reaches the main file at once: a catalog whose
        # making was cut short can still be told from another program's database.
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE_BYTES}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    if check_pages:
        ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise CatalogDamaged(path, str(verdict))
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise CatalogTooNew(path, version, SCHEMA_VERSION)
    try:
        migrate(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise CatalogDamaged(path, f"its tables are not those of version {version}") from error
        raise
    if not _tables_of_a_new_catalog() <= table_names(connection):
        raise CatalogDamaged(path, "tables are missing")
    # A read-only file shows only when something is written: BEGIN IMMEDIATE lets it pass.
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@cache
def _tables_of_a_new_catalog() -> set[str]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection)
        return table_names(connection)
    finally:
        connection.close()
