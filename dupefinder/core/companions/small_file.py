"""Reading what should be a small file and may be anything: a pipe, a link, a film."""

import errno
import os
import stat


def read_small_file(path: str, most_bytes: int) -> bytes:
    """Read a regular file in full, without waiting for a pipe and without following a link.

    Args:
        path: The file.
        most_bytes: A larger one is refused.

    Raises:
        OSError: It cannot be read, is no regular file, or is too large.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a plain file", path)
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return content
