"""The fingerprints of a catalog in memory, loaded once and asked for one photo after another.

Whole pictures are searched in a BK-tree. Their views are many for every photo and are compared
straight: so few queries exclude hardly any of them, and a tree of them would take longer to
grow than all that is ever asked of it.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree import BKTree
from dupefinder.core.bktree.hamming import UFUNC_BUFFER_ITEMS, BlockScanner, Hashes, PairBlock
from dupefinder.core.catalog import Catalog
from dupefinder.core.fingerprint import STORED_KINDS, Words
from dupefinder.core.fingerprint.views import INNER, VIEWS_KIND, WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.matching import DEFAULT_KIND, MatchOptions
from dupefinder.core.nominating import ensure_fingerprints
from dupefinder.core.search.query import Query

NEAR_DTYPE: Final = np.dtype(
    [
        ("content_id", np.int64),
        ("distance_bits", np.int16),
        ("turn", np.uint8),
        ("view", np.uint8),
        ("query_view", np.uint8),
    ]
)
"""A content near a query: how far, how the query has to be turned to lie on it (`Orientation`),
and which views of the two met (see `fingerprint.views`)."""

Near = NDArray[np.void]
"""A structured array (n,) of `NEAR_DTYPE`."""

_VIEWS_AT_ONCE: Final = 1 << 22
"""Fingerprints that one piece of work compares."""


class SearchIndex:
    """See the module. For one query at a time.

    It takes some 50 bytes for each content, and 272 more where its views are searched, too.

    Attributes:
        options: How is searched.
    """

    def __init__(
        self,
        catalog: Catalog,
        options: MatchOptions,
        context: JobContext,
        among: NDArray[np.int64] | None = None,
        threads: int = 0,
    ) -> None:
        """Load the fingerprints.

        Args:
            catalog: Where they are. Kinds that are not kept are computed from the greys first,
                and written into it.
            options: How to search.
            context: Cancel.
            among: int64 (n,), ascending, the contents to search; None for all.
            threads: Number of threads; 0 takes one per processor.

        Raises:
            Cancelled: The job was cancelled.
        """
        self.options = options
        self._threads = threads or os.cpu_count() or 1
        if options.kind not in STORED_KINDS:
            ensure_fingerprints(catalog, options.kind, context)
        context.checkpoint()
        self._ids, words = _among(*catalog.fingerprints(options.kind), among)
        self._view_ids = np.empty(0, np.int64)
        self._views: Hashes = np.empty((1, 0), np.uint64)
        self._views_each = 1
        self._framed = np.empty(0, np.int64)
        # The tree grows while the views are read.
        with ThreadPoolExecutor(1) as executor:
            growing = executor.submit(_grown, words)
            context.checkpoint()
            if options.parts and options.kind == DEFAULT_KIND:
                self._view_ids, views = _among(*catalog.fingerprints(VIEWS_KIND), among)
                self._views_each = max(views.shape[1], 1)
                self._views = views.reshape(1, -1)
                self._framed = np.flatnonzero(np.isin(self._view_ids, catalog.framed_contents()))
            self._tree = growing.result()

    def __len__(self) -> int:
        """Contents in the index."""
        return len(self._ids)

    def near(self, query: Query, context: JobContext) -> tuple[Near, Near]:
        """Find the contents whose fingerprints are near a photo's.

        Args:
            query: The photo.
            context: Cancel.

        Returns:
            Those near as whole pictures, in an orientation, and those of which views are near,
            each content once in both, the nearest first.

        Raises:
            Cancelled: The job was cancelled.
        """
        nothing = np.empty(0, NEAR_DTYPE)
        if self._tree is None:
            return nothing, nothing
        words = query.words(self.options.kind)
        if not self.options.rotations:
            words = words[:1]
        quiet, radius = context.silent(), self.options.threshold
        blocks = self._tree.neighbours(np.ascontiguousarray(words), radius, quiet, 1)
        wholes = [_near(self._ids[item], bits, turn=turn) for turn, item, bits in blocks]
        views: list[Near] = []
        if self._views.shape[1]:
            views = [*self._views_of_query(query, quiet), *self._views_of_index(query, quiet)]
        return _nearest(wholes), _nearest(views)

    def _views_of_query(self, query: Query, context: JobContext) -> Iterator[Near]:
        """The query is the larger picture: its views among whole and inner pictures."""
        assert self._tree is not None
        first = 0 if query.photo.inner is not None else 1  # without margins it is the whole
        words = np.ascontiguousarray(query.words(VIEWS_KIND)[first:])
        radius = self.options.threshold
        for view, item, bits in self._tree.neighbours(words, radius, context, 1):
            yield _near(self._ids[item], bits, query_view=view + first + INNER)
        inner = self._views[:, self._framed * self._views_each]
        for view, item, bits in _compared(words.T, inner, radius, context):
            ids = self._view_ids[self._framed[item]]
            yield _near(ids, bits, view=np.full_like(view, INNER), query_view=view + first + INNER)

    def _views_of_index(self, query: Query, context: JobContext) -> Iterator[Near]:
        """The query is the smaller picture: whole and inner among the views of all."""
        goals = [query.words(self.options.kind)[0]]
        if query.photo.inner is not None:
            goals.append(query.words(VIEWS_KIND)[0])
        rows = np.stack(goals, axis=1)
        starts = range(0, self._views.shape[1], _VIEWS_AT_ONCE)

        def scan(start: int) -> list[PairBlock]:
            some = self._views[:, start : start + _VIEWS_AT_ONCE]
            return _compared(rows, some, self.options.threshold, context)

        with ThreadPoolExecutor(self._threads) as executor:
            for start, blocks in zip(starts, executor.map(scan, starts), strict=True):
                for goal, item, bits in blocks:
                    content, view = np.divmod(start + item, self._views_each)
                    # Without margins the inner picture is the whole, which is searched as such.
                    wanted = (view > 0) | (goal > 0) | np.isin(content, self._framed)
                    yield _near(
                        self._view_ids[content[wanted]],
                        bits[wanted],
                        view=view[wanted] + INNER,
                        query_view=np.where(goal[wanted] > 0, INNER, WHOLE),
                    )


def _grown(words: Words) -> BKTree | None:
    """A tree of upright fingerprints, for few queries at a time; None without any."""
    if len(words) == 0:
        return None
    tree = BKTree(np.ascontiguousarray(words[:, 0]))
    tree.prepare()
    return tree


def _among(
    ids: NDArray[np.int64], words: Words, among: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], Words]:
    if among is None:
        return ids, words
    wanted = np.isin(ids, among)
    return ids[wanted], words[wanted]


def _compared(rows: Hashes, columns: Hashes, radius: int, context: JobContext) -> list[PairBlock]:
    """Compare few with many, uint64 (words, n) each, in the running thread."""
    before = np.setbufsize(UFUNC_BUFFER_ITEMS)
    try:
        return list(BlockScanner(len(rows), context.checkpoint).scan(rows, columns, radius))
    finally:
        np.setbufsize(before)


def _near(ids: NDArray[np.int64], bits: NDArray[np.uint16], **met: NDArray[np.integer]) -> Near:
    near = np.zeros(len(ids), NEAR_DTYPE)
    near["content_id"], near["distance_bits"] = ids, bits
    for name, values in met.items():
        near[name] = values
    return near


def _nearest(blocks: list[Near]) -> Near:
    """One of each content: the least distance, then the least turn and views; nearest first."""
    near = np.concatenate([np.empty(0, NEAR_DTYPE), *blocks])
    near = near[np.lexsort((near["query_view"], near["view"], near["turn"], near["distance_bits"]))]
    _, first = np.unique(near["content_id"], return_index=True)
    return near[np.sort(first)]
