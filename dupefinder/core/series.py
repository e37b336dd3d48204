"""Long series of look-alikes: pairs of which cheap evidence tells that they are two photos.

Frames of a time-lapse, pages of one form, X-rays of one kind: each is within reach of hundreds of
others, and small pictures do not tell what moved between two frames from what was retouched in a
copy. One photo has few edited copies of its own size, a series has many frames. So where a photo
has more than a few neighbours of one size that all differ from it, it is taken for one of a
series, and of the pairs between photos of a series only those are looked at that differ by no
more than an encoding explains. A copy hidden among the frames is one of these.

Of some series only parts meet, as pages do that are filled in otherwise. A photo that shows a part
of another one has seldom the size of that one, so there the same holds. A smaller copy of a frame
shows no part of the other frames either: it stands for its own.

Which pairs these are depends on the contents at hand and on nothing else.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, Pairs, StoredContent, pair_keys
from dupefinder.core.confirm.coarse import CoarsePictures
from dupefinder.core.equal_thumbnails import EqualThumbnails, first_by_digest
from dupefinder.core.small_pictures import turned
from dupefinder.core.turns import laid_by_rank

MOST_EDITED_COPIES = 12
"""Photos of one size that differ from a photo and are no sign of a series. Of the development
photos, of which some have 16 edited copies, none has more than 9 such neighbours."""

_MOST_UNLIKENESS = 1.5
"""Of 4,000 pairs of a time-lapse's frames 6 differ by less, of 40 hidden copies all."""
_MOST_UNLIKENESS_COARSE = 4.0
_SURELY_ALIKE = 0.6
_STANDS_OUT = 0.6
"""Share of its usual unlikeness within which a copy is to be."""
_COPIES_BESIDE = 3
"""So many nearest neighbours may be copies: the next one tells what is usual."""
_COARSE_QUALITY = 50
_SMALL_PX = 200
"""Copies of fewer pixels a side, and those of coarser tables, keep less of what they show."""
_PAIRS_AT_ONCE = 8192

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
    crowd = np.unique(np.concatenate([pairs[end] for pairs in (some, others) for end in "ab"]))
    contents = first_by_digest(catalog, twins, crowd)
    sizes = _sizes(contents, crowd)
    limits = np.array([_most_unlikeness(contents[one]) for one in crowd.tolist()])
    a, b = _places(some, crowd)
    unlikeness = _unlikeness(some, twins, catalog)
    differ = unlikeness > np.maximum(limits[a], limits[b])
    view_a, view_b = _places(others, crowd)
    is_page = (sizes[view_a] == sizes[view_b]) & ~np.isin(pair_keys(others), pair_keys(some))
    is_page &= _is_first(pair_keys(others))
    is_frame = _has_many(
        np.concatenate((a[differ], view_a[is_page])),
        np.concatenate((b[differ], view_b[is_page])),
        sizes,
    )
    # Among hundreds of frames some are as near to one another as an encoding explains; but a copy
    # is much nearer to its own frame than to others.
    usual = _usual_unlikeness(a, b, unlikeness, len(crowd))
    differ |= unlikeness > np.maximum(_SURELY_ALIKE, _STANDS_OUT * np.minimum(usual[a], usual[b]))
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
    keys = np.unique(np.concatenate((pair_keys(whole), pair_keys(views))))
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


def _usual_unlikeness(
    a: Indices, b: Indices, unlikeness: NDArray[np.float32], count: int
) -> NDArray[np.float32]:
    """How unlike each photo and its near neighbours are, some copies of it aside, (count,)."""
    ends, values = np.concatenate((a, b)), np.tile(unlikeness, 2)
    order = np.lexsort((values, ends))
    starts = np.searchsorted(ends[order], np.arange(count))
    at = starts + _COPIES_BESIDE
    usual = np.full(count, np.inf, np.float32)
    inside = np.flatnonzero(at < len(order))
    inside = inside[ends[order][at[inside]] == inside]
    usual[inside] = values[order][at[inside]]
    return usual


def _unlikeness(pairs: Pairs, twins: EqualThumbnails, catalog: Catalog) -> NDArray[np.float32]:
    """Compare the small pictures of pairs as they lie on each other, (n,)."""
    # Neighbours in this order share most of their photos, so few are prepared twice.
    order = np.lexsort((pairs["b"], pairs["a"]))
    found = np.empty(len(pairs), np.float32)
    for start in range(0, len(order), _PAIRS_AT_ONCE):
        places = order[start : start + _PAIRS_AT_ONCE]
        some = pairs[places]
        ids = np.unique(np.concatenate((some["a"], some["b"])))
        greys = catalog.greys(ids)
        upright = CoarsePictures(greys)
        still, moved, turns = laid_by_rank(some, twins)
        for turn in np.unique(turns).tolist():
            chosen = turns == turn
            others = upright
            if turn:
                others = CoarsePictures(turned(greys, np.full(len(greys), turn)))
            at_still, at_moved = (np.searchsorted(ids, end[chosen]) for end in (still, moved))
            found[places[chosen]] = upright.unlikeness(at_still, at_moved, others)
    return found
