"""A copy of a few hundred pixels: is it the other picture, reduced to its size, and nothing else?

Windows of local structure are too large for it. But so few pixels can be made again: reduced by
the filter that fits best the other picture has to show the same levels, all but rounding.

Measured on the development photos: reduced to 24 and 32 pixels a side and saved without loss nine
in ten differ by less than 1.8 levels in the mean, and by 10 at most; other frames of a time-lapse
by 1.74 and more, or by 13 in one place. Those are look-alikes, and so are copies that lie between.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.confirm.smoothing import Floats

MOST_PX = 40
"""Longer side up to which a copy is tiny; larger ones have structure enough to be compared by."""
_LEAST_PX = 12
_MOST_MEAN = 1.65
"""Levels, root mean square."""
_MOST = 10.0
_LEAST_CORRELATION = 0.99
"""In a picture that is nearly flat small differences say nothing."""
_FILTERS = (
    Image.Resampling.BOX,
    Image.Resampling.HAMMING,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)


def is_reduction(
    tiny: NDArray[np.uint8], other: NDArray[np.uint8], size_px: tuple[int, int]
) -> bool:
    """Tell whether a tiny picture is another one, reduced.

    Args:
        tiny: uint8 (side, side), its grey as it is kept, enlarged.
        other: The same of the larger picture.
        size_px: Width and height of the tiny picture.
    """
    if min(size_px) < _LEAST_PX or max(size_px) > MOST_PX:
        return False
    ours = tiny.astype(np.float32)
    larger = Image.fromarray(other)
    for reduced in (larger.resize(size_px, one) for one in _FILTERS):
        # Enlarged as the tiny one was when it was read.
        theirs = np.asarray(reduced.resize(tiny.shape[::-1], Image.Resampling.HAMMING), np.float32)
        apart = np.abs(ours - theirs)
        if (
            float((apart * apart).mean()) <= _MOST_MEAN**2
            and float(apart.max()) <= _MOST
            and _correlation(ours, theirs) >= _LEAST_CORRELATION
        ):
            return True
    return False


def _correlation(ours: Floats, theirs: Floats) -> float:
    """0 where one of them has one level only."""
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    power = float((ours * ours).sum()) * float((theirs * theirs).sum())
    return float((ours * theirs).sum()) / power**0.5 if power > 0 else 0.0
