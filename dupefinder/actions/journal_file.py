"""The journal's file: where it lies, how it is opened, checked, and set aside when damaged."""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dupefinder.actions.journal_faults import (
    JournalDamaged,
    JournalInUse,
    JournalTooNew,
    known_faults,
    not_writable,
)
from dupefinder.actions.journal_schema import MIGRATIONS, SCHEMA_VERSION
from dupefinder.core.catalog.damaged_files import damaged_copies, set_aside
from dupefinder.core.catalog.lock import CatalogLock, Left
from dupefinder.core.errors import CatalogInUse, CatalogNotWritable
from dupefinder.core.own_files import (
    close_to_others,
    data_folder,
    database_files,
    make_file,
    make_folder,
)

APPLICATION_ID = 0x6475706A
"""Marks an SQLite file as a journal of this program ("dupj")."""

_NAME = "journal.sqlite"
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class OpenedJournal:
    """An open journal file, its lock, and where a damaged one was put."""

    connection: sqlite3.Connection
    path: Path
    lock: CatalogLock
    set_aside: Path | None


def default_journal_path() -> Path:
    """The journal's path: beside the catalog."""
    return data_folder() / _NAME


def damaged_journals(path: Path) -> list[Path]:
    """Earlier journals that were set aside as damaged, the oldest first.

    What they told of is not in the journal, and cannot be undone by it.

    Args:
        path: The journal's path, whether there is one now or not.
    """
    path = Path(os.path.realpath(path))
    try:
        return [copy for copy in damaged_copies(path) if copy.suffix == path.suffix]
    except OSError:  # no such folder
        return []


def open_journal_file(path: Path) -> OpenedJournal:
    """Lock and open the journal, make it when missing, set it aside when damaged.

    Raises:
        JournalInUse: Another program has it open.
        JournalTooNew: A later version of the program wrote it; the file is untouched.
        JournalNotWritable: It cannot be made or written, or the file is something else.
    """
    path = Path(os.path.realpath(path))
    lock = _locked(path)
    connection: sqlite3.Connection | None = None
    aside: Path | None = None
    try:
        close_to_others((*database_files(path), lock.path, *damaged_copies(path)))
        damaged = _is_broken(path, lock.left)
        lock.announce(Left.OPEN)
        if not damaged:
            with suppress(JournalDamaged):
                connection = _connect(path)
        if connection is None:
            aside = set_aside(path)
            connection = _connect(path)
    except BaseException as error:
        lock.release(remove=lock.unused)
        if isinstance(error, OSError):
            raise not_writable(path, error.strerror or str(error)) from error
        raise
    return OpenedJournal(connection, path, lock, aside)


def _locked(path: Path) -> CatalogLock:
    try:
        make_folder(path.parent)
        return CatalogLock(path)
    except OSError as error:
        raise not_writable(path, error.strerror or str(error)) from error
    except CatalogNotWritable as error:
        raise not_writable(path, error.reason) from error
    except CatalogInUse as error:
        raise JournalInUse(path, f"is in use by {error.owner}") from error


def _is_broken(path: Path, left: Left) -> bool:
    """True when the file has no journal's header although it was, or should be, a journal.

    A name given by mistake may be that of a photo or of another program's database: such a
    file is neither renamed nor written.

    Raises:
        JournalTooNew: See there.
        JournalNotWritable: The file was never a journal.
        OSError: It cannot be read.
    """
    if path.is_fifo():  # opening it would wait for a writer
        raise not_writable(path, "the file is not a journal")
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return False
    if not header:
        return left is not Left.UNUSED  # emptied by somebody else
    is_database = len(header) == 100 and header.startswith(_SQLITE_MAGIC)
    marked_as = int.from_bytes(header[68:72], "big")
    if is_database and marked_as not in (0, APPLICATION_ID):
        # The catalog has a lock of the same kind, which does not make it a journal.
        raise not_writable(path, "the file is another database, not a journal")
    if not is_database or marked_as != APPLICATION_ID:
        if left is not Left.UNUSED or path.name == _NAME:
            return True
        raise not_writable(path, "the file is not a journal")
    version = int.from_bytes(header[60:64], "big", signed=True)
    if version > SCHEMA_VERSION:
        raise JournalTooNew(
            path,
            f"has version {version}; this program knows {SCHEMA_VERSION}. Update the program.",
        )
    return False


def _connect(path: Path) -> sqlite3.Connection:
    make_file(path)  # the files that the database puts beside it get its mode
    with known_faults(path):
        # A window hands the journal from the thread that opens it to the one that acts.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    tables = _table_names(connection)
    if not tables:
        # Before journal_mode, so that it reaches the main file at once.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    # Every commit is on the disk before the next file is touched, on macOS too.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if verdict == "ok" and (not tables or {"actions", "steps"} <= tables):
        for known, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            connection.executescript(
                f"BEGIN IMMEDIATE; {migration} PRAGMA user_version = {known}; COMMIT;"
            )
    if verdict != "ok" or not {"actions", "steps"} <= _table_names(connection):
        raise JournalDamaged(path, f"is damaged: {verdict}")
    # A read-only file shows only when something is written: BEGIN IMMEDIATE lets it pass.
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _table_names(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}
