"""Opening SQLite files: locked, checked, migrated, set aside when damaged; and erasing them."""

import os
import re
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dupefinder.store.database_format import (
    IN_MEMORY,
    DatabaseFormat,
    known_faults,
    migrate,
    primary_code,
    table_names,
    tables_of_a_new_file,
    user_version,
)
from dupefinder.store.lock import DatabaseLock, Left
from dupefinder.store.own_files import (
    DATABASE_SUFFIXES,
    close_to_others,
    database_files,
    make_file,
    make_folder,
)


def set_aside(path: Path) -> Path:
    """Rename a damaged database and its companions.

    Returns:
        Its new path.

    Raises:
        OSError: It cannot be renamed.
    """
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}.damaged-{time}{path.suffix}")
    number = 2
    while target.exists():
        target = path.with_name(f"{path.stem}.damaged-{time}-{number}{path.suffix}")
        number += 1
    for companion in reversed(DATABASE_SUFFIXES):
        with suppress(FileNotFoundError):
            Path(f"{path}{companion}").rename(f"{target}{companion}")
    return target


def damaged_copies(path: Path) -> list[Path]:
    """Earlier copies from `set_aside` of a database, with their companions, sorted by name.

    Raises:
        OSError: The folder cannot be listed.
    """
    companions = "|".join(DATABASE_SUFFIXES)
    pattern = re.compile(
        re.escape(path.stem)
        + r"\.damaged-\d{8}T\d{6}Z(-\d+)?"
        + re.escape(path.suffix)
        + f"({companions})"
    )
    return sorted(entry for entry in path.parent.iterdir() if pattern.fullmatch(entry.name))


_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_UNMARKED: Final = 0
_OF_THIS_PROGRAM: Final = {b"dupe": "catalog", b"dupj": "journal", b"dupd": "marks"}


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """An open file, its lock, and the new path of a damaged one."""

    connection: sqlite3.Connection
    path: Path
    lock: DatabaseLock
    set_aside: Path | None


def open_locked(path: Path, kind: DatabaseFormat) -> OpenedDatabase:
    """Lock and open a file, make it when missing, set it aside when damaged.

    Of a file that can be made again the pages are checked, which takes time proportional to its
    size, only after a program left it without closing it.

    Raises:
        Exception: One of the `faults`, but never that it is damaged. A file of another kind or
            of a later version is left untouched.
    """
    faults = kind.faults
    path = Path(os.path.realpath(path))
    try:
        make_folder(path.parent)
        lock = DatabaseLock(path, faults.in_use)
    except OSError as error:
        raise faults.not_writable(path, error.strerror or str(error)) from error
    connection: sqlite3.Connection | None = None
    aside: Path | None = None
    try:
        close_to_others((*database_files(path), lock.path, *damaged_copies(path)))
        damaged = _is_broken(path, kind, lock.left) or (
            lock.left is Left.DAMAGED and path.exists() and not kind.is_irreplaceable
        )
        # Until the file is sound again, a crash must not lose the note that it is damaged.
        lock.announce(Left.DAMAGED if damaged else Left.OPEN)
        if not damaged:
            check_pages = kind.is_irreplaceable or lock.left is Left.OPEN
            with suppress(faults.damaged):
                connection = connect(path, kind, check_pages=check_pages, must_write=True)
        if connection is None:
            aside = set_aside(path)
            connection = connect(path, kind, must_write=True)
            lock.announce(Left.OPEN)
    except BaseException as error:
        if connection is not None:
            connection.close()
        lock.release(remove=lock.unused or (lock.left is Left.UNUSED and _is_unmade(path)))
        if isinstance(error, OSError):
            raise faults.not_writable(path, error.strerror or str(error)) from error
        raise
    return OpenedDatabase(connection, path, lock, aside)


def open_unlocked(path: Path, kind: DatabaseFormat) -> sqlite3.Connection:
    """Open a file that several connections may share, made when missing.

    It is never set aside: a damaged file stays where it is, and a read-only one is read.

    Raises:
        Exception: One of the `faults`. A file of another kind or of a later version is left
            untouched.
    """
    # The header is not read beforehand: closing a file lets go of all locks that other
    # connections of this process have upon it.
    try:
        make_folder(path.parent)
        close_to_others(database_files(path))
        return connect(path, kind)
    except OSError as error:
        raise kind.faults.not_writable(path, error.strerror or str(error)) from error


def erase(path: Path, kind: DatabaseFormat) -> None:
    """Remove a database, its companions, its lock file and its damaged copies, nothing else.

    Raises:
        Exception: One of the `faults`: a program has it open, the file is of another kind, or it
            cannot be removed.
    """
    faults = kind.faults
    path = Path(os.path.realpath(path))
    if not path.parent.is_dir():
        return
    erased = False
    try:
        lock = DatabaseLock(path, faults.in_use)
        try:
            _refuse_other_kinds(path, kind, lock.left)
            for file in (*damaged_copies(path), *reversed(database_files(path))):
                file.unlink(missing_ok=True)
            erased = True
        finally:
            lock.release(remove=erased or lock.unused)
    except OSError as error:
        raise faults.not_writable(path, error.strerror or str(error)) from error


def connect(
    path: Path | None,
    kind: DatabaseFormat,
    *,
    check_pages: bool = False,
    must_write: bool = False,
) -> sqlite3.Connection:
    """Connect to a file, made when missing, and bring it to the newest version.

    Statements begin and end transactions themselves. The connection may be handed to another
    thread: a window opens a file in one and uses it in the next.

    Args:
        path: The file; None keeps everything in memory.
        kind: Its kind.
        check_pages: Look for damage in the whole file.
        must_write: Refuse a file that can only be read.

    Raises:
        Exception: One of the `faults`.
        OSError: The file cannot be made.
    """
    if path is not None:
        make_file(path)  # companions of the database get its mode
    with known_faults(path or IN_MEMORY, kind.faults):
        connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path or IN_MEMORY, kind, check_pages=check_pages)
            if must_write:
                # Shows only when something is written: BEGIN IMMEDIATE lets a read-only file pass.
                connection.execute(f"PRAGMA user_version = {kind.version}")
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error) and primary_code(error) == sqlite3.SQLITE_ERROR:
                # Our statements are correct, so the file is of no known version.
                raise kind.faults.damaged(path or IN_MEMORY, str(error)) from error
            raise
    return connection


def connect_to_read(path: Path, busy_s: float = 5.0) -> sqlite3.Connection:
    """Connect to an existing file without taking its lock, while others may write it.

    Args:
        path: The file, which is neither made nor changed.
        busy_s: Longest wait for a program that has it locked.

    Raises:
        sqlite3.Error: There is none, or it cannot be read.
    """
    connection = sqlite3.connect(
        f"{Path(os.path.realpath(path)).as_uri()}?mode=ro",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(
    connection: sqlite3.Connection, path: Path, kind: DatabaseFormat, *, check_pages: bool
) -> None:
    """Refuse files of another kind, then configure, check and migrate.

    Raises:
        Exception: One of the `faults`.
        sqlite3.Error: See `known_faults`.
    """
    version = user_version(connection)
    ((marked_as,),) = connection.execute("PRAGMA application_id").fetchall()
    is_new = not table_names(connection)
    if marked_as != kind.application_id and (marked_as != _UNMARKED or not is_new):
        raise kind.faults.not_writable(path, _other_kind(marked_as, kind))
    if version > kind.version:
        raise kind.faults.too_new(path, version, kind.version)
    if is_new:
        # Before journal_mode, so that these reach the main file at once: a file whose making was
        # cut short can still be told from another program's.
        if kind.page_size_bytes is not None:
            connection.execute(f"PRAGMA page_size = {kind.page_size_bytes}")
        connection.execute(f"PRAGMA application_id = {kind.application_id}")
    for pragma in ("journal_mode = WAL", *kind.pragmas):
        connection.execute(f"PRAGMA {pragma}")
    if check_pages:
        ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
        if verdict != "ok":
            raise kind.faults.damaged(path, str(verdict))
    migrate(connection, kind.migrations)
    if not tables_of_a_new_file(kind.migrations) <= table_names(connection):
        raise kind.faults.damaged(path, "tables are missing")


def _is_unmade(path: Path) -> bool:
    """True where a full disk, say, let nothing be written: the next opening is the first again."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return not path.exists()


def _is_broken(path: Path, kind: DatabaseFormat, left: Left) -> bool:
    """True when the file has no header of its kind although it was, or should be, of that kind.

    A name given by mistake may be that of a photo or of another program's database: such a
    file is neither renamed nor written nor removed. Nor is one with a later version, which
    opening it could already change.

    Raises:
        Exception: One of the `faults`: too new, or never a file of this kind.
        OSError: It cannot be read.
    """
    header = _refuse_other_kinds(path, kind, left)
    if header is None:
        return False
    if not header:
        # Emptied by somebody else, or its making was cut short.
        return kind.is_irreplaceable and left is not Left.UNUSED
    if not _is_database(header) or _marked_as(header) != kind.application_id:
        return True
    version = int.from_bytes(header[60:64], "big", signed=True)
    if version > kind.version:
        raise kind.faults.too_new(path, version, kind.version)
    return False


def _refuse_other_kinds(path: Path, kind: DatabaseFormat, left: Left) -> bytes | None:
    """Read the header of a file unless it was never one of this kind; None when it is missing.

    Raises:
        Exception: The `not_writable` of the `faults`.
        OSError: It cannot be read.
    """
    no_database = f"the file is not a {kind.noun}"
    if path.is_fifo():  # opening it would wait for a writer
        raise kind.faults.not_writable(path, no_database)
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError:
        return None
    used_before = left is not Left.UNUSED
    if not header or (_is_database(header) and _marked_as(header) == kind.application_id):
        return header
    if not _is_database(header):
        if not used_before and path.name != kind.file_name:
            raise kind.faults.not_writable(path, no_database)
        return header
    # Each kind has a lock of the same form: that a file was used under one says only that it was
    # one of them, which a mark that is not spoilt contradicts.
    if not used_before or _marked_as(header) != _UNMARKED:
        raise kind.faults.not_writable(path, _other_kind(_marked_as(header), kind))
    return header


def _is_database(header: bytes) -> bool:
    return len(header) == _HEADER_BYTES and header.startswith(_SQLITE_MAGIC)


def _marked_as(header: bytes) -> int:
    """The application id of a database, with the sign that SQLite gives it."""
    return int.from_bytes(header[68:72], "big", signed=True)


def _other_kind(application_id: int, kind: DatabaseFormat) -> str:
    own = _OF_THIS_PROGRAM.get(application_id.to_bytes(4, "big", signed=True))
    whose = "another program's database" if own is None else f"the program's {own}"
    return f"the file is {whose}, not a {kind.noun}"
