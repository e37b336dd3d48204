"""Fingerprints in the catalog → pairs that are near, kept there so that none is sought twice.

Near-flat pictures are not searched for at all; nothing in them could confirm a match.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dupefinder.core import nearest
from dupefinder.core.bktree import BKTree
from dupefinder.core.catalog import NOT_SEARCHED, PAIR_DTYPE, Catalog, Pairs
from dupefinder.core.confirm import FLAT_CONTRAST
from dupefinder.core.fingerprint import FINGERPRINTS, Words, inverse
from dupefinder.core.fingerprint.views import INNER, VIEW_BOXES, VIEWS_KIND, WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.nearest import are_nearest, nearest_only
from dupefinder.core.records import Orientation
from dupefinder.core.twins import Twins

MOST_PHOTOS_SEARCHED_WIDE = 200_000
NARROW_VIEWS_BITS = 8
"""Radius for the views in larger libraries. Of unrelated pictures 4 in 100,000 have views within
10 bits and 1 in 100,000 within 8: among a million photos 40 and 10 for every photo."""

WHOLE_OF_VIEWS = "phash-64"
"""The fingerprint of whole pictures that views are compared with: the same at another place."""

_MOST_PAIRS_GATHERED = 1 << 21
"""Pairs found after which those beyond the nearest are dropped before the search goes on."""
_INVERSES = np.array([inverse(orientation) for orientation in Orientation])

Ids = NDArray[np.int64]
Found = NDArray[np.uint64]
"""Pairs as numbers, see `_Finds`."""


def nominate(
    catalog: Catalog,
    kind: str,
    radius: int,
    twins: Twins,
    context: JobContext,
    threads: int,
    *,
    rotations: bool,
) -> str:
    """Search for photos whose fingerprints are near, in all orientations.

    Args:
        catalog: Where fingerprints are, and where the pairs go.
        kind: The search hash, a key of `fingerprint.FINGERPRINTS`.
        radius: In bits.
        twins: Of all contents.
        context: The job.
        threads: Number of threads.
        rotations: Search the eight orientations.

    Returns:
        The name under which the catalog keeps the pairs.

    Raises:
        Cancelled: The job was cancelled.
    """
    search_kind = search_kind_of(kind, rotations=rotations)
    ensure_fingerprints(catalog, kind, context)

    def blocks(ids: Ids, is_new: NDArray[np.bool_], finds: _Finds) -> Iterator[Found]:
        words = _words_of(catalog, kind, ids)
        variants = words if rotations else words[:, :1]
        return _turned_blocks(finds, variants, is_new, radius, context, threads)

    _search(catalog, search_kind, radius, twins, blocks)
    return search_kind


def search_kind_of(kind: str, *, rotations: bool) -> str:
    """The name under which the catalog keeps pairs: those found in all orientations, or upright."""
    return kind if rotations else f"{kind}-upright"


def radius_of_views(radius: int, twins: Twins) -> int:
    """The radius at which views are searched, in bits, where whole pictures are at `radius`."""
    if len(np.unique(twins.twin_ids)) <= MOST_PHOTOS_SEARCHED_WIDE:
        return radius
    return min(radius, NARROW_VIEWS_BITS)


def nominate_views(
    catalog: Catalog, radius: int, twins: Twins, context: JobContext, threads: int
) -> str:
    """Search for photos of which one shows a part of the other; see `nominate`."""
    ensure_fingerprints(catalog, WHOLE_OF_VIEWS, context)

    def blocks(ids: Ids, is_new: NDArray[np.bool_], finds: _Finds) -> Iterator[Found]:
        wholes = _words_of(catalog, WHOLE_OF_VIEWS, ids)[:, 0]
        views = _words_of(catalog, VIEWS_KIND, ids)
        is_framed = np.isin(ids, catalog.framed_contents())
        return _view_blocks(finds, wholes, views, is_framed, is_new, radius, context, threads)

    _search(catalog, VIEWS_KIND, radius, twins, blocks)
    return VIEWS_KIND


def _words_of(catalog: Catalog, kind: str, ids: Ids) -> Words:
    known, words = catalog.fingerprints(kind)
    return words[np.searchsorted(known, ids)] if len(known) else words


def ensure_fingerprints(catalog: Catalog, kind: str, context: JobContext) -> None:
    """Compute a kind that is not kept for all contents from the greys that are.

    Args:
        catalog: Where greys are, and where the fingerprints go.
        kind: A key of `fingerprint.FINGERPRINTS`.
        context: The job.

    Raises:
        Cancelled: The job was cancelled; what was computed is kept.
    """
    missing = catalog.missing_fingerprints(kind)
    for start in range(0, len(missing), 1024):
        context.checkpoint()
        ids = missing[start : start + 1024]
        catalog.add_fingerprints(kind, ids, FINGERPRINTS[kind].of_greys(catalog.greys(ids)))


def _search(
    catalog: Catalog,
    search_kind: str,
    radius: int,
    twins: Twins,
    blocks: Callable[[Ids, NDArray[np.bool_], "_Finds"], Iterator[Found]],
) -> None:
    """Search what is new; `blocks` gets ascending content ids and tells which of them are new."""
    known_radius, known_ids = catalog.searched(search_kind)
    if known_radius != NOT_SEARCHED and known_radius < radius:
        catalog.forget_search(search_kind)
        known_ids = known_ids[:0]
    # Of twins only the one that stands for them counts as searched: should the catalog forget
    # it, with its pairs, another one takes its place and is new.
    representatives = np.unique(twins.twin_ids)
    new_ids = np.setdiff1d(representatives, known_ids)
    if len(new_ids) == 0:
        return
    ids = np.setdiff1d(representatives, catalog.flat_contents(FLAT_CONTRAST))
    are_views = search_kind == VIEWS_KIND
    finds = _Finds(ids, twins, radius, are_views=are_views)
    found = blocks(ids, np.isin(ids, new_ids), finds)
    pairs = _gathered(found, finds, twins, None if are_views else catalog)
    with catalog.transaction():
        catalog.add_pairs(search_kind, pairs)
        catalog.mark_searched(search_kind, representatives, radius)


def _turned_blocks(
    finds: "_Finds",
    words: Words,
    is_new: NDArray[np.bool_],
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search new photos, in all their variants, among all; yield pairs, some of them twice.

    Of two photos either may be the one that has to be turned: the median that the bits are
    taken about is not quite the same for a turned picture. So the known are turned too.
    """
    fresh, known = np.flatnonzero(is_new), np.flatnonzero(~is_new)
    turns = np.arange(1, words.shape[1])
    context.start_phase("match", len(fresh) + (len(fresh) + len(known)) * len(turns))
    tree = BKTree(np.ascontiguousarray(words[:, 0]))
    everything = np.arange(len(words))
    if len(known) == 0:
        for i, j, distance in tree.pairs(radius, context, threads):
            yield finds.turned(i, j, distance, np.zeros(len(i), np.uint8))
    else:
        upright = np.zeros(1, dtype=turns.dtype)
        yield from _turned_pairs(
            tree, finds, words, fresh, everything, upright, radius, context, threads
        )
    yield from _turned_pairs(tree, finds, words, fresh, everything, turns, radius, context, threads)
    if len(known) and len(turns):
        fresh_tree = BKTree(np.ascontiguousarray(words[fresh, 0]))
        yield from _turned_pairs(
            fresh_tree, finds, words, known, fresh, turns, radius, context, threads
        )
    context.finish_phase()


def _turned_pairs(
    tree: BKTree,
    finds: "_Finds",
    words: Words,
    queried: Ids,
    indexed: Ids,
    turns: Ids,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search some photos, turned, in a tree of photos as they are.

    Args:
        tree: Of the upright variants of `indexed`.
        finds: Of all photos.
        words: uint64 (n, variants, words).
        queried: Places in `words` of the photos to turn.
        indexed: Places in `words` of the photos of the tree.
        turns: Variants to search for.
        radius: In bits.
        context: Advanced by one for every photo and turn.
        threads: Number of threads.
    """
    queries = np.ascontiguousarray(words[queried][:, turns].reshape(-1, words.shape[2]))
    for query, item, distance in tree.neighbours(queries, radius, context, threads):
        moved, still = queried[query // len(turns)], indexed[item]
        turn = turns[query % len(turns)]
        apart = moved != still
        yield finds.turned(moved[apart], still[apart], distance[apart], turn[apart])


def _view_blocks(
    finds: "_Finds",
    wholes: Words,
    views: Words,
    is_framed: NDArray[np.bool_],
    is_new: NDArray[np.bool_],
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search the views of photos among whole and inner pictures, if one of the two is new.

    Args:
        finds: Of all photos.
        wholes: uint64 (n, 1), fingerprints of the whole pictures.
        views: uint64 (n, views, 1), of their views.
        is_framed: bool (n,), which have an inner picture.
        is_new: bool (n,), which have not been searched yet.
        radius: In bits.
        context: Advanced by one for every view.
        threads: Number of threads.
    """
    framed = np.flatnonzero(is_framed)
    goals = np.concatenate((wholes, views[framed, 0]))
    goal_of = np.concatenate((np.arange(len(wholes)), framed))
    goal_view = np.concatenate((np.full(len(wholes), WHOLE), np.full(len(framed), INNER)))
    view_count = views.shape[1]
    context.start_phase("match", len(wholes) * view_count)
    for queried, indexed in (
        (is_new, np.ones(len(goals), np.bool_)),
        (~is_new, is_new[goal_of]),
    ):
        photos, items = np.flatnonzero(queried), np.flatnonzero(indexed)
        if len(photos) == 0 or len(items) == 0:
            continue
        tree = BKTree(np.ascontiguousarray(goals[items]))
        queries = np.ascontiguousarray(views[photos].reshape(-1, 1))
        for query, item, distance in tree.neighbours(queries, radius, context, threads):
            one, other = photos[query // view_count], goal_of[items[item]]
            view, other_view = query % view_count + INNER, goal_view[items[item]]
            # Without margins the inner picture is the whole, and whole pictures met before.
            wanted = (one != other) & (is_framed[one] | (view != INNER) | (other_view == INNER))
            yield finds.views(
                one[wanted], other[wanted], distance[wanted], view[wanted], other_view[wanted]
            )
    context.finish_phase()


class _Finds:
    """Found pairs as one number each, so that many are sorted in little time and memory.

    The number is made of the places of both photos in the order of their ranks, the distance, and
    of how they met: the turn, or the views. So the least of a pair's numbers is the one that
    counts, whichever of the two photos has the lower id.
    """

    def __init__(self, ids: Ids, twins: Twins, radius: int, *, are_views: bool) -> None:
        """Prepare for photos.

        Args:
            ids: int64 (n,), ascending.
            twins: Of all contents.
            radius: Greatest distance, in bits.
            are_views: Views meet, and not whole pictures turned.
        """
        self._are_views = are_views
        most = INNER + len(VIEW_BOXES) if are_views else len(Orientation)
        self._meeting_bits = (most - 1).bit_length()
        self._distance_bits = radius.bit_length()
        # A place then has 20 bits at the usual radius, and more.
        self._place_bits = (64 - self._distance_bits - 2 * self._meeting_bits) // 2
        if len(ids) > 1 << self._place_bits:
            raise OverflowError(f"{len(ids)} photos at a radius of {radius} bits")
        order = np.argsort(twins.rank_of(ids))
        self._by_rank = ids[order]
        self._place = np.empty(len(ids), np.uint64)
        self._place[order] = np.arange(len(ids), dtype=np.uint64)

    def turned(
        self, moved: Ids, still: Ids, distance: NDArray[np.uint16], turn: NDArray[np.integer]
    ) -> Found:
        """Pairs of photos of which the first was turned to look like the second.

        Args:
            moved: int64 (m,), places in the ids.
            still: The same of the others.
            distance: uint16 (m,), in bits.
            turn: `Orientation` of each, (m,).
        """
        one, other = self._place[moved], self._place[still]
        turn = np.where(one > other, turn, _INVERSES[turn])
        return self._packed(one, other, distance, turn, np.zeros_like(turn))

    def views(
        self,
        one: Ids,
        other: Ids,
        distance: NDArray[np.uint16],
        view: NDArray[np.integer],
        other_view: NDArray[np.integer],
    ) -> Found:
        """Pairs of photos of which views met; see `turned`."""
        places = self._place[one], self._place[other]
        is_lower = places[0] < places[1]
        lower_view = np.where(is_lower, view, other_view)
        return self._packed(*places, distance, lower_view, np.where(is_lower, other_view, view))

    def _packed(
        self,
        one: NDArray[np.uint64],
        other: NDArray[np.uint64],
        distance: NDArray[np.uint16],
        first: NDArray[np.integer],
        second: NDArray[np.integer],
    ) -> Found:
        found = np.minimum(one, other)
        for values, bits in (
            (np.maximum(one, other), self._place_bits),
            (distance, self._distance_bits),
            (first, self._meeting_bits),
            (second, self._meeting_bits),
        ):
            found <<= np.uint64(bits)
            found |= values.astype(np.uint64)
        return found

    def as_pairs(self, found: Found) -> Pairs:
        """Unpack pairs, in their order."""
        parts: list[Ids] = []
        for bits in (
            *(self._meeting_bits, self._meeting_bits),
            *(self._distance_bits, self._place_bits, self._place_bits),
        ):
            parts.append((found & np.uint64((1 << bits) - 1)).astype(np.int64))
            found = found >> np.uint64(bits)
        second, first, distance, upper, lower = parts
        one, other = self._by_rank[lower], self._by_rank[upper]
        is_first = one < other
        pairs = np.zeros(len(found), dtype=PAIR_DTYPE)
        pairs["a"], pairs["b"] = np.minimum(one, other), np.maximum(one, other)
        pairs["distance_bits"] = distance
        if self._are_views:
            pairs["view_a"] = np.where(is_first, first, second)
            pairs["view_b"] = np.where(is_first, second, first)
        else:
            pairs["orientation"] = np.where(is_first, first, _INVERSES[first])
        for name in ("confirm_version", "evidence", "distance256_bits"):
            pairs[name] = -1
        for name in ("likeness", "placement"):
            pairs[name] = np.nan
        return pairs

    def nearest(self, found: Found) -> Found:
        """Bound the neighbours of every photo as `nearest_only` does without greys, but faster."""
        meeting_bits, place_bits = np.uint64(2 * self._meeting_bits), np.uint64(self._place_bits)
        mask = (np.uint64(1) << place_bits) - np.uint64(1)
        distance = (found >> meeting_bits) & np.uint64((1 << self._distance_bits) - 1)
        both = found >> (meeting_bits + np.uint64(self._distance_bits))
        upper, lower = both & mask, both >> place_bits
        is_near = np.zeros(len(found), np.bool_)
        orders = [
            (end << (place_bits + np.uint64(self._distance_bits)))
            | (distance << place_bits)
            | other
            for end, other in ((lower, upper), (upper, lower))
        ]
        in_order = np.sort(np.concatenate(orders))
        ends = in_order >> (place_bits + np.uint64(self._distance_bits))
        firsts = np.flatnonzero(np.concatenate(([True], ends[1:] != ends[:-1])))
        lasts = np.minimum(firsts + nearest.MOST_NEIGHBOURS, np.append(firsts[1:], len(ends))) - 1
        most = np.zeros(len(self._by_rank), np.uint64)
        most[ends[firsts].astype(np.int64)] = in_order[lasts]
        for end, order in zip((lower, upper), orders, strict=True):
            is_near |= order <= most[end.astype(np.int64)]
        return found[is_near]

    def distinct(self, found: Found) -> Found:
        """Keep one of each pair: the least distance, then the least orientation and views."""
        found = np.sort(found)
        pair = found >> np.uint64(self._distance_bits + 2 * self._meeting_bits)
        is_first = np.ones(len(found), np.bool_)
        is_first[1:] = pair[1:] != pair[:-1]
        return found[is_first]


def _gathered(
    blocks: Iterator[Found], finds: _Finds, twins: Twins, catalog: Catalog | None
) -> Pairs:
    """Put blocks of found pairs together, bounded also while they come in; see `nearest_only`."""
    found = [np.empty(0, np.uint64)]
    size = 0
    for block in blocks:
        found.append(finds.distinct(block))
        size += len(found[-1])
        if size > _MOST_PAIRS_GATHERED:
            # What is not among the nearest of these is not among the nearest of all.
            together = finds.distinct(np.concatenate(found))
            if catalog is None:
                found = [finds.nearest(together)]
            else:
                found = [together[are_nearest(finds.as_pairs(together), twins, catalog)]]
            size = 0
    pairs = nearest_only(finds.as_pairs(finds.distinct(np.concatenate(found))), twins, catalog)
    in_order: Pairs = pairs[np.lexsort((pairs["b"], pairs["a"]))]
    return in_order
