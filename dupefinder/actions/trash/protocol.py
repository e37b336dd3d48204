"""What an action needs of a trash."""

import os
import stat
from typing import Protocol


class PlaceTaken(Exception):
    """The place that was chosen in the trash went to another file meanwhile."""


class FileChanged(Exception):
    """The file is no longer the one that was read; it was left where it is."""


class Trash(Protocol):
    """Moves files to the trash in two movements, so that the journal can be written between."""

    def choose_place(self, path: str) -> str | None:
        """Choose where in the trash a file shall lie; it stays where it is for now.

        Args:
            path: The file.

        Returns:
            A path that is free; None where the system does not tell.

        Raises:
            OSError: There is no trash for this file.
        """
        ...

    def move(self, path: str, place: str | None, expected: os.stat_result) -> None:
        """Move a file to the trash.

        Args:
            path: The file.
            place: What `choose_place` returned.
            expected: The file's status (of `lstat`) when it was read.

        Raises:
            PlaceTaken: Choose another place; the file is where it was.
            FileChanged: It is not the file that was read; it is where it was.
            OSError: The system refuses; the file is where it was unless the message says
                otherwise.
        """
        ...


def check_unchanged(path: str, expected: os.stat_result) -> None:
    """Make sure that a path still names the very file that was read, and that it is a file.

    Raises:
        FileChanged: It does not.
        OSError: It cannot be looked at.
    """
    status = os.lstat(path)
    # The time of change also tells of bytes that were changed with the modification time
    # put back afterwards. (Windows has the time of creation there.)
    if not same_file(status, expected) or status.st_ctime_ns != expected.st_ctime_ns:
        raise FileChanged(path)


def same_file(status: os.stat_result, expected: os.stat_result) -> bool:
    """True when both tell of one regular file with the same size and modification time."""
    return (
        stat.S_ISREG(status.st_mode)
        and os.path.samestat(status, expected)
        and status.st_size == expected.st_size
        and status.st_mtime_ns == expected.st_mtime_ns
    )
