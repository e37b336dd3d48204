"""Quantisation steps of a picture, which bound the changes that its encoding may have made.

A JPEG encoder divides the coefficients of each block of 8 × 8 pixels by the steps of a table and
rounds them. So each original coefficient lies within half a step of the decoded one. A WebP has
other blocks; an even table as coarse as its quantiser stands for them. The steps of HEIC and AVIF
are not read; their table is about as coarse as these formats at the lowest quality that people
keep photos in. A lossless file may have been made of a JPEG; then its coefficients still lie at
multiples of that JPEG's steps.

Sources: ITU-T Recommendation T.81 (1992), Annexes A and K; for the steps of a former JPEG, Z. Fan
and R. L. de Queiroz, "Identification of Bitmap Compression History", 2003: coefficients gather at
multiples of their step.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof import vp8

Floats = NDArray[np.float32]

BLOCK_PX = 8
_COEFFICIENTS = BLOCK_PX * BLOCK_PX

# fmt: off
_LUMA_AT_50 = np.array((
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
), np.float32)
_CHROMA_AT_50 = np.array((
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, *(99,) * 32,
), np.float32)
# fmt: on

_LOSSY_STEP = 24.0
_ROUNDED_BY = 1.4
"""Bound in steps for VP8, which rounds down more often than up and smooths block edges: 99 % of the
coefficients of 12 photos, encoded in 14 ways, lie within 0.8 of a step."""
# fmt: off
_PALETTE_LUMA = (64, 34, 28, 24, 24, 24, 26, 28, 30, 32, 34, 36, 38, 40, 40)
_PALETTE_CHROMA = (60, 30, 20, 16, 14, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12)
# fmt: on
"""Steps of a palette, by the sum of both frequencies. A palette changes large areas, and dithering
spreads that over fine detail: 99 % of the coefficients of 12 photos in 256 colours lie within half
of these."""

_FORMER_QUALITIES = range(25, 93)
_FORMER_SAMPLED = 20_000
_FORMER_BLOCKS = 2_500
_FORMER_LEAST = 200
_FORMER_LEAST_STEP = 4
_FORMER_LARGE = 0.6
_FORMER_MOST_DISTANCE = 0.45
_FORMER_MOST_BETWEEN = 0.25
_MOST_BETWEEN_IN_JPEG = 0.12
"""Greatest share of coefficients between multiples in a JPEG that was saved again. Of 40 camera
files and 48 photos saved once, one has 0.15 and all others 0.4 or more; of 60 saved again, 5 have
more than this."""
_MUCH_COARSER = 1.4
_FORMER_FEW = 8
_FORMER_FAR_BETWEEN = 0.4


@dataclass(frozen=True, slots=True)
class Steps:
    """Quantisation steps of a picture, in units of an orthonormal DCT of 8 × 8 pixels.

    Attributes:
        luma: float32 (64,), rows of increasing vertical frequency.
        chroma: float32 (64,), of chroma at half the picture's width and height.
        is_exact: True where coefficients lie at multiples of the steps.
    """

    luma: Floats
    chroma: Floats
    is_exact: bool = True


def even_steps(luma: float, chroma: float) -> Steps:
    """Equal steps for all frequencies, for a picture with other blocks."""
    return Steps(
        np.full(_COEFFICIENTS, luma, np.float32),
        np.full(_COEFFICIENTS, chroma, np.float32),
        is_exact=False,
    )


LOSSLESS = Steps(np.ones(_COEFFICIENTS, np.float32), np.ones(_COEFFICIENTS, np.float32))
LOSSY = even_steps(_LOSSY_STEP, _LOSSY_STEP)
_ORDER = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
PALETTE = Steps(
    np.array(_PALETTE_LUMA, np.float32)[_ORDER],
    np.array(_PALETTE_CHROMA, np.float32)[_ORDER],
    is_exact=False,
)


def webp_steps(data: bytes) -> Steps:
    """Steps of a WebP; those of any lossy file where they cannot be read.

    Args:
        data: The file.
    """
    if vp8.is_lossless(data):
        return LOSSLESS
    found = vp8.coarsest_steps(data)
    if found is None:
        return LOSSY
    return even_steps(*(step * _ROUNDED_BY for step in found))


@lru_cache(maxsize=1)
def transform() -> Floats:
    """Matrix of the orthonormal DCT of a block, float32 (64, 64).

    `blocks @ transform().T` are the coefficients of blocks (n, 64), and
    `coefficients @ transform()` the blocks again.
    """
    places = np.arange(BLOCK_PX)
    rows = np.sqrt(2 / BLOCK_PX) * np.cos((2 * places + 1) * places[:, None] * np.pi / 16)
    rows[0] = np.sqrt(1 / BLOCK_PX)
    return np.kron(rows, rows).astype(np.float32)


def standard_steps(quality: int) -> Steps:
    """Steps of the tables that libjpeg makes for a quality from 1 to 100."""
    scale_percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    luma, chroma = (
        np.clip(np.floor((table * scale_percent + 50) / 100), 1, 255).astype(np.float32)
        for table in (_LUMA_AT_50, _CHROMA_AT_50)
    )
    return Steps(luma, chroma)


def steps_at(steps: Floats, scale: float) -> Floats:
    """Steps of a picture after it was reduced by a scale, or enlarged by one below 1.

    The error of encoding has the spectrum of the steps. In a picture reduced by `scale` only the
    lower frequencies are left, and each pixel averages the errors of `scale`² pixels.

    Args:
        steps: float32 (64,).
        scale: Width before, divided by width after.
    """
    places = np.minimum(np.arange(BLOCK_PX) / scale, BLOCK_PX - 1)
    low = places.astype(np.intp)
    high = np.minimum(low + 1, BLOCK_PX - 1)
    share = (places - low).astype(np.float32)
    table = steps.reshape(BLOCK_PX, BLOCK_PX)
    table = table[low] * (1 - share[:, None]) + table[high] * share[:, None]
    table = table[:, low] * (1 - share) + table[:, high] * share
    return (table / np.float32(scale)).astype(np.float32).ravel()


def former_steps(luma: NDArray[np.uint8]) -> Steps | None:
    """Find the tables of the JPEG from which a lossless picture was made.

    Args:
        luma: uint8 (height, width), in the orientation of the JPEG.

    Returns:
        The standard tables whose multiples its coefficients gather at; None where none fit.
    """
    sizes = _telling_sizes(luma)
    return _fitting_steps(sizes, 0.0, _FORMER_MOST_BETWEEN, _FORMER_MOST_DISTANCE)


def steps_since_first(luma: NDArray[np.uint8], own: Steps) -> Steps:
    """Add up the steps of a JPEG and of the coarser JPEGs from which it was made.

    Saving again with finer steps moves coefficients from the multiples of the coarser steps by a
    little, so hardly any lie halfway between two multiples.

    Args:
        luma: uint8 (height, width), as stored, before the orientation is applied.
        own: Its steps.

    Returns:
        Its own steps where no coarser JPEG is found.
    """
    sizes = _telling_sizes(luma)
    added, last = own, own
    while (
        former := _fitting_steps(
            sizes, float(last.luma.sum()) * _MUCH_COARSER, _MOST_BETWEEN_IN_JPEG, np.inf
        )
    ) is not None:
        added = Steps(added.luma + former.luma, added.chroma + former.chroma, is_exact=False)
        last = former
    return added


def _telling_sizes(luma: NDArray[np.uint8]) -> Floats:
    """Sizes of the coefficients of the liveliest blocks, float32 (n, 64); (0, 64) of an icon."""
    high, wide = (side - side % BLOCK_PX for side in luma.shape)
    if min(high, wide) < _COEFFICIENTS:
        return np.empty((0, _COEFFICIENTS), np.float32)
    some = _telling_blocks(luma[:high, :wide])
    sizes: Floats = np.abs((some.astype(np.float32) - 128) @ transform().T)
    return sizes


def _fitting_steps(
    sizes: Floats, coarser_than: float, most_between: float, most_distance: float
) -> Steps | None:
    """Find the standard tables whose multiples coefficients gather at.

    Args:
        sizes: float32 (n, 64), from `_telling_sizes`.
        coarser_than: Least sum of the steps of luma.
        most_between: Greatest share of coefficients between two multiples.
        most_distance: Greatest result of `_distance`.
    """
    found, least = None, most_distance
    few = sizes[::_FORMER_FEW]
    for steps, divisors in _former_tables():
        if float(steps.luma.sum()) < coarser_than:
            break
        # Most tables do not fit by far, and few blocks tell that.
        between = _between(few / divisors)
        if between is not None and between > _FORMER_FAR_BETWEEN:
            continue
        multiples = sizes / divisors
        between = _between(multiples)
        if between is None or between >= most_between:
            continue
        distance = _distance(multiples, divisors)
        if distance < least:
            found, least = steps, distance
    return found


@lru_cache(maxsize=1)
def _former_tables() -> tuple[tuple[Steps, Floats], ...]:
    """Tables that a picture may have been saved with before, the coarsest first.

    Returns:
        Each with its steps of luma, float32 (64,); infinite where they are too small to tell
        anything, so that coefficients divided by them count as none.
    """
    tables = []
    for quality in _FORMER_QUALITIES:
        steps = standard_steps(quality)
        is_telling = steps.luma >= _FORMER_LEAST_STEP
        is_telling[0] = False
        tables.append((steps, np.where(is_telling, steps.luma, np.float32(np.inf))))
    return tuple(tables)


def is_clipped(blocks: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mask of blocks, uint8 (n, 64), with black or white pixels, at which values were clipped."""
    # Black and white are the largest, moved by one.
    return np.asarray((blocks + np.uint8(1)).min(axis=1) <= 1)


def _telling_blocks(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The blocks of a sample with most detail; those of a night sky have only tiny coefficients.

    Blocks that reach black or white come last, as clipping changed their coefficients.

    Args:
        luma: uint8 (height, width), whole blocks.

    Returns:
        uint8 (n, 64).
    """
    rows, columns = (side // BLOCK_PX for side in luma.shape)
    stripes = np.unique(
        np.linspace(0, rows - 1, min(rows, -(-_FORMER_SAMPLED // columns))).astype(int)
    )
    blocks = luma.reshape(rows, BLOCK_PX, columns, BLOCK_PX)[stripes]
    blocks = blocks.transpose(0, 2, 1, 3).reshape(-1, _COEFFICIENTS)
    liveliness = np.where(is_clipped(blocks), 0, np.ptp(blocks, axis=1)).astype(np.int16)
    order = np.argsort(-liveliness, kind="stable")
    liveliest: NDArray[np.uint8] = blocks[order[:_FORMER_BLOCKS]]
    return liveliest


def _between(multiples: Floats) -> float | None:
    """Share of coefficients that lie between two multiples of their steps; a half by chance.

    Args:
        multiples: float32 (n, 64), coefficients in steps.

    Returns:
        None where too few of them are large.
    """
    large = np.count_nonzero(multiples > _FORMER_LARGE)
    if large < _FORMER_LEAST:
        return None
    between = np.count_nonzero(multiples > 0.25) - np.count_nonzero(multiples >= 0.75)
    return between / large


def _distance(multiples: Floats, divisors: Floats) -> float:
    """Distance of large coefficients from the nearest multiples of their steps; 1 by chance.

    Args:
        multiples: float32 (n, 64), coefficients in steps.
        divisors: float32 (64,), the steps.
    """
    is_large = multiples > _FORMER_LARGE
    large, its_steps = multiples[is_large], np.broadcast_to(divisors, multiples.shape)[is_large]
    off = np.abs(large - np.rint(large))
    # By chance, coefficients lie a quarter of a step from the nearest multiple.
    return float((off * its_steps).mean() / (its_steps.mean() / 4))
