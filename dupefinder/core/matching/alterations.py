"""Alterations of a picture, as codes with amounts, from its placement on another one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.alignment import inverse_maps, map_into
from dupefinder.core.confirm.placement import common_boxes, decompose_maps
from dupefinder.core.fingerprint import inverse
from dupefinder.core.matching.small_pictures import SWAPS_SIDES, turned_box
from dupefinder.core.records import Alteration, AlterationCode, DifferencePlace, Orientation

_NEARLY_ALL = 0.985
"""Share of a picture that counts as all of it: the alignment is uncertain by as much."""
_NEARLY_ALL_INSIDE = 0.97
"""The same for a picture inside margins. Its box is known to a pixel of a small picture; between
wide bars it has only some dozens of them."""
_LEAST_TURN_DEGREES = 0.3
_MOST_OF_A_CUT = 0.75
"""Share of the cut on one side above which the other side counts as kept."""

_PARTS = tuple(DifferencePlace)

_MIRRORS = frozenset(
    (Orientation.MIRROR, Orientation.FLIP, Orientation.TRANSPOSE, Orientation.TRANSVERSE)
)

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in shares of a picture."""
WHOLE_BOX: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of a picture, and the box of the picture inside its margins.

    Attributes:
        width_px: Width as shown.
        height_px: Height as shown.
        inner_box: Box of the picture inside its margins, in shares; all of it without margins.
    """

    width_px: int
    height_px: int
    inner_box: Box = WHOLE_BOX


def alterations_between(
    placement: NDArray[np.float32],
    one: Shape,
    other: Shape,
    orientation: Orientation = Orientation.IDENTITY,
) -> tuple[tuple[Alteration, ...], tuple[Alteration, ...]]:
    """Describe the alterations of each of two pictures, compared with the other.

    Args:
        placement: float32 (6,), rows of the map from shares of `other`, turned, to shares of `one`.
        one: The one picture.
        other: The other.
        orientation: The turn that lays `other` on `one`.

    Returns:
        The alterations of `other` if `one` came first, and of `one` if `other` did; width, height
        and clockwise are those of the one that came first.
    """
    other = _turned(other, orientation)
    maps = _map_of(placement)
    back = inverse_maps(maps)
    one_box, other_box = map_into(np.array([one.inner_box, other.inner_box]))
    # All at once: each alone would cost as much.
    boxes = common_boxes(np.stack((maps @ other_box, back @ one_box, maps, back)))
    inner_of_one, inner_of_other, of_one, of_other = (_box(box) for box in boxes)
    turn = _turn_degrees(maps, other, one)
    seen_of_one = _Seen(one, inner_of_other, of_other)
    seen_of_other = _Seen(other, inner_of_one, of_one)
    done_to_other = _done_to(seen_of_other, seen_of_one, turn)
    done_to_one = _done_to(seen_of_one, seen_of_other, -turn)
    return done_to_other, tuple(_seen_unturned(made, orientation) for made in done_to_one)


def _seen_unturned(alteration: Alteration, orientation: Orientation) -> Alteration:
    """Alterations of a picture, compared with one that was turned before the comparison."""
    if alteration.part is not None:
        alteration = replace(alteration, part=_part_unturned(alteration.part, orientation))
    match alteration.code:
        case AlterationCode.CROPPED_WIDTH if orientation in SWAPS_SIDES:
            return replace(alteration, code=AlterationCode.CROPPED_HEIGHT)
        case AlterationCode.CROPPED_HEIGHT if orientation in SWAPS_SIDES:
            return replace(alteration, code=AlterationCode.CROPPED_WIDTH)
        case AlterationCode.TURNED if orientation in _MIRRORS and alteration.amount is not None:
            return Alteration(AlterationCode.TURNED, -alteration.amount)
        case _:
            return alteration


def _part_unturned(part: DifferencePlace, orientation: Orientation) -> DifferencePlace:
    """The part of a picture that becomes this part of it when turned."""
    row, column = divmod(_PARTS.index(part), 3)
    box = np.array((column, row, column + 1, row + 1)) / 3
    left, top = turned_box(box, inverse(orientation))[:2]
    return _PARTS[3 * round(3 * float(top)) + round(3 * float(left))]


def _turned(shape: Shape, orientation: Orientation) -> Shape:
    if orientation is Orientation.IDENTITY:
        return shape
    left, top, right, bottom = turned_box(np.array(shape.inner_box), orientation).tolist()
    box = (left, top, right, bottom)
    if orientation in SWAPS_SIDES:
        return Shape(shape.height_px, shape.width_px, box)
    return Shape(shape.width_px, shape.height_px, box)


def placed_back(placement: Sequence[float]) -> tuple[float, ...]:
    """The inverse placement."""
    return tuple(inverse_maps(_map_of(np.array(placement)))[:2].ravel().tolist())


def _map_of(placement: NDArray[np.floating]) -> NDArray[np.float64]:
    whole_map = np.eye(3)
    whole_map[:2] = placement.astype(np.float64).reshape(2, 3)
    return whole_map


@dataclass(frozen=True, slots=True)
class _Seen:
    """The boxes of a picture that another one covers.

    Attributes:
        shape: The picture.
        inside: In shares of the picture inside its margins.
        whole: In shares of all of it.
    """

    shape: Shape
    inside: Box
    whole: Box

    @property
    def nearly_all(self) -> float:
        """The share of the picture inside its margins that counts as all of it."""
        if self.shape.inner_box == WHOLE_BOX:
            return _NEARLY_ALL
        # In a dark photo only a bright part may have been taken for the inner picture; then the
        # other one, be it a crop, shows of the "margins", too.
        shows_margins = _area(self.whole) > _area(self.shape.inner_box) * (2 - _NEARLY_ALL)
        return _NEARLY_ALL if shows_margins else _NEARLY_ALL_INSIDE


def _done_to(copy: _Seen, original: _Seen, turn_degrees: float) -> tuple[Alteration, ...]:
    """Alterations that make a copy of an original.

    Args:
        copy: The copy, with the boxes that the original covers.
        original: The original, with the boxes that the copy covers. The whole copy counts, for the
            same reason as above.
        turn_degrees: The turn that lays the copy on the original.
    """
    found = []
    # Around the original there must be nothing but margin; otherwise the "original" is a crop.
    is_inside = _area(copy.inside) >= copy.nearly_all
    if copy.shape.inner_box != WHOLE_BOX and is_inside and _area(copy.whole) < _NEARLY_ALL:
        found.append(Alteration(AlterationCode.FRAMED))
    if is_inside and _area(original.inside) < original.nearly_all:
        found.append(_crop(original.inside))
    if abs(turn_degrees) >= _LEAST_TURN_DEGREES:
        # The map turns the copy back.
        found.append(Alteration(AlterationCode.TURNED, round(-turn_degrees, 1)))
    return tuple(found)


def _box(box: NDArray[np.float64]) -> Box:
    left, top, right, bottom = box.tolist()
    return left, top, right, bottom


def _area(box: Box) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


def _crop(kept: Box) -> Alteration:
    """The crop that leaves a box, in shares of the original."""
    left, top, right, bottom = kept
    width, height = right - left, bottom - top
    part = _PARTS[3 * _third_left(top, bottom) + _third_left(left, right)]
    if height >= _NEARLY_ALL > width:
        return Alteration(AlterationCode.CROPPED_WIDTH, round(100 * width), part)
    if width >= _NEARLY_ALL > height:
        return Alteration(AlterationCode.CROPPED_HEIGHT, round(100 * height), part)
    return Alteration(AlterationCode.CROPPED, round(100 * (width * height) ** 0.5), part)


def _third_left(first: float, last: float) -> int:
    """The third of a side that was kept: 0 and 2 for its ends, 1 for its middle."""
    cut = first + 1 - last
    if cut <= 1 - _NEARLY_ALL:
        return 1
    if first > _MOST_OF_A_CUT * cut:
        return 2
    return 0 if 1 - last > _MOST_OF_A_CUT * cut else 1


def _turn_degrees(maps: NDArray[np.float64], copy: Shape, original: Shape) -> float:
    sizes = (np.array([(one.width_px, one.height_px)], np.float64) for one in (copy, original))
    return float(decompose_maps(maps[None], *sizes).turn_degrees[0])
