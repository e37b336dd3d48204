import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.catalog import PAIR_DTYPE
from dupefinder.core.matching import series


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(13, 24)), max_size=60, unique=True))
def test_blocks_hold_each_pair_once_and_few_photos(rows: list[tuple[int, int]]) -> None:
    pairs = np.zeros(len(rows), PAIR_DTYPE)
    pairs["a"], pairs["b"] = np.array(rows, np.int64).reshape(-1, 2).T
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(series, "_MOST_PHOTOS_AT_ONCE", 5)
        patched.setattr(series, "_MOST_PAIRS_AT_ONCE", 16)
        blocks = list(series._blocks(pairs))
    places = [place for some, _ in blocks for place in some.tolist()]
    assert sorted(places) == list(range(len(rows)))
    for some, ids in blocks:
        assert 0 < len(some) <= 16
        assert len(ids) <= 5
        assert set(ids.tolist()) == {*pairs["a"][some].tolist(), *pairs["b"][some].tolist()}


def test_the_nearest_of_a_smaller_copy_is_enough() -> None:
    """Photo 0 has a frame that is nearer than its copy, 1, which has none so near as that."""
    a = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
    b = np.array([1, 2, 3, 4, 5, 2, 3, 4, 5])
    unlikeness = np.array([0.6, 0.5, 0.7, 0.7, 0.7, 0.8, 0.8, 0.8, 0.8], np.float32)
    is_resized = (a == 1) | (b == 1)
    found = series._stand_out(a, b, unlikeness, is_resized)
    assert found[:2].tolist() == [True, True]
    found = series._stand_out(a, b, unlikeness, np.zeros_like(is_resized))
    assert found[:2].tolist() == [False, True]
