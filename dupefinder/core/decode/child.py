"""What runs in the helper process: decode the files that the parent names, one at a time.

It talks through one pipe. A path comes in; questions go out, each with its answer coming back
(`FileRead`: is it wanted? a number of bytes: may it take so many?); then the result goes out: a
photo, None, a `DecodeFailed`, or the text of a traceback. A first None says that it is ready.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.step import DecodeBytes, FileRead, decode_if
from dupefinder.core.records import ProblemCode

_BASE_ALLOWANCE_BYTES = 512 << 20
"""Address space beside the decoder's memory: stacks and arenas of the decoders' own threads."""


def serve(connection: Connection, limits: DecodeLimits, decode: DecodeBytes) -> None:
    """Serve the parent until it closes the pipe or dies.

    Args:
        connection: This end of the pipe.
        limits: What a file may cost.
        decode: What decodes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _silence()
    _limit_memory(limits)
    threading.Thread(target=_leave_with_parent, daemon=True).start()

    def is_wanted(read: FileRead) -> bool:
        connection.send(read)
        return bool(connection.recv())

    def reserve(needed_bytes: int) -> None:
        connection.send(needed_bytes)
        connection.recv()

    answer: object = None  # ready
    try:
        while True:
            connection.send(answer)
            path = connection.recv()
            try:
                answer = decode_if(path, limits, is_wanted, reserve, decode)
            except DecodeFailed as failed:
                # Without the traceback, which would keep the file's content.
                answer = DecodeFailed(failed.code, failed.detail)
            except MemoryError:
                answer = DecodeFailed(ProblemCode.OUT_OF_MEMORY)
            except Exception:
                answer = traceback.format_exc()
    except (EOFError, OSError):
        return


def _silence() -> None:
    """Send the decoders' own words nowhere: C libraries print warnings to descriptor 2."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    if sys.platform == "win32":
        import ctypes

        # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: no dialog when it crashes.
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)


def _limit_memory(limits: DecodeLimits) -> None:
    """Bound the address space, counted from what the imports took, and leave no core file.

    Only on Linux: macOS does not enforce the limit, Windows does not have it.
    """
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        wanted_bytes = (
            pages * resource.getpagesize() + limits.max_memory_bytes + _BASE_ALLOWANCE_BYTES
        )
        _, hard_bytes = resource.getrlimit(resource.RLIMIT_AS)
        if hard_bytes != resource.RLIM_INFINITY:
            wanted_bytes = min(wanted_bytes, hard_bytes)
        resource.setrlimit(resource.RLIMIT_AS, (wanted_bytes, hard_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _leave_with_parent() -> None:
    """End with the parent, even out of a decode that never ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
