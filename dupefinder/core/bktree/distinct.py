"""Identical fingerprints as one: collapsed before a search, expanded after it.

Five thousand identical fingerprints are one value with five thousand members, and their twelve
million pairs are made block by block, on demand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from dupefinder.core.bktree.hamming import BLOCK_PAIRS, Hashes, PairBlock, Positions

_HELD_BLOCKS = 4096
"""Number of small blocks that are joined before they are passed on."""

_LEAST_TO_LEAVE = 1 << 18
_SAMPLE = 1 << 14
_MOST_EQUAL = 0.01

_MOST_SORTED_BY_DIGITS = np.iinfo(np.uint16).max
"""NumPy sorts 16-bit numbers digit by digit, eight times as fast as longer ones."""


@dataclass(frozen=True, slots=True, eq=False)
class DistinctHashes:
    """A set of distinct fingerprints, each with the positions that have it.

    Attributes:
        columns: uint64 (words, n), the values.
        first: int64 (n,), where the members of each value begin in `members`.
        count: int64 (n,), how many members each value has, at least one.
        members: int64, positions in the original set, grouped by value.
    """

    columns: Hashes
    first: Positions
    count: Positions
    members: Positions

    def __len__(self) -> int:
        """Number of distinct values."""
        return len(self.first)

    @classmethod
    def of(cls, hashes: Hashes) -> Self:
        """Collapse identical fingerprints.

        Args:
            hashes: uint64 (n, words).
        """
        if hashes.shape[1] == 1 and hashes.max(initial=0) <= _MOST_SORTED_BY_DIGITS:
            members = np.argsort(hashes[:, 0].astype(np.uint16), kind="stable")
        else:
            members = np.lexsort(hashes.T)
        members = members.astype(np.int64, copy=False)
        ordered = hashes[members]
        is_new = np.ones(len(hashes), dtype=np.bool_)
        is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
        first = np.flatnonzero(is_new).astype(np.int64, copy=False)
        count = np.diff(first, append=len(hashes))
        return cls(np.ascontiguousarray(ordered[first].T), first, count, members)

    @classmethod
    def mostly(cls, hashes: Hashes) -> Self:
        """Collapse identical fingerprints, unless there are many and hardly any are identical.

        Sorting millions takes longer than searching for a few of them twice. A value may then occur
        more than once.

        Args:
            hashes: uint64 (n, words).
        """
        if len(hashes) < _LEAST_TO_LEAVE:
            return cls.of(hashes)
        sample = np.sort(hashes[:: max(len(hashes) // _SAMPLE, 1), 0])
        if np.count_nonzero(sample[1:] == sample[:-1]) > len(sample) * _MOST_EQUAL:
            return cls.of(hashes)
        each = np.arange(len(hashes))
        return cls(np.ascontiguousarray(hashes.T), each, np.ones_like(each), each)

    def reordered(self, order: Positions) -> Self:
        """The same set with its values in another order, given as positions (n,)."""
        columns = np.ascontiguousarray(self.columns[:, order])
        return type(self)(columns, self.first[order], self.count[order], self.members)


def multiplied_out(
    found: Iterable[PairBlock], left: DistinctHashes, right: DistinctHashes
) -> Iterator[PairBlock]:
    """Expand pairs of values to pairs of their members.

    Args:
        found: Blocks of position in `left`, position in `right`, distance.
        left: The set of the first positions.
        right: The set of the second. When it is the same object, pairs are unordered: the
            smaller member comes first, and a value paired with itself gives the pairs among
            its members.

    Yields:
        Blocks of at most `BLOCK_PAIRS`: first member, second member, distance.
    """
    held: list[PairBlock] = []
    waiting = 0
    for block in found:
        held.append(block)
        waiting += int(left.count[block[0]] @ right.count[block[1]])
        if waiting >= BLOCK_PAIRS or len(held) == _HELD_BLOCKS:
            yield from _products(held, left, right)
            held.clear()
            waiting = 0
    if held:
        yield from _products(held, left, right)


def _products(
    held: list[PairBlock], left: DistinctHashes, right: DistinctHashes
) -> Iterator[PairBlock]:
    value, other, distance = (np.concatenate(parts) for parts in zip(*held, strict=True))
    size = left.count[value] * right.count[other]
    end = np.cumsum(size)
    start = end - size
    total = int(size.sum())
    # The products in one row, cut into blocks of equal length.
    for begin in range(0, total, BLOCK_PAIRS):
        stop = min(begin + BLOCK_PAIRS, total)
        cut = np.arange(
            np.searchsorted(end, begin, side="right"), np.searchsorted(start, stop, side="left")
        )
        share = np.minimum(end[cut], stop) - np.maximum(start[cut], begin)
        pair = np.repeat(cut, share)
        of_value, of_other = np.divmod(
            np.arange(begin, stop) - start[pair], right.count[other[pair]]
        )
        first = left.members[left.first[value[pair]] + of_value]
        second = right.members[right.first[other[pair]] + of_other]
        bits = distance[pair]
        if left is right:
            # A value with itself gives each pair twice; one of them is kept.
            kept = (value[pair] != other[pair]) | (first < second)
            first, second, bits = first[kept], second[kept], bits[kept]
            first, second = np.minimum(first, second), np.maximum(first, second)
        yield first, second, bits
