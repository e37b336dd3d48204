"""Helper processes that decode photos, one file or one batch at a time, and may die alone.

A file that hangs or crashes a decoder ends the helper, which is started again for the next file.
The helper runs the same steps as a thread would (`decode_if`); questions of these to their caller
cross the pipe: a `FileRead` asks if the photo is wanted, a number of bytes if so many may be used.

Batches are for small photos: each is decoded in so little time that threads mostly wait for the
interpreter's lock, and a process has its own. The file that crashed a batch or took too long is
unknown, so each file of it has to be tried again by itself.
"""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.limits import reuse_blocks
from dupefinder.core.decode.workers.helper_process import HelperProcess, serve
from dupefinder.core.decode.workers.task import (
    DecodeBytes,
    FileRead,
    Reserve,
    decode_if,
    read_digested,
    read_limit_s,
)
from dupefinder.core.photo_facts import DecodedPhoto


class DecodeProcess(HelperProcess):
    """A decoder in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost. `timeout_s` counts for reading and for decoding each;
            `max_memory_bytes` also bounds the process's address space on Linux.
        decode: Decodes a file; picklable, that is, a function of an importable module.
    """

    def __init__(self, limits: DecodeLimits, decode: DecodeBytes = decode_bytes) -> None:
        super().__init__(partial(_serve_photos, limits=limits, decode=decode))
        self._limits = limits

    def decode(self, path: str) -> DecodedPhoto:
        """Read a file and decode it.

        Args:
            path: The file.

        Raises:
            DecodeFailed: As `decode_if` says.
        """
        photo = self.decode_if(path, 0, lambda _: True, lambda _: None)
        assert photo is not None
        return photo

    def decode_if(
        self,
        path: str,
        size_bytes: int,
        wanted: Callable[[FileRead], bool],
        reserve: Reserve,
    ) -> DecodedPhoto | None:
        """Run `decode_if` in the helper process.

        Args:
            path: The file.
            size_bytes: Its size as listed; a large file may take longer to read.
            wanted: See `decode_if`; called in this process.
            reserve: See `decode_if`; called in this process. Its waiting time does not count.

        Raises:
            DecodeFailed: The fault that the helper met; TIMED_OUT when it was killed;
                DECODER_CRASHED when it died, with the signal or exit code in the detail;
                OUT_OF_MEMORY.
        """
        limit_s = read_limit_s(size_bytes, self._limits)
        message: object = path
        with self._conversation() as connection:
            while True:
                answer = self._ask(connection, message, limit_s)
                match answer:
                    case FileRead():
                        message = wanted(answer)
                    case int():
                        reserve(answer)
                        message = None
                    case _:
                        assert answer is None or isinstance(answer, DecodedPhoto)
                        return answer
                limit_s = self._limits.timeout_s


def _serve_photos(connection: Connection, limits: DecodeLimits, decode: DecodeBytes) -> None:
    def is_wanted(read: FileRead) -> bool:
        connection.send(read)
        return bool(connection.recv())

    def reserve(needed_bytes: int) -> None:
        connection.send(needed_bytes)
        connection.recv()

    def photo_of(path: str) -> DecodedPhoto | None:
        return decode_if(path, limits, is_wanted, reserve, decode)

    serve(connection, limits.max_memory_bytes, photo_of)


GRANTED_BYTES = 16 << 20
"""Memory that a picture may take without a reservation."""

ReadResult = FileRead | DecodeFailed
DecodeResult = DecodedPhoto | DecodeFailed | None


class BatchProcess(HelperProcess):
    """A decoder of batches in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost. `timeout_s` counts for reading and for decoding a batch;
            `max_memory_bytes` also bounds the process's address space on Linux.
        decode: Decodes a file; a function of an importable module.
    """

    def __init__(self, limits: DecodeLimits, decode: DecodeBytes) -> None:
        super().__init__(partial(_serve_batches, limits=limits, decode=decode), gives_way=False)
        self._limits = limits

    def decode_batch(
        self,
        paths: Sequence[str],
        size_bytes: int,
        wanted: Callable[[list[ReadResult]], list[bool]],
        reserve: Reserve,
    ) -> list[DecodeResult]:
        """Read files once, and decode those whose contents turn out to be wanted.

        Args:
            paths: The files.
            size_bytes: Their total size, as listed.
            wanted: Called once with the result of reading each file; chooses those to decode.
            reserve: Called before a picture is decoded that takes more than `GRANTED_BYTES`, with
                the bytes that it takes; may block.

        Returns:
            For each file the photo, its failure, or None when it was not wanted.

        Raises:
            DecodeFailed: The process did not start, died, took too long or ran out of memory.
        """
        with self._conversation() as connection:
            reads = self._ask(connection, list(paths), read_limit_s(size_bytes, self._limits))
            assert isinstance(reads, list)
            message: object = wanted(reads)
            while True:
                answer = self._ask(connection, message, self._limits.timeout_s)
                if isinstance(answer, list):
                    return answer
                assert isinstance(answer, int)
                reserve(answer)
                message = None


def _serve_batches(connection: Connection, limits: DecodeLimits, decode: DecodeBytes) -> None:
    reuse_blocks()

    def reserve(needed_bytes: int) -> None:
        if needed_bytes > GRANTED_BYTES:
            connection.send(needed_bytes)
            connection.recv()

    def read(path: str) -> tuple[bytes, ReadResult]:
        try:
            return read_digested(path, limits)
        except DecodeFailed as failed:
            return b"", DecodeFailed(failed.code, failed.detail)

    def photo_of(path: str, data: bytes, result: ReadResult, is_wanted: bool) -> DecodeResult:
        if isinstance(result, DecodeFailed):
            return result
        if not is_wanted:
            return None
        try:
            return decode(data, path, limits, result.digest, reserve)
        except DecodeFailed as failed:
            # Without the traceback, which would keep the file's content.
            return DecodeFailed(failed.code, failed.detail)

    def photos_of(paths: list[str]) -> list[DecodeResult]:
        contents = [read(path) for path in paths]
        connection.send([result for _, result in contents])
        wanted: list[bool] = connection.recv()
        return [
            photo_of(path, data, result, is_wanted)
            for path, (data, result), is_wanted in zip(paths, contents, wanted, strict=True)
        ]

    serve(connection, limits.max_memory_bytes, photos_of)
