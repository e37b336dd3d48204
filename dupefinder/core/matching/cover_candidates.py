"""Fingerprints of covers → which photos may show what is left of one another, cut at one side.

Only pictures whose proportions fit are compared: a window keeps one side whole, so how much of
the other it keeps is the quotient of the two proportions.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree.hamming import UFUNC_BUFFER_ITEMS, BlockScanner
from dupefinder.core.fingerprint import Words
from dupefinder.core.fingerprint.covers import (
    BLOCKS,
    FIRST_COVER,
    FIRST_WINDOW,
    INNER_PICTURE,
    SHARES,
    WHOLE_PICTURE,
    WINDOWS,
    turned_covers,
)
from dupefinder.core.fingerprint.views import INNER, WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.matching.small_pictures import SWAPS_SIDES
from dupefinder.core.records import Orientation

_FITS = 0.115
"""Logarithm of how much more or less than a window's share two proportions may leave."""
_LEAST_CUT = 0.03
"""The same of how much is cut at least; what keeps more is found as a whole picture."""
_BUCKET = 0.1
"""The same of how much the proportions of photos that are searched at once may differ."""
_COVER_BITS, _VIEW_BITS = 11, 10
"""So many bits between covers tell as much as so many between views."""
_PHOTOS_AT_ONCE = 4096
_SWAPPED = np.isin(np.arange(len(Orientation)), list(SWAPS_SIDES))

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CoverPhotos:
    """Photos to search.

    Attributes:
        words: uint64 (n, FIRST_WINDOW + 2 * WINDOWS, 1), as `cover_words` makes them.
        whole_aspects: float64 (n,), logarithms of width by height of the whole pictures.
        inner_aspects: The same of the inner pictures.
        is_framed: bool (n,), which have an inner picture of their own.
    """

    words: Words
    whole_aspects: NDArray[np.float64]
    inner_aspects: NDArray[np.float64]
    is_framed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FoundCovers:
    """m pairs of a photo and what may be its cover.

    Attributes:
        photo: int64 (m,), positions of the photos.
        view: int64 (m,), the views of the photos that met.
        cover: int64 (m,), positions of the covers.
        cover_view: int64 (m,), `WHOLE` or `INNER`.
        turn: int64 (m,), how the cover has to be turned to lie on the photo.
        distance_bits: int64 (m,), as what they come to between views.
    """

    photo: Indices
    view: Indices
    cover: Indices
    cover_view: Indices
    turn: Indices
    distance_bits: Indices


@dataclass(frozen=True, slots=True)
class _Goals:
    """Pictures that may be covers, in every turn, ordered by their proportions."""

    cover: Indices
    cover_view: Indices
    turn: Indices
    aspects: NDArray[np.float64]
    words: Words


def find_covers(
    photos: CoverPhotos,
    queried: Indices,
    asked: NDArray[np.bool_],
    turns: Indices,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[FoundCovers]:
    """Search the windows of some photos among the whole and inner pictures of others.

    Args:
        photos: All of them.
        queried: Positions of those whose windows are searched.
        asked: bool (n,), which are searched in.
        turns: Orientations of the covers to search, `Orientation`.
        radius: In bits between views.
        context: Advanced by one for every photo queried.
        threads: Number of threads.
    """
    goals = _goals_of(photos, asked, turns)
    pieces = _pieces(photos, queried)

    def search(some: Indices) -> list[FoundCovers]:
        before = np.setbufsize(UFUNC_BUFFER_ITEMS)
        try:
            scanner = BlockScanner(1, context.checkpoint)
            return list(_covers_of(photos, some, goals, radius, scanner))
        finally:
            np.setbufsize(before)

    with ThreadPoolExecutor(min(threads, max(len(pieces), 1))) as executor:
        for some, found in zip(pieces, executor.map(search, pieces), strict=True):
            yield from found
            context.advance(len(some))


def _pieces(photos: CoverPhotos, queried: Indices) -> list[Indices]:
    """Photos in runs of like proportions."""
    order = queried[np.argsort(photos.whole_aspects[queried], kind="stable")]
    buckets = np.floor(photos.whole_aspects[order] / _BUCKET).astype(np.int64)
    ends = np.flatnonzero(np.diff(buckets)) + 1
    return [
        some[start : start + _PHOTOS_AT_ONCE]
        for some in np.split(order, ends)
        for start in range(0, len(some), _PHOTOS_AT_ONCE)
    ]


def _covers_of(
    photos: CoverPhotos, some: Indices, goals: _Goals, radius: int, scanner: BlockScanner
) -> Iterator[FoundCovers]:
    """Compare the windows of photos of like proportions with what may be their covers."""
    aspects = photos.whole_aspects[some]
    least, most = float(aspects[0]), float(aspects[-1])
    for width in (0, 1):
        for share, (first, last) in zip(np.log(SHARES).tolist(), BLOCKS, strict=True):
            fitting = fitting_aspects(least, most, share, width)
            start, stop = np.searchsorted(goals.aspects, fitting, side="left").tolist()
            if start == stop:
                continue
            begin = width * WINDOWS + first
            words = photos.words[
                some, FIRST_WINDOW + begin : FIRST_WINDOW + width * WINDOWS + last, 0
            ]
            rows = np.ascontiguousarray(words.reshape(1, -1))
            columns = np.ascontiguousarray(goals.words[None, start:stop, width])
            for row, item, near_bits in scanner.scan(rows, columns, widest_bits(radius)):
                photo, goal = some[row // (last - first)], item + start
                wanted = goals.cover[goal] != photo
                wanted &= is_cut_as(photos.whole_aspects[photo], goals.aspects[goal], share, width)
                photo, goal = photo[wanted], goal[wanted]
                yield FoundCovers(
                    photo,
                    (row % (last - first))[wanted] + FIRST_COVER + begin,
                    goals.cover[goal],
                    goals.cover_view[goal],
                    goals.turn[goal],
                    view_distance(near_bits[wanted]),
                )


def fitting_aspects(least: float, most: float, share: float, width: int) -> tuple[float, float]:
    """Between which proportions the covers of some photos lie.

    Args:
        least: Logarithm of the least proportions of the photos.
        most: The same of the most.
        share: Logarithm of the share that windows keep.
        width: 1 for windows of the whole width, 0 for those of the whole height.
    """
    shift = -share if width else share
    return least + shift - _FITS, most + shift + _FITS


def is_cut_as(
    photos: NDArray[np.float64] | float,
    covers: NDArray[np.float64] | float,
    share: float,
    width: int,
) -> NDArray[np.bool_]:
    """Tell, bool (m,), which covers a window leaves of photos, by the logarithms of proportions.

    The other arguments are as in `fitting_aspects`.
    """
    cut = np.subtract(covers, photos) if width else np.subtract(photos, covers)
    return np.asarray((cut >= _LEAST_CUT) & (np.abs(cut + share) <= _FITS))


def widest_bits(radius: int) -> int:
    """The distance between covers that tells as much as one of `radius` between views."""
    return radius * _COVER_BITS // _VIEW_BITS


def view_distance(cover_bits: NDArray[np.integer]) -> Indices:
    """Convert distances between covers to those between views that tell as much, int64 (m,)."""
    bits: Indices = -(-cover_bits.astype(np.int64) * _VIEW_BITS // _COVER_BITS)
    return bits


def _goals_of(photos: CoverPhotos, asked: NDArray[np.bool_], turns: Indices) -> _Goals:
    wholes, inners = np.flatnonzero(asked), np.flatnonzero(asked & photos.is_framed)
    cover = np.concatenate((wholes, inners))
    view = np.concatenate((np.full(len(wholes), WHOLE), np.full(len(inners), INNER)))
    words = np.concatenate(
        (
            photos.words[wholes, WHOLE_PICTURE : WHOLE_PICTURE + 2, 0],
            photos.words[inners, INNER_PICTURE : INNER_PICTURE + 2, 0],
        )
    )
    aspects = np.concatenate((photos.whole_aspects[wholes], photos.inner_aspects[inners]))
    turned = turned_covers(words)[:, turns].reshape(-1, 2)
    signs = np.where(_SWAPPED[turns], -1.0, 1.0)
    turned_aspects = (aspects[:, None] * signs).ravel()
    order = np.argsort(turned_aspects, kind="stable")
    each = len(turns)
    return _Goals(
        cover[order // each],
        view[order // each],
        turns[order % each],
        turned_aspects[order],
        turned[order],
    )
