"""The lock file beside a database, which one program at a time holds, and the note in it.

The lock belongs to the operating system and vanishes with its process, however that ends. The note
in the file is for people (who holds it) and for the next opening (how it was left): without it, a
clean end could not be told from a first start.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from dupefinder.store.own_files import private_opener

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NOTE_LIMIT_BYTES = 4096
# Windows forbids others to read locked bytes, so the byte that is locked lies far behind the
# note. Locking behind the end of a file is allowed.
_LOCKED_OFFSET = 1 << 30


class Left(StrEnum):
    """State in which a database was left by the last program that had it."""

    UNUSED = "unused"
    CLOSED = "closed"
    OPEN = "open"
    DAMAGED = "damaged"


class DatabaseLock:
    """The lock of one database, held from creation to `release`.

    Attributes:
        path: The lock file.
        left: State in which the database was left before; `OPEN` after a crash.
    """

    def __init__(self, database_path: Path, in_use: Callable[[Path, str], Exception]) -> None:
        """Take the lock.

        Args:
            database_path: The database, whether it exists or not.
            in_use: Makes the error from the path and the owner, when another program, or this one
                itself, holds the lock.

        Raises:
            OSError: The lock file cannot be made.
        """
        self.path = lock_path(database_path)
        self._descriptor = self._open_and_lock(database_path, in_use)
        self._note = self._read_note(self._descriptor)
        self.left = _left(self._note)

    def _open_and_lock(self, database_path: Path, in_use: Callable[[Path, str], Exception]) -> int:
        while True:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = private_opener(str(self.path), flags)
            try:
                if not _try_lock(descriptor):
                    raise in_use(database_path, _owner_text(self._read_note(descriptor)))
                # Another program may have removed the file between opening and locking it; then
                # nobody else can see this lock.
                if os.path.samestat(os.fstat(descriptor), self.path.stat()):
                    return descriptor
            except FileNotFoundError:
                pass
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    @staticmethod
    def _read_note(descriptor: int) -> bytes:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, _NOTE_LIMIT_BYTES)

    def announce(self, left: Left) -> None:
        """Write the owner of the database, and the state it counts as left in.

        Raises:
            OSError: The note cannot be written.
        """
        note = {
            "left": left.value,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        }
        content = json.dumps(note).encode("ascii")
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, content)
        os.ftruncate(self._descriptor, len(content))
        self._note = content

    @property
    def unused(self) -> bool:
        """True as long as no database was ever opened under this lock."""
        return not self._note

    @property
    def damaged(self) -> bool:
        """True once the note says that the database is damaged."""
        return _left(self._note) is Left.DAMAGED

    def release(self, *, remove: bool = False) -> None:
        """Let go of the database.

        Args:
            remove: Take the lock file away too.
        """
        if sys.platform == "win32":
            os.lseek(self._descriptor, _LOCKED_OFFSET, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_UNLCK, 1)
            os.close(self._descriptor)
            if remove:
                self.path.unlink(missing_ok=True)
        else:
            # Removed while still held: nobody can lock the file before it is gone.
            if remove:
                self.path.unlink(missing_ok=True)
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)


def lock_path(database_path: Path) -> Path:
    """The lock file that belongs to a database."""
    return database_path.with_name(database_path.name + ".lock")


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCKED_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:  # EACCES on Windows; Wine leaves the number of an earlier error there
            return False
    else:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _left(note: bytes) -> Left:
    if not note:
        return Left.UNUSED
    try:
        return Left(json.loads(note)["left"])
    except (ValueError, TypeError, KeyError):
        # An incomplete note: the program was stopped while writing.
        return Left.OPEN


def _owner_text(note: bytes) -> str:
    try:
        owner = json.loads(note)
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (ValueError, TypeError, KeyError):
        return "another running program"
