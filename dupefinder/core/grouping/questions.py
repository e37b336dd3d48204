"""Questions that groups leave open: pairs to be compared in full size, or to be judged at all."""

from collections.abc import Iterable, Sequence

import numpy as np

from dupefinder.core.catalog import PAIR_DTYPE, Pairs
from dupefinder.core.grouping.match_graph import MatchGraph
from dupefinder.core.grouping.match_state import MatchState
from dupefinder.core.records import Evidence, Group, GroupMember, ReasonCode

_WORDS_OF_A_PROOF = frozenset((Evidence.RE_ENCODED, Evidence.EDITED))
"""Reasons that depend on a full-size comparison."""

_MOST_ANSWERS = 3
"""Comparisons for each photo of a group in which some turned out to be other pictures."""


class MatchQuestions(MatchState):
    """The matches of a scan, and the comparisons and verdicts that its groups need."""

    def graph_among(self, content_ids: Sequence[int]) -> MatchGraph:
        """The confirmed matches among some contents of the groups.

        Args:
            content_ids: Contents of files that are in groups.
        """
        self._part()
        chosen = sorted(set(content_ids))
        nodes = self._nodes.of_all(chosen)
        return MatchGraph(
            {content: self.contents[content] for content in chosen},
            dict(zip(chosen, nodes.tolist(), strict=True)),
            self._edge_maker.at(np.array(self._edges.from_nodes(nodes), np.int64)),
            self._proofs,
        )

    def wanted_proofs(self, groups: Iterable[Group]) -> list[tuple[int, int]]:
        """List the pairs of some groups that are to be compared in full size.

        Args:
            groups: Groups that were made of these matches.

        Returns:
            Content ids: of a photo, and of the one to compare it with. A proposal depends on the
            comparison, or it finds the places in which an edited copy differs.
        """
        wanted: dict[tuple[int, int], None] = {}
        for group in groups:
            if of_a_series := self._wanted_of_a_series([one.content_id for one in group.members]):
                wanted.update(dict.fromkeys(of_a_series))
                continue
            # Until it is known which copies go, the copies to compare the others with are unknown.
            proposals = _checked(group)
            wanted.update(dict.fromkeys(proposals or self._words_to_prove(group)))
        return list(wanted)

    def foreseen_proofs(self, groups: Iterable[Group]) -> list[tuple[int, int]]:
        """List the pairs that will be wanted once pending comparisons are known.

        These are nearly all: edited copies to be compared with the keeper, which usually stays.

        Args:
            groups: See `wanted_proofs`.
        """
        foreseen = (
            pair
            for group in groups
            if _checked(group)
            and not self._wanted_of_a_series([one.content_id for one in group.members])
            for pair in self._words_to_prove(group)
            if group.members[0].content_id in pair
        )
        return list(dict.fromkeys(foreseen))

    def _words_to_prove(self, group: Group) -> list[tuple[int, int]]:
        """List the pairs of a group that are called copies or edits without a comparison."""
        words = [
            pair
            for one, pair in _held(group)
            if one.reason.code is not ReasonCode.BEING_CHECKED
            and one.evidence in _WORDS_OF_A_PROOF
            and not one.differences
            and not (self._proofs.get(pair) or self._proofs.get(pair[::-1]))
        ]
        if not words:
            return []
        graph = self.graph_among([one for pair in words for one in pair])
        return [self._smaller_first(pair) for pair in words if graph.wants_proof(*pair)]

    def _wanted_of_a_series(self, content_ids: Sequence[int]) -> list[tuple[int, int]]:
        """List the next pairs of a group that turned out to be a series; else none.

        In a series of look-alikes the centre of the group says little: each photo is compared with
        those that it resembles most.
        """
        if not self._apart:
            return []
        nodes = np.unique([self._nodes.of(one) for one in content_ids])
        if not any(node in self._apart for node in nodes.tolist()):
            return []
        inside = self._edges.most_alike_first(nodes, self._nodes.rank)
        graph = self.graph_among(content_ids)
        first_of = {
            node: min(graph.contents_of(node), key=lambda one: int(self._nodes.digest_rank[one]))
            for node in nodes.tolist()
        }
        wanted: list[tuple[int, int]] = []
        asks = {
            node for node in nodes.tolist() if len(self._compared.get(node, ())) < _MOST_ANSWERS
        }
        for one, other in inside:
            if other in self._compared.get(one, ()) or not ({one, other} & asks):
                continue
            pair = self._smaller_first((first_of[one], first_of[other]))
            if graph.wants_proof(pair[1], pair[0]):
                wanted.append(pair)
                asks -= {one, other}
        return wanted

    def _smaller_first(self, pair: tuple[int, int]) -> tuple[int, int]:
        """Order a pair of contents by pixels: only the smaller can be contained in the other."""
        ours, theirs = (self.contents[one].facts for one in pair)
        is_larger = ours.width_px * ours.height_px > theirs.width_px * theirs.height_px
        return pair[::-1] if is_larger else pair

    def wanted_open(self, groups: Iterable[Group], threshold_bits: int) -> Pairs:
        """List the open pairs that some groups depend on.

        Args:
            groups: Groups that were made of these matches.
            threshold_bits: See `regroup`, the one that they were made at.

        Returns:
            Of `PAIR_DTYPE`: those that may change the groups, and those that tie a photo to its
            keeper, or to any copy that stays where nothing else does. They are to be judged and
            handed to `add_verdicts`.
        """
        if not self._edges.open:
            return np.empty(0, PAIR_DTYPE)
        wanted: list[tuple[int, int]] = []
        is_open = self._edges.open.of
        for group in groups:
            ids = {one.content_id for one in group.members}
            node_of = {one: self._nodes.joint_of(one) for one in ids}
            keeper = node_of[group.members[0].content_id]
            staying = {node_of[one.content_id] for one in group.members if one.keep}
            for one in group.members[1:]:
                node = node_of[one.content_id]
                asked = {keeper} if one.against is not None else staying
                wanted += ((node, other) for other in asked.intersection(is_open(node)))
        centre = self.regroup(threshold_bits).centre
        chosen = self._grouping_edges(threshold_bits)
        ends = np.concatenate((self._edges.a[chosen], self._edges.b[chosen]))
        matches = np.bincount(ends, minlength=len(centre))
        return self._edges.open.wanted(centre, matches, self._nodes.rank, threshold_bits, wanted)


def _held(group: Group) -> list[tuple[GroupMember, tuple[int, int]]]:
    """The members that refer to another one, each with the contents of both."""
    content_at = {one.file.path: one.content_id for one in group.members}
    return [
        (one, (one.content_id, content_at[one.against]))
        for one in group.members
        if one.against is not None
    ]


def _checked(group: Group) -> list[tuple[int, int]]:
    """The pairs of contents that a proposal of a group depends on."""
    return [pair for one, pair in _held(group) if one.reason.code is ReasonCode.BEING_CHECKED]
