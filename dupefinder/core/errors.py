"""Faults of the environment that a person can understand and act upon.

Anything that is not a `DupeFinderError` is a bug. A fault that concerns one file is not
an exception at all but a `Problem` in the job's list: the rest of the work goes on.
"""

import os
import sys
from pathlib import Path


class DupeFinderError(Exception):
    """Base of every fault that is reported in words rather than as a traceback."""


class Cancelled(DupeFinderError):
    """The person cancelled the job; what was done so far is kept."""


class FolderNotFound(DupeFinderError):
    """A folder that was asked for does not exist or cannot be listed."""

    def __init__(self, path: str) -> None:
        super().__init__(f"no such folder: {path!a}")
        self.path = path


class CatalogTooNew(DupeFinderError):
    """The catalog was written by a later version of the program; it is left untouched."""

    def __init__(self, path: Path, found_version: int, known_version: int) -> None:
        super().__init__(
            f"the catalog {str(path)!a} has version {found_version}; this program knows"
            f" {known_version}. Update the program, or name another catalog."
        )
        self.path = path
        self.found_version = found_version
        self.known_version = known_version


class CatalogInUse(DupeFinderError):
    """Another running program writes to the catalog."""

    def __init__(self, path: Path, owner: str) -> None:
        super().__init__(f"the catalog {str(path)!a} is in use by {owner}")
        self.path = path
        self.owner = owner


class CatalogNotWritable(DupeFinderError):
    """The catalog cannot be written: disk full, read-only folder, no permission."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the catalog {str(path)!a} cannot be written: {reason}")
        self.path = path
        self.reason = reason


class DecisionsNotKept(DupeFinderError):
    """The file of a person's decisions cannot be read or written; it is left untouched."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"decisions cannot be kept in {str(path)!a}: {reason}")
        self.path = path
        self.reason = reason


class DecisionsNotRead(DecisionsNotKept):
    """Decisions cannot be stored, and the earlier ones cannot be read."""


def os_error_text(error: Exception) -> str:
    """The system's text for an error; the error's own text where there is none."""
    return getattr(error, "strerror", None) or str(error)


_SHARING_VIOLATION = 32
_LOCK_VIOLATION = 33


def is_in_use(error: OSError, path: str) -> bool:
    """True where Windows refuses a file because another program has it open.

    Args:
        error: The refusal.
        path: The file.
    """
    code = getattr(error, "winerror", None)
    if code is None:  # opening a file goes by the C library, which tells of permission alone
        return isinstance(error, PermissionError) and is_locked(path)
    return code in (_SHARING_VIOLATION, _LOCK_VIOLATION)


def is_locked(path: str) -> bool:
    """True where another program has a file open and lets nobody read it, which Windows allows."""
    if sys.platform == "win32":
        import _winapi

        read, every_kind_of_sharing = _winapi.GENERIC_READ, 0x7
        try:
            handle = _winapi.CreateFile(
                path, read, every_kind_of_sharing, 0, _winapi.OPEN_EXISTING, 0, 0
            )
        except OSError as error:
            return error.winerror == _SHARING_VIOLATION
        _winapi.CloseHandle(handle)
    return False


_FILE_NOT_FOUND = 2
_PATH_NOT_FOUND = 3
_LONGEST_NAME = 255


def is_gone(path: str) -> bool:
    """True where there certainly is nothing at a path, and False where that cannot be told."""
    try:
        os.lstat(path)
    except OSError as error:
        return tells_absence(error, path)
    except ValueError:
        return False
    return False


def tells_absence(error: Exception, path: str) -> bool:
    """True where an error says that there is nothing at a path, not that it cannot be looked at.

    Windows raises `FileNotFoundError` also for a server that does not answer, and for a path that
    is too long to be looked up as it stands. There it is asked for once more, in its long form.

    Args:
        error: The error from looking at the path, or from opening it.
        path: The path.
    """
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return False
    return sys.platform != "win32" or _is_absent_in_long_form(path)


def _is_absent_in_long_form(path: str) -> bool:
    plain = (path if os.path.isabs(path) else os.path.abspath(path)).replace("/", "\\")
    if max(map(len, plain.split("\\"))) > _LONGEST_NAME:
        return False  # no file there ever had such a name
    if not plain.startswith("\\\\"):
        plain = "\\\\?\\" + plain
    elif not plain.startswith("\\\\?\\"):
        plain = "\\\\?\\UNC" + plain[1:]
    try:
        os.lstat(plain)
    except OSError as error:
        return getattr(error, "winerror", None) in (_FILE_NOT_FOUND, _PATH_NOT_FOUND)
    return False
