"""How one picture lies on another → what was done to it, in codes with an amount."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.alignment import inverse_maps, map_into
from dupefinder.core.confirm.placement import common_boxes, place
from dupefinder.core.records import Alteration, AlterationCode, Orientation
from dupefinder.core.small_pictures import SWAPS_SIDES, turned_box

_NEARLY_ALL = 0.985
"""Share of a picture from which on all of it is there: the alignment is uncertain by as much."""
_LEAST_TURN_DEGREES = 0.3

_MIRRORS = frozenset(
    (Orientation.MIRROR, Orientation.FLIP, Orientation.TRANSPOSE, Orientation.TRANSVERSE)
)

WHOLE_BOX = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """What has to be known of a picture.

    Attributes:
        width_px: Width as shown.
        height_px: Height as shown.
        inner_box: Where the picture inside its margins lies, in shares; all of it without.
    """

    width_px: int
    height_px: int
    inner_box: tuple[float, float, float, float] = WHOLE_BOX


def alterations_between(
    placement: NDArray[np.float32],
    one: Shape,
    other: Shape,
    orientation: Orientation = Orientation.IDENTITY,
) -> tuple[tuple[Alteration, ...], tuple[Alteration, ...]]:
    """Say what was done to each of two pictures, seen from the other.

    Args:
        placement: float32 (6,), rows of the map from shares of `other`, turned, to shares of `one`.
        one: The one picture.
        other: The other.
        orientation: How `other` has to be turned to lie on `one`.

    Returns:
        What was done to `other` if `one` came first, and to `one` if `other` did; width, height
        and clockwise are those of the one that came first.
    """
    other = _turned(other, orientation)
    maps = _map_of(placement)[None]
    back = inverse_maps(maps)
    turn = _turn_degrees(maps, other, one)
    done_to_one = _done_to(back, one, other, -turn)
    return (
        _done_to(maps, other, one, turn),
        tuple(_seen_unturned(alteration, orientation) for alteration in done_to_one),
    )


def _seen_unturned(alteration: Alteration, orientation: Orientation) -> Alteration:
    """Alterations of a picture, as seen from one that was turned before they were compared."""
    match alteration.code:
        case AlterationCode.CROPPED_WIDTH if orientation in SWAPS_SIDES:
            return Alteration(AlterationCode.CROPPED_HEIGHT, alteration.amount)
        case AlterationCode.CROPPED_HEIGHT if orientation in SWAPS_SIDES:
            return Alteration(AlterationCode.CROPPED_WIDTH, alteration.amount)
        case AlterationCode.TURNED if orientation in _MIRRORS and alteration.amount is not None:
            return Alteration(AlterationCode.TURNED, -alteration.amount)
        case _:
            return alteration


def _turned(shape: Shape, orientation: Orientation) -> Shape:
    if orientation is Orientation.IDENTITY:
        return shape
    left, top, right, bottom = turned_box(np.array(shape.inner_box), orientation).tolist()
    box = (left, top, right, bottom)
    if orientation in SWAPS_SIDES:
        return Shape(shape.height_px, shape.width_px, box)
    return Shape(shape.width_px, shape.height_px, box)


def placed_back(placement: Sequence[float]) -> tuple[float, ...]:
    """The placement of the one picture on the other, from that of the other on the one."""
    return tuple(inverse_maps(_map_of(np.array(placement)))[:2].ravel().tolist())


def _map_of(placement: NDArray[np.floating]) -> NDArray[np.float64]:
    whole_map = np.eye(3)
    whole_map[:2] = placement.astype(np.float64).reshape(2, 3)
    return whole_map


def _done_to(
    maps: NDArray[np.float64], copy: Shape, original: Shape, turn_degrees: float
) -> tuple[Alteration, ...]:
    """What makes `copy` of `original`; the map leads from shares of the copy to the original's."""
    found = []
    copy_box, original_box = (map_into(np.array([one.inner_box])) for one in (copy, original))
    # What lies around the original has to be margin alone; else the "original" is a crop.
    is_inside = _covered(maps @ copy_box) >= _NEARLY_ALL
    if copy.inner_box != WHOLE_BOX and is_inside and _covered(maps) < _NEARLY_ALL:
        found.append(Alteration(AlterationCode.FRAMED))
    # All of the copy counts: in a dark photo only what is bright may have been taken for inner.
    width, height = _covered_sides(inverse_maps(maps) @ original_box)
    if is_inside and width * height < _NEARLY_ALL:
        found.append(_crop(width, height))
    if abs(turn_degrees) >= _LEAST_TURN_DEGREES:
        # The map turns the copy back.
        found.append(Alteration(AlterationCode.TURNED, round(-turn_degrees, 1)))
    return tuple(found)


def _covered(maps: NDArray[np.float64]) -> float:
    """Share of the picture that the map leads from which the other one shows too."""
    width, height = _covered_sides(maps)
    return width * height


def _covered_sides(maps: NDArray[np.float64]) -> tuple[float, float]:
    """The same of its width and of its height."""
    left, top, right, bottom = common_boxes(maps)[0].tolist()
    return right - left, bottom - top


def _crop(width: float, height: float) -> Alteration:
    """Shares of the width and the height that are left."""
    if height >= _NEARLY_ALL > width:
        return Alteration(AlterationCode.CROPPED_WIDTH, round(100 * width))
    if width >= _NEARLY_ALL > height:
        return Alteration(AlterationCode.CROPPED_HEIGHT, round(100 * height))
    return Alteration(AlterationCode.CROPPED, round(100 * (width * height) ** 0.5))


def _turn_degrees(maps: NDArray[np.float64], copy: Shape, original: Shape) -> float:
    sizes = (np.array([(one.width_px, one.height_px)], np.float64) for one in (copy, original))
    return float(place(maps, *sizes).turn_degrees[0])
