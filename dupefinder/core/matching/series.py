"""Series of look-alikes: pairs that cheap evidence shows to be two photos.

Frames of a time-lapse, pages of one form, X-rays of one kind: each is within the radius of hundreds
of others, and small pictures cannot distinguish movement between two frames from retouching of a
copy. A photo has few edited copies of its own size, a series has many frames. So a photo with more
than a few neighbours of one size that all differ from it counts as one of a series, and of the
pairs between photos of a series only those are verified that differ by no more than an encoding
explains. A copy hidden among the frames is one of these.

In some series only parts match, for example in pages of a form that are filled in differently. A
photo that shows a part of another one seldom has the size of that one, so the same holds there. A
smaller copy of a frame shows no part of the other frames either; its own frame stands for it.

The evidence: each picture is normalised to one mean and contrast, and structures as large as a
fifth of it are removed, so that different light makes no difference. The rest is compared pixel by
pixel, less strictly along edges, where resampling leaves its traces. The choice of pairs depends
on the present contents and on nothing else.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent, pair_keys
from dupefinder.core.confirm.smoothing import Floats
from dupefinder.core.id_sets import distinct
from dupefinder.core.matching.equal_thumbnails import (
    EqualThumbnails,
    first_by_digest,
    oriented_by_rank,
)
from dupefinder.core.matching.small_pictures import turned

_SIDE_PX = 48
_SURROUNDINGS_PX = 13
_ALONG_EDGES = 0.15
"""Grey levels by which two encodings may differ for each level of slope."""
_COMPARED_AT_ONCE = 32
"""Number of pairs whose differences fit into a core's cache."""
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
            other: int64 (m,), places in `turned` of their counterparts.
            turned: Pictures turned to lie on these.

        Returns:
            float32 (m,) twice: the largest difference of pixels, as a multiple of what an encoding
            may explain, and the largest difference of the means of four, in grey levels.
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
"""Most neighbours of one size that differ from a photo without being a series. None of the
development photos, of which some have 16 edited copies, has more than 9."""

_MOST_UNLIKENESS = 1.5
"""Greatest unlikeness that an encoding explains: less in 6 of 4,000 pairs of a time-lapse's frames,
and in all of 40 hidden copies."""
_MOST_UNLIKENESS_COARSE = 4.0
_SURELY_ALIKE, _SURELY_ALIKE_LEVELS = 0.6, 0.5
_STANDS_OUT = 0.6
"""Greatest unlikeness of a copy, as a share of the usual one of its photo."""
_COPIES_BESIDE = 3
"""Number of nearest neighbours that may be copies; the next one gives the usual unlikeness."""
_COARSE_QUALITY = 50
_SMALL_PX = 200
"""Least side in pixels; smaller copies, and those of coarser tables, keep less detail."""
_MOST_PAIRS_AT_ONCE, _MOST_PHOTOS_AT_ONCE = 1 << 17, 2048
"""Most pairs and photos of a block, in which each photo is prepared once."""

Indices = NDArray[np.int64]


def tell_apart(
    found: Sequence[Pairs], equal_thumbnails: EqualThumbnails, catalog: Catalog
) -> list[NDArray[np.bool_]]:
    """Find series, and the pairs within them that show two photos.

    Args:
        found: Blocks of pairs: first of whole pictures, the nearest of every photo, then of
            matching views, of one kind or several.
        equal_thumbnails: Equal thumbnails of all contents.
        catalog: Source of greys and facts.

    Returns:
        bool (n,) for each block of pairs, True for those of two photos of one series.
    """
    whole, views = found[0], np.concatenate((found[0][:0], *found[1:]))
    of_whole, of_views = _crowded(whole, views)
    some, others = whole[of_whole], views[of_views]
    crowd = distinct(np.concatenate([pairs[end] for pairs in (some, others) for end in "ab"]))
    contents = first_by_digest(catalog, equal_thumbnails, crowd)
    sizes = _sizes(contents, crowd)
    limits = np.array([_most_unlikeness(contents[one]) for one in crowd.tolist()])
    a, b = _places(some, crowd)
    unlikeness, means = _unlikeness(some, equal_thumbnails, catalog)
    differ = unlikeness > np.maximum(limits[a], limits[b])
    view_a, view_b = _places(others, crowd)
    is_page = (sizes[view_a] == sizes[view_b]) & ~np.isin(pair_keys(others), pair_keys(some))
    is_page &= _is_first(pair_keys(others))
    is_frame = _has_many(
        np.concatenate((a[differ], view_a[is_page])),
        np.concatenate((b[differ], view_b[is_page])),
        sizes,
    )
    # Among hundreds of frames some differ by no more than an encoding explains; but means of some
    # pixels are hardly changed by encoding, and by these a copy is nearest to its own frame.
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
    # A pair that is near as whole pictures is verified as such, and so are its views.
    is_view_apart &= ~np.isin(pair_keys(views), pair_keys(whole[~is_whole_apart]))
    ends = np.cumsum([len(pairs) for pairs in found[1:]])
    return [is_whole_apart, *np.split(is_view_apart, ends)[: len(found) - 1]]


def _crowded(whole: Pairs, views: Pairs) -> tuple[Indices, Indices]:
    """Places of the pairs whose photos both have more neighbours than copies."""
    keys = distinct(np.concatenate((pair_keys(whole), pair_keys(views))))
    ends, counts = np.unique(np.concatenate((keys >> 32, keys & 0xFFFFFFFF)), return_counts=True)
    crowd = ends[counts > MOST_EDITED_COPIES]
    of_whole, of_views = (
        np.flatnonzero(np.isin(pairs["a"], crowd) & np.isin(pairs["b"], crowd))
        for pairs in (whole, views)
    )
    return of_whole, of_views


def _is_first(keys: Indices) -> NDArray[np.bool_]:
    """Mask of keys that are new, bool (n,): parts may match both upright and turned."""
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
    """Mask of photos that differ from more neighbours of one size than edited copies explain.

    Args:
        a: int64 (m,), places of the one photo of each differing pair.
        b: int64 (m,), places of the other.
        sizes: int64 (n,), the size of every photo, numbered.

    Returns:
        bool (n,).
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
    """Mask of pairs that are much nearer than usual, or nearest to each other.

    A frame may have another frame as near as its smaller copy; the copy has not.

    Args:
        a: int64 (m,), places of the one photo of each pair.
        b: int64 (m,), places of the other.
        unlikeness: float32 (m,), unlikeness of the pairs.
        is_resized: bool (m,), True for pairs of two sizes: to be nearest for one photo is enough.

    Returns:
        bool (m,).
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


def _unlikeness(
    pairs: Pairs, equal_thumbnails: EqualThumbnails, catalog: Catalog
) -> tuple[Floats, Floats]:
    """Compare the registered small pictures of pairs; see `CoarsePictures`."""
    of_pixels, of_means = np.empty((2, len(pairs)), np.float32)
    for places, ids in _blocks(pairs):
        some = pairs[places]
        greys = catalog.greys(ids)
        upright = CoarsePictures(greys)
        still, moved, turns = oriented_by_rank(some, equal_thumbnails)
        for turn in np.unique(turns).tolist():
            chosen = turns == turn
            at_still, at_moved = (np.searchsorted(ids, end[chosen]) for end in (still, moved))
            others = upright
            if turn:
                variants, at_moved = np.unique(at_moved, return_inverse=True)
                others = CoarsePictures(turned(greys[variants], np.full(len(variants), turn)))
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
