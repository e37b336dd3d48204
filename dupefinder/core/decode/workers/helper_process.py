"""Base of the helper processes: a process that works for one thread, and may hang or crash alone.

The process is started when it is first needed, and again after it died. `serve` runs in it and
talks through a pipe: it first sends None to say that it is ready; then it receives requests and
answers each with its result, a `DecodeFailed`, or the text of a traceback. An array of bytes is
sent as its shape, then its data in blocks.

The process is spawned, so it imports the program's main module again: that module has to be light,
to start nothing outside `if __name__ == "__main__"`, and in a frozen program to call
`multiprocessing.freeze_support()` first.

OpenCV has to be loaded before, as it is by the package that this module is in: while it is being
loaded, its folder is in `sys.path`, which the process inherits, with a `typing` in it.
"""

import math
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decode import DecodeFailed
from dupefinder.core.records import ProblemCode

_START_LIMIT_S = 60.0
_BURIAL_LIMIT_S = 5.0
_NICENESS = 5


class HelperProcess:
    """The parent's end of a helper process; subclasses define its requests.

    For one thread; `close` may be called from any thread and ends a running request.

    Args:
        serve: Runs in the process with the far end of the pipe; picklable. It first sends None
            to say that it is ready.
        gives_way: True to run it at a lower priority than what a person waits for.
    """

    def __init__(self, serve: Callable[[Connection], None], *, gives_way: bool = True) -> None:
        self._serve = serve
        self._gives_way = gives_way
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
        """Id of the running process; None before the first request and after a death."""
        process = self._process
        return None if process is None else process.pid

    def start(self) -> bool:
        """Start the process unless it runs; False when it cannot be started."""
        try:
            self._running()
        except DecodeFailed:
            return False
        return True

    def close(self) -> None:
        """Kill the process, even in the middle of a decode. It is not started again."""
        with self._lock:
            self._closed = True
        self._bury()

    @contextmanager
    def _conversation(self) -> Iterator[Connection]:
        """Context with the pipe to a running process; killed at the end if it still owes an answer.

        Raises:
            DecodeFailed: DECODER_CRASHED when it cannot be started, TIMED_OUT when that takes
                too long.
        """
        connection = self._running()
        try:
            yield connection
        except DecodeFailed as failed:
            if failed.code is ProblemCode.OUT_OF_MEMORY:
                self._bury()  # what is left of its memory may be too scattered to be of use
            raise
        except BaseException:
            self._bury()  # it waits for an answer that will not come
            raise

    def _ask(self, connection: Connection, message: object, limit_s: float) -> object:
        """Send a message and return the answer.

        Args:
            connection: The pipe of this conversation.
            message: Anything that pickles.
            limit_s: Time limit for the answer; after it the process is killed.

        Raises:
            DecodeFailed: The fault that the process met; TIMED_OUT when it was killed;
                DECODER_CRASHED when it died, with the signal or exit code in the detail.
            RuntimeError: Any other error in the process, with its traceback.
        """
        try:
            connection.send(message)
        except OSError:
            raise self._death() from None
        return self._answer(connection, limit_s)

    def _answer(self, connection: Connection, limit_s: float) -> object:
        try:
            in_time = connection.poll(limit_s)
            answer = connection.recv() if in_time else None
        except (EOFError, OSError):
            raise self._death() from None
        if not in_time:
            self._bury()
            raise DecodeFailed(ProblemCode.TIMED_OUT, f"{limit_s:g} s")
        if isinstance(answer, DecodeFailed):
            raise answer
        if isinstance(answer, str):
            raise RuntimeError(f"error in the decoding process:\n{answer}")
        return answer

    def _receive_array(self, connection: Connection, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """Receive the data of an array whose shape was the answer.

        Raises:
            DecodeFailed: DECODER_CRASHED when the process died meanwhile.
        """
        levels = np.empty(math.prod(shape), np.uint8)
        received = 0
        try:
            while received < levels.size:
                received += connection.recv_bytes_into(levels.data, received)
        except (EOFError, OSError):
            raise self._death() from None
        return levels.reshape(shape)

    def _running(self) -> Connection:
        """Return the pipe to the process, which is started if it does not run."""
        process, connection = self._process, self._connection
        if process is not None and connection is not None:
            if not wait([process.sentinel], timeout=0):
                return connection
            self._bury()
        try:
            connection = self._start()
            self._answer(connection, _START_LIMIT_S)
        except DecodeFailed as failed:
            words = f"the process did not start: {failed.detail}"
            raise DecodeFailed(failed.code, words) from failed
        except OSError as error:
            words = f"the process did not start: {error}"
            raise DecodeFailed(ProblemCode.DECODER_CRASHED, words) from error
        return connection

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        near_end, far_end = context.Pipe()
        with far_end, self._lock:  # closed here, the far end closes with the process
            if self._closed:
                raise DecodeFailed(ProblemCode.DECODER_CRASHED, "closed")
            process = context.Process(
                target=self._serve, args=(far_end,), name="decode", daemon=True
            )
            process.start()
            if self._gives_way:
                _give_way(process.pid)
            self._process, self._connection = process, near_end
        return near_end

    def _death(self) -> DecodeFailed:
        return DecodeFailed(ProblemCode.DECODER_CRASHED, self._bury(dying=True))

    def _bury(self, *, dying: bool = False) -> str:
        """End the process and forget it.

        Args:
            dying: True to wait until it ends by itself, which tells the cause.

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
        return _exit_text(process.exitcode)


def _exit_text(code: int | None) -> str:
    if code is None:
        return "killed"
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}" if code < 256 else f"exit code {code:#010x}"


def _give_way(process_id: int | None) -> None:
    """Lower the priority of a helper, from the loading of its modules on."""
    if sys.platform != "win32" and process_id is not None:
        # Where the system does not let it, it only takes its turn with the others.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process_id, _NICENESS)


_BASE_ALLOWANCE_BYTES = 512 << 20
"""Address space beside the decoder's memory: stacks and arenas of the decoders' own threads."""
_BLOCK_BYTES = 1 << 20
"""Block size of arrays; measured, they arrive four times as fast as in one piece."""


def serve(connection: Connection, memory_bytes: int, answer_to: Callable[[Any], object]) -> None:
    """Serve the parent until it closes the pipe or dies.

    Args:
        connection: This end of the pipe.
        memory_bytes: Memory limit for the work.
        answer_to: Computes the answer to a request.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _silence()
    _limit_memory(memory_bytes)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        connection.send(None)  # ready
        while True:
            _send(connection, _outcome(answer_to, connection.recv()))
    except (EOFError, OSError):
        return


def _outcome(answer_to: Callable[[Any], object], request: object) -> object:
    try:
        return answer_to(request)
    except DecodeFailed as failed:
        # Without the traceback, which would keep the file's content.
        return DecodeFailed(failed.code, failed.detail)
    except MemoryError:
        return DecodeFailed(ProblemCode.OUT_OF_MEMORY)
    except Exception:
        return traceback.format_exc()


def _send(connection: Connection, answer: object) -> None:
    if isinstance(answer, np.ndarray):
        connection.send(answer.shape)
        levels = answer.ravel().data
        for start in range(0, len(levels), _BLOCK_BYTES):
            connection.send_bytes(levels[start : start + _BLOCK_BYTES])
    else:
        connection.send(answer)


def _silence() -> None:
    """Silence the decoders: C libraries print warnings to descriptor 2."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    if sys.platform == "win32":
        import ctypes

        # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: no dialog when it crashes.
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)


def _limit_memory(memory_bytes: int) -> None:
    """Limit the address space beyond what the imports took, and disable core files.

    Only on Linux: macOS does not enforce the limit, Windows does not have it.
    """
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted_bytes = pages * resource.getpagesize() + memory_bytes + _BASE_ALLOWANCE_BYTES
        _, hard_bytes = resource.getrlimit(resource.RLIMIT_AS)
        if hard_bytes != resource.RLIM_INFINITY:
            wanted_bytes = min(wanted_bytes, hard_bytes)
        resource.setrlimit(resource.RLIMIT_AS, (wanted_bytes, hard_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _leave_with_parent() -> None:
    """Exit with the parent process, even during a decode that never ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
