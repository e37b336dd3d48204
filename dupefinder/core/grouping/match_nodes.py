"""Nodes and edges of a scan's matches, and what comparisons and verdicts change of them.

A node is a class of twins (equal small pictures), RAW files apart from their renderings; an edge is
a confirmed match. Full-size comparisons part nodes and take edges back.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache

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
from dupefinder.core.exposures import Shot, are_different_exposures, shot_of
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.grouping.cluster import Clusters, cluster, kept_apart
from dupefinder.core.grouping.edges import LOOK_ALIKE_CODE, Edges, nodes_of
from dupefinder.core.grouping.match_graph import (
    RE_ENCODED_CODE,
    Edge,
    KnownProofs,
)
from dupefinder.core.grouping.proven_twins import prove_twins
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.alterations import WHOLE_BOX, Shape, alterations_between
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import (
    Alteration,
    Evidence,
    FoundFile,
    Orientation,
    ProofVerdict,
)
from dupefinder.core.separated import (
    NOTHING_SEPARATED,
    SeparatedPhotos,
    Sides,
    are_apart,
    photo_keys,
)

_EDITED_CODE = EVIDENCE_CODES[Evidence.EDITED]
_WEIGHTS = {RE_ENCODED_CODE: 1000, _EDITED_CODE: 1}
"""A re-encoding ties more firmly to a centre than any number of edits."""

_MOST_REMEMBERED = 200_000
"""Edges kept for the next grouping."""

_ANY_DISTANCE_BITS = 1 << 10

_TELLING = 2
"""So many other pictures among them tell that it is one of a series of look-alikes."""


class Step(StrEnum):
    """Steps by which matches become those of a scan."""

    PROOFS = "proofs"
    """Full-size comparisons between these contents are taken in."""
    VERDICTS = "verdicts"
    """These pairs, which were left open, are judged."""
    PART = "part"
    """Edges that comparisons leave unproved are taken back."""


History = list[tuple[Step, list[tuple[int, int]]]]
"""Steps, and the pairs of each."""


class MatchNodes:
    """The nodes and edges of a scan, parted into groups at any threshold.

    Attributes:
        files: The files of the scan that have a content.
        content_ids: int64 (n,), their contents.
        twins: Of all contents.
        contents: Facts of the contents that have matches or copies, by id.
        most_bits: By content, of photos whose group is matched more strictly than others: in how
            many bits they may differ at most.
        series_photos: Files that are of a long series of look-alikes: of the pairs among these only
            those were looked at that may be copies.
    """

    def __init__(
        self,
        files: Sequence[FoundFile],
        content_ids: NDArray[np.int64],
        twins: EqualThumbnails,
        pairs: Pairs,
        catalog: Catalog,
    ) -> None:
        """Make the nodes and edges of a scan.

        Args:
            files: Files of the scan.
            content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
            twins: Of all contents.
            pairs: Judged pairs between twin ids.
            catalog: Facts are read from it here.
        """
        self.twins = twins
        readable = np.flatnonzero(content_ids != NO_CONTENT)
        self.files = [files[index] for index in readable.tolist()]
        self.content_ids = content_ids[readable]
        present = distinct(self.content_ids)
        raw = np.isin(present, catalog.raw_contents())
        keys = prove_twins(present, twins, catalog) * 2 + raw
        self._present = present
        self._node_keys, node_of_present = np.unique(keys, return_inverse=True)
        self._node_of_present = node_of_present
        self._node_of_file = node_of_present[np.searchsorted(present, self.content_ids)]
        digest_rank = np.empty(int(present.max(initial=0)) + 1, dtype=np.int64)
        by_digest = catalog.ids_by_digest()
        by_digest = by_digest[np.isin(by_digest, present)]
        digest_rank[by_digest] = np.arange(len(by_digest))
        self._digest_rank = digest_rank
        self._rank = np.full(len(self._node_keys), np.iinfo(np.int64).max)
        np.minimum.at(self._rank, node_of_present, digest_rank[present])
        self._edges = Edges(pairs, self._node_keys)
        told_apart = pairs[pairs["evidence"] == TOLD_APART_CODE]
        of_series = distinct(np.concatenate((told_apart["a"], told_apart["b"])))
        self.series_photos = int(np.isin(twins.of(self.content_ids), of_series).sum())
        self._of_series = set(present[np.isin(twins.of(present), of_series)].tolist())
        copies = np.bincount(self._node_of_file, minlength=len(self._node_keys))
        wanted = copies > 1
        wanted[self._edges.matched_nodes()] = True
        needed = present[wanted[node_of_present]]
        self.contents: dict[int, StoredContent] = catalog.facts(needed)
        self._shots = self._shots_of(present, node_of_present)
        self._veto_different_exposures()
        self._shapes = self._shapes_of_laid(catalog)
        self._proofs = KnownProofs({})
        self._proofs_of_node: dict[int, int] = {}
        self._compared: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        self._parted: dict[int, list[int]] = {}
        self._parted_from: dict[int, int] = {}
        self._is_parted = True
        self._alterations: dict[
            tuple[int, int], tuple[tuple[Alteration, ...], tuple[Alteration, ...]]
        ] = {}
        self._edge_of: dict[tuple[int, int], Edge] = {}
        self.most_bits: Mapping[int, int] = {}
        self._separated = NOTHING_SEPARATED
        self._sides: dict[int, Sides] = {}
        self._joined_parts: set[int] = set()
        self._is_second_copy = np.zeros(len(self.files), np.bool_)
        self._history: History | None = []

    @property
    def history(self) -> History | None:
        """Steps that were taken, in order; None where they led elsewhere than from new matches."""
        return self._history

    def _note(self, step: Step, pairs: Iterable[tuple[int, int]] = ()) -> None:
        """Note what is taken in."""
        if self._history is None:
            return
        if step is Step.PART or not self._history or self._history[-1][0] is not step:
            self._history.append((step, []))
        self._history[-1][1].extend(pairs)

    def set_separated(self, separated: SeparatedPhotos, catalog: Catalog) -> bool:
        """Take in which photos a person called different; groups made from now on heed it.

        Args:
            separated: All decisions; they take the place of those before.
            catalog: Tells what is known of the photos.

        Returns:
            True when it is news.
        """
        if separated == self._separated:
            return False
        if self._history:
            self._history = None
        self._separated = separated
        self._sides = {}
        facts = catalog.facts(self._may_be_of(separated, catalog))
        small = zip(catalog.greys([*facts]), catalog.chromas([*facts]), strict=True)
        for (content_id, content), levels in zip(facts.items(), small, strict=True):
            keys = photo_keys(
                content.digest,
                content.facts,
                content.pixel_digest,
                self.twins.hash_of(content_id),
                FINGERPRINT_VERSION,
                levels,
            )
            if sides := separated.sides_of(keys):
                self._sides[content_id] = sides
        self._part_separated_twins()
        self._find_second_copies()
        self._is_parted = False
        return True

    def _may_be_of(self, separated: SeparatedPhotos, catalog: Catalog) -> list[int]:
        """Contents that may be photos of decisions: by their bytes, or as they look."""
        found = set(catalog.content_ids(separated.digests).values())
        # Equal pixels have equal small pictures, unless another version of the program made those.
        is_alike = np.isin(self.twins.hashes, separated.picture_hashes)
        found.update(self.twins.content_ids[: len(is_alike)][is_alike].tolist())
        exact = separated.exact_pixels
        found.update(
            content_id
            for content_id, content in (self.contents.items() if exact else ())
            if content.facts.picture_digest in exact or content.pixel_digest in exact
        )
        return list(found.intersection(self._present.tolist()))

    def sides_of(self, content_id: int) -> Sides:
        """Sides on which a photo stands in the decisions; empty for nearly all photos."""
        return self._sides.get(content_id, frozenset())

    def are_separated(self, one: int, other: int) -> bool:
        """Tell whether a person called the photos of two contents, or of one, different."""
        return are_apart(self._sides.get(one, ()), self._sides.get(other, ()))

    def add_proofs(self, proofs: Proofs) -> None:
        """Take in full-size comparisons; groups that are made from now on heed them.

        Args:
            proofs: Between contents of the groups.
        """
        if proofs:
            self._note(Step.PROOFS, proofs)
            self._proofs.add(proofs)
            self._is_parted = False

    def add_verdicts(self, pairs: Pairs, catalog: Catalog) -> None:
        """Take in pairs that were left open; groups that are made from now on heed them.

        Args:
            pairs: Judged pairs between twin ids.
            catalog: Where they were judged.
        """
        self._note(Step.VERDICTS, zip(pairs["a"].tolist(), pairs["b"].tolist(), strict=True))
        self._edges.open.close(pairs)
        self._edges.add(pairs, self._parted)
        self._veto_different_exposures()
        self._shapes |= self._shapes_of_laid(catalog)
        for old, nodes in self._parted.items():
            if old in self._shapes:
                self._shapes |= dict.fromkeys(nodes, self._shapes[old])
        self._is_parted = False

    def open_pairs(self, pairs: Sequence[tuple[int, int]]) -> Pairs:
        """Those of some pairs of twin ids that were left open, of `PAIR_DTYPE`."""
        return self._edges.open.among(pairs)

    def take_back_unproved(self) -> None:
        """Take back what comparisons leave unproved, as the next grouping would."""
        self._part()

    def regroup(self, threshold_bits: int) -> Clusters:
        """Part the nodes at another threshold.

        Args:
            threshold_bits: At most the one that the pairs were found for.

        Returns:
            The partition of the nodes; `node_of_file` leads from files to nodes.
        """
        self._part()
        chosen = self._grouping_edges(threshold_bits)
        weight = np.where(
            self._edges.code[chosen] == RE_ENCODED_CODE,
            _WEIGHTS[RE_ENCODED_CODE],
            _WEIGHTS[_EDITED_CODE],
        )
        return cluster(self._edges.a[chosen], self._edges.b[chosen], weight, self._rank)

    def _grouping_edges(self, threshold_bits: int) -> NDArray[np.int64]:
        """Places of the edges that make groups: without those that would join separated photos."""
        edges = self._edges
        chosen = edges.confirmed(threshold_bits)
        if self.most_bits:
            most = np.full(len(self._node_keys), threshold_bits)
            for content_id, bits in self.most_bits.items():
                if self._is_present(content_id):
                    node = self._node_of_content(content_id)
                    most[node] = min(most[node], bits)
            near = np.minimum(most[edges.a[chosen]], most[edges.b[chosen]])
            chosen = chosen[edges.distance_bits[chosen] <= near]
        return chosen[~self._are_left_out(chosen)] if self._sides else chosen

    def _is_present(self, content_id: int) -> bool:
        place = int(np.searchsorted(self._present, content_id))
        return place < len(self._present) and int(self._present[place]) == content_id

    def left_out(self) -> set[tuple[int, int]]:
        """Pairs of nodes whose match is left out of groups, in both orders."""
        self._part()
        if not self._sides:
            return set()
        chosen = self._edges.confirmed(_ANY_DISTANCE_BITS)
        chosen = chosen[self._are_left_out(chosen)]
        pairs = zip(self._edges.a[chosen].tolist(), self._edges.b[chosen].tolist(), strict=True)
        return {pair for one, other in pairs for pair in ((one, other), (other, one))}

    def _are_left_out(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of some edges which are left out, bool (n,): the weakest that would join sides."""
        edges = self._edges
        sides_of_node: dict[int, Sides] = {}
        for content_id, sides in self._sides.items():
            node = self._node_of_content(content_id)
            sides_of_node[node] = sides_of_node.get(node, frozenset()) | sides
        a, b = edges.a[chosen], edges.b[chosen]
        ranks = np.sort(self._rank[np.stack((a, b))], axis=0)
        strongest_last = (
            *(ranks[1], ranks[0], -edges.likeness[chosen], edges.distance_bits[chosen]),
            edges.orientation[chosen] != Orientation.IDENTITY,
            edges.code[chosen] != RE_ENCODED_CODE,
        )
        return kept_apart(a, b, np.lexsort(strongest_last), sides_of_node)

    def _part_separated_twins(self) -> None:
        """Give separated contents with equal small pictures nodes of their own, tied by a match."""
        by_node: dict[int, list[int]] = {}
        for content_id in sorted(self._sides, key=lambda one: int(self._digest_rank[one])):
            by_node.setdefault(self._node_of_content(content_id), []).append(content_id)
        for contents in by_node.values():
            alike: list[list[int]] = []
            for one in contents:
                for some in alike:
                    is_one_side = self._sides[some[0]] == self._sides[one]
                    if is_one_side and not self.are_separated(some[0], one):
                        some.append(one)
                        break
                else:
                    alike.append([one])
            # The first side stays in the node: what else is in it may be of any side.
            for number, some in enumerate(alike):
                if any(self.are_separated(some[0], before[0]) for before in alike[:number]):
                    self._part_from_twins(some, is_match=True)

    def _find_second_copies(self) -> None:
        """Note the files, but for the first, of contents of which each copy is one by itself."""
        is_alone = [one for one in self._sides if self.are_separated(one, one)]
        self._is_second_copy = np.zeros(len(self.files), np.bool_)
        if is_alone:
            places = np.flatnonzero(np.isin(self.content_ids, is_alone)).tolist()
            met: set[int] = set()
            for place in sorted(places, key=lambda one: os.fsencode(self.files[one].path)):
                content_id = int(self.content_ids[place])
                self._is_second_copy[place] = content_id in met
                met.add(content_id)

    @property
    def node_of_file(self) -> NDArray[np.int64]:
        """The node of each file, int64 (n,), by all comparisons that are known."""
        self._part()
        return self._node_of_file

    def _part(self) -> None:
        """Take back what comparisons leave unproved; only once a round of them has ended.

        Until then it would depend on their order what is compared and what is not.
        """
        if self._is_parted:
            return
        self._is_parted = True
        self._note(Step.PART)
        self._part_twins()
        self._proofs_of_node.clear()
        self._compared.clear()
        self._apart.clear()
        copied: dict[int, int] = {}
        apart: list[tuple[int, int]] = []
        for (goes, stays), proof in self._proofs.items():
            nodes = self._node_of_content(goes), self._node_of_content(stays)
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
                # Of several the least counts: which comparison ended first must not matter.
                known = copied.setdefault(nodes[0], nodes[1])
                if self._rank[nodes[1]] < self._rank[known]:
                    copied[nodes[0]] = nodes[1]
        if apart:
            self._edges.take_apart(apart)
        of_a_series = [one for one, others in self._apart.items() if len(others) >= _TELLING]
        self._edges.part_series(of_a_series, self._compared)
        self._edges.part_copies_of_look_alikes(copied)

    def _are_frames(self, *content_ids: int) -> bool:
        """True for two photos of one long series and one size: what differs was not retouched."""
        sizes_px = {
            (facts.width_px, facts.height_px)
            for facts in (self.contents[one].facts for one in content_ids)
        }
        return len(sizes_px) == 1 and self._of_series.issuperset(content_ids)

    def _part_twins(self) -> None:
        """Part twins that were found to be other pictures, in an order that is theirs."""
        apart = [
            pair
            for pair, proof in self._proofs.items()
            if proof.verdict is ProofVerdict.OTHER_PICTURE
        ]
        for goes, stays in sorted(apart, key=lambda pair: self._digest_rank[list(pair)].tolist()):
            if self._node_of_content(goes) == self._node_of_content(stays):
                self._part_from_twins([goes])

    def _part_from_twins(self, content_ids: Sequence[int], *, is_match: bool = False) -> None:
        """Give contents a node of their own: only their small picture equals that of the others.

        The new node has the matches of the old one, and one with each node that was parted from it
        before: two copies of one photo may both be twins of a third that shows something else.

        Args:
            content_ids: Of one node.
            is_match: True where the new node matches the old one as well.
        """
        old, node = self._node_of_content(content_ids[0]), len(self._node_keys)
        self._node_keys = np.append(self._node_keys, self._node_keys[-1] + 2)
        self._rank = np.append(self._rank, self._digest_rank[list(content_ids)].min())
        self._node_of_present[np.searchsorted(self._present, content_ids)] = node
        self._node_of_file[np.isin(self.content_ids, content_ids)] = node
        if old in self._shapes:
            self._shapes[node] = self._shapes[old]
        if old in self._shots:
            self._shots[node] = self._shots[old]
        others = self._parted.setdefault(old, [])
        # The old node's match with some of them is copied already.
        beside = [one for one in others if one not in self._joined_parts]
        self._edges.add_twin(old, node, [old, *beside] if is_match else beside)
        if is_match:
            self._joined_parts.add(node)
        others.append(node)
        self._parted_from[node] = old

    def _node_of_content(self, content_id: int) -> int:
        return int(self._node_of_present[np.searchsorted(self._present, content_id)])

    def _joint_node_of(self, content_id: int) -> int:
        """The node of a content before it was parted from its twins: that has the open pairs."""
        node = self._node_of_content(content_id)
        return self._parted_from.get(node, node)

    def _shots_of(
        self, present: NDArray[np.int64], node_of_present: NDArray[np.int64]
    ) -> dict[int, set[Shot]]:
        """Exposure data of the pictures of each node."""
        shots: dict[int, set[Shot]] = {}
        for content_id, node in zip(present.tolist(), node_of_present.tolist(), strict=True):
            content = self.contents.get(content_id)
            if content is not None and (shot := shot_of(content.facts)) is not None:
                shots.setdefault(node, set()).add(shot)
        return shots

    def _veto_different_exposures(self) -> None:
        """Take `edited` back where one camera says that it took the two at different times."""
        edges = self._edges
        for index in np.flatnonzero(edges.code == _EDITED_CODE).tolist():
            ours = self._shots.get(int(edges.a[index]))
            theirs = self._shots.get(int(edges.b[index]))
            if ours and theirs and are_different_exposures(ours, theirs):
                edges.code[index] = LOOK_ALIKE_CODE

    def _shapes_of_laid(self, catalog: Catalog) -> dict[int, Shape]:
        """Shapes of the pictures that were laid on others, by node."""
        if not self._edges.laid:
            return {}
        ids = np.array(sorted(self._edges.laid), np.int64)
        inner = catalog.inner_pictures(ids)
        shapes: dict[int, Shape] = {}
        for content_id, content in catalog.facts(ids).items():
            box = inner[content_id].box if content_id in inner else WHOLE_BOX
            shape = Shape(content.facts.width_px, content.facts.height_px, box)
            keys = content_id * 2 + np.arange(2)
            for node, is_there in zip(*nodes_of(keys, self._node_keys), strict=True):
                if is_there:
                    shapes[int(node)] = shape
        return shapes

    def _as_edges(self, chosen: NDArray[np.int64]) -> Iterator[tuple[int, int, Edge]]:
        edges = self._edges
        columns = (edges.a, edges.b, edges.distance_bits, edges.orientation, edges.code)
        for a, b, *plain in zip(*(column[chosen].tolist() for column in columns), strict=True):
            placement = edges.placements.get((a, b)) if edges.placements else None
            yield a, b, _edge(*plain) if placement is None else self._laid(a, b, placement, *plain)

    def _laid(
        self,
        a: int,
        b: int,
        placement: NDArray[np.float32],
        distance_bits: int,
        orientation: int,
        code: int,
    ) -> Edge:
        """The edge of two pictures that were laid on each other, worked out once."""
        edge = self._edge_of.get((a, b))
        if edge is None or edge.code != code:
            turn = Orientation(orientation)
            to_b, to_a = self._altered(a, b, placement, turn)
            is_upright = turn is Orientation.IDENTITY
            laid = tuple(placement.tolist()) if is_upright else None
            edge = Edge(distance_bits, turn, code, to_b, to_a, laid)
            if len(self._edge_of) < _MOST_REMEMBERED:
                self._edge_of[a, b] = edge
        return edge

    def _altered(
        self, a: int, b: int, placement: NDArray[np.float32], orientation: Orientation
    ) -> tuple[tuple[Alteration, ...], tuple[Alteration, ...]]:
        """Alterations between two nodes, worked out once; see `alterations_between`."""
        found = self._alterations.get((a, b))
        if found is None:
            found = alterations_between(placement, self._shapes[a], self._shapes[b], orientation)
            self._alterations[a, b] = found
        return found


@cache
def _edge(distance_bits: int, orientation: int, code: int) -> Edge:
    """The edge of two pictures that lie edge to edge: there are few, and many pairs share one."""
    return Edge(distance_bits, Orientation(orientation), code)
