"""The keeper of a group, the other copies that stay, and those that may go.

A copy may go only when another copy stays that replaces it in full. The first copy of every look
stays in any case, so that no group is ever removed as a whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from dupefinder.core.exposures import shot_of
from dupefinder.core.grouping.match_graph import (
    Match,
    MatchGraph,
    pixel_keys,
)
from dupefinder.core.records import (
    Evidence,
    GroupMember,
    Orientation,
    Reason,
    ReasonCode,
)
from dupefinder.core.rules import order_candidates, propose
from dupefinder.core.rules.candidate import Candidate, metadata_of


def _beside(candidate: Candidate) -> object:
    """Belongings of a copy, wherever it lies in its source folder."""
    files = (
        (one.kind, one.size_bytes, one.digest, one.says, one.attributes)
        for one in candidate.belonging.companions
    )
    return candidate.source, candidate.belonging.attributes, frozenset(files)


_Alike = list[tuple[int, Candidate]]
"""At most two interchangeable copies that stay, each with its rank."""


class _Staying:
    """The copies that stay, interchangeable ones represented by the first."""

    def __init__(self, graph: MatchGraph) -> None:
        self._graph = graph
        self._of_content: dict[int, dict[object, _Alike]] = {}
        self._of_node: dict[int, dict[object, _Alike]] = {}

    def add(self, place: int, candidate: Candidate) -> None:
        """Add a copy; `place` is its rank among all copies."""
        node = self._graph.node_of[candidate.content_id]
        for known, key, kind_of in (
            (self._of_content, candidate.content_id, _beside),
            (self._of_node, node, self._kind),
        ):
            kinds = known.get(key)
            if kinds is None:
                # Of what kind the first is, is told only once there is another: mostly there is
                # none.
                known[key] = {None: [(place, candidate)]}
                continue
            if None in kinds:
                only = kinds.pop(None)
                kinds[kind_of(only[0][1])] = only
            alike = kinds.setdefault(kind_of(candidate), [])
            if len(alike) < 2:  # one, and one more for the first itself
                alike.append((place, candidate))

    def _kind(self, candidate: Candidate) -> object:
        facts = candidate.facts
        return (
            candidate.source,
            *(facts.width_px, facts.height_px, facts.is_raw, facts.is_lossless, facts.quality),
            *(facts.bits_per_channel, facts.has_alpha, facts.decodes_in_full, candidate.detail_px),
            *(metadata_of(facts), facts.word_digests, facts.parts, shot_of(facts)),
            _beside(candidate),
            frozenset(pixel_keys(self._graph.contents[candidate.content_id])),
        )

    def tied(self, candidate: Candidate) -> list[tuple[Match, Candidate]]:
        """Copies that stay and directly match a copy, the strongest match first."""
        groups = [*self._of_content.get(candidate.content_id, {}).values()]
        for node in self._graph.edges_of(self._graph.node_of[candidate.content_id]):
            groups += self._of_node.get(node, {}).values()
        others: dict[int, Candidate] = {}
        for alike in groups:
            for place, other in alike:
                if other is not candidate:
                    others[place] = other
                    break
        found = [
            (match, place, other)
            for place, other in others.items()
            if (match := self._graph.between(other.content_id, candidate.content_id))
        ]
        if len(found) > 1:
            found.sort(key=lambda one: (one[0].strength, one[1]))
        return [(match, other) for match, _, other in found]


def decide(candidates: Sequence[Candidate], graph: MatchGraph, centre: int) -> list[GroupMember]:
    """Decide for every copy whether it stays, and with which copy it is compared.

    The first copy of each look stays; the others are compared with those that stay, the strongest
    match first. Where a copy matches none of those, the centre of the group, which matches every
    copy, stays too.

    Args:
        candidates: The files of the group.
        graph: The graph among their contents.
        centre: The node that is the group's centre.

    Returns:
        The members, the keeper first.
    """
    ordered, reason = order_candidates(candidates)
    staying, settled = _Staying(graph), _Staying(graph)
    first_of_look: dict[int, Candidate] = {}
    decisions: list[tuple[bool, Reason]] = []
    held_by: dict[int, Candidate] = {}
    for place, candidate in enumerate(ordered):
        first = first_of_look.setdefault(candidate.look, candidate)
        if place == 0:
            decision = True, reason
        elif candidate is first:
            decision = True, Reason(ReasonCode.LOOKS_DIFFERENT)
        else:
            decision, holder = _hold(candidate, first, (settled, staying), graph)
            if holder is not None:
                held_by[place] = holder
        decisions.append(decision)
        if decision[0]:
            staying.add(place, candidate)
            if decision[1].code is not ReasonCode.BEING_CHECKED:
                settled.add(place, candidate)
    tied = [staying.tied(candidate) for candidate in ordered[1:]]
    if not all(tied):
        for place, candidate in enumerate(ordered):
            if graph.node_of[candidate.content_id] == centre and not decisions[place][0]:
                decisions[place] = True, Reason(ReasonCode.HOLDS_GROUP)
                staying.add(place, candidate)
                tied = [staying.tied(candidate) for candidate in ordered[1:]]
                break
    return [
        _member(candidate, decisions[place], held_by.get(place), others, graph, is_keeper=not place)
        for place, (candidate, others) in enumerate(zip(ordered, ([], *tied), strict=True))
    ]


def _hold(
    candidate: Candidate, first: Candidate, staying: Iterable[_Staying], graph: MatchGraph
) -> tuple[tuple[bool, Reason], Candidate | None]:
    """Compare a copy with those that stay, the strongest match first.

    While the comparison with one copy is pending, none that comes after it is asked, even if it is
    proved, so that the result does not depend on what a catalog happens to know.

    Args:
        candidate: The copy.
        first: The first of its look.
        staying: Copies that stay in any case, then those that stay so far.
        graph: The graph among their contents.

    Returns:
        The decision, and the copy that replaces it or that it is being compared with. Where it
        stays, the reason is what the first of its look lacks.
    """
    decision = _proposal(first, candidate, graph.between(first.content_id, candidate.content_id))
    if _share_source(first, candidate) and (
        not decision[0] or decision[1].code is ReasonCode.BEING_CHECKED
    ):
        decision = True, Reason(ReasonCode.WITHIN_FOLDER)
    for some in () if candidate.file.protected else staying:
        for match, other in some.tied(candidate):
            if _share_source(other, candidate):
                continue
            keep, reason = _proposal(other, candidate, match)
            if not keep or reason.code is ReasonCode.BEING_CHECKED:
                return (keep, reason), other
    return decision, None


def replacements(
    candidates: Sequence[Candidate], graph: MatchGraph
) -> Iterator[tuple[int, int, Evidence]]:
    """Find all pairs of copies of which one may go because the other one stays.

    Args:
        candidates: The files of a group.
        graph: The graph among their contents.

    Yields:
        Place of the copy that may go, place of the one that has to stay for it, and the direct
        evidence between them.
    """
    for goes, candidate in enumerate(candidates):
        if candidate.file.protected:
            continue
        for stays, other in enumerate(candidates):
            if stays == goes or _share_source(other, candidate):
                continue
            match = graph.between(other.content_id, candidate.content_id)
            if match is not None and not _proposal(other, candidate, match)[0]:
                yield goes, stays, match.evidence


def _share_source(one: Candidate, other: Candidate) -> bool:
    """True for two copies inside one source folder, where matches inside are ignored."""
    return bool(one.source) and one.source == other.source


def _proposal(keeper: Candidate, other: Candidate, match: Match | None) -> tuple[bool, Reason]:
    if match is None:
        return propose(keeper, other, None)
    return propose(keeper, other, match.evidence, match.proof)


@cache
def _shared(reason: Reason) -> Reason:
    """One object for equal reasons, as there may be as many members as photos."""
    return reason


def _member(
    candidate: Candidate,
    decision: tuple[bool, Reason],
    holder: Candidate | None,
    tied: Sequence[tuple[Match, Candidate]],
    graph: MatchGraph,
    *,
    is_keeper: bool,
) -> GroupMember:
    keep, reason = decision
    against, match = None, None
    is_checked = reason.code is ReasonCode.BEING_CHECKED
    for other_match, other in tied:
        # A copy that goes refers to one that replaces it, not to any that resembles it; a pending
        # one to the copy that it is being compared with.
        if (
            other is holder
            if is_checked
            else keep
            or not (_share_source(other, candidate) or _proposal(other, candidate, other_match)[0])
        ):
            against, match = other.file.path, other_match
            break
    content = graph.contents[candidate.content_id]
    return GroupMember(
        file=candidate.file,
        content_id=content.content_id,
        digest=content.digest,
        facts=content.facts,
        keep=keep,
        is_keeper=is_keeper,
        reason=_shared(reason),
        evidence=match.evidence if match else None,
        against=against,
        distance_bits=match.distance_bits if match else None,
        orientation=match.orientation if match else Orientation.IDENTITY,
        alterations=match.alterations if match else (),
        placement=match.placement if match else None,
        differences=match.differences if match else (),
    )
