"""The picture inside uniform margins: what a border, a letterbox or a screenshot surrounds.

Margins are lines of which nearly every pixel has one tone. Between them the longest run of other
lines is the inner picture, so that the clock of a phone's status bar or the title of a viewer's
window, which also break the margin, are not taken for it.
"""

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.photo_facts import InnerPicture

_TOLERANCE = 12
"""Grey levels that a margin may differ from its own tone: JPEG's ringing beside the picture."""
_LINE_SHARE = 0.93
"""Share of a line's pixels that have to have the margin's tone."""
_GAP_LINES = 2
"""So many uniform lines in a row do not end a picture."""
_LEAST_AREA, _MOST_AREA = 0.08, 0.97
"""Share of the whole that an inner picture covers. Less could be anything; with more, nothing is
gained."""
_ROUGH_STEP = 16
_MOST_ROUGH_SHARE = 0.08
"""Share of margin pixels that may differ from their neighbours by more than a step, in grey
levels. In bars with text on them it reaches 0.04, in a page that shows something else beside the
picture, 0.2."""
_EDGE_PX = 3
"""Pixels around the inner picture that are blurred with it and say nothing of the margin."""

Grey = NDArray[np.uint8]
Run = tuple[int, int]


def inner_picture(picture: Image.Image, grey: Grey) -> InnerPicture | None:
    """Cut out what lies inside uniform margins.

    Args:
        picture: The upright picture, small, mode "RGB".
        grey: uint8 (side, side), the same squeezed to a square; it tells in no time that most
            photos have no margins, and how large the result is to be.

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
    """Tell whether one of the outermost lines has one tone.

    As `_is_margin` does. Asked of every photo, plain lists answer sooner than NumPy.
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
    # Beside the columns of the picture only margins stood in the rows that were too many.
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
