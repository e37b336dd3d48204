"""Pairs of photos that were left open: not judged, because no group hung on them."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import PAIR_DTYPE, Pairs, pair_keys
from dupefinder.core.id_sets import distinct

Indices = NDArray[np.int64]


class OpenPairs:
    """Pairs that were left open, by the nodes that they would join."""

    def __init__(self, pairs: Pairs, node_keys: Indices) -> None:
        """Index the pairs.

        Args:
            pairs: Pairs between picture ids.
            node_keys: See `Edges`.
        """
        self._pairs = pairs
        parts = list(between_nodes(pairs, node_keys))
        self._a = np.concatenate([a for a, _, _, _ in parts])
        self._b = np.concatenate([b for _, b, _, _ in parts])
        self._places = np.concatenate([places for _, _, places, _ in parts])
        self._others: dict[int, set[int]] = {}
        for a, b in zip(self._a.tolist(), self._b.tolist(), strict=True):
            self._others.setdefault(a, set()).add(b)
            self._others.setdefault(b, set()).add(a)

    def __len__(self) -> int:
        """Pairs of nodes that are open."""
        return len(self._a)

    def of(self, node: int) -> Collection[int]:
        """Nodes that share an open pair with a node."""
        return self._others.get(node, ())

    def wanted(
        self,
        centre: Indices,
        matches: Indices,
        rank: Indices,
        threshold_bits: int,
        inside: Collection[tuple[int, int]],
    ) -> Pairs:
        """Choose the pairs to be judged: those that may change the groups, and given ones.

        Pairs may change the groups if they cross two groups, or belong to a photo that may have
        more matches than the centre of its group.

        Args:
            centre: int64 (n,), of every node the centre of its group.
            matches: int64 (n,), of every node how many matches it has.
            rank: int64 (n,), order of the nodes by content.
            threshold_bits: Pairs further apart are ignored.
            inside: Further pairs of nodes, within groups, in either order.

        Returns:
            Of `PAIR_DTYPE`. They stay open until they are closed, as judging may be cancelled.
        """
        if len(self._a) == 0:
            return self._pairs[:0]
        count = len(centre)
        keys = node_pair_keys(self._a, self._b, count)
        is_near = self._pairs["distance_bits"][self._places] <= threshold_bits
        near = distinct(keys[is_near])
        may_have = matches + np.bincount(
            np.concatenate((near // count, near % count)), minlength=count
        )
        rivals = np.flatnonzero(may_have > matches[centre])
        rivals = rivals[centre[rivals] != rivals]
        # One of each group at a time: with its verdicts, the others may have fewer matches.
        rivals = rivals[np.lexsort((rank[rivals], -may_have[rivals], centre[rivals]))]
        rivals = rivals[np.unique(centre[rivals], return_index=True)[1]]
        is_rival = np.zeros(count, np.bool_)
        is_rival[rivals] = True
        is_wanted = (centre[self._a] != centre[self._b]) | is_rival[self._a] | is_rival[self._b]
        is_wanted |= np.isin(keys, [min(pair) * count + max(pair) for pair in inside])
        is_wanted &= is_near
        # A RAW file and its renderings have several nodes of one picture id.
        wanted = pair_keys(self._pairs[self._places[is_wanted]])
        found: Pairs = self._pairs[np.isin(pair_keys(self._pairs), wanted)]
        return found

    def among(self, pairs: Sequence[tuple[int, int]]) -> Pairs:
        """The open ones among pairs of picture ids."""
        wanted = np.zeros(len(pairs), PAIR_DTYPE)
        if pairs:
            wanted["a"], wanted["b"] = np.array(pairs, np.int64).T
        found: Pairs = self._pairs[np.isin(pair_keys(self._pairs), pair_keys(wanted))]
        return found

    def close(self, pairs: Pairs) -> None:
        """Forget pairs that have been judged.

        Args:
            pairs: Pairs between picture ids.
        """
        is_closed = np.isin(pair_keys(self._pairs), pair_keys(pairs))[self._places]
        for a, b in zip(self._a[is_closed].tolist(), self._b[is_closed].tolist(), strict=True):
            self._others[a].discard(b)
            self._others[b].discard(a)
        is_left = ~is_closed
        self._a, self._b, self._places = self._a[is_left], self._b[is_left], self._places[is_left]


def between_nodes(
    pairs: Pairs, node_keys: Indices
) -> Iterator[tuple[Indices, Indices, Indices, bool]]:
    """Find the nodes of pairs of picture ids, RAW files apart from their renderings.

    Args:
        pairs: Pairs between picture ids.
        node_keys: See `Edges`.

    Yields:
        int64 (n,) three times: the two nodes, and the place of their pair; True where one of the
        two is a RAW file and the other is not.
    """
    for raw_a in (0, 1):
        for raw_b in (0, 1):
            a, has_a = nodes_of(pairs["a"] * 2 + raw_a, node_keys)
            b, has_b = nodes_of(pairs["b"] * 2 + raw_b, node_keys)
            there = has_a & has_b
            yield a[there], b[there], np.flatnonzero(there), raw_a != raw_b


def nodes_of(keys: Indices, node_keys: Indices) -> tuple[Indices, NDArray[np.bool_]]:
    """Look up keys among those of the nodes: the nodes, and True where there is one."""
    if len(node_keys) == 0:
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(node_keys, keys), len(node_keys) - 1)
    return at, node_keys[at] == keys


def node_pair_keys(a: Indices, b: Indices, count: int) -> Indices:
    """A unique number for each pair of nodes below `count`, in either order."""
    keys: Indices = np.minimum(a, b) * count + np.maximum(a, b)
    return keys
