"""Covers: crops that keep the whole height of a photo, or its whole width, and cut the other side.

Web galleries and messengers cut squares and banners so. With such a crop only one thing is not
known, its place along the side that was cut: how much it keeps follows from the two proportions.
So its fingerprint looks closely across the side that is whole and roughly along the other: 16
frequencies by 4, which forgive a window that lies off by 7 % of its length, or is a tenth too
long. With 8 by 8 it would take twice as many windows.

The bits are signs, not comparisons with a median: a mirror negates the odd frequencies, so a
fingerprint is turned by flipping bits.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.fingerprint import Greys, Words, frequency_matrix, pack_bits
from dupefinder.core.fingerprint.views import INNER, VIEW_BOXES, WHOLE, Box
from dupefinder.core.records import Orientation

COVERS_KIND = "covers-64"

_CUT_FREQUENCIES, _WHOLE_FREQUENCIES = 4, 16
"""Frequencies along the side that is cut, and across the one that is kept."""
_WINDOWS = ((0.9, 2), (0.74, 4), (0.605, 6), (0.495, 9), (0.405, 12))
"""Share of the side that a window keeps, and how many lie along it. From one share to the next it
is 1.22 times; from one place to the next 13 % of the window."""
SHARES = np.array([share for share, _ in _WINDOWS])
_PLACES_PER_SHARE = [count for _, count in _WINDOWS]
_SPANS = tuple(
    (float(start), float(start) + share)
    for share, count in _WINDOWS
    for start in np.linspace(0, 1 - share, count)
)
WINDOWS = len(_SPANS)
"""Windows of one direction."""
BLOCKS = tuple(
    (sum(_PLACES_PER_SHARE[:k]), sum(_PLACES_PER_SHARE[: k + 1]))
    for k in range(len(_PLACES_PER_SHARE))
)
"""First window and end of each share, within the windows of one direction."""

FIRST_COVER = INNER + len(VIEW_BOXES)
"""The number of the first window as a view: first those of the whole height, then those of the
whole width."""
COVER_BOXES: tuple[Box, ...] = (
    *((begin, 0.0, end, 1.0) for begin, end in _SPANS),
    *((0.0, begin, 1.0, end) for begin, end in _SPANS),
)

WHOLE_PICTURE, INNER_PICTURE, FIRST_WINDOW = 0, 2, 4
"""Places of a photo's fingerprints: two of the whole picture, two of the inner one, as kept
in height and in width, then those of windows of the whole picture."""


def cover_words(greys: Greys, inner_greys: Greys) -> Words:
    """Compute the fingerprints of photos as covers, and of the windows that covers may show.

    Args:
        greys: uint8 (n, side, side).
        inner_greys: The same shape, of each photo what lies inside its margins, or all.

    Returns:
        uint64 (n, FIRST_WINDOW + 2 * WINDOWS, 1).
    """
    side_px = greys.shape[-1]
    words = np.empty((len(greys), FIRST_WINDOW + 2 * WINDOWS, 1), np.uint64)
    ours, inner = greys.astype(np.float32), inner_greys.astype(np.float32)
    down, across = frequency_matrix(side_px, _WHOLE_FREQUENCIES), _window_matrix(side_px)
    for width in (0, 1):
        found = _signs(ours, down, across, width)
        words[:, WHOLE_PICTURE + width] = found[:, 0]
        words[:, INNER_PICTURE + width] = _signs(inner, down, across[:_CUT_FREQUENCIES], width)[
            :, 0
        ]
        first = FIRST_WINDOW + width * WINDOWS
        words[:, first : first + WINDOWS] = found[:, 1:]
    return words


@lru_cache(maxsize=4)
def _window_matrix(side_px: int) -> NDArray[np.float32]:
    """The matrices of the whole side and of all windows, one below another."""
    return np.concatenate(
        [frequency_matrix(side_px, _CUT_FREQUENCIES, span) for span in ((0.0, 1.0), *_SPANS)]
    )


def _signs(
    values: NDArray[np.float32],
    down: NDArray[np.float32],
    across: NDArray[np.float32],
    width: int,
) -> Words:
    """Fingerprints, (n, windows, 1), of windows that keep one side whole.

    Args:
        values: float32 (n, side, side), greys.
        down: float32 (16, side), across the side that is kept.
        across: float32 (4 * windows, side), along the other one.
        width: 1 where the width is kept, 0 where the height is.
    """
    windows = len(across) // _CUT_FREQUENCIES
    if width:
        rows = across @ (values @ down.T)
        by_window = rows.reshape(
            len(values), windows, _CUT_FREQUENCIES, _WHOLE_FREQUENCIES
        ).swapaxes(2, 3)
    else:
        columns = (down @ values) @ across.T
        by_window = columns.reshape(
            len(values), _WHOLE_FREQUENCIES, windows, _CUT_FREQUENCIES
        ).swapaxes(1, 2)
    return pack_bits(
        (by_window > 0).reshape(len(values), windows, _WHOLE_FREQUENCIES * _CUT_FREQUENCIES)
    )


def _odd_bits(axis: int) -> np.uint64:
    """The bits of odd frequencies along an axis: those that a mirror negates."""
    is_odd = np.zeros((_WHOLE_FREQUENCIES, _CUT_FREQUENCIES), np.bool_)
    is_odd[(slice(1, None, 2), slice(None)) if axis == 0 else (slice(None), slice(1, None, 2))] = 1
    # The mean of all has no sign.
    return np.uint64(pack_bits(is_odd.reshape(1, -1))[0, 0])


_SHORT_ODD, _LONG_ODD = _odd_bits(0), _odd_bits(1)


def turned_covers(words: Words) -> Words:
    """Turn the fingerprints of pictures as covers.

    Args:
        words: uint64 (n, 2), as kept in height and in width.

    Returns:
        uint64 (n, 8, 2), by `Orientation`.
    """
    turned = np.empty((len(words), len(Orientation), 2), np.uint64)
    for orientation in Orientation:
        height, width = words[:, 0], words[:, 1]
        if orientation in _SWAP_SIDES:
            height, width = width, height
        across, down = _MIRRORS[orientation]
        # As kept in width the columns are what the rows are as kept in height.
        flips = (
            (across * _LONG_ODD) ^ (down * _SHORT_ODD),
            (across * _SHORT_ODD) ^ (down * _LONG_ODD),
        )
        turned[:, orientation, 0] = height ^ flips[0]
        turned[:, orientation, 1] = width ^ flips[1]
    return turned


_SWAP_SIDES = frozenset(
    (
        Orientation.ROTATE_90,
        Orientation.ROTATE_270,
        Orientation.TRANSPOSE,
        Orientation.TRANSVERSE,
    )
)
_KEPT, _NEGATED = np.uint64(0), np.uint64(1)
_MIRRORS = {
    Orientation.IDENTITY: (_KEPT, _KEPT),
    Orientation.MIRROR: (_NEGATED, _KEPT),
    Orientation.FLIP: (_KEPT, _NEGATED),
    Orientation.ROTATE_180: (_NEGATED, _NEGATED),
    Orientation.TRANSPOSE: (_KEPT, _KEPT),
    Orientation.ROTATE_90: (_NEGATED, _KEPT),
    Orientation.ROTATE_270: (_KEPT, _NEGATED),
    Orientation.TRANSVERSE: (_NEGATED, _NEGATED),
}
"""Mirroring of each turn, left and right, up and down, after a transposition if there is one."""


def is_of_whole(views: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Tell, bool (n,), which views are of the whole picture, not of what lies inside margins."""
    return np.asarray((views == WHOLE) | (views >= FIRST_COVER))


def box_of_view(view: int) -> Box:
    """The box of a view of any number.

    Args:
        view: As pairs tell it. A window of a cover lies in the whole picture, another one in the
            inner picture; of whole pictures it is all.
    """
    if view >= FIRST_COVER:
        return COVER_BOXES[view - FIRST_COVER]
    return VIEW_BOXES[max(view - INNER, 0)]
