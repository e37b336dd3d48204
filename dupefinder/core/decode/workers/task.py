"""The task of decoding a file: read once, decoded, given up when it takes too long.

It is read and decoded in the same way in a thread of a `DecodePool` and in the helper process.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from blake3 import blake3

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import ProblemCode

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
        limits: Limits for decoding it, except for time.
        wanted: Called once, with what reading told; False ends the work.
        reserve: See `decode.decode_bytes`.
        decode: Decodes the file.

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
        limits: Limits for decoding it.

    Returns:
        Its content, and what reading it told.

    Raises:
        DecodeFailed: See `decode.read_whole`.
    """
    data, size_bytes, mtime_ns = read_whole(path, limits)
    return data, FileRead(size_bytes, mtime_ns, blake3(data).digest())


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """A file to decode.

    Attributes:
        key: The caller's own; comes back in the outcome.
        path: The file.
        size_bytes: Size as listed.
        shielded: Decode in a process of its own.
        mtime_ns: Modification time as listed.
    """

    key: int
    path: str
    size_bytes: int
    shielded: bool = False
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DecodeOutcome:
    """Outcome of one request.

    Attributes:
        key: The request's.
        size_bytes: As read; as listed when the file could not be read.
        mtime_ns: The same.
        digest: 32-byte BLAKE3 digest of the file; None when it could not be read.
        photo: None when there is a problem, and when a file of this digest is known or
            was decoded before in this run.
        problem: Code and detail of what is wrong; None when nothing is.
        needs_shield: True when the file shall be tried again in a process of its own.
    """

    key: int
    size_bytes: int
    mtime_ns: int
    digest: bytes | None = None
    photo: DecodedPhoto | None = None
    problem: tuple[ProblemCode, str] | None = None
    needs_shield: bool = False


class GivenUp(BaseException):
    """The task at hand was given up. Not an `Exception`: decoders would take it for theirs."""


class DecodeTask:
    """One request under way, with a clock for the step that runs.

    Args:
        request: The request.

    Attributes:
        thread: Who works at it.
        read: The result of reading, once it is read.
        claimed: True when its content is this task's to decode.
        in_process: True when a process of its own decodes it.
    """

    __slots__ = ("_deadline_s", "_given_up", "_limit_s", "_lock", "claimed", "in_process", "read",
                 "request", "thread")  # fmt: skip

    def __init__(self, request: DecodeRequest) -> None:
        self.request = request
        self.thread: threading.Thread | None = None
        self.read: FileRead | None = None
        self.claimed = False
        self.in_process = request.shielded
        self._lock = threading.Lock()
        self._limit_s = 0.0
        self._deadline_s: float | None = None
        self._given_up = False

    def start_clock(self, limit_s: float) -> None:
        """Begin a step that may take so long and not longer."""
        self._limit_s = limit_s
        self._deadline_s = time.monotonic() + limit_s

    def stop_clock(self) -> None:
        """End a step.

        Raises:
            GivenUp: It took too long: the task is no longer this thread's.
        """
        with self._lock:
            if self._given_up:
                raise GivenUp
            self._deadline_s = None

    def give_up_if_late(self, now_s: float) -> bool:
        """Take the task from its thread when the running step takes too long.

        Args:
            now_s: `time.monotonic()`.
        """
        with self._lock:
            late = self._deadline_s is not None and now_s >= self._deadline_s
            self._given_up = self._given_up or late
            return late

    def outcome(
        self, photo: DecodedPhoto | None, problem: tuple[ProblemCode, str] | None
    ) -> DecodeOutcome:
        """Return what became of the request, with all that is known of the file."""
        request, read = self.request, self.read
        return DecodeOutcome(
            key=request.key,
            size_bytes=request.size_bytes if read is None else read.size_bytes,
            mtime_ns=request.mtime_ns if read is None else read.mtime_ns,
            digest=None if read is None else read.digest,
            photo=photo,
            problem=problem,
            needs_shield=self._given_up,
        )

    def timed_out(self) -> DecodeOutcome:
        """Return the outcome of a task that was given up."""
        return self.outcome(None, (ProblemCode.TIMED_OUT, f"{self._limit_s:g} s"))


def outcome_of(task: DecodeTask, result: DecodedPhoto | DecodeFailed | None) -> DecodeOutcome:
    """The outcome of a task whose decoding ended with a result."""
    if isinstance(result, DecodeFailed):
        return task.outcome(None, (result.code, result.detail))
    return task.outcome(result, None)


def failing_like(failure: DecodeOutcome | None, copy: DecodeOutcome) -> DecodeOutcome:
    """Give a copy the problem of the file that it is a copy of, where that has one."""
    if failure is None:
        return copy
    return replace(copy, problem=failure.problem, needs_shield=failure.needs_shield)
