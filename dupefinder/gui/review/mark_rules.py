"""What may be marked: at least one copy of every group stays, protected photos always do."""

from collections.abc import Callable, Mapping

from dupefinder.core.marks import Mark
from dupefinder.core.records import Evidence, Group, GroupMember
from dupefinder.gui.results import MarkKey, mark_key
from dupefinder.gui.review.decision_state import is_being_checked


def refusal(group: Group, wanted: Mapping[MarkKey, Mark]) -> str:
    """Why marks cannot be set, see `Marks.refused`; empty when they can.

    Args:
        group: The group.
        wanted: A mark for each of its photos.
    """
    if any(member.evidence is Evidence.LOOK_ALIKE for member in group.members):
        return "look-alike"
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
    """Why there is nothing to accept in a group, see `Marks.accept`; empty when there is.

    Args:
        group: The group.
        mark_of: The mark of each photo.
    """
    undecided = [member for member in group.members if mark_of(member) is Mark.NONE]
    if any(map(is_being_checked, undecided)):
        return "being-checked"
    is_decided = len(undecided) < len(group.members)
    if is_decided or any(not member.keep for member in undecided):
        return ""
    alike = any(member.evidence is Evidence.LOOK_ALIKE for member in group.members)
    return "look-alikes-alone" if alike else "nothing-proposed"
