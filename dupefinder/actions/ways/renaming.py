"""Renaming a file so that nothing at its new name is ever lost."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
# What kernels and file systems say that do not know the flag (FAT, NFS, FUSE, old kernels).
_FLAG_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
# What they say where a file cannot have a second name.
_NO_SECOND_NAME = {*_FLAG_UNKNOWN, errno.EPERM, errno.EMLINK}


def rename_without_replacing(source: str, target: str) -> None:
    """Give a file a new name on its volume, unless that name is taken.

    Linux's `renameat2` does it in one movement. On file systems that do not know its flag, the
    file gets the new name as a second one before it loses the first; if the program is killed
    in between, it has both. Where there are no second names either (FAT), the new name is
    looked at directly before an ordinary rename.

    Raises:
        FileExistsError: The new name is taken; nothing was done.
        OSError: The system refuses, EXDEV for another volume; nothing was done.
        ValueError: A name holds a zero byte; nothing was done.
    """
    if sys.platform == "win32":
        os.rename(source, target)  # never replaces there
        return
    renameat2 = _renameat2()
    if renameat2 is not None:
        old, new = os.fsencode(source), os.fsencode(target)
        if b"\0" in old + new:
            raise ValueError("embedded null byte")  # C would cut the name there
        if renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in _FLAG_UNKNOWN:
            raise OSError(code, os.strerror(code), source, None, target)
    _rename_by_second_name(source, target)


def _rename_by_second_name(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_SECOND_NAME:
            raise
        if os.path.lexists(target):
            taken = errno.EEXIST
            raise FileExistsError(taken, os.strerror(taken), source, None, target) from error
        os.rename(source, target)
        return
    try:
        os.unlink(source)
    except OSError:
        with suppress(OSError):
            os.unlink(target)  # only the second name that was just made
        raise


def drop_second_name(new: str, old: str) -> None:
    """Where a rename was broken off between its two movements, take the new name away again."""
    with suppress(OSError):
        status = os.lstat(new)
        if status.st_nlink > 1 and os.path.samestat(status, os.lstat(old)):
            os.unlink(new)


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
