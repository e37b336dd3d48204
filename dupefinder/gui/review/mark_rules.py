"""Rules for marks: at least one copy of every group stays, protected photos always do."""

from collections.abc import Callable, Mapping

from dupefinder.core.marks import Mark, MarkKey
from dupefinder.core.records import Group, GroupMember
from dupefinder.gui.results import mark_key
from dupefinder.gui.review.decision_state import NOT_EQUAL, is_being_checked


def refusal(
    group: Group, wanted: Mapping[MarkKey, Mark], given: Callable[[MarkKey], Mark | None]
) -> str:
    """Return the code of why marks cannot be set, see `Marks.refused`; empty when they can.

    Args:
        group: The group.
        wanted: A mark for each of its photos.
        given: For look-alikes: the mark of a photo that is in a group of duplicates, too, and is
            decided on there; None for others.
    """
    if group.is_look_alike:
        of_others = {key: mark for key in wanted if (mark := given(key)) is not None}
        goes_here = {key for key in of_others if wanted[key] is Mark.REMOVE}
        if any(
            mark is Mark.NONE or (key in goes_here and mark is Mark.KEEP)
            for key, mark in of_others.items()
        ):
            return "has-copies"
        wanted = {**wanted, **of_others}
    marks = [wanted[mark_key(member)] for member in group.members]
    if any(
        mark is Mark.REMOVE and member.file.protected
        for member, mark in zip(group.members, marks, strict=True)
    ):
        return "protected"
    if all(mark is Mark.REMOVE for mark in marks):
        return "last-copy"
    return ""


def refusal_to_accept(group: Group, mark_of: Callable[[GroupMember], Mark]) -> str:
    """Return the code of why nothing can be accepted, see `Marks.accept`; empty when it can.

    Args:
        group: The group.
        mark_of: The mark of each photo.
    """
    undecided = [member for member in group.members if mark_of(member) is Mark.NONE]
    if any(map(is_being_checked, undecided)):
        return "being-checked"
    # A look-alike may have its mark from the group of its copies.
    is_decided = not undecided if group.is_look_alike else len(undecided) < len(group.members)
    if is_decided or any(not member.keep for member in undecided):
        return ""
    return "look-alikes-alone" if group.is_look_alike else "nothing-proposed"


def equal_of(group: Group, member: GroupMember) -> GroupMember:
    """The photo of a group that a copy is an equal of in the end, over several copies."""
    by_path = {one.file.path: one for one in group.members}
    seen: set[str] = set()
    while member.evidence is not None and member.evidence not in NOT_EQUAL:
        seen.add(member.file.path)
        if member.against not in by_path or member.against in seen:
            break
        member = by_path[member.against]
    return member


def staying_for(group: Group, member: GroupMember) -> tuple[list[GroupMember], list[GroupMember]]:
    """Photos that have to be kept where one goes that is not proposed to.

    Returns:
        The copy that it is held against, and those that would have gone because of it; for want of
        these, all that would have stayed beside it.
    """
    others = [one for one in group.members if one is not member]
    near = [
        one for one in others if one.file.path == member.against or equal_of(group, one) is member
    ]
    return near, [one for one in others if one.keep]


def is_exact(group: Group) -> bool:
    """True where all photos of a group have the same bytes."""
    return all(one.digest == group.members[0].digest for one in group.members)
