"""Pictures of a few flat areas: where structure says little, colours have to agree.

Flags, signs, icons and plain squares come in many colours with one structure, and each means
something of its own. A photo stays the same photo in grey, in sepia or with stronger colours, and
its structure proves it. So the flatter two pictures are, the less may colours have changed.
"""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.smoothing import Floats

_FLAT_STEP = 4.0
"""Levels between neighbours, across and down together, that noise of encoding leaves."""
_HALF_FLAT, _FLAT = 0.55, 0.80
"""Share of places without a larger step. Of 1,946 confirmed pairs of the development photos 66
have more than the one, fog and sky, and three more than the other."""
_MOST_CHROMA_MEAN = 6.0
_MOST_CHROMA = 48.0
_MOST_LUMA_MEAN = 12.0
"""Levels by which colours may differ. Flags and squares of other colours differ by 17 in the mean
of their chroma."""
_MOST_SATURATION = 3.0


def flatness(greys_a: Floats, greys_b: Floats) -> Floats:
    """Measure which share of the less flat of two pictures is flat, (n,).

    Args:
        greys_a: float32 (n, side, side).
        greys_b: The same shape.
    """
    return np.minimum(_flat_share(greys_a), _flat_share(greys_b))


def _flat_share(greys: Floats) -> Floats:
    across = np.abs(np.diff(greys, axis=2))[:, :-1]
    down = np.abs(np.diff(greys, axis=1))[:, :, :-1]
    share: Floats = (across + down <= _FLAT_STEP).mean(axis=(1, 2), dtype=np.float32)
    return share


def needs_colours(flat_share: Floats) -> NDArray[np.bool_]:
    """Tell, bool (n,), of which pairs of some flatness the colours have to be looked at."""
    return np.asarray(flat_share > _HALF_FLAT)


def colours_agree(ours: Floats, theirs: Floats, flat_share: float) -> bool:
    """Tell whether an edit could have made the colours of one picture from those of another.

    Args:
        ours: float32 (3, cells, cells), means of Y, Cb and Cr.
        theirs: The same of a picture that lies on it.
        flat_share: As `flatness` gives it for the two.
    """
    if flat_share <= _HALF_FLAT:
        return True
    if flat_share <= _FLAT:
        return min(_tint_apart(ours, theirs), _tint_apart(theirs, ours)) <= _MOST_CHROMA_MEAN
    apart = np.abs(ours - theirs)
    return bool(
        apart[0].mean() <= _MOST_LUMA_MEAN
        and apart[1:].mean() <= _MOST_CHROMA_MEAN
        and apart[1:].max() <= _MOST_CHROMA
    )


def _tint_apart(ours: Floats, theirs: Floats) -> float:
    """Mean chroma left between pictures once the one is as saturated and tinted as the other."""
    centred_ours, centred_theirs = (
        colours[1:] - colours[1:].mean(axis=(1, 2), keepdims=True) for colours in (ours, theirs)
    )
    power = float((centred_ours * centred_ours).sum())
    product = float((centred_ours * centred_theirs).sum())
    saturation = min(max(product / max(power, 1e-6), 0.0), _MOST_SATURATION)
    return float(np.abs(centred_theirs - np.float32(saturation) * centred_ours).mean())
