"""A file's bytes: all of them, read once, or the parts that identify it."""

import os
import stat

from blake3 import blake3

from dupefinder.core.decode.limits import DecodeFailed, DecodeLimits
from dupefinder.core.errors import is_in_use, tells_absence
from dupefinder.core.records import ProblemCode

PARTS_BYTES = 4 * 1024


def read_whole(path: str, limits: DecodeLimits) -> tuple[bytes, int, int]:
    """Read a file once, in full.

    Args:
        path: The file; a special file (pipe, device) is refused unread.
        limits: `max_file_bytes` counts.

    Returns:
        The content, its size in bytes and the file's modification time in nanoseconds.

    Raises:
        DecodeFailed: Vanished, not permitted, empty, too large, not a plain file, changed during
            reading, larger than the memory, read error.
    """
    try:
        with open(path, "rb", buffering=0, opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise DecodeFailed(ProblemCode.NOT_A_PICTURE, "not a plain file")
            if status.st_size > limits.max_file_bytes:
                raise DecodeFailed(ProblemCode.TOO_LARGE, f"{status.st_size} bytes")
            data = file.read(status.st_size)
            if len(data) < status.st_size:  # a network may deliver it in pieces
                data += file.readall()
            status_after = os.fstat(file.fileno())
    except PermissionError as error:
        code = ProblemCode.IN_USE if is_in_use(error, path) else ProblemCode.NO_PERMISSION
        raise DecodeFailed(code) from error
    except OSError as error:
        if tells_absence(error, path):
            raise DecodeFailed(ProblemCode.VANISHED) from error
        raise DecodeFailed(ProblemCode.READ_ERROR, error.strerror or str(error)) from error
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    size_bytes, mtime_ns = status.st_size, status.st_mtime_ns
    if len(data) != size_bytes or (size_bytes, mtime_ns) != (
        status_after.st_size,
        status_after.st_mtime_ns,
    ):
        raise DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
    if not data:
        raise DecodeFailed(ProblemCode.EMPTY)
    return data, size_bytes, mtime_ns


def digest_parts(size_bytes: int, first: bytes, middle: bytes, last: bytes) -> bytes:
    """Digest parts that identify a file's content without reading all of it.

    Args:
        size_bytes: Size of the file.
        first: Its first `PARTS_BYTES`.
        middle: `PARTS_BYTES` from the offset `size_bytes // 2`.
        last: Its last `PARTS_BYTES`.

    Returns:
        16 bytes.
    """
    return blake3(b"".join((size_bytes.to_bytes(8, "big"), first, middle, last))).digest(16)


def digest_parts_of(data: bytes) -> bytes:
    """`digest_parts` of a file's content that is in memory."""
    middle = len(data) // 2
    return digest_parts(
        len(data), data[:PARTS_BYTES], data[middle : middle + PARTS_BYTES], data[-PARTS_BYTES:]
    )


def read_parts_digest(path: str, size_bytes: int) -> bytes:
    """`digest_parts` of a file, reading only the parts.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb", buffering=0, opener=_open_without_waiting) as file:
        parts = []
        for offset in (0, size_bytes // 2, max(size_bytes - PARTS_BYTES, 0)):
            file.seek(offset)
            parts.append(file.read(PARTS_BYTES))
    return digest_parts(size_bytes, *parts)


def read_head(path: str, size_bytes: int) -> bytes:
    """Read the first bytes of a file, as many as there are.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb", buffering=0, opener=_open_without_waiting) as file:
        return file.read(size_bytes)


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file without waiting for a writer if it is a pipe, which is refused once open."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
