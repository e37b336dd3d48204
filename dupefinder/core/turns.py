"""Which photo of a pair lies still, and how the other one has to be turned to lie on it."""

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Pairs
from dupefinder.core.equal_thumbnails import EqualThumbnails
from dupefinder.core.fingerprint import inverse
from dupefinder.core.records import Orientation

INVERSES = np.array([inverse(orientation) for orientation in Orientation])
"""The turn that undoes each `Orientation`."""

Indices = NDArray[np.int64]


def laid_by_rank(
    pairs: Pairs, twins: EqualThumbnails
) -> tuple[Indices, Indices, NDArray[np.uint8]]:
    """Let the photo of lower rank lie still, whichever of them the catalog met first.

    Args:
        pairs: Of twin ids.
        twins: Of all contents.

    Returns:
        Twin ids of the photos that lie still and of those that are turned, int64 (n,) each, and
        the `Orientation` by which these are turned, (n,).
    """
    swapped = twins.rank_of(pairs["a"]) > twins.rank_of(pairs["b"])
    still: Indices = np.where(swapped, pairs["b"], pairs["a"])
    moved: Indices = np.where(swapped, pairs["a"], pairs["b"])
    turns = np.where(swapped, INVERSES[pairs["orientation"]], pairs["orientation"])
    return still, moved, turns.astype(np.uint8)
