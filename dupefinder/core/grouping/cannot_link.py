"""Matches that are left out, so that no two photos that a person called different are in one group.

Photos join by their strongest matches first; a match that would bring two such photos together is
left out. So a photo that matches both joins the one that it matches better, in whatever order they
were listed.

Source: constrained agglomerative clustering with cannot-link constraints, Davidson and Ravi,
"Agglomerative hierarchical clustering with constraints", 2005.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.separated import Sides

Indices = NDArray[np.int64]


def kept_apart(
    a: Indices, b: Indices, strongest_first: Indices, sides: Mapping[int, Sides]
) -> NDArray[np.bool_]:
    """Choose the matches that are left out.

    Args:
        a: int64 (m,), one end of every match.
        b: int64 (m,), the other end.
        strongest_first: int64 (m,), indices of the matches, in an order that is theirs.
        sides: By photo, of those that are in decisions.

    Returns:
        bool (m,), True for each match that is left out.
    """
    out = np.zeros(len(a), np.bool_)
    reached = _reached_from(sides, a, b)
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
        if any(len(ours.get(number, parts) | parts) > 1 for number, parts in theirs.items()):
            out[index] = True
            continue
        parent[other] = one
        for number, parts in theirs.items():
            ours.setdefault(number, parts)
    return out


def _reached_from(sides: Mapping[int, Sides], a: Indices, b: Indices) -> NDArray[np.bool_]:
    """Photos that are tied, over however many others, to one that is in a decision."""
    most = max(int(a.max(initial=0)), int(b.max(initial=0)), *sides, 0)
    reached = np.zeros(most + 1, np.bool_)
    reached[list(sides)] = True
    while True:
        found = np.count_nonzero(reached)
        reached[b[reached[a]]] = True
        reached[a[reached[b]]] = True
        if np.count_nonzero(reached) == found:
            return reached
