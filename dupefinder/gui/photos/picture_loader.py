"""Larger pictures of photos for the screen, decoded in processes beside the window's.

Requests wait on a short stack: the newest comes first, and what has waited too long was scrolled
away and is dropped. The photos likely to be looked at next are decoded ahead by one of the threads
while nothing is requested, so that a request never waits for both.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from dupefinder.core.records import Problem, ProblemCode

if TYPE_CHECKING:
    from dupefinder.core.decode.screen_picture import ScreenProcess

Decode = Callable[[str, int], NDArray[np.uint8]]
"""Decodes a photo for the screen, as `core.decode.screen_picture.decode_for_screen` does."""

FULL_PX = 1 << 20
"""Longer side to ask for when every pixel is wanted."""

_STEPS_PX = (384, 512, 768, 1024, 1536, 2048, 3072, 4096, FULL_PX)
"""A photo is decoded in these sizes, so that it is not decoded anew while a window is resized."""
_MOST_BYTES = 300_000_000
_MOST_WAITING = 24
_MOST_AHEAD = 20
_THREADS = 2
_LONGEST_END_S = 3.0


def step_px(longest_px: int) -> int:
    """The size in which a photo is decoded to be shown with so many pixels."""
    return next((step for step in _STEPS_PX if step >= longest_px), FULL_PX)


class PictureLoader(QObject):
    """Decodes pictures for the screen in processes of their own. Photos are named by their paths.

    Signals:
        loaded: Path, and a `QImage` (upright, sRGB) or the `Problem` that there is instead.
    """

    # Not `str`: Qt's strings cannot hold a name that is no valid text.
    loaded = Signal(object, object)
    _done = Signal(object, int, object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        decode: Decode | None = None,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        """Make an empty store; its threads start with the first request.

        Args:
            parent: Qt parent.
            decode: Decodes; None for the engine's own decoder, in a process for each thread.
            most_bytes: Memory of the pictures that are kept.
        """
        super().__init__(parent)
        self._decode = decode
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._bytes = 0
        self._threads: list[threading.Thread] = []
        # Below: shared with the threads, under the lock of the condition.
        self._condition = threading.Condition()
        self._waiting: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._running: set[tuple[str, int]] = set()
        self._ahead: deque[tuple[str, int]] = deque()
        self._processes: list[ScreenProcess] = []
        self._closed = False
        self._done.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def picture(self, path: str, longest_px: int) -> QImage | None:
        """A picture that is kept; None when it has to be requested.

        Args:
            path: The photo.
            longest_px: Longer side at which it is to be shown; the picture may be larger.
        """
        for step in _STEPS_PX:
            if step >= longest_px and (image := self._kept.get((path, step))) is not None:
                self._kept.move_to_end((path, step))
                return image
        return self._kept.get((path, FULL_PX))

    def request(self, path: str, longest_px: int) -> None:
        """Ask for a picture; `loaded` brings it, also when it is kept already."""
        if (kept := self.picture(path, longest_px)) is not None:
            self._done.emit(path, 0, kept)
            return
        key = (path, step_px(longest_px))
        with self._condition:
            if self._closed or key in self._running:
                return
            self._waiting[key] = None
            self._waiting.move_to_end(key)
            while len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)
            # Of two that wait one may only look ahead.
            self._condition.notify_all()
        self._start_threads()

    def load_ahead(self, wishes: Iterable[tuple[str, int]]) -> None:
        """Decode what will likely be requested next, and nothing that was named before.

        Args:
            wishes: Paths with the longer side at which they will be shown, the likeliest first.
        """
        keys = [
            (path, step_px(longest_px))
            for path, longest_px in wishes
            if self.picture(path, longest_px) is None
        ]
        with self._condition:
            self._ahead = deque(() if self._closed else keys[:_MOST_AHEAD])
            if not self._ahead:
                return
            self._condition.notify_all()
        self._start_threads()

    def _start_threads(self) -> None:
        if self._threads:
            return
        for number in range(_THREADS):
            # Daemons: a decoder that hangs must not keep the program from ending.
            thread = threading.Thread(
                target=self._work, args=(number == 0,), name=f"picture {number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def drop_waiting(self) -> None:
        """Forget the requests that were not begun: other photos are looked at now."""
        with self._condition:
            self._waiting.clear()
            self._ahead.clear()

    def close(self) -> None:
        """End the threads and their processes, also in the middle of a photo."""
        with self._condition:
            self._closed = True
            self._waiting.clear()
            self._ahead.clear()
            self._condition.notify_all()
            processes = tuple(self._processes)
        for process in processes:
            process.close()
        for thread in self._threads:
            thread.join(_LONGEST_END_S)

    def _take(self, path: str, step: int, outcome: object) -> None:
        if step and isinstance(outcome, QImage):
            self._keep((path, step), outcome)
        self.loaded.emit(path, outcome)

    def _keep(self, key: tuple[str, int], image: QImage) -> None:
        replaced = self._kept.pop(key, None)
        self._bytes += image.sizeInBytes() - (replaced.sizeInBytes() if replaced else 0)
        self._kept[key] = image
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.sizeInBytes()

    # In the threads

    def _work(self, looks_ahead: bool) -> None:
        decode = self._decode or self._decode_in_process()
        while (key := self._next(looks_ahead)) is not None:
            path, step = key
            outcome = _load(path, step, decode)
            if isinstance(outcome, QImage) and max(outcome.size().toTuple()) < step:
                step = FULL_PX  # it has no more pixels than these
            with self._condition:
                self._running.discard(key)
                if self._closed:
                    return
                self._done.emit(path, step, outcome)

    def _next(self, looks_ahead: bool) -> tuple[str, int] | None:
        with self._condition:
            while not self._waiting and not self._closed and not (looks_ahead and self._ahead):
                self._condition.wait()
            if self._closed:
                return None
            key = self._waiting.popitem()[0] if self._waiting else self._ahead.popleft()
            self._running.add(key)
            return key

    def _decode_in_process(self) -> Decode:
        # The decoders are slow to load, and the window is not to wait for them.
        from dupefinder.core.decode.screen_picture import ScreenProcess

        process = ScreenProcess()
        with self._condition:
            self._processes.append(process)
        return process.decode_for_screen


def _load(path: str, longest_px: int, decode: Decode) -> QImage | Problem:
    from dupefinder.core.decode import DecodeFailed  # slow to load, too

    try:
        return _image_of(decode(path, longest_px))
    except DecodeFailed as failed:
        return Problem(path, failed.code, failed.detail)
    except MemoryError:
        return Problem(path, ProblemCode.OUT_OF_MEMORY)
    except Exception as error:  # whatever it is, it concerns one photo
        return Problem(path, ProblemCode.READ_ERROR, str(error))


def _image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Bring pixels into the screen's own format, which is drawn without another conversion.

    NumPy moves them without the interpreter's lock, with which Qt's conversion of a large picture
    would stop the window.
    """
    height_px, width_px, _ = pixels.shape
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError
    levels = np.frombuffer(image.bits(), np.uint8).reshape(height_px, width_px, 4)
    for at, channel in enumerate((2, 1, 0)):  # little-endian, as every machine with PySide6 is
        levels[:, :, at] = pixels[:, :, channel]
    levels[:, :, 3] = 255
    return image
