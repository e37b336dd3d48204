"""Confirmed matches → groups of photos, each around a centre that matches every member.

Chains are what a wrong group is made of: A resembles B, B resembles C, and A has nothing to do
with C. So a group is a star, not a connected component: every member is confirmed directly
against its centre. The order of the photos, and of the matches, makes no difference.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


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
    """Part photos into stars.

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
        _part_by_hand(centre, a[rest], b[rest], strength, degree, rank)
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


def _part_by_hand(
    centre: Indices,
    a: Indices,
    b: Indices,
    strength: Indices,
    degree: Indices,
    rank: Indices,
) -> None:
    """Take centres one by one where a component is no star by itself; writes into `centre`."""
    neighbours: dict[int, list[int]] = {}
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    nodes = np.fromiter(neighbours, dtype=np.int64)
    order = nodes[np.lexsort((rank[nodes], -strength[nodes], -degree[nodes]))]
    taken: set[int] = set()
    for node in order.tolist():
        if node in taken:
            continue
        taken.add(node)
        for other in neighbours[node]:
            if other not in taken:
                taken.add(other)
                centre[other] = node
