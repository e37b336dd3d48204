"""Files that another program has open, as long as a test wants."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

LOCKER = """
import _winapi, sys
handle = _winapi.CreateFile(sys.argv[1], _winapi.GENERIC_READ, 0, 0, _winapi.OPEN_EXISTING, 0, 0)
print("ready", flush=True)
input()
"""
HOLDER = "import sys; file = open(sys.argv[1], sys.argv[2]); print('ready', flush=True); input()"


def opened(path: str, mode: str) -> AbstractContextManager[None]:
    """Another program has a file open."""
    return _held(HOLDER, path, mode)


def locked(path: str) -> AbstractContextManager[None]:
    """Another program has a file open, and lets nobody else do so."""
    return _held(LOCKER, path)


@contextmanager
def _held(program: str, *arguments: str) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        yield
        holder.communicate("\n")
