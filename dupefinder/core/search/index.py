"""The fingerprints of a catalog in memory, loaded once and searched for one photo after another.

Whole pictures are searched in a BK-tree. Every photo has many views, which are compared directly: a
few queries would exclude hardly any of them, and building a tree of them would take longer than all
the queries.
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
from dupefinder.core.fingerprint import (
    FINGERPRINT_VERSION,
    FINGERPRINTS,
    STORED_KINDS,
    Words,
    inverse,
)
from dupefinder.core.fingerprint.covers import COVERS_KIND, FIRST_COVER
from dupefinder.core.fingerprint.views import INNER, VIEWS_KIND, WHOLE
from dupefinder.core.id_sets import without
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.matching.candidates import (
    MOST_PHOTOS_SEARCHED_TURNED,
    TURNED_FEWER_BITS,
    TURNED_VIEWS_FEWER_BITS,
    WHOLE_OF_VIEWS,
    ensure_fingerprints,
)
from dupefinder.core.matching.cover_candidates import CoverPhotos
from dupefinder.core.records import Orientation
from dupefinder.core.search.cover_index import CoverIndex
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
"""A content near a query: the distance, the turn that lays the query on it (`Orientation`), and the
matching views of the two (see `fingerprint.views`)."""

Near = NDArray[np.void]
"""A structured array (n,) of `NEAR_DTYPE`."""

_VIEWS_AT_ONCE: Final = 1 << 22
"""Number of fingerprints compared in one piece of work."""


class SearchIndex:
    """The fingerprints of a catalog in memory. For one query at a time.

    It takes some 50 bytes for each content, and 850 more if views are searched, too.

    Attributes:
        options: The options of the search.
        outdated: Number of contents read by another version of the program, which are not searched.
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
            catalog: The catalog. Kinds that are not kept are computed from the greys first, and
                written into it.
            options: Options of the search.
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
        ids, words = catalog.fingerprints(options.kind)
        outdated = catalog.outdated_contents(FINGERPRINT_VERSION)
        wanted = ids if among is None else among
        self.outdated = int(np.isin(wanted, outdated).sum())
        if self.outdated:
            among = without(wanted, outdated)
        self._ids, words = _among(ids, words, among)
        self._view_ids = np.empty(0, np.int64)
        self._views: Hashes = np.empty((1, 0), np.uint64)
        self._views_each = 1
        self._framed = np.empty(0, np.int64)
        self._turned_wholes: Words = np.empty((0, len(Orientation), 1), np.uint64)
        self._covers: CoverIndex | None = None
        self._cover_ids = np.empty(0, np.int64)
        self._view_tree: BKTree | None = None
        # The tree is built while the views are read.
        with ThreadPoolExecutor(1) as executor:
            growing = executor.submit(_grown, words)
            context.checkpoint()
            if options.parts:
                is_same = options.kind == WHOLE_OF_VIEWS
                self._load_parts(catalog, words if is_same else None, among)
            self._tree = growing.result()
        if options.parts and options.kind == WHOLE_OF_VIEWS:
            self._view_tree = self._tree

    def _load_parts(
        self, catalog: Catalog, wholes: Words | None, among: NDArray[np.int64] | None
    ) -> None:
        """Load the search for parts; `wholes` if they are loaded already."""
        self._view_ids, views = _among(*catalog.fingerprints(VIEWS_KIND), among)
        self._views_each = max(views.shape[1], 1)
        self._views = views.reshape(1, -1)
        framed = catalog.framed_contents()
        self._framed = np.flatnonzero(np.isin(self._view_ids, framed))
        if wholes is None:
            _, wholes = _among(*catalog.fingerprints(WHOLE_OF_VIEWS), among)
            self._view_tree = _grown(wholes)
        if self.options.rotations and len(wholes) <= MOST_PHOTOS_SEARCHED_TURNED:
            self._turned_wholes = wholes
        self._cover_ids, covers = _among(*catalog.fingerprints(COVERS_KIND), among)
        if len(covers):
            is_framed = np.isin(self._cover_ids, framed)
            aspects = catalog.aspects(self._cover_ids)
            self._covers = CoverIndex(CoverPhotos(covers, *aspects, is_framed))

    def __len__(self) -> int:
        """Contents in the index."""
        return len(self._ids)

    def near(self, query: Query, context: JobContext) -> tuple[Near, Near, Near]:
        """Find the contents whose fingerprints are near a photo's.

        Args:
            query: The photo.
            context: Cancel.

        Returns:
            Contents near as whole pictures in any orientation, those with near views when upright,
            and those with near views when turned; each content at most once in each, the nearest
            first.

        Raises:
            Cancelled: The job was cancelled.
        """
        nothing = np.empty(0, NEAR_DTYPE)
        if self._tree is None:
            return nothing, nothing, nothing
        words = query.words(self.options.kind)
        if not self.options.rotations:
            words = words[:1]
        quiet, radius = context.silent(), self.options.threshold
        blocks = self._tree.neighbours(np.ascontiguousarray(words), radius, quiet, 1)
        wholes = [_near(self._ids[item], bits, turn=turn) for turn, item, bits in blocks]
        views, turned = self._parts(query, quiet) if self.options.parts else ([], [])
        return _nearest(wholes), _nearest(views), _nearest(turned)

    def _parts(self, query: Query, context: JobContext) -> tuple[list[Near], list[Near]]:
        """Contents with near views, upright and turned."""
        whole_bits = FINGERPRINTS[self.options.kind].bits
        radius = self.options.threshold * FINGERPRINTS[WHOLE_OF_VIEWS].bits // whole_bits
        views: list[Near] = []
        turned: list[Near] = []
        turned_radius = radius - TURNED_FEWER_BITS
        if self._views.shape[1]:
            upright = np.zeros(1, np.int64)
            views += self._views_of_query(query, radius, context)
            views += self._views_of_index(query, upright, radius, context)
            view_radius = turned_radius - TURNED_VIEWS_FEWER_BITS
            if len(self._turned_wholes) and view_radius >= 0:
                turns = np.arange(1, len(Orientation))
                turned += self._turned_views_of_query(query, turns, view_radius, context)
                turned += self._views_of_index(query, turns, view_radius, context)
        if self._covers is not None and radius >= 0:
            photo = _cover_photo(query)
            views += self._near_covers(photo, Orientation.IDENTITY, radius, context)
            if len(self._turned_wholes) and turned_radius >= 0:
                for orientation in list(Orientation)[1:]:
                    turned += self._near_covers(photo, orientation, turned_radius, context)
        for near in (*views, *turned):
            near["distance_bits"] *= whole_bits // FINGERPRINTS[WHOLE_OF_VIEWS].bits
        return views, turned

    def _near_covers(
        self, photo: CoverPhotos, orientation: Orientation, radius: int, context: JobContext
    ) -> Iterator[Near]:
        assert self._covers is not None
        for found in self._covers.near(photo, orientation, radius, context):
            yield _near(
                self._cover_ids[found.index],
                found.distance_bits,
                turn=np.full_like(found.view, found.turn),
                view=found.view,
                query_view=found.query_view,
            )

    def _views_of_query(self, query: Query, radius: int, context: JobContext) -> Iterator[Near]:
        """Search the views of the query, as the larger picture, among whole and inner pictures."""
        assert self._view_tree is not None
        first = 0 if query.photo.inner is not None else 1  # without margins it is the whole
        words = np.ascontiguousarray(query.words(VIEWS_KIND)[first:])
        for view, item, bits in self._view_tree.neighbours(words, radius, context, 1):
            yield _near(self._view_ids[item], bits, query_view=view + first + INNER)
        inner = self._views[:, self._framed * self._views_each]
        for view, item, bits in _compared(words.T, inner, radius, context):
            ids = self._view_ids[self._framed[item]]
            yield _near(ids, bits, view=np.full_like(view, INNER), query_view=view + first + INNER)

    def _turned_views_of_query(
        self, query: Query, turns: NDArray[np.int64], radius: int, context: JobContext
    ) -> Iterator[Near]:
        """Search the views of the query among turned whole pictures."""
        first = 0 if query.photo.inner is not None else 1
        rows = query.words(VIEWS_KIND)[first:].T
        for turn in turns.tolist():
            wholes = np.ascontiguousarray(self._turned_wholes[:, turn].T)
            back = inverse(Orientation(turn))
            for view, item, bits in _compared(rows, wholes, radius, context):
                yield _near(
                    self._view_ids[item],
                    bits,
                    turn=np.full_like(view, back),
                    query_view=view + first + INNER,
                )

    def _views_of_index(
        self, query: Query, turns: NDArray[np.int64], radius: int, context: JobContext
    ) -> Iterator[Near]:
        """Search the query (whole, turned, inner), as the smaller picture, among all views."""
        goals = list(query.words(WHOLE_OF_VIEWS)[turns])
        if query.photo.inner is not None and turns[0] == Orientation.IDENTITY:
            goals.append(query.words(VIEWS_KIND)[0])
        rows = np.stack(goals, axis=1)
        starts = range(0, self._views.shape[1], _VIEWS_AT_ONCE)

        def scan(start: int) -> list[PairBlock]:
            some = self._views[:, start : start + _VIEWS_AT_ONCE]
            return _compared(rows, some, radius, context)

        with ThreadPoolExecutor(self._threads) as executor:
            for start, blocks in zip(starts, executor.map(scan, starts), strict=True):
                for goal, item, bits in blocks:
                    content, view = np.divmod(start + item, self._views_each)
                    is_inner = goal >= len(turns)
                    # Without margins the inner picture is the whole, which is searched as such.
                    wanted = (view > 0) | is_inner | np.isin(content, self._framed)
                    turn = np.where(is_inner, 0, turns[np.minimum(goal, len(turns) - 1)])
                    yield _near(
                        self._view_ids[content[wanted]],
                        bits[wanted],
                        turn=turn[wanted],
                        view=view[wanted] + INNER,
                        query_view=np.where(is_inner[wanted], INNER, WHOLE),
                    )


def _cover_photo(query: Query) -> CoverPhotos:
    """The photo as a query among covers."""
    facts, inner = query.photo.facts, query.photo.inner
    aspect = float(np.log(max(facts.width_px, 1) / max(facts.height_px, 1)))
    inner_aspect = aspect
    if inner is not None:
        left, top, right, bottom = inner.box
        inner_aspect += float(np.log((right - left) / (bottom - top)))
    return CoverPhotos(
        query.words(COVERS_KIND)[None],
        np.array([aspect]),
        np.array([inner_aspect]),
        np.array([inner is not None]),
    )


def _grown(words: Words) -> BKTree | None:
    """Build a tree of upright fingerprints, for few queries at a time; None without any."""
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
    """Compare a few with many, uint64 (words, n) each, in the running thread."""
    before = np.setbufsize(UFUNC_BUFFER_ITEMS)
    try:
        return list(BlockScanner(len(rows), context.checkpoint).scan(rows, columns, radius))
    finally:
        np.setbufsize(before)


def _near(ids: NDArray[np.int64], bits: NDArray[np.integer], **met: NDArray[np.integer]) -> Near:
    near = np.zeros(len(ids), NEAR_DTYPE)
    near["content_id"], near["distance_bits"] = ids, bits
    for name, values in met.items():
        near[name] = values
    return near


def _nearest(blocks: list[Near]) -> Near:
    """Keep the row of the least distance, turn and views for each content; nearest first."""
    near = np.concatenate([np.empty(0, NEAR_DTYPE), *blocks])
    # A window of a cover also matches pictures of its proportions.
    is_view = np.maximum(near["query_view"], near["view"]) < FIRST_COVER
    keys = (near["query_view"], near["view"], near["turn"], is_view, near["distance_bits"])
    near = near[np.lexsort(keys)]
    _, first = np.unique(near["content_id"], return_index=True)
    return near[np.sort(first)]
