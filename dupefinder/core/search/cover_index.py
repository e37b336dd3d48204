"""The fingerprints of covers in memory, searched for one photo after another.

They are ordered by the proportions of the photos, so that those that fit a query are a run.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree.hamming import UFUNC_BUFFER_ITEMS, BlockScanner
from dupefinder.core.fingerprint import inverse
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
from dupefinder.core.matching.cover_candidates import (
    CoverPhotos,
    fitting_aspects,
    is_cut_as,
    view_distance,
    widest_bits,
)
from dupefinder.core.matching.small_pictures import SWAPS_SIDES
from dupefinder.core.records import Orientation

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NearCovers:
    """m contents that may be covers of a query, or photos that it may be a cover of.

    Attributes:
        index: int64 (m,), their positions.
        view: int64 (m,), their matching views.
        query_view: int64 (m,), the matching views of the query.
        turn: `Orientation`, the turn that lays the query on them.
        distance_bits: int64 (m,), scaled to the bits of views.
    """

    index: Indices
    view: Indices
    query_view: Indices
    turn: Orientation
    distance_bits: Indices


@dataclass(frozen=True, slots=True)
class _Side:
    """Photos that may be covers, or have windows, ordered by proportions."""

    index: Indices
    aspects: NDArray[np.float64]


class CoverIndex:
    """Index of the fingerprints of covers. For one query at a time."""

    def __init__(self, photos: CoverPhotos) -> None:
        """Order the fingerprints; those of `photos` are not kept."""
        order = np.argsort(photos.whole_aspects, kind="stable")
        self._photos = _Side(order, photos.whole_aspects[order])
        self._windows = [
            np.ascontiguousarray(photos.words[order, FIRST_WINDOW + first : FIRST_WINDOW + last, 0])
            for width in (0, WINDOWS)
            for first, last in ((width + begin, width + end) for begin, end in BLOCKS)
        ]
        framed = np.flatnonzero(photos.is_framed)
        aspects = np.concatenate((photos.whole_aspects, photos.inner_aspects[framed]))
        order = np.argsort(aspects, kind="stable")
        self._goals = _Side(
            np.concatenate((np.arange(len(photos.words)), framed))[order], aspects[order]
        )
        self._goal_view = np.where(order < len(photos.words), WHOLE, INNER)
        self._goal_words = np.concatenate(
            (
                photos.words[:, WHOLE_PICTURE : WHOLE_PICTURE + 2, 0],
                photos.words[framed, INNER_PICTURE : INNER_PICTURE + 2, 0],
            )
        )[order]

    def near(
        self, query: CoverPhotos, orientation: Orientation, radius: int, context: JobContext
    ) -> Iterator[NearCovers]:
        """Find photos that may be covers of a photo, and those it may be a cover of.

        Args:
            query: Covers of one photo, the query.
            orientation: The turn of the covers.
            radius: In bits between views.
            context: Cancel.
        """
        before = np.setbufsize(UFUNC_BUFFER_ITEMS)
        try:
            yield from self._photos_of(query, orientation, radius, context)
            yield from self._covers_of(query, orientation, radius, context)
        finally:
            np.setbufsize(before)

    def _photos_of(
        self, query: CoverPhotos, orientation: Orientation, radius: int, context: JobContext
    ) -> Iterator[NearCovers]:
        sign = -1.0 if orientation in SWAPS_SIDES else 1.0
        pictures = [(WHOLE, WHOLE_PICTURE, float(query.whole_aspects[0]))]
        if query.is_framed[0]:
            pictures.append((INNER, INNER_PICTURE, float(query.inner_aspects[0])))
        scanner = BlockScanner(1, context.checkpoint)
        for query_view, first_word, upright_aspect in pictures:
            words = query.words[:, first_word : first_word + 2, 0]
            turned = turned_covers(words)[0, orientation]
            aspect = sign * upright_aspect
            for number, windows in enumerate(self._windows):
                width, block = divmod(number, len(BLOCKS))
                share = float(np.log(SHARES[block]))
                # A pair fits the other way round with the inverse quotient.
                least, most = fitting_aspects(aspect, aspect, share, 1 - width)
                start, stop = np.searchsorted(self._photos.aspects, (least, most)).tolist()
                rows = np.ascontiguousarray(turned[width].reshape(1, 1))
                columns = windows[start:stop].reshape(1, -1)
                for _, item, bits in scanner.scan(rows, columns, widest_bits(radius)):
                    place, window = np.divmod(item, windows.shape[1])
                    place += start
                    wanted = is_cut_as(self._photos.aspects[place], aspect, share, width)
                    place, window = place[wanted], window[wanted]
                    yield NearCovers(
                        self._photos.index[place],
                        window + FIRST_COVER + width * WINDOWS + BLOCKS[block][0],
                        np.full_like(place, query_view),
                        orientation,
                        view_distance(bits[wanted]),
                    )

    def _covers_of(
        self, query: CoverPhotos, orientation: Orientation, radius: int, context: JobContext
    ) -> Iterator[NearCovers]:
        swaps = orientation in SWAPS_SIDES
        aspect = float(query.whole_aspects[0])
        scanner = BlockScanner(1, context.checkpoint)
        for width in (0, 1):
            for block, (first, last) in enumerate(BLOCKS):
                share = float(np.log(SHARES[block]))
                least, most = fitting_aspects(aspect, aspect, share, width)
                if swaps:
                    least, most = -most, -least
                start, stop = np.searchsorted(self._goals.aspects, (least, most)).tolist()
                turned = turned_covers(self._goal_words[start:stop])[:, orientation, width]
                begin = FIRST_WINDOW + width * WINDOWS
                rows = np.ascontiguousarray(query.words[:, begin + first : begin + last, 0])
                columns = np.ascontiguousarray(turned[None])
                for window, item, bits in scanner.scan(rows, columns, widest_bits(radius)):
                    place = item + start
                    aspects = self._goals.aspects[place] * (-1.0 if swaps else 1.0)
                    wanted = is_cut_as(aspect, aspects, share, width)
                    place = place[wanted]
                    yield NearCovers(
                        self._goals.index[place],
                        self._goal_view[place],
                        window[wanted] + FIRST_COVER + width * WINDOWS + first,
                        inverse(orientation),
                        view_distance(bits[wanted]),
                    )
