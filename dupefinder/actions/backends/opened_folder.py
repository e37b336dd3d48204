"""Folders held open, so that links cannot redirect operations on names in them.

Whoever may write to a folder above a file can exchange it for a link between the look and the act.
So the folder is opened once, name by name from the top (`openat` with `O_NOFOLLOW`), and everything
is then done to a name in it, wherever its path leads meanwhile. Windows cannot open folders; there
the name is the whole path.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from dupefinder.actions.backends import windows_calls
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.core.errors import tells_absence

OPENS_FOLDERS = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
"""False on Windows, which has only paths."""

# Like a path, O_PATH needs only the permission to pass through.
_FOLDER = (
    getattr(os, "O_PATH", os.O_RDONLY)
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in an opened folder, whether a file has it or not; valid while that is held.

    Attributes:
        path: The whole path, for messages and for calls that need one.
        name: The name to give to the system: that in the folder; on Windows the whole path.
        folder: Descriptor of the folder; None on Windows.
    """

    path: str
    name: str
    folder: int | None = None

    def beside(self, path: str) -> "Entry":
        """The entry of another name in the same folder, given with the folder's path."""
        if self.folder is None:
            return Entry(path, path)
        return Entry(path, os.path.basename(path), self.folder)

    def status(self) -> os.stat_result:
        """Read the status of the entry; a link is not followed.

        Raises:
            OSError: It cannot be looked at.
        """
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)

    def is_taken(self) -> bool:
        """True when anything has the name.

        Raises:
            OSError: It cannot be looked at.
        """
        try:
            self.status()
        except OSError as error:
            if tells_absence(error, self.path):
                return False
            raise
        return True

    def presence(self, size_bytes: int, digest: bytes) -> Presence:
        """See `presence_of`."""
        return presence_of(self.name, size_bytes, digest, self.folder)

    def open(self, flags: int, mode: int = 0o600) -> int:
        """Open it; a link is not followed.

        Args:
            flags: See `os.open`.
            mode: Permissions of a file that is made.

        Returns:
            A descriptor, to be closed.

        Raises:
            OSError: It cannot be opened.
        """
        return os.open(self.name, flags | _NO_LINK, mode, dir_fd=self.folder)

    def unlink(self) -> None:
        """Remove it, even if it is read-only, which only Windows heeds.

        Other names of the file stay, and stay read-only.

        Raises:
            OSError: It cannot be removed.
        """
        try:
            os.unlink(self.name, dir_fd=self.folder)
        except PermissionError:
            status = self.status()
            if sys.platform != "win32" or status.st_mode & stat.S_IWRITE:
                raise
            try:
                windows_calls.unlink_read_only(self.path)
            except OSError:  # FAT, which has no second names, or a network share
                if status.st_nlink > 1:
                    raise
                self._unlink_writable()

    def _unlink_writable(self) -> None:
        os.chmod(self.name, stat.S_IWRITE)
        try:
            os.unlink(self.name)
        except OSError:
            os.chmod(self.name, stat.S_IREAD)
            raise


@contextmanager
def opened(path: str, *, make: bool = False, resolved: bool = False) -> Iterator[Entry]:
    """Open the folder that a file lies in, or shall lie in, and hold it.

    Args:
        path: The absolute path of the file.
        make: True to make the folder, and those above it, where they are missing. Their names
            are on the disk then; they go again when what follows fails.
        resolved: True where the folder was chosen `without_links`: one that is met now came
            since, and is not followed.

    Raises:
        OSError: It cannot be opened or made; never `FileExistsError`, which is for the file itself.
    """
    folder, name = os.path.split(path)
    with ExitStack() as held:
        if OPENS_FOLDERS:
            real = os.path.abspath(folder) if resolved else without_links(folder)
            yield Entry(path, name, walk(real, held, make_from=0 if make else None))
        else:
            if make:
                _make_by_path(folder, held)
            yield Entry(path, path)


def sync_names(path: str, folder: int | None = None) -> None:
    """Have a folder's names on the disk, where the system can do that.

    Args:
        path: The folder.
        folder: Descriptor of an opened folder that the path counts from; None without one.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):  # some network file systems refuse it for folders
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def without_links(folder: str) -> str:
    """The path of a folder with links resolved, as far as it exists; on Windows as it is called.

    A link to a missing target, such as a disconnected drive, stays in it.
    """
    existing = folder = os.path.abspath(folder)
    if not OPENS_FOLDERS:
        return folder
    while not os.path.isdir(existing) and os.path.dirname(existing) != existing:
        existing = os.path.dirname(existing)
    missing = os.path.relpath(folder, existing) if folder != existing else ""
    return os.path.join(os.path.realpath(existing), missing)


def walk(real: str, held: ExitStack, *, make_from: int | None = None) -> int:
    """Open a folder name by name from the top, each from the one before, and follow no link.

    Args:
        real: Its absolute path.
        held: Closes the folder; where what follows fails, those go again that were made.
        make_from: How many names from the top have to be there; the others are made where they are
            missing, and their names are on the disk then. None to make none.

    Returns:
        Its descriptor.

    Raises:
        OSError: One of them cannot be opened or made; `filename` names it.
    """
    current = [os.open(os.sep, _FOLDER)]
    held.callback(lambda: os.close(current[0]))
    path = os.sep
    names = real.strip(os.sep).split(os.sep) if real.strip(os.sep) else []
    for place, name in enumerate(names):
        folder, path = current[0], os.path.join(path, name)
        makes = make_from is not None and place >= make_from
        try:
            current[0] = _next(name, folder, held, make=makes)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from error
        os.close(folder)  # few are open at a time, however deep the folder is
    return current[0]


def _next(name: str, folder: int, held: ExitStack, *, make: bool) -> int:
    with suppress(FileNotFoundError):
        return os.open(name, _FOLDER, dir_fd=folder)
    if not make:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    with suppress(FileExistsError):  # by another program meanwhile
        os.mkdir(name, dir_fd=folder)
        held.push(RemovedOnFailure(name, os.dup(folder)))
        sync_names(os.curdir, folder)
    return os.open(name, _FOLDER, dir_fd=folder)


def _make_by_path(folder: str, held: ExitStack) -> None:
    missing = []
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        missing.append(folder)
        folder = os.path.dirname(folder)
    for one in reversed(missing):
        try:
            os.mkdir(one)
        except FileExistsError as error:
            if not os.path.isdir(one):
                code = errno.ENOTDIR
                raise NotADirectoryError(code, os.strerror(code), one) from error
        else:
            held.push(RemovedOnFailure(one))


class RemovedOnFailure:
    """Removes a new folder where its purpose failed."""

    def __init__(self, name: str, folder: int | None = None) -> None:
        """Remember it.

        Args:
            name: Its name, or its path.
            folder: Descriptor of the folder that it is in, closed in the end; None for a path.
        """
        self._name = name
        self._folder = folder

    def __call__(self, kind: object, error: object, traceback: object) -> bool:
        """Called as the end of a `with` block is; goes on with what failed."""
        if error is not None:
            with suppress(OSError):  # something else lies in it
                os.rmdir(self._name, dir_fd=self._folder)
        if self._folder is not None:
            os.close(self._folder)
        return False
