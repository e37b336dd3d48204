"""A helper process that decodes small files, a batch of them with two messages.

A small photo is decoded in so little time that threads mostly wait for the interpreter's lock; a
process has its own. What crashes it or takes too long cannot be told from the rest of its batch:
all of them have to be tried again, each by itself.
"""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.child import serve
from dupefinder.core.decode.helper_process import HelperProcess
from dupefinder.core.decode.memory_budget import reuse_small_blocks
from dupefinder.core.decode.step import DecodeBytes, FileRead, Reserve, read_digested, read_limit_s
from dupefinder.core.records import DecodedPhoto

GRANTED_BYTES = 16 << 20
"""Memory that a picture may take without asking."""

ReadResult = FileRead | DecodeFailed
DecodeResult = DecodedPhoto | DecodeFailed | None


class BatchProcess(HelperProcess):
    """A decoder of batches in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost. `timeout_s` counts for reading and for decoding a batch;
            `max_memory_bytes` also bounds the process's address space on Linux.
        decode: What decodes; a function of an importable module.
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
            size_bytes: Their size in all, as listed.
            wanted: Called once, with what reading each of them told; tells which to decode.
            reserve: Called before a picture is decoded that takes more than `GRANTED_BYTES`, with
                the bytes that it takes; may block.

        Returns:
            For each file the photo, what is wrong with it, or None when it was not wanted.

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
    reuse_small_blocks()

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
