"""Matching of contents: pairs are found by fingerprints, and verified by small pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import TOLD_APART_CODE, Catalog, Pairs
from dupefinder.core.fingerprint import FINGERPRINTS
from dupefinder.core.job import JobContext
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails, find_equal_thumbnails

DEFAULT_KIND = "phash-64"
DEFAULT_THRESHOLD_PER_64_BITS = 10

_VIEW_BITS = 64


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """Options of a search for matches.

    Attributes:
        kind: The search hash, a key of `fingerprint.FINGERPRINTS`.
        threshold_bits: Hamming distance up to which two photos may match; None takes
            `default_threshold_bits` of the kind.
        rotations: Search the eight orientations too.
        parts: Search for cropped and framed copies, too.
    """

    kind: str = DEFAULT_KIND
    threshold_bits: int | None = None
    rotations: bool = True
    parts: bool = True

    @property
    def threshold(self) -> int:
        """The threshold in effect, in bits."""
        if self.threshold_bits is None:
            return default_threshold_bits(self.kind)
        return self.threshold_bits

    @property
    def search_kind(self) -> str:
        """The name under which the catalog keeps the pairs of whole pictures."""
        from dupefinder.core.matching.candidates import search_kind_of

        return search_kind_of(self.kind, rotations=self.rotations)


def default_threshold_bits(kind: str) -> int:
    """Default threshold of a search hash: 10 of 64 bits, or in proportion."""
    return FINGERPRINTS[kind].bits * DEFAULT_THRESHOLD_PER_64_BITS // 64


def match_contents(
    catalog: Catalog,
    present_ids: NDArray[np.int64],
    options: MatchOptions,
    context: JobContext,
    threads: int,
    *,
    every_pair: bool = False,
) -> Pairs:
    """Find the pairs among the contents of a scan, and verify those that decide.

    Pairs that could only be edits stay open if both photos match the centre of a group (see
    `stars`), and pairs that are told apart in a series are not verified (see `series`). This
    depends on the contents of the scan only, not on what the catalog knows of them.

    Args:
        catalog: The catalog with fingerprints and pairs.
        present_ids: int64 (n,), contents of the scan; others in the catalog make no difference.
        options: Options of the search.
        context: The job.
        threads: Number of threads.
        every_pair: True to leave none open, as direct matches count and not groups.

    Returns:
        The pairs within the threshold, of `PAIR_DTYPE`, between picture ids, see `EqualThumbnails`.
        Pairs without a verdict have `OPEN_CODE` or `TOLD_APART_CODE` for evidence; such a pair may
        be there twice, as whole pictures and for their views.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    from dupefinder.core.decode.limits import give_back
    from dupefinder.core.matching.series import tell_apart
    from dupefinder.core.matching.verification_order import Judging

    equal_thumbnails = find_equal_thumbnails(catalog, present_ids)
    kinds, found = _nominate_all(catalog, equal_thumbnails, options, context, threads)
    for pairs, is_apart in zip(found, tell_apart(found, equal_thumbnails, catalog), strict=True):
        pairs["evidence"][is_apart] = TOLD_APART_CODE
    give_back()
    found = [pairs[pairs["distance_bits"] <= options.threshold] for pairs in found]
    judging = Judging(catalog, kinds, equal_thumbnails, context, threads)
    return judging.every_pair(found) if every_pair else judging.deciding_pairs(found)


def _nominate_all(
    catalog: Catalog,
    equal_thumbnails: EqualThumbnails,
    options: MatchOptions,
    context: JobContext,
    threads: int,
) -> tuple[list[str], list[Pairs]]:
    """Search the candidates: pairs of whole pictures, then of views, with the kind of each search.

    Distances of views are scaled to the bits of the whole pictures' fingerprint.
    """
    from dupefinder.core.decode.limits import give_back
    from dupefinder.core.matching.candidates import (
        nominate,
        nominate_views,
        radius_of_turned_views,
        radius_of_views,
    )
    from dupefinder.core.matching.nearest import nearest_only

    radius = max(options.threshold, default_threshold_bits(options.kind))
    present_pictures = equal_thumbnails.present_pictures

    def at_hand(kind: str, radius: int, greys: Catalog | None = None) -> Pairs:
        pairs = catalog.pairs(kind, radius)
        there = np.isin(pairs["a"], present_pictures) & np.isin(pairs["b"], present_pictures)
        # Once more, because several searches together keep more than one search would.
        present: Pairs = pairs[there]
        left = nearest_only(present, equal_thumbnails, greys)
        give_back()
        return left

    kind = nominate(
        catalog,
        options.kind,
        radius,
        equal_thumbnails,
        context,
        threads,
        rotations=options.rotations,
    )
    whole = at_hand(kind, radius, catalog)
    kinds, found = [kind], [whole]
    if options.parts:
        whole_bits = FINGERPRINTS[options.kind].bits
        least = radius * _VIEW_BITS // whole_bits
        for turned in (False, True)[: 1 + options.rotations]:
            of_views = radius_of_turned_views if turned else radius_of_views
            views_radius = of_views(least, equal_thumbnails)
            if views_radius < 0:
                continue
            views_kind = nominate_views(
                catalog, views_radius, equal_thumbnails, context, threads, turned=turned
            )
            views = at_hand(views_kind, views_radius)
            views["distance_bits"] = views["distance_bits"] * whole_bits // _VIEW_BITS
            kinds.append(views_kind)
            found.append(views)
    return kinds, found
