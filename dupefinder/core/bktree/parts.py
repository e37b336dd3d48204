"""Searching by parts: many small BK-trees where a single one would exclude little.

Natural 64-bit hashes lie 32 ± 4 bits from any pivot, so that rings 10 bits wide on either side
exclude next to nothing. But cut the bits into parts: two fingerprints within `r` of each other
lie within `t` of each other in at least one part, when the `t + 1` of all parts add up to
`r + 1`. Each part has a BK-tree of its distinct values, few of which are within `t` of each
other, and only the fingerprints that have those values are compared in full.

Source: M. Norouzi, A. Punjani and D. J. Fleet, "Fast search in Hamming space with multi-index
hashing", CVPR 2012.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dupefinder.core.bktree.distinct import DistinctHashes
from dupefinder.core.bktree.hamming import (
    BLOCK_PAIRS,
    WORD_BITS,
    BlockScanner,
    Checkpoint,
    Hashes,
    PairBlock,
    Positions,
)
from dupefinder.core.bktree.tree import Node, TreeSearch, grow

_LEAF_SIZE = 256
_PREPARED_LEAF_SIZE = 8192
"""The same for few queries at a time: walking to small leaves costs more than scanning large ones.
43 queries among a million take 20 ms instead of 70."""
_BATCH_SIZE = 2048
_CACHED_POINTS = 1 << 14
_PIECE_POINTS = 1 << 17
"""Points that one piece of work gathers; 1 MB a word."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the bits of all fingerprints, by which a tree searches.

    Attributes:
        bits: Their numbers; bit `b` is bit `b % 64` of word `b // 64`, 0 being the lowest.
        radius: Greatest number of differing bits at which two fingerprints meet here.
    """

    bits: Sequence[int]
    radius: int

    def values(self, columns: Hashes) -> Hashes:
        """The value of each fingerprint in these bits.

        Args:
            columns: uint64 (words, n).

        Returns:
            uint64 (n,).
        """
        values = np.zeros(columns.shape[1], dtype=np.uint64)
        # A run stays in a core's cache while its bits are taken out one after another.
        for start in range(0, len(values), _CACHED_POINTS):
            run = slice(start, start + _CACHED_POINTS)
            some = values[run]
            for place, bit in enumerate(self.bits):
                word, shift = divmod(bit, WORD_BITS)
                lowest = (columns[word, run] >> np.uint64(shift)) & np.uint64(1)
                some |= lowest << np.uint64(place)
        return values

    def mask(self, words: int) -> Hashes:
        """The part's bits, set: uint64 (words,)."""
        mask = np.zeros(words, dtype=np.uint64)
        for bit in self.bits:
            mask[bit // WORD_BITS] |= np.uint64(1 << bit % WORD_BITS)
        return mask


@dataclass(frozen=True, slots=True, eq=False)
class PartIndex:
    """Index of the values of a part that have to be compared with each other.

    Attributes:
        queries: The distinct values of the queries; members are positions of queries.
        points: The distinct values of the points; members are positions of points.
        partner: int64, values of the points, grouped by the value of the queries.
        first_partner: int64 (values + 1,), where the partners of each query value begin.
    """

    queries: DistinctHashes
    points: DistinctHashes
    partner: Positions
    first_partner: Positions

    def reach(self) -> Positions:
        """Number of points that each value of the queries is compared with, int64 (values,)."""
        before = np.concatenate(([0], np.cumsum(self.points.count[self.partner])))
        return np.diff(before[self.first_partner])


@dataclass(frozen=True, slots=True, eq=False)
class PointValues:
    """Values of the points in some bits, in a BK-tree.

    Attributes:
        bits: Places of the bits, as in `Part`.
        root: The tree's root.
        values: The distinct values, in the tree's order; members are positions of points.
    """

    bits: Sequence[int]
    root: Node
    values: DistinctHashes

    @classmethod
    def of(cls, bits: Sequence[int], points: Hashes, leaf_size: int = _PREPARED_LEAF_SIZE) -> Self:
        """Build the tree.

        Args:
            bits: See `Part`.
            points: uint64 (words, n).
            leaf_size: See `BKTree`.
        """
        values = DistinctHashes.of(Part(bits, 0).values(points)[:, None])
        root, order = grow(values.columns, leaf_size)
        return cls(bits, root, values.reordered(order))


def index_part(
    part: Part, queries: Hashes, points: Hashes, scanner: BlockScanner, known: PointValues | None
) -> PartIndex:
    """Find the values of a part that lie within its radius of each other.

    Args:
        part: The part.
        queries: uint64 (words, m).
        points: uint64 (words, n). When it is the same object as `queries`, every two values
            are paired once, and every value with itself.
        scanner: One for single words.
        known: The points' values, where they are known already.
    """
    if known is None:
        known = PointValues.of(part.bits, points, _LEAF_SIZE)
    point_values = known.values
    query_values = point_values
    if queries is not points:
        query_values = DistinctHashes.of(part.values(queries)[:, None])
    search = TreeSearch(known.root, point_values, query_values, part.radius, _BATCH_SIZE)
    found = [pairs[:2] for batch, _ in search.pieces() for pairs in search.found(batch, scanner)]
    if queries is points:
        each = np.arange(len(point_values))
        found.append((each, each))
    empty = np.empty(0, dtype=np.int64)
    query, point = (np.concatenate(side) for side in zip((empty, empty), *found, strict=True))
    order = np.argsort(query, kind="stable")
    return PartIndex(
        queries=query_values,
        points=point_values,
        partner=point[order],
        first_partner=np.searchsorted(query[order], np.arange(len(query_values) + 1)),
    )


class PartSearch:
    """A search that compares the fingerprints that meet in one of several parts.

    When queries and points are the same object, every two points are compared once in each
    part in which they meet. A pair is reported for the first of its parts only.

    Attributes:
        comparisons: Number of pairs of fingerprints to compare.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        points: DistinctHashes,
        queries: DistinctHashes,
        radius: int,
        checkpoint: Checkpoint,
        known: Sequence[PointValues] = (),
    ) -> None:
        """Index the parts.

        Args:
            parts: Parts without a bit in common, with radii that leave out no pair.
            points: The fingerprints to search.
            queries: The fingerprints to look for.
            radius: In bits.
            checkpoint: Called while indexing.
            known: The points' values of each part, where they are known already.
        """
        self._points = points
        self._queries = queries
        self._radius = radius
        self._parts = parts
        self._masks = [part.mask(len(points.columns)) for part in parts]
        scanner = BlockScanner(1, checkpoint)
        self._indexes = []
        for number, part in enumerate(parts):
            checkpoint()
            values = known[number] if known else None
            self._indexes.append(index_part(part, queries.columns, points.columns, scanner, values))
        self.comparisons = sum(int(i.reach() @ i.queries.count) for i in self._indexes)

    def pieces(self) -> list[tuple[tuple[int, slice], int]]:
        """Runs of query values of one part, and the progress that each is worth.

        Progress is counted in original queries, so each piece counts as many of them as its
        share of all comparisons.
        """
        pieces = []
        compared = counted = 0
        total = len(self._queries.members)
        for number, index in enumerate(self._indexes):
            reach = index.reach()
            comparisons = np.cumsum(reach * index.queries.count)
            which = np.cumsum(reach) // _PIECE_POINTS
            ends = np.append(np.flatnonzero(np.diff(which)) + 1, len(which)).tolist()
            for start, end in zip([0, *ends], ends, strict=False):
                done = compared + int(comparisons[end - 1])
                count = total * done // max(self.comparisons, 1) - counted
                counted += count
                pieces.append(((number, slice(start, end)), count))
            compared = done
        last, count = pieces.pop()
        return [*pieces, (last, count + total - counted)]

    def found(self, piece: tuple[int, slice], scanner: BlockScanner) -> Iterator[PairBlock]:
        """Compare the queries with some values with the points that have values near those.

        Args:
            piece: Number of the part, and a run of its query values.
            scanner: The running thread's own.

        Yields:
            Position of the query, position of the point, distance.
        """
        number, values = piece
        index = self._indexes[number]
        row_count = index.queries.count[values]
        rows = index.queries.members[_runs(index.queries.first[values], row_count)]
        row_edges = np.concatenate(([0], np.cumsum(row_count))).tolist()
        first_partner = index.first_partner[values.start : values.stop + 1]
        partner = index.partner[first_partner[0] : first_partner[-1]]
        count = index.points.count[partner]
        columns = index.points.members[_runs(index.points.first[partner], count)]
        edges = np.concatenate(([0], np.cumsum(count)))[first_partner - first_partner[0]].tolist()
        # Gathered for all values at once, so that each value has one run of memory.
        queries = self._queries.columns[:, rows]
        points = self._points.columns[:, columns]
        held: list[PairBlock] = []
        waiting = 0
        for top, bottom, left, right in zip(
            row_edges[:-1], row_edges[1:], edges[:-1], edges[1:], strict=True
        ):
            for row, column, distance in scanner.scan(
                queries[:, top:bottom], points[:, left:right], self._radius
            ):
                held.append((rows[top + row], columns[left + column], distance))
                waiting += len(row)
                if waiting >= BLOCK_PAIRS:
                    yield self._first_met(number, held)
                    held, waiting = [], 0
        if held:
            yield self._first_met(number, held)

    def _first_met(self, number: int, held: list[PairBlock]) -> PairBlock:
        """Leave out the pairs that meet in an earlier part, or twice in this one."""
        query, point, distance = (np.concatenate(side) for side in zip(*held, strict=True))
        differing = self._queries.columns[:, query] ^ self._points.columns[:, point]
        kept = np.ones(len(query), dtype=np.bool_)
        if self._queries is self._points:
            kept = (query < point) | (differing & self._masks[number][:, None]).any(axis=0)
        for part, mask in zip(self._parts[:number], self._masks, strict=False):
            in_part = np.bitwise_count(differing & mask[:, None]).sum(axis=0)
            kept &= in_part > part.radius
        return query[kept], point[kept], distance[kept]


def _runs(first: Positions, count: Positions) -> Positions:
    """The positions `first[k]` to `first[k] + count[k] - 1` for every `k`, one after another."""
    end = np.cumsum(count)
    positions: Positions = np.repeat(first - (end - count), count)
    positions += np.arange(len(positions))
    return positions
