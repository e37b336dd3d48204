"""A helper process that decodes one file at a time and may die alone.

A file that hangs a decoder or crashes it costs the helper, which is started anew for the next
file. The helper runs the same steps as a thread would (`decode_if`); where these ask something
of their caller, the question crosses the pipe.

The helper is spawned, and so imports the program's main module again: that module has to be
light, to start nothing outside `if __name__ == "__main__"`, and in a frozen program to call
`multiprocessing.freeze_support()` first.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.child import serve
from dupefinder.core.decode.step import DecodeBytes, FileRead, Reserve, read_limit_s
from dupefinder.core.records import DecodedPhoto, ProblemCode

_START_LIMIT_S = 60.0
_BURIAL_LIMIT_S = 5.0


class DecodeProcess:
    """A decoder in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost. `timeout_s` counts for reading and for decoding each;
            `max_memory_bytes` also bounds the process's address space on Linux.
        decode: What decodes; has to be picklable, that is a function of an importable module.
    """

    def __init__(self, limits: DecodeLimits, decode: DecodeBytes = decode_bytes) -> None:
        self._limits = limits
        self._decode = decode
        self._lock = threading.Lock()
        self._closed = False
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that runs at the moment; None between a death and the next file."""
        process = self._process
        return None if process is None else process.pid

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
        """Do what the function `decode_if` does, in the helper process.

        Args:
            path: The file.
            size_bytes: Its size as listed; a large file may take longer to read.
            wanted: As there; called here.
            reserve: As there; called here. The time it waits does not count.

        Raises:
            DecodeFailed: What the helper met; TIMED_OUT when it was killed; DECODER_CRASHED
                when it died, with the signal or exit code in the detail; OUT_OF_MEMORY.
        """
        connection = self._running()
        limit_s = read_limit_s(size_bytes, self._limits)
        message: object = path
        try:
            while True:
                answer = self._exchange(connection, message, limit_s)
                match answer:
                    case FileRead():
                        message = wanted(answer)
                    case int():
                        reserve(answer)
                        message = None
                    case DecodeFailed():
                        raise answer
                    case str():
                        raise RuntimeError(f"error in the decoding process:\n{answer}")
                    case _:
                        assert answer is None or isinstance(answer, DecodedPhoto)
                        return answer
                limit_s = self._limits.timeout_s
        except DecodeFailed as failed:
            if failed.code is ProblemCode.OUT_OF_MEMORY:
                self._bury()  # what is left of its memory may be too scattered to be of use
            raise
        except BaseException:
            self._bury()  # it waits for an answer that will not come
            raise

    def close(self) -> None:
        """Kill the process, also in the middle of a decode. It is not started again."""
        with self._lock:
            self._closed = True
        self._bury()

    def _running(self) -> Connection:
        """Return the pipe to the process; start it where it is not there or not alive."""
        process, connection = self._process, self._connection
        if process is not None and connection is not None:
            if not wait([process.sentinel], timeout=0):
                return connection
            self._bury()
        try:
            connection = self._start()
            self._receive(connection, _START_LIMIT_S)
        except (DecodeFailed, OSError) as error:
            words = error.detail if isinstance(error, DecodeFailed) else str(error)
            raise DecodeFailed(
                ProblemCode.DECODER_CRASHED, f"the process did not start: {words}"
            ) from error
        return connection

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        near_end, far_end = context.Pipe()
        with far_end, self._lock:  # closed here, the far end closes with the process
            if self._closed:
                raise DecodeFailed(ProblemCode.DECODER_CRASHED, "closed")
            process = context.Process(
                target=serve,
                args=(far_end, self._limits, self._decode),
                name="decode",
                daemon=True,
            )
            process.start()
            self._process, self._connection = process, near_end
        return near_end

    def _exchange(self, connection: Connection, message: object, limit_s: float) -> object:
        try:
            connection.send(message)
        except OSError:
            raise DecodeFailed(ProblemCode.DECODER_CRASHED, self._bury(dying=True)) from None
        return self._receive(connection, limit_s)

    def _receive(self, connection: Connection, limit_s: float) -> object:
        try:
            if connection.poll(limit_s):
                return connection.recv()
        except (EOFError, OSError):
            raise DecodeFailed(ProblemCode.DECODER_CRASHED, self._bury(dying=True)) from None
        self._bury()
        raise DecodeFailed(ProblemCode.TIMED_OUT, f"{limit_s:g} s")

    def _bury(self, *, dying: bool = False) -> str:
        """End the process and forget it.

        Args:
            dying: It ends by itself: wait for that, to learn why.

        Returns:
            The signal or exit code that it ended with.
        """
        with self._lock:
            process, self._process = self._process, None
            # Not closed but dropped: another thread may be waiting at it.
            self._connection = None
        if process is None:
            return "closed"
        if dying:
            process.join(_BURIAL_LIMIT_S)
        process.kill()
        process.join(_BURIAL_LIMIT_S)
        return _words_of_exit(process.exitcode)


def _words_of_exit(code: int | None) -> str:
    if code is None:
        return "killed"
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}" if code < 256 else f"exit code {code:#010x}"
