"""Moving and copying to a folder that the person names, with the tree that the files lie in."""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress

from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState
from dupefinder.actions.ways import away
from dupefinder.actions.ways.carrying import (
    carry,
    copy_durably,
    folder_made_for,
    remove_passing,
    remove_second_copy,
    sync_folder,
)
from dupefinder.actions.ways.free_names import free_names, name_limit_bytes
from dupefinder.actions.ways.passing_names import partial_name
from dupefinder.actions.ways.protocol import (
    FileChanged,
    PlaceTaken,
    Refused,
    StaysAway,
    SurvivorGone,
    check_unchanged,
    place_of,
)
from dupefinder.actions.ways.removing import Stays, put_back, remove_proven


class ToFolder:
    """What moving and copying share: where the file shall lie."""

    def __init__(
        self,
        target: str = "",
        base: str | None = None,
        folders: Mapping[str, str] | None = None,
    ) -> None:
        """Say where to.

        Args:
            target: The folder; made when missing. Empty to settle and undo only.
            base: The folder that the tree counts from; None for all of a file's folders.
            folders: The folder below the target, of paths that are not to keep their tree.
        """
        self._target = os.path.abspath(target) if target else ""
        self._base = None if base is None else os.path.realpath(base)
        self._folders = folders or {}

    def choose_place(self, path: str) -> str:
        """See `Way`."""
        folder, name = os.path.split(path)
        below = self._folders[path] if path in self._folders else self._below(folder)
        beside = os.path.normpath(os.path.join(self._target, below))
        for free in free_names(name, name_limit_bytes(self._target)):
            place = os.path.join(beside, free)
            if not os.path.lexists(place):
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), beside)

    def _below(self, folder: str) -> str:
        real = os.path.realpath(folder)
        if self._base is not None and os.path.join(real, "").startswith(
            os.path.join(self._base, "")
        ):
            return os.path.relpath(real, self._base)
        drive, below = os.path.splitdrive(real)
        return os.path.join(drive.strip(":\\/").replace(":", ""), below.strip(os.sep))


class MoveToFolder(ToFolder):
    """Moves; to another volume by a copy that is read again before the file goes."""

    kind = ActionKind.MOVE

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        with folder_made_for(place_of(step)):
            try:
                away.move_away(step.path, place_of(step), expected, step.digest)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _move_across(step, expected)

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`."""
        away.bring_back(step, lambda place, path: carry(place, path, step.digest))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`."""
        place = place_of(step)
        for path in (step.path, place):
            remove_passing(partial_name(path))
        with suppress(OSError):
            # The copy was made, and the file not yet removed. Another's has another time.
            if os.lstat(place).st_mtime_ns == os.lstat(step.path).st_mtime_ns and (
                presence_of(place, step.size_bytes, step.digest) is Presence.SAME
            ):
                remove_second_copy(place, step.path, step.size_bytes, step.digest)
        settled = away.settle(step)
        if settled is not None and settled.state is StepState.LOST and not away.is_connected(place):
            return None
        return settled


class CopyToFolder(ToFolder):
    """Copies; undoing removes the copies that nobody has changed."""

    kind = ActionKind.COPY

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        with folder_made_for(place_of(step)):
            check_unchanged(step.path, expected)
            _copy(step)

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`: the copy goes, if what it was made from is there."""
        place = place_of(step)
        match presence_of(place, step.size_bytes, step.digest):
            case Presence.ABSENT:
                if not away.is_connected(place):
                    raise StaysAway(SkipCode.GONE_SINCE, place)
                return
            case Presence.OTHER:
                raise StaysAway(SkipCode.CHANGED_SINCE, place)
        if presence_of(step.path, step.size_bytes, step.digest) is not Presence.SAME:
            raise StaysAway(SkipCode.ORIGINAL_GONE, place)
        stays = Stays(step.path, step.size_bytes, step.digest)
        try:
            remove_proven(place, os.lstat(place), step.digest, stays)
        except SurvivorGone as error:
            raise StaysAway(SkipCode.SAME_FILE, place) from error

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`."""
        place = place_of(step)
        remove_passing(partial_name(place))
        with suppress(OSError):
            put_back(place)
        match presence_of(place, step.size_bytes, step.digest):
            case Presence.ABSENT:
                # A copy that was to go again had been there, so its folder was, too.
                waits = step.state is StepState.UNDOING and not away.is_connected(place)
                return None if waits or away.is_absent(step) else away.as_before(step)
            case Presence.SAME:
                return away.as_done(step)
            case Presence.OTHER:
                return away.as_before(step)


def _move_across(step: JournalStep, expected: os.stat_result) -> None:
    """Move a file to another volume."""
    if expected.st_nlink > 1:
        # A copy would be no longer the file that its other names lead to.
        raise Refused(SkipCode.HAS_OTHER_NAMES)
    check_unchanged(step.path, expected)
    _copy(step)
    try:
        check_unchanged(step.path, expected)
        os.unlink(step.path)
    except (FileChanged, OSError):
        os.unlink(place_of(step))  # the copy that was just made
        raise
    sync_folder(os.path.dirname(step.path))


def _copy(step: JournalStep) -> None:
    try:
        copy_durably(step.path, place_of(step), step.digest)
    except FileExistsError as error:
        raise PlaceTaken(place_of(step)) from error
