"""Pixels that are kept of a picture: a thumbnail, a grey, its colours, and its sharpness."""

import math
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode.jpeg_pixels import Levels, encode_jpeg, levels_of, picture_of
from dupefinder.core.decode.reduced import ReducedPicture
from dupefinder.core.decode.upright import turn

GREY_SIDE_PX = 96
CHROMA_SIDE_PX = 16
THUMBNAIL_SIDE_PX = 256
THUMBNAIL_MOST_PX = 320
"""Longer side up to which the shrunk picture is the thumbnail as it is; another pass of a filter
would cost more than all the rest that is done for a small photo."""
_THUMBNAIL_QUALITY = 80
_MOST_SCALE = 2.5
"""Up to here a blur of few pixels keeps fine lines from flickering when samples are taken."""
_BLUR_SHARE, _LINEAR_VARIANCE = 0.13, 1 / 6
"""Variance of the blur in squares of the scale, less that of linear interpolation: so the result
is nearest to Pillow's Hamming filter (46 dB, measured), which takes four times as long."""


def thumbnail_of(small: ReducedPicture) -> ReducedPicture:
    """Make the upright picture of about `THUMBNAIL_SIDE_PX`; a smaller one stays as it is."""
    pixels, levels = small.pixels, small.levels
    if max(pixels.size) > THUMBNAIL_MOST_PX:
        scale = THUMBNAIL_SIDE_PX / max(small.shape_px)
        width_px, height_px = (max(round(side * scale), 1) for side in small.shape_px)
        levels = _sampled(small, width_px, height_px)
        if levels is None:
            box = (0, 0, *small.extent_px)
            pixels = pixels.resize((width_px, height_px), Image.Resampling.HAMMING, box=box)
        else:
            pixels = picture_of(levels)
    upright = turn(pixels, small.orientation)
    return ReducedPicture(
        upright, upright.size, upright.size, levels=levels if upright is pixels else None
    )


def _sampled(small: ReducedPicture, width_px: int, height_px: int) -> Levels | None:
    """Blur a picture a little and take samples of it; None where it shrinks by too much for that.

    The picture's extent has to be whole, too: samples know no parts of pixels.
    """
    scales = small.pixels.width / width_px, small.pixels.height / height_px
    if small.extent_px != small.pixels.size or not 1 < min(scales) <= max(scales) <= _MOST_SCALE:
        return None
    across, down = (
        cv2.getGaussianKernel(3, math.sqrt(max(_BLUR_SHARE * one * one - _LINEAR_VARIANCE, 1e-6)))
        for one in scales
    )
    blurred = cv2.sepFilter2D(
        levels_of(small.pixels, small.levels), -1, across, down, borderType=cv2.BORDER_REPLICATE
    )
    sampled: Levels = np.asarray(
        cv2.resize(blurred, (width_px, height_px), interpolation=cv2.INTER_LINEAR), np.uint8
    )
    return sampled


def encode_thumbnail(thumbnail: ReducedPicture) -> bytes:
    """Encode what `thumbnail_of` made of a picture as JPEG."""
    return encode_jpeg(thumbnail.pixels, _THUMBNAIL_QUALITY, thumbnail.levels)


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
