"""Searching very many fingerprints among few, by table lookups.

64 bits are cut into three runs. Two fingerprints within `r` of each other lie within `t` of each
other in at least one run, when the `t + 1` of all runs add up to `r + 1`. A table lists all values
that near to one of the few points; fingerprints found there are compared in full. Indexing the
many, as a search by parts does, would take longer.

Source: M. Norouzi, A. Punjani and D. J. Fleet, "Fast search in Hamming space with multi-index
hashing", CVPR 2012, where the queries, and not the points, are varied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree.distinct import DistinctHashes
from dupefinder.core.bktree.hamming import BLOCK_PAIRS, BlockScanner, Hashes, PairBlock, Positions
from dupefinder.core.bktree.search_plan import equal_radii

_RUNS = ((0, 22), (22, 21), (43, 21))
"""Lowest bit and length of each run."""
_MOST_LISTED = 1 << 22
"""Greatest number of values near the points, over all runs: 12 bytes each while sorting."""
_POINT_BITS = 32
_QUERIES_AT_ONCE = 1 << 16
_LEAST_RATIO = 16
"""Least number of queries for each point; with fewer, trees are as fast."""

# Seconds, as measured; only their ratios matter.
_PER_PAIR_S = 0.5e-9
_PER_LISTED_S = 50e-9
_PER_QUERY_S = 50e-9
_PER_MET_S = 40e-9
_UNEVENNESS = 3.0
"""Factor by which natural fingerprints share runs of bits more often than random ones."""


def pays(point_count: int, query_count: int, radius: int) -> bool:
    """True if a search by tables should cost less than comparing all with all.

    Args:
        point_count: Number of fingerprints to search, of one word each.
        query_count: Number of fingerprints to look for.
        radius: In bits.
    """
    if query_count < _LEAST_RATIO * max(point_count, 1):
        return False
    near: list[int] = [
        sum(comb(bits, differing) for differing in range(most + 1))
        for (_, bits), most in zip(_RUNS, equal_radii(radius, len(_RUNS)), strict=True)
    ]
    listed = point_count * sum(near)
    if listed > _MOST_LISTED:
        return False
    met = sum(point_count * one / 2**bits for one, (_, bits) in zip(near, _RUNS, strict=True))
    looked_up_s: float = query_count * (_PER_QUERY_S + met * _UNEVENNESS * _PER_MET_S)
    return listed * _PER_LISTED_S + looked_up_s < query_count * point_count * _PER_PAIR_S


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Points by all values of a run of bits near their own.

    Attributes:
        shift: The run's lowest bit.
        mask: The run's bits, at the lowest end.
        radius: In bits.
        is_met: bool (values,), which values have points.
        starts: int32 (values + 1,), where the points of each value begin.
        points: int32, positions of points, by value.
    """

    shift: np.uint64
    mask: np.uint64
    radius: int
    is_met: NDArray[np.bool_]
    starts: NDArray[np.int32]
    points: NDArray[np.int32]

    @classmethod
    def of(cls, words: Hashes, shift: int, bits: int, radius: int) -> "_Table":
        mask = np.uint64((1 << bits) - 1)
        changes = [
            sum(1 << bit for bit in flipped)
            for count in range(radius + 1)
            for flipped in combinations(range(bits), count)
        ]
        values = (words >> np.uint64(shift)) & mask
        near = values[:, None] ^ np.array(changes, np.uint64)
        counts = np.bincount(near.ravel().astype(np.int64), minlength=1 << bits)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        # Sorting combined numbers is several times as fast as argsort.
        near <<= np.uint64(_POINT_BITS)
        near |= np.arange(len(words), dtype=np.uint64)[:, None]
        points = np.sort(near, axis=None) & np.uint64((1 << _POINT_BITS) - 1)
        return cls(np.uint64(shift), mask, radius, counts > 0, starts, points.astype(np.int32))

    def run_of(self, words: Hashes) -> Hashes:
        """The run's bits of fingerprints, uint64 (n,)."""
        return (words >> self.shift) & self.mask


class FewPointsSearch:
    """A search in tables of the values that are near to few points."""

    def __init__(self, points: DistinctHashes, queries: DistinctHashes, radius: int) -> None:
        """Make the tables.

        Args:
            points: The fingerprints to search, of one word each.
            queries: The fingerprints to look for.
            radius: In bits.
        """
        self._words = points.columns[0]
        self._queries = queries
        self._radius = radius
        self._tables = [
            _Table.of(self._words, shift, bits, most)
            for (shift, bits), most in zip(_RUNS, equal_radii(radius, len(_RUNS)), strict=True)
            if most >= 0
        ]

    def pieces(self) -> list[tuple[slice, int]]:
        """Runs of queries, and how many there are of each with those that equal them."""
        pieces = []
        for start in range(0, len(self._queries), _QUERIES_AT_ONCE):
            part = slice(start, start + _QUERIES_AT_ONCE)
            pieces.append((part, int(self._queries.count[part].sum())))
        return pieces

    def found(self, piece: slice, scanner: BlockScanner) -> Iterator[PairBlock]:
        """Look up some queries.

        Args:
            piece: A run of queries.
            scanner: The running thread's own; counts what is compared.

        Yields:
            Position of the query, position of the point, distance.
        """
        words = self._queries.columns[0, piece]
        for number, table in enumerate(self._tables):
            values = table.run_of(words).astype(np.int64)
            # A small table answers most of them, and stays in the cache.
            met = np.flatnonzero(table.is_met[values])
            first = table.starts[values[met]]
            count = table.starts[values[met] + 1] - first
            blocks = np.cumsum(count, dtype=np.int64) // BLOCK_PAIRS
            for some in np.split(np.arange(len(met)), np.flatnonzero(np.diff(blocks)) + 1):
                query = np.repeat(met[some], count[some])
                place = np.arange(len(query)) - np.repeat(
                    np.cumsum(count[some]) - count[some], count[some]
                )
                point = table.points[np.repeat(first[some], count[some]) + place]
                scanner.comparisons += len(query)
                yield self._near(number, piece.start, words, query, point.astype(np.int64))

    def _near(
        self, number: int, start: int, words: Hashes, query: Positions, point: Positions
    ) -> PairBlock:
        """Keep the pairs within the radius that did not meet in an earlier table."""
        differing = words[query] ^ self._words[point]
        distance = np.bitwise_count(differing)
        near = np.flatnonzero(distance <= self._radius)
        differing, distance = differing[near], distance[near]
        kept = np.ones(len(near), np.bool_)
        for table in self._tables[:number]:
            kept &= np.bitwise_count(table.run_of(differing)) > table.radius
        query, point = query[near[kept]], point[near[kept]]
        return query + start, point, distance[kept].astype(np.uint16)
