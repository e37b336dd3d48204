"""One program at a time: the lock file beside the catalog, and the note in it.

The lock belongs to the operating system and vanishes with its process, however that ends.
The note in the file is for people (who holds it) and for the next opening (how it was left):
an emptied lock could not tell a clean end from a first start.
"""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from dupefinder.core.errors import CatalogInUse, CatalogNotWritable
from dupefinder.core.own_files import private_opener

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_NOTE_LIMIT_BYTES = 4096
# Windows forbids others to read locked bytes, so the byte that is locked lies far behind the
# note. Locking behind the end of a file is allowed.
_LOCKED_OFFSET = 1 << 30


class Left(StrEnum):
    """How the catalog was left by the program that had it before."""

    UNUSED = "unused"
    CLOSED = "closed"
    OPEN = "open"
    DAMAGED = "damaged"


class CatalogLock:
    """The lock of one catalog, held from the making of this object to `release`.

    Attributes:
        path: The lock file.
        left: How the catalog was left before; `OPEN` after a crash.
    """

    def __init__(self, catalog_path: Path) -> None:
        """Take the lock.

        Raises:
            CatalogInUse: Another program, or this one a second time, has the catalog open.
            CatalogNotWritable: The lock file cannot be made.
        """
        self.path = lock_path(catalog_path)
        try:
            self._descriptor = self._open_and_lock(catalog_path)
            self._note = self._read_note(self._descriptor)
        except OSError as error:
            raise CatalogNotWritable(catalog_path, error.strerror or str(error)) from error
        self.left = _left(self._note)

    def _open_and_lock(self, catalog_path: Path) -> int:
        while True:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = private_opener(str(self.path), flags)
            try:
                if not _try_lock(descriptor):
                    raise CatalogInUse(catalog_path, _owner_words(self._read_note(descriptor)))
                # Another program may have removed the file between opening and locking it:
                # then this is the lock of a file that nobody else will ever see.
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
        """Write who holds the catalog, and how it counts as left if nothing follows.

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
        """True as long as no catalog was ever opened under this lock."""
        return not self._note

    @property
    def damaged(self) -> bool:
        """True once the note says that the catalog is damaged."""
        return _left(self._note) is Left.DAMAGED

    def release(self, *, remove: bool = False) -> None:
        """Let go of the catalog.

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


def lock_path(catalog_path: Path) -> Path:
    """The lock file that belongs to a catalog."""
    return catalog_path.with_name(catalog_path.name + ".lock")


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCKED_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
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
        # Half a note: the program was stopped while it wrote.
        return Left.OPEN


def _owner_words(note: bytes) -> str:
    try:
        owner = json.loads(note)
        return f"process {owner['pid']} on {owner['host']} since {owner['since']}"
    except (ValueError, TypeError, KeyError):
        return "another running program"
