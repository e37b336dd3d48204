"""Hamming distances between packed fingerprints, in blocks of NumPy.

A set of `n` fingerprints of `64 * words` bits is held words first, uint64 (words, n): a run
of fingerprints is then a run of memory for every word, which is what the kernel wants.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_PAIRS = 1 << 17
"""Pairs that one call of the kernel compares: its buffers take 1.3 MB.

Smaller ones fit the cache better but have threads wait for the interpreter's lock: with
1 << 16 two threads are 1.3 times as fast as one, with this 1.5 times."""

UFUNC_BUFFER_ITEMS = 256
"""Setting for `numpy.setbufsize` in threads that scan. With NumPy's default of 8192 a broadcast
XOR over rows shorter than about 2,700 items goes through copies and takes three times as long."""

WORD_BITS = 64

_MIN_ROWS = 16
"""Long rows of columns are cut rather than compared with fewer rows than this at a time."""

Checkpoint = Callable[[], None]
"""To be called often by long work; raises when the work is to end."""

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]
Distances = NDArray[np.uint16]
PairBlock = tuple[Positions, Positions, Distances]
"""First index, second index and distance in bits of some pairs: three arrays (k,)."""


def check_hashes(hashes: object, name: str, words: int | None = None) -> None:
    """Refuse arrays that are not sets of packed fingerprints.

    Args:
        hashes: The fingerprints as the caller gave them.
        name: Its name in the message.
        words: The required number of words; None for any.

    Raises:
        ValueError: Not a uint64 array (n, words) with at least one word.
    """
    if not isinstance(hashes, np.ndarray) or hashes.dtype != np.uint64:
        raise ValueError(f"{name} must be a uint64 array")
    if hashes.ndim != 2 or hashes.shape[1] == 0:
        raise ValueError(f"{name} must have the shape (n, words), not {hashes.shape}")
    if words is not None and hashes.shape[1] != words:
        raise ValueError(f"{name} must have {words} words each, not {hashes.shape[1]}")


def distances(columns: Hashes, pivot: Hashes) -> Positions:
    """Distances of many fingerprints from one.

    Args:
        columns: uint64 (words, n).
        pivot: uint64 (words,).

    Returns:
        int64 (n,), in bits.
    """
    differing = np.bitwise_count(columns ^ pivot[:, None])
    in_bits: Positions = differing.sum(axis=0, dtype=np.int64)
    return in_bits


class BlockScanner:
    """Compares rows with columns, in buffers that are made once. For one thread at a time.

    The steps are ufuncs that release the interpreter's lock, so several scanners run side by
    side. One word is compared in about 0.45 ns a pair on one core of a current computer.

    Attributes:
        comparisons: Number of pairs compared so far; callers add distances of their own.
    """

    def __init__(self, words: int, checkpoint: Checkpoint) -> None:
        """Make the buffers.

        Args:
            words: uint64 words of a fingerprint.
            checkpoint: Called before every block, that is several times a millisecond.
        """
        self.comparisons = 0
        self._checkpoint = checkpoint
        self._xor = np.empty(BLOCK_PAIRS, dtype=np.uint64)
        self._bits = np.empty(BLOCK_PAIRS, dtype=np.uint8)
        # Up to four words are added in uint8, which is twice as fast: 256 alone wraps, to 0.
        self._total = np.empty(BLOCK_PAIRS, dtype=np.uint8 if words <= 4 else np.uint16)
        self._near = np.empty(BLOCK_PAIRS, dtype=np.bool_)

    def scan(self, rows: Hashes, columns: Hashes, radius: int) -> Iterator[PairBlock]:
        """Find the pairs of a row and a column that lie within a radius.

        Args:
            rows: uint64 (words, r).
            columns: uint64 (words, c).
            radius: In bits.

        Yields:
            Row, column and distance of the pairs found, in blocks.
        """
        row_count, column_count = rows.shape[1], columns.shape[1]
        height = min(max(BLOCK_PAIRS // max(column_count, 1), _MIN_ROWS), max(row_count, 1))
        width = BLOCK_PAIRS // height
        for top in range(0, row_count, height):
            some_rows = rows[:, top : top + height]
            for left in range(0, column_count, width):
                self._checkpoint()
                block = self._block(some_rows, columns[:, left : left + width], radius)
                if block is not None:
                    row, column, distance = block
                    yield top + row, left + column, distance

    def _block(self, rows: Hashes, columns: Hashes, radius: int) -> PairBlock | None:
        words, row_count = rows.shape
        column_count = columns.shape[1]
        size = row_count * column_count
        self.comparisons += size
        xor = self._xor[:size]
        grid = xor.reshape(row_count, column_count)
        bits = self._bits[:size]
        near = self._near[:size]
        np.bitwise_xor(rows[0][:, None], columns[0], out=grid)
        total: NDArray[Any] = np.bitwise_count(xor, out=bits)
        if words > 1:
            total = self._total[:size]
            np.copyto(total, bits)
        for word in range(1, words):
            np.bitwise_xor(rows[word][:, None], columns[word], out=grid)
            np.add(total, np.bitwise_count(xor, out=bits), out=total)
        found = np.flatnonzero(np.less_equal(total, radius, out=near))
        if len(found) == 0:
            return None
        row, column = np.divmod(found, column_count)
        distance = total[found].astype(np.uint16)
        if words == 4:
            wrapped = np.flatnonzero(distance == 0)
            opposite = rows[0, row[wrapped]] != columns[0, column[wrapped]]
            distance[wrapped[opposite]] = words * WORD_BITS
            kept = distance <= radius
            row, column, distance = row[kept], column[kept], distance[kept]
        return row, column, distance
