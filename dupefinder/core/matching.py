"""Contents in the catalog → pairs with verdicts, kept there so that none is sought or judged twice.

Photos whose small pictures are equal (twins) are searched for as one: 5,000 icons that differ
in their metadata are one point of the tree and no quarter of a billion pairs. Near-flat pictures
are not searched for at all; nothing in them could confirm a match.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree import BKTree
from dupefinder.core.catalog import EVIDENCE_CODES, NOT_SEARCHED, PAIR_DTYPE, Catalog, Pairs
from dupefinder.core.confirm import CONFIRM_VERSION, FLAT_CONTRAST, judge, measure_likeness
from dupefinder.core.fingerprint import (
    FINGERPRINT_VERSION,
    FINGERPRINTS,
    PICTURE_KIND,
    Words,
    hamming_bits,
    inverse,
    orient_greys,
)
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence, Orientation

DEFAULT_KIND = "phash-64"
CHECK_KIND = "phash-256"
DEFAULT_THRESHOLD_PER_64_BITS = 10
WIDEST_CHECK_BITS = 112
"""Pairs whose 256-bit pHashes lie further apart are look-alikes without a further test; edited
copies of one exposure lie within 90."""

MOST_NEIGHBOURS = 64
"""Of a photo with more neighbours within the radius only so many of the nearest are kept, and
those for which it is among the nearest: a series of 5,000 near-equal frames stays bounded."""

_CONFIRM_PAIRS = 32
_MOST_PAIRS_GATHERED = 1 << 22
"""Pairs found after which those beyond the nearest are dropped before the search goes on."""
_INVERSES = np.array([inverse(orientation) for orientation in Orientation])


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """How to search.

    Attributes:
        kind: The search hash, a key of `fingerprint.FINGERPRINTS`.
        threshold_bits: Hamming distance up to which two photos may match; None takes
            `default_threshold_bits` of the kind.
        rotations: Search the eight orientations too.
    """

    kind: str = DEFAULT_KIND
    threshold_bits: int | None = None
    rotations: bool = True

    @property
    def threshold(self) -> int:
        """The threshold in bits that holds."""
        if self.threshold_bits is None:
            return default_threshold_bits(self.kind)
        return self.threshold_bits


def default_threshold_bits(kind: str) -> int:
    """Threshold of a search hash when none is asked for: 10 of 64 bits, or in proportion."""
    return FINGERPRINTS[kind].bits * DEFAULT_THRESHOLD_PER_64_BITS // 64


@dataclass(frozen=True, slots=True)
class Twins:
    """Which contents have equal small pictures.

    Attributes:
        content_ids: int64 (n,), ascending.
        twin_ids: int64 (n,), for each the least content id of its equals, itself when alone.
        ranks: int64 (n,), a total order of the small pictures, the same in every catalog.
    """

    content_ids: NDArray[np.int64]
    twin_ids: NDArray[np.int64]
    ranks: NDArray[np.int64]

    def of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the twin ids of known contents."""
        return self.twin_ids[np.searchsorted(self.content_ids, content_ids)]

    def rank_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Look up the ranks of known contents."""
        return self.ranks[np.searchsorted(self.content_ids, content_ids)]


def find_twins(catalog: Catalog) -> Twins:
    """Group all contents by equal small pictures; those that an older version read are left out."""
    ids, words = catalog.fingerprints(PICTURE_KIND)
    current = ~np.isin(ids, catalog.outdated_contents(FINGERPRINT_VERSION))
    ids, words = ids[current], words[current]
    if len(ids) == 0:
        return Twins(ids, ids, ids)
    _, first, place = np.unique(words[:, 0, 0], return_index=True, return_inverse=True)
    return Twins(ids, ids[first][place], place)  # ids ascend, so the first index is the least id


def match_contents(
    catalog: Catalog,
    present_ids: NDArray[np.int64],
    options: MatchOptions,
    context: JobContext,
    threads: int,
) -> Pairs:
    """Find and confirm all pairs among the contents at hand.

    Args:
        catalog: Where fingerprints and pairs are kept.
        present_ids: int64 (n,), contents of the scan; others in the catalog are searched too
            when they are not yet, but not judged.
        options: How to search.
        context: The job.
        threads: Number of threads.

    Returns:
        The judged pairs within the threshold, of `PAIR_DTYPE`, between twin ids (see `Twins`).

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    radius = max(options.threshold, default_threshold_bits(options.kind))
    twins = find_twins(catalog)
    kind = options.kind if options.rotations else f"{options.kind}-upright"
    _ensure_fingerprints(catalog, options.kind, context)
    _search(catalog, kind, options, radius, twins, context, threads)
    present_twins = np.unique(twins.of(present_ids))
    pairs = catalog.pairs(kind, radius)
    at_hand = np.isin(pairs["a"], present_twins) & np.isin(pairs["b"], present_twins)
    # Once more, because what several searches kept is more than one search would have.
    pairs = _nearest_only(pairs[at_hand], twins)
    _confirm(catalog, kind, pairs, twins, context, threads)
    return pairs[pairs["distance_bits"] <= options.threshold]


def _ensure_fingerprints(catalog: Catalog, kind: str, context: JobContext) -> None:
    """Compute a kind that is not kept for all contents from the greys that are."""
    missing = catalog.missing_fingerprints(kind)
    for start in range(0, len(missing), 1024):
        context.checkpoint()
        ids = missing[start : start + 1024]
        catalog.add_fingerprints(kind, ids, FINGERPRINTS[kind].of_greys(catalog.greys(ids)))


def _search(
    catalog: Catalog,
    search_kind: str,
    options: MatchOptions,
    radius: int,
    twins: Twins,
    context: JobContext,
    threads: int,
) -> None:
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
    ids, words = catalog.fingerprints(options.kind)
    if not options.rotations:
        words = words[:, :1]
    searchable = np.isin(ids, representatives)
    searchable &= ~np.isin(ids, catalog.flat_contents(FLAT_CONTRAST))
    ids, words = ids[searchable], words[searchable]
    is_new = np.isin(ids, new_ids)
    blocks = _pair_blocks(ids, words, is_new, radius, context, threads)
    pairs = _gathered(blocks, twins)
    with catalog.transaction():
        catalog.add_pairs(search_kind, pairs)
        catalog.mark_searched(search_kind, representatives, radius)


def _pair_blocks(
    ids: NDArray[np.int64],
    words: Words,
    is_new: NDArray[np.bool_],
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Pairs]:
    """Search new photos, in all their variants, among all; yield pairs, some of them twice.

    Of two photos either may be the one that has to be turned: the median that the bits are
    taken about is not quite the same for a turned picture. So the known are turned too.
    """
    fresh, known = np.flatnonzero(is_new), np.flatnonzero(~is_new)
    turns = np.arange(1, words.shape[1])
    context.start_phase("match", len(fresh) + (len(fresh) + len(known)) * len(turns))
    tree = BKTree(np.ascontiguousarray(words[:, 0]))
    everything = np.arange(len(ids))
    if len(known) == 0:
        for i, j, distance in tree.pairs(radius, context, threads):
            yield _as_pairs(ids[i], ids[j], distance, np.zeros(len(i), np.uint8))
    else:
        upright = np.zeros(1, dtype=turns.dtype)
        yield from _turned_pairs(
            tree, ids, words, fresh, everything, upright, radius, context, threads
        )
    yield from _turned_pairs(tree, ids, words, fresh, everything, turns, radius, context, threads)
    if len(known) and len(turns):
        fresh_tree = BKTree(np.ascontiguousarray(words[fresh, 0]))
        yield from _turned_pairs(
            fresh_tree, ids, words, known, fresh, turns, radius, context, threads
        )
    context.finish_phase()


def _turned_pairs(
    tree: BKTree,
    ids: NDArray[np.int64],
    words: Words,
    queried: NDArray[np.int64],
    indexed: NDArray[np.int64],
    turns: NDArray[np.int64],
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Pairs]:
    """Search some photos, turned, in a tree of photos as they are.

    Args:
        tree: Of the upright variants of `indexed`.
        ids: int64 (n,), content ids.
        words: uint64 (n, variants, words).
        queried: Places in `ids` of the photos to turn.
        indexed: Places in `ids` of the photos of the tree.
        turns: Variants to search for.
        radius: In bits.
        context: Advanced by one for every photo and turn.
        threads: Number of threads.
    """
    queries = np.ascontiguousarray(words[queried][:, turns].reshape(-1, words.shape[2]))
    for query, item, distance in tree.neighbours(queries, radius, context, threads):
        turned, other = ids[queried[query // len(turns)]], ids[indexed[item]]
        turn = turns[query % len(turns)]
        apart = turned != other
        orientation = np.where(turned > other, turn, _INVERSES[turn])
        yield _as_pairs(turned[apart], other[apart], distance[apart], orientation[apart])


def _as_pairs(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    distance: NDArray[np.uint16],
    orientation: NDArray[np.integer],
) -> Pairs:
    pairs = np.empty(len(one), dtype=PAIR_DTYPE)
    pairs["a"], pairs["b"] = np.minimum(one, other), np.maximum(one, other)
    pairs["distance_bits"] = distance
    pairs["orientation"] = orientation
    for name in ("confirm_version", "evidence", "distance256_bits"):
        pairs[name] = -1
    pairs["likeness"] = np.nan
    return pairs


def _gathered(blocks: Iterator[Pairs], twins: Twins) -> Pairs:
    """Put blocks of found pairs together, bounded also while they come in."""
    found = [np.empty(0, dtype=PAIR_DTYPE)]
    size = 0
    for block in blocks:
        found.append(block)
        size += len(block)
        if size > _MOST_PAIRS_GATHERED:
            # What is not among the nearest of these is not among the nearest of all.
            found = [_nearest_only(_distinct(found, twins), twins)]
            size = 0
    return _nearest_only(_distinct(found, twins), twins)


def _distinct(blocks: Sequence[Pairs], twins: Twins) -> Pairs:
    """Keep one of each pair: the least distance, then the least orientation."""
    pairs = np.concatenate(blocks)
    if len(pairs) == 0:
        return pairs
    # Of two turns that fit alike the choice must not depend on which photo has the lower id.
    swapped = twins.rank_of(pairs["a"]) > twins.rank_of(pairs["b"])
    turns = np.where(swapped, _INVERSES[pairs["orientation"]], pairs["orientation"])
    pairs = pairs[np.lexsort((turns, pairs["distance_bits"], pairs["b"], pairs["a"]))]
    is_first = np.ones(len(pairs), dtype=bool)
    is_first[1:] = (pairs["a"][1:] != pairs["a"][:-1]) | (pairs["b"][1:] != pairs["b"][:-1])
    return pairs[is_first]


def _nearest_only(pairs: Pairs, twins: Twins) -> Pairs:
    """Bound the neighbours of every photo, by distance and then by rank."""
    ends = np.concatenate((pairs["a"], pairs["b"]))
    if len(pairs) <= MOST_NEIGHBOURS or np.bincount(ends).max() <= MOST_NEIGHBOURS:
        return pairs
    others = np.concatenate((pairs["b"], pairs["a"]))
    distances = np.concatenate((pairs["distance_bits"], pairs["distance_bits"]))
    order = np.lexsort((twins.rank_of(others), distances, ends))
    sorted_ends = ends[order]
    starts = np.searchsorted(sorted_ends, sorted_ends)
    is_near = np.empty(len(order), dtype=bool)
    is_near[order] = np.arange(len(order)) - starts < MOST_NEIGHBOURS
    return pairs[is_near[: len(pairs)] | is_near[len(pairs) :]]


def _confirm(
    catalog: Catalog,
    kind: str,
    pairs: Pairs,
    twins: Twins,
    context: JobContext,
    threads: int,
) -> None:
    """Judge the pairs that have no verdict of this version; writes it into `pairs` too."""
    waiting = np.flatnonzero(pairs["confirm_version"] != CONFIRM_VERSION)
    if len(waiting) == 0:
        return
    context.start_phase("confirm", len(waiting))
    with ThreadPoolExecutor(threads) as executor:
        for start in range(0, len(waiting), _CONFIRM_PAIRS * threads):
            context.checkpoint()
            chosen = waiting[start : start + _CONFIRM_PAIRS * threads]
            block = pairs[chosen]
            _judge_block(catalog, block, twins, executor, threads)
            pairs[chosen] = block
            catalog.set_verdicts(kind, block)
            context.advance(len(chosen))
    context.finish_phase()


def _judge_block(
    catalog: Catalog, block: Pairs, twins: Twins, executor: Executor, threads: int
) -> None:
    # The photo of lower rank stays as it is and the other is turned, so that the verdict does
    # not depend on which of them the catalog met first.
    swapped = twins.rank_of(block["a"]) > twins.rank_of(block["b"])
    still = np.where(swapped, block["b"], block["a"])
    turned = np.where(swapped, block["a"], block["b"])
    turns = np.where(swapped, _INVERSES[block["orientation"]], block["orientation"])
    unique_ids, index = np.unique(np.concatenate((still, turned)), return_inverse=True)
    at_still, at_turned = index[: len(block)], index[len(block) :]
    _, checks = catalog.fingerprints(CHECK_KIND, unique_ids)
    block["distance256_bits"] = hamming_bits(checks[at_still, 0], checks[at_turned, turns])
    block["confirm_version"] = CONFIRM_VERSION
    block["evidence"] = EVIDENCE_CODES[Evidence.LOOK_ALIKE]
    close = np.flatnonzero(block["distance256_bits"] <= WIDEST_CHECK_BITS)
    if len(close) == 0:
        return
    greys, chromas = catalog.greys(unique_ids), catalog.chromas(unique_ids)

    def measure(part: NDArray[np.int64]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        likeness = measure_likeness(
            greys[at_still[part]],
            _turned(greys[at_turned[part]], turns[part]),
            chromas[at_still[part]],
            _turned(chromas[at_turned[part]], turns[part]),
        )
        codes = [EVIDENCE_CODES[evidence] for evidence in judge(likeness)]
        return np.array(codes, dtype=np.int8), likeness.worst

    parts = [part for part in np.array_split(close, threads) if len(part)]
    for part, (codes, worst) in zip(parts, executor.map(measure, parts), strict=True):
        block["evidence"][part] = codes
        block["likeness"][part] = worst


def _turned(pictures: NDArray[np.uint8], turns: NDArray[np.integer]) -> NDArray[np.uint8]:
    turned = pictures.copy()
    for turn in np.unique(turns):
        if turn:
            chosen = turns == turn
            turned[chosen] = orient_greys(pictures[chosen], Orientation(int(turn)))
    return turned
