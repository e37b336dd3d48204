"""A helper process that decodes pictures for the screen and may die alone.

Some decoders keep the interpreter's lock from the first pixel to the last, and in the window's
process would stop the window.
"""

from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.child import serve
from dupefinder.core.decode.helper_process import HelperProcess
from dupefinder.core.decode.screen import decode_for_screen

_COPIES = 4
"""Of a decoded picture: itself, in sRGB, in the size of the screen, and as plain bytes."""

DecodeForScreen = Callable[[str, int, DecodeLimits], NDArray[np.uint8]]
"""`screen.decode_for_screen` with all its arguments, or what stands in for it."""


class ScreenProcess(HelperProcess):
    """A decoder for the screen in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: What a file may cost; None takes the default ones. `timeout_s` counts for reading
            and decoding together.
        decode: What decodes; has to be picklable, that is a function of an importable module.
    """

    def __init__(
        self, limits: DecodeLimits | None = None, decode: DecodeForScreen = decode_for_screen
    ) -> None:
        limits = limits or DecodeLimits()
        super().__init__(partial(_serve_pictures, limits=limits, decode=decode))
        self._limits = limits

    def decode_for_screen(self, path: str, longest_px: int) -> NDArray[np.uint8]:
        """Do what the function `screen.decode_for_screen` does, in the helper process.

        Args:
            path: The file.
            longest_px: Longer side of the result at most; a smaller picture keeps its size.

        Returns:
            uint8 (height, width, 3).

        Raises:
            DecodeFailed: What the helper met; TIMED_OUT when it was killed; DECODER_CRASHED
                when it died or was closed, with the signal or exit code in the detail.
        """
        with self._conversation() as connection:
            shape = self._ask(connection, (path, longest_px), self._limits.timeout_s)
            return self._receive_array(connection, cast(tuple[int, int, int], shape))


def _serve_pictures(connection: Connection, limits: DecodeLimits, decode: DecodeForScreen) -> None:
    def picture_of(request: tuple[str, int]) -> NDArray[np.uint8]:
        path, longest_px = request
        return decode(path, longest_px, limits)

    serve(connection, _COPIES * limits.max_memory_bytes, picture_of)
