"""Plausibility of the map between two pictures: could an edit have made one from the other?

A crop keeps the proportions and stays inside the edges of the photo; straightening turns it about
its centre. A second exposure of the same wall, page or painting aligns with the first as well, but
it is shifted, scaled and skewed: no edit, although every detail agrees.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.alignment import Maps, inverse_maps, sample
from dupefinder.core.confirm.smoothing import Floats

_LEAST_TURN_DEGREES = 0.3
"""A smaller turn is within the uncertainty of the alignment."""
_MOST_TURN_DEGREES = 10.0
_MOST_SKEW = 0.006
_MOST_STRETCH = 0.012
_MOST_REACH = 0.002
"""Share of a side by which a crop may reach beyond its original: the alignment's uncertainty."""
_MOST_REACH_SQUEEZED = 0.01
_MOST_SHIFT = 0.01
"""Share of a side by which the centre of a turned picture may be off."""


@dataclass(frozen=True, slots=True)
class Placements:
    """Placements of n pictures on n others.

    Attributes:
        maps: float64 (n, 3, 3), from places in the still picture to places in the moved one.
        turn_degrees: float64 (n,), clockwise.
        skew: float64 (n,), cosine of the angle between the axes.
        stretch: float64 (n,), growth of the width relative to that of the height.
        reach_still: float64 (n,), distance by which the still picture reaches beyond the moved one,
            as a share of its side; 0 if it is inside.
        reach_moved: float64 (n,), the same for the moved picture beyond the still one.
        shift: float64 (n,), distance of the middles, as a share of a side.
        side_px: float64 (n,), the shortest side of the two pictures.
    """

    maps: Maps
    turn_degrees: NDArray[np.float64]
    skew: NDArray[np.float64]
    stretch: NDArray[np.float64]
    reach_still: NDArray[np.float64]
    reach_moved: NDArray[np.float64]
    shift: NDArray[np.float64]
    side_px: NDArray[np.float64]


def decompose_maps(
    maps: Maps, still_px: NDArray[np.float64], moved_px: NDArray[np.float64]
) -> Placements:
    """Decompose maps.

    Args:
        maps: float64 (n, 3, 3), from shares of the still picture to shares of the moved one.
        still_px: float64 (n, 2), width and height of the still pictures.
        moved_px: float64 (n, 2), the same for the moved ones.
    """
    linear = maps[:, :2, :2] * moved_px[:, :, None] / still_px[:, None, :]
    width = np.hypot(linear[:, 0, 0], linear[:, 1, 0])
    height = np.hypot(linear[:, 0, 1], linear[:, 1, 1])
    product = linear[:, 0, 0] * linear[:, 0, 1] + linear[:, 1, 0] * linear[:, 1, 1]
    turn = np.arctan2(
        linear[:, 1, 0] / width - linear[:, 0, 1] / height,
        linear[:, 0, 0] / width + linear[:, 1, 1] / height,
    )
    middle = maps[:, :2] @ np.array([0.5, 0.5, 1.0])
    back = inverse_maps(maps)
    return Placements(
        maps=maps,
        turn_degrees=np.degrees(turn),
        skew=product / (width * height),
        stretch=width / height - 1,
        reach_still=_reach(maps),
        reach_moved=_reach(back),
        shift=np.abs(middle - 0.5).max(axis=1),
        side_px=np.minimum(still_px, moved_px).min(axis=1),
    )


_CORNERS = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]])


def _corners(maps: Maps) -> NDArray[np.float64]:
    """Mapped corners of the picture, (n, 2, 4), from the top left one clockwise."""
    corners: NDArray[np.float64] = maps[:, :2] @ _CORNERS
    return corners


def _reach(maps: Maps) -> NDArray[np.float64]:
    reach: NDArray[np.float64] = np.abs(_corners(maps) - 0.5).max(axis=(1, 2)) - 0.5
    return np.maximum(reach, 0.0)


def may_be_edits(placements: Placements) -> NDArray[np.bool_]:
    """Mask of placements that an edit could have made, bool (n,)."""
    rounding = 1 / placements.side_px
    reach = np.minimum(placements.reach_still, placements.reach_moved)
    is_upright = np.abs(placements.turn_degrees) <= _LEAST_TURN_DEGREES
    keeps_shape = np.abs(placements.stretch) <= _MOST_STRETCH + 2 * rounding
    is_cropped = is_upright & keeps_shape & (reach <= _MOST_REACH + rounding / 2)
    # The whole picture, squeezed to another shape.
    is_squeezed = is_upright & (
        np.maximum(placements.reach_still, placements.reach_moved) <= _MOST_REACH_SQUEEZED
    )
    is_turned = keeps_shape & (placements.shift <= _MOST_SHIFT)
    is_turned &= ~is_upright & (np.abs(placements.turn_degrees) <= _MOST_TURN_DEGREES)
    is_straight = np.abs(placements.skew) <= _MOST_SKEW
    edits: NDArray[np.bool_] = is_straight & (is_cropped | is_squeezed | is_turned)
    return edits


def common_boxes(maps: Maps) -> NDArray[np.float64]:
    """Areas that both pictures show, as upright boxes of the still one.

    Args:
        maps: See `place`.

    Returns:
        float64 (n, 4): left, top, right and bottom in shares; empty boxes have no area.
    """
    back = inverse_maps(maps)
    x, y = np.moveaxis(_corners(back), 1, 0)
    left, right = np.maximum(x[:, 0], x[:, 3]), np.minimum(x[:, 1], x[:, 2])
    top, bottom = np.maximum(y[:, 0], y[:, 1]), np.minimum(y[:, 2], y[:, 3])
    boxes: NDArray[np.float64] = np.clip(np.stack((left, top, right, bottom), axis=1), 0.0, 1.0)
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2])
    return boxes


def overlay(
    still: NDArray[np.uint8], moved: NDArray[np.uint8], maps: Maps, cut: Maps
) -> tuple[Floats, Floats]:
    """Cut the common area out of both pictures, in register.

    Args:
        still: uint8 (n, side, side).
        moved: uint8 (n, side, side).
        maps: See `place`.
        cut: Maps from shares of the common area to shares of the still picture.

    Returns:
        Two float32 (n, side, side).
    """
    side_px = still.shape[-1]
    ours = sample(still.astype(np.float32), cut, side_px)
    theirs = sample(moved.astype(np.float32), maps @ cut, side_px)
    return ours, theirs
