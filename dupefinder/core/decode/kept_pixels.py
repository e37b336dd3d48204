"""Small data kept of a picture: thumbnail, grey, colours, sharpness, and the inner picture.

The inner picture is surrounded by uniform margins: a border, a letterbox or a screenshot. Margins
are lines in which nearly every pixel has one tone. The longest run of other lines between them is
the inner picture, so that the clock of a phone's status bar or the title of a viewer's window,
which also interrupt the margin, are not taken for it.
"""

import math
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode.jpeg_pixels import Levels, encode_jpeg, levels_of, picture_of
from dupefinder.core.decode.reduced import ReducedPicture
from dupefinder.core.decode.upright import turn
from dupefinder.core.photo_facts import InnerPicture

GREY_SIDE_PX = 96
CHROMA_SIDE_PX = 16
THUMBNAIL_SIDE_PX = 256
THUMBNAIL_MOST_PX = 320
"""Longer side up to which the reduced picture is the thumbnail without another filter, which would
cost more than all the other work for a small photo."""
_THUMBNAIL_QUALITY = 80
_MOST_SCALE = 2.5
"""Greatest reduction for which a small blur prevents aliasing when samples are taken."""
_BLUR_SHARE, _LINEAR_VARIANCE = 0.13, 1 / 6
"""Variance of the blur in squares of the scale, less that of linear interpolation. It comes nearest
to Pillow's Hamming filter (46 dB, measured), which takes four times as long."""


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
    """Reduce a picture by a small blur and samples; None where it has to shrink by too much.

    The extent of the picture has to be whole pixels.
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
    """Encode a thumbnail made by `thumbnail_of` as JPEG."""
    return encode_jpeg(thumbnail.pixels, _THUMBNAIL_QUALITY, thumbnail.levels)


def grey_of(small: ReducedPicture) -> NDArray[np.uint8]:
    """Resize a picture to a grey square, uint8 (`GREY_SIDE_PX`, `GREY_SIDE_PX`)."""
    luminance = small.pixels.convert("L")
    grey = small.resize(GREY_SIDE_PX, GREY_SIDE_PX, luminance, Image.Resampling.HAMMING)
    return np.frombuffer(grey.tobytes(), np.uint8).reshape(GREY_SIDE_PX, GREY_SIDE_PX)


def chroma_of(thumbnail: Image.Image) -> NDArray[np.uint8]:
    """Means of Cb and Cr over equal parts of a picture, which may cut pixels.

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
    """Matrix of the means over equal parts of a line of cells, the last of which may be cut."""
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
    # One long line is filtered faster than many; its breaks are cut off at the end.
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


_TOLERANCE = 12
"""Grey levels that a margin may differ from its own tone: JPEG's ringing beside the picture."""
_LINE_SHARE = 0.93
"""Share of a line's pixels that have to have the margin's tone."""
_GAP_LINES = 2
"""Most uniform lines in a row that do not end a picture."""
_LEAST_AREA, _MOST_AREA = 0.08, 0.97
"""Least and greatest share of the whole for an inner picture. Less could be anything; more gains
nothing."""
_ROUGH_STEP = 16
_MOST_ROUGH_SHARE = 0.08
"""Greatest share of margin pixels that differ from their neighbours by more than a step, in grey
levels: up to 0.04 in bars with text, 0.2 in a page that shows something else beside the picture."""
_EDGE_PX = 3
"""Pixels around the inner picture that are blurred with it and do not count as margin."""

Grey = NDArray[np.uint8]
Run = tuple[int, int]


def inner_picture(picture: Image.Image, grey: Grey) -> InnerPicture | None:
    """Cut out what lies inside uniform margins.

    Args:
        picture: The upright picture, small, mode "RGB".
        grey: uint8 (side, side), the same resized to a square; it quickly shows that most photos
            have no margins, and gives the size of the result.

    Returns:
        None where there are no margins, or nothing inside them.
    """
    if not _may_have_margins(grey):
        return None
    luminance = picture.convert("L")
    box_px = find_inner(np.asarray(luminance))
    if box_px is None:
        return None
    left_px, top_px, right_px, bottom_px = box_px
    width_px, height_px = luminance.size
    inner = luminance.resize(grey.shape[::-1], Image.Resampling.HAMMING, box=box_px)
    return InnerPicture(
        (left_px / width_px, top_px / height_px, right_px / width_px, bottom_px / height_px),
        np.frombuffer(inner.tobytes(), np.uint8).reshape(grey.shape),
    )


def _may_have_margins(grey: Grey) -> bool:
    """True if one of the outermost lines has one tone.

    A quick form of `_is_margin` for every photo; plain lists are faster than NumPy here.
    """
    for line in (grey[0], grey[-1], grey[:, 0], grey[:, -1]):
        levels = sorted(line.tobytes())
        tone = levels[len(levels) // 2]
        near = bisect_right(levels, tone + _TOLERANCE) - bisect_left(levels, tone - _TOLERANCE)
        if near / len(levels) >= _LINE_SHARE:
            return True
    return False


def find_inner(luminance: Grey) -> tuple[int, int, int, int] | None:
    """Find the picture inside uniform margins.

    Args:
        luminance: uint8 (height, width).

    Returns:
        Left, top, right and bottom in pixels, the last two exclusive; None where there are no
        margins, or nothing inside them.
    """
    rows = _longest_run(luminance)
    columns = None if rows is None else _longest_run(luminance[slice(*rows)].T)
    if rows is None or columns is None:
        return None
    if (0, 0, *luminance.shape) == (rows[0], columns[0], rows[1], columns[1]):
        return None
    # Rows that were too many consist of margin alone beside the columns of the picture.
    closer = _longest_run(luminance[slice(*rows), slice(*columns)])
    top, bottom = rows if closer is None else (rows[0] + closer[0], rows[0] + closer[1])
    left, right = columns
    share = (bottom - top) * (right - left) / luminance.size
    if not _LEAST_AREA <= share <= _MOST_AREA or _is_rough_outside(
        luminance, left, top, right, bottom
    ):
        return None
    return left, top, right, bottom


def _longest_run(lines: Grey) -> Run | None:
    """The longest run of lines that are no margin; a margin has the tone of the first or last."""
    tones = {_tone(lines[0]), _tone(lines[-1])}
    is_margin = np.logical_or.reduce([_is_margin(lines, tone) for tone in tones])
    busy = np.flatnonzero(~is_margin)
    if len(busy) == 0:
        return None
    ends = np.flatnonzero(np.diff(busy) > _GAP_LINES + 1)
    starts = busy[np.concatenate(([0], ends + 1))]
    stops = busy[np.concatenate((ends, [-1]))] + 1
    longest = int(np.argmax(stops - starts))
    return int(starts[longest]), int(stops[longest])


def _tone(line: Grey) -> int:
    return int(np.sort(line)[len(line) // 2])


def _is_margin(lines: Grey, tone: int) -> NDArray[np.bool_]:
    least, most = max(tone - _TOLERANCE, 0), min(tone + _TOLERANCE, 255)
    # Less than the least wraps round to more than any.
    is_near = (lines - np.uint8(least)) <= most - least
    near_px = np.add.reduce(is_near, axis=1, dtype=np.int32)  # counting would take twice as long
    is_margin: NDArray[np.bool_] = near_px / lines.shape[1] >= _LINE_SHARE
    return is_margin


def _is_rough_outside(luminance: Grey, left: int, top: int, right: int, bottom: int) -> bool:
    levels = luminance.astype(np.int16)
    outside = np.ones(levels.shape, np.bool_)
    outside[
        max(top - _EDGE_PX, 0) : bottom + _EDGE_PX, max(left - _EDGE_PX, 0) : right + _EDGE_PX
    ] = False
    steps = np.abs(np.diff(levels, axis=1, prepend=levels[:, :1]))
    steps += np.abs(np.diff(levels, axis=0, prepend=levels[:1]))
    rough_px = int(np.count_nonzero(steps[outside] > _ROUGH_STEP))
    return rough_px > _MOST_ROUGH_SHARE * int(np.count_nonzero(outside))
