"""Decoders that do what they are told by a file or its name, importable in a helper process."""

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Client
from typing import Never

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.workers.task import Reserve
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import ProblemCode

release_threads = threading.Event()
"""Set it to end what "hang-in-thread" began."""

ABORTED = "exit code 3" if sys.platform == "win32" else signal.SIGABRT.name
"""The exit status of a process that called `abort`."""


def plain_photo(data: bytes, digest: bytes) -> DecodedPhoto:
    """Make a photo without looking at any pixel; its thumbnail is the file's content."""
    return DecodedPhoto(
        digest=digest,
        parts_digest=bytes(16),
        facts=PhotoFacts(format="JPEG", width_px=1, height_px=1),
        grey=np.zeros((96, 96), np.uint8),
        chroma=np.zeros((2, 16, 16), np.uint8),
        thumbnail_jpeg=data,
    )


def obedient(
    data: bytes, path: str, limits: DecodeLimits, digest: bytes, reserve: Reserve
) -> DecodedPhoto:
    """Hang, crash, fail, … as told; otherwise return a plain photo."""
    match data.split()[0]:
        case b"abort":
            os.abort()
        case b"exit":
            os._exit(3)
        case b"hang":
            threading.Event().wait()
        case b"hang-in-thread":
            if multiprocessing.parent_process() is None:
                release_threads.wait()
        case b"abort-in-process":
            if multiprocessing.parent_process() is not None:
                os.abort()
            release_threads.wait()
        case b"hang-in-pipe":
            with open(path + ".pipe", "wb"):  # closes when this process ends
                threading.Event().wait()
        case b"fail":
            raise DecodeFailed(ProblemCode.DAMAGED, "too odd: é")
        case b"error":
            raise ZeroDivisionError("a bug")
        case b"reserve":
            reserve(int((data.split()[1:] or [b"123456"])[0]))
        case b"memory":
            # Never touched: on Linux nothing but the limit of the address space stands against it.
            bytearray(limits.max_memory_bytes + (2 << 30))
        case b"stderr":
            os.write(2, b"noise of a C library\n")
        case b"interrupt":
            signal.raise_signal(signal.SIGINT)
        case b"modules":
            qt = sorted(name for name in sys.modules if name.startswith(("PySide6", "shiboken6")))
            raise DecodeFailed(ProblemCode.DAMAGED, " ".join(qt))
        case _:
            pass
    return plain_photo(data, digest)


class _Deadly(np.ndarray[tuple[int, ...], np.dtype[np.uint8]]):
    """An array whose pixels kill who asks for them."""

    def ravel(self, order: object = "C") -> Never:
        os._exit(3)


def obedient_on_screen(path: str, longest_px: int, limits: DecodeLimits) -> NDArray[np.uint8]:
    """Hang, crash, fail, … as the path says; otherwise return `noise` of the wanted height."""
    word, _, place = path.partition(":")
    match word:
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "exit in pixels":
            return np.zeros((9, 9, 3), np.uint8).view(_Deadly)
        case "hang":
            with Client(place):  # tells that it begins, and closes when this process ends
                threading.Event().wait()
        case "hang unheard":
            threading.Event().wait()
        case "error":
            raise ZeroDivisionError("a bug")
        case _:
            pass
    return noise(longest_px)


def noise(height_px: int) -> NDArray[np.uint8]:
    """Make a picture 1000 pixels wide, of which no two rows are equal."""
    return np.random.default_rng(1).integers(0, 256, (height_px, 1000, 3), np.uint8)
