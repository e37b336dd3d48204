"""The program's own folders and files: their paths, and permissions for nobody else.

They hold previews and names of all photos, also of those that only their owner may see. So folders
have mode 0700 and files 0600, whatever the umask; files of earlier versions are corrected. Windows
protects a person's folders itself.
"""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import platformdirs

DATA_FOLDER_VARIABLE = "DUPEFINDER_DATA"
"""Environment variable for one folder with all data of the program."""

DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal")
"""Name endings of a database and of the files that SQLite puts beside it."""

_NAME = "dupefinder"
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_PERMISSIONS_OF_OTHERS = 0o077
_HAS_MODES = os.name == "posix"


def data_folder() -> Path:
    """The folder of catalog and journal: the platform's, or `$DUPEFINDER_DATA` when set."""
    return _named_folder() or platformdirs.user_data_path(_NAME)


def settings_folder() -> Path:
    """The folder of the settings, see `data_folder`."""
    return _named_folder() or platformdirs.user_config_path(_NAME)


def log_folder() -> Path:
    """The folder of logs and crash reports, see `data_folder`."""
    return _named_folder() or platformdirs.user_log_path(_NAME)


def _named_folder() -> Path | None:
    folder = os.environ.get(DATA_FOLDER_VARIABLE)
    return Path(folder) if folder else None


def make_folder(folder: Path) -> None:
    """Make a folder that nobody else can read, or restrict an existing one of the program.

    Folders elsewhere, in which a person named a file, and targets of links are left as they are.

    Raises:
        OSError: It cannot be made.
    """
    try:
        folder.mkdir(_FOLDER_MODE, parents=True)
    except FileExistsError:
        if not folder.is_dir():
            raise
        for own in _own_names(folder):
            _take_from_others(own)
    else:
        if _HAS_MODES:
            os.chmod(folder, _FOLDER_MODE)


def make_file(path: Path) -> None:
    """Make an empty file that nobody else can read, unless something of that name is there.

    Raises:
        OSError: It cannot be made.
    """
    with suppress(FileExistsError):
        os.close(private_opener(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL))


def database_files(path: Path) -> list[Path]:
    """A database and what SQLite may have put beside it, whether it exists or not."""
    return [Path(f"{path}{suffix}") for suffix in DATABASE_SUFFIXES]


def private_opener(path: str, flags: int) -> int:
    """An opener, as `open` takes it, that makes new files which nobody else can read."""
    if not flags & os.O_CREAT:
        return os.open(path, flags)
    try:
        descriptor = os.open(path, flags | os.O_EXCL, _FILE_MODE)
    except FileExistsError:
        if flags & os.O_EXCL:
            raise
        return os.open(path, flags, _FILE_MODE)
    if _HAS_MODES:
        os.fchmod(descriptor, _FILE_MODE)  # the umask may have taken too much
    return descriptor


def close_to_others(paths: Iterable[Path]) -> None:
    """Remove the rights of others on files in the program's own folders.

    Files elsewhere, those of other people and links are left as they are.

    Args:
        paths: The files; some may be missing.
    """
    for path in paths:
        if _own_names(path.parent):
            _take_from_others(path)


def _own_names(folder: Path) -> list[Path]:
    """A folder as the platform or `$DUPEFINDER_DATA` names it; empty for one of somebody else."""
    real = os.path.realpath(folder)
    named = {data_folder(), settings_folder(), log_folder()}
    return [own for own in named if os.path.realpath(own) == real]


def _take_from_others(path: Path) -> None:
    """Restrict a mode, if possible."""
    if not _HAS_MODES:
        return
    with suppress(OSError):
        # Opened only where it has to be: closing a database lets go of all locks upon it.
        if not os.lstat(path).st_mode & _PERMISSIONS_OF_OTHERS:
            return
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            kind = stat.S_IFMT(status.st_mode)
            if kind in (stat.S_IFREG, stat.S_IFDIR) and status.st_uid == os.geteuid():
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & ~_PERMISSIONS_OF_OTHERS)
        finally:
            os.close(descriptor)
