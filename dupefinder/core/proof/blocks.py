"""Blocks of 8 × 8 pixels of a plane, gathered without a copy of the whole."""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX

Levels = NDArray[np.uint8]


def blocks_of(levels: Levels, places: NDArray[np.intp]) -> Levels:
    """Some blocks of a contiguous plane of whole blocks, uint8 (n, 64).

    Args:
        levels: uint8 (rows × 8, columns × 8).
        places: Of the blocks, counted along the rows.
    """
    # Each row of a block is one number of 8 bytes.
    rows = levels.reshape(-1).view(np.uint64)
    return rows[rows_of(places, levels.shape[1] // BLOCK_PX)].view(np.uint8).reshape(-1, 64)


def rows_of(places: NDArray[np.intp], columns: int) -> NDArray[np.intp]:
    """Where the rows of some blocks lie among the rows of all, (n, 8)."""
    down, across = np.divmod(places, columns)
    rows: NDArray[np.intp] = (down * (BLOCK_PX * columns) + across)[:, None]
    return rows + np.arange(BLOCK_PX) * columns


def is_clipped(blocks: Levels) -> NDArray[np.bool_]:
    """Tell which blocks, uint8 (n, 64), have black or white pixels: what lay beyond was cut off."""
    # Black and white are the largest, moved by one.
    return np.asarray((blocks + np.uint8(1)).min(axis=1) <= 1)
