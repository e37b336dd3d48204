"""The edges of a scan as values, with alterations between pictures that were laid on each other."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog
from dupefinder.core.grouping.edges import Edges
from dupefinder.core.grouping.match_graph import Edge
from dupefinder.core.grouping.open_pairs import nodes_of
from dupefinder.core.matching.alterations import WHOLE_BOX, Shape, alterations_between
from dupefinder.core.records import Alteration, Orientation

_MOST_REMEMBERED = 200_000
"""Edges kept for the next grouping."""


class LaidEdges:
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
        """Read the shapes of pictures that were laid on others.

        Args:
            catalog: Has their facts.
            node_keys: As `Edges` gets them.
            parted: Nodes that were split off, by their old node.
        """
        if not self._edges.laid:
            return
        ids = np.array(sorted(self._edges.laid), np.int64)
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

    def add_twin(self, old: int, node: int) -> None:
        """Add a node that was split off from another one."""
        if old in self._shapes:
            self._shapes[node] = self._shapes[old]

    def at(self, chosen: NDArray[np.int64]) -> Iterator[tuple[int, int, Edge]]:
        """Make the edges at some places: node, node, edge."""
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
    """The edge of two pictures that lie edge to edge; many pairs share one."""
    return Edge(distance_bits, Orientation(orientation), code)
