"""Planning of removals, from marks or from a scan's proposals, with the kept copy of each photo."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from dupefinder.actions.plan import make_plan
from dupefinder.actions.records import Plan, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.retention import Known, Retention, copies_of
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.match_graph import Match, MatchGraph
from dupefinder.core.job import JobContext
from dupefinder.core.records import (
    Evidence,
    Group,
    GroupMember,
    ProofVerdict,
    Reason,
    ReasonCode,
)
from dupefinder.core.rules.candidate import metadata_inventory
from dupefinder.core.scan.temporary_places import LastingFiles


@dataclass(frozen=True, slots=True)
class SurvivorMatch:
    """The survivor for a copy, and the evidence.

    Attributes:
        survivor: The kept copy.
        evidence: Evidence that the two are one photo. Where no direct match is known, both
            match a third copy, and this is the weaker of the two matches.
    """

    survivor: GroupMember
    evidence: Evidence


def match_survivor(
    matches: Matches, group: Group, member: GroupMember, staying: Collection[GroupMember]
) -> SurvivorMatch | None:
    """Find the kept copy with which another copy's match is strongest.

    A copy in a trash or a snapshot is only taken where there is no other.

    Args:
        matches: The matches that the group was made from.
        group: The group.
        member: The copy that may go.
        staying: The copies of the group that stay.

    Returns:
        None when none of them matches it.
    """
    lasting = LastingFiles()
    if member.evidence is not None:
        # The usual case, which is fast in a group of thousands.
        for other in staying:
            if other.file.path == member.against and lasting.holds(other.file):
                return SurvivorMatch(other, member.evidence)
    others = [other for other in staying if other is not member]
    others = [other for other in others if lasting.holds(other.file)] or others
    by_path = {other.file.path: other for other in others}
    if member.evidence is not None and member.against in by_path:
        return SurvivorMatch(by_path[member.against], member.evidence)
    graph = matches.graph_among([other.content_id for other in group.members])
    found = [
        (_sureness(match), place, other, match.evidence)
        for place, other in enumerate(by_path.values())
        if (match := graph.between(other.content_id, member.content_id))
    ]
    if not found:
        found = [
            (_sureness(weaker), place, other, weaker.evidence)
            for place, other in enumerate(by_path.values())
            if (weaker := _by_way_of_another(graph, member, other))
        ]
    if not found:
        return None
    _, _, survivor, evidence = min(found, key=lambda one: one[:2])
    return SurvivorMatch(survivor, evidence)


def _sureness(match: Match) -> tuple[int, bool, int]:
    """A sort key: of two re-encodings, the one proved in full size is surer."""
    evidence, distance_bits = match.strength
    is_proved = match.proof is not None and match.proof.verdict is ProofVerdict.CONTAINED
    return evidence, not is_proved, distance_bits


def _by_way_of_another(graph: MatchGraph, member: GroupMember, other: GroupMember) -> Match | None:
    """The best match by way of a third copy, each as weak as its weaker half."""
    ways = [
        max(there, back, key=lambda match: match.strength)
        for third in graph.contents
        if (there := graph.between(member.content_id, third))
        and (back := graph.between(third, other.content_id))
    ]
    return min(ways, key=lambda match: match.strength, default=None)


_HAS_ALL = Reason(ReasonCode.KEEPER_HAS_ALL)

Proposal = Step | Skipped
"""A removal, or the reason why a photo may not go."""


_NOT_EQUAL = frozenset(
    (Evidence.EDITED, Evidence.ROTATED, Evidence.MIRRORED, Evidence.LOOK_ALIKE, Evidence.RAW_PAIR)
)
"""Evidence by which nothing is proposed; a marked photo is then chosen by hand."""


def plan_removals(
    removals: Sequence[tuple[Group, Sequence[GroupMember]]],
    kept: Collection[str],
    matches: Matches,
    protected_folders: Sequence[str],
    retention: Retention,
    context: JobContext,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Plan:
    """Plan the removal of marked photos.

    A mark may be older than the group, whose better copies may be gone by now. So a photo goes only
    where that is proposed now, or beside a copy that the person kept. A photo that is no equal of
    the survivor goes as chosen by hand.

    Args:
        removals: Groups and the photos of each that are marked for removal.
        kept: Paths of the photos that the person decided to keep.
        matches: The matches that the groups were made from.
        protected_folders: Folders in which nothing may be removed.
        retention: Numbers of copies and drives that have to stay.
        context: Pause, cancel.
        separated: Photos that a person called different.

    Raises:
        Cancelled: The job was cancelled.
    """

    def proposals() -> Iterator[Proposal]:
        for group, gone in removals:
            going = {member.file.path for member in gone}
            staying = [member for member in group.members if member.file.path not in going]
            holders_of = cache(partial(_holders_of, matches, group))
            for member in gone:
                context.checkpoint()
                yield _proposal(matches, group, member, staying, kept, holders_of)

    groups = (
        [(planned_file(one), one.evidence, one.against) for one in group.members]
        for group, _ in removals
    )
    return plan_proposals(proposals(), groups, protected_folders, retention, context, separated)


def plan_proposals(
    proposals: Iterable[Proposal],
    groups: Iterable[Sequence[Known]],
    protected_folders: Sequence[str],
    retention: Retention,
    context: JobContext | None = None,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
) -> Plan:
    """Plan proposed removals; `make_plan` checks the plan as a whole.

    Args:
        proposals: The photos, each with its survivor, or with a reason why it stays.
        groups: The photos of each group, for counting copies.
        protected_folders: Folders in which nothing may be removed.
        retention: Numbers of copies and drives that have to stay.
        context: Pause, cancel; None for a plan that nobody stops.
        separated: Photos that a person called different.

    Raises:
        Cancelled: The job was cancelled.
    """
    steps: list[Step] = []
    refused: list[Skipped] = []
    for proposal in proposals:
        if isinstance(proposal, Step):
            steps.append(proposal)
        else:
            refused.append(proposal)
    known = [copies for group in groups for copies in copies_of(group)]
    plan = make_plan(steps, protected_folders, retention, known, context, separated)
    return Plan(plan.steps, (*refused, *plan.refused))


def _proposal(
    matches: Matches,
    group: Group,
    member: GroupMember,
    staying: Sequence[GroupMember],
    kept: Collection[str],
    holders_of: Callable[[], Mapping[str, Sequence[GroupMember]]],
) -> Proposal:
    if not staying:
        return Skipped(member.file.path, SkipCode.NO_SURVIVOR)
    kept_beside = [one for one in staying if one.file.path in kept]
    if group.is_look_alike:
        return _chosen(member, kept_beside[0] if kept_beside else None)
    able = staying if member.keep is False else kept_beside
    # The person may keep many, or rules: what has all of the photo stays for it, not what is
    # nearest to it.
    holders = _holders(member, able, holders_of)
    held = match_survivor(matches, group, member, holders or able)
    if held is None:
        return Skipped(member.file.path, SkipCode.LOOK_AGAIN)
    if held.evidence in _NOT_EQUAL:
        # Nothing was proposed here, so only a copy that the person kept can be the survivor.
        held = match_survivor(matches, group, member, kept_beside)
        return _chosen(member, None if held is None else held.survivor)
    why = _HAS_ALL if holders else member.reason if member.keep is False else None
    return Step(
        planned_file(member),
        planned_file(held.survivor),
        held.evidence,
        why=why,
        accepts_smaller=why is None,
        accepts_loss=why is None,
    )


def _holders_of(matches: Matches, group: Group) -> dict[str, list[GroupMember]]:
    """The possible survivors of each photo of a group, by path."""
    found: dict[str, list[GroupMember]] = {}
    for goes, stays, _ in matches.replacements(group):
        found.setdefault(group.members[goes].file.path, []).append(group.members[stays])
    return found


def _holders(
    member: GroupMember,
    able: Sequence[GroupMember],
    holders_of: Callable[[], Mapping[str, Sequence[GroupMember]]],
) -> list[GroupMember]:
    """The copies that have all of a photo, by the engine's proofs."""
    if member.keep is False and any(one.file.path == member.against for one in able):
        return []  # the proposal itself refers to one of them
    places = {one.file.path for one in able}
    return [one for one in holders_of().get(member.file.path, ()) if one.file.path in places]


def _chosen(member: GroupMember, survivor: GroupMember | None) -> Proposal:
    if survivor is None:
        return Skipped(member.file.path, SkipCode.LOOK_AGAIN)
    return Step(planned_file(member), planned_file(survivor), Evidence.CHOSEN)


def planned_file(member: GroupMember) -> PlannedFile:
    """A photo of a group as a plan names it."""
    file = member.file
    return PlannedFile(
        file.path,
        file.size_bytes,
        file.mtime_ns,
        member.digest,
        file.protected,
        metadata_inventory(member.facts),
    )
