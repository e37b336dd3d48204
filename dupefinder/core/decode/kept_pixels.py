"""What is kept of a picture's pixels: a thumbnail, a grey, its colours, how sharp it is."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode.jpeg_pixels import encode_jpeg
from dupefinder.core.decode.reduced import ReducedPicture
from dupefinder.core.decode.upright import turn

GREY_SIDE_PX = 96
CHROMA_SIDE_PX = 16
THUMBNAIL_SIDE_PX = 256
THUMBNAIL_MOST_PX = 320
"""Longer side up to which the shrunk picture is the thumbnail as it is; another pass of a filter
would cost more than all the rest that is done for a small photo."""
_THUMBNAIL_QUALITY = 80


def thumbnail_of(small: ReducedPicture) -> Image.Image:
    """Make the upright picture of about `THUMBNAIL_SIDE_PX`; a smaller one stays as it is."""
    if max(small.pixels.size) <= THUMBNAIL_MOST_PX:
        return turn(small.pixels, small.orientation)
    scale = THUMBNAIL_SIDE_PX / max(small.shape_px)
    width_px, height_px = (max(round(side * scale), 1) for side in small.shape_px)
    return small.resize(width_px, height_px, small.pixels, Image.Resampling.HAMMING)


def encode_thumbnail(thumbnail: Image.Image, small: ReducedPicture) -> bytes:
    """Encode what `thumbnail_of` made of a picture as JPEG."""
    levels = small.levels if thumbnail is small.pixels else None
    return encode_jpeg(thumbnail, _THUMBNAIL_QUALITY, levels)


def grey_of(small: ReducedPicture) -> NDArray[np.uint8]:
    """Squeeze a picture to an upright square, uint8 (`GREY_SIDE_PX`, `GREY_SIDE_PX`)."""
    luminance = small.pixels.convert("L")
    grey = small.resize(GREY_SIDE_PX, GREY_SIDE_PX, luminance, Image.Resampling.HAMMING)
    return np.frombuffer(grey.tobytes(), np.uint8).reshape(GREY_SIDE_PX, GREY_SIDE_PX)


def chroma_of(thumbnail: Image.Image) -> NDArray[np.uint8]:
    """Take the means of Cb and Cr over equal shares of a picture, however it divides.

    Returns:
        uint8 (2, `CHROMA_SIDE_PX`, `CHROMA_SIDE_PX`).
    """
    side_px = CHROMA_SIDE_PX
    across, down = (max(side // (2 * side_px), 1) for side in thumbnail.size)
    if thumbnail.width % side_px == 0 and thumbnail.height % side_px == 0:
        across, down = thumbnail.width // side_px, thumbnail.height // side_px
    reduced = thumbnail.reduce((across, down)).convert("YCbCr")
    cells = np.frombuffer(reduced.tobytes(), np.uint8).reshape(*reduced.size[::-1], 3)
    if reduced.size == (side_px, side_px):
        return cells[:, :, 1:].transpose(2, 0, 1).copy()
    rows = _shares(thumbnail.height / down, reduced.height)
    columns = _shares(thumbnail.width / across, reduced.width)
    chroma = rows @ cells[:, :, 1:].transpose(2, 0, 1) @ columns.T
    return np.rint(chroma).astype(np.uint8)


@lru_cache(maxsize=256)
def _shares(length: float, cells: int) -> NDArray[np.float32]:
    """Matrix of the means over equal shares of a line of cells, the last of which may be cut."""
    bounds = np.linspace(0, length, CHROMA_SIDE_PX + 1)[:, None]
    cell = np.arange(cells)
    overlap = np.minimum(bounds[1:], cell + 1) - np.maximum(bounds[:-1], cell)
    shares = np.clip(overlap, 0, None)
    means: NDArray[np.float32] = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return means


def sharpness_of(grey: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of a grey with inner pixels, uint8 (height, width).

    Source: J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000.
    """
    height, width = grey.shape
    # One long line, which is sooner gone through than many; its breaks are cut off at the end.
    pixels = grey.ravel().astype(np.int16)
    laplacian = pixels[width:-width] * -4
    laplacian += pixels[: -2 * width]
    laplacian += pixels[2 * width :]
    laplacian += pixels[width - 1 : -width - 1]
    laplacian += pixels[width + 1 : 1 - width]
    return _variance(laplacian.reshape(height - 2, width)[:, 1:-1])


def contrast_of(grey: NDArray[np.uint8]) -> float:
    """Standard deviation of a grey's levels."""
    return math.sqrt(_variance(grey))


def _variance(values: NDArray[Any]) -> float:
    """Variance of whole numbers, whose sums are exact; NumPy's takes five times as long."""
    flat = values.astype(np.float64).ravel()
    total = float(np.add.reduce(flat))
    return (flat.size * float(flat @ flat) - total * total) / flat.size**2
