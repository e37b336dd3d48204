"""One file's way from its path to its photo, the same in a thread and in the helper process."""

from collections.abc import Callable
from dataclasses import dataclass

from blake3 import blake3

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.photo_facts import DecodedPhoto

Reserve = Callable[[int], None]
"""As `decode.decode_bytes` takes it."""

DecodeBytes = Callable[[bytes, str, DecodeLimits, bytes, Reserve], DecodedPhoto]
"""`decode.decode_bytes` with all its arguments, or what stands in for it."""

SLOWEST_READ_BYTES_PER_S = 2_000_000
"""A disk or network that delivers less than this is given up."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """Result of reading a file.

    Attributes:
        size_bytes: Its size.
        mtime_ns: Its modification time.
        digest: 32-byte BLAKE3 digest of the whole file.
    """

    size_bytes: int
    mtime_ns: int
    digest: bytes


def read_limit_s(size_bytes: int, limits: DecodeLimits) -> float:
    """Longest time that reading a file may take, in seconds.

    Args:
        size_bytes: Size of the file.
        limits: `timeout_s` counts.
    """
    return limits.timeout_s + size_bytes / SLOWEST_READ_BYTES_PER_S


def decode_if(
    path: str,
    limits: DecodeLimits,
    wanted: Callable[[FileRead], bool],
    reserve: Reserve,
    decode: DecodeBytes = decode_bytes,
) -> DecodedPhoto | None:
    """Read a file once, and decode it unless its content turns out not to be wanted.

    Args:
        path: The file.
        limits: What it may cost; time excepted.
        wanted: Called once, with what reading told; False ends the work.
        reserve: As `decode.decode_bytes` takes it.
        decode: What decodes.

    Returns:
        The photo; None when it was not wanted.

    Raises:
        DecodeFailed: No usable picture.
    """
    data, read = read_digested(path, limits)
    if not wanted(read):
        return None
    return decode(data, path, limits, read.digest, reserve)


def read_digested(path: str, limits: DecodeLimits) -> tuple[bytes, FileRead]:
    """Read a file once, and digest it.

    Args:
        path: The file.
        limits: What it may cost.

    Returns:
        Its content, and what reading it told.

    Raises:
        DecodeFailed: See `decode.read_whole`.
    """
    data, size_bytes, mtime_ns = read_whole(path, limits)
    return data, FileRead(size_bytes, mtime_ns, blake3(data).digest())
