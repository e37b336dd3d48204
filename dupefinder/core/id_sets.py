"""Sets of numbers as arrays, ascending and each number once.

From 2.3 on NumPy finds what is distinct with a hash table. That leaves the cache from some ten
thousand numbers on: of 200,000 it takes 100 ms, where sorting them takes 9.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", np.int64, np.uint64)


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """Some numbers, (n,), in any order → each of them once."""
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
