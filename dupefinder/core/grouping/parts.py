"""The photos and matches of each group at a threshold, in little memory, as there are many."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class Part(NamedTuple):
    """The files of one group, and the edges among them.

    Attributes:
        key: int32 (1 + n,) as bytes: the node that is the group's centre, and the places of its
            files. Most are the same at the next threshold, and people go back and forth.
        version: int32 (1 + m,) as bytes: the number of its proofs, and the places of the edges
            among its nodes. The rest that it depends on: earlier versions never come back.
    """

    key: bytes
    version: bytes

    @property
    def centre(self) -> int:
        """The node that is the group's centre."""
        return int(np.frombuffer(self.key, np.int32)[0])

    @property
    def files(self) -> Indices:
        """Places of its files."""
        return np.frombuffer(self.key, np.int32)[1:].astype(np.int64)

    @property
    def edges(self) -> Indices:
        """Places of the edges among its nodes."""
        return np.frombuffer(self.version, np.int32)[1:].astype(np.int64)


def joined(heads: Indices, numbers: Indices, starts: Indices, ends: Indices) -> Iterator[bytes]:
    """Each of some numbers before its range of others, as int32."""
    first, others = heads.astype(np.int32), numbers.astype(np.int32)
    for head, start, end in zip(first, starts.tolist(), ends.tolist(), strict=True):
        yield head.tobytes() + others[start:end].tobytes()


def renumbered(rows: Sequence[bytes], first: Indices | None, rest: Indices) -> list[bytes | None]:
    """Renumber rows of places.

    Args:
        rows: int32 (n,) each, as bytes.
        first: int64, the new place by the old one of the first number of each; None leaves it.
        rest: int64, the same for the others.

    Returns:
        The rows with the others in ascending order; None for those with a place that is -1.
    """
    if not rows:
        return []
    numbers = np.frombuffer(b"".join(rows), np.int32).astype(np.int64)
    bounds = np.cumsum([0, *(len(row) // 4 for row in rows)])
    starts = bounds[:-1]
    is_first = np.zeros(len(numbers), np.bool_)
    is_first[starts] = True
    moved = np.empty_like(numbers)
    moved[is_first] = numbers[is_first] if first is None else first[numbers[is_first]]
    moved[~is_first] = rest[numbers[~is_first]]
    is_known = np.minimum.reduceat(moved, starts) >= 0
    of_row = np.repeat(np.arange(len(rows)), np.diff(bounds))
    packed = moved[np.lexsort((moved, ~is_first, of_row))].astype(np.int32).tobytes()
    ends = (4 * bounds).tolist()
    return [
        packed[start:end] if is_whole else None
        for start, end, is_whole in zip(ends, ends[1:], is_known.tolist(), strict=False)
    ]
