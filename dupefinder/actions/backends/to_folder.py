"""Moving and copying to a folder that the person names, with the tree of the files."""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.attributes import attributes_of, lost_access_list
from dupefinder.actions.backends.delete import Stays, put_back, remove_proven
from dupefinder.actions.backends.durable_copy import (
    carry,
    copy_durably,
    remove_copied,
    remove_passing_of,
    remove_second_copy,
)
from dupefinder.actions.backends.opened_folder import Entry, opened, without_links
from dupefinder.actions.backends.protocol import (
    PlaceTaken,
    Refused,
    StaysAway,
    SurvivorGone,
    check_unchanged,
    place_of,
)
from dupefinder.actions.backends.renaming import free_names, name_limit_bytes
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState


class ToFolder:
    """Base of moving and copying: chooses the place in the target folder."""

    def __init__(
        self,
        target: str = "",
        base: str | None = None,
        folders: Mapping[str, str] | None = None,
    ) -> None:
        """Set the target folder.

        Args:
            target: The folder; made when missing. Empty to settle and undo only.
            base: The folder that the tree counts from; None for all of a file's folders.
            folders: The folder below the target, of paths that are not to keep their tree.
        """
        # With links resolved: none is followed when a file is moved or copied there.
        self._target = without_links(target) if target else ""
        self._base = None if base is None else os.path.realpath(base)
        self._folders = folders or {}

    def choose_place(self, path: str) -> str:
        """Choose where the file shall lie."""
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
        """Move the file to its place."""
        with (
            opened(step.path) as photo,
            opened(place_of(step), make=True, resolved=True) as place,
        ):
            try:
                moved_away.move_away(photo, place, expected, step.digest)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                _move_across(photo, place, step, expected)

    def bring_back(self, step: JournalStep) -> None:
        """Move the file back."""
        moved_away.bring_back(
            step, lambda place, photo: carry(place, photo, step.digest, step.attributes)
        )

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        place = place_of(step)
        for path in (step.path, place):
            remove_passing_of(path)
        with suppress(OSError), opened(place) as copy, opened(step.path) as original:
            # The copy was made, and the file not yet removed. Another file has another time.
            if copy.status().st_mtime_ns == original.status().st_mtime_ns and (
                copy.presence(step.size_bytes, step.digest) is Presence.SAME
            ):
                remove_second_copy(copy, original, step.size_bytes, step.digest)
        settled = moved_away.settle(step)
        if (
            settled is not None
            and settled.state is StepState.LOST
            and not moved_away.is_connected(place)
        ):
            return None
        return settled


class CopyToFolder(ToFolder):
    """Copies; undoing removes the copies that nobody has changed.

    Attributes:
        narrowed: See `Outcome`.
    """

    kind = ActionKind.COPY

    def __init__(
        self,
        target: str = "",
        base: str | None = None,
        folders: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(target, base, folders)
        self.narrowed: list[str] = []

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Copy the file to its place."""
        with (
            opened(step.path) as file,
            opened(place_of(step), make=True, resolved=True) as place,
        ):
            check_unchanged(file, expected)
            _copy(file, place, step)
            with suppress(OSError):
                before = attributes_of(file.name, file.folder)
                if lost_access_list(before, attributes_of(place.name, place.folder)):
                    self.narrowed.append(place.path)

    def bring_back(self, step: JournalStep) -> None:
        """Remove the copy, if the file that it was made from is there."""
        place = place_of(step)
        match presence_of(place, step.size_bytes, step.digest):
            case Presence.ABSENT:
                if not moved_away.is_connected(place):
                    raise StaysAway(SkipCode.GONE_SINCE, place)
                return
            case Presence.OTHER | Presence.UNKNOWN:
                raise StaysAway(SkipCode.CHANGED_SINCE, place)
        if presence_of(step.path, step.size_bytes, step.digest) is not Presence.SAME:
            raise StaysAway(SkipCode.ORIGINAL_GONE, place)
        stays = Stays(step.path, step.size_bytes, step.digest)
        try:
            with opened(place) as copy:
                remove_proven(copy, copy.status(), step.digest, stays)
        except SurvivorGone as error:
            raise StaysAway(SkipCode.SAME_FILE, place) from error

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        place = place_of(step)
        remove_passing_of(place)
        with suppress(OSError):
            put_back(place)
        match presence_of(place, step.size_bytes, step.digest):
            case Presence.ABSENT:
                # The copy to be removed had been there, so its folder had been, too.
                waits = step.state is StepState.UNDOING and not moved_away.is_connected(place)
                return None if waits or moved_away.is_absent(step) else moved_away.as_before(step)
            case Presence.SAME:
                return moved_away.as_done(step)
            case Presence.OTHER:
                return moved_away.as_before(step)
            case Presence.UNKNOWN:
                return None


def _move_across(photo: Entry, place: Entry, step: JournalStep, expected: os.stat_result) -> None:
    """Move a file to another volume."""
    if expected.st_nlink > 1:
        # The copy would no longer be the file of its other names.
        raise Refused(SkipCode.HAS_OTHER_NAMES)
    check_unchanged(photo, expected)
    _copy(photo, place, step, demand_acl=True)
    remove_copied(photo, place, expected)


def _copy(file: Entry, place: Entry, step: JournalStep, *, demand_acl: bool = False) -> None:
    try:
        copy_durably(file, place, step.digest, demand_acl=demand_acl)
    except FileExistsError as error:
        raise PlaceTaken(place.path) from error
