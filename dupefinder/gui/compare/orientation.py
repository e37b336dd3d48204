"""Turns of the photos of a group with which all of them lie alike."""

from collections.abc import Sequence

from PySide6.QtGui import QTransform

from dupefinder.core.records import GroupMember, Orientation

_Matrix = tuple[int, int, int, int]

_MATRICES: dict[Orientation, _Matrix] = {
    Orientation.IDENTITY: (1, 0, 0, 1),
    Orientation.ROTATE_90: (0, -1, 1, 0),
    Orientation.ROTATE_180: (-1, 0, 0, -1),
    Orientation.ROTATE_270: (0, 1, -1, 0),
    Orientation.MIRROR: (-1, 0, 0, 1),
    Orientation.FLIP: (1, 0, 0, -1),
    Orientation.TRANSPOSE: (0, 1, 1, 0),
    Orientation.TRANSVERSE: (0, -1, -1, 0),
}
"""x′ = a·x + b·y, y′ = c·x + d·y about the centre, y pointing down; as (a, b, c, d)."""
_ORIENTATIONS = {matrix: orientation for orientation, matrix in _MATRICES.items()}


def after(first: Orientation, second: Orientation) -> Orientation:
    """The turn that does what two turns do, one after the other."""
    (a, b, c, d), (e, f, g, h) = _MATRICES[second], _MATRICES[first]
    return _ORIENTATIONS[(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)]


def is_sideways(orientation: Orientation) -> bool:
    """True when width and height change places."""
    return _MATRICES[orientation][0] == 0


def transform_of(orientation: Orientation) -> QTransform:
    """The turn about the origin, to paint with."""
    a, b, c, d = _MATRICES[orientation]
    return QTransform(a, c, b, d, 0, 0)


def turns_of(members: Sequence[GroupMember]) -> list[Orientation]:
    """Find the turn of each photo with which it lies like the one at the end of its matches.

    A photo is matched with a kept copy, which may itself be a turned copy of another.

    Args:
        members: The photos of a group.
    """
    by_path = {member.file.path: member for member in members}
    turns = []
    for member in members:
        turn, seen = member.orientation, {member.file.path}
        while member.against in by_path and member.against not in seen:
            seen.add(member.against)
            member = by_path[member.against]
            turn = after(turn, member.orientation)
        turns.append(turn)
    return turns
