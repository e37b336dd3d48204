"""The photos and matches of each group at a threshold, in little memory, as there are many."""

from collections.abc import Iterator
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
