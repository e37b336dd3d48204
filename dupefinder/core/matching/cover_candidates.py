"""Candidate pairs of covers: one photo may be the other, cut along one side.

Only pictures with fitting proportions are compared: a window keeps one side whole, so the share
that it keeps of the other is the quotient of the two proportions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree import BKTree, few_points
from dupefinder.core.bktree.hamming import UFUNC_BUFFER_ITEMS, BlockScanner, PairBlock
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
"""Tolerance of the share that two proportions leave around that of a window, as a logarithm."""
_LEAST_CUT = 0.03
"""The least cut, as a logarithm; pictures that keep more are found as whole pictures."""
_BUCKET = 0.2
"""The most by which the proportions of covers searched at once differ, as a logarithm."""
_LEAST_INDEXED = 1_000
"""Number of windows or covers below which comparing costs less than an index."""
_COVER_BITS, _VIEW_BITS = 11, 10
"""Equivalent distances: bits between covers, and bits between views."""
_WINDOW_SHARES = np.repeat(np.log(SHARES), [last - first for first, last in BLOCKS])
"""Logarithm of the share that each window of one direction keeps."""
_SWAPPED = np.isin(np.arange(len(Orientation)), list(SWAPS_SIDES))

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CoverPhotos:
    """Photos to search.

    Attributes:
        words: uint64 (n, FIRST_WINDOW + 2 * WINDOWS, 1), as `cover_words` makes them.
        whole_aspects: float64 (n,), logarithms of width by height of the whole pictures.
        inner_aspects: The same of the inner pictures.
        is_framed: bool (n,), True for photos with an inner picture of their own.
    """

    words: Words
    whole_aspects: NDArray[np.float64]
    inner_aspects: NDArray[np.float64]
    is_framed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FoundCovers:
    """m pairs of a photo and its possible cover.

    Attributes:
        photo: int64 (m,), positions of the photos.
        view: int64 (m,), the matching views of the photos.
        cover: int64 (m,), positions of the covers.
        cover_view: int64 (m,), `WHOLE` or `INNER`.
        turn: int64 (m,), the turn that lays the cover on the photo.
        distance_bits: int64 (m,), scaled to the bits of views.
    """

    photo: Indices
    view: Indices
    cover: Indices
    cover_view: Indices
    turn: Indices
    distance_bits: Indices


@dataclass(frozen=True, slots=True)
class _Goals:
    """Possible covers, in every turn, ordered by their proportions."""

    cover: Indices
    cover_view: Indices
    turn: Indices
    aspects: NDArray[np.float64]
    words: Words

    def of_like_proportions(self) -> Iterator["_Goals"]:
        """Runs of possible covers with similar proportions."""
        ends = np.flatnonzero(np.diff(np.floor(self.aspects / _BUCKET))) + 1
        for start, stop in pairwise([0, *ends.tolist(), len(self.aspects)]):
            if start < stop:
                run = slice(start, stop)
                yield _Goals(
                    self.cover[run],
                    self.cover_view[run],
                    self.turn[run],
                    self.aspects[run],
                    self.words[run],
                )


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
        asked: bool (n,), True for photos to search in.
        turns: Orientations of the covers to search, `Orientation`.
        radius: In bits between views.
        context: The job; one phase of it.
        threads: Number of threads.
    """
    searches = list(_searches(photos, queried, _goals_of(photos, asked, turns)))
    context.start_phase(
        "match", sum(max(search.window_count, len(search.goals.cover)) for search in searches)
    )
    for search in searches:
        yield from _covers_of(photos, search, radius, context, threads)
    context.finish_phase()


@dataclass(frozen=True, slots=True)
class _Search:
    """Possible covers of similar proportions, and the photos that they may have been cut from.

    Attributes:
        goals: The possible covers.
        width: 1 for windows of the whole width, 0 for those of the whole height.
        fitting: int64, positions of the fitting photos at each share.
    """

    goals: _Goals
    width: int
    fitting: list[Indices]

    @property
    def window_count(self) -> int:
        """Number of windows of the fitting photos."""
        blocks = zip(self.fitting, BLOCKS, strict=True)
        return sum(len(fitting) * (last - first) for fitting, (first, last) in blocks)


def _searches(photos: CoverPhotos, queried: Indices, goals: _Goals) -> Iterator[_Search]:
    """Combine covers and photos with fitting proportions."""
    order = queried[np.argsort(photos.whole_aspects[queried], kind="stable")]
    aspects = photos.whole_aspects[order]
    for some in goals.of_like_proportions():
        least, most = float(some.aspects[0]), float(some.aspects[-1])
        for width in (0, 1):
            fitting = []
            for share in np.log(SHARES).tolist():
                # A pair fits the other way round with the inverse quotient.
                ends = fitting_aspects(least, most, share, 1 - width)
                start, stop = np.searchsorted(aspects, ends).tolist()
                fitting.append(order[start:stop])
            search = _Search(some, width, fitting)
            if search.window_count:
                yield search


def _covers_of(
    photos: CoverPhotos, search: _Search, radius: int, context: JobContext, threads: int
) -> Iterator[FoundCovers]:
    """Search the windows of photos among their possible covers."""
    goals, first_window = search.goals, search.width * WINDOWS
    blocks = list(zip(search.fitting, BLOCKS, strict=True))
    photo = np.concatenate([np.repeat(some, last - first) for some, (first, last) in blocks])
    place = np.concatenate([np.tile(np.arange(*block), len(some)) for some, block in blocks])
    # Runs of windows are gathered faster than single ones.
    begin = FIRST_WINDOW + first_window
    windows = np.concatenate(
        [
            photos.words[some, begin + first : begin + last].reshape(-1, 1)
            for some, (first, last) in blocks
        ]
    )
    covers = np.ascontiguousarray(goals.words[:, search.width, None])
    for query, goal, bits in _near(windows, covers, widest_bits(radius), context, threads):
        wanted = goals.cover[goal] != photo[query]
        aspects, share = photos.whole_aspects[photo[query]], _WINDOW_SHARES[place[query]]
        wanted &= is_cut_as(aspects, goals.aspects[goal], share, search.width)
        query, goal = query[wanted], goal[wanted]
        yield FoundCovers(
            photo[query],
            place[query] + first_window + FIRST_COVER,
            goals.cover[goal],
            goals.cover_view[goal],
            goals.turn[goal],
            view_distance(bits[wanted]),
        )


def _near(
    windows: Words, covers: Words, bits: int, context: JobContext, threads: int
) -> Iterator[PairBlock]:
    """Find near windows and covers; the fewer are indexed, or just compared if they are few."""
    fewer, more = sorted((len(windows), len(covers)))
    if fewer < _LEAST_INDEXED and not few_points.pays(fewer, more, bits):
        before = np.setbufsize(UFUNC_BUFFER_ITEMS)
        try:
            scanner = BlockScanner(1, context.checkpoint)
            found = list(scanner.scan(windows.T, covers.T, bits))
        finally:
            np.setbufsize(before)
        yield from found
        context.advance(max(len(windows), len(covers)))
    elif len(windows) >= len(covers):
        yield from BKTree(covers).neighbours(windows, bits, context, threads)
    else:
        for cover, window, distance in BKTree(windows).neighbours(covers, bits, context, threads):
            yield window, cover, distance


def fitting_aspects(least: float, most: float, share: float, width: int) -> tuple[float, float]:
    """The range of the proportions of the covers of some photos.

    Args:
        least: Logarithm of the least proportions of the photos.
        most: The same for the greatest.
        share: Logarithm of the share that windows keep.
        width: 1 for windows of the whole width, 0 for those of the whole height.
    """
    shift = -share if width else share
    return least + shift - _FITS, most + shift + _FITS


def is_cut_as(
    photos: NDArray[np.float64] | float,
    covers: NDArray[np.float64] | float,
    share: NDArray[np.float64] | float,
    width: int,
) -> NDArray[np.bool_]:
    """True for covers that a window leaves of photos, by the logarithms of proportions, bool (m,).

    The other arguments are as in `fitting_aspects`.
    """
    cut = np.subtract(covers, photos) if width else np.subtract(photos, covers)
    return np.asarray((cut >= _LEAST_CUT) & (np.abs(cut + share) <= _FITS))


def widest_bits(radius: int) -> int:
    """The distance between covers that is equivalent to `radius` between views."""
    return radius * _COVER_BITS // _VIEW_BITS


def view_distance(cover_bits: NDArray[np.integer]) -> Indices:
    """Convert distances between covers to equivalent ones between views, int64 (m,)."""
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
