"""Pairs of a group that decide: those with its centre.

In a group of k copies k - 1 matches make the group; the others join copies that are in it anyway.
So the photo that is most likely the centre is asked for first, about all of its neighbours, and
pairs of which both photos matched one centre are left open. What they would show is asked when a
threshold, the keeper or a comparison hangs on it.

The choice depends on the pairs, their verdicts and the order of the photos, and on nothing else.
Photos that have no neighbour in common do not wait for one another, as in Luby, "A simple parallel
algorithm for the maximal independent set problem", 1986.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.id_sets import distinct

Indices = NDArray[np.int64]
States = NDArray[np.int8]

OPEN, MATCHES, DIFFERS = 0, 1, 2
"""The states of a pair."""
_NO_STAR = -1


def ask_stars(
    a: Indices,
    b: Indices,
    states: States,
    place: Indices,
    ask: Callable[[Indices], States],
) -> States:
    """Ask for pairs until those that are left open join photos of one star.

    Args:
        a: int64 (m,), one end of each pair, each pair once.
        b: int64 (m,), the other end.
        states: int8 (m,), what is known already.
        place: int64 (n,), order of all photos; the first of its neighbours becomes a centre.
        ask: Gets places of pairs and returns their states, none of them `OPEN`.

    Returns:
        int8 (m,), the states; `OPEN` for the pairs that decide nothing.
    """
    states = states.copy()
    star = np.full(len(place), _NO_STAR, np.int64)
    by_photo = _Neighbours(a, b, len(place))
    left = np.flatnonzero(states == OPEN)
    while len(left):
        ours, theirs = star[a[left]], star[b[left]]
        left = left[(ours != theirs) | (ours == _NO_STAR)]
        centres = _foremost(a[left], b[left], place)
        is_centre = np.zeros(len(place), np.bool_)
        is_centre[centres] = True
        is_asked = is_centre[a[left]] | is_centre[b[left]]
        asked = left[is_asked]
        if len(asked):
            states[asked] = ask(asked)
        left = left[~is_asked]
        for centre in centres[np.argsort(place[centres])].tolist():
            pairs = by_photo.pairs_of(centre)
            pairs = pairs[states[pairs] == MATCHES]
            members = np.concatenate((a[pairs], b[pairs], [centre]))
            star[members[star[members] == _NO_STAR]] = centre
    return states


def _foremost(a: Indices, b: Indices, place: Indices) -> Indices:
    """Photos that come before all that some pairs join them to, ascending."""
    least = np.full(len(place), len(place), np.int64)
    np.minimum.at(least, a, place[b])
    np.minimum.at(least, b, place[a])
    ends = distinct(np.concatenate((a, b)))
    return ends[place[ends] < least[ends]]


class _Neighbours:
    """The pairs of each photo, found without looking at all of them."""

    def __init__(self, a: Indices, b: Indices, count: int) -> None:
        ends = np.concatenate((a, b))
        order = np.argsort(ends, kind="stable")
        self._pairs = order % max(len(a), 1)
        self._starts = np.searchsorted(ends[order], np.arange(count + 1))

    def pairs_of(self, photo: int) -> Indices:
        """Places of the pairs of a photo."""
        return self._pairs[self._starts[photo] : self._starts[photo + 1]]
