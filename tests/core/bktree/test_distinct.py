"""Collapsing and multiplying out lose and invent nothing."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.bktree import distinct
from dupefinder.core.bktree.distinct import DistinctHashes, multiplied_out
from dupefinder.core.bktree.hamming import BLOCK_PAIRS, Hashes, PairBlock
from tests.core.hash_sets import hash_sets, neighbours_by_force, pairs_by_force, triples


def values_within(one: Hashes, other: Hashes, radius: int) -> list[PairBlock]:
    """Pairs of values, one block each, unordered where both sides are the same."""
    if one is other:
        own = [(i, i, 0) for i in range(one.shape[1])]
        found = own + pairs_by_force(one.T, radius)
    else:
        found = neighbours_by_force(one.T, other.T, radius)
    return [(np.array([i]), np.array([j]), np.array([d], dtype=np.uint16)) for i, j, d in found]


@given(hash_sets())
def test_every_value_stands_once_and_names_its_members(hashes: Hashes) -> None:
    collapsed = DistinctHashes.of(hashes)
    assert len(collapsed) == len(np.unique(hashes, axis=0))
    assert sorted(collapsed.members.tolist()) == list(range(len(hashes)))
    for value in range(len(collapsed)):
        first = collapsed.first[value]
        members = collapsed.members[first : first + collapsed.count[value]]
        assert members.tolist() == sorted(members.tolist())
        assert (hashes[members] == collapsed.columns[:, value]).all()


def test_of_many_that_differ_each_stands_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "_LEAST_TO_LEAVE", 100)
    unlike = np.random.default_rng(0).integers(0, 1 << 64, (100, 2), np.uint64)
    left = DistinctHashes.mostly(unlike)
    assert (left.columns == unlike.T).all()
    assert left.members.tolist() == left.first.tolist() == list(range(100))
    alike = np.repeat(unlike[:50], 2, axis=0)
    assert len(DistinctHashes.mostly(alike)) == 50
    assert len(DistinctHashes.mostly(alike[:99])) == 50
    assert len(DistinctHashes.mostly(unlike[:0])) == 0


@given(hash_sets(most=60), st.integers(0, 70))
def test_pairs_of_values_become_pairs_of_members(hashes: Hashes, radius: int) -> None:
    collapsed = DistinctHashes.of(hashes)
    order = np.random.default_rng(0).permutation(len(collapsed))
    collapsed = collapsed.reordered(order)
    found = multiplied_out(
        values_within(collapsed.columns, collapsed.columns, radius), collapsed, collapsed
    )
    assert triples(found) == pairs_by_force(hashes, radius)


@given(st.data(), st.integers(0, 70))
def test_two_sets_become_products(data: st.DataObject, radius: int) -> None:
    queries, hashes = data.draw(hash_sets(2, most=40)), data.draw(hash_sets(2, most=40))
    hashes = np.concatenate([hashes, queries[::2]])
    left, right = DistinctHashes.of(queries), DistinctHashes.of(hashes)
    found = multiplied_out(values_within(left.columns, right.columns, radius), left, right)
    assert triples(found) == neighbours_by_force(queries, hashes, radius)


def test_blocks_are_cut_through_large_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "BLOCK_PAIRS", 7)
    hashes = np.repeat(np.array([[1], [2], [7]], dtype=np.uint64), [5, 1, 4], axis=0)
    collapsed = DistinctHashes.of(hashes)
    blocks = list(
        multiplied_out(
            values_within(collapsed.columns, collapsed.columns, 64), collapsed, collapsed
        )
    )
    assert max(len(block[0]) for block in blocks) <= 7
    assert triples(blocks) == pairs_by_force(hashes, 64)


def test_small_blocks_are_put_together() -> None:
    collapsed = DistinctHashes.of(np.arange(100, dtype=np.uint64)[:, None])
    blocks = values_within(collapsed.columns, collapsed.columns, 64)
    assert len(blocks) > 1000
    assert len(list(multiplied_out(blocks[:1000], collapsed, collapsed))) == 1


def test_a_product_larger_than_memory_is_made_as_it_is_taken() -> None:
    # Ten billion pairs: 180 GB if they were made at once.
    hashes = np.repeat(np.array([[0], [1]], dtype=np.uint64), 100_000, axis=0)
    collapsed = DistinctHashes.of(hashes)
    pair = (np.array([0]), np.array([1]), np.array([1], dtype=np.uint16))
    tracemalloc.start()
    blocks = multiplied_out([pair], collapsed, collapsed)
    sizes = [len(next(blocks)[0]) for _ in range(3)]
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [BLOCK_PAIRS] * 3
    assert peak_bytes < 40 << 20
