"""Folders that are safe to work in: the account's own, opened without following links.

Between the check of a path and its use, anybody who may write to a folder on the way can put a link
there that leads to another person's files. So a folder is opened step by step from the top, each
from the one before (`openat` with `O_NOFOLLOW`), and Linux then works in the opened folder itself,
whatever its path leads to by now. macOS opens it in the same way directly before the path is used;
Windows, which opens no folders, looks at each of them for a link or a junction.
"""

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

from dupefinder.actions.backends import windows_calls
from dupefinder.actions.backends.opened_folder import OPENS_FOLDERS, Entry, RemovedOnFailure, walk
from dupefinder.core.scan.volumes import VolumeTable


def volume_top(folder: str, volumes: VolumeTable) -> str:
    """The highest folder into which files of a folder can be renamed.

    Args:
        folder: A folder that exists, links resolved.
        volumes: The mount table.
    """
    device = os.stat(folder).st_dev
    # A bind mount of a volume shares its device number, a btrfs subvolume has its own but
    # need not be mounted: files can be renamed across neither border.
    mount_point = volumes.volume_of(folder, device).mount_point
    while folder != mount_point:
        parent = os.path.dirname(folder)
        if parent == folder or os.stat(parent).st_dev != device:
            break
        folder = parent
    return folder


def existing_folder(folder: str) -> str:
    """The folder, or the nearest above it that exists."""
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def this_account() -> str:
    """The account that this program runs as, as text that can be compared and be part of a name.

    POSIX has numbers, Windows security identifiers ("S-1-5-21-…-1001").
    """
    if sys.platform == "win32":
        return windows_calls.account()
    return str(os.geteuid())


def owner_of(path: str, status: os.stat_result) -> str:
    """The account that owns a file or folder; empty where it is not known.

    Args:
        path: The file or folder.
        status: Its status.
    """
    if sys.platform == "win32":
        return windows_calls.owner_of(path)
    return str(status.st_uid)


_PERMISSIONS_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_own(path: str, status: os.stat_result) -> bool:
    """True for a folder of this account, or of the account that owns all its new files.

    FAT and many shares give all files to one account.

    Args:
        path: The folder.
        status: Its status.
    """
    owner = owner_of(path, status)
    return owner == this_account() or owner == _owner_of_new(path)


def is_closed(path: str, status: os.stat_result) -> bool:
    """True where no other account has rights in a folder, if rights are kept there at all.

    Access control lists show in the rights of the group.

    Args:
        path: The folder.
        status: Its status.
    """
    if not hasattr(os, "geteuid") or not status.st_mode & _PERMISSIONS_OF_OTHERS:
        return True
    with suppress(OSError), _probe(path) as probe:
        return bool(os.fstat(probe.fileno()).st_mode & _PERMISSIONS_OF_OTHERS)
    return False


def _owner_of_new(folder: str) -> str | None:
    """The account that owns new files of this account in a folder; None if it cannot make any."""
    with suppress(OSError), _probe(folder) as probe:
        return owner_of(probe.name, os.fstat(probe.fileno()))
    return None


def _probe(folder: str) -> IO[bytes]:
    """A file that this account makes for itself alone, and that goes when it is closed."""
    # It has a name on Windows only.
    make = tempfile.NamedTemporaryFile if os.name == "nt" else tempfile.TemporaryFile
    return make(prefix=".dupefinder-", dir=folder)


_BY_STEPS = OPENS_FOLDERS
_OPENED = "/proc/self/fd"
_NAME_SURROGATE = 0x20000000
"""Bit of a Windows reparse tag: it stands for another place, as links and junctions do."""


class LeadsElsewhere(OSError):
    """The path has a link, or something that is no folder, at `filename`."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ENOTDIR, "a link or something else that is no folder", path)


@contextmanager
def trusted_folder(top: str, names: Sequence[str] = (), *, make: bool = False) -> Iterator[str]:
    """Go down from a folder, name by name, and hold the last folder open.

    Args:
        top: An absolute path; links in it are resolved first.
        names: The names from there on, of which none may be a link.
        make: True to make those that are missing; they go again where what follows fails.

    Yields:
        A path of the folder, which on Linux is valid only while it is held.

    Raises:
        LeadsElsewhere: See there; nothing was done.
        OSError: One of them is missing and not to be made, or the system refuses.
        ValueError: A name is invalid: empty, or leading up or elsewhere.
    """
    with _held(top, names, make=make) as (folder, descriptor):
        yield folder if descriptor is None else _path_of(descriptor, folder)


@contextmanager
def trusted_entry(top: str, names: Sequence[str], *, make: bool = False) -> Iterator[Entry]:
    """Go down from a folder to the place of a file, and hold the folder that it lies in.

    Args:
        top: See `trusted_folder`.
        names: The names from there on; the last is that of the file.
        make: See `trusted_folder`.

    Raises:
        LeadsElsewhere: See `trusted_folder`, likewise the others.
        OSError: See there.
        ValueError: See there.
    """
    *folders, name = names
    if not is_name(name):
        raise ValueError(f"{name!a} is no name of a file")
    with _held(top, folders, make=make) as (folder, descriptor):
        path = os.path.join(folder, name)
        yield Entry(path, path if descriptor is None else name, descriptor)


@contextmanager
def _held(top: str, names: Sequence[str], *, make: bool) -> Iterator[tuple[str, int | None]]:
    """Path and descriptor of a folder while it is held; no descriptor on Windows."""
    for name in names:
        if not is_name(name):
            raise ValueError(f"{name!a} is no name of a file")
    real = os.path.realpath(top)
    with ExitStack() as undoing:
        folder, descriptor = os.path.join(real, *names), None
        if _BY_STEPS:
            descriptor = _opened(real, names, undoing, make=make)
        else:
            _look_at(real, names, undoing, make=make)
        try:
            yield folder, descriptor
        except OSError as error:
            # Faults name the path that the person knows, not the real one.
            if error.strerror and descriptor is not None:
                error.strerror = error.strerror.replace(_path_of(descriptor, folder), folder)
            raise


def is_name(name: str) -> bool:
    """True for a plain name of a file or folder, without separators."""
    if name in ("", os.curdir, os.pardir) or "\0" in name or "/" in name or os.sep in name:
        return False
    # On Windows, colons name drives and streams, and trailing dots and blanks are dropped.
    return sys.platform != "win32" or not (":" in name or name.endswith((".", " ")))


def _opened(real: str, names: Sequence[str], undoing: ExitStack, *, make: bool) -> int:
    from_root = len(real.strip(os.sep).split(os.sep)) if real.strip(os.sep) else 0
    try:
        return walk(os.path.join(real, *names), undoing, make_from=from_root if make else None)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):
            raise LeadsElsewhere(error.filename) from error
        raise


def _path_of(folder: int, path: str) -> str:
    """A path of an opened folder that no link can redirect, where the system has one."""
    opened = f"{_OPENED}/{folder}"
    return opened if sys.platform == "linux" and os.path.isdir(opened) else path


def _look_at(real: str, names: Sequence[str], undoing: ExitStack, *, make: bool) -> None:
    """Make sure that no link is on the way."""
    path = real
    for name in names:
        path = os.path.join(path, name)
        if make:
            with suppress(FileExistsError):
                os.mkdir(path)
                undoing.push(RemovedOnFailure(path))
        status = os.lstat(path)
        tag = getattr(status, "st_reparse_tag", 0)
        if not stat.S_ISDIR(status.st_mode) or tag & _NAME_SURROGATE:
            raise LeadsElsewhere(path)
