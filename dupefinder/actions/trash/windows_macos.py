"""The trash of Windows and macOS, through send2trash. Experimental: only tested with a stand-in.

The systems do not tell where in the trash a file lies, so the program cannot bring it back;
the person can, from the trash itself.
"""

import errno
import importlib
import os
import sys

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.opened_folder import opened
from dupefinder.actions.backends.protocol import check_unchanged
from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.core.scan.mounts import VolumeKind
from dupefinder.core.scan.volumes import VolumeTable

_ON_WINDOWS = sys.platform == "win32"


class SystemTrash:
    """Recycle Bin or macOS's Trash. For one thread at a time."""

    kind = ActionKind.TRASH

    def __init__(self) -> None:
        self._volumes = VolumeTable()

    def choose_place(self, path: str) -> None:
        """Choose no place: the system does not tell it."""
        # Shares have no trash, and Windows silently deletes files there and on most sticks.
        folder = os.path.realpath(os.path.dirname(path))
        volume = self._volumes.volume_of(folder, os.stat(folder).st_dev)
        on_fixed = volume.kind is VolumeKind.FIXED
        if volume.kind is VolumeKind.NETWORK or (_ON_WINDOWS and not on_fixed):
            raise OSError(errno.ENOTSUP, "this drive has no trash", path)

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Send the file to the trash of the system."""
        send2trash = importlib.import_module("send2trash").send2trash
        with opened(step.path) as photo:
            check_unchanged(photo, expected)
        send2trash(step.path)
        if os.path.lexists(step.path):
            raise OSError(errno.EIO, "the system left the file where it is", step.path)

    def bring_back(self, step: JournalStep) -> None:
        """Refuse: only the person can restore it."""
        moved_away.bring_back(step)

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        return moved_away.settle(step)
