"""Safe reading of files that should be small but may be pipes, links or films."""

import codecs
import errno
import os
import stat
from typing import BinaryIO


def read_small_file(path: str, most_bytes: int) -> bytes:
    """Read a regular file in full, without waiting for a pipe and without following a link.

    Args:
        path: The file.
        most_bytes: A larger one is refused.

    Raises:
        OSError: It cannot be read, is no regular file, or is too large.
    """
    with open_plain_file(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return content


def decoded(content: bytes) -> str:
    """Decode text in the encodings that people and programs use."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # Windows code page
        return content.decode("latin-1")


def open_plain_file(path: str) -> BinaryIO:
    """Open a regular file for reading, without waiting for a pipe and without following a link.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a plain file", path)
    return file
