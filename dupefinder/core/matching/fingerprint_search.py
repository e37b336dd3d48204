"""Searches of fingerprints in BK-trees: whole pictures in all orientations, views and covers.

Each yields blocks of near pairs; `candidates` determines the new photos and keeps the pairs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.bktree import BKTree
from dupefinder.core.fingerprint import Words
from dupefinder.core.fingerprint.views import INNER, WHOLE
from dupefinder.core.job import JobContext
from dupefinder.core.matching.cover_candidates import CoverPhotos, find_covers
from dupefinder.core.matching.found_pairs import Found, FoundPairs
from dupefinder.core.records import Orientation

_PHOTOS_AT_ONCE = 1 << 16
"""Photos whose views are searched together, as indexing them takes four kilobytes for each."""

Ids = NDArray[np.int64]


def turned_blocks(
    finds: FoundPairs,
    words: Words,
    is_new: NDArray[np.bool_],
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search new photos, in all their variants, among all; yield pairs, some of them twice.

    Either of two photos may be the one to turn: the median that separates the bits is not quite the
    same for a turned picture. So the known photos are turned, too.
    """
    fresh, known = np.flatnonzero(is_new), np.flatnonzero(~is_new)
    turns = np.arange(1, words.shape[1])
    context.start_phase("match", len(fresh) + (len(fresh) + len(known)) * len(turns))
    among_all = _Upright(words, np.arange(len(words)))
    if len(known) == 0:
        for i, j, distance in among_all.tree.pairs(radius, context, threads):
            yield finds.turned(i, j, distance, np.zeros(len(i), np.uint8))
    else:
        upright = np.zeros(1, dtype=turns.dtype)
        yield from among_all.search(finds, fresh, upright, radius, context, threads)
    yield from among_all.search(finds, fresh, turns, radius, context, threads)
    if len(known) and len(turns):
        among_fresh = _Upright(words, fresh)
        yield from among_fresh.search(finds, known, turns, radius, context, threads)
    context.finish_phase()


class _Upright:
    """Photos by their upright fingerprints, in a tree in which others are searched.

    Args:
        words: uint64 (n, variants, words), of all photos.
        indexed: Places in `words` of the photos to search among.

    Attributes:
        tree: Of the upright variants of `indexed`.
    """

    def __init__(self, words: Words, indexed: Ids) -> None:
        self._words = words
        self._indexed = indexed
        self.tree = BKTree(np.ascontiguousarray(words[indexed, 0]))

    def search(
        self,
        finds: FoundPairs,
        queried: Ids,
        turns: Ids,
        radius: int,
        context: JobContext,
        threads: int,
    ) -> Iterator[Found]:
        """Search photos, turned, among these.

        Args:
            finds: Fingerprints of all photos.
            queried: Places in `words` of the photos to turn.
            turns: Variants to search for.
            radius: In bits.
            context: Advanced by one for every photo and turn.
            threads: Number of threads.
        """
        queries = self._words[queried][:, turns].reshape(-1, self._words.shape[2])
        for query, item, distance in self.tree.neighbours(
            np.ascontiguousarray(queries), radius, context, threads
        ):
            moved, still = queried[query // len(turns)], self._indexed[item]
            turn = turns[query % len(turns)]
            apart = moved != still
            yield finds.turned(moved[apart], still[apart], distance[apart], turn[apart])


@dataclass(frozen=True, slots=True)
class ViewPhotos:
    """n photos whose views are searched.

    Attributes:
        wholes: uint64 (n, turns, 1), fingerprints of the whole pictures, turned.
        views: uint64 (n, views, 1), of their views.
        is_framed: bool (n,), True for photos with an inner picture, which is only searched upright.
    """

    wholes: Words
    views: Words
    is_framed: NDArray[np.bool_]

    def goals(self, turns: Ids) -> "_Goals":
        """The pictures that views are searched among: whole ones, turned, and inner ones."""
        count = len(self.wholes)
        framed = np.flatnonzero(self.is_framed & (turns[0] == Orientation.IDENTITY))
        return _Goals(
            np.concatenate((self.wholes.reshape(-1, 1), self.views[framed, 0])),
            np.concatenate((np.repeat(np.arange(count), len(turns)), framed)),
            np.concatenate((np.full(count * len(turns), WHOLE), np.full(len(framed), INNER))),
            np.concatenate((np.tile(turns, count), np.zeros_like(framed))),
        )


@dataclass(frozen=True, slots=True)
class _Goals:
    """m pictures that may show what a view shows.

    Attributes:
        words: uint64 (m, 1), their fingerprints.
        photo: int64 (m,), the photos that they are of.
        view: int64 (m,), `WHOLE` or `INNER`.
        turn: int64 (m,), `Orientation`.
    """

    words: Words
    photo: Ids
    view: Ids
    turn: Ids


def view_blocks(
    finds: FoundPairs,
    searched: ViewPhotos,
    is_new: NDArray[np.bool_],
    turns: Ids,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search the views of photos among whole and inner pictures, if one of the two is new.

    Args:
        finds: Fingerprints of all photos.
        searched: The photos.
        is_new: bool (n,), True for photos that have not been searched yet.
        turns: The orientations of the whole pictures, int64.
        radius: In bits.
        context: Advanced by one for every view.
        threads: Number of threads.
    """
    goals = searched.goals(turns)
    views, is_framed = searched.views, searched.is_framed
    context.start_phase("match", len(views) * views.shape[1])
    for queried, indexed in (
        (is_new, np.ones(len(goals.words), np.bool_)),
        (~is_new, is_new[goals.photo]),
    ):
        photos, items = np.flatnonzero(queried), np.flatnonzero(indexed)
        if len(photos) == 0 or len(items) == 0:
            continue
        tree = BKTree(np.ascontiguousarray(goals.words[items]))
        of_item = goals.photo[items]
        for one, view, item, distance in _near_views(tree, views, photos, radius, context, threads):
            # Most pairs of a series end here, so this is tested first.
            left = finds.may_be_nearest(one, of_item[item], distance)
            one, view, goal, distance = one[left], view[left], items[item[left]], distance[left]
            # Without margins the inner picture is the whole one, which was searched before.
            wanted = is_framed[one] | (view != INNER) | (goals.view[goal] == INNER)
            wanted &= one != goals.photo[goal]
            goal = goal[wanted]
            yield finds.parts(
                one[wanted],
                view[wanted],
                goals.photo[goal],
                goals.view[goal],
                goals.turn[goal],
                distance[wanted],
            )
    context.finish_phase()


def _near_views(
    tree: BKTree, views: Words, photos: Ids, radius: int, context: JobContext, threads: int
) -> Iterator[tuple[Ids, Ids, Ids, NDArray[np.uint16]]]:
    """Search the views of photos in a tree.

    Yields:
        Blocks of pairs: place of the photo, its view, place in the tree, distance in bits.
    """
    view_count = views.shape[1]
    for start in range(0, len(photos), _PHOTOS_AT_ONCE):
        some = photos[start : start + _PHOTOS_AT_ONCE]
        queries = np.ascontiguousarray(views[some].reshape(-1, 1))
        for query, item, distance in tree.neighbours(queries, radius, context, threads):
            yield some[query // view_count], query % view_count + INNER, item, distance


def cover_blocks(
    finds: FoundPairs,
    covers: CoverPhotos,
    is_new: NDArray[np.bool_],
    turns: Ids,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search the windows of covers among whole and inner pictures; see `view_blocks`."""
    for queried, asked in ((is_new, np.ones(len(is_new), np.bool_)), (~is_new, is_new)):
        photos = np.flatnonzero(queried)
        for found in find_covers(covers, photos, asked, turns, radius, context, threads):
            left = finds.may_be_nearest(found.photo, found.cover, found.distance_bits)
            yield finds.parts(
                found.photo[left],
                found.view[left],
                found.cover[left],
                found.cover_view[left],
                found.turn[left],
                found.distance_bits[left],
            )
