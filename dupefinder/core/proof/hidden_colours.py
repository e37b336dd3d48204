"""Colours where a picture is fully transparent: nothing shows them, and they can be brought back.

A program that cuts a person out of a photo may only make the rest transparent: the whole photo is
still in the file. Another copy in which it is blank looks the same.
"""

import numpy as np

from dupefinder.core.proof.full_picture import FullPicture

_FLAT_LEVELS = 8
"""Hidden colours that differ by no more show nothing: a blank ground, as encoding made it."""
_EQUAL_LEVELS = 8
_EQUAL_SHARE = 0.999


def hides_colours(own: FullPicture, other: FullPicture) -> bool:
    """Tell whether a picture has something in its transparent parts that another one has not.

    Args:
        own: The picture that may go.
        other: The one that would stay for it.
    """
    if own.alpha is None or own.rgb is None:
        return False
    hidden = own.alpha == 0
    if not hidden.any():
        return False
    colours = own.rgb[hidden].reshape(int(hidden.sum()), -1)
    if int(np.ptp(colours, axis=0).max()) <= _FLAT_LEVELS:
        return False
    if other.rgb is None or other.rgb.shape != own.rgb.shape:
        return True
    theirs = other.laid_as(own.orientation).rgb
    if theirs is None or theirs.shape != own.rgb.shape:
        return True
    gaps = np.abs(theirs[hidden].reshape(colours.shape).astype(np.int16) - colours)
    return float((gaps.max(axis=1) <= _EQUAL_LEVELS).mean()) < _EQUAL_SHARE
