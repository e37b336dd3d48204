"""Groups of photos from confirmed matches, each around a centre that matches every member.

Wrong groups come from chains: A resembles B, B resembles C, and A has nothing to do with C. So a
group is a star, not a connected component: every member is confirmed directly against its centre.
The order of the photos, and of the matches, makes no difference.

Matches that would join two photos that a person called different are left out before. Photos join
by their strongest matches first, so a photo that matches both joins the better match.

Source: constrained agglomerative clustering with cannot-link constraints, Davidson and Ravi,
"Agglomerative hierarchical clustering with constraints", 2005.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.decisions.separated import Sides

Indices = NDArray[np.int64]


def kept_apart(
    a: Indices, b: Indices, strongest_first: Indices, sides: Mapping[int, Sides]
) -> NDArray[np.bool_]:
    """Choose the matches to leave out, so that no photos called different are joined.

    Args:
        a: int64 (m,), one end of every match.
        b: int64 (m,), the other end.
        strongest_first: int64 (m,), indices of the matches, in an order that depends on them alone.
        sides: Sides in decisions, by photo.

    Returns:
        bool (m,), True for each match that is left out.
    """
    out = np.zeros(len(a), np.bool_)
    reached = reached_from(np.fromiter(sides, np.int64), a, b)
    parent: dict[int, int] = {}
    parts_at: dict[int, dict[int, set[int]]] = {}
    for photo, some in sides.items():
        parts_at[photo] = {}
        for number, part in some:
            parts_at[photo].setdefault(number, set()).add(part)

    def root_of(photo: int) -> int:
        while (above := parent.get(photo, photo)) != photo:
            parent[photo] = parent.get(above, above)
            photo = above
        return photo

    for index in strongest_first[reached[a[strongest_first]]].tolist():
        one, other = root_of(int(a[index])), root_of(int(b[index]))
        if one == other:
            continue
        if len(parts_at.get(one, ())) < len(parts_at.get(other, ())):
            one, other = other, one
        ours, theirs = parts_at.get(one, {}), parts_at.get(other, {})
        # A photo may itself be on two sides, which separates it from these alone.
        if any(len(ours[number] | theirs[number]) > 1 for number in ours.keys() & theirs):
            out[index] = True
            continue
        parent[other] = one
        for number, parts in theirs.items():
            ours.setdefault(number, parts)
    return out


def reached_from(seeds: Indices, a: Indices, b: Indices) -> NDArray[np.bool_]:
    """Mark what is connected to some photos, directly or over others, along matches.

    Args:
        seeds: int64 (k,), the photos to begin from.
        a: int64 (m,), one end of every match.
        b: int64 (m,), the other end.

    Returns:
        bool, by photo; as long as the greatest one needs.
    """
    most = max(int(part.max(initial=0)) for part in (a, b, seeds))
    reached = np.zeros(most + 1, np.bool_)
    reached[seeds] = True
    while True:
        found = np.count_nonzero(reached)
        reached[b[reached[a]]] = True
        reached[a[reached[b]]] = True
        if np.count_nonzero(reached) == found:
            return reached


@dataclass(frozen=True, slots=True)
class Clusters:
    """A partition of photos, and the matches that cross it.

    Attributes:
        centre: int64 (n,), for every photo the centre of its group; itself when alone.
        links: int64 (m,), indices of the matches that join two different groups.
    """

    centre: Indices
    links: Indices


def cluster(a: Indices, b: Indices, weight: NDArray[np.int64], rank: Indices) -> Clusters:
    """Partition photos into stars.

    The photo with the heaviest matches becomes a centre first and takes all its neighbours;
    then the heaviest of what remains, and so on.

    Args:
        a: int64 (m,), one end of every match.
        b: int64 (m,), the other end; a pair occurs once.
        weight: int64 (m,), how strong each match is, at least 1.
        rank: int64 (n,), a total order of the photos that does not depend on how they were
            listed (by content digest); the lower rank wins a tie.
    """
    count = len(rank)
    centre = np.arange(count, dtype=np.int64)
    if len(a) == 0:
        return Clusters(centre, np.empty(0, dtype=np.int64))
    strength = np.zeros(count, dtype=np.int64)
    np.add.at(strength, a, weight)
    np.add.at(strength, b, weight)
    degree = np.bincount(a, minlength=count) + np.bincount(b, minlength=count)
    component = _components(count, a, b)
    component_count = int(component.max()) + 1
    size = np.bincount(component, minlength=component_count)
    order = np.lexsort((rank, -strength, -degree, component))
    first = order[np.searchsorted(component[order], np.arange(component_count))]
    is_star = degree[first] == size - 1
    centre = np.where(is_star[component], first[component], centre)
    rest = np.flatnonzero(~is_star[component[a]])
    if len(rest):
        place = np.empty(count, dtype=np.int64)
        place[np.lexsort((rank, -strength, -degree))] = np.arange(count)
        _take_centres(centre, a[rest], b[rest], place)
    links = np.flatnonzero(centre[a] != centre[b])
    return Clusters(centre, links)


def _components(count: int, a: Indices, b: Indices) -> Indices:
    """Number the connected components from 0, by spreading the least index of each.

    Source: Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm", 1982.
    """
    least = np.arange(count, dtype=np.int64)
    while True:
        roots_a, roots_b = least[a], least[b]
        apart = roots_a != roots_b
        if not apart.any():
            return np.unique(least, return_inverse=True)[1]
        lower = np.minimum(roots_a, roots_b)[apart]
        np.minimum.at(least, np.maximum(roots_a, roots_b)[apart], lower)
        while True:
            jumped = least[least]
            if np.array_equal(jumped, least):
                break
            least = jumped


_MOST_ROUNDS = 64
"""Rounds after which the rest, long chains, is partitioned one centre after the other."""


def _take_centres(centre: Indices, a: Indices, b: Indices, place: Indices) -> None:
    """Take centres where a component is no star by itself; writes into `centre`.

    In the order of `place`, every photo that is not taken yet becomes a centre and takes its
    remaining neighbours. Here many do so in one round: those that come before all their neighbours.
    The result is the same.

    Source: Luby, "A simple parallel algorithm for the maximal independent set problem", 1986;
    Blelloch, Fineman and Shun, "Greedy sequential maximal independent set and matching are
    parallel on average", 2012.

    Args:
        centre: int64 (n,), written for every photo that is taken.
        a: int64 (m,), one end of every match.
        b: int64 (m,), the other end.
        place: int64 (n,), the order of the photos.
    """
    nobody = len(place)
    is_centre = np.zeros(nobody, dtype=np.bool_)
    is_open = np.zeros(nobody, dtype=np.bool_)
    is_open[a] = is_open[b] = True
    open_a, open_b = a, b
    for _ in range(_MOST_ROUNDS):
        if len(open_a) == 0:
            break
        foremost = np.full(nobody, nobody, dtype=np.int64)
        np.minimum.at(foremost, open_a, place[open_b])
        np.minimum.at(foremost, open_b, place[open_a])
        chosen = is_open & (place < foremost)
        is_centre |= chosen
        is_open &= ~chosen
        is_open[open_a[chosen[open_b]]] = False
        is_open[open_b[chosen[open_a]]] = False
        left = is_open[open_a] & is_open[open_b]
        open_a, open_b = open_a[left], open_b[left]
    else:
        _take_one_by_one(is_centre, is_open, open_a, open_b, place)
    is_centre |= is_open  # no photo is left that could take them
    by_place = np.full(nobody, nobody, dtype=np.int64)
    for one, other in ((a, b), (b, a)):
        taken = is_centre[one] & ~is_centre[other]
        np.minimum.at(by_place, other[taken], place[one[taken]])
    found = np.flatnonzero(by_place < nobody)
    photo_at = np.empty(nobody, dtype=np.int64)
    photo_at[place] = np.arange(nobody)
    centre[found] = photo_at[by_place[found]]


def _take_one_by_one(
    is_centre: NDArray[np.bool_],
    is_open: NDArray[np.bool_],
    a: Indices,
    b: Indices,
    place: Indices,
) -> None:
    neighbours: dict[int, list[int]] = {}
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    for photo in sorted(neighbours, key=place.__getitem__):
        if is_open[photo]:
            is_open[photo] = False
            is_open[neighbours[photo]] = False
            is_centre[photo] = True
