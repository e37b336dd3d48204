"""Sets of numbers as sorted arrays without duplicates.

Since 2.3, `np.unique` uses a hash table, which leaves the cache from some ten thousand numbers on:
for 200,000 it takes 100 ms, where sorting takes 9.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.int64, np.uint64)


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """The set of some numbers, (n,), in any order."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def union(one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
    """Numbers of either of two arrays."""
    return distinct(np.concatenate((one, other)))


def common(one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
    """Numbers of a set that another array has, too."""
    return one[np.isin(one, other)]


def without(one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
    """Numbers of a set that another array does not have."""
    return one[~np.isin(one, other)]
