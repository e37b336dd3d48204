"""Searches of fingerprints in BK-trees: whole pictures in all orientations, views and covers.

Each yields blocks of near pairs; `candidates` determines the new photos and keeps the pairs.
"""

from collections.abc import Iterator

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
    tree = BKTree(np.ascontiguousarray(words[:, 0]))
    everything = np.arange(len(words))
    if len(known) == 0:
        for i, j, distance in tree.pairs(radius, context, threads):
            yield finds.turned(i, j, distance, np.zeros(len(i), np.uint8))
    else:
        upright = np.zeros(1, dtype=turns.dtype)
        yield from _turned_pairs(
            tree, finds, words, fresh, everything, upright, radius, context, threads
        )
    yield from _turned_pairs(tree, finds, words, fresh, everything, turns, radius, context, threads)
    if len(known) and len(turns):
        fresh_tree = BKTree(np.ascontiguousarray(words[fresh, 0]))
        yield from _turned_pairs(
            fresh_tree, finds, words, known, fresh, turns, radius, context, threads
        )
    context.finish_phase()


def _turned_pairs(
    tree: BKTree,
    finds: FoundPairs,
    words: Words,
    queried: Ids,
    indexed: Ids,
    turns: Ids,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search some photos, turned, in a tree of upright photos.

    Args:
        tree: Of the upright variants of `indexed`.
        finds: Fingerprints of all photos.
        words: uint64 (n, variants, words).
        queried: Places in `words` of the photos to turn.
        indexed: Places in `words` of the photos of the tree.
        turns: Variants to search for.
        radius: In bits.
        context: Advanced by one for every photo and turn.
        threads: Number of threads.
    """
    queries = np.ascontiguousarray(words[queried][:, turns].reshape(-1, words.shape[2]))
    for query, item, distance in tree.neighbours(queries, radius, context, threads):
        moved, still = queried[query // len(turns)], indexed[item]
        turn = turns[query % len(turns)]
        apart = moved != still
        yield finds.turned(moved[apart], still[apart], distance[apart], turn[apart])


def view_blocks(
    finds: FoundPairs,
    wholes: Words,
    views: Words,
    is_framed: NDArray[np.bool_],
    is_new: NDArray[np.bool_],
    turns: Ids,
    radius: int,
    context: JobContext,
    threads: int,
) -> Iterator[Found]:
    """Search the views of photos among whole and inner pictures, if one of the two is new.

    Args:
        finds: Fingerprints of all photos.
        wholes: uint64 (n, turns, 1), fingerprints of the whole pictures, turned.
        views: uint64 (n, views, 1), of their views.
        is_framed: bool (n,), True for photos with an inner picture, which is only searched upright.
        is_new: bool (n,), True for photos that have not been searched yet.
        turns: The orientations of the whole pictures, int64.
        radius: In bits.
        context: Advanced by one for every view.
        threads: Number of threads.
    """
    framed = np.flatnonzero(is_framed & (turns[0] == Orientation.IDENTITY))
    goals = np.concatenate((wholes.reshape(-1, 1), views[framed, 0]))
    goal_of = np.concatenate((np.repeat(np.arange(len(wholes)), len(turns)), framed))
    goal_turn = np.concatenate((np.tile(turns, len(wholes)), np.zeros_like(framed)))
    goal_view = np.full(len(goals), WHOLE)
    goal_view[len(wholes) * len(turns) :] = INNER
    view_count = views.shape[1]
    context.start_phase("match", len(wholes) * view_count)
    for queried, indexed in (
        (is_new, np.ones(len(goals), np.bool_)),
        (~is_new, is_new[goal_of]),
    ):
        photos, items = np.flatnonzero(queried), np.flatnonzero(indexed)
        if len(photos) == 0 or len(items) == 0:
            continue
        tree = BKTree(np.ascontiguousarray(goals[items]))
        of_item = goal_of[items]
        for one, view, item, distance in _near_views(tree, views, photos, radius, context, threads):
            # Most pairs of a series end here, so this is tested first.
            left = finds.may_be_nearest(one, of_item[item], distance)
            one, view, goal, distance = one[left], view[left], items[item[left]], distance[left]
            # Without margins the inner picture is the whole one, which was searched before.
            wanted = is_framed[one] | (view != INNER) | (goal_view[goal] == INNER)
            wanted &= one != goal_of[goal]
            goal = goal[wanted]
            yield finds.parts(
                one[wanted],
                view[wanted],
                goal_of[goal],
                goal_view[goal],
                goal_turn[goal],
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
