"""What may be marked: at least one copy of every group stays, protected photos always do."""

from collections.abc import Mapping

from dupefinder.core.marks import Mark
from dupefinder.core.records import Evidence, Group
from dupefinder.gui.results import MarkKey, mark_key


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
