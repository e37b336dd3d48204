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
"""Of a photo with more neighbours within the radius only so many of the nearest are kept, and
those for which it is among the nearest: a series of 5,000 near-equal frames stays bounded."""

_SIDE = 8
_LENGTH = 1 << 20
"""So long the vectors are: frames that are hardly unlike are told apart, and sums stay exact."""
_FOREMOST_BITS = 42
"""Room for the products of such vectors, and for what their rounding adds."""
_PHOTOS_AT_ONCE = 1024
_PAIRS_AT_ONCE = 1 << 16

Integers = NDArray[np.int64]


def nearest_only(pairs: Pairs, twins: EqualThumbnails, catalog: Catalog | None = None) -> Pairs:
    """Bound the neighbours of every photo: by likeness, by distance, and then by rank.

    Args:
        pairs: Of twin ids.
        twins: Of all contents.
        catalog: Where the greys of whole pictures are; None for pairs of which parts met.

    Returns:
        Some of the pairs, in their order.
    """
    nearest: Pairs = pairs[are_nearest(pairs, twins, catalog)]
    return nearest


def are_nearest(
    pairs: Pairs, twins: EqualThumbnails, catalog: Catalog | None = None
) -> NDArray[np.bool_]:
    """Tell, bool (n,), which pairs `nearest_only` leaves."""
    everything = np.ones(len(pairs), np.bool_)
    ends = np.concatenate((pairs["a"], pairs["b"]))
    if len(pairs) <= MOST_NEIGHBOURS:
        return everything
    _, photos, counts = np.unique(ends, return_inverse=True, return_counts=True)
    is_crowded = counts > MOST_NEIGHBOURS
    if not is_crowded.any():
        return everything
    # Of each pair those ends of which some have to go.
    chosen = np.flatnonzero(is_crowded[photos])
    photos, counts = (np.cumsum(is_crowded) - 1)[photos[chosen]], counts[is_crowded]
    rows = chosen % len(pairs)
    distance_bits = pairs["distance_bits"][rows].astype(np.int64)
    foremost = distance_bits
    if catalog is not None:
        some, at = np.unique(rows, return_inverse=True)
        foremost = _unlikeness(pairs[some], catalog)[at] + 2 * _LENGTH**2
    # Single numbers are sorted fast and tell nearly all; the rest is asked where they are equal.
    keys = (photos << _FOREMOST_BITS) + foremost
    in_order = np.sort(keys)
    lasts = np.cumsum(counts) - counts + MOST_NEIGHBOURS - 1
    limits = in_order[lasts]
    is_near: NDArray[np.bool_] = np.ones(len(ends), np.bool_)
    is_near[chosen] = keys < limits[photos]
    equal = np.flatnonzero(keys == limits[photos])
    ranks = twins.rank_of(np.concatenate((pairs["b"], pairs["a"]))[chosen[equal]])
    equal = equal[np.lexsort((ranks, distance_bits[equal], photos[equal]))]
    nth = np.arange(len(equal)) - np.searchsorted(photos[equal], photos[equal])
    room = lasts + 1 - np.searchsorted(in_order, limits)
    is_near[chosen[equal]] = nth < room[photos[equal]]
    return is_near[: len(pairs)] | is_near[len(pairs) :]


def unlikeness_to(
    grey: NDArray[np.uint8],
    orientations: NDArray[np.uint8],
    content_ids: Integers,
    catalog: Catalog,
) -> Integers:
    """Unlikeness of contents to one picture, int64 (n,); see `nearest_only`.

    Args:
        grey: uint8 (side, side), of the picture.
        orientations: How it is turned to lie on each of them, (n,).
        content_ids: int64 (n,).
        catalog: Where their greys are.
    """
    unlikeness = np.empty(len(content_ids), np.int64)
    ours = _coarse(grey[None])
    for start in range(0, len(content_ids), _PHOTOS_AT_ONCE):
        part = slice(start, start + _PHOTOS_AT_ONCE)
        theirs = _coarse(catalog.greys(content_ids[part]))
        moved = turned(np.concatenate([ours] * len(theirs)), orientations[part])
        unlikeness[part] = -np.einsum("nij,nij->n", moved, theirs, dtype=np.int64)
    return unlikeness


def _unlikeness(pairs: Pairs, catalog: Catalog) -> Integers:
    """Measure how unlike the coarse greys of each pair are, contrast left aside.

    In whole numbers: then the order of photos, and of the pixels of a turned one, cannot matter.
    """
    ids = distinct(np.concatenate((pairs["a"], pairs["b"])))
    coarse = np.concatenate(
        [
            _coarse(catalog.greys(ids[start : start + _PHOTOS_AT_ONCE]))
            for start in range(0, len(ids), _PHOTOS_AT_ONCE)
        ]
    )
    unlikeness = np.empty(len(pairs), np.int64)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        ours = coarse[np.searchsorted(ids, some["a"])]
        theirs = turned(coarse[np.searchsorted(ids, some["b"])], some["orientation"])
        product = np.einsum("nij,nij->n", ours, theirs, dtype=np.int64)
        unlikeness[start : start + len(some)] = -product
    return unlikeness


def _coarse(greys: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Greys (n, side, side) → means of blocks, of one mean and length: int32 (n, 8, 8)."""
    block_px = greys.shape[-1] // _SIDE
    blocks = greys.reshape(len(greys), _SIDE, block_px, _SIDE, block_px)
    sums = blocks.sum(axis=(2, 4), dtype=np.int64)
    centred = sums * _SIDE**2 - sums.sum(axis=(1, 2), keepdims=True)
    length = np.sqrt((centred * centred).sum(axis=(1, 2), keepdims=True).astype(np.float64))
    coarse: NDArray[np.int32] = np.rint(centred * (_LENGTH / np.maximum(length, 1))).astype(
        np.int32
    )
    return coarse
