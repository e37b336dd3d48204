"""The matches of a scan as edges of a graph, some of which full-size comparisons take back.

`Edges` has them as columns; `EdgeMaker` makes single ones, with the alterations between two
pictures that were registered on each other.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, OPEN_CODE, Catalog, Pairs
from dupefinder.core.grouping.match_graph import RE_ENCODED_CODE, Edge
from dupefinder.core.grouping.open_pairs import OpenPairs, between_nodes, node_pair_keys, nodes_of
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.alterations import WHOLE_BOX, Shape, alterations_between
from dupefinder.core.records import Alteration, Evidence, Orientation

LOOK_ALIKE_CODE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]

Indices = NDArray[np.int64]

_COLUMNS = ("a", "b", "distance_bits", "orientation", "code", "is_raw_pair")
_MOST_REMEMBERED = 200_000
"""Edges that `EdgeMaker` keeps for the next grouping."""


class Edges:
    """Judged pairs of pictures as edges between nodes, RAW files apart from their renderings.

    Attributes:
        a: int64 (n,), the one node of each edge.
        b: int64 (n,), the other.
        distance_bits: int64 (n,), of their fingerprints.
        orientation: int64 (n,), how the second is turned on the first.
        code: int64 (n,), `EVIDENCE_CODES` as the small pictures were judged.
        is_raw_pair: bool (n,), True where one of the two is a RAW file and the other is not.
        likeness: float32 (n,), as their small pictures were measured.
        placements: Placements of pictures that were registered on each other, by their nodes.
        registered: Ids of the pictures that were registered on others.
        open: Pairs that were not judged, because no group depended on them.
    """

    def __init__(self, pairs: Pairs, node_keys: Indices) -> None:
        """Turn pairs of picture ids into edges of nodes; RAW and not RAW make raw pairs.

        Args:
            pairs: Judged pairs between picture ids.
            node_keys: int64, ascending: of each node twice the picture id, plus one for RAW files.
        """
        self.placements: dict[tuple[int, int], NDArray[np.float32]] = {}
        self.registered: set[int] = set()
        self._by_first_node: tuple[Indices, Indices] | None = None
        self._node_keys = node_keys
        self.open = OpenPairs(pairs[pairs["evidence"] == OPEN_CODE], node_keys)
        parts, likeness = self._as_edges(pairs[pairs["evidence"] >= 0])
        # A RAW file and a rendering with the same small picture are no pair.
        beside = np.flatnonzero((node_keys[1:] == node_keys[:-1] + 1) & (node_keys[:-1] % 2 == 0))
        nothing = np.zeros_like(beside)
        parts.append(
            np.stack((beside, beside + 1, nothing, nothing, nothing + RE_ENCODED_CODE, nothing + 1))
        )
        columns = np.concatenate(parts, axis=1)
        self.a, self.b, self.distance_bits, self.orientation, self.code, raw = columns
        self.is_raw_pair = raw.astype(np.bool_)
        self.likeness = np.concatenate((*likeness, np.ones(len(beside), np.float32)))

    def _as_edges(self, pairs: Pairs) -> tuple[list[Indices], list[NDArray[np.float32]]]:
        """Columns of the edges between nodes of judged pairs, and their likeness, in parts."""
        fields = ("distance_bits", "orientation", "evidence")
        rows = np.stack([pairs[name].astype(np.int64) for name in fields])
        parts, likeness = [], []
        for a, b, places, is_raw_pair in between_nodes(pairs, self._node_keys):
            raw = np.full(len(places), is_raw_pair)
            parts.append(np.stack((a, b, *rows[:, places], raw)))
            likeness.append(np.nan_to_num(pairs["likeness"][places]))
            self._keep_placements(pairs[places], a, b)
        return parts, likeness

    def add(self, pairs: Pairs, parted: Mapping[int, Sequence[int]]) -> None:
        """Take in pairs that were left open before and have been judged since.

        Args:
            pairs: Judged pairs between picture ids.
            parted: Nodes that `add_split` split off from others, whose matches they share.
        """
        parts, likenesses = self._as_edges(pairs)
        columns, likeness = np.concatenate(parts, axis=1), np.concatenate(likenesses)
        self._append(columns, likeness)
        for old in np.intersect1d(list(parted), columns[:2]).tolist():
            is_its = (columns[0] == old) | (columns[1] == old)
            for node in parted[old]:
                copied = columns[:, is_its].copy()
                copied[:2][copied[:2] == old] = node
                self._append(copied, likeness[is_its])
                for a, b in copied[:2].T.tolist():
                    known = (old if a == node else a, old if b == node else b)
                    if (placement := self.placements.get(known)) is not None:
                        self.placements[a, b] = placement

    def _append(self, columns: Indices, likeness: NDArray[np.float32]) -> None:
        """Add edges: int64 (6, n), the columns that `_COLUMNS` names, and their likeness."""
        for name, added in zip(_COLUMNS, columns, strict=True):
            values = getattr(self, name)
            setattr(self, name, np.concatenate((values, added.astype(values.dtype))))
        self.likeness = np.concatenate((self.likeness, likeness))
        self._by_first_node = None

    def _keep_placements(self, pairs: Pairs, a: Indices, b: Indices) -> None:
        """Store the placements of pairs that were registered."""
        for index in np.flatnonzero(~np.isnan(pairs["placement"][:, 0])).tolist():
            self.placements[int(a[index]), int(b[index])] = pairs["placement"][index]
            self.registered.update((int(pairs["a"][index]), int(pairs["b"][index])))

    def matched_nodes(self) -> Indices:
        """Nodes that match another one."""
        matches = self.code != LOOK_ALIKE_CODE
        return distinct(np.concatenate((self.a[matches], self.b[matches])))

    def confirmed(self, threshold_bits: int) -> Indices:
        """Places of the edges that make groups at a threshold."""
        near = self.distance_bits <= threshold_bits
        return np.flatnonzero(near & (self.code != LOOK_ALIKE_CODE) & ~self.is_raw_pair)

    def from_nodes(self, nodes: Indices) -> list[int]:
        """Places of the matches, RAW pairs aside, of which the first node is one of these."""
        # Edges in the order of their first node are found without looking at all of them.
        if self._by_first_node is None:
            order = np.argsort(self.a, kind="stable")
            order = order[(self.code[order] != LOOK_ALIKE_CODE) & ~self.is_raw_pair[order]]
            self._by_first_node = order, self.a[order]
        order, first = self._by_first_node
        wanted = np.unique(nodes)
        starts, ends = np.searchsorted(first, wanted), np.searchsorted(first, wanted, "right")
        return [
            index
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            for index in order[start:end].tolist()
        ]

    def most_alike_first(self, nodes: Indices, rank: Indices) -> list[tuple[int, int]]:
        """The upright matches between some nodes, the most alike first.

        Args:
            nodes: int64, the nodes.
            rank: int64, order of all nodes by content, for equal likeness.
        """
        there = np.array(self.from_nodes(nodes), np.int64)
        there = there[np.isin(self.b[there], nodes)]
        there = there[self.orientation[there] == Orientation.IDENTITY]
        ranks = np.sort(rank[np.stack((self.a[there], self.b[there]))], axis=0)
        there = there[np.lexsort((ranks[1], ranks[0], -self.likeness[there]))]
        return list(zip(self.a[there].tolist(), self.b[there].tolist(), strict=True))

    def take_apart(self, pairs: Collection[tuple[int, int]]) -> None:
        """Turn upright matches between pairs of nodes into look-alikes.

        Args:
            pairs: The lower node first.
        """
        rows = np.array(sorted(set(pairs)), np.int64)
        count = int(max(self.a.max(initial=0), self.b.max(initial=0), rows.max(initial=0))) + 1
        is_apart = np.isin(node_pair_keys(self.a, self.b, count), rows[:, 0] * count + rows[:, 1])
        self._make_look_alikes(is_apart & (self.orientation == Orientation.IDENTITY))

    def part_series(self, of_a_series: Sequence[int], compared: Mapping[int, set[int]]) -> None:
        """Take back unproved matches between photos of one series.

        Each photo of a series was compared with those that it resembles most. As it is none of
        them, it is no copy of one that it resembles less.

        Args:
            of_a_series: Nodes.
            compared: The nodes that each node was compared with in full size.
        """
        is_open = np.isin(self.a, of_a_series) & np.isin(self.b, of_a_series)
        # Turned pictures, and a RAW file and its rendering, cannot be compared.
        is_open &= (self.orientation == Orientation.IDENTITY) & ~self.is_raw_pair
        for index in np.flatnonzero(is_open & (self.code != LOOK_ALIKE_CODE)).tolist():
            is_open[index] = int(self.b[index]) not in compared[int(self.a[index])]
        self._make_look_alikes(is_open)

    def part_copies_of_look_alikes(self, copied: Mapping[int, int]) -> None:
        """Take back matches of a copy with photos that its original does not match.

        Small copies of the frames of a series may seem to be edits of one another where the frames
        show that they are not.

        Args:
            copied: Nodes, each with the node in which all of it was found.
        """
        most = max(*copied.keys(), *copied.values()) if copied else 0
        count = int(max(self.a.max(initial=0), self.b.max(initial=0), most)) + 1
        original = np.arange(count)
        original[list(copied)] = list(copied.values())
        keys = node_pair_keys(self.a, self.b, count)
        unlike = distinct(keys[self.code == LOOK_ALIKE_CODE])
        of_copies = [min(copy, of) * count + max(copy, of) for copy, of in copied.items()]
        is_open = (self.code != LOOK_ALIKE_CODE) & ~np.isin(keys, of_copies)
        first, second = original[self.a], original[self.b]
        for one, other in ((first, self.b), (self.a, second), (first, second)):
            between = node_pair_keys(one, other, count)
            is_unlike = is_open & (one != other) & (between != keys) & np.isin(between, unlike)
            self._make_look_alikes(is_unlike)

    def add_split(self, old: int, node: int, beside: Sequence[int]) -> None:
        """Give a new node the edges of an old one, and one with each of some others.

        Args:
            old: The node that the new one was split off from.
            node: The new one.
            beside: Nodes that were split off from the old one before.
        """
        ends = (self.a == old) | (self.b == old)
        for a, b in zip(self.a[ends].tolist(), self.b[ends].tolist(), strict=True):
            if (placement := self.placements.get((a, b))) is not None:
                self.placements[node if a == old else a, node if b == old else b] = placement
        columns = np.stack([getattr(self, name)[ends].astype(np.int64) for name in _COLUMNS])
        columns[:2][columns[:2] == old] = node
        self._append(columns, self.likeness[ends])
        count = len(beside)
        none = np.zeros(count, np.int64)
        same_picture = np.full(count, RE_ENCODED_CODE)
        nodes = (np.array(beside, np.int64), np.full(count, node))
        split = np.stack((*nodes, none, none, same_picture, none))
        self._append(split, np.ones(count, np.float32))

    def _make_look_alikes(self, chosen: NDArray[np.bool_]) -> None:
        self.code[chosen] = LOOK_ALIKE_CODE
        self._by_first_node = None


class EdgeMaker:
    """Makes edges, working out the alterations between two pictures once."""

    def __init__(self, edges: Edges) -> None:
        """Take the edges.

        Args:
            edges: Columns of all edges, which may change later.
        """
        self._edges = edges
        self._shapes: dict[int, Shape] = {}
        self._alterations: dict[
            tuple[int, int], tuple[tuple[Alteration, ...], tuple[Alteration, ...]]
        ] = {}
        self._edge_of: dict[tuple[int, int], Edge] = {}

    def read_shapes(
        self,
        catalog: Catalog,
        node_keys: NDArray[np.int64],
        parted: Mapping[int, Sequence[int]],
    ) -> None:
        """Read the shapes of pictures that were registered on others.

        Args:
            catalog: Has their facts.
            node_keys: See `Edges`.
            parted: Nodes that were split off, by their old node.
        """
        if not self._edges.registered:
            return
        ids = np.array(sorted(self._edges.registered), np.int64)
        inner = catalog.inner_pictures(ids)
        for content_id, content in catalog.facts(ids).items():
            box = inner[content_id].box if content_id in inner else WHOLE_BOX
            shape = Shape(content.facts.width_px, content.facts.height_px, box)
            keys = content_id * 2 + np.arange(2)
            for node, is_there in zip(*nodes_of(keys, node_keys), strict=True):
                if is_there:
                    self._shapes[int(node)] = shape
        for old, nodes in parted.items():
            if old in self._shapes:
                self._shapes |= dict.fromkeys(nodes, self._shapes[old])

    def add_split(self, old: int, node: int) -> None:
        """Add a node that was split off from another one."""
        if old in self._shapes:
            self._shapes[node] = self._shapes[old]

    def at(self, chosen: NDArray[np.int64]) -> Iterator[tuple[int, int, Edge]]:
        """Make the edges at some places: node, node, edge."""
        edges = self._edges
        columns = (edges.a, edges.b, edges.distance_bits, edges.orientation, edges.code)
        for a, b, *plain in zip(*(column[chosen].tolist() for column in columns), strict=True):
            placement = edges.placements.get((a, b)) if edges.placements else None
            yield (
                a,
                b,
                _edge(*plain) if placement is None else self._registered(a, b, placement, *plain),
            )

    def _registered(
        self,
        a: int,
        b: int,
        placement: NDArray[np.float32],
        distance_bits: int,
        orientation: int,
        code: int,
    ) -> Edge:
        """The edge of two pictures that were registered on each other, worked out once."""
        edge = self._edge_of.get((a, b))
        if edge is None or edge.code != code:
            turn = Orientation(orientation)
            to_b, to_a = self._altered(a, b, placement, turn)
            is_upright = turn is Orientation.IDENTITY
            shown = tuple(placement.tolist()) if is_upright else None
            edge = Edge(distance_bits, turn, code, to_b, to_a, shown)
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
    """The edge of two pictures that lie edge to edge; many pairs share one."""
    return Edge(distance_bits, Orientation(orientation), code)
