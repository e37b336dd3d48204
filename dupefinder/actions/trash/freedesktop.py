"""The trash of Linux desktops, shared with every file manager that follows the specification.

Source: "The FreeDesktop.org Trash specification", version 1.0.
"""

import errno
import os
import secrets
from collections.abc import Iterator

from dupefinder.actions.trash.folders import TrashFolder, trash_folder_for
from dupefinder.actions.trash.info_file import (
    SUFFIX,
    info_path_of,
    remove_left_over_info,
    write_info,
)
from dupefinder.actions.trash.protocol import FileChanged, PlaceTaken, check_unchanged, same_file
from dupefinder.actions.trash.rename import rename_without_replacing
from dupefinder.core.scan.volumes import VolumeTable

_NUMBERED_NAMES = 100


class FreedesktopTrash:
    """Home trash, or the trash of the file's own volume. For one thread at a time."""

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._folders: dict[str, TrashFolder] = {}

    def choose_place(self, path: str) -> str:
        """See `Trash`."""
        folder = trash_folder_for(os.path.dirname(path), self._volumes)
        files = os.path.join(folder.path, "files")
        self._folders[files] = folder
        limit_bytes = os.statvfs(files).f_namemax - len(SUFFIX)
        for name in _names(os.path.basename(path), limit_bytes):
            place = os.path.join(files, name)
            if not os.path.lexists(place) and not os.path.lexists(info_path_of(place)):
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), files)

    def move(self, path: str, place: str | None, expected: os.stat_result) -> None:
        """See `Trash`."""
        if place is None:
            raise ValueError("a place in the trash is needed")
        try:
            write_info(place, path, self._folders[os.path.dirname(place)].topdir)
        except FileExistsError as error:
            raise PlaceTaken(place) from error
        try:
            check_unchanged(path, expected)
            rename_without_replacing(path, place)
        except FileExistsError as error:
            # A file without an info file: another program's, or a leftover. The claim was ours.
            os.unlink(info_path_of(place))
            raise PlaceTaken(place) from error
        except BaseException:
            remove_left_over_info(place)
            raise
        if not same_file(os.lstat(place), expected):
            # Exchanged in the very moment between the last look and the rename.
            try:
                restore(place, path)
            except OSError as error:
                words = f"{error.strerror}; what was exchanged for it lies in the trash: {place}"
                raise OSError(error.errno, words, path) from error
            raise FileChanged(path)


def restore(place: str, path: str) -> None:
    """Bring a file back from the trash, with its times; its info file goes.

    Args:
        place: Where it lies in the trash.
        path: Where it shall be, on the same volume, in a folder that exists.

    Raises:
        FileExistsError: Something has that name; nothing was done.
        OSError: The system refuses; nothing was done.
    """
    rename_without_replacing(place, path)
    remove_left_over_info(place)


def _names(name: str, limit_bytes: int) -> Iterator[str]:
    """Names for a file in the trash: its own first, then numbered ones, then one by chance."""
    stem, extension = os.path.splitext(name)
    if len(os.fsencode(extension)) > limit_bytes // 2:
        stem, extension = name, ""
    marks = ["", *(f".{number}" for number in range(2, _NUMBERED_NAMES))]
    for mark in [*marks, f".{secrets.token_hex(8)}"]:
        ending = mark + extension
        room_bytes = limit_bytes - len(os.fsencode(ending))
        # By characters: a file system may refuse a name that ends amid one.
        fitting = stem[:room_bytes]
        while len(os.fsencode(fitting)) > room_bytes:
            fitting = fitting[:-1]
        yield fitting + ending
