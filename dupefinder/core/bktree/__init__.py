"""A BK-tree over packed fingerprints: all pairs, or all neighbours, within a radius.

Source: W. A. Burkhard and R. M. Keller, "Some approaches to best-match file searching",
Communications of the ACM 16(4), 1973. A node measures every fingerprint's distance from its
pivot and sorts them into rings of equal distance; by the triangle inequality, what lies
within `r` of a query at distance `d` lies in the rings `d - r` to `d + r`.

Changes for NumPy: a ring gets a node of its own only when it holds more than a leaf
full of fingerprints; a run of smaller rings is scanned straight by a block kernel. Queries
walk the tree in batches, sorted by distance at each node, so that each child takes a slice of
them. Identical fingerprints are one point of the tree. Where one tree over all bits would
exclude too little, several trees over parts of the bits are asked instead (`parts`); and where
very many are searched among few, tables of what is near these (`few_points`).
"""

import operator
import os
import threading
from collections.abc import Iterator
from typing import Protocol, TypeVar

import numpy as np

from dupefinder.core.bktree import few_points
from dupefinder.core.bktree.distinct import DistinctHashes, multiplied_out
from dupefinder.core.bktree.hamming import (
    UFUNC_BUFFER_ITEMS,
    WORD_BITS,
    BlockScanner,
    Checkpoint,
    Hashes,
    PairBlock,
    check_hashes,
)
from dupefinder.core.bktree.parts import PartSearch, PointValues
from dupefinder.core.bktree.search_plan import deal_bits, plan_parts, prepared_parts
from dupefinder.core.bktree.streaming import Work, stream
from dupefinder.core.bktree.tree import TreeSearch, grow
from dupefinder.core.job import JobContext

LEAF_SIZE = 500
"""Rings up to this size are scanned. Measured on natural 64-bit hashes: from 250 to 1,000 the
time is the same; below, the walk costs more than it saves, above, more is compared."""

_LEAST_BATCHES = 16
"""Least number of batches for small sets, so that threads can share the work."""
_MOST_LEAVES_IN_BATCH = 8
"""Size of the batches of large sets, in leaves: enough queries to fill the kernel in every ring."""

_PREPARED_BITS = 16
"""Bits of a prepared part: of a million fingerprints, some fifteen share each value."""

Piece = TypeVar("Piece")


class _Search(Protocol[Piece]):
    """A search, shared by all threads."""

    def pieces(self) -> list[tuple[Piece, int]]: ...

    def found(self, piece: Piece, scanner: BlockScanner) -> Iterator[PairBlock]: ...


class BKTree:
    """An index of packed fingerprints. Exact for every radius, and safe to query from threads.

    Attributes:
        comparisons: Distances between whole fingerprints that queries have computed so far,
            those from pivots included.
    """

    def __init__(self, hashes: Hashes, *, leaf_size: int = LEAF_SIZE) -> None:
        """Build the index.

        Args:
            hashes: uint64 (n, words). Not kept.
            leaf_size: Rings of more distinct fingerprints than this get a node of their own.

        Raises:
            ValueError: Not a uint64 array (n, words), or `leaf_size` below 1.
        """
        check_hashes(hashes, "hashes")
        if leaf_size < 1:
            raise ValueError("leaf_size must be at least 1")
        distinct = DistinctHashes.of(hashes)
        self._root, order = grow(distinct.columns, leaf_size)
        self._points = distinct.reordered(order)
        least = max(leaf_size, len(distinct) // _LEAST_BATCHES)
        self._batch_size = min(least, _MOST_LEAVES_IN_BATCH * leaf_size)
        self._counter_lock = threading.Lock()
        self._prepared: list[PointValues] = []
        self.comparisons = 0

    def prepare(self) -> None:
        """Index parts of the fingerprints once, so that later searches for few queries are fast.

        Takes about 8 bytes for each part of 16 bits and fingerprint. Results are the same.
        """
        columns = self._points.columns
        if len(self._points):
            dealt = deal_bits(columns, len(columns) * WORD_BITS // _PREPARED_BITS, _PREPARED_BITS)
            self._prepared = [PointValues.of(bits, columns) for bits in dealt]

    def __len__(self) -> int:
        """Fingerprints in the index, identical ones included."""
        return len(self._points.members)

    def pairs(
        self, radius: int, context: JobContext, threads: int | None = None
    ) -> Iterator[PairBlock]:
        """Find every two fingerprints within a radius of each other.

        The set of pairs is the same for any number of threads; their order is not.

        Args:
            radius: In bits; 0 finds identical fingerprints.
            context: Advanced by n in all. The phase and its total are the caller's.
            threads: Number of threads; None takes one per processor.

        Yields:
            Blocks of at most `BLOCK_PAIRS` pairs: int64 i, int64 j with i < j, uint16 distance.

        Raises:
            ValueError: Negative radius, or fewer than one thread.
            Cancelled: The job was cancelled.
        """
        return self._search(self._points, radius, context, threads)

    def neighbours(
        self, queries: Hashes, radius: int, context: JobContext, threads: int | None = None
    ) -> Iterator[PairBlock]:
        """Find every fingerprint of the index within a radius of any of the queries.

        The set of results is the same for any number of threads; their order is not.

        Args:
            queries: uint64 (m, words).
            radius: In bits.
            context: Advanced by m in all. The phase and its total are the caller's.
            threads: Number of threads; None takes one per processor.

        Yields:
            Blocks of at most `BLOCK_PAIRS`: int64 query, int64 item, uint16 distance.

        Raises:
            ValueError: Not a uint64 array (m, words) with the index's number of words,
                negative radius, or fewer than one thread.
            Cancelled: The job was cancelled.
        """
        check_hashes(queries, "queries", self._points.columns.shape[0])
        distinct = DistinctHashes.mostly(queries)
        return self._search(distinct, radius, context, threads)

    def _search(
        self, queries: DistinctHashes, radius: int, context: JobContext, threads: int | None
    ) -> Iterator[PairBlock]:
        radius = operator.index(radius)
        if radius < 0:
            raise ValueError("radius must not be negative")
        if threads is None:
            threads = os.cpu_count() or 1
        if threads < 1:
            raise ValueError("threads must be at least 1")
        return self._results(queries, radius, context, threads)

    def _results(
        self, queries: DistinctHashes, radius: int, context: JobContext, threads: int
    ) -> Iterator[PairBlock]:
        points = self._points
        if queries is points:
            same = np.flatnonzero(points.count > 1)
            zero = np.zeros(len(same), dtype=np.uint16)
            for block in multiplied_out([(same, same, zero)], points, points):
                context.checkpoint()
                yield block
        is_one_word = len(points.columns) == 1
        if is_one_word and few_points.pays(len(points), len(queries), radius):
            looked_up = few_points.FewPointsSearch(points, queries, radius)
            yield from self._streamed(looked_up, queries, context, threads)
            return
        by_parts = self._by_parts(queries, radius, context)
        if by_parts is not None:
            yield from self._streamed(by_parts, queries, context, threads)
        else:
            in_batches = TreeSearch(self._root, points, queries, radius, self._batch_size)
            yield from self._streamed(in_batches, queries, context, threads)

    def _by_parts(
        self, queries: DistinctHashes, radius: int, context: JobContext
    ) -> PartSearch | None:
        """A search by parts, when it should cost less than one in the tree."""
        points = self._points
        if not len(queries) or not len(points):
            return None
        pair_count = len(queries) * len(points) // (2 if queries is points else 1)
        share = self._root.share_in_reach(radius)
        in_tree = pair_count * share * (share if self._root.children else 1.0)
        known: list[PointValues] = []
        if self._prepared and queries is not points:
            known = self._prepared
            parts = prepared_parts([values.bits for values in known], radius)
        else:
            parts = plan_parts(points.columns, len(queries), pair_count, radius, in_tree)
        if not parts:
            return None
        search = PartSearch(parts, points, queries, radius, context.checkpoint, known)
        # The plan assumes that all values of a part are equally frequent, which need not be so.
        return search if search.comparisons < in_tree else None

    def _streamed(
        self, search: _Search[Piece], queries: DistinctHashes, context: JobContext, threads: int
    ) -> Iterator[PairBlock]:
        def new_work(checkpoint: Checkpoint) -> Work[Piece, PairBlock]:
            np.setbufsize(UFUNC_BUFFER_ITEMS)
            scanner = BlockScanner(len(queries.columns), checkpoint)

            def work(piece: Piece) -> Iterator[PairBlock]:
                yield from multiplied_out(search.found(piece, scanner), queries, self._points)
                with self._counter_lock:
                    self.comparisons += scanner.comparisons
                scanner.comparisons = 0

            return work

        return stream(search.pieces(), new_work, context, threads)
