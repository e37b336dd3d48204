"""The part of a picture in which a difference lies, as a code; words are made at the edge."""

from collections.abc import Sequence

from dupefinder.core.records import DifferenceBox, DifferencePlace, GroupMember, Orientation

_PLACES = tuple(DifferencePlace)


def place_of(box: DifferenceBox, width_px: int, height_px: int) -> DifferencePlace:
    """The ninth of a picture that has the middle of a box.

    Args:
        box: The box, in pixels of the picture.
        width_px: Width of the picture.
        height_px: Its height.
    """
    column = _third(2 * box.x_px + box.width_px, 2 * width_px)
    row = _third(2 * box.y_px + box.height_px, 2 * height_px)
    return _PLACES[3 * row + column]


def places_of(member: GroupMember) -> tuple[DifferencePlace, ...]:
    """Places where a photo differs from the copy that it is held against, the largest first."""
    facts = member.facts
    return tuple(place_of(box, facts.width_px, facts.height_px) for box in boxes_of(member))


def boxes_of(member: GroupMember) -> Sequence[DifferenceBox]:
    """The places of a photo that can be shown on both pictures.

    Of a copy that is turned or shows another part there are none: the same place of the other
    picture lies elsewhere. That it had to be laid on the other, edge to edge, is no hindrance.
    """
    lies_elsewhere = member.orientation is not Orientation.IDENTITY or bool(member.alterations)
    return () if lies_elsewhere else member.differences


def _third(at: int, whole: int) -> int:
    """The third in which a point is: 0, 1 or 2."""
    return min(max(3 * at // max(whole, 1), 0), 2)
