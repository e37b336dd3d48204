"""The upright picture of a file in sRGB, in the size in which a screen shows it.

A helper process does it, and may die alone. Some decoders keep the interpreter's lock from the
first pixel to the last, and in the window's process would stop the window.
"""

import math
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.formats import failure_of, open_picture
from dupefinder.core.decode.jpeg_structure import read_structure
from dupefinder.core.decode.limits import JPEG_FAMILY, check_memory, check_pixels, decoder_bytes
from dupefinder.core.decode.metadata import read_metadata
from dupefinder.core.decode.raw_preview import RawPhoto, is_raw
from dupefinder.core.decode.reduced import load_rows
from dupefinder.core.decode.upright import to_displayed_rgb, turn
from dupefinder.core.decode.workers.helper_process import HelperProcess, serve
from dupefinder.core.records import ProblemCode

MOST_SCREEN_PX = 64_000_000
"""Pixels beyond which a picture is shown smaller, however closely it is looked at."""


def decode_for_screen(
    path: str, longest_px: int, limits: DecodeLimits | None = None
) -> NDArray[np.uint8]:
    """Decode a photo as the rest of the engine sees it: upright, sRGB, nothing transparent.

    A picture that breaks off is shown as far as it goes; a camera's RAW file by its preview.

    Args:
        path: The file.
        longest_px: Longer side of the result at most; a smaller picture keeps its size.
        limits: Limits for decoding it, except for time; None for the defaults.

    Returns:
        uint8 (height, width, 3), of at most `MOST_SCREEN_PX` pixels.

    Raises:
        DecodeFailed: No usable picture.
    """
    limits = limits or DecodeLimits()
    data, _, _ = read_whole(path, limits)
    try:
        if is_raw(data, path):
            shown = _decode_raw(data, longest_px, limits)
        else:
            shown = _decode(data, longest_px, limits)
        return np.asarray(shown)
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise failure_of(error, data) from error


def _decode(data: bytes, longest_px: int, limits: DecodeLimits) -> Image.Image:
    image = open_picture(data)
    structure = read_structure(data) if image.format in JPEG_FAMILY else None
    try:
        shown, is_whole = _load(image, data, longest_px, limits)
    except DecodeFailed:
        if structure is None or not structure.shows_all:
            raise
        is_whole = False
    if not is_whole and structure is not None:
        # An end of its own makes libjpeg give the rows that it holds back, and fill the rest.
        image = open_picture(structure.with_end(data))
        shown, _ = _load(image, data, longest_px, limits)
    return turn(shown, read_metadata(image).exif_orientation)


def _decode_raw(data: bytes, longest_px: int, limits: DecodeLimits) -> Image.Image:
    with RawPhoto(data) as raw:
        preview = raw.open_preview()
        if preview is not None:
            try:
                shown, is_whole = _load(preview, data, longest_px, limits)
                if is_whole:
                    return turn(shown, raw.preview_orientation(preview))
            except DecodeFailed as failed:
                if failed.code is not ProblemCode.DAMAGED:
                    raise
        check_memory(raw.develop_bytes + len(data), raw.width_px, raw.height_px, limits)
        developed = raw.develop()
    return _shrink(developed, developed.size, longest_px)


def _load(
    image: ImageFile.ImageFile, data: bytes, longest_px: int, limits: DecodeLimits
) -> tuple[Image.Image, bool]:
    """Load a picture as it lies in the file; False when it breaks off."""
    check_pixels(image, limits)
    width_px, height_px = image.size
    extent_px: tuple[float, float] = image.size
    if image.format in JPEG_FAMILY:
        drafted = image.draft(image.mode, _fit(width_px, height_px, longest_px))
        extent_px = drafted[1][2:] if drafted else image.size
    needed_bytes = decoder_bytes(image, width_px, height_px) + len(data)
    check_memory(needed_bytes, width_px, height_px, limits)
    is_whole = load_rows(image)
    if image.format not in JPEG_FAMILY:
        extent_px = image.size  # a plugin may turn the picture while it loads
    return _shrink(image, extent_px, longest_px), is_whole


def _shrink(image: Image.Image, extent_px: tuple[float, float], longest_px: int) -> Image.Image:
    """Convert a loaded picture to sRGB in the wanted size.

    Args:
        image: The picture.
        extent_px: The extent of the whole picture in it: after a reduced decode the last column
            and row may reach beyond.
        longest_px: Longer side of the result.
    """
    size_px = _fit(*extent_px, longest_px)
    # Whole factors first, which costs little; the last halving is left to the better filter.
    across, down = (
        max(int(extent / side / 2), 1) for extent, side in zip(extent_px, size_px, strict=True)
    )
    shown = to_displayed_rgb(image, (across, down))
    if shown.size == size_px:
        return shown
    box = (0, 0, min(extent_px[0] / across, shown.width), min(extent_px[1] / down, shown.height))
    return shown.resize(size_px, Image.Resampling.BICUBIC, box=box)


def _fit(width_px: float, height_px: float, longest_px: int) -> tuple[int, int]:
    """Size of the same shape within the bounds of a screen; never larger than it is."""
    scale = min(
        1.0,
        longest_px / max(width_px, height_px),
        math.sqrt(MOST_SCREEN_PX / (width_px * height_px)),
    )
    return max(round(width_px * scale), 1), max(round(height_px * scale), 1)


_COPIES = 4
"""Of a decoded picture: itself, in sRGB, in the size of the screen, and as plain bytes."""

DecodeForScreen = Callable[[str, int, DecodeLimits], NDArray[np.uint8]]
"""`screen.decode_for_screen` with all its arguments, or what stands in for it."""


class ScreenProcess(HelperProcess):
    """A decoder for the screen in a process of its own, started when first needed.

    One thread decodes; `close` may be called from any thread and ends a running decode.

    Args:
        limits: Limits for one file; None for the defaults. `timeout_s` counts for reading
            and decoding together.
        decode: Decodes a file; picklable, that is, a function of an importable module.
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
            DecodeFailed: The fault that the helper met; TIMED_OUT when it was killed;
                DECODER_CRASHED when it died or was closed, with the signal or exit code in the
                detail.
        """
        with self._conversation() as connection:
            shape = self._ask(connection, (path, longest_px), self._limits.timeout_s)
            return self._receive_array(connection, cast(tuple[int, int, int], shape))


def _serve_pictures(connection: Connection, limits: DecodeLimits, decode: DecodeForScreen) -> None:
    def picture_of(request: tuple[str, int]) -> NDArray[np.uint8]:
        path, longest_px = request
        return decode(path, longest_px, limits)

    serve(connection, _COPIES * limits.max_memory_bytes, picture_of)
