"""Series of look-alikes: pairs that cheap evidence shows to be two photos.

Frames of a time-lapse, pages of one form, X-rays of one kind: each is within reach of hundreds of
others, and small pictures do not tell what moved between two frames from what was retouched in a
copy. One photo has few edited copies of its own size, a series has many frames. So where a photo
has more than a few neighbours of one size that all differ from it, it is taken for one of a
series, and of the pairs between photos of a series only those are looked at that differ by no
more than an encoding explains. A copy hidden among the frames is one of these.

Of some series only parts meet, as pages do that are filled in otherwise. A photo that shows a part
of another one has seldom the size of that one, so there the same holds. A smaller copy of a frame
shows no part of the other frames either: it stands for its own.

The evidence: each picture is brought to one mean and contrast, and what is as large as a fifth of
it is taken away, so that another light makes no difference. What is left is compared pixel by
pixel, less strictly along edges, where resampling leaves its traces. Which pairs are looked at
depends on the contents at hand and on nothing else.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent, pair_keys
from dupefinder.core.confirm.smoothing import Floats
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails, first_by_digest, laid_by_rank
from dupefinder.core.matching.small_pictures import turned

_SIDE_PX = 48
_SURROUNDINGS_PX = 13
_ALONG_EDGES = 0.15
"""Levels by which two encodings may differ for each level of slope."""
_COMPARED_AT_ONCE = 32
"""Pairs whose differences stay in a core's cache."""
_EDGE_KERNEL = np.ones((3, 3), np.uint8)


class CoarsePictures:
    """Pictures, prepared once for all that they are compared with.

    Attributes:
        details: float32 (n, side, side), of contrast 1.
        slopes: float32 (n, side, side), largest slope around each pixel, of the same contrast.
        contrasts: float32 (n,), standard deviation of the picture in grey levels.
    """

    def __init__(self, greys: NDArray[np.uint8]) -> None:
        """Prepare pictures.

        Args:
            greys: uint8 (n, side, side).
        """
        count = len(greys)
        self.details = np.empty((count, _SIDE_PX, _SIDE_PX), np.float32)
        self.slopes = np.empty_like(self.details)
        self.contrasts = np.empty(count, np.float32)
        for index, grey in enumerate(greys):
            small = cv2.resize(
                grey.astype(np.float32), (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA
            )
            mean, deviation = cv2.meanStdDev(small)
            contrast = max(float(deviation[0, 0]), 1.0)
            small = (small - np.float32(mean[0, 0])) * np.float32(1 / contrast)
            size_px = (_SURROUNDINGS_PX, _SURROUNDINGS_PX)
            around = cv2.boxFilter(small, cv2.CV_32F, size_px, borderType=cv2.BORDER_REFLECT)
            across, down = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
            slope = cv2.magnitude(across, down) * np.float32(0.125)
            self.details[index] = small - around
            self.slopes[index] = cv2.dilate(slope, _EDGE_KERNEL)
            self.contrasts[index] = contrast

    def unlikeness(
        self, one: NDArray[np.int64], other: NDArray[np.int64], turned: "CoarsePictures"
    ) -> tuple[Floats, Floats]:
        """Compare pairs of pictures.

        Args:
            one: int64 (m,), places of the pictures.
            other: int64 (m,), places of those in `turned` that they are compared with.
            turned: Pictures that lie on these.

        Returns:
            float32 (m,) twice: the largest difference of pixels, in levels that an encoding may
            explain, and that of the means of four, in grey levels.
        """
        of_pixels, of_means = np.empty((2, len(one)), np.float32)
        for start in range(0, len(one), _COMPARED_AT_ONCE):
            ours, theirs = (
                one[start : start + _COMPARED_AT_ONCE],
                other[start : start + _COMPARED_AT_ONCE],
            )
            apart = self.details[ours]
            apart -= turned.details[theirs]
            slopes = self.slopes[ours]
            slopes += turned.slopes[theirs]
            contrasts = (self.contrasts[ours] + turned.contrasts[theirs]) * np.float32(0.5)
            part = slice(start, start + len(ours))
            sums = apart[:, ::2] + apart[:, 1::2]
            means = np.abs(sums[:, :, ::2] + sums[:, :, 1::2]).reshape(len(ours), -1)
            of_means[part] = means.max(axis=1) * contrasts * np.float32(0.25)
            slopes *= np.float32(_ALONG_EDGES)
            slopes += (1 / contrasts)[:, None, None]
            np.abs(apart, out=apart)
            apart /= slopes
            of_pixels[part] = apart.reshape(len(ours), -1).max(axis=1)
        return of_pixels, of_means


MOST_EDITED_COPIES = 12
"""Photos of one size that differ from a photo and are no sign of a series. Of the development
photos, of which some have 16 edited copies, none has more than 9 such neighbours."""

_MOST_UNLIKENESS = 1.5
"""Of 4,000 pairs of a time-lapse's frames 6 differ by less, of 40 hidden copies all."""
_MOST_UNLIKENESS_COARSE = 4.0
_SURELY_ALIKE, _SURELY_ALIKE_LEVELS = 0.6, 0.5
_STANDS_OUT = 0.6
"""Share of its usual unlikeness within which a copy is to be."""
_COPIES_BESIDE = 3
"""So many nearest neighbours may be copies: the next one tells what is usual."""
_COARSE_QUALITY = 50
_SMALL_PX = 200
"""Copies of fewer pixels a side, and those of coarser tables, keep less of what they show."""
_MOST_PAIRS_AT_ONCE, _MOST_PHOTOS_AT_ONCE = 1 << 17, 2048
"""Each photo is prepared once for all pairs of a block."""

Indices = NDArray[np.int64]


def tell_apart(
    found: Sequence[Pairs], twins: EqualThumbnails, catalog: Catalog
) -> list[NDArray[np.bool_]]:
    """Find series, and the pairs within them that show two photos.

    Args:
        found: Pairs of whole pictures at hand, the nearest of every photo, and then pairs of which
            views met, of one kind or several.
        twins: Of all contents.
        catalog: Where greys and facts are.

    Returns:
        bool (n,) for each block of pairs, True for those of two photos of one series.
    """
    whole, views = found[0], np.concatenate((found[0][:0], *found[1:]))
    of_whole, of_views = _crowded(whole, views)
    some, others = whole[of_whole], views[of_views]
    crowd = distinct(np.concatenate([pairs[end] for pairs in (some, others) for end in "ab"]))
    contents = first_by_digest(catalog, twins, crowd)
    sizes = _sizes(contents, crowd)
    limits = np.array([_most_unlikeness(contents[one]) for one in crowd.tolist()])
    a, b = _places(some, crowd)
    unlikeness, means = _unlikeness(some, twins, catalog)
    differ = unlikeness > np.maximum(limits[a], limits[b])
    view_a, view_b = _places(others, crowd)
    is_page = (sizes[view_a] == sizes[view_b]) & ~np.isin(pair_keys(others), pair_keys(some))
    is_page &= _is_first(pair_keys(others))
    is_frame = _has_many(
        np.concatenate((a[differ], view_a[is_page])),
        np.concatenate((b[differ], view_b[is_page])),
        sizes,
    )
    # Among hundreds of frames some are as near to one another as an encoding explains; but what the
    # encoding did is gone from the means of some pixels, and by these a copy is nearest to its own.
    near_means = np.where(unlikeness <= _MOST_UNLIKENESS_COARSE, means, np.inf)
    is_copy = _stand_out(a, b, near_means, sizes[a] != sizes[b])
    is_copy |= (unlikeness <= _SURELY_ALIKE) & (means <= _SURELY_ALIKE_LEVELS)
    differ |= ~is_copy
    is_whole_apart = np.zeros(len(whole), np.bool_)
    is_whole_apart[of_whole] = differ & is_frame[a] & is_frame[b]
    is_view_apart = np.zeros(len(views), np.bool_)
    is_of_series = is_frame.copy()
    for one, other in ((a, b), (b, a)):
        is_of_series[one[~differ & is_frame[other]]] = True
    is_view_apart[of_views] = is_of_series[view_a] & is_of_series[view_b]
    # Two that are near as wholes are looked at as such, and then their views are, too.
    is_view_apart &= ~np.isin(pair_keys(views), pair_keys(whole[~is_whole_apart]))
    ends = np.cumsum([len(pairs) for pairs in found[1:]])
    return [is_whole_apart, *np.split(is_view_apart, ends)[: len(found) - 1]]


def _crowded(whole: Pairs, views: Pairs) -> tuple[Indices, Indices]:
    """Places of the pairs of which both photos have more neighbours than copies."""
    keys = distinct(np.concatenate((pair_keys(whole), pair_keys(views))))
    ends, counts = np.unique(np.concatenate((keys >> 32, keys & 0xFFFFFFFF)), return_counts=True)
    crowd = ends[counts > MOST_EDITED_COPIES]
    of_whole, of_views = (
        np.flatnonzero(np.isin(pairs["a"], crowd) & np.isin(pairs["b"], crowd))
        for pairs in (whole, views)
    )
    return of_whole, of_views


def _is_first(keys: Indices) -> NDArray[np.bool_]:
    """Tell, bool (n,), which keys were not there before: parts may meet upright and turned."""
    is_first = np.zeros(len(keys), np.bool_)
    is_first[np.unique(keys, return_index=True)[1]] = True
    return is_first


def _places(pairs: Pairs, ids: Indices) -> tuple[Indices, Indices]:
    return np.searchsorted(ids, pairs["a"]), np.searchsorted(ids, pairs["b"])


def _most_unlikeness(content: StoredContent) -> float:
    facts = content.facts
    is_coarse = facts.quality is not None and facts.quality < _COARSE_QUALITY
    if is_coarse or min(facts.width_px, facts.height_px) < _SMALL_PX:
        return _MOST_UNLIKENESS_COARSE
    return _MOST_UNLIKENESS


def _sizes(contents: dict[int, StoredContent], ids: Indices) -> Indices:
    """Number the sizes of photos, int64 (n,): equal for equal width and height."""
    sides = [(contents[one].facts.width_px, contents[one].facts.height_px) for one in ids.tolist()]
    rows = np.array(sides, np.int64).reshape(-1, 2)
    numbers: Indices = np.unique(rows, axis=0, return_inverse=True)[1]
    return numbers.reshape(-1)


def _has_many(a: Indices, b: Indices, sizes: Indices) -> NDArray[np.bool_]:
    """Tell, bool (n,), which photos differ from more neighbours of one size than copies would.

    Args:
        a: int64 (m,), places of the one photo of each pair that differs.
        b: The same of the other.
        sizes: int64 (n,), the size of every photo, numbered.
    """
    kinds = int(sizes.max(initial=0)) + 1
    keys = np.concatenate((a * kinds + sizes[b], b * kinds + sizes[a]))
    found, counts = np.unique(keys, return_counts=True)
    many = np.zeros(len(sizes), np.bool_)
    many[found[counts > MOST_EDITED_COPIES] // kinds] = True
    return many


def _stand_out(
    a: Indices, b: Indices, unlikeness: NDArray[np.float32], is_resized: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell, bool (m,), which pairs are much nearer than is usual, or each other's nearest.

    A frame may have another one that is as near as its smaller copy; the copy has not.

    Args:
        a: int64 (m,), places of the one photo of each pair.
        b: The same of the other.
        unlikeness: float32 (m,), of the pairs.
        is_resized: bool (m,), of which the two have not one size: the nearest of one is enough.
    """
    ends, values = np.concatenate((a, b)), np.tile(unlikeness, 2)
    count = int(ends.max(initial=-1)) + 1
    order = np.lexsort((values, ends))
    starts = np.searchsorted(ends[order], np.arange(count))
    least, usual = np.full((2, count), np.inf, np.float32)
    for nth, found in ((starts, least), (starts + _COPIES_BESIDE, usual)):
        inside = np.flatnonzero(nth < len(order))
        inside = inside[ends[order][nth[inside]] == inside]
        found[inside] = values[order][nth[inside]]
    least_of_one = np.maximum(least[a], least[b])
    limit = np.where(is_resized, least_of_one, np.minimum(least[a], least[b]))
    is_nearest: NDArray[np.bool_] = np.isfinite(unlikeness) & (unlikeness <= limit)
    return is_nearest | (unlikeness <= _STANDS_OUT * np.minimum(usual[a], usual[b]))


def _unlikeness(pairs: Pairs, twins: EqualThumbnails, catalog: Catalog) -> tuple[Floats, Floats]:
    """Compare the small pictures of pairs as they lie on each other; see `CoarsePictures`."""
    of_pixels, of_means = np.empty((2, len(pairs)), np.float32)
    for places, ids in _blocks(pairs):
        some = pairs[places]
        greys = catalog.greys(ids)
        upright = CoarsePictures(greys)
        still, moved, turns = laid_by_rank(some, twins)
        for turn in np.unique(turns).tolist():
            chosen = turns == turn
            at_still, at_moved = (np.searchsorted(ids, end[chosen]) for end in (still, moved))
            others = upright
            if turn:
                lying, at_moved = np.unique(at_moved, return_inverse=True)
                others = CoarsePictures(turned(greys[lying], np.full(len(lying), turn)))
            found = upright.unlikeness(at_still, at_moved, others)
            of_pixels[places[chosen]], of_means[places[chosen]] = found
    return of_pixels, of_means


def _blocks(pairs: Pairs) -> Iterator[tuple[Indices, Indices]]:
    """Yield places of pairs that share most of their photos, and the photos, ascending."""
    waiting = np.lexsort((pairs["b"], pairs["a"]))
    while len(waiting):
        places = waiting[:_MOST_PAIRS_AT_ONCE]
        while len(ids := _ends(pairs[places])) > _MOST_PHOTOS_AT_ONCE:
            places = places[: len(places) // 2]
        yield places, ids
        waiting = waiting[len(places) :]


def _ends(pairs: Pairs) -> Indices:
    return distinct(np.concatenate((pairs["a"], pairs["b"])))
