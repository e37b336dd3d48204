"""Limits for decoding one file, its failure, and the memory that threads share."""

import ctypes
import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PIL import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from dupefinder.core.decode.jpeg_structure import components_of_first_scan
from dupefinder.core.records import ProblemCode

JPEG_FAMILY = ("JPEG", "MPO")

_BUFFER_BYTES_PER_PX = {"WEBP": 12, "AVIF": 8, "HEIF": 4, "JPEG2000": 16}
"""Memory of a decoder beside Pillow's output, measured; other formats hold next to nothing."""
_BYTES_PER_PX = {"1": 2, "L": 1, "P": 5, "PA": 8, "LA": 8, "RGBA": 8, "I;16": 6, "I;16B": 6}
"""Pillow's output and the copy that averaging takes of some modes; elsewhere the output's 4."""


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """Limits for decoding one file.

    Attributes:
        max_file_bytes: Larger files are not read.
        max_pixels: Larger pictures are not decoded.
        max_memory_bytes: Estimated decoder memory above which a picture is not decoded.
        timeout_s: Wall-clock time; enforced by the caller.
    """

    max_file_bytes: int = 1 << 30
    max_pixels: int = 600_000_000
    max_memory_bytes: int = 640 << 20
    timeout_s: float = 30.0


class DecodeFailed(Exception):
    """The file has no usable picture. Has the data for a `records.Problem`.

    Attributes:
        code: The reason.
        detail: The decoder's own words.
    """

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def check_pixels(image: ImageFile.ImageFile, limits: DecodeLimits) -> None:
    """Raise `DecodeFailed` for a picture of too many pixels."""
    width_px, height_px = image.size
    if width_px * height_px > limits.max_pixels:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")


def check_memory(needed_bytes: int, width_px: int, height_px: int, limits: DecodeLimits) -> None:
    """Raise `DecodeFailed` for a picture whose decoding takes too much memory."""
    if needed_bytes > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")


def decoder_bytes(image: ImageFile.ImageFile, width_px: int, height_px: int) -> int:
    """Estimate the memory of decoding: the output and the buffers of the format.

    Args:
        image: The picture, its size already that of a reduced decode.
        width_px: Width of the picture that the decoder processes.
        height_px: Its height.
    """
    output_px, decoded_px = image.width * image.height, width_px * height_px
    needed = output_px * (8 if "transparency" in image.info else _BYTES_PER_PX.get(image.mode, 4))
    if isinstance(image, JpegImageFile) and _comes_in_several_scans(image):
        samplings = [across * down for _, across, down, _ in image.layer]
        # All coefficients, 16 bits each.
        needed += 2 * decoded_px * sum(samplings) // max([*samplings, 1])
    return needed + decoded_px * _BUFFER_BYTES_PER_PX.get(image.format or "", 0)


def _comes_in_several_scans(image: JpegImageFile) -> bool:
    """True if libjpeg has to keep a JPEG's coefficients until the last scan is read.

    Not only for a progressive one: colours may also come one after the other (T.81, A.2).
    """
    if image.info.get("progressive"):
        return True
    assert image.fp is not None
    position = image.fp.tell()
    in_first_scan = components_of_first_scan(image.fp)
    image.fp.seek(position)
    return in_first_scan < len(image.layer)


def decoder_text(error: BaseException) -> str:
    """The first line of a decoder's message, or the name of its error."""
    if error.args and isinstance(error.args[0], bytes):  # LibRaw
        return error.args[0].decode("utf-8", "replace")
    return str(error).split("\n")[0][:200] or type(error).__name__


MEMORY_BUDGET_BYTES = 512 << 20
"""Default memory for decoding."""
_TRIM_ABOVE_BYTES = 32 << 20
"""Reservations above this size are returned to the system when released."""


def _find_trim() -> Callable[[int], int] | None:
    """Find the GNU C library's `malloc_trim`; other libraries return large blocks at once.

    The GNU library keeps freed memory for each thread. Eight threads that decode 90-megapixel
    pictures keep 3.4 GB so, of which they use 0.5.
    """
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_trim = _find_trim()

_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
"""`M_MMAP_THRESHOLD` and `M_TRIM_THRESHOLD` of the GNU C library's <malloc.h>."""
_REUSED_BLOCK_BYTES = 4 << 20
_REUSED_HEAP_BYTES = 32 << 20


def reuse_blocks(
    block_bytes: int = _REUSED_BLOCK_BYTES, heap_bytes: int = _REUSED_HEAP_BYTES
) -> None:
    """Let the GNU C library keep freed blocks for the next picture.

    Otherwise it would get each block from the system and return it, page by page: a tenth of the
    time of a small photo.

    Args:
        block_bytes: The largest of them; the library knows no larger ones than 32 MiB.
        heap_bytes: Free memory at the end of the heap that may be kept.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_MMAP_THRESHOLD, block_bytes)
            mallopt(_TRIM_THRESHOLD, heap_bytes)


def give_back() -> None:
    """Return freed memory to the system, if the C library would keep it."""
    if _trim is not None:
        _trim(0)


class BudgetClosed(BaseException):
    """The budget is closed: nothing is reserved any more, and the caller must stop.

    Not an `Exception`: it must pass through decoders' `except Exception`.
    """


class MemoryBudget:
    """A number of bytes that threads reserve parts of before they use memory.

    A holder that does not fit waits, in order, so that a large need is not passed over for ever. A
    need above the whole budget counts as the whole budget, and when nobody else works the next one
    is granted in any case: there is no deadlock.

    Args:
        total_bytes: The limit.
    """

    def __init__(self, total_bytes: int) -> None:
        self._total_bytes = total_bytes
        self._held_bytes: dict[Hashable, int] = {}
        self._used_bytes = 0
        self._at_work: set[Hashable] = set()
        self._waiting = 0
        self._turn = threading.Lock()
        self._changed = threading.Condition(threading.Lock())
        self._closed = False

    @property
    def used_bytes(self) -> int:
        """Bytes that are reserved at the moment."""
        return self._used_bytes

    def reserve(self, holder: Hashable, needed_bytes: int, kept_bytes: int = 0) -> None:
        """Set the reservation of a holder; wait while it does not fit.

        Args:
            holder: The caller.
            needed_bytes: Memory that the holder will use in all, its earlier reservation included.
            kept_bytes: Memory that it uses already and keeps while it waits; the rest of an earlier
                reservation is given back, so that two who grow never wait for each other.

        Raises:
            BudgetClosed: `close` was called.
        """
        needed_bytes = min(needed_bytes, self._total_bytes)
        with self._changed:
            if self._closed:
                raise BudgetClosed
            shrinks = needed_bytes <= self._held_bytes.get(holder, -1)
            if shrinks or (not self._waiting and self._has_room(holder, needed_bytes)):
                self._hold(holder, needed_bytes)
                self._at_work.add(holder)
                return
            self._hold(holder, min(kept_bytes, self._total_bytes))
            self._at_work.discard(holder)
            self._waiting += 1
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(holder, needed_bytes))
            self._waiting -= 1
            if self._closed:
                raise BudgetClosed
            self._hold(holder, needed_bytes)
            self._at_work.add(holder)

    def give_up(self, holder: Hashable) -> None:
        """Count a holder as hung: its bytes stay reserved, but nobody waits for its end."""
        with self._changed:
            self._at_work.discard(holder)
            self._changed.notify_all()

    def release(self, holder: Hashable) -> None:
        """Return the reservation of a holder that has freed the memory."""
        if self._held_bytes.get(holder, 0) > _TRIM_ABOVE_BYTES:
            give_back()
        with self._changed:
            self._used_bytes -= self._held_bytes.pop(holder, 0)
            self._at_work.discard(holder)
            self._changed.notify_all()

    def close(self) -> None:
        """Refuse all waiting and later reservations."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self, holder: Hashable, needed_bytes: int) -> bool:
        others_bytes = self._used_bytes - self._held_bytes.get(holder, 0)
        return others_bytes + needed_bytes <= self._total_bytes or not self._at_work - {holder}

    def _hold(self, holder: Hashable, held_bytes: int) -> None:
        self._used_bytes += held_bytes - self._held_bytes.get(holder, 0)
        self._held_bytes[holder] = held_bytes
        self._changed.notify_all()
