"""Verification of pairs, as whole pictures first and then by their views.

Not every pair is verified: those of a group that decide nothing stay open, see `stars`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import (
    EVIDENCE_CODES,
    OPEN_CODE,
    TOLD_APART_CODE,
    Catalog,
    Pairs,
    pair_keys,
)
from dupefinder.core.fingerprint.views import WHOLE
from dupefinder.core.id_sets import distinct, union, without
from dupefinder.core.job import JobContext
from dupefinder.core.matching.candidates import PARTS_KIND, TURNED_PARTS_KIND
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails, first_ids
from dupefinder.core.matching.small_pictures import Thumbnails
from dupefinder.core.matching.stars import DIFFERS, MATCHES, OPEN, ask_stars
from dupefinder.core.matching.verification import (
    are_open,
    judge_edge_to_edge,
    judge_registered,
    judge_views,
)
from dupefinder.core.records import Evidence, Orientation

_LOOK_ALIKE_CODE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]
_RE_ENCODED_CODE = EVIDENCE_CODES[Evidence.RE_ENCODED]


def judged_with_views(
    catalog: Catalog,
    whole: Pairs,
    views_kind: str,
    views: Pairs,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
) -> Pairs:
    """Judge the pairs that were found by views and are not confirmed as whole pictures.

    Args:
        catalog: Has the small pictures, and stores the verdicts.
        whole: Judged pairs of whole pictures.
        views_kind: The name under which the catalog keeps the others.
        views: The pairs that were found by views.
        equal_thumbnails: Equal thumbnails of all contents.
        context: The job.
        threads: Number of threads.

    Returns:
        All of them, each pair once.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    views = _not_confirmed_yet(views, whole)
    judge_views(catalog, views_kind, views, equal_thumbnails, context, threads)
    return _joined(whole, views)


def judge_open(
    pairs: Pairs,
    search_kind: str,
    equal_thumbnails: EqualThumbnails,
    catalog: Catalog,
    context: JobContext,
    threads: int,
) -> Pairs:
    """Judge pairs that `match_contents` left open.

    Args:
        pairs: Some of those that it returned.
        search_kind: `MatchOptions.search_kind` of the search.
        equal_thumbnails: Equal thumbnails of all contents.
        catalog: Has the small pictures, and stores the verdicts.
        context: The job.
        threads: Number of threads.

    Returns:
        Each pair once, with its verdict.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    kinds = (search_kind, PARTS_KIND, TURNED_PARTS_KIND)
    return Judging(catalog, kinds, equal_thumbnails, context, threads).ask(pairs)


class Judging:
    """Verifies pairs, some at a time, as whole pictures first."""

    def __init__(
        self,
        catalog: Catalog,
        kinds: Sequence[str],
        equal_thumbnails: EqualThumbnails,
        context: JobContext,
        threads: int,
    ) -> None:
        """Prepare the verification.

        Args:
            catalog: Has the small pictures, and stores the verdicts.
            kinds: The names under which the catalog keeps the pairs of whole pictures, and then
                those found by views.
            equal_thumbnails: Equal thumbnails of all contents.
            context: The job.
            threads: Number of threads.
        """
        self._catalog = catalog
        self._kinds = kinds
        self._equal_thumbnails = equal_thumbnails
        self._context = context
        self._threads = threads
        self._thumbnails = Thumbnails(catalog)

    def every_pair(self, found: Sequence[Pairs]) -> Pairs:
        """Judge all pairs of each kind that were not told apart; see `match_contents`."""
        found = self._not_re_encoded(found)
        rows = np.concatenate(found)
        rows = rows[rows["evidence"] != TOLD_APART_CODE]
        self._context.start_phase("confirm", int(np.count_nonzero(are_open(rows))))
        self._ask(distinct(pair_keys(rows)), found, self._context.advance)
        self._context.finish_phase()
        return _with_open(found)

    def deciding_pairs(self, found: Sequence[Pairs]) -> Pairs:
        """Judge the pairs of each kind that decide; see `match_contents`."""
        found = self._not_re_encoded(found)
        whole = found[0]
        rows = np.concatenate(found)
        rows = rows[rows["evidence"] != TOLD_APART_CODE]
        keys, first = np.unique(pair_keys(rows), return_index=True)
        ids, ends = np.unique(
            np.concatenate((rows["a"][first], rows["b"][first])), return_inverse=True
        )
        a, b = ends[: len(keys)], ends[len(keys) :]
        confirmed = pair_keys(whole[whole["evidence"] == _RE_ENCODED_CODE])
        states = np.where(np.isin(keys, confirmed), MATCHES, OPEN).astype(np.int8)
        place = _likely_centres_first(
            ids, a, b, rows["distance_bits"][first], self._equal_thumbnails, self._catalog
        )
        self._context.start_phase("confirm", int((states == OPEN).sum()))

        def ask(places: NDArray[np.int64]) -> NDArray[np.int8]:
            matches = self._ask(keys[places], found)
            self._context.advance(len(places))
            return np.where(matches, MATCHES, DIFFERS).astype(np.int8)

        states = ask_stars(a, b, states, place, ask)
        left = keys[states == OPEN]
        self._context.advance(len(left))
        self._context.finish_phase()
        for pairs in found:
            # Verdicts requested by an earlier scan must not make a difference.
            pairs["evidence"][np.isin(pair_keys(pairs), left)] = OPEN_CODE
        return _with_open(found)

    def ask(self, pairs: Pairs) -> Pairs:
        """Judge pairs that were left open.

        Args:
            pairs: Some of those that `match_contents` returned.

        Returns:
            Each pair once, with its verdict.

        Raises:
            Cancelled: The job was cancelled; what was judged is kept.
        """
        is_view = (pairs["view_a"] != WHOLE) | (pairs["view_b"] != WHOLE)
        is_turned = is_view & (pairs["orientation"] != Orientation.IDENTITY)
        parts = (pairs[~is_view], pairs[is_view & ~is_turned], pairs[is_turned])
        # An earlier scan may have judged them.
        found = [
            self._catalog.with_verdicts(kind, some)
            for kind, some in zip(self._kinds, parts, strict=True)
        ]
        self._ask(distinct(pair_keys(pairs)), found)
        return _joined_views(found)

    def _not_re_encoded(self, found: Sequence[Pairs]) -> list[Pairs]:
        """Compare whole pictures edge to edge; keep the views of pairs still undecided."""
        whole = found[0]
        places = np.flatnonzero(whole["evidence"] != TOLD_APART_CODE)
        judge_edge_to_edge(
            self._catalog,
            self._kinds[0],
            whole,
            places,
            self._equal_thumbnails,
            self._context,
            self._threads,
        )
        re_encoded = whole[whole["evidence"] == _RE_ENCODED_CODE]
        known = pair_keys(re_encoded)
        return [whole, *(views[~np.isin(pair_keys(views), known)] for views in found[1:])]

    def _ask(
        self,
        keys: NDArray[np.int64],
        found: Sequence[Pairs],
        advance: Callable[[int], None] = lambda _: None,
    ) -> NDArray[np.bool_]:
        """Judge pairs, their whole pictures first; return which match, bool (n,).

        Args:
            keys: Of the pairs.
            found: The pairs of each kind.
            advance: See `judge_registered`; by default the caller counts them.
        """
        matching = keys[:0]
        with ThreadPoolExecutor(self._threads) as executor:
            for kind, pairs in zip(self._kinds, found, strict=True):
                wanted = np.isin(pair_keys(pairs), without(keys, matching))
                places = np.flatnonzero(wanted)
                judge_registered(
                    self._catalog,
                    kind,
                    pairs,
                    places,
                    self._equal_thumbnails,
                    executor,
                    self._context,
                    self._thumbnails,
                    advance,
                )
                some = pairs[places]
                matching = union(matching, pair_keys(some[some["evidence"] != _LOOK_ALIKE_CODE]))
        return np.isin(keys, matching)


def _likely_centres_first(
    ids: NDArray[np.int64],
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    distance_bits: NDArray[np.int16],
    equal_thumbnails: EqualThumbnails,
    catalog: Catalog,
) -> NDArray[np.int64]:
    """Order photos by how likely they are the centre of a group, int64 (n,).

    Args:
        ids: int64 (n,), picture ids.
        a: int64 (m,), index of one photo of each pair.
        b: The index of the other.
        distance_bits: int16 (m,), of the pairs.
        equal_thumbnails: Equal thumbnails of all contents.
        catalog: The catalog with the facts.
    """
    ends = np.concatenate((a, b))
    degree = np.bincount(ends, minlength=len(ids))
    total_bits = np.bincount(ends, np.tile(distance_bits, 2), minlength=len(ids))
    size_px = catalog.sizes_px(first_ids(catalog, equal_thumbnails, ids)).prod(axis=1)
    place = np.empty(len(ids), np.int64)
    order = np.lexsort((equal_thumbnails.rank_of(ids), total_bits, -size_px, -degree))
    place[order] = np.arange(len(ids))
    return place


def _not_confirmed_yet(views: Pairs, whole: Pairs) -> Pairs:
    """Pairs of views without those that were confirmed as whole pictures."""
    confirmed = whole[whole["evidence"] != _LOOK_ALIKE_CODE]
    left: Pairs = views[~np.isin(pair_keys(views), pair_keys(confirmed))]
    return left


def _joined(whole: Pairs, views: Pairs) -> Pairs:
    """Keep one row of each pair: confirmed before others, then whole pictures, then nearer ones."""
    both = np.concatenate((whole, views))
    is_look_alike = both["evidence"] == _LOOK_ALIKE_CODE
    is_view = np.arange(len(both)) >= len(whole)
    order = np.lexsort((is_view, both["distance_bits"], is_look_alike, both["b"], both["a"]))
    both = both[order]
    is_first = np.ones(len(both), np.bool_)
    is_first[1:] = (both["a"][1:] != both["a"][:-1]) | (both["b"][1:] != both["b"][:-1])
    return both[is_first]


def _joined_views(found: Sequence[Pairs]) -> Pairs:
    """Keep one row of each judged pair: whole pictures before those found by views."""
    joined = found[0]
    for views in found[1:]:
        joined = _joined(joined, _not_confirmed_yet(views, joined))
    return joined


def _with_open(found: Sequence[Pairs]) -> Pairs:
    """One row of each judged pair, and then the pairs that were not judged."""
    joined = found[0][found[0]["evidence"] >= 0]
    for views in found[1:]:
        # An earlier scan may have judged views of pairs that are confirmed as whole pictures now.
        joined = _joined(joined, _not_confirmed_yet(views[views["evidence"] >= 0], joined))
    left = np.concatenate([pairs[pairs["evidence"] < 0] for pairs in found])
    left = left[~np.isin(pair_keys(left), pair_keys(joined))]
    is_apart = left["evidence"] == TOLD_APART_CODE
    _, first = np.unique(pair_keys(left[is_apart]), return_index=True)
    return np.concatenate((joined, left[~is_apart], left[is_apart][first]))
