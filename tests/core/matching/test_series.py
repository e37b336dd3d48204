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
