"""A helper process that decodes one file at a time and may die alone.

A file that hangs a decoder or crashes it costs the helper, which is started anew for the next
file. The helper runs the same steps as a thread would (`decode_if`); where these ask something
of their caller, the question crosses the pipe: `FileRead`: is it wanted? a number of bytes: may
it take so many?
"""

from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.decode.child import serve
from dupefinder.core.decode.helper_process import HelperProcess
from dupefinder.core.decode.step import DecodeBytes, FileRead, Reserve, decode_if, read_limit_s
from dupefinder.core.records import DecodedPhoto


class DecodeProcess(HelperProcess):
    """A decoder in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost. `timeout_s` counts for reading and for decoding each;
            `max_memory_bytes` also bounds the process's address space on Linux.
        decode: What decodes; has to be picklable, that is a function of an importable module.
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
