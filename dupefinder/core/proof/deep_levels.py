"""Levels of more than 8 bits: the comparison sees 8 of them, so the others are held apart.

What lies below the eighth bit is not seen on a screen, but it is what such a file is kept for: an
edit of shadows brings it up. No bound of a lossy encoding applies, so the levels have to be equal.
"""

import cv2
import numpy as np

from dupefinder.core.proof.full_picture import FullPicture

_EIGHT_BITS = 8


def deep_levels_differ(goes: FullPicture, stays: FullPicture) -> bool:
    """Tell whether a deep lossless picture shows levels that another one as deep has not.

    Args:
        goes: The picture in question.
        stays: The other. One of fewer bits is not asked here: nothing deeper goes for it anyway.

    Returns:
        True, too, where the levels cannot be read, or the sizes differ.
    """
    bits = goes.facts.bits_per_channel
    if bits <= _EIGHT_BITS or not goes.facts.is_lossless or stays.facts.bits_per_channel < bits:
        return False
    ours, theirs = (
        cv2.imdecode(np.frombuffer(one.content, np.uint8), cv2.IMREAD_UNCHANGED)
        for one in (goes, stays)
    )
    return ours is None or theirs is None or not np.array_equal(ours, theirs)
