"""Decisions on groups, told in a line."""

import os
from collections.abc import Mapping

from dupefinder.core.marks import Mark
from dupefinder.core.records import Evidence, Group, GroupMember
from dupefinder.gui.results import MarkKey, mark_key
from dupefinder.text.counts import listed, photos_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _, plural

_NOT_EQUAL = (Evidence.EDITED, Evidence.ROTATED, Evidence.MIRRORED, Evidence.LOOK_ALIKE)
_MOST_NAMED = 2


def decided_text(group: Group, marks: Mapping[MarkKey, Mark]) -> str:
    """What was decided on a group, such as "Kept IMG_0460, 3 to remove".

    Edited and turned copies and look-alikes that go with the others are named: they show something
    that no other photo does.

    Args:
        group: The group.
        marks: The mark of each of its photos.
    """
    given = [marks[mark_key(member)] for member in group.members]
    gone = [one for one, mark in zip(group.members, given, strict=True) if mark is Mark.REMOVE]
    kept = [one for one, mark in zip(group.members, given, strict=True) if mark is not Mark.REMOVE]
    if not gone:
        if Mark.NONE in given:
            return _("{name}: undecided again").format(name=_name(group.members[0]))
        return plural("Kept {n} photo", "Kept all {n} photos", len(kept))
    text = _("Kept {name}").format(name=_name(kept[0]))
    if others := len(kept) - 1:
        text = plural("{what} and {n} more", "{what} and {n} more", others, what=text)
    text = plural("{what}, {n} to remove", "{what}, {n} to remove", len(gone), what=text)
    alone = [one for one in gone if one.evidence in _NOT_EQUAL]
    if not alone:
        return text
    named = [
        _("{name} ({evidence})").format(
            name=_name(one), evidence=evidence_text(one.evidence).lower()
        )
        for one in alone[:_MOST_NAMED]
        if one.evidence is not None
    ]
    if len(alone) > _MOST_NAMED:
        named.append(_("{n} more").format(n=number_text(len(alone) - _MOST_NAMED)))
    return _("{what}, with it {copies}").format(what=text, copies=listed(named))


def dismissed_text(group: Group, *, dismissed: bool) -> str:
    """That the photos of a group are no duplicates, or are after all."""
    name = _name(group.members[0])
    if dismissed:
        return _("{name}: not duplicates").format(name=name)
    return _("{name}: duplicates after all").format(name=name)


def selected_text(photos: int) -> str:
    """That auto-select marked some photos."""
    return _("{photos} marked by auto-select").format(photos=photos_text(photos))


def _name(member: GroupMember) -> str:
    return path_text(os.path.splitext(os.path.basename(member.file.path))[0])
