"""Colours of a picture where it is fully transparent, which another one may lack.

Nothing shows them, but they can be made visible again. A program that cuts a person out of a photo
may only make the rest transparent: the whole photo is still in the file. Another copy in which it
is blank looks the same.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.full_picture import FullPicture, Levels

_FLAT_LEVELS = 8
"""Hidden colours that differ by no more show nothing: a blank background after encoding."""
_FILLER_LEVELS = 12
"""Greatest range of hidden colours in a row that an encoder filled: at most 11 levels in logos at
qualities from 20 on."""
_FAINT, _FAINT_SIDE_PX = 32, 9
"""Opacity of 255 at which a picture can hardly be seen, and the least side of such an area."""
_BAND_PX = 8
_EQUAL_LEVELS = 8
_EQUAL_SHARE = 0.999


def hides_colours(own: FullPicture, other: FullPicture) -> bool:
    """True if a picture has something in its transparent parts that another one lacks.

    Args:
        own: The picture that may be removed.
        other: The one that would stay for it.
    """
    if own.alpha is None or own.rgb is None:
        return False
    return _hides_in(own, other, own.alpha == 0) or _hides_in(own, other, _faint_areas(own.alpha))


def _faint_areas(alpha: Levels) -> NDArray[np.bool_]:
    """Areas of next to no opacity, bool (height, width); the soft edges of drawings are none."""
    faint = ((alpha > 0) & (alpha <= _FAINT)).astype(np.uint8)
    side = np.ones((_FAINT_SIDE_PX, _FAINT_SIDE_PX), np.uint8)
    return cv2.morphologyEx(faint, cv2.MORPH_OPEN, side) > 0


def _hides_in(own: FullPicture, other: FullPicture, hidden: NDArray[np.bool_]) -> bool:
    """As `hides_colours`, in one part of a picture, bool (height, width)."""
    if own.rgb is None or not hidden.any():
        return False
    colours = own.rgb[hidden].reshape(int(hidden.sum()), -1)
    if int(np.ptp(colours, axis=0).max()) <= _FLAT_LEVELS:
        return False
    if not own.facts.is_lossless and _is_filler(own.rgb, hidden):
        return False
    if other.rgb is None or other.rgb.shape != own.rgb.shape:
        return True
    theirs = other.laid_as(own.orientation).rgb
    if theirs is None or theirs.shape != own.rgb.shape:
        return True
    gaps = np.abs(theirs[hidden].reshape(colours.shape).astype(np.int16) - colours)
    return float((gaps.max(axis=1) <= _EQUAL_LEVELS).mean()) < _EQUAL_SHARE


def _is_filler(rgb: Levels, hidden: NDArray[np.bool_]) -> bool:
    """True if hidden colours are filler by an encoder, which shows nothing.

    libwebp makes each run of hidden blocks one colour along its band of rows; near what shows the
    colours of that spill over.

    Args:
        rgb: uint8 (height, width, 3), or (height, width) for greys.
        hidden: bool (height, width).
    """
    side_px = 2 * _BAND_PX + 1
    inside = cv2.erode(
        hidden.astype(np.uint8), np.ones((side_px, side_px), np.uint8), borderValue=1
    )
    for top in range(0, len(inside), _BAND_PX):
        band = rgb[top : top + _BAND_PX]
        is_in = inside[top : top + _BAND_PX].all(axis=0)
        ends = np.flatnonzero(np.diff(is_in, prepend=False, append=False))
        for left, right in ends.reshape(-1, 2).tolist():
            run = band[:, left:right].reshape(-1, *rgb.shape[2:])
            if int(np.ptp(run, axis=0).max()) > _FILLER_LEVELS:
                return False
    return True
