"""Candidate pairs by near fingerprints, stored in the catalog so that none is searched for twice.

Near-flat pictures are not searched at all; nothing in them could confirm a match.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import NOT_SEARCHED, Catalog, Pairs
from dupefinder.core.confirm import FLAT_CONTRAST
from dupefinder.core.fingerprint import FINGERPRINTS, Words
from dupefinder.core.fingerprint.covers import COVERS_KIND, cover_words
from dupefinder.core.fingerprint.views import VIEWS_KIND
from dupefinder.core.id_sets import common, union, without
from dupefinder.core.job import JobContext
from dupefinder.core.matching import nearest
from dupefinder.core.matching.cover_candidates import CoverPhotos
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.matching.fingerprint_search import (
    Ids,
    ViewPhotos,
    cover_blocks,
    turned_blocks,
    view_blocks,
)
from dupefinder.core.matching.found_pairs import Found, FoundPairs
from dupefinder.core.records import Orientation

MOST_PHOTOS_SEARCHED_TURNED = 50_000
"""With more photos, turned parts are not searched: seven more orientations in which to be near by
chance, and to compare."""
TURNED_FEWER_BITS, TURNED_VIEWS_FEWER_BITS = 1, 2
"""Bits by which turned parts must be nearer, and further bits for views: it costs more to tell such
pairs from unlike ones."""

MOST_PHOTOS_SEARCHED_WIDE = 200_000
NARROW_VIEWS_BITS = 8
"""Radius for the views of more photos. Of unrelated pictures 4 in 100,000 have views within 10 bits
and 1 in 100,000 within 8: among a million photos 40 and 10 for every photo."""

MOST_PHOTOS_SEARCHED_FOR_PARTS = 2_000_000
"""With more photos, parts are not searched: `FoundPairs` has no numbers for them."""

WHOLE_OF_VIEWS = "phash-64"
"""The fingerprint of whole pictures that views are compared with: the same in another column."""

PARTS_KIND, TURNED_PARTS_KIND = "parts-64", "parts-64-turned"
"""The names under which the catalog keeps pairs found by views or covers."""

_ALONE = "-alone"
"""Suffix of the kind under which the catalog keeps the photos last searched among themselves."""


def nominate(
    catalog: Catalog,
    kind: str,
    radius: int,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
    *,
    rotations: bool,
) -> str:
    """Search for photos with near fingerprints, in all orientations.

    Args:
        catalog: Has the fingerprints, and stores the pairs.
        kind: The search hash, a key of `fingerprint.FINGERPRINTS`.
        radius: In bits.
        equal_thumbnails: Equal thumbnails of all contents.
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

    def blocks(ids: Ids, is_new: NDArray[np.bool_], finds: FoundPairs) -> Iterator[Found]:
        words = _words_of(catalog, kind, ids)
        variants = words if rotations else words[:, :1]
        return turned_blocks(finds, variants, is_new, radius, context, threads)

    _search(catalog, search_kind, radius, equal_thumbnails, blocks)
    return search_kind


def search_kind_of(kind: str, *, rotations: bool) -> str:
    """The name under which the catalog keeps pairs found in all orientations, or upright."""
    return kind if rotations else f"{kind}-upright"


def radius_of_views(radius: int, equal_thumbnails: EqualThumbnails) -> int:
    """The radius for views, in bits, if that for whole pictures is `radius`.

    It depends on the number of photos of the scan, not on others in the catalog.

    Args:
        radius: In bits.
        equal_thumbnails: Equal thumbnails of all contents.

    Returns:
        -1 for not at all.
    """
    count = len(equal_thumbnails.present_pictures)
    if count > MOST_PHOTOS_SEARCHED_FOR_PARTS:
        return -1
    if count <= MOST_PHOTOS_SEARCHED_WIDE:
        return radius
    return min(radius, NARROW_VIEWS_BITS)


def radius_of_turned_views(radius: int, equal_thumbnails: EqualThumbnails) -> int:
    """The radius for turned views, in bits; -1 for no search."""
    if len(equal_thumbnails.present_pictures) > MOST_PHOTOS_SEARCHED_TURNED:
        return -1
    return max(radius - TURNED_FEWER_BITS, -1)


def nominate_views(
    catalog: Catalog,
    radius: int,
    equal_thumbnails: EqualThumbnails,
    context: JobContext,
    threads: int,
    *,
    turned: bool = False,
) -> str:
    """Search for pairs of which one photo shows a part of the other; see `nominate`.

    Args:
        catalog: Has the fingerprints, and stores the pairs.
        radius: In bits between views.
        equal_thumbnails: Equal thumbnails of all contents.
        context: The job.
        threads: Number of threads.
        turned: True to search for turned and mirrored parts only.
    """
    ensure_fingerprints(catalog, WHOLE_OF_VIEWS, context)
    _ensure_covers(catalog, context)
    turns = np.array([one for one in Orientation if bool(one) is turned])

    def blocks(ids: Ids, is_new: NDArray[np.bool_], finds: FoundPairs) -> Iterator[Found]:
        if len(ids) < 2:
            return
        wholes = _words_of(catalog, WHOLE_OF_VIEWS, ids)[:, turns]
        views = _words_of(catalog, VIEWS_KIND, ids)
        is_framed = np.isin(ids, catalog.framed_contents())
        view_radius = radius - TURNED_VIEWS_FEWER_BITS if turned else radius
        if view_radius >= 0:
            searched = ViewPhotos(wholes, views, is_framed)
            yield from view_blocks(finds, searched, is_new, turns, view_radius, context, threads)
        covers = CoverPhotos(_words_of(catalog, COVERS_KIND, ids), *catalog.aspects(ids), is_framed)
        yield from cover_blocks(finds, covers, is_new, turns, radius, context, threads)

    search_kind = TURNED_PARTS_KIND if turned else PARTS_KIND
    most = MOST_PHOTOS_SEARCHED_TURNED if turned else MOST_PHOTOS_SEARCHED_FOR_PARTS
    _search(catalog, search_kind, radius, equal_thumbnails, blocks, most)
    return search_kind


def _words_of(catalog: Catalog, kind: str, ids: Ids) -> Words:
    known, words = catalog.fingerprints(kind)
    return words[np.searchsorted(known, ids)] if len(known) else words


def ensure_fingerprints(catalog: Catalog, kind: str, context: JobContext) -> None:
    """Compute a kind of fingerprint that is not kept for all contents, from the stored greys.

    Args:
        catalog: Has the greys, and stores the fingerprints.
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


def _ensure_covers(catalog: Catalog, context: JobContext) -> None:
    """Compute the fingerprints of covers for contents that were read before there were any."""
    missing = catalog.missing_fingerprints(COVERS_KIND)
    for start in range(0, len(missing), 1024):
        context.checkpoint()
        ids = missing[start : start + 1024]
        greys = catalog.greys(ids)
        inner_greys = greys.copy()
        for content_id, inner in catalog.inner_pictures(ids).items():
            inner_greys[np.searchsorted(ids, content_id)] = inner.grey
        catalog.add_fingerprints(COVERS_KIND, ids, cover_words(greys, inner_greys))


def _search(
    catalog: Catalog,
    search_kind: str,
    radius: int,
    equal_thumbnails: EqualThumbnails,
    blocks: Callable[[Ids, NDArray[np.bool_], FoundPairs], Iterator[Found]],
    most: int | None = None,
) -> None:
    """Search for the new contents of the scan, among them and those searched before.

    Args:
        catalog: Stores the pairs.
        search_kind: The name under which it keeps them.
        radius: In bits.
        equal_thumbnails: Equal thumbnails of all contents.
        blocks: Function that gets ascending content ids and a mask of the new ones, and searches.
        most: With more photos than this, the search begins again with those of the scan.
    """
    known_radius, known_ids = catalog.searched(search_kind)
    alone_kind = search_kind + _ALONE
    # Of equal pictures only one content counts as searched: should the catalog forget
    # it, with its pairs, another one takes its place and is new.
    known_ids = common(known_ids, equal_thumbnails.picture_ids)
    present = equal_thumbnails.present_pictures
    is_too_large = most is not None and len(union(known_ids, present)) > most
    if known_radius != NOT_SEARCHED and (known_radius < radius or is_too_large):
        catalog.forget_search(search_kind)
        catalog.forget_search(alone_kind)
        known_ids = known_ids[:0]
    new_ids = without(present, known_ids)
    flat = catalog.flat_contents(FLAT_CONTRAST)
    are_parts = search_kind in (PARTS_KIND, TURNED_PARTS_KIND)

    def pairs_of(wanted: Ids, among: Ids) -> Pairs:
        ids = without(among, flat)
        finds = FoundPairs(ids, equal_thumbnails, radius, are_parts=are_parts)
        found = blocks(ids, np.isin(ids, wanted), finds)
        return finds.gathered(found, None if are_parts else catalog)

    if len(new_ids):
        among = union(known_ids, present)
        pairs = pairs_of(new_ids, among)
        with catalog.transaction():
            catalog.add_pairs(search_kind, pairs)
            catalog.mark_searched(search_kind, among, radius)
    if len(without(catalog.searched(search_kind)[1], present)) == 0:
        return
    # Each start of the window repeats the same scan.
    alone_radius, alone_ids = catalog.searched(alone_kind)
    if alone_radius >= radius and np.array_equal(alone_ids, present):
        return
    crowded = _crowded_by_others(catalog, search_kind, present)
    more = pairs_of(crowded, present) if len(crowded) else None
    with catalog.transaction():
        if more is not None:
            catalog.add_pairs(search_kind, more)
        catalog.forget_search(alone_kind)
        catalog.mark_searched(alone_kind, present, radius)


def _crowded_by_others(catalog: Catalog, search_kind: str, present: Ids) -> Ids:
    """Photos of the scan with the most neighbours kept, some of which are not in the scan."""
    pairs = catalog.pairs(search_kind)
    is_here = np.stack([np.isin(pairs[end], present) for end in ("a", "b")])
    ends = np.concatenate((pairs["a"], pairs["b"]))
    others = np.concatenate((~is_here[1], ~is_here[0]))
    photos, counts = np.unique(ends, return_counts=True)
    crowded = photos[counts >= nearest.MOST_NEIGHBOURS]
    return common(common(crowded, ends[others]), present)
