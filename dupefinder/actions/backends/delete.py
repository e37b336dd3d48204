"""Permanent deletion, and the proof before it that the kept copy is another file."""

import os
from dataclasses import dataclass, replace

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.durable_copy import sync_folder
from dupefinder.actions.backends.moved_away import move_away
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import StaysAway, SurvivorGone
from dupefinder.actions.backends.renaming import (
    aside_name,
    drop_second_name,
    rename_without_replacing,
)
from dupefinder.actions.presence import (
    Presence,
    is_untouched,
    let_time_pass_since,
    presence_of,
    status_when_opened,
)
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode
from dupefinder.core.errors import is_gone


@dataclass(frozen=True, slots=True)
class Stays:
    """A file that stays for one that is removed, as it has to be.

    Attributes:
        path: Its path.
        size_bytes: Its size.
        digest: 32-byte BLAKE3 digest of its content.
    """

    path: str
    size_bytes: int
    digest: bytes


def remove_proven(file: Entry, expected: os.stat_result, digest: bytes, stays: Stays) -> None:
    """Rename a file, read the file that stays for it, and then remove the renamed one.

    Args:
        file: The file.
        expected: Its status when it was read.
        digest: 32-byte BLAKE3 digest of what was read.
        stays: The file that stays for it.

    Raises:
        FileChanged: It is not the file that was read; it is where it was.
        SurvivorGone: The file that stays is missing, or is the same file; the file has its name
            again.
        OSError: The system refuses; it has its name again unless the message says otherwise.
    """
    before = status_when_opened(stays.path)
    let_time_pass_since(before)
    aside = file.beside(aside_name(file.path))
    move_away(file, aside, expected, digest)
    try:
        there = presence_of(stays.path, stays.size_bytes, stays.digest)
        if there is not Presence.SAME or not is_untouched(stays.path, before):
            raise SurvivorGone(stays.path)
        aside.unlink()
    except BaseException:
        _put_back(aside, file)
        raise
    sync_folder(os.path.dirname(file.path))


def put_back(path: str) -> None:
    """Give a file that was put aside its name again.

    Raises:
        OSError: Its name is taken, or the system refuses; the message says where it lies.
    """
    try:
        with opened(path) as file:
            _put_back(file.beside(aside_name(path)), file)
    except (FileNotFoundError, NotADirectoryError):
        return  # nor is its folder there


def _put_back(aside: Entry, file: Entry) -> None:
    drop_second_name(aside, file)
    if not aside.is_taken():
        return
    try:
        rename_without_replacing(aside, file)
    except OSError as error:
        words = f"{error.strerror}; the file lies here: {aside.path}"
        raise OSError(error.errno, words) from error


class Delete:
    """Renames the file, reads the kept copy there and then, and deletes."""

    kind = ActionKind.DELETE

    def choose_place(self, path: str) -> None:
        """Choose no place: a deleted file lies nowhere."""
        del path

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Delete the file."""
        stays = Stays(step.survivor, step.survivor_size_bytes, step.survivor_digest)
        with opened(step.path) as file:
            remove_proven(file, expected, step.digest, stays)

    def bring_back(self, step: JournalStep) -> None:
        """Refuse: a deleted file cannot be brought back."""
        if presence_of(step.path, step.size_bytes, step.digest) is not Presence.SAME:
            raise StaysAway(SkipCode.DELETED)

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted deletion ended; a file only put aside gets its name back."""
        try:
            put_back(step.path)
        except OSError:
            return None
        if os.path.lexists(step.path):
            return moved_away.as_before(step)
        waits = moved_away.is_absent(step) or not is_gone(step.path)
        return None if waits else moved_away.as_done(replace(step, place=None))
