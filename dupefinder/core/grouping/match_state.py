"""The state of a scan's matches: nodes and edges, and their changes by proofs and verdicts.

A node is a class of equal small pictures, RAW files apart from their renderings; an edge is
a confirmed match. Full-size comparisons split nodes and take edges back.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    TOLD_APART_CODE,
    Catalog,
    Pairs,
    Proofs,
    StoredContent,
)
from dupefinder.core.decisions.separated import SeparatedPhotos, Sides
from dupefinder.core.exposures import Shot, are_different_exposures, shot_of
from dupefinder.core.grouping.cluster import Clusters, cluster
from dupefinder.core.grouping.edges import LOOK_ALIKE_CODE, EdgeMaker, Edges
from dupefinder.core.grouping.match_graph import (
    RE_ENCODED_CODE,
    KnownProofs,
)
from dupefinder.core.grouping.nodes import Nodes
from dupefinder.core.grouping.separations import Separations
from dupefinder.core.grouping.taking_over import changed_pictures, rows_of
from dupefinder.core.id_sets import distinct, union
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import (
    Evidence,
    FoundFile,
    ProofVerdict,
)

_EDITED_CODE = EVIDENCE_CODES[Evidence.EDITED]
_WEIGHT_OF_EVIDENCE = {RE_ENCODED_CODE: 1000, _EDITED_CODE: 1}
"""A re-encoding counts more for a centre than any number of edits."""

_ANY_DISTANCE_BITS = 1 << 10

NOTHING_KNOWN: Mapping[int, StoredContent] = MappingProxyType({})

_LEAST_SEPARATIONS = 2
"""Number of other pictures found that shows a series of look-alikes."""


class Step(StrEnum):
    """Steps by which matches become those of a scan."""

    PROOFS = "proofs"
    """Add proofs between these contents."""
    VERDICTS = "verdicts"
    """Add verdicts on these open pairs."""
    PART = "part"
    """Take back edges that comparisons leave unproved."""


History = list[tuple[Step, list[tuple[int, int]]]]
"""Steps, and the pairs of each."""


class MatchState:
    """The present nodes and edges of a scan, which can be grouped at any threshold.

    Attributes:
        files: The files of the scan that have a content.
        content_ids: int64 (n,), their contents.
        equal_thumbnails: Equal thumbnails of all contents.
        contents: Facts of the contents that have matches or copies, by id.
        most_bits: Greatest distance in bits, by content, for photos in groups that are matched more
            strictly.
        contents_changes: See `Catalog`, when the facts were read.
        rows: The pairs as they were found.
        series_photos: Number of files in long series of look-alikes, among which only pairs that
            may be copies were judged.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        content_ids: NDArray[np.int64],
        equal_thumbnails: EqualThumbnails,
        pairs: Pairs,
        catalog: Catalog,
        known: Mapping[int, StoredContent] = NOTHING_KNOWN,
    ) -> None:
        """Make the nodes and edges of a scan.

        Args:
            files: Files of the scan.
            content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
            equal_thumbnails: Equal thumbnails of all contents.
            pairs: Judged pairs between picture ids.
            catalog: Facts are read from it here.
            known: Contents that were read from it before.
        """
        self.equal_thumbnails = equal_thumbnails
        readable = np.flatnonzero(content_ids != NO_CONTENT)
        self.files = [files[index] for index in readable.tolist()]
        self.content_ids = content_ids[readable]
        self._nodes = nodes = Nodes(self.content_ids, equal_thumbnails, catalog)
        self._edges = Edges(pairs, nodes.keys)
        told_apart = pairs[pairs["evidence"] == TOLD_APART_CODE]
        of_series = distinct(np.concatenate((told_apart["a"], told_apart["b"])))
        self.series_photos = int(np.isin(equal_thumbnails.of(self.content_ids), of_series).sum())
        self._of_series = set(
            nodes.present[np.isin(equal_thumbnails.of(nodes.present), of_series)].tolist()
        )
        copies = np.bincount(nodes.of_file, minlength=len(nodes))
        wanted = copies > 1
        wanted[self._edges.matched_nodes()] = True
        needed = nodes.present[wanted[nodes.of_present]]
        there = [one for one in needed.tolist() if one in known]
        self.contents: dict[int, StoredContent] = {one: known[one] for one in there}
        if len(there) < len(needed):
            self.contents |= catalog.facts(needed[~np.isin(needed, there)])
        self.contents_changes = catalog.contents_changes
        self.rows = rows_of(pairs)
        self._first_nodes = nodes.of_present.astype(np.int32)
        self._veto_different_exposures()
        self._edge_maker = EdgeMaker(self._edges)
        self._edge_maker.read_shapes(catalog, nodes.keys, {})
        self._proofs = KnownProofs({})
        self._proofs_of_node: dict[int, int] = {}
        self._compared: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        self._is_parted = True
        self.most_bits: Mapping[int, int] = {}
        self._separations = Separations()
        self._joined_parts: set[int] = set()
        self._is_second_copy = np.zeros(len(self.files), np.bool_)
        self._history: History = []
        self._late: set[int] = set()

    @property
    def history(self) -> History | None:
        """Steps taken so far; None where replaying them would lead elsewhere."""
        return None if self._late else self._history

    def history_without(self, content_ids: NDArray[np.int64]) -> History:
        """Steps taken so far, without those that concern some contents."""
        without = frozenset(content_ids.tolist())
        pictures = frozenset(self.equal_thumbnails.of(content_ids).tolist())
        left: History = []
        for step, pairs in self._history:
            out = without if step is Step.PROOFS else pictures
            some = [pair for pair in pairs if out.isdisjoint(pair)]
            is_again = step is Step.PART and left and left[-1][0] is Step.PART
            if some or (step is Step.PART and not is_again):
                left.append((step, some))
        return left

    def changed_since(self, before: "MatchState", pairs: Pairs) -> NDArray[np.int64]:
        """Find the contents whose groups may differ from those of earlier matches.

        Args:
            before: Earlier matches of the scan.
            pairs: The pairs that these ones were made of.

        Returns:
            int64 (n,), contents of both, ascending.
        """
        left = {
            file.path: content
            for file, content in zip(before.files, before.content_ids.tolist(), strict=True)
        }
        ids = set(before._late)
        for file, content in zip(self.files, self.content_ids.tolist(), strict=True):
            known = left.pop(file.path, None)
            if known != content:
                ids.update((content,) if known is None else (content, known))
        ids.update(left.values())
        both = union(self._nodes.present, before._nodes.present)
        moved = np.array(sorted(ids), np.int64)
        pictures = changed_pictures(before.rows, self.rows, pairs, self.equal_thumbnails.of(moved))
        return both[np.isin(self.equal_thumbnails.of(both), pictures)]

    def _note(self, step: Step, pairs: Iterable[tuple[int, int]] = ()) -> None:
        """Note a step."""
        if step is Step.PART or not self._history or self._history[-1][0] is not step:
            self._history.append((step, []))
        self._history[-1][1].extend(pairs)

    def set_separated(self, separated: SeparatedPhotos, catalog: Catalog) -> bool:
        """Set the photos that a person called different; later groups heed it.

        Args:
            separated: All decisions, replacing earlier ones.
            catalog: Tells what is known of the photos.

        Returns:
            True when that changes anything.
        """
        if separated == self._separations.separated:
            return False
        before = self._separations
        self._separations = Separations.among(
            self._nodes, separated, self.equal_thumbnails, self.contents, catalog
        )
        if self._history:
            # Comparisons that were made before would not have been asked for now.
            self._late.update(before.contents, self._separations.contents)
        for content_ids in self._separations.to_part(self._nodes):
            self._split_off(content_ids, is_match=True)
        self._is_second_copy = self._separations.second_copies(self.files, self.content_ids)
        self._is_parted = False
        return True

    def sides_of(self, content_id: int) -> Sides:
        """Sides of a photo in the decisions; empty for nearly all photos."""
        return self._separations.sides_of(content_id)

    def are_separated(self, one: int, other: int) -> bool:
        """True where a person called the photos of two contents, or of one, different."""
        return self._separations.are_apart(one, other)

    def add_proofs(self, proofs: Proofs) -> None:
        """Add full-size comparisons; later groups heed them.

        Args:
            proofs: Between contents of the groups.
        """
        if proofs:
            self._note(Step.PROOFS, proofs)
            self._proofs.add(proofs)
            self._is_parted = False

    def add_verdicts(self, pairs: Pairs, catalog: Catalog) -> None:
        """Add verdicts on open pairs; later groups heed them.

        Args:
            pairs: Judged pairs between picture ids.
            catalog: The catalog.
        """
        self._note(Step.VERDICTS, zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True))
        self._edges.open.close(pairs)
        self._edges.add(pairs, self._nodes.parted)
        self._veto_different_exposures()
        self._edge_maker.read_shapes(catalog, self._nodes.keys, self._nodes.parted)
        self._is_parted = False

    def open_pairs(self, pairs: Sequence[tuple[int, int]]) -> Pairs:
        """The open ones among pairs of picture ids, of `PAIR_DTYPE`."""
        return self._edges.open.among(pairs)

    def take_back_unproved(self) -> None:
        """Take back unproved edges, as the next grouping would."""
        self._part()

    def regroup(self, threshold_bits: int) -> Clusters:
        """Partition the nodes at another threshold.

        Args:
            threshold_bits: At most the one that the pairs were found for.

        Returns:
            The partition of the nodes; see `node_of_file`.
        """
        self._part()
        chosen = self._grouping_edges(threshold_bits)
        weight = np.where(
            self._edges.code[chosen] == RE_ENCODED_CODE,
            _WEIGHT_OF_EVIDENCE[RE_ENCODED_CODE],
            _WEIGHT_OF_EVIDENCE[_EDITED_CODE],
        )
        return cluster(self._edges.a[chosen], self._edges.b[chosen], weight, self._nodes.rank)

    def _grouping_edges(self, threshold_bits: int) -> NDArray[np.int64]:
        """Places of the edges that make groups: without those that would join separated photos."""
        edges = self._edges
        chosen = edges.confirmed(threshold_bits)
        if self.most_bits:
            most = np.full(len(self._nodes.keys), threshold_bits)
            for content_id, bits in self.most_bits.items():
                if self._nodes.has(content_id):
                    node = self._nodes.of(content_id)
                    most[node] = min(most[node], bits)
            near = np.minimum(most[edges.a[chosen]], most[edges.b[chosen]])
            chosen = chosen[edges.distance_bits[chosen] <= near]
        return chosen[~self._separations.left_out(edges, chosen, self._nodes)]

    def left_out(self) -> set[tuple[int, int]]:
        """Pairs of nodes whose match is left out of groups, in both orders."""
        self._part()
        if not self._separations:
            return set()
        chosen = self._edges.confirmed(_ANY_DISTANCE_BITS)
        chosen = chosen[self._separations.left_out(self._edges, chosen, self._nodes)]
        pairs = zip(self._edges.a[chosen].tolist(), self._edges.b[chosen].tolist(), strict=True)
        return {pair for one, other in pairs for pair in ((one, other), (other, one))}

    @property
    def node_of_file(self) -> NDArray[np.int64]:
        """The node of each file, int64 (n,), by all comparisons that are known."""
        self._part()
        return self._nodes.of_file

    def _part(self) -> None:
        """Take back unproved edges once a round of comparisons has ended.

        Earlier, the set of comparisons would depend on their order.
        """
        if self._is_parted:
            return
        self._is_parted = True
        self._note(Step.PART)
        self._split_equal_thumbnails()
        self._proofs_of_node.clear()
        self._compared.clear()
        self._apart.clear()
        copied: dict[int, int] = {}
        apart: list[tuple[int, int]] = []
        for (goes, stays), proof in self._proofs.items():
            nodes = self._nodes.of(goes), self._nodes.of(stays)
            for node in nodes:
                self._proofs_of_node[node] = self._proofs_of_node.get(node, 0) + 1
            if nodes[0] == nodes[1]:
                continue
            is_other = proof.verdict is ProofVerdict.OTHER_PICTURE
            is_other |= proof.verdict is ProofVerdict.DIFFERS and self._are_frames(goes, stays)
            for one, other in (nodes, nodes[::-1]):
                self._compared.setdefault(one, set()).add(other)
                if is_other:
                    self._apart.setdefault(one, set()).add(other)
            if is_other:
                apart.append((min(nodes), max(nodes)))
            elif proof.verdict is ProofVerdict.CONTAINED:
                # The least of several counts, so that the order of comparisons does not matter.
                known = copied.setdefault(nodes[0], nodes[1])
                if self._nodes.rank[nodes[1]] < self._nodes.rank[known]:
                    copied[nodes[0]] = nodes[1]
        if apart:
            self._edges.take_apart(apart)
        of_a_series = [
            one for one, others in self._apart.items() if len(others) >= _LEAST_SEPARATIONS
        ]
        self._edges.part_series(of_a_series, self._compared)
        self._edges.part_copies_of_look_alikes(copied)

    def _are_frames(self, *content_ids: int) -> bool:
        """True for two photos of one series and size, whose differences are no retouching."""
        sizes_px = {
            (facts.width_px, facts.height_px)
            for facts in (self.contents[one].facts for one in content_ids)
        }
        return len(sizes_px) == 1 and self._of_series.issuperset(content_ids)

    def _split_equal_thumbnails(self) -> None:
        """Split off contents of equal small pictures that were found to be other pictures."""
        apart = [
            pair
            for pair, proof in self._proofs.items()
            if proof.verdict is ProofVerdict.OTHER_PICTURE
        ]
        for goes, stays in sorted(
            apart, key=lambda pair: self._nodes.digest_rank[list(pair)].tolist()
        ):
            if self._nodes.of(goes) == self._nodes.of(stays):
                self._split_off([goes])

    def _split_off(self, content_ids: Sequence[int], *, is_match: bool = False) -> None:
        """Give contents a node of their own, as only their small picture equals that of the others.

        The new node gets the matches of the old one, and one with each node that was split off
        before: two copies of one photo may both equal a third photo in their small pictures.

        Args:
            content_ids: Of one node.
            is_match: True where the new node matches the old one as well.
        """
        old = self._nodes.of(content_ids[0])
        # Some matches of the old node are copied already.
        before = self._nodes.parted.get(old, ())
        beside = [one for one in before if one not in self._joined_parts]
        node = self._nodes.part(content_ids)
        self._edge_maker.add_split(old, node)
        self._edges.add_split(old, node, [old, *beside] if is_match else beside)
        if is_match:
            self._joined_parts.add(node)

    def _veto_different_exposures(self) -> None:
        """Take `edited` back where one camera took the two photos at different times."""
        edges = self._edges
        there = np.flatnonzero(edges.code == _EDITED_CODE)
        a, b = (self._nodes.first_of(end[there]) for end in (edges.a, edges.b))
        shots = self._shots_of(distinct(np.concatenate((a, b))))
        for index, one, other in zip(there.tolist(), a.tolist(), b.tolist(), strict=True):
            ours, theirs = shots.get(one), shots.get(other)
            if ours and theirs and are_different_exposures(ours, theirs):
                edges.code[index] = LOOK_ALIKE_CODE

    def _shots_of(self, first_nodes: NDArray[np.int64]) -> dict[int, set[Shot]]:
        """Exposure data of the pictures of nodes, as these were before any was split."""
        shots: dict[int, set[Shot]] = {}
        places = np.flatnonzero(np.isin(self._first_nodes, first_nodes))
        for content_id, node in zip(
            self._nodes.present[places].tolist(), self._first_nodes[places].tolist(), strict=True
        ):
            content = self.contents.get(content_id)
            if content is not None and (shot := shot_of(content.facts)) is not None:
                shots.setdefault(node, set()).add(shot)
        return shots
