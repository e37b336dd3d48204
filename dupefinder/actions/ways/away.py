"""What trash, holding folder and moving have in common: the file lies elsewhere afterwards."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, Skipped, StepState
from dupefinder.actions.ways.protocol import (
    FileChanged,
    PlaceTaken,
    StaysAway,
    check_unchanged,
    same_file,
)
from dupefinder.actions.ways.renaming import drop_second_name, rename_without_replacing


def move_away(path: str, place: str, expected: os.stat_result, digest: bytes) -> None:
    """Rename a file that was read to its place, and make sure that it was that file.

    Args:
        path: The file.
        place: Its place.
        expected: Its status when it was read.
        digest: 32-byte BLAKE3 digest of what was read.

    Raises:
        PlaceTaken: See `Way.carry_out`, likewise the others.
        FileChanged: See there.
        OSError: See there.
    """
    check_unchanged(path, expected)
    try:
        rename_without_replacing(path, place)
    except FileExistsError as error:
        raise PlaceTaken(place) from error
    if same_file(os.lstat(place), expected):
        return
    # Some file systems of FUSE give a file another number with another name.
    if presence_of(place, expected.st_size, digest) is Presence.SAME:
        return
    # Exchanged in the very moment between the last look and the rename.
    try:
        rename_without_replacing(place, path)
    except OSError as error:
        words = f"{error.strerror}; what was exchanged for it lies here: {place}"
        raise OSError(error.errno, words, path) from error
    raise FileChanged(path)


def bring_back(
    step: JournalStep, move: Callable[[str, str], None] = rename_without_replacing
) -> None:
    """See `Way.bring_back`.

    Args:
        step: The file.
        move: Moves it from its place to its path, never replacing anything.
    """
    if step.place is None:
        raise StaysAway(SkipCode.NOT_UNDOABLE)
    in_trash = step.kind is ActionKind.TRASH
    match presence_of(step.place, step.size_bytes, step.digest):
        case Presence.ABSENT:
            if presence_of(step.path, step.size_bytes, step.digest) is Presence.SAME:
                return  # the person brought it back
            raise StaysAway(*absence_of(step), lost=is_connected(step.place))
        case Presence.OTHER:
            code = SkipCode.CHANGED_IN_TRASH if in_trash else SkipCode.CHANGED_SINCE
            raise StaysAway(code, step.place)
    if os.path.lexists(step.path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), step.path)
    make_folder_of(step.path)
    move(step.place, step.path)
    restore_time(step.path, step.mtime_ns)


def is_connected(place: str) -> bool:
    """False where even the folder of a place is not there: its drive may only be away.

    Then a file that was put there is not lost.
    """
    return os.path.isdir(os.path.dirname(place))


def absence_of(step: JournalStep) -> tuple[SkipCode, str]:
    """Why a file that is not where it was put cannot come back, and what that is about."""
    place = step.place or ""
    if step.kind is not ActionKind.TRASH:
        return SkipCode.GONE_SINCE, ""
    if is_connected(place):
        return SkipCode.NOT_IN_TRASH, ""
    return SkipCode.TRASH_AWAY, os.path.dirname(os.path.dirname(place))


def make_folder_of(path: str) -> None:
    """Make the folder of a file, and those above it, where they are missing.

    Raises:
        OSError: That cannot be; never `FileExistsError`, which would tell of the file itself.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except FileExistsError as error:
        code = errno.ENOTDIR
        raise NotADirectoryError(code, os.strerror(code), error.filename) from error


def restore_time(path: str, mtime_ns: int) -> None:
    """Put a file's time back if something touched it while it was away."""
    with suppress(OSError, OverflowError):
        status = os.lstat(path)
        if status.st_mtime_ns != mtime_ns:
            os.utime(path, ns=(status.st_atime_ns, mtime_ns))


def settle(step: JournalStep, *, claimed: bool = False) -> JournalStep | None:
    """See `Way.settle`.

    Args:
        step: The file.
        claimed: True when its place was made sure to be for this file alone.
    """
    if step.place is not None:
        drop_second_name(step.place, step.path)
    in_place = presence_of(step.path, step.size_bytes, step.digest)
    if step.place is None:
        # The system's trash took it: it does so in one movement, but does not say where to.
        return as_done(step) if in_place is Presence.ABSENT else as_before(step)
    away = presence_of(step.place, step.size_bytes, step.digest)
    if away is Presence.ABSENT and in_place is not Presence.ABSENT:
        return as_before(step)
    if in_place is Presence.SAME:  # it is in both: nothing is lost, and nothing is removed
        return as_before(step)
    if away is Presence.SAME or (away is Presence.OTHER and claimed):
        return as_done(step)
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
    """It was done to the file, and not undone."""
    return replace(step, state=StepState.DONE)


def is_absent(step: JournalStep) -> bool:
    """True when neither folder is there: a drive may only be away."""
    folders = (os.path.dirname(step.path), os.path.dirname(step.place or step.path))
    return not any(os.path.isdir(folder) for folder in folders)
