"""The ground on which a picture with transparency is shown, such that nothing of it vanishes.

Viewers and exporters mostly choose white, and a copy without transparency shows that. But white
drawings cannot be seen on it: one would be like another. So it is measured how much of what the
transparency outlines stands out from white, and another ground is taken where too little does.
That depends on the colours along the outlines, not on the size of the picture.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)
_GREY: Colour = (128, 128, 128)
"""For drawings with both white and black lines."""

_MEASURED_SIDE_PX = 128
"""Longer side, up to twice as long, at which a picture is measured, whatever its size."""
_LEAST_CONTRAST = 48.0
"""Levels by which an opaque line differs from the ground where it is seen in full."""
_MOST_VANISHED = 0.08
"""Share of the outlines that may vanish. Of drawings with white parts beside others a tenth and
more does on white; of those without, next to nothing."""
_LEAST_STEP = 0.02
"""Steps of opacity that are noise of encoding."""


def ground_of(picture: Image.Image) -> Colour:
    """Choose the ground for a picture.

    Args:
        picture: Mode "RGBA".

    Returns:
        White where the picture is seen on it, or nothing is transparent; else black or grey.
    """
    opacity = picture.getchannel("A")
    least, most = opacity.getextrema()
    if least == most:  # of one opacity: nothing is outlined
        return WHITE
    factor = max(picture.size) // _MEASURED_SIDE_PX
    if factor > 1:
        picture = picture.reduce(factor)
    opacities = np.asarray(picture.getchannel("A"), np.float32) / np.float32(255)
    levels = np.asarray(picture.convert("RGB").convert("L"), np.float32)
    vanished = {}
    for ground in (WHITE, _BLACK, _GREY):
        vanished[ground] = _share_vanished(opacities, levels, ground[0])
        if vanished[ground] <= _MOST_VANISHED:
            return ground
    return min(vanished, key=lambda ground: vanished[ground])


def _share_vanished(
    opacities: NDArray[np.float32], levels: NDArray[np.float32], ground: int
) -> float:
    """Measure which share of the outlines is not seen on a ground.

    Args:
        opacities: float32 (height, width), 0 to 1.
        levels: The same shape, luminance where opaque, 0 to 255.
        ground: Level of the ground.
    """
    shown = opacities * levels + (1 - opacities) * ground
    lost = total = 0.0
    for axis in (0, 1):
        steps = np.abs(np.diff(opacities, axis=axis))
        contrasts = np.abs(np.diff(shown, axis=axis))
        steps[steps < _LEAST_STEP] = 0
        lost += float(np.maximum(steps - contrasts / _LEAST_CONTRAST, 0).sum())
        total += float(steps.sum())
    return lost / total if total else 0.0
