"""Decisions on groups, told in a line."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dupefinder.core.marks import Mark, MarkKey
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.results import mark_key
from dupefinder.gui.review.decision_state import NOT_EQUAL
from dupefinder.gui.review.mark_rules import equal_of
from dupefinder.text.counts import bits_text, groups_text, listed, photos_text
from dupefinder.text.evidence import evidence_text
from dupefinder.text.figures import number_text, path_text
from dupefinder.text.translation import _, plural

_MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, as it is told.

    Attributes:
        text: Its outcome, such as "Kept IMG_0460, 3 to remove".
        group: The group; None where many were decided on.
        is_taken_back: True where it does not hold any more.
    """

    text: str
    group: Group | None = None
    is_taken_back: bool = False


def decided_text(group: Group, marks: Mapping[MarkKey, Mark]) -> str:
    """Report the decision on a group, such as "Kept IMG_0460, 3 to remove".

    Edited and turned copies and look-alikes that go with the others are named: they show something
    that no other photo does.

    Args:
        group: The group.
        marks: The mark of each of its photos.
    """
    given = [marks[mark_key(member)] for member in group.members]
    both = list(zip(group.members, given, strict=True))
    if not any(given):
        return _("{name}: undecided again").format(name=_name(group.members[0]))
    gone = [one for one, mark in both if mark is Mark.REMOVE]
    # What nobody marked stays, unless it is proposed to go.
    is_open = [mark is Mark.NONE and not one.keep for one, mark in both]
    kept = [
        one
        for (one, mark), left in zip(both, is_open, strict=True)
        if mark is not Mark.REMOVE and not left
    ]
    if len(kept) == len(both):
        return plural("Kept {n} photo", "Kept all {n} photos", len(kept))
    text = _("Kept {name}").format(name=_name(kept[0])) if kept else ""
    if (others := len(kept) - 1) > 0:
        text = plural("{what} and {n} more", "{what} and {n} more", others, what=text)
    if gone:
        if text:
            text = plural("{what}, {n} to remove", "{what}, {n} to remove", len(gone), what=text)
        else:
            text = plural("{n} to remove", "{n} to remove", len(gone))
    if any(is_open):
        left = sum(is_open)
        text = plural("{what}, {n} undecided", "{what}, {n} undecided", left, what=text)
    alone = _without_equal(group, gone, kept)
    if not alone:
        return text
    named = [_with_evidence(one) for one in alone[:_MOST_NAMED]]
    if len(alone) > _MOST_NAMED:
        named.append(_("{n} more").format(n=number_text(len(alone) - _MOST_NAMED)))
    return _("{what}; no equal is kept of {copies}").format(what=text, copies=listed(named))


def _without_equal(
    group: Group, gone: Sequence[GroupMember], kept: Sequence[GroupMember]
) -> list[GroupMember]:
    """Photos that go although no equal of them is kept; of several equal ones the first."""
    staying = {equal_of(group, member).file.path for member in kept}
    alone = {equal_of(group, member).file.path: member for member in reversed(gone)}
    return [member for path, member in reversed(alone.items()) if path not in staying]


def _with_evidence(member: GroupMember) -> str:
    if member.evidence not in NOT_EQUAL:
        return _name(member)
    kind = evidence_text(member.evidence).lower()
    return _("{name} ({evidence})").format(name=_name(member), evidence=kind)


def dismissed_text(group: Group, *, dismissed: bool) -> str:
    """Report that the photos of a group are no duplicates, or are after all."""
    name = _name(group.members[0])
    if dismissed:
        return _("{name}: not duplicates").format(name=name)
    return _("{name}: duplicates after all").format(name=name)


def split_text(member: GroupMember) -> str:
    """Report that a photo is another one than the rest of its group."""
    return _("{name}: taken out of its group").format(name=_name(member))


def tightened_text(group: Group, most_bits: int | None) -> str:
    """In how many bits the photos of a group may differ now; None for as many as elsewhere."""
    name = _name(group.members[0])
    if most_bits is None:
        return _("{name}: matched as elsewhere again").format(name=name)
    return _("{name}: matched within {bits}").format(name=name, bits=bits_text(most_bits))


def selected_text(photos: int) -> str:
    """Report that some photos were marked as it is proposed."""
    return _("{photos} marked as proposed").format(photos=photos_text(photos))


def many_text(what: str, groups: int, gone: int) -> str:
    """Report that several groups were decided on.

    Args:
        what: The decision.
        groups: How many groups.
        gone: Photos that go.
    """
    text = _("{what}: {groups}").format(what=what, groups=groups_text(groups))
    if not gone:
        return text
    return plural("{what}, {n} to remove", "{what}, {n} to remove", gone, what=text)


def chosen_text(photos: int) -> str:
    """Report that rules marked some photos."""
    return _("{photos} marked by rules").format(photos=photos_text(photos))


def _name(member: GroupMember) -> str:
    return path_text(os.path.splitext(os.path.basename(member.file.path))[0])
