"""What can be wrong with the journal, in words that a person can act upon."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dupefinder.actions.records import Outcome
from dupefinder.core.errors import DupeFinderError

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_NOT_WRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}
_IN_USE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class JournalFault(DupeFinderError):
    """Base of what can be wrong with the journal.

    Attributes:
        path: Its file.
        so_far: What the action that it broke off had done; None where there was none.
    """

    so_far: Outcome | None = None

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(f"the journal {str(path)!a} {words}")
        self.path = path


class JournalTooNew(JournalFault):
    """A later version of the program wrote it; it is left untouched."""


class JournalInUse(JournalFault):
    """Another running program has it open."""


class JournalNotWritable(JournalFault):
    """It cannot be written: disk full, read-only folder, no permission; or it is no journal."""


class JournalDamaged(JournalFault):
    """It is damaged; it is set aside when it is opened next."""


@contextmanager
def known_faults(path: Path) -> Iterator[None]:
    """Turn faults of the environment into errors that a person can act upon.

    Raises:
        JournalDamaged: The file is not a sound database.
        JournalNotWritable: Disk full, read-only, no permission, input/output error.
        JournalInUse: A program that does not know the lock file has locked the database.
    """
    try:
        yield
    except sqlite3.Error as error:
        # The low byte is the primary code; the rest of it only tells where it came from.
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in _DAMAGED:
            raise JournalDamaged(
                path, f"is damaged ({error}); the next start sets it aside and begins a new one"
            ) from error
        if primary in _NOT_WRITABLE:
            raise not_writable(path, str(error)) from error
        if primary in _IN_USE:
            raise JournalInUse(path, "is in use by another program") from error
        raise


def not_writable(path: Path, reason: str) -> JournalNotWritable:
    """The fault for a reason in the system's words."""
    return JournalNotWritable(path, f"cannot be written: {reason}")
