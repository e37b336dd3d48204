"""The matches of a scan as edges of a graph, and what full-size comparisons take back of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, OPEN_CODE, PAIR_DTYPE, Pairs, pair_keys
from dupefinder.core.grouping.match_graph import RE_ENCODED_CODE
from dupefinder.core.id_sets import distinct
from dupefinder.core.records import Evidence, Orientation

LOOK_ALIKE_CODE = EVIDENCE_CODES[Evidence.LOOK_ALIKE]

Indices = NDArray[np.int64]

_COLUMNS = ("a", "b", "distance_bits", "orientation", "code", "is_raw_pair")


class OpenPairs:
    """Pairs that were left open, by the nodes that they would join."""

    def __init__(self, pairs: Pairs, node_keys: Indices) -> None:
        """Index the pairs.

        Args:
            pairs: Pairs between twin ids.
            node_keys: As `Edges` gets them.
        """
        self._pairs = pairs
        parts = list(_between_nodes(pairs, node_keys))
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
        """Choose the pairs to be judged: those that may change the groups, and some others.

        These lie across two groups, or they are those of a photo that may have more matches than
        the centre of its group.

        Args:
            centre: int64 (n,), of every node the centre of its group.
            matches: int64 (n,), of every node how many matches it has.
            rank: int64 (n,), order of the nodes by content.
            threshold_bits: Pairs further apart are left.
            inside: Pairs of nodes within groups, in either order, that are asked for, too.

        Returns:
            Of `PAIR_DTYPE`. They stay open until they are closed: who judges them may break off.
        """
        if len(self._a) == 0:
            return self._pairs[:0]
        count = len(centre)
        keys = _keys(self._a, self._b, count)
        is_near = self._pairs["distance_bits"][self._places] <= threshold_bits
        near = distinct(keys[is_near])
        may_have = matches + np.bincount(
            np.concatenate((near // count, near % count)), minlength=count
        )
        rivals = np.flatnonzero(may_have > matches[centre])
        rivals = rivals[centre[rivals] != rivals]
        # One of each group at a time: once it is asked, the others may have fewer than it has.
        rivals = rivals[np.lexsort((rank[rivals], -may_have[rivals], centre[rivals]))]
        rivals = rivals[np.unique(centre[rivals], return_index=True)[1]]
        is_rival = np.zeros(count, np.bool_)
        is_rival[rivals] = True
        is_wanted = (centre[self._a] != centre[self._b]) | is_rival[self._a] | is_rival[self._b]
        is_wanted |= np.isin(keys, [min(pair) * count + max(pair) for pair in inside])
        is_wanted &= is_near
        # A RAW file and its renderings have several nodes of one twin.
        wanted = pair_keys(self._pairs[self._places[is_wanted]])
        found: Pairs = self._pairs[np.isin(pair_keys(self._pairs), wanted)]
        return found

    def among(self, pairs: Sequence[tuple[int, int]]) -> Pairs:
        """Those of some pairs of twin ids that are open."""
        wanted = np.zeros(len(pairs), PAIR_DTYPE)
        if pairs:
            wanted["a"], wanted["b"] = np.array(pairs, np.int64).T
        found: Pairs = self._pairs[np.isin(pair_keys(self._pairs), pair_keys(wanted))]
        return found

    def close(self, pairs: Pairs) -> None:
        """Forget pairs that have been judged.

        Args:
            pairs: Pairs between twin ids.
        """
        is_closed = np.isin(pair_keys(self._pairs), pair_keys(pairs))[self._places]
        for a, b in zip(self._a[is_closed].tolist(), self._b[is_closed].tolist(), strict=True):
            self._others[a].discard(b)
            self._others[b].discard(a)
        is_left = ~is_closed
        self._a, self._b, self._places = self._a[is_left], self._b[is_left], self._places[is_left]


class Edges:
    """Judged pairs of twins as edges between nodes, RAW files apart from their renderings.

    Attributes:
        a: int64 (n,), the one node of each edge.
        b: int64 (n,), the other.
        distance_bits: int64 (n,), of their fingerprints.
        orientation: int64 (n,), how the second lies on the first.
        code: int64 (n,), `EVIDENCE_CODES` as the small pictures were judged.
        is_raw_pair: bool (n,), True where one of the two is a RAW file and the other is not.
        likeness: float32 (n,), as their small pictures were measured.
        placements: How those lie that were laid on each other, by their nodes.
        laid: Ids of the twins that were laid on others.
        open: The pairs that were not judged, because no group hung on them.
    """

    def __init__(self, pairs: Pairs, node_keys: Indices) -> None:
        """Turn pairs of twin ids into edges of nodes; RAW and not RAW make raw pairs.

        Args:
            pairs: Judged pairs between twin ids.
            node_keys: int64, ascending: of each node twice the twin id, and one more for RAW files.
        """
        self.placements: dict[tuple[int, int], NDArray[np.float32]] = {}
        self.laid: set[int] = set()
        self._by_first_node: tuple[Indices, Indices] | None = None
        self._node_keys = node_keys
        self.open = OpenPairs(pairs[pairs["evidence"] == OPEN_CODE], node_keys)
        parts, likeness = self._as_edges(pairs[pairs["evidence"] >= 0])
        # A RAW file and a rendering with the very same small picture are no pair of twins.
        beside = np.flatnonzero((node_keys[1:] == node_keys[:-1] + 1) & (node_keys[:-1] % 2 == 0))
        nothing = np.zeros_like(beside)
        parts.append(
            np.stack((beside, beside + 1, nothing, nothing, nothing + RE_ENCODED_CODE, nothing + 1))
        )
        columns = np.concatenate(parts, axis=1)
        self.a, self.b, self.distance_bits, self.orientation, self.code, raw = columns
        self.is_raw_pair = raw.astype(np.bool_)
        self.likeness = np.concatenate((*likeness, np.ones(len(beside), np.float32)))

    def _as_edges(self, pairs: Pairs) -> tuple[list[Indices], list[NDArray[np.float32]]]:
        """Columns of the edges between nodes of judged pairs, and their likeness, in parts."""
        fields = ("distance_bits", "orientation", "evidence")
        rows = np.stack([pairs[name].astype(np.int64) for name in fields])
        parts, likeness = [], []
        for a, b, places, is_raw_pair in _between_nodes(pairs, self._node_keys):
            raw = np.full(len(places), is_raw_pair)
            parts.append(np.stack((a, b, *rows[:, places], raw)))
            likeness.append(np.nan_to_num(pairs["likeness"][places]))
            self._keep_placements(pairs[places], a, b)
        return parts, likeness

    def add(self, pairs: Pairs, parted: Mapping[int, Sequence[int]]) -> None:
        """Take in pairs that were left open before and have been judged since.

        Args:
            pairs: Judged pairs between twin ids.
            parted: Nodes that were parted from others by `add_twin`, and share their matches.
        """
        parts, likeness = self._as_edges(pairs)
        columns = np.concatenate(parts, axis=1)
        for name, added in zip(_COLUMNS, columns, strict=True):
            values = getattr(self, name)
            setattr(self, name, np.concatenate((values, added.astype(values.dtype))))
        self.likeness = np.concatenate((self.likeness, *likeness))
        for old in np.intersect1d(list(parted), columns[:2]).tolist():
            is_its = (columns[0] == old) | (columns[1] == old)
            for node in parted[old]:
                copied = columns[:, is_its].copy()
                copied[:2][copied[:2] == old] = node
                for name, added in zip(_COLUMNS, copied, strict=True):
                    values = getattr(self, name)
                    setattr(self, name, np.concatenate((values, added.astype(values.dtype))))
                self.likeness = np.concatenate((self.likeness, np.concatenate(likeness)[is_its]))
                for a, b in copied[:2].T.tolist():
                    known = (old if a == node else a, old if b == node else b)
                    if (placement := self.placements.get(known)) is not None:
                        self.placements[a, b] = placement
        self._by_first_node = None

    def _keep_placements(self, pairs: Pairs, a: Indices, b: Indices) -> None:
        """Remember how the pairs lie that were laid on each other."""
        for index in np.flatnonzero(~np.isnan(pairs["placement"][:, 0])).tolist():
            self.placements[int(a[index]), int(b[index])] = pairs["placement"][index]
            self.laid.update((int(pairs["a"][index]), int(pairs["b"][index])))

    def matched_nodes(self) -> Indices:
        """Nodes that match another one."""
        matches = self.code != LOOK_ALIKE_CODE
        return distinct(np.concatenate((self.a[matches], self.b[matches])))

    def confirmed(self, threshold_bits: int) -> Indices:
        """Places of the edges that make groups at a threshold."""
        near = self.distance_bits <= threshold_bits
        return np.flatnonzero(near & (self.code != LOOK_ALIKE_CODE) & ~self.is_raw_pair)

    def from_nodes(self, nodes: Indices) -> list[int]:
        """Places of the matches, RAW pairs aside, of which the first node is one of these."""
        # Edges in the order of their first node are found without looking at all of them.
        if self._by_first_node is None:
            order = np.argsort(self.a, kind="stable")
            order = order[(self.code[order] != LOOK_ALIKE_CODE) & ~self.is_raw_pair[order]]
            self._by_first_node = order, self.a[order]
        order, first = self._by_first_node
        wanted = np.unique(nodes)
        starts, ends = np.searchsorted(first, wanted), np.searchsorted(first, wanted, "right")
        return [
            index
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            for index in order[start:end].tolist()
        ]

    def most_alike_first(self, nodes: Indices, rank: Indices) -> list[tuple[int, int]]:
        """The upright matches between some nodes, those first that resemble each other most.

        Args:
            nodes: int64, the nodes.
            rank: int64, order of all nodes by content: decides where the likeness is the same.
        """
        there = np.array(self.from_nodes(nodes), np.int64)
        there = there[np.isin(self.b[there], nodes)]
        there = there[self.orientation[there] == Orientation.IDENTITY]
        ranks = np.sort(rank[np.stack((self.a[there], self.b[there]))], axis=0)
        there = there[np.lexsort((ranks[1], ranks[0], -self.likeness[there]))]
        return list(zip(self.a[there].tolist(), self.b[there].tolist(), strict=True))

    def take_apart(self, pairs: Collection[tuple[int, int]]) -> None:
        """Let pairs of nodes be look-alikes, as far as they lie upright on each other.

        Args:
            pairs: The lower node first.
        """
        rows = np.array(sorted(set(pairs)), np.int64)
        count = int(max(self.a.max(initial=0), self.b.max(initial=0), rows.max(initial=0))) + 1
        is_apart = np.isin(_keys(self.a, self.b, count), rows[:, 0] * count + rows[:, 1])
        self._make_look_alikes(is_apart & (self.orientation == Orientation.IDENTITY))

    def part_series(self, of_a_series: Sequence[int], compared: Mapping[int, set[int]]) -> None:
        """Take back what nothing proves between photos that were found to be of a series.

        Each of two such photos was compared with those that it resembles most, and is neither of
        them: nor is it another one that it resembles less.

        Args:
            of_a_series: Nodes.
            compared: The nodes that each node was compared with in full size.
        """
        is_open = np.isin(self.a, of_a_series) & np.isin(self.b, of_a_series)
        # What lies turned, or is a RAW file beside its rendering, cannot be compared.
        is_open &= (self.orientation == Orientation.IDENTITY) & ~self.is_raw_pair
        for index in np.flatnonzero(is_open & (self.code != LOOK_ALIKE_CODE)).tolist():
            is_open[index] = int(self.b[index]) not in compared[int(self.a[index])]
        self._make_look_alikes(is_open)

    def part_copies_of_look_alikes(self, copied: Mapping[int, int]) -> None:
        """Take a copy to resemble no photo that the one in which all of it was found is unlike.

        The copies of a series' frames are smaller than these, and may seem to be edits of one
        another where the frames themselves show that they are not.

        Args:
            copied: Nodes, and for each of them the one in which all of it was found.
        """
        most = max(*copied.keys(), *copied.values()) if copied else 0
        count = int(max(self.a.max(initial=0), self.b.max(initial=0), most)) + 1
        original = np.arange(count)
        original[list(copied)] = list(copied.values())
        keys = _keys(self.a, self.b, count)
        unlike = distinct(keys[self.code == LOOK_ALIKE_CODE])
        of_copies = [min(copy, of) * count + max(copy, of) for copy, of in copied.items()]
        is_open = (self.code != LOOK_ALIKE_CODE) & ~np.isin(keys, of_copies)
        first, second = original[self.a], original[self.b]
        for one, other in ((first, self.b), (self.a, second), (first, second)):
            between = _keys(one, other, count)
            is_unlike = is_open & (one != other) & (between != keys) & np.isin(between, unlike)
            self._make_look_alikes(is_unlike)

    def add_twin(self, old: int, node: int, beside: Sequence[int]) -> None:
        """Give a new node the edges of an old one, and one with each of some others.

        Args:
            old: The node that the new one was parted from.
            node: The new one.
            beside: Nodes that were parted from the old one before.
        """
        ends = (self.a == old) | (self.b == old)
        for a, b in zip(self.a[ends].tolist(), self.b[ends].tolist(), strict=True):
            if (placement := self.placements.get((a, b))) is not None:
                self.placements[node if a == old else a, node if b == old else b] = placement
        beside_of = {"code": RE_ENCODED_CODE, "likeness": 1}
        for name in ("distance_bits", "orientation", "code", "is_raw_pair", "likeness"):
            values = getattr(self, name)
            added = np.full(len(beside), beside_of.get(name, 0)).astype(values.dtype)
            setattr(self, name, np.concatenate((values, values[ends], added)))
        own = np.array(beside, np.int64)
        for name, rest in (("a", own), ("b", np.full(len(own), node))):
            values = getattr(self, name)
            copied = np.where(values[ends] == old, node, values[ends])
            setattr(self, name, np.concatenate((values, copied, rest)))
        self._by_first_node = None

    def _make_look_alikes(self, chosen: NDArray[np.bool_]) -> None:
        self.code[chosen] = LOOK_ALIKE_CODE
        self._by_first_node = None


def _between_nodes(
    pairs: Pairs, node_keys: Indices
) -> Iterator[tuple[Indices, Indices, Indices, bool]]:
    """Nodes of pairs of twin ids, places of the pairs, and True for a RAW file with another."""
    for raw_a in (0, 1):
        for raw_b in (0, 1):
            a, has_a = nodes_of(pairs["a"] * 2 + raw_a, node_keys)
            b, has_b = nodes_of(pairs["b"] * 2 + raw_b, node_keys)
            there = has_a & has_b
            yield a[there], b[there], np.flatnonzero(there), raw_a != raw_b


def nodes_of(keys: Indices, node_keys: Indices) -> tuple[Indices, NDArray[np.bool_]]:
    """Look keys up among those of the nodes: their nodes, and where there is one."""
    if len(node_keys) == 0:
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(node_keys, keys), len(node_keys) - 1)
    return at, node_keys[at] == keys


def _keys(a: Indices, b: Indices, count: int) -> Indices:
    """One number for each pair of nodes below `count`, in either order."""
    keys: Indices = np.minimum(a, b) * count + np.maximum(a, b)
    return keys
