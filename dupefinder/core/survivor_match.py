"""When the person says which copies stay: what each of the others is held against."""

from collections.abc import Collection
from dataclasses import dataclass

from dupefinder.core.grouping import Matches
from dupefinder.core.match_graph import Match, MatchGraph
from dupefinder.core.records import Evidence, Group, GroupMember
from dupefinder.core.scan.place_kinds import LastingFiles


@dataclass(frozen=True, slots=True)
class SurvivorMatch:
    """What a copy is held against.

    Attributes:
        survivor: The copy that stays.
        evidence: What shows that the two are one photo. Where no direct match is known, both
            match a third copy, and this is the weaker of the two matches.
    """

    survivor: GroupMember
    evidence: Evidence


def match_survivor(
    matches: Matches, group: Group, member: GroupMember, staying: Collection[GroupMember]
) -> SurvivorMatch | None:
    """Find the copy that stays with which another copy's match is strongest.

    One in a trash or a snapshot is only taken where there is no other.

    Args:
        matches: What the group was made from.
        group: The group.
        member: The copy that may go.
        staying: The copies of the group that stay.

    Returns:
        None when none of them matches it.
    """
    lasting = LastingFiles()
    if member.evidence is not None:
        # Nearly always, and quickly in a group of thousands.
        for other in staying:
            if other.file.path == member.against and lasting.holds(other.file):
                return SurvivorMatch(other, member.evidence)
    others = [other for other in staying if other is not member]
    others = [other for other in others if lasting.holds(other.file)] or others
    by_path = {other.file.path: other for other in others}
    if member.evidence is not None and member.against in by_path:
        return SurvivorMatch(by_path[member.against], member.evidence)
    ties = matches.ties_among([other.content_id for other in group.members])
    found = [
        (match.strength, place, other, match.evidence)
        for place, other in enumerate(by_path.values())
        if (match := ties.between(other.content_id, member.content_id))
    ]
    if not found:
        found = [
            (weaker.strength, place, other, weaker.evidence)
            for place, other in enumerate(by_path.values())
            if (weaker := _by_way_of_another(ties, member, other))
        ]
    if not found:
        return None
    _, _, survivor, evidence = min(found, key=lambda one: one[:2])
    return SurvivorMatch(survivor, evidence)


def _by_way_of_another(ties: MatchGraph, member: GroupMember, other: GroupMember) -> Match | None:
    """The best of the ways over one third copy, each as weak as its weaker half."""
    ways = [
        max(there, back, key=lambda match: match.strength)
        for third in ties.contents
        if (there := ties.between(member.content_id, third))
        and (back := ties.between(third, other.content_id))
    ]
    return min(ways, key=lambda match: match.strength, default=None)
