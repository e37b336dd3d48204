"""Nearest neighbours of a photo that has very many: those that it resembles most.

A series of frames has equal fingerprints, and a true copy of one of them would be lost among the
others. The mean greys of 8 × 8 blocks tell them apart: of 120 copies hidden in series of 120
look-alikes each one resembles its own frame most.
"""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.matching.small_pictures import turned

MOST_NEIGHBOURS = 64
"""Most neighbours kept of a photo: its nearest, and those for which it is among the nearest. It
bounds the pairs of a series of 5,000 near-equal frames."""

_COARSE_SIDE = 8
_COARSE_LENGTH = 1 << 20
"""Length of the vectors: near-equal frames can be told apart, and sums stay exact."""
_FOREMOST_BITS = 42
"""Room for the products of such vectors, and for what their rounding adds."""
_PHOTOS_AT_ONCE = 1024
_PAIRS_AT_ONCE = 1 << 16
_PAIRS_IN_CACHE = 1 << 10
_MOST_UNASKED_RATIO = 16
"""Products that may be computed for each that is asked for: so much faster a table is."""

Integers = NDArray[np.int64]


def nearest_only(
    pairs: Pairs, equal_thumbnails: EqualThumbnails, catalog: Catalog | None = None
) -> Pairs:
    """Bound the neighbours of every photo: by likeness, by distance, and then by rank.

    Args:
        pairs: Pairs of picture ids.
        equal_thumbnails: Equal thumbnails of all contents.
        catalog: Where the greys of whole pictures are; None for pairs of which parts met.

    Returns:
        Some of the pairs, in their order.
    """
    nearest: Pairs = pairs[are_nearest(pairs, equal_thumbnails, catalog)]
    return nearest


def are_nearest(
    pairs: Pairs, equal_thumbnails: EqualThumbnails, catalog: Catalog | None = None
) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs `nearest_only` leaves."""
    ids = distinct(np.concatenate((pairs["a"], pairs["b"])))
    a, b = (np.searchsorted(ids, pairs[end]) for end in ("a", "b"))
    likeness = None if catalog is None else CoarseGreys(catalog, ids)
    distance_bits = pairs["distance_bits"].astype(np.int64)
    return nearest_places(
        a, b, distance_bits, pairs["orientation"], equal_thumbnails.rank_of(ids), likeness
    )


def nearest_places(
    one: Integers,
    other: Integers,
    distance_bits: Integers,
    turns: NDArray[np.integer],
    ranks: Integers,
    greys: "CoarseGreys | None",
) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs are among the nearest of one of their photos.

    Args:
        one: int64 (n,), place of the one photo of each pair.
        other: int64 (n,), place of the other.
        distance_bits: int64 (n,), of the pairs.
        turns: `Orientation` in which the other photo is turned on the one, (n,).
        ranks: int64 (m,), of all photos; of equally near ones the lower counts as nearer.
        greys: Of all photos, where they tell more than the distance does.
    """
    ends = np.concatenate((one, other))
    counts = np.bincount(ends, minlength=len(ranks))
    is_crowded = counts > MOST_NEIGHBOURS
    if not is_crowded.any():
        return np.ones(len(one), np.bool_)
    # Of each pair those ends of which some have to go.
    chosen = np.flatnonzero(is_crowded[ends])
    photos, counts = (np.cumsum(is_crowded) - 1)[ends[chosen]], counts[is_crowded]
    rows = chosen % len(one)
    foremost = distance_bits[rows]
    if greys is not None:
        unlikeness = np.zeros(len(one), np.int64)
        some = np.flatnonzero(is_crowded[one] | is_crowded[other])
        unlikeness[some] = greys.unlikeness(one[some], other[some], turns[some])
        foremost = unlikeness[rows] + 2 * _COARSE_LENGTH**2
    # Single numbers are sorted fast and tell nearly all; the rest is asked where they are equal.
    keys = (photos << _FOREMOST_BITS) + foremost
    in_order = np.sort(keys)
    lasts = np.cumsum(counts) - counts + MOST_NEIGHBOURS - 1
    limits = in_order[lasts]
    is_near: NDArray[np.bool_] = np.ones(len(ends), np.bool_)
    is_near[chosen] = keys < limits[photos]
    equal = np.flatnonzero(keys == limits[photos])
    theirs = ranks[np.concatenate((other, one))[chosen[equal]]]
    equal = equal[np.lexsort((theirs, distance_bits[rows[equal]], photos[equal]))]
    nth = np.arange(len(equal)) - np.searchsorted(photos[equal], photos[equal])
    room = lasts + 1 - np.searchsorted(in_order, limits)
    is_near[chosen[equal]] = nth < room[photos[equal]]
    return is_near[: len(one)] | is_near[len(one) :]


def unlikeness_to(
    grey: NDArray[np.uint8],
    orientations: NDArray[np.uint8],
    content_ids: Integers,
    catalog: Catalog,
) -> Integers:
    """Unlikeness of contents to one picture, int64 (n,); see `nearest_only`.

    Args:
        grey: uint8 (side, side), of the picture.
        orientations: (n,), its turn to fit each of them.
        content_ids: int64 (n,).
        catalog: Has their greys.
    """
    unlikeness = np.empty(len(content_ids), np.int64)
    ours = _coarse(grey[None])
    for start in range(0, len(content_ids), _PHOTOS_AT_ONCE):
        part = slice(start, start + _PHOTOS_AT_ONCE)
        theirs = _coarse(catalog.greys(content_ids[part]))
        moved = turned(np.concatenate([ours] * len(theirs)), orientations[part])
        unlikeness[part] = -np.einsum("nij,nij->n", moved, theirs, dtype=np.int64)
    return unlikeness


class CoarseGreys:
    """Coarse greys of photos, contrast left aside; see `nearest_only`.

    Whole numbers: then the order of photos, and of the pixels of a turned one, cannot matter.
    """

    def __init__(self, catalog: Catalog, ids: Integers) -> None:
        """Take note of photos; their greys are read when they are asked for.

        Args:
            catalog: Has the greys.
            ids: int64 (n,), contents.
        """
        self._catalog = catalog
        self._ids = ids

    def unlikeness(self, one: Integers, other: Integers, turns: NDArray[np.integer]) -> Integers:
        """Measure how unlike the photos of pairs are, int64 (n,).

        Args:
            one: int64 (n,), place of the one photo of each pair.
            other: int64 (n,), place of the other.
            turns: `Orientation` in which the other is turned on the one, (n,).
        """
        places = distinct(np.concatenate((one, other)))
        # Floats hold such sums exactly, and multiply fast.
        coarse = np.concatenate(
            [
                _coarse(self._catalog.greys(self._ids[places[start : start + _PHOTOS_AT_ONCE]]))
                for start in range(0, len(places), _PHOTOS_AT_ONCE)
            ]
        ).astype(np.float64)
        one, other = np.searchsorted(places, one), np.searchsorted(places, other)
        products = np.empty(len(one), np.float64)
        for turn in np.unique(turns).tolist():
            of_turn = np.flatnonzero(turns == turn)
            flat = coarse.reshape(len(coarse), -1)
            moved = turned(coarse, np.full(len(coarse), turn)).reshape(len(coarse), -1)
            for start in range(0, len(of_turn), _PAIRS_AT_ONCE):
                some = of_turn[start : start + _PAIRS_AT_ONCE]
                products[some] = _products(flat, moved, one[some], other[some])
        return -products.astype(np.int64)


def _products(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], one: Integers, other: Integers
) -> NDArray[np.float64]:
    """Multiply rows of two matrices, (n,): all by all where most are asked for, as in a series."""
    rows, columns = distinct(one), distinct(other)
    if len(rows) * len(columns) <= _MOST_UNASKED_RATIO * len(one):
        table = ours[rows] @ theirs[columns].T
        chosen: NDArray[np.float64] = table[
            np.searchsorted(rows, one), np.searchsorted(columns, other)
        ]
        return chosen
    found = np.empty(len(one), np.float64)
    for start in range(0, len(one), _PAIRS_IN_CACHE):
        part = slice(start, start + _PAIRS_IN_CACHE)
        found[part] = np.einsum("ij,ij->i", ours[one[part]], theirs[other[part]])
    return found


def _coarse(greys: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Block means of greys (n, side, side), normalised to one mean and length: int32 (n, 8, 8)."""
    block_px = greys.shape[-1] // _COARSE_SIDE
    blocks = greys.reshape(len(greys), _COARSE_SIDE, block_px, _COARSE_SIDE, block_px)
    sums = blocks.sum(axis=(2, 4), dtype=np.int64)
    centred = sums * _COARSE_SIDE**2 - sums.sum(axis=(1, 2), keepdims=True)
    length = np.sqrt((centred * centred).sum(axis=(1, 2), keepdims=True).astype(np.float64))
    coarse: NDArray[np.int32] = np.rint(centred * (_COARSE_LENGTH / np.maximum(length, 1))).astype(
        np.int32
    )
    return coarse
