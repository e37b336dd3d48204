"""Hard links: a copy is replaced by a second name of the kept file, so both paths stay."""

import errno
import os
from collections.abc import Callable

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.attributes import BY_DESCRIPTOR, write_attributes
from dupefinder.actions.backends.durable_copy import (
    demand_copy,
    remove_passing,
    remove_passing_of,
    sync_folder,
    write_copy,
)
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import FileChanged, Refused, StaysAway, check_unchanged
from dupefinder.actions.backends.renaming import (
    link,
    partial_name,
    rename_without_replacing,
    replace,
)
from dupefinder.actions.presence import READ_FLAGS, Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState


class HardLink:
    """Makes the link beside the file and renames it over the file."""

    kind = ActionKind.HARD_LINK

    def choose_place(self, path: str) -> None:
        """Choose no place: the path stays."""
        del path

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Replace the file with a hard link to the survivor."""
        if step.digest != step.survivor_digest:
            raise Refused(SkipCode.NOT_SAME_BYTES)
        if expected.st_nlink > 1:
            raise Refused(SkipCode.HAS_OTHER_NAMES)
        with opened(step.survivor) as survivor, opened(step.path) as photo:
            second = photo.beside(partial_name(step.path))
            remove_passing(second)
            try:
                link(survivor, second)
                # Afterwards only the survivor has the bytes of the file.
                if second.presence(step.size_bytes, step.digest) is not Presence.SAME:
                    raise Refused(SkipCode.SURVIVOR_CHANGED, step.survivor)
                check_unchanged(photo, expected)
                replace(second, photo)
            except (FileChanged, Refused, OSError):
                remove_passing(second)
                raise
        sync_folder(os.path.dirname(step.path))

    def bring_back(self, step: JournalStep) -> None:
        """Make it a file of its own again, with the times and attributes it had."""
        match presence_of(step.path, step.size_bytes, step.digest):
            case Presence.SAME:
                with opened(step.path) as photo:
                    _part(photo, step)
            case Presence.ABSENT:
                if presence_of(step.survivor, step.size_bytes, step.digest) is not Presence.SAME:
                    lost = os.path.isdir(os.path.dirname(step.path))
                    raise StaysAway(SkipCode.GONE_SINCE, lost=lost)
                with opened(step.survivor) as source, opened(step.path, make=True) as photo:
                    _copy(source, photo, step, rename_without_replacing)
            case Presence.OTHER | Presence.UNKNOWN:
                if _is_link_to(step.path, step.survivor):
                    raise StaysAway(SkipCode.CHANGED_SINCE, step.survivor)
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), step.path)
        sync_folder(os.path.dirname(step.path))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        there = presence_of(step.path, step.size_bytes, step.digest)
        if Presence.SAME in (there, presence_of(step.survivor, step.size_bytes, step.digest)):
            remove_passing_of(step.path)
        match there:
            case Presence.SAME:
                if _is_link_to(step.path, step.survivor):
                    return moved_away.as_done(step)
                return moved_away.as_before(step)
            case Presence.OTHER:
                if step.state is StepState.UNDOING:
                    return moved_away.as_done(step)
                return moved_away.as_before(step)
            case Presence.UNKNOWN:
                return None
            case Presence.ABSENT:
                return None if moved_away.is_absent(step) else moved_away.as_done(step)


def _part(photo: Entry, step: JournalStep) -> None:
    """Make one of the names of a file a file of its own."""
    status = photo.status()
    if status.st_nlink == 1:
        descriptor = photo.open(READ_FLAGS)
        try:
            if not os.path.samestat(os.fstat(descriptor), status):
                raise StaysAway(SkipCode.CHANGED_SINCE)
            write_attributes(descriptor if BY_DESCRIPTOR else photo.path, step.attributes)
        finally:
            os.close(descriptor)
        moved_away.restore_time_of(photo, step.mtime_ns)
        return

    def take_place(copy: Entry, photo: Entry) -> None:
        check_unchanged(photo, status)
        replace(copy, photo)

    _copy(photo, photo, step, take_place)


def _copy(
    source: Entry, photo: Entry, step: JournalStep, give_name: Callable[[Entry, Entry], None]
) -> None:
    copy = photo.beside(partial_name(photo.path))
    try:
        written = write_copy(source, copy, step.digest, step.attributes, step.mtime_ns)
        give_name(copy, photo)
    except FileChanged as error:
        remove_passing(copy)
        raise StaysAway(SkipCode.CHANGED_SINCE) from error
    except OSError:
        remove_passing(copy)
        raise
    demand_copy(photo, written, step.digest)


def _is_link_to(path: str, survivor: str) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.lstat(survivor))
    except OSError:
        return False
