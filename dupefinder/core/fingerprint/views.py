"""Views of a photo: its windows, as a crop would leave them, and the picture inside a frame.

A crop has another fingerprint than its original, but that of the window which it shows. So the
fingerprints of some windows are kept with every photo; a crop meets the nearest of them, and the
confirmation finds out what it shows exactly. Of a photo with uniform margins all views are views
of the picture inside them.
"""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.fingerprint import (
    Greys,
    Words,
    bits_above_median,
    frequency_matrix,
)

VIEWS_KIND = "phash-64-views"
WHOLE, INNER = 0, 1
"""Numbers of views: the whole picture, with its margins, and what lies inside them. Window k has
the number k + 2."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of the width and height."""

_FREQUENCIES = 8
_CHECK_FREQUENCIES = 16
_WINDOWS = ((0.95, 3), (0.88, 3), (0.80, 4))
"""Side of the windows as a share of the picture's, and how many stand in a row. They are as far
apart as pHash forgives: a crop to 75 to 100 % of each side, wherever it lies, has a window within
4 % of it. With 0.90 instead of 0.88, and three of 0.80, a tenth of the crops by a fifth is missed
at 8 bits; 45 or 50 windows find no more than these 34."""


def _boxes() -> tuple[Box, ...]:
    boxes = [(0.0, 0.0, 1.0, 1.0)]
    for side, count in _WINDOWS:
        offsets = np.linspace(0, 1 - side, count).tolist()
        boxes += [(x, y, x + side, y + side) for y in offsets for x in offsets]
    return tuple(boxes)


VIEW_BOXES = _boxes()
"""Boxes of the views with fingerprints, in the inner picture: first all of it (`INNER`),
then its windows."""


def view_words(inner_greys: Greys) -> Words:
    """Compute pHash-64 of the views of photos, upright.

    Args:
        inner_greys: uint8 (n, side, side), of each photo what lies inside its margins, or all.

    Returns:
        uint64 (n, len(VIEW_BOXES), 1).
    """
    values = inner_greys.astype(np.float32)
    side_px = values.shape[-1]
    coefficients = np.empty((len(values), len(VIEW_BOXES), _FREQUENCIES, _FREQUENCIES), np.float32)
    rows_of_span: dict[tuple[float, float], np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}
    for index, (left, top, right, bottom) in enumerate(VIEW_BOXES):
        if (top, bottom) not in rows_of_span:
            matrix = frequency_matrix(side_px, _FREQUENCIES, (top, bottom))
            rows_of_span[top, bottom] = matrix @ values
        across = frequency_matrix(side_px, _FREQUENCIES, (left, right))
        coefficients[:, index] = rows_of_span[top, bottom] @ across.T
    return bits_above_median(coefficients)


def check_words(greys: Greys, views: NDArray[np.integer]) -> Words:
    """Compute pHash-256 of one view of each of some pictures, for a finer look at two that met.

    Args:
        greys: uint8 (n, side, side), the pictures in which the views lie.
        views: The number of each one's view, (n,).

    Returns:
        uint64 (n, 4).
    """
    values = greys.astype(np.float32)
    coefficients = np.empty((len(greys), _CHECK_FREQUENCIES, _CHECK_FREQUENCIES), np.float32)
    for index, view in enumerate(views.tolist()):
        left, top, right, bottom = VIEW_BOXES[max(view - INNER, 0)]
        down, across = (
            frequency_matrix(values.shape[-1], _CHECK_FREQUENCIES, span)
            for span in ((top, bottom), (left, right))
        )
        coefficients[index] = down @ values[index] @ across.T
    return bits_above_median(coefficients)
