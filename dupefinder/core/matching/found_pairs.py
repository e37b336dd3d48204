"""Pairs found by a search, each packed into a number, and limited to the nearest of each photo."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import PAIR_DTYPE, Catalog, Pairs
from dupefinder.core.fingerprint.covers import COVER_BOXES, FIRST_COVER
from dupefinder.core.matching import nearest
from dupefinder.core.matching.equal_thumbnails import INVERSES, EqualThumbnails
from dupefinder.core.matching.nearest import CoarseGreys, nearest_places
from dupefinder.core.records import Orientation

_MOST_GATHERED = 1 << 17
_SHARE_GATHERED = 4
"""Number of new pairs, and their share of the kept ones, from which pairs beyond the nearest are
dropped during the search: pairs must not fill the memory, nor all be sorted again for each few."""
_TURN_BITS = (len(Orientation) - 1).bit_length()
_VIEW_BITS = (FIRST_COVER + len(COVER_BOXES) - 1).bit_length()

Ids = NDArray[np.int64]
Found = NDArray[np.uint64]
"""Pairs as numbers, see `FoundPairs`."""


class FoundPairs:
    """Packs found pairs into numbers, so that many are sorted in little time and memory.

    A number consists of the places of both photos in the order of their ranks, the distance, the
    turn and the views that matched. So the least number of a pair is the one that counts,
    whichever of the two photos has the lower id.
    """

    def __init__(
        self, ids: Ids, equal_thumbnails: EqualThumbnails, radius: int, *, are_parts: bool
    ) -> None:
        """Prepare for photos.

        Args:
            ids: int64 (n,), ascending.
            equal_thumbnails: Equal thumbnails of all contents.
            radius: Greatest distance, in bits.
            are_parts: True for matches of views or covers, False for whole pictures.

        Raises:
            OverflowError: There are more photos than numbers have room for: two million at the
                usual radius. `candidates` does not search the parts of more photos.
        """
        self._equal_thumbnails = equal_thumbnails
        self._are_parts = are_parts
        distance_bits = radius.bit_length()
        # A cover matches pictures of its proportions, so it comes before other views.
        of_parts = (1, _TURN_BITS, _VIEW_BITS, _VIEW_BITS)
        self._bits = (distance_bits, *(of_parts if are_parts else (_TURN_BITS,)))
        self._place_bits = (64 - sum(self._bits)) // 2
        if len(ids) > 1 << self._place_bits:
            raise OverflowError(f"{len(ids)} photos at a radius of {radius} bits")
        order = np.argsort(equal_thumbnails.rank_of(ids))
        self._by_rank = ids[order]
        self._place = np.empty(len(ids), np.uint64)
        self._place[order] = np.arange(len(ids), dtype=np.uint64)
        self._most = np.full(len(ids), np.iinfo(np.uint64).max, np.uint64)
        self._most_bits = np.full(len(ids), radius, np.uint16)

    def turned(
        self, moved: Ids, still: Ids, distance: NDArray[np.integer], turn: NDArray[np.integer]
    ) -> Found:
        """Pack pairs of whole pictures; the first of each was turned to match the second.

        Args:
            moved: int64 (m,), places of the turned photos in the ids.
            still: int64 (m,), places of the others.
            distance: (m,), in bits.
            turn: (m,), `Orientation` of each.
        """
        one, other = self._place[moved], self._place[still]
        return self._packed(one, other, distance, _of_higher(one, other, turn))

    def parts(
        self,
        photo: Ids,
        view: NDArray[np.integer],
        part: Ids,
        part_view: NDArray[np.integer],
        turn: NDArray[np.integer],
        distance: NDArray[np.integer],
    ) -> Found:
        """Pack pairs of a photo and another one that may show a part of it, once turned.

        Args:
            photo: int64 (m,), places of the photos in the ids.
            view: (m,), the matching view of each.
            part: int64 (m,), places of the photos that may show a part.
            part_view: (m,), the matching view of each of these.
            turn: (m,), `Orientation` by which each part has to be turned.
            distance: (m,), in bits.
        """
        one, other = self._place[part], self._place[photo]
        lower_view = np.where(one < other, part_view, view)
        upper_view = np.where(one < other, view, part_view)
        return self._packed(
            one,
            other,
            distance,
            np.maximum(lower_view, upper_view) < FIRST_COVER,
            _of_higher(one, other, turn),
            lower_view,
            upper_view,
        )

    def may_be_nearest(
        self, one: Ids, other: Ids, distance: NDArray[np.integer]
    ) -> NDArray[np.bool_]:
        """Mask of pairs that may be among the nearest, given the pairs gathered so far.

        Args:
            one: int64 (m,), places of the one photo of each pair in the ids.
            other: int64 (m,), places of the other.
            distance: (m,), in bits.

        Returns:
            bool (m,).
        """
        # Most pairs of a series are dropped here.
        may_be: NDArray[np.bool_] = self._most_bits[one] >= distance
        may_be |= self._most_bits[other] >= distance
        left = np.flatnonzero(may_be)
        first, second = self._place[one[left]], self._place[other[left]]
        distances = distance[left].astype(np.uint64)
        is_near = self._nearness(first, distances, second) <= self._most[first]
        is_near |= self._nearness(second, distances, first) <= self._most[second]
        may_be[left] = is_near
        return may_be

    def gathered(self, blocks: Iterator[Found], greys: Catalog | None) -> Pairs:
        """Gather blocks of packed pairs, limited to the nearest also meanwhile.

        Args:
            blocks: Packed pairs, with repetitions.
            greys: See `nearest_only`.

        Returns:
            Each pair once, with the least distance, then the least turn and views, in the order of
            the ids.
        """
        found = [np.empty(0, np.uint64)]
        size, most = 0, _MOST_GATHERED
        for block in blocks:
            found.append(self._distinct(block))
            size += len(found[-1])
            if size > most:
                # A pair that is not among the nearest of these is not among the nearest of all.
                found = [self._nearest(self._distinct(np.concatenate(found)), greys)]
                size, most = 0, max(len(found[0]) // _SHARE_GATHERED, most)
        nearest_ones = self._nearest(self._distinct(np.concatenate(found)), greys)
        pairs = self._unpacked(nearest_ones)
        in_order: Pairs = pairs[np.lexsort((pairs["b"], pairs["a"]))]
        return in_order

    def _packed(
        self, one: Found, other: Found, distance: NDArray[np.integer], *met: NDArray[np.generic]
    ) -> Found:
        found = np.minimum(one, other)
        bits = (self._place_bits, *self._bits)
        values = (np.maximum(one, other), distance, *met)
        for its, width in zip(values, bits, strict=True):
            found <<= np.uint64(width)
            found |= its.astype(np.uint64)
        return found

    def _values(self, found: Found) -> list[Ids]:
        """Unpack numbers: places of both photos, distance, turn and views."""
        values: list[Ids] = []
        for width in reversed((self._place_bits, self._place_bits, *self._bits)):
            values.insert(0, (found & np.uint64((1 << width) - 1)).astype(np.int64))
            found = found >> np.uint64(width)
        return values

    def _unpacked(self, found: Found) -> Pairs:
        """Pairs in the form and order of the catalog."""
        values = self._values(found)
        lower, upper, distance = values[:3]
        one, other = self._by_rank[lower], self._by_rank[upper]
        is_first = one < other
        pairs = np.zeros(len(found), dtype=PAIR_DTYPE)
        pairs["a"], pairs["b"] = np.minimum(one, other), np.maximum(one, other)
        pairs["distance_bits"] = distance
        turn = values[4 if self._are_parts else 3]
        pairs["orientation"] = np.where(is_first, turn, INVERSES[turn])
        if self._are_parts:
            lower_view, upper_view = values[5:]
            pairs["view_a"] = np.where(is_first, lower_view, upper_view)
            pairs["view_b"] = np.where(is_first, upper_view, lower_view)
        for name in ("confirm_version", "evidence", "distance256_bits"):
            pairs[name] = -1
        for name in ("likeness", "placement"):
            pairs[name] = np.nan
        return pairs

    def _nearest(self, found: Found, greys: Catalog | None = None) -> Found:
        """Limit the neighbours of every photo as `nearest_only` does."""
        if greys is not None:
            one, other, distance, turn = self._values(found)
            # Places are in the order of the ranks.
            ranks = np.arange(len(self._by_rank))
            coarse = CoarseGreys(greys, self._by_rank)
            return found[nearest_places(one, other, distance, turn, ranks, coarse)]
        distance_bits, place_bits = np.uint64(self._bits[0]), np.uint64(self._place_bits)
        mask = (np.uint64(1) << place_bits) - np.uint64(1)
        distance_mask = (np.uint64(1) << distance_bits) - np.uint64(1)
        found_bits = found >> np.uint64(sum(self._bits[1:]))
        distances = found_bits & distance_mask
        both = found_bits >> distance_bits
        upper, lower = both & mask, both >> place_bits
        counts = np.bincount(np.concatenate((lower, upper)).astype(np.int64))
        if counts.max(initial=0) <= nearest.MOST_NEIGHBOURS:
            return found
        is_near = np.zeros(len(found), np.bool_)
        orders = [
            self._nearness(lower, distances, upper),
            self._nearness(upper, distances, lower),
        ]
        in_order = np.sort(np.concatenate(orders))
        ends = in_order >> (place_bits + distance_bits)
        firsts = np.flatnonzero(np.concatenate(([True], ends[1:] != ends[:-1])))
        counts = np.append(firsts[1:], len(ends)) - firsts
        crowded = counts >= nearest.MOST_NEIGHBOURS
        lasts = firsts[crowded] + nearest.MOST_NEIGHBOURS - 1
        self._most[ends[lasts].astype(np.int64)] = in_order[lasts]
        limits = (self._most[self._place] >> place_bits) & distance_mask
        self._most_bits = limits.astype(np.uint16)
        for end, order in zip((lower, upper), orders, strict=True):
            is_near |= order <= self._most[end.astype(np.int64)]
        return found[is_near]

    def _nearness(self, photo: Found, distances: Found, other: Found) -> Found:
        """Numbers in the order of places of photos, and for each from its nearest on."""
        distance_bits, place_bits = np.uint64(self._bits[0]), np.uint64(self._place_bits)
        return (photo << (place_bits + distance_bits)) | (distances << place_bits) | other

    def _distinct(self, found: Found) -> Found:
        """Keep the least number of each pair."""
        found = np.sort(found)
        pair = found >> np.uint64(sum(self._bits))
        is_first = np.ones(len(found), np.bool_)
        is_first[1:] = pair[1:] != pair[:-1]
        return found[is_first]


def _of_higher(moved: Found, still: Found, turn: NDArray[np.integer]) -> NDArray[np.integer]:
    """Orientation of the photo of higher rank, where the first one is turned by `turn`."""
    turns: NDArray[np.integer] = np.where(moved > still, turn, INVERSES[turn])
    return turns
