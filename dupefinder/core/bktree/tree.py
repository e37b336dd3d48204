"""A BK-tree: its nodes, how it is built, and how batches of queries walk through it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dupefinder.core.bktree.distinct import DistinctHashes
from dupefinder.core.bktree.hamming import (
    BLOCK_PAIRS,
    WORD_BITS,
    BlockScanner,
    Hashes,
    PairBlock,
    Positions,
    distances,
)

_PIVOT_CANDIDATES = 32
_PIVOT_SAMPLE = 1024
_MOST_OF_A_NODE = 0.95
"""Rings with a larger share of their node are not split: the next pivot would do no better."""


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
    """Pick the candidate whose distances vary most, so that its rings separate best."""
    count = columns.shape[1]
    sample = columns[:, :: -(-count // _PIVOT_SAMPLE)]
    candidates = columns[:, :: -(-count // _PIVOT_CANDIDATES)]
    from_each = [distances(sample, candidate) for candidate in candidates.T]
    # Variances times the square of the sample's size are whole numbers, and cheap.
    spread = [sample.shape[1] * int(one @ one) - int(one.sum()) ** 2 for one in from_each]
    return candidates[:, int(np.argmax(spread))].copy()


def grow(columns: Hashes, leaf_size: int) -> tuple[Node, Positions]:
    """Build the tree over distinct fingerprints.

    Args:
        columns: uint64 (words, n).
        leaf_size: Rings above this size are split.

    Returns:
        The root, and the order (n,) of the fingerprints in the tree.
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


_PRUNING_IS_NO_USE = 0.95
"""Share of a node seen by a batch from which the node is scanned directly."""
_MIN_ROWS = 16
_MAX_ROWS = 128


class TreeSearch:
    """A search that takes batches of queries through one tree.

    When the queries are the same object as the tree's points, every two points are compared
    once, by the batch of the one that stands first in the tree.
    """

    def __init__(
        self,
        root: Node,
        points: DistinctHashes,
        queries: DistinctHashes,
        radius: int,
        batch_size: int,
    ) -> None:
        """Set up a search.

        Args:
            root: The tree's root.
            points: The tree's points, in the tree's order.
            queries: The fingerprints to look for.
            radius: In bits.
            batch_size: Queries that walk together: enough to fill the kernel in every ring.
        """
        self._root = root
        self._points = points
        self._queries = queries
        self._bits = len(points.columns) * WORD_BITS
        self._radius = min(radius, self._bits)
        self._batch_size = batch_size

    def pieces(self) -> list[tuple[slice, int]]:
        """The batches of queries, and how many original fingerprints stand behind each."""
        count = len(self._queries)
        batches = [
            slice(start, min(start + self._batch_size, count))
            for start in range(0, count, self._batch_size)
        ]
        if self._queries is self._points:
            # Early batches meet nearly all points, late ones few: alternating keeps progress even.
            batches = [batches[-1 - k // 2 if k % 2 else k // 2] for k in range(len(batches))]
        return [(batch, int(self._queries.count[batch].sum())) for batch in batches]

    def found(self, batch: slice, scanner: BlockScanner) -> Iterator[PairBlock]:
        """Walk the tree with a batch of queries.

        Args:
            batch: Positions of the queries.
            scanner: The running thread's own.

        Yields:
            Position of the query, position of the point, distance; a few pairs at a time.
        """
        radius = self._radius
        first_point = batch.start if self._queries is self._points else 0
        batch_rows = np.arange(batch.start, batch.stop)
        pending = [(self._root, batch_rows)] if self._root.size else []
        while pending:
            node, rows = pending.pop()
            from_pivot = distances(self._queries.columns[:, rows], node.pivot)
            scanner.comparisons += len(rows)
            order = np.argsort(from_pivot, kind="stable")
            rows, from_pivot = rows[order], from_pivot[order]
            low = node.ring_start[np.maximum(from_pivot - radius, 0)]
            high = node.ring_start[np.minimum(from_pivot + radius, self._bits) + 1]
            low = np.maximum(low, first_point)
            high = np.maximum(high, low)
            width = node.end - max(node.start, first_point)
            if (high - low).sum() >= _PRUNING_IS_NO_USE * len(rows) * width:
                rows = np.sort(rows)
                low = np.full(len(rows), node.start)
                if self._queries is self._points:
                    low = np.maximum(low, rows + 1)
                high = np.full(len(rows), node.end)
                yield from self._scan(rows, low, high, slice(node.start, node.end), scanner)
                continue
            scanned = node.start
            for distance, child in node.children:
                yield from self._scan(rows, low, high, slice(scanned, child.start), scanner)
                scanned = child.end
                begin, end = np.searchsorted(from_pivot, (distance - radius, distance + radius + 1))
                if begin < end and first_point < child.end:
                    pending.append((child, rows[begin:end]))
            yield from self._scan(rows, low, high, slice(scanned, node.end), scanner)

    def _scan(
        self,
        rows: Positions,
        low: Positions,
        high: Positions,
        run: slice,
        scanner: BlockScanner,
    ) -> Iterator[PairBlock]:
        """Compare queries with the points that each may reach, within one run of points.

        Args:
            rows: Positions of the queries.
            low: First point in reach of each query, ascending.
            high: One past the last, ascending.
            run: The points to look at.
            scanner: The running thread's own.
        """
        low = np.clip(low, run.start, run.stop)
        high = np.clip(high, run.start, run.stop)
        reaching = np.flatnonzero(low < high)
        rows, low, high = rows[reaching], low[reaching], high[reaching]
        height = min(max(BLOCK_PAIRS // max(run.stop - run.start, 1), _MIN_ROWS), _MAX_ROWS)
        for top in range(0, len(rows), height):
            some = rows[top : top + height]
            # Neighbours in the order have nearly the same reach, so one range serves all.
            begin, end = int(low[top]), int(high[top + len(some) - 1])
            for row, column, distance in scanner.scan(
                self._queries.columns[:, some], self._points.columns[:, begin:end], self._radius
            ):
                query, point = some[row], begin + column
                if self._queries is self._points:
                    kept = query < point
                    query, point, distance = query[kept], point[kept], distance[kept]
                yield query, point, distance
