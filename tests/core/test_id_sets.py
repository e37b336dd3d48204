"""Sets as arrays are what NumPy's slower functions make of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupefinder.core.id_sets import common, distinct, union, without

NUMBERS = st.lists(st.integers(-5, 20)).map(lambda values: np.array(values, np.int64))


def is_same(found: NDArray[np.int64], expected: NDArray[np.int64]) -> bool:
    return found.dtype == np.int64 and found.tolist() == expected.tolist()


@given(NUMBERS, NUMBERS)
def test_sets(one: NDArray[np.int64], other: NDArray[np.int64]) -> None:
    assert is_same(distinct(one), np.unique(one))
    assert is_same(union(one, other), np.union1d(one, other))
    assert is_same(common(distinct(one), other), np.intersect1d(one, other))
    assert is_same(without(distinct(one), other), np.setdiff1d(one, other))
