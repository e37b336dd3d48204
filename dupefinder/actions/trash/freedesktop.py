"""The trash of Linux desktops, shared with every file manager that follows the specification.

Source: "The FreeDesktop.org Trash specification", version 1.0.
"""

import errno
import os

from dupefinder.actions.backends import away
from dupefinder.actions.backends.free_names import free_names, name_limit_bytes
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import PlaceTaken, place_of
from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.actions.trash.folders import TrashFolder, held, trash_folder_for
from dupefinder.actions.trash.info_file import (
    SUFFIX,
    info_is_of,
    info_path_of,
    remove_left_over_info,
    write_info,
)
from dupefinder.core.scan.volumes import VolumeTable


class FreedesktopTrash:
    """Home trash, or the trash of the file's own volume. For one thread at a time."""

    kind = ActionKind.TRASH

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._folders: dict[str, TrashFolder] = {}

    def choose_place(self, path: str) -> str:
        """See `Way`."""
        folder = trash_folder_for(os.path.dirname(path), self._volumes)
        # With links resolved: none is followed any more when the file is moved.
        files = os.path.join(os.path.realpath(folder.path), "files")
        self._folders[files] = folder
        limit_bytes = name_limit_bytes(files) - len(SUFFIX)
        for name in free_names(os.path.basename(path), limit_bytes):
            place = os.path.join(files, name)
            if not os.path.lexists(place) and not os.path.lexists(info_path_of(place)):
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), files)

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        files, name = os.path.split(place_of(step))
        folder = self._folders[files]
        with held(folder) as trash:
            self._throw(step, os.path.join(trash, "files", name), folder.topdir, expected)

    @staticmethod
    def _throw(step: JournalStep, place: str, topdir: str | None, expected: os.stat_result) -> None:
        try:
            write_info(place, step.path, topdir)
        except FileExistsError as error:
            raise PlaceTaken(place) from error
        try:
            with opened(step.path) as photo:
                away.move_away(photo, Entry(place_of(step), place), expected, step.digest)
        except PlaceTaken:
            # A file without an info file: another program's, or a leftover. The claim was ours.
            os.unlink(info_path_of(place))
            raise
        except BaseException:
            remove_left_over_info(place)
            raise

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`."""
        if away.bring_back(step):
            remove_left_over_info(place_of(step))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`."""
        if step.place is None:
            return away.settle(step)
        claimed = info_is_of(step.place, step.path)
        settled = away.settle(step, claimed=claimed)
        if claimed and settled is not None and settled.place is None:
            remove_left_over_info(step.place)
        return settled
