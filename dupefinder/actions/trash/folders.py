"""The trash folder for a file: always on its own volume, as files are never copied.

On a shared volume, another account could prepare a trash to get the files. So the trash has to
belong to this account, be no link, and be closed to all others.

Source: "The FreeDesktop.org Trash specification", version 1.0.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dupefinder.actions.backends.trusted_folder import (
    existing_folder,
    is_closed,
    is_own,
    trusted_folder,
    volume_top,
)
from dupefinder.actions.real_places import RealPlaces, real_place
from dupefinder.core.scan.left_out import LeftOut, file_left_out, to_be_emptied
from dupefinder.core.scan.mounts import VolumeKind
from dupefinder.core.scan.temporary_places import Snapshots
from dupefinder.core.scan.volumes import VolumeTable


@dataclass(frozen=True, slots=True)
class TrashFolder:
    """A trash that is ready for use.

    Attributes:
        path: The folder, with `files` and `info` in it.
        topdir: The mount point that the paths in its info files count from; None for the home
            trash, whose paths are absolute.
    """

    path: str
    topdir: str | None


def home_trash_path() -> str:
    """The home trash: `$XDG_DATA_HOME/Trash`, by default `~/.local/share/Trash`."""
    data_home = os.environ.get("XDG_DATA_HOME", "")
    # The base directory specification: a relative path there is invalid and is ignored.
    if not os.path.isabs(data_home):
        # A relative home would mean another folder when undoing.
        data_home = os.path.join(os.path.abspath(os.path.expanduser("~")), ".local", "share")
    return os.path.join(data_home, "Trash")


def trash_folder_for(folder: str, volumes: VolumeTable) -> TrashFolder:
    """Find the trash for the files of a folder; make it when it is missing.

    Args:
        folder: The folder.
        volumes: The mount table.

    Raises:
        OSError: There is none that is safe, and none can be made.
    """
    topdir = volume_top(os.path.realpath(folder), volumes)
    home = home_trash_path()
    if volume_top(existing_folder(os.path.realpath(home)), volumes) == topdir:
        os.makedirs(os.path.dirname(home), mode=0o700, exist_ok=True)
        if not os.path.isdir(home):
            os.mkdir(home, 0o700)
        _make_rooms(home)
        return TrashFolder(home, None)
    if volumes.volume_of(topdir, os.stat(topdir).st_dev).kind is VolumeKind.NETWORK:
        # Desktops show no trash there, so nobody would find or empty it.
        raise OSError(errno.ENOTSUP, "a network drive has no trash", topdir)
    user = str(os.getuid())
    shared = os.path.join(topdir, ".Trash")
    if _is_safe_shared(shared):
        try:
            return _own_trash(os.path.join(shared, user), topdir)
        except OSError:
            pass  # the specification: then the other way
    return _own_trash(os.path.join(topdir, f".Trash-{user}"), topdir)


def _is_safe_shared(shared: str) -> bool:
    """True for a folder with the sticky bit and no link, so that others cannot exchange files."""
    try:
        mode = os.lstat(shared).st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISVTX)


@contextmanager
def held(trash: TrashFolder) -> Iterator[str]:
    """Hold a trash while it is used: nobody can put another folder in its place meanwhile.

    Yields:
        A path that leads to it, see `trusted_folder`.

    Raises:
        OSError: It is not safe any more.
    """
    if trash.topdir is None:
        with trusted_folder(trash.path) as path:
            yield path
        return
    names = os.path.relpath(trash.path, trash.topdir).split(os.sep)
    with trusted_folder(trash.topdir, names) as path:
        status = os.stat(path)
        _demand_own(path, status)
        _demand_closed(path, status)
        yield path


def _own_trash(path: str, topdir: str) -> TrashFolder:
    _make_folder(path)
    status = os.lstat(path)
    _demand_own(path, status)
    _make_rooms(path)
    _demand_closed(path, status)
    return TrashFolder(path, topdir)


def _demand_own(path: str, status: os.stat_result) -> None:
    if not is_own(path, status):
        raise PermissionError(errno.EPERM, "its trash belongs to another account", path)


def _demand_closed(path: str, status: os.stat_result) -> None:
    if not is_closed(path, status):
        raise PermissionError(errno.EPERM, "its trash is open to other accounts", path)


def _make_rooms(trash: str) -> None:
    for room in ("files", "info"):
        _make_folder(os.path.join(trash, room))


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        # A link could lead the files anywhere.
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            code = errno.ENOTDIR
            raise NotADirectoryError(code, os.strerror(code), path) from None


def is_in_trash(path: str, snapshots: Snapshots | None = None) -> bool:
    """True if a path is in a trash, a snapshot or a quarantine folder, links resolved or not.

    Args:
        path: Absolute path of a file.
        snapshots: Known snapshot folders; looked up when None.
    """
    real = real_place(path, follow=True)
    if to_be_emptied(path) or to_be_emptied(real) or (snapshots or Snapshots()).hold(real):
        return True
    # It may be a link to a folder of any name.
    trash = os.path.join(os.path.realpath(home_trash_path()), "")
    return real.startswith(trash)


class TrashLookup:
    """`is_in_trash` for many files; each folder is looked up once."""

    def __init__(self, places: RealPlaces) -> None:
        """Know no folder yet.

        Args:
            places: Places of the files to be checked.
        """
        self._places = places
        self._snapshots = Snapshots()
        self._known: dict[tuple[str, str], bool] = {}

    def hold(self, path: str) -> bool:
        """True for files in a trash, or whose own name says that they are discarded."""
        (folder, name), (real, real_name) = map(os.path.split, (path, self._places.of(path).target))
        if LeftOut.TRASH in {file_left_out(one, hidden=True) for one in (name, real_name)}:
            return True
        answer = self._known.get((folder, real))
        if answer is None:
            # The file's own name says nothing, so its folder decides.
            answer = self._known[folder, real] = is_in_trash(path, self._snapshots)
        return answer
