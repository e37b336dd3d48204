"""The child side of a helper process: it answers the parent's requests one at a time.

It talks through one pipe. A first None says that it is ready. Then a request comes in, and an
answer goes out: what the request was for, a `DecodeFailed`, or the text of a traceback. An array
of bytes goes out as its shape and then as it is, in blocks.
"""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from dupefinder.core.decode import DecodeFailed
from dupefinder.core.records import ProblemCode

_BASE_ALLOWANCE_BYTES = 512 << 20
"""Address space beside the decoder's memory: stacks and arenas of the decoders' own threads."""
_BLOCK_BYTES = 1 << 20
"""In blocks of this size an array arrives four times as fast as in one piece, measured."""


def serve(connection: Connection, memory_bytes: int, answer_to: Callable[[Any], object]) -> None:
    """Serve the parent until it closes the pipe or dies.

    Args:
        connection: This end of the pipe.
        memory_bytes: What the work may take.
        answer_to: Does what a request asks for.
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
    """Send the decoders' own words nowhere: C libraries print warnings to descriptor 2."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    if sys.platform == "win32":
        import ctypes

        # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX: no dialog when it crashes.
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)


def _limit_memory(memory_bytes: int) -> None:
    """Bound the address space, counted from what the imports took, and leave no core file.

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
    """End with the parent, even out of a decode that never ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
