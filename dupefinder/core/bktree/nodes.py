"""The nodes of a BK-tree and how they are built."""

from dataclasses import dataclass, field

import numpy as np

from dupefinder.core.bktree.hamming import WORD_BITS, Hashes, Positions, distances

_PIVOT_CANDIDATES = 32
_PIVOT_SAMPLE = 1024
_MOST_OF_A_NODE = 0.95
"""A ring with more of its node than this is not split: the next pivot would do no better."""


@dataclass(slots=True, eq=False)
class Node:
    """A run of the tree's points, sorted by distance from a pivot.

    Attributes:
        start: Its first position.
        end: One past its last.
        pivot: uint64 (words,).
        ring_start: int64 (bits + 2,), the position where the ring of each distance begins.
        children: Distance and node of each ring that is split further, in ascending order.
    """

    start: int
    end: int
    pivot: Hashes = field(init=False)
    ring_start: Positions = field(init=False)
    children: list[tuple[int, "Node"]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of points."""
        return self.end - self.start

    def share_in_reach(self, radius: int) -> float:
        """Share of its points that a point of the node has to look at, on average."""
        distance = np.arange(len(self.ring_start) - 1)
        low = self.ring_start[np.maximum(distance - radius, 0)]
        high = self.ring_start[np.minimum(distance + radius, distance[-1]) + 1]
        return float(np.diff(self.ring_start) @ (high - low)) / self.size**2


def _choose_pivot(columns: Hashes) -> Hashes:
    """Pick the candidate whose distances vary most, so that its rings are told apart best."""
    count = columns.shape[1]
    sample = columns[:, :: -(-count // _PIVOT_SAMPLE)]
    candidates = columns[:, :: -(-count // _PIVOT_CANDIDATES)]
    spread = [distances(sample, candidate).var() for candidate in candidates.T]
    return candidates[:, int(np.argmax(spread))].copy()


def grow(columns: Hashes, leaf_size: int) -> tuple[Node, Positions]:
    """Build the tree over distinct fingerprints.

    Args:
        columns: uint64 (words, n).
        leaf_size: Rings above this size are split.

    Returns:
        The root, and the order (n,) in which the tree wants the fingerprints.
    """
    bits = columns.shape[0] * WORD_BITS
    order = np.arange(columns.shape[1])
    root = Node(0, len(order))
    pending = [root] if len(order) else []
    while pending:
        node = pending.pop()
        inside = order[node.start : node.end]
        points = columns[:, inside]
        node.pivot = _choose_pivot(points)
        from_pivot = distances(points, node.pivot)
        order[node.start : node.end] = inside[np.argsort(from_pivot, kind="stable")]
        sizes = np.bincount(from_pivot, minlength=bits + 1)
        node.ring_start = node.start + np.concatenate(([0], np.cumsum(sizes)))
        if sizes.max() <= _MOST_OF_A_NODE * len(inside):
            for distance in np.flatnonzero(sizes > leaf_size).tolist():
                start, end = node.ring_start[distance : distance + 2].tolist()
                node.children.append((distance, Node(start, end)))
        pending.extend(child for _, child in node.children)
    return root, order
