"""The check after a photo was moved away: the kept copy has to be there, as another file.

Two paths may lead to one file without any sign of it: a share that is mounted twice, a folder
within a union of folders. Only when the file is gone under one path does it show under the other. A
photo is journalled as done only after this check, so that the next start repeats it after a crash.
"""

import os

from dupefinder.actions.presence import Presence, is_untouched, presence_of, status_when_opened
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode
from dupefinder.core.records import Evidence
from dupefinder.core.scan.mounts import LOCAL_FILE_SYSTEMS
from dupefinder.core.scan.volumes import VolumeTable

_MOVES_THE_FILE = (ActionKind.TRASH, ActionKind.SET_ASIDE, ActionKind.MOVE)


class Postflight:
    """Looks for survivors directly after their victims went. For one thread at a time."""

    def __init__(self) -> None:
        self._volumes = VolumeTable()

    def survives(self, row: JournalStep, survivor: os.stat_result, devices: frozenset[int]) -> bool:
        """Look for the survivor once more, now that the victim is away.

        Where inodes cannot tell the two files apart for sure, the survivor is read again, and must
        not have been touched by the removal.

        Args:
            row: The victim.
            survivor: The survivor's `status_when_opened` before.
            devices: The devices of both.
        """
        # A hard link changes the survivor itself, and removes nothing.
        untouched = row.kind is ActionKind.HARD_LINK or is_untouched(row.survivor, survivor)
        if len(devices) > 1 or not self._has_own_numbers(row.survivor, survivor):
            return untouched and _is_whole(row)
        try:
            is_there = os.path.samestat(os.stat(row.survivor), survivor)
        except OSError:
            return False
        return is_there and (untouched or _is_whole(row))

    def _has_own_numbers(self, path: str, status: os.stat_result) -> bool:
        folder = os.path.realpath(os.path.dirname(path))
        return self._volumes.volume_of(folder, status.st_dev).file_system in LOCAL_FILE_SYSTEMS


def survives_since(row: JournalStep) -> bool:
    """Check late, when the earlier status of the survivor is unknown.

    Args:
        row: A victim that is gone and that the journal does not have as done.

    Returns:
        True also for files that need no such look: companions, whose photo is looked at, and files
        that were not moved.
    """
    is_companion = row.evidence is Evidence.SAME_BYTES and row.digest != row.survivor_digest
    if row.kind not in _MOVES_THE_FILE or not row.survivor_digest or is_companion:
        return True
    return _is_whole(row) and not _is_one_file(row)


def survivor_gone(row: JournalStep) -> SkipCode:
    """The reason why a survivor was gone with its victim, which is back by now."""
    match presence_of(row.survivor, row.survivor_size_bytes, row.survivor_digest):
        case Presence.SAME:  # both are back: the two paths lead to one file
            return SkipCode.SAME_FILE
        case Presence.OTHER:
            return SkipCode.SURVIVOR_CHANGED
        case Presence.UNKNOWN:
            return SkipCode.SURVIVOR_UNREADABLE
        case Presence.ABSENT:
            return SkipCode.SURVIVOR_VANISHED


def _is_whole(row: JournalStep) -> bool:
    there = presence_of(row.survivor, row.survivor_size_bytes, row.survivor_digest)
    return there is Presence.SAME


def _is_one_file(row: JournalStep) -> bool:
    """True where the survivor's path leads, or may lead, to the moved victim."""
    if row.place is None:
        return False
    try:
        survivor, victim = status_when_opened(row.survivor), status_when_opened(row.place)
    except (OSError, ValueError):
        return True
    if survivor.st_dev == victim.st_dev:
        return survivor.st_ino == victim.st_ino
    # Under another mount it has other inodes, but the change time of the move.
    return (survivor.st_ctime_ns, survivor.st_size) == (victim.st_ctime_ns, victim.st_size)
