"""Titles of groups of photos, and what differs in their copies, as a person would say it."""

import os
from collections import Counter
from enum import IntEnum, auto

from dupefinder.core.records import AlterationCode, Evidence, Group, GroupMember
from dupefinder.text.figures import path_text
from dupefinder.text.translation import _, plural

_CROPS = frozenset(
    (AlterationCode.CROPPED, AlterationCode.CROPPED_WIDTH, AlterationCode.CROPPED_HEIGHT)
)


class _Kind(IntEnum):
    """The most telling difference of a copy, in the order in which they are named."""

    SAME_FILE = auto()
    SAME_PIXELS = auto()
    SMALLER = auto()
    LARGER = auto()
    OTHER_FORMAT = auto()
    SAVED_AGAIN = auto()
    CROPPED = auto()
    EDITED = auto()
    TURNED = auto()
    MIRRORED = auto()


def group_name(group: Group) -> str:
    """Name a group by its first photo, without the extension."""
    return path_text(os.path.splitext(os.path.basename(group.members[0].file.path))[0])


def group_title(group: Group, name: str = "") -> str:
    """Title of a group, such as "IMG_0460 and 3 copies".

    Args:
        group: The group.
        name: Its name; empty for `group_name`.
    """
    name = name or group_name(group)
    others = group.members[1:]
    if all(member.evidence is Evidence.LOOK_ALIKE for member in others):
        return plural(
            "{name} and {n} look-alike", "{name} and {n} look-alikes", len(others), name=name
        )
    return plural("{name} and {n} copy", "{name} and {n} copies", len(others), name=name)


def group_differences(group: Group) -> str:
    """Count how a group's copies differ from its first photo, such as "2 smaller, 1 turned".

    A single copy is not counted: "smaller". Of look-alikes nothing is known but their distance.
    """
    first, *others = group.members
    if group.is_look_alike and (bits := others[-1].distance_bits) is not None:
        return plural("{n} bit apart", "{n} bits apart", bits)
    counts = Counter(kind for one in others if (kind := _kind_of(first, one)) is not None)
    return _(", ").join(_kind_text(kind, counts[kind], len(others)) for kind in sorted(counts))


def _kind_of(first: GroupMember, member: GroupMember) -> _Kind | None:
    match member.evidence:
        case Evidence.SAME_BYTES:
            return _Kind.SAME_FILE
        case Evidence.SAME_PIXELS:
            return _Kind.SAME_PIXELS
        case Evidence.ROTATED:
            return _Kind.TURNED
        case Evidence.MIRRORED:
            return _Kind.MIRRORED
        case Evidence.EDITED:
            is_cropped = any(one.code in _CROPS for one in member.alterations)
            return _Kind.CROPPED if is_cropped else _Kind.EDITED
        case Evidence.RE_ENCODED:
            return _re_encoded(first, member)
        case Evidence.RAW_PAIR:
            return _Kind.OTHER_FORMAT
    return None


def _re_encoded(first: GroupMember, member: GroupMember) -> _Kind:
    before_px = first.facts.width_px * first.facts.height_px
    after_px = member.facts.width_px * member.facts.height_px
    if after_px != before_px:
        return _Kind.SMALLER if after_px < before_px else _Kind.LARGER
    if member.facts.format != first.facts.format:
        return _Kind.OTHER_FORMAT
    return _Kind.SAVED_AGAIN


def _kind_text(kind: _Kind, number: int, copies: int) -> str:
    if copies == 1:
        return {
            _Kind.SAME_FILE: _("the same file"),
            _Kind.SAME_PIXELS: _("the same pixels"),
            _Kind.SMALLER: _("smaller"),
            _Kind.LARGER: _("larger"),
            _Kind.OTHER_FORMAT: _("another format"),
            _Kind.SAVED_AGAIN: _("saved again"),
            _Kind.CROPPED: _("cropped"),
            _Kind.EDITED: _("edited"),
            _Kind.TURNED: _("turned"),
            _Kind.MIRRORED: _("mirrored"),
        }[kind]
    match kind:
        case _Kind.SAME_FILE:
            return plural("{n} same file", "{n} same files", number)
        case _Kind.SAME_PIXELS:
            return plural("{n} with the same pixels", "{n} with the same pixels", number)
        case _Kind.SMALLER:
            return plural("{n} smaller", "{n} smaller", number)
        case _Kind.LARGER:
            return plural("{n} larger", "{n} larger", number)
        case _Kind.OTHER_FORMAT:
            return plural("{n} in another format", "{n} in another format", number)
        case _Kind.SAVED_AGAIN:
            return plural("{n} saved again", "{n} saved again", number)
        case _Kind.CROPPED:
            return plural("{n} cropped", "{n} cropped", number)
        case _Kind.EDITED:
            return plural("{n} edited", "{n} edited", number)
        case _Kind.TURNED:
            return plural("{n} turned", "{n} turned", number)
        case _Kind.MIRRORED:
            return plural("{n} mirrored", "{n} mirrored", number)
