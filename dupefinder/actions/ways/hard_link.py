"""Replacing a copy with a second name of the file that stays: both paths go on to be there."""

import errno
import os

from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode, StepState
from dupefinder.actions.ways import away
from dupefinder.actions.ways.attributes import write_attributes
from dupefinder.actions.ways.carrying import remove_passing, sync_folder, write_copy
from dupefinder.actions.ways.passing_names import partial_name
from dupefinder.actions.ways.protocol import FileChanged, Refused, StaysAway, check_unchanged
from dupefinder.actions.ways.renaming import rename_without_replacing
from dupefinder.core.records import Evidence


class HardLink:
    """Makes the link beside the file and renames it over that."""

    kind = ActionKind.HARD_LINK

    def choose_place(self, path: str) -> None:
        """See `Way`: it stays where it is."""
        del path

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        if step.evidence is not Evidence.SAME_BYTES or step.digest != step.survivor_digest:
            raise Refused(SkipCode.NOT_SAME_BYTES)
        if expected.st_nlink > 1:
            raise Refused(SkipCode.HAS_OTHER_NAMES)
        link = partial_name(step.path)
        remove_passing(link)
        try:
            os.link(step.survivor, link, follow_symlinks=False)
            # Nothing but this has the bytes of the file afterwards.
            there = presence_of(link, step.size_bytes, step.digest)
            if there is not Presence.SAME:
                raise Refused(SkipCode.SURVIVOR_CHANGED, step.survivor)
            check_unchanged(step.path, expected)
            os.replace(link, step.path)
        except (FileChanged, Refused, OSError):
            remove_passing(link)
            raise
        sync_folder(os.path.dirname(step.path))

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`: a file of its own is there again, with the times and attributes it had."""
        match presence_of(step.path, step.size_bytes, step.digest):
            case Presence.SAME:
                source = step.path
            case Presence.ABSENT:
                source = step.survivor
                if presence_of(source, step.size_bytes, step.digest) is not Presence.SAME:
                    lost = os.path.isdir(os.path.dirname(step.path))
                    raise StaysAway(SkipCode.GONE_SINCE, lost=lost)
            case Presence.OTHER:
                if _is_link_to(step.path, step.survivor):
                    raise StaysAway(SkipCode.CHANGED_SINCE, step.survivor)
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), step.path)
        status = os.lstat(source)
        if source == step.path and status.st_nlink == 1:
            write_attributes(step.path, step.attributes)
            away.restore_time(step.path, step.mtime_ns)
            return
        away.make_folder_of(step.path)
        copy = partial_name(step.path)
        try:
            write_copy(source, copy, step.digest, step.attributes, step.mtime_ns)
            if source == step.path:
                check_unchanged(source, status)
                os.replace(copy, step.path)
            else:
                rename_without_replacing(copy, step.path)
        except FileChanged as error:
            remove_passing(copy)
            raise StaysAway(SkipCode.CHANGED_SINCE) from error
        except OSError:
            remove_passing(copy)
            raise
        sync_folder(os.path.dirname(step.path))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`."""
        there = presence_of(step.path, step.size_bytes, step.digest)
        if Presence.SAME in (there, presence_of(step.survivor, step.size_bytes, step.digest)):
            remove_passing(partial_name(step.path))
        match there:
            case Presence.SAME:
                if _is_link_to(step.path, step.survivor):
                    return away.as_done(step)
                return away.as_before(step)
            case Presence.OTHER:
                if step.state is StepState.UNDOING:
                    return away.as_done(step)
                return away.as_before(step)
            case Presence.ABSENT:
                return None if away.is_absent(step) else away.as_done(step)


def _is_link_to(path: str, survivor: str) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.lstat(survivor))
    except OSError:
        return False
