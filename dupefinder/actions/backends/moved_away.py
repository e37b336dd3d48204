"""Steps common to trash, quarantine and moving, after which the file is elsewhere."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions.backends.attributes import BY_DESCRIPTOR
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import (
    FileChanged,
    PlaceTaken,
    StaysAway,
    check_unchanged,
    same_file,
)
from dupefinder.actions.backends.renaming import drop_second_name, rename_without_replacing
from dupefinder.actions.presence import READ_FLAGS, Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, Skipped, StepState
from dupefinder.core.errors import is_locked


def move_away(photo: Entry, place: Entry, expected: os.stat_result, digest: bytes) -> None:
    """Rename a file to its place, and make sure that it is the file that was read.

    Args:
        photo: The file.
        place: Its place.
        expected: Its status when it was read.
        digest: 32-byte BLAKE3 digest of what was read.

    Raises:
        PlaceTaken: See `Backend.carry_out`, likewise the others.
        FileChanged: See there.
        OSError: See there.
    """
    check_unchanged(photo, expected)
    try:
        rename_without_replacing(photo, place)
    except FileExistsError as error:
        raise PlaceTaken(place.path) from error
    _look_again(photo, place, expected, digest)


def _look_again(photo: Entry, place: Entry, expected: os.stat_result, digest: bytes) -> None:
    """Undo the rename if it was not the file that was looked at."""
    if same_file(place.status(), expected):
        return
    # Some FUSE file systems give a renamed file another inode.
    if place.presence(expected.st_size, digest) is Presence.SAME:
        return
    # Exchanged between the last look and the rename.
    try:
        rename_without_replacing(place, photo)
    except OSError as error:
        words = f"{error.strerror}; what was exchanged for it lies here: {place.path}"
        raise OSError(error.errno, words, photo.path) from error
    raise FileChanged(photo.path)


def bring_back(step: JournalStep, move: Callable[[Entry, Entry], None] | None = None) -> bool:
    """Bring a file back from elsewhere; see `Backend.bring_back`.

    Args:
        step: The file.
        move: Moves it from its place to its path, never replacing anything; None to rename it.

    Returns:
        False when it was back already.
    """
    if step.place is None:
        raise StaysAway(SkipCode.NOT_UNDOABLE)
    try:
        with opened(step.place) as place:
            if place.is_taken():
                demand_same(step, place)
                with opened(step.path, make=True) as photo:
                    put_back(step, place, photo, move or rename_without_replacing)
                return True
    except (FileNotFoundError, NotADirectoryError):
        if is_connected(step.place):
            raise
    demand_back(step)
    return False


def demand_same(step: JournalStep, place: Entry) -> None:
    """Demand that a file is the one that was put to its place.

    Raises:
        StaysAway: It is another one.
    """
    if place.presence(step.size_bytes, step.digest) is not Presence.SAME:
        code = SkipCode.OPEN_ELSEWHERE if is_locked(place.path) else _changed(step)
        raise StaysAway(code, step.place or place.path)


def demand_back(step: JournalStep) -> None:
    """Demand that a missing file is back in its old place, brought there by the person.

    Raises:
        StaysAway: It is not.
    """
    if presence_of(step.path, step.size_bytes, step.digest) is not Presence.SAME:
        raise StaysAway(*absence_of(step), lost=is_connected(step.place or step.path))


def put_back(
    step: JournalStep, place: Entry, photo: Entry, move: Callable[[Entry, Entry], None]
) -> None:
    """Move a file that was looked at back to its path, and make sure that it was that file.

    Args:
        step: The file.
        place: Its present path.
        photo: Its former path.
        move: Moves it, never replacing anything.

    Raises:
        FileExistsError: Something else has its path; nothing was done.
        StaysAway: It was exchanged meanwhile.
        OSError: The system refuses; nothing was done.
    """
    expected = place.status()
    demand_free(photo)
    move(place, photo)
    try:
        _look_again(place, photo, expected, step.digest)
    except FileChanged as error:
        raise StaysAway(_changed(step), step.place or place.path) from error
    restore_time_of(photo, step.mtime_ns)


def demand_free(photo: Entry) -> None:
    """Demand that nothing has a name.

    Raises:
        FileExistsError: Something has it.
        OSError: The name is not possible: it is too long.
    """
    if photo.is_taken():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), photo.path)


def _changed(step: JournalStep) -> SkipCode:
    in_trash = step.kind is ActionKind.TRASH
    return SkipCode.CHANGED_IN_TRASH if in_trash else SkipCode.CHANGED_SINCE


def is_connected(place: str) -> bool:
    """False where even the folder of a place is missing: its drive may be disconnected.

    Then a file that was put there is not lost.
    """
    return os.path.isdir(os.path.dirname(place))


def absence_of(step: JournalStep) -> tuple[SkipCode, str]:
    """The reason why a file that is not where it was put cannot come back, and its detail."""
    place = step.place or ""
    if step.kind is not ActionKind.TRASH:
        return SkipCode.GONE_SINCE, ""
    if is_connected(place):
        return SkipCode.NOT_IN_TRASH, ""
    return SkipCode.TRASH_AWAY, os.path.dirname(os.path.dirname(place))


def restore_time_of(file: Entry, mtime_ns: int) -> None:
    """Put a file's time back if something touched it while it was away."""
    with suppress(OSError, OverflowError):
        status = file.status()
        if status.st_mtime_ns == mtime_ns:
            return
        descriptor = file.open(READ_FLAGS)
        try:
            times = (status.st_atime_ns, mtime_ns)
            os.utime(descriptor if BY_DESCRIPTOR else file.path, ns=times)
        finally:
            os.close(descriptor)


def settle(step: JournalStep, *, claimed: bool = False) -> JournalStep | None:
    """Determine how an interrupted step ended; see `Backend.settle`.

    Args:
        step: The file.
        claimed: True when its place was made sure to be for this file alone.
    """
    if step.place is not None:
        with suppress(OSError), opened(step.place) as new, opened(step.path) as old:
            drop_second_name(new, old)
    in_place = presence_of(step.path, step.size_bytes, step.digest)
    if step.place is None:
        # The system's trash took it in one step, but does not say where to.
        if in_place is Presence.UNKNOWN:
            return None
        return as_done(step) if in_place is Presence.ABSENT else as_before(step)
    away = presence_of(step.place, step.size_bytes, step.digest)
    if in_place is Presence.SAME:  # it is in both places: nothing is lost
        return as_before(step)
    if away is Presence.SAME or (away is Presence.OTHER and claimed):
        return as_done(step)
    if Presence.UNKNOWN in (in_place, away):
        return None
    if in_place is Presence.OTHER:
        return as_before(step)
    if is_absent(step):
        return None
    return replace(step, state=StepState.LOST)


def as_before(step: JournalStep) -> JournalStep:
    """The file is in its place: nothing was done to it, or that was undone."""
    if step.state is StepState.UNDOING:
        return replace(step, state=StepState.UNDONE, place=None, skip=None)
    skip = Skipped(step.path, SkipCode.CANCELLED)
    return replace(step, state=StepState.SKIPPED, place=None, skip=skip)


def as_done(step: JournalStep) -> JournalStep:
    """The step as done: the file was moved away, and not brought back."""
    return replace(step, state=StepState.DONE)


def is_absent(step: JournalStep) -> bool:
    """True when neither folder is there: a drive may be disconnected."""
    folders = (os.path.dirname(step.path), os.path.dirname(step.place or step.path))
    return not any(os.path.isdir(folder) for folder in folders)
