"""Presence of a journalled file in a place, checked by its bytes."""

import os
import stat
import time
from enum import Enum

from blake3 import blake3

from dupefinder.core.errors import tells_absence

_BLOCK_BYTES = 1 << 20
_CLOCK_TICK_S = 0.01
"""Changes closer together may get the same change time."""
READ_FLAGS = os.O_RDONLY
"""Flags for reading: links are not followed, and a pipe in place of the file does not block."""
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
    READ_FLAGS |= getattr(os, _name, 0)


class Presence(Enum):
    """State of a path: the file itself, another one, none, or not known."""

    ABSENT = "absent"
    SAME = "same"
    """A regular file with the given size and digest."""
    OTHER = "other"
    """Something else, or an unreadable file."""
    UNKNOWN = "unknown"
    """The system does not let anybody look: the file itself may be there."""


def presence_of(path: str, size_bytes: int, digest: bytes, folder: int | None = None) -> Presence:
    """Check what is at a path; links are not followed. Reads the whole file if its size fits.

    Args:
        path: The path to check.
        size_bytes: Size of the expected file.
        digest: Its 32-byte BLAKE3 digest.
        folder: Descriptor of an opened folder that the path counts from; None without one.
    """
    try:
        status = os.lstat(path, dir_fd=folder)
    except (OSError, ValueError) as error:
        return Presence.ABSENT if tells_absence(error, path) else Presence.UNKNOWN
    try:
        if not stat.S_ISREG(status.st_mode) or status.st_size != size_bytes:
            return Presence.OTHER
        return Presence.SAME if digest_of(path, folder) == digest else Presence.OTHER
    except (OSError, ValueError) as error:
        return Presence.ABSENT if tells_absence(error, path) else Presence.OTHER


def digest_of(path: str, folder: int | None = None) -> bytes:
    """The 32-byte BLAKE3 digest of a file, read piece by piece; a link is not followed.

    Args:
        path: The file.
        folder: See `presence_of`.

    Raises:
        OSError: It cannot be read.
    """
    digest = blake3()
    with open(os.open(path, READ_FLAGS, dir_fd=folder), "rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.digest()


def status_when_opened(path: str) -> os.stat_result:
    """The status of a file after opening it; links are not followed.

    A network file system may answer `stat` from a cache, but asks the server on opening.

    Raises:
        OSError: It cannot be opened.
    """
    descriptor = os.open(path, READ_FLAGS)
    try:
        return os.fstat(descriptor)
    finally:
        os.close(descriptor)


def let_time_pass_since(status: os.stat_result) -> None:
    """Wait until another change of a file would show in its change time."""
    age_s = time.time() - status.st_ctime_ns / 1e9
    if 0 <= age_s < _CLOCK_TICK_S:
        time.sleep(_CLOCK_TICK_S)


def is_untouched(path: str, before: os.stat_result) -> bool:
    """True when nothing was done to a file meanwhile, under any of its paths.

    Renaming or removing a file under one path sets its change time under every other path, even
    where a cache still shows the file there. Inodes are not compared: FAT changes them at any time.

    Args:
        path: The file.
        before: Its `status_when_opened` before.
    """
    try:
        now = status_when_opened(path)
    except (OSError, ValueError):
        return False
    return (now.st_ctime_ns, now.st_size) == (before.st_ctime_ns, before.st_size)
