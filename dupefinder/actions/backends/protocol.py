"""The protocol of a backend, which acts on files in one way and undoes it."""

import os
import stat
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode


class PlaceTaken(Exception):
    """The chosen place was taken by another file meanwhile."""


class FileChanged(Exception):
    """The file is no longer the one that was read; it was left where it is."""


class Refused(Exception):
    """The action is refused for this file, which was left where it is.

    Attributes:
        code: Why.
        detail: Details of the reason; may be empty.
    """

    def __init__(self, code: SkipCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class SurvivorGone(Exception):
    """The survivor vanished with the victim; the victim is in its place again."""


class StaysAway(Exception):
    """A file cannot be brought back now.

    Attributes:
        code: Why.
        detail: Details of the reason; may be empty.
        lost: True when it is neither in its place nor where it was put.
    """

    def __init__(self, code: SkipCode, detail: str = "", *, lost: bool = False) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.lost = lost


class Backend(Protocol):
    """Acts on a file in two steps, so that the journal can be written in between."""

    @property
    def kind(self) -> ActionKind:
        """The kind of action that it carries out."""
        ...

    def choose_place(self, path: str) -> str | None:
        """Choose where a file shall lie; it stays where it is for now.

        Args:
            path: The file.

        Returns:
            A path that is free; None where there is none, or the system does not tell.

        Raises:
            OSError: It cannot be done to this file.
        """
        ...

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Do it.

        Args:
            step: The file, with the place that `choose_place` returned.
            expected: The file's status (of `lstat`) when it was read.

        Raises:
            PlaceTaken: Choose another place; the file is where it was.
            FileChanged: It is not the file that was read; it is where it was.
            Refused: See there, as the next.
            SurvivorGone: See there.
            OSError: The system refuses; the file is where it was unless the message says
                otherwise.
        """
        ...

    def bring_back(self, step: JournalStep) -> None:
        """Undo it, without overwriting anything. A file that is back already is left alone.

        Raises:
            StaysAway: It cannot be undone now; nothing was done.
            FileExistsError: Another file has its place; nothing was done.
            OSError: The system refuses; nothing was done.
        """
        ...

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Find out from the disk how an interrupted step ended.

        Temporary files of the backend are removed, never a file of the person's.

        Returns:
            The step with its new state; None when that cannot be found out now.
        """
        ...


@runtime_checkable
class PreparingBackend(Backend, Protocol):
    """A backend that can do part of the work for several files at once."""

    def prepare(self, steps: Sequence[JournalStep]) -> None:
        """Prepare for files whose rows are in the journal; `carry_out` reports what fails here."""
        ...

    def withdraw(self, step: JournalStep) -> None:
        """Take back what was prepared for a file that is not acted upon after all."""
        ...


def check_unchanged(file: Entry, expected: os.stat_result) -> None:
    """Make sure that a name is still that of the file that was read, and a regular file.

    Raises:
        FileChanged: It is not.
        OSError: It cannot be looked at.
    """
    status = file.status()
    # The change time also shows changes whose modification time was put back. (On Windows
    # it is the creation time.)
    if not same_file(status, expected) or status.st_ctime_ns != expected.st_ctime_ns:
        raise FileChanged(file.path)


def same_file(status: os.stat_result, expected: os.stat_result) -> bool:
    """True when both are the status of one regular file, with equal size and modification time."""
    return (
        stat.S_ISREG(status.st_mode)
        and os.path.samestat(status, expected)
        and status.st_size == expected.st_size
        and status.st_mtime_ns == expected.st_mtime_ns
    )


def place_of(step: JournalStep) -> str:
    """The place of a step that has one.

    Raises:
        ValueError: It has none: a bug.
    """
    if step.place is None:
        raise ValueError("a place is needed")
    return step.place
