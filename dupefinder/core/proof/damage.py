"""Damage that decoders ignore, found by comparing two files of one photo.

Decoders continue after most damage without a warning: the rest of a photo is shifted, torn, of
another tone, or grey. No program encodes a changed photo to nearly the same bytes, so one of two
such files is damaged. At the edges of blocks that decoded wrongly, the damaged picture jumps where
the sound one is continuous, as the blocks do not belong together.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX
from dupefinder.core.proof.full_picture import FullPicture, Levels

_COMPRESSED = frozenset(("JPEG", "MPO", "WEBP", "HEIF", "AVIF", "JPEG2000"))
_MOST_CHANGED_SHARE = 0.05
_LEAST_BYTES = 512
_UNLIKE_LEVELS = 3
_LEAST_BLOCKS = 16
_TORN = 2.0
"""Ratio of jumps that shows damage. Of 240 JPEGs with a few changed bytes that decode without a
warning, the damage is visible in 100; 80 of these jump so much more than the sound file, and none
so much less."""
_GREY = 128
_GREY_LEVELS = 3
_LEAST_GREY_ROWS = 2 * BLOCK_PX
_LEAST_SPREAD = 6.0
_STEP_PX = 3
_ROWS_AT_ONCE = 64
_LEAST_RUN = 0.03
_GLANCE_PX = 32
_ALIKE_LEVELS = 8.0


def damaged_of(ours: FullPicture, theirs: FullPicture) -> FullPicture | None:
    """Find which of two copies of one photo is damaged; None if neither is known to be."""
    if differ_by_few_bytes(ours, theirs):
        return _torn(ours, theirs)
    return _ending_in_grey(ours, theirs)


def differ_by_few_bytes(ours: FullPicture, theirs: FullPicture) -> bool:
    """True if two compressed files are equal except for a few bytes, and yet show other pixels.

    One of the two is damaged then.
    """
    formats = {ours.facts.format, theirs.facts.format}
    if len(formats) > 1 or not formats <= _COMPRESSED or _shape(ours) != _shape(theirs):
        return False
    if ours.facts.icc_digest != theirs.facts.icc_digest:
        return False  # the same levels may mean other colours
    sizes_bytes = len(ours.content), len(theirs.content)
    if sizes_bytes[0] != sizes_bytes[1] or sizes_bytes[0] < _LEAST_BYTES:
        return False
    one, other = (np.frombuffer(picture.content, np.uint8) for picture in (ours, theirs))
    if np.count_nonzero(one != other) > len(one) * _MOST_CHANGED_SHARE:
        return False
    return not all(map(np.array_equal, ours.channels, theirs.channels))


def _shape(picture: FullPicture) -> tuple[int, int, int]:
    return *picture.size_px, len(picture.channels)


def _torn(ours: FullPicture, theirs: FullPicture) -> FullPicture | None:
    """The one of two pictures that jumps at the edges of the blocks in which they differ."""
    one, other = (_whole_blocks(picture.levels) for picture in (ours, theirs))
    if min(one.shape[:2]) < 2 * BLOCK_PX:
        return None
    unlike = cv2.absdiff(one, other)
    if unlike.ndim == 3:
        unlike = unlike.max(axis=2)
    rows, columns = (side // BLOCK_PX for side in unlike.shape)
    blocks = unlike.reshape(rows, BLOCK_PX, columns, BLOCK_PX).max(axis=(1, 3)) > _UNLIKE_LEVELS
    if np.count_nonzero(blocks) < _LEAST_BLOCKS:
        return None
    one_jumps, other_jumps = (
        np.concatenate((_jumps(levels, blocks), _jumps(levels.swapaxes(0, 1), blocks.T)))
        for levels in (one, other)
    )
    gaps = one_jumps - other_jumps
    more, less = float(np.maximum(gaps, 0).sum()), float(np.maximum(-gaps, 0).sum())
    if more > _TORN * less:
        return ours
    return theirs if less > _TORN * more else None


def _whole_blocks(levels: Levels) -> Levels:
    high, wide = (side - side % BLOCK_PX for side in levels.shape[:2])
    return levels[:high, :wide]


def _jumps(levels: Levels, is_unlike: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Measure the jumps at the edges where blocks that differ meet others, one below the other.

    Args:
        levels: uint8 (height, width) or (height, width, channels), of whole blocks.
        is_unlike: bool (rows, columns), blocks.

    Returns:
        float64 (n,), sizes in levels, each a mean along the edge of a block.
    """
    edges = is_unlike[1:] != is_unlike[:-1]
    below = np.arange(BLOCK_PX, len(levels), BLOCK_PX)
    steps = cv2.absdiff(levels[below], levels[below - 1])
    means = steps.reshape(len(below), edges.shape[1], BLOCK_PX, -1).mean(axis=2)
    return np.asarray(means[edges], np.float64).ravel()


def _ending_in_grey(ours: FullPicture, theirs: FullPicture) -> FullPicture | None:
    """The one of two pictures that ends in filler grey where the other shows more.

    Decoders fill the missing end of a file with it; it stays when the picture is saved again. It
    nearly always begins in the middle of a row of blocks, which no border or bar does.
    """
    for picture, other in ((ours, theirs), (theirs, ours)):
        high = picture.size_px[1]
        grey_rows = min(_grey_rows(channel) for channel in picture.channels)
        if not _LEAST_GREY_ROWS <= grey_rows < high - BLOCK_PX:
            continue
        until = round(other.size_px[1] * (1 - grey_rows / high))
        there = other.luma[until:]
        shows_more = there.size > 0 and float(there.std()) > _LEAST_SPREAD
        above = [channel[: high - grey_rows] for channel in picture.channels]
        if shows_more and _ends_in_mid_row(above) and _are_alike(above[0], other.luma[:until]):
            return picture
    return None


def _are_alike(luma: Levels, others: Levels) -> bool:
    """True if two pictures show the same by a quick comparison."""
    if not others.size:
        return False
    small = [
        cv2.resize(one, (_GLANCE_PX, _GLANCE_PX), interpolation=cv2.INTER_AREA)
        for one in (luma, others)
    ]
    return float(cv2.absdiff(*small).mean()) < _ALIKE_LEVELS


def _ends_in_mid_row(channels: Sequence[Levels]) -> bool:
    """True if the last rows are grey to the right of some place, and only there."""
    last = np.stack([channel[-_STEP_PX - 1 : -1] for channel in channels])
    is_grey = np.all(_is_grey(last), axis=(0, 1))
    assert isinstance(is_grey, np.ndarray)
    run = int((~is_grey[::-1]).argmax())
    wide = len(is_grey)
    return wide * _LEAST_RUN <= run <= wide * (1 - _LEAST_RUN)


def _grey_rows(levels: Levels) -> int:
    """Rows of even middle grey at the lower end of a plane, as it lies in its file."""
    high = len(levels)
    for last in range(high, 0, -_ROWS_AT_ONCE):
        is_grey = _is_grey(levels[max(last - _ROWS_AT_ONCE, 0) : last][::-1]).all(axis=1)
        if not is_grey.all():
            return high - last + int(is_grey.argmin())
    return high


def _is_grey(values: Levels) -> NDArray[np.bool_]:
    return np.abs(values.astype(np.int16) - _GREY) <= _GREY_LEVELS
