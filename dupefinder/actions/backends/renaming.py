"""Renames that never overwrite a file, and the names for them: free ones and temporary ones.

A temporary name is hidden and derived from the path that it stands for, so that a file that a crash
left under such a name can be recognised.
"""

import ctypes
import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

from blake3 import blake3

from dupefinder.actions.backends import windows_calls
from dupefinder.actions.backends.opened_folder import Entry

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
# Errors of kernels and file systems that do not know the flag (FAT, NFS, FUSE, old kernels).
_FLAG_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
# Errors where a file cannot have a second name.
_NO_SECOND_NAME = {*_FLAG_UNKNOWN, errno.EPERM, errno.EMLINK}


def rename_without_replacing(source: Entry, target: Entry) -> None:
    """Give a file a new name on its volume, unless that name is taken.

    Linux's `renameat2` does it in one step. On file systems that do not know its flag, the file
    gets the new name as a second one before it loses the first; if the program is killed in
    between, it has both. Where there are no second names either (FAT), the new name is looked at
    directly before an ordinary rename.

    Raises:
        FileExistsError: The new name is taken; nothing was done.
        OSError: The system refuses, EXDEV for another volume; nothing was done.
        ValueError: A name holds a zero byte; nothing was done.
    """
    if sys.platform == "win32":
        os.rename(source.path, target.path)  # never replaces there
        return
    renameat2 = _renameat2()
    if renameat2 is not None:
        old, new = os.fsencode(source.name), os.fsencode(target.name)
        if b"\0" in old + new:
            raise ValueError("embedded null byte")  # C would cut off the name there
        if renameat2(_folder(source), old, _folder(target), new, _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in _FLAG_UNKNOWN:
            raise OSError(code, os.strerror(code), source.path, None, target.path)
    _rename_by_second_name(source, target)


def _folder(entry: Entry) -> int:
    return _AT_FDCWD if entry.folder is None else entry.folder


def _rename_by_second_name(source: Entry, target: Entry) -> None:
    try:
        link(source, target)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME:
            raise
        if target.is_taken():
            taken = errno.EEXIST
            raise FileExistsError(
                taken, os.strerror(taken), source.path, None, target.path
            ) from error
        os.rename(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)
        return
    unlink_or_take_back(source, target)


def unlink_or_take_back(file: Entry, other: Entry) -> None:
    """Remove the first of two names or copies of a file; where that fails, the second, new one.

    A server may report a failure although it did the work, so the second one is removed only while
    the first is there.

    Args:
        file: The file to be removed.
        other: The file made from it.

    Raises:
        OSError: The system refuses; the first one is there, and the second as a rule is not.
    """
    try:
        file.unlink()
    except OSError:
        with suppress(OSError):
            try:
                file.status()
            except FileNotFoundError:
                return
            other.unlink()
        raise


def link(source: Entry, target: Entry) -> None:
    """Give a file a second name.

    Raises:
        FileExistsError: The name is taken; nothing was done.
        OSError: The system refuses; nothing was done.
    """
    os.link(
        source.name,
        target.name,
        src_dir_fd=source.folder,
        dst_dir_fd=target.folder,
        follow_symlinks=False,
    )


def replace(source: Entry, target: Entry) -> None:
    """Rename a file over another one, even if that is read-only.

    Raises:
        OSError: The system refuses; nothing was done.
    """
    try:
        os.replace(source.name, target.name, src_dir_fd=source.folder, dst_dir_fd=target.folder)
    except PermissionError:
        if sys.platform != "win32" or target.status().st_mode & stat.S_IWRITE:
            raise
        windows_calls.replace_read_only(source.path, target.path)


def drop_second_name(new: Entry, old: Entry) -> None:
    """Remove the new name where a rename was interrupted between its two steps."""
    with suppress(OSError):
        status = new.status()
        if status.st_nlink > 1 and os.path.samestat(status, old.status()):
            new.unlink()


@cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # another system, or a C library that lacks it
        return None
    name, folder, flags = ctypes.c_char_p, ctypes.c_int, ctypes.c_uint
    function.argtypes = (folder, name, folder, name, flags)
    function.restype = ctypes.c_int
    call: Callable[[int, bytes, int, bytes, int], int] = function
    return call


_NUMBERED_NAMES = 100
_USUAL_LIMIT_BYTES = 255


def name_limit_bytes(folder: str) -> int:
    """The longest name that a folder takes, as far as the system tells."""
    if hasattr(os, "statvfs"):
        with suppress(OSError):
            return os.statvfs(folder).f_namemax
    return _USUAL_LIMIT_BYTES


def free_names(name: str, limit_bytes: int) -> Iterator[str]:
    """Names for a file: its own first, then numbered ones, then a random one.

    Args:
        name: Its own.
        limit_bytes: Greatest length of a name; longer ones are cut.
    """
    stem, extension = os.path.splitext(name)
    if len(os.fsencode(extension)) > limit_bytes // 2:
        stem, extension = name, ""
    marks = ["", *(f".{number}" for number in range(2, _NUMBERED_NAMES))]
    for mark in [*marks, f".{secrets.token_hex(8)}"]:
        ending = mark + extension
        room_bytes = limit_bytes - len(os.fsencode(ending))
        # By characters: a file system may refuse a name that is cut within one.
        fitting = stem[:room_bytes]
        while len(os.fsencode(fitting)) > room_bytes:
            fitting = fitting[:-1]
        yield fitting + ending


_NAME_BYTES = 8


def partial_name(path: str) -> str:
    """The temporary name of a copy that is being written, or of a link that is being made."""
    return _beside(path, "part")


def aside_name(path: str) -> str:
    """The temporary name of a file during the last check before its removal."""
    return _beside(path, "aside")


def _beside(path: str, ending: str) -> str:
    folder, name = os.path.split(path)
    mark = blake3(os.fsencode(name)).hexdigest(length=_NAME_BYTES)
    return os.path.join(folder, f".dupefinder-{mark}.{ending}")
