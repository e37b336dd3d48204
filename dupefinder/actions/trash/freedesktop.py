"""The trash of Linux desktops, shared with every file manager that follows the specification.

An info file for each file in the trash holds its original path and the time of its removal.

Source: "The FreeDesktop.org Trash specification", version 1.0.
"""

import errno
import os
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import PlaceTaken, place_of
from dupefinder.actions.backends.renaming import free_names, name_limit_bytes
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.actions.trash.folders import TrashFolder, held, trash_folder_for
from dupefinder.core.errors import is_gone
from dupefinder.core.scan.volumes import VolumeTable

SUFFIX = ".trashinfo"
_LIMIT_BYTES = 1 << 16


def info_path_of(place: str) -> str:
    """The info file's path for a file in the trash (`…/files/NAME`)."""
    files, name = os.path.split(place)
    return os.path.join(os.path.dirname(files), "info", name + SUFFIX)


def real_path(path: str) -> str:
    """The path with links resolved, except in the last name."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


def write_info(place: str, path: str, topdir: str | None, *, sync: bool = True) -> None:
    """Claim a name in the trash by creating its info file.

    Args:
        place: The path of the file in the trash.
        path: The present path of the file.
        topdir: Mount point of the trash's volume; None for the home trash.
        sync: False to leave it to the system when to write it to the disk.

    Raises:
        FileExistsError: The name is claimed already.
        OSError: The info file cannot be written; none is left behind.
    """
    named = real_path(path)
    if topdir is not None:
        named = os.path.relpath(named, topdir)
    now = datetime.now().strftime("%Y-%m-%dT%H:%M:%S")  # local time, as the specification says
    content = f"{_beginning(named)}DeletionDate={now}\n"
    info_path = info_path_of(place)
    descriptor = os.open(info_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content.encode("ascii"))
            file.flush()
            if sync:
                os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(info_path)
        raise


def info_is_of(place: str, path: str) -> bool:
    """True when the info file of a place in the trash was made for the file of a path.

    An incomplete one was left by a program that was stopped while it wrote; it counts as that of
    the file if its beginning fits.
    """
    try:
        with open(info_path_of(place), "rb") as file:
            content = file.read(_LIMIT_BYTES)
    except (OSError, ValueError):
        return False
    real, topdir = real_path(path), _topdir_of(place)
    for line in content.split(b"\n")[:-1]:
        if line.startswith(b"Path="):
            named = os.fsdecode(unquote_to_bytes(line[len(b"Path=") :].rstrip(b"\r")))
            return os.path.join(topdir, named) == real
    wholes = (_beginning(real), _beginning(os.path.relpath(real, topdir)))
    return any(whole.encode("ascii").startswith(content) for whole in wholes)


def _beginning(named: str) -> str:
    quoted = quote_from_bytes(os.fsencode(named), safe="/")
    return f"[Trash Info]\nPath={quoted}\n"


def remove_left_over_info(place: str) -> None:
    """Remove the info file of a place in the trash without a file, if possible."""
    if is_gone(place):
        with suppress(OSError):
            os.unlink(info_path_of(place))


def _topdir_of(place: str) -> str:
    """The base of relative paths in a trash at `$topdir/.Trash/$uid` or `.Trash-$uid`."""
    above = os.path.dirname(os.path.dirname(os.path.dirname(place)))
    return os.path.dirname(above) if os.path.basename(above) == ".Trash" else above


class FreedesktopTrash:
    """Home trash, or the trash of the file's own volume. For one thread at a time."""

    kind = ActionKind.TRASH

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._folders: dict[str, TrashFolder] = {}
        self._given: set[str] = set()
        self._claimed: set[str] = set()

    def choose_place(self, path: str) -> str:
        """Choose where the file shall lie."""
        folder = trash_folder_for(os.path.dirname(path), self._volumes)
        # With links resolved: none is followed when the file is moved.
        files = os.path.join(os.path.realpath(folder.path), "files")
        self._folders[files] = folder
        limit_bytes = name_limit_bytes(files) - len(SUFFIX)
        for name in free_names(os.path.basename(path), limit_bytes):
            place = os.path.join(files, name)
            if place in self._given or os.path.lexists(place):
                continue
            if not os.path.lexists(info_path_of(place)):
                self._given.add(place)
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), files)

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Move the file to the trash."""
        files, name = os.path.split(place_of(step))
        folder = self._folders[files]
        self._given.discard(place_of(step))
        is_claimed = place_of(step) in self._claimed
        self._claimed.discard(place_of(step))
        with held(folder) as trash:
            place = os.path.join(trash, "files", name)
            if not is_claimed:
                try:
                    write_info(place, step.path, folder.topdir)
                except FileExistsError as error:
                    raise PlaceTaken(place) from error
            self._throw(step, place, expected)

    def prepare(self, steps: Sequence[JournalStep]) -> None:
        """Write the info files, and sync them to the disk together."""
        with ExitStack() as opened_infos:
            written = []
            for step in steps:
                files, name = os.path.split(place_of(step))
                folder = self._folders[files]
                # A failure to write shows again in `carry_out`, which reports it.
                with suppress(OSError), held(folder) as trash:
                    place = os.path.join(trash, "files", name)
                    write_info(place, step.path, folder.topdir, sync=False)
                    self._claimed.add(place_of(step))
                    info = os.open(info_path_of(place), READ_FLAGS)
                    opened_infos.callback(os.close, info)
                    written.append((step, info))
            # All are written by now, so that the system syncs several at once.
            for step, info in written:
                try:
                    os.fsync(info)
                except OSError:
                    self.withdraw(step)

    def withdraw(self, step: JournalStep) -> None:
        """Release a claimed place."""
        place = place_of(step)
        self._given.discard(place)
        if place in self._claimed:
            self._claimed.discard(place)
            remove_left_over_info(place)

    @staticmethod
    def _throw(step: JournalStep, place: str, expected: os.stat_result) -> None:
        try:
            with opened(step.path) as photo:
                moved_away.move_away(photo, Entry(place_of(step), place), expected, step.digest)
        except PlaceTaken:
            # A file without an info file, of another program or a leftover: drop our claim.
            os.unlink(info_path_of(place))
            raise
        except BaseException:
            remove_left_over_info(place)
            raise

    def bring_back(self, step: JournalStep) -> None:
        """Restore the file from the trash."""
        if moved_away.bring_back(step):
            remove_left_over_info(place_of(step))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        if step.place is None:
            return moved_away.settle(step)
        claimed = info_is_of(step.place, step.path)
        settled = moved_away.settle(step, claimed=claimed)
        if claimed and settled is not None and settled.place is None:
            remove_left_over_info(step.place)
        return settled
