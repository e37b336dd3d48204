"""Contents in the catalog → pairs with verdicts: nominated by fingerprints, judged by pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs
from dupefinder.core.fingerprint import FINGERPRINTS
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.twins import Twins, find_twins

DEFAULT_KIND = "phash-64"
DEFAULT_THRESHOLD_PER_64_BITS = 10

_VIEW_BITS = 64
_LOOK_ALIKE_CODE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """How to search.

    Attributes:
        kind: The search hash, a key of `fingerprint.FINGERPRINTS`.
        threshold_bits: Hamming distance up to which two photos may match; None takes
            `default_threshold_bits` of the kind.
        rotations: Search the eight orientations too.
        parts: Search cropped and framed copies too.
    """

    kind: str = DEFAULT_KIND
    threshold_bits: int | None = None
    rotations: bool = True
    parts: bool = True

    @property
    def threshold(self) -> int:
        """The threshold in bits that holds."""
        if self.threshold_bits is None:
            return default_threshold_bits(self.kind)
        return self.threshold_bits


def default_threshold_bits(kind: str) -> int:
    """Threshold of a search hash when none is asked for: 10 of 64 bits, or in proportion."""
    return FINGERPRINTS[kind].bits * DEFAULT_THRESHOLD_PER_64_BITS // 64


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
    # Slow to load, and not needed before photos are read.
    from dupefinder.core.judging import judge_whole
    from dupefinder.core.nearest import nearest_only
    from dupefinder.core.nominating import (
        nominate,
        nominate_views,
        radius_of_turned_views,
        radius_of_views,
    )

    radius = max(options.threshold, default_threshold_bits(options.kind))
    twins = find_twins(catalog)
    present_twins = np.unique(twins.of(present_ids))

    def at_hand(kind: str, radius: int, greys: Catalog | None = None) -> Pairs:
        pairs = catalog.pairs(kind, radius)
        there = np.isin(pairs["a"], present_twins) & np.isin(pairs["b"], present_twins)
        # Once more, because what several searches kept is more than one search would have.
        present: Pairs = pairs[there]
        return nearest_only(present, twins, greys)

    kind = nominate(
        catalog, options.kind, radius, twins, context, threads, rotations=options.rotations
    )
    whole = at_hand(kind, radius, catalog)
    judge_whole(catalog, kind, whole, twins, context, threads)
    if options.parts:
        whole_bits = FINGERPRINTS[options.kind].bits
        least = radius * _VIEW_BITS // whole_bits
        for turned in (False, True)[: 1 + options.rotations]:
            of_views = radius_of_turned_views if turned else radius_of_views
            views_radius = of_views(least, twins)
            if views_radius < 0:
                continue
            views_kind = nominate_views(
                catalog, views_radius, twins, context, threads, turned=turned
            )
            views = at_hand(views_kind, views_radius)
            whole = judged_with_views(
                catalog, whole, views_kind, views, twins, context, threads, whole_bits
            )
    near: Pairs = whole[whole["distance_bits"] <= options.threshold]
    return near


def judged_with_views(
    catalog: Catalog,
    whole: Pairs,
    views_kind: str,
    views: Pairs,
    twins: Twins,
    context: JobContext,
    threads: int,
    whole_bits: int = _VIEW_BITS,
) -> Pairs:
    """Judge the pairs of which views met and which are not confirmed as whole pictures.

    Args:
        catalog: Where small pictures are, and where the verdicts go.
        whole: Judged pairs of whole pictures.
        views_kind: Under which the catalog keeps the others.
        views: The pairs of which views met.
        twins: Of all contents.
        context: The job.
        threads: Number of threads.
        whole_bits: Bits of the fingerprints of whole pictures; distances are given in them.

    Returns:
        All of them, each pair once.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    from dupefinder.core.judging import judge_views

    views = _not_confirmed_yet(views, whole)
    judge_views(catalog, views_kind, views, twins, context, threads)
    views["distance_bits"] = views["distance_bits"] * whole_bits // _VIEW_BITS
    return _joined(whole, views)


def _not_confirmed_yet(views: Pairs, whole: Pairs) -> Pairs:
    """Pairs of views without those that were confirmed as whole pictures."""
    confirmed = whole[whole["evidence"] != _LOOK_ALIKE_CODE]
    left: Pairs = views[~np.isin(_keys(views), _keys(confirmed))]
    return left


def _joined(whole: Pairs, views: Pairs) -> Pairs:
    """One of each pair: what was confirmed, then what was whole, then what is nearer."""
    both = np.concatenate((whole, views))
    is_look_alike = both["evidence"] == _LOOK_ALIKE_CODE
    is_view = np.arange(len(both)) >= len(whole)
    order = np.lexsort((is_view, both["distance_bits"], is_look_alike, both["b"], both["a"]))
    both = both[order]
    is_first = np.ones(len(both), np.bool_)
    is_first[1:] = (both["a"][1:] != both["a"][:-1]) | (both["b"][1:] != both["b"][:-1])
    return both[is_first]


def _keys(pairs: Pairs) -> NDArray[np.int64]:
    """One number a pair."""
    keys: NDArray[np.int64] = (pairs["a"] << 32) | pairs["b"]
    return keys
