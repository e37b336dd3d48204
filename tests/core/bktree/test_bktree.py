"""The index answers as brute force does: for every size, radius and number of threads."""

import threading
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core import bktree
from dupefinder.core.bktree import BKTree, distinct
from dupefinder.core.bktree.hamming import BLOCK_PAIRS, Hashes, PairBlock
from dupefinder.core.bktree.parts import Part
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from tests.core.hash_sets import (
    Triples,
    clustered,
    hash_sets,
    neighbours_by_force,
    pairs_by_force,
    radii,
    random_hashes,
    triples,
    with_bits_flipped,
)

Search = Callable[[BKTree, JobContext], Iterator[PairBlock]]


class CountingContext(JobContext):
    def __init__(self) -> None:
        super().__init__()
        self.done = 0

    def advance(self, pieces: int = 1, *, known: bool = False) -> None:
        self.done += pieces


@given(st.data(), hash_sets(), st.sampled_from([1, 2, 5, 40, 500]), st.integers(1, 3))
def test_pairs_are_those_of_brute_force(
    data: st.DataObject, hashes: Hashes, leaf_size: int, threads: int
) -> None:
    radius = data.draw(radii(hashes.shape[1]))
    context = CountingContext()
    found = triples(BKTree(hashes, leaf_size=leaf_size).pairs(radius, context, threads))
    assert found == pairs_by_force(hashes, radius)
    assert context.done == len(hashes)


@given(st.data(), hash_sets(), st.sampled_from([1, 2, 5, 40, 500]), st.integers(1, 3))
def test_neighbours_are_those_of_brute_force(
    data: st.DataObject, hashes: Hashes, leaf_size: int, threads: int
) -> None:
    words = hashes.shape[1]
    radius = data.draw(radii(words))
    queries = np.concatenate([data.draw(hash_sets(words, most=40)), hashes[::3], ~hashes[:2]])
    context = CountingContext()
    tree = BKTree(hashes, leaf_size=leaf_size)
    found = triples(tree.neighbours(queries, radius, context, threads))
    assert found == neighbours_by_force(queries, hashes, radius)
    assert context.done == len(queries)


@given(st.data(), hash_sets())
def test_queries_that_stand_more_than_once_find_the_same(
    data: st.DataObject, hashes: Hashes
) -> None:
    radius = data.draw(radii(hashes.shape[1]))
    queries = np.concatenate([data.draw(hash_sets(hashes.shape[1], most=40)), hashes[::3]])
    tree = BKTree(hashes, leaf_size=2)
    found = triples(tree.neighbours(queries, radius, JobContext(), 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_LEAST_TO_LEAVE", 0)
        patch.setattr(distinct, "_MOST_EQUAL", 1)
        assert triples(tree.neighbours(queries, radius, JobContext(), 1)) == found


@pytest.mark.parametrize("words", [1, 3, 4, 5])
def test_words_of_any_number(words: int) -> None:
    hashes = clustered(np.random.default_rng(words), 200, words, 5)
    for radius in (0, 3, 20 * words, 64 * words):
        found = triples(BKTree(hashes, leaf_size=8).pairs(radius, JobContext(), 2))
        assert found == pairs_by_force(hashes, radius)


def test_hashes_at_one_distance_from_every_pivot() -> None:
    # One bit each: no ring tells them apart, so that the tree must do without splitting.
    hashes = (np.uint64(1) << np.arange(64, dtype=np.uint64))[:, None]
    for radius in (0, 1, 2):
        found = triples(BKTree(hashes, leaf_size=1).pairs(radius, JobContext(), 1))
        assert found == pairs_by_force(hashes, radius)


def spread_out(rng: np.random.Generator, count: int) -> Hashes:
    hashes = random_hashes(rng, count, 1)
    hashes[::9] = with_bits_flipped(rng, hashes[1::9][: len(hashes[::9])], 0.08)
    hashes[::31] = hashes[5]
    return hashes


@pytest.mark.parametrize("radius", [4, 9])
def test_parts_find_what_the_tree_finds(radius: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    hashes = spread_out(rng, 15_000)
    queries = np.concatenate([spread_out(rng, 3_000), hashes[:3_000]])
    tree = BKTree(hashes)

    def found() -> tuple[Triples, Triples, int]:
        tree.comparisons = 0
        context = CountingContext()
        pairs = triples(tree.pairs(radius, context, 2))
        neighbours = triples(tree.neighbours(queries, radius, context, 2))
        assert context.done == len(hashes) + len(queries)
        return pairs, neighbours, tree.comparisons

    *by_parts, compared_by_parts = found()
    monkeypatch.setattr(bktree, "plan_parts", lambda *_: [])
    *in_tree, compared_in_tree = found()
    assert by_parts == in_tree
    assert len(by_parts[0]) > 1000
    assert compared_by_parts < 0.5 * compared_in_tree
    # A plan that would have nearly everything compared is dropped.
    useless = [Part((0,), 0), Part((1,), radius - 1)]
    monkeypatch.setattr(bktree, "plan_parts", lambda *_: useless)
    assert found() == (*in_tree, compared_in_tree)


@given(st.data(), hash_sets())
def test_a_prepared_tree_finds_the_same(data: st.DataObject, hashes: Hashes) -> None:
    words = hashes.shape[1]
    radius = data.draw(radii(words))
    queries = np.concatenate([data.draw(hash_sets(words, most=20)), hashes[::5]])
    tree = BKTree(hashes)
    tree.prepare()
    context = CountingContext()
    found = triples(tree.neighbours(queries, radius, context, 1))
    assert found == neighbours_by_force(queries, hashes, radius)
    assert context.done == len(queries)


def test_a_prepared_tree_compares_a_few_queries_with_few() -> None:
    rng = np.random.default_rng(5)
    hashes = random_hashes(rng, 20_000, 1)
    tree = BKTree(hashes)
    tree.prepare()
    queries = with_bits_flipped(rng, hashes[:40], 0.05)
    assert triples(tree.neighbours(queries, 10, JobContext(), 1)) == neighbours_by_force(
        queries, hashes, 10
    )
    assert tree.comparisons < 0.03 * len(queries) * len(hashes)


def test_the_walk_looks_at_a_part_of_the_tree_only() -> None:
    rng = np.random.default_rng(3)
    hashes = random_hashes(rng, 4_000, 1)
    tree = BKTree(hashes, leaf_size=50)
    list(tree.pairs(1, JobContext(), 1))
    assert 0 < tree.comparisons < 0.2 * len(hashes) ** 2 / 2
    once = tree.comparisons
    list(tree.pairs(1, JobContext(), 3))
    assert tree.comparisons == 2 * once


def test_five_thousand_identical_hashes() -> None:
    count = 5_000
    hashes = np.full((count, 1), 0x0123456789ABCDEF, dtype=np.uint64)
    tree = BKTree(hashes)
    context = CountingContext()
    partners_after = np.zeros(count, dtype=np.int64)
    tracemalloc.start()
    for first, second, distance in tree.pairs(0, context, 2):
        assert len(first) <= BLOCK_PAIRS
        assert (first < second).all()
        assert not distance.any()
        partners_after += np.bincount(first, minlength=count)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Each has all later ones as partners; together 225 MB.
    assert partners_after.tolist() == list(range(count - 1, -1, -1))
    assert peak_bytes < 40 << 20
    assert context.done == count


def test_cancelling_among_identical_hashes() -> None:
    context = CountingContext()
    results = BKTree(np.zeros((2_000, 1), np.uint64)).pairs(3, context)
    next(results)
    context.cancel()
    with pytest.raises(Cancelled):
        next(results)
    assert context.done == 0


def test_many_results_are_not_held_together() -> None:
    hashes = random_hashes(np.random.default_rng(5), 4_000, 1)
    tree = BKTree(hashes)
    tracemalloc.start()
    found = sum(len(block[0]) for block in tree.neighbours(hashes, 64, JobContext(), 2))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 288 MB together.
    assert found == 4_000**2
    assert peak_bytes < 80 << 20


@pytest.mark.parametrize("count", [0, 1])
def test_sets_without_a_pair(count: int) -> None:
    tree = BKTree(np.zeros((count, 2), np.uint64))
    assert len(tree) == count
    context = CountingContext()
    assert list(tree.pairs(128, context, 2)) == []
    assert context.done == count
    queries = np.ones((3, 2), np.uint64)
    assert (
        triples(tree.neighbours(queries, 2, context)) == [(q, 0, 2) for q in range(3)][: 3 * count]
    )
    assert context.done == count + 3
    assert list(tree.neighbours(queries[:0], 128, context)) == []


STRANGERS = random_hashes(np.random.default_rng(9), 5_000, 1)
LARGE = BKTree(spread_out(np.random.default_rng(9), 20_000))
SEARCHES: list[Search] = [
    lambda tree, context: tree.pairs(64, context, 2),
    lambda tree, context: tree.pairs(0, context, 2),
    lambda tree, context: tree.pairs(8, context, 2),
    lambda tree, context: tree.neighbours(STRANGERS, 2, context, 2),
]


@pytest.mark.parametrize("search", SEARCHES, ids=["everything", "same", "near", "neighbours"])
@pytest.mark.parametrize("checkpoints", [0, 1, 20, 150])
def test_cancelling_leaves_no_thread(search: Search, checkpoints: int) -> None:
    class CancelledSoon(CountingContext):
        def checkpoint(self) -> None:
            nonlocal checkpoints
            checkpoints -= 1
            if checkpoints < 0:
                self.cancel()
            super().checkpoint()

    before = set(threading.enumerate())
    context = CancelledSoon()
    with pytest.raises(Cancelled):
        for _ in search(LARGE, context):
            pass
    assert set(threading.enumerate()) == before
    assert context.done < 20_000


def test_a_search_left_early_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    results = LARGE.pairs(64, JobContext(), 3)
    next(results)
    del results
    assert set(threading.enumerate()) == before


def test_settings_of_numpy_stay_as_the_caller_has_them() -> None:
    before = np.getbufsize()
    list(LARGE.pairs(2, JobContext(), 1))
    assert np.getbufsize() == before


@pytest.mark.parametrize("wrong", [np.zeros(3, np.uint64), np.zeros((3, 1), np.int64)])
def test_other_arrays_are_refused(wrong: Hashes) -> None:
    with pytest.raises(ValueError, match="hashes must"):
        BKTree(wrong)
    with pytest.raises(ValueError, match="queries must"):
        LARGE.neighbours(wrong, 1, JobContext())


def test_invalid_arguments_are_refused_before_the_search() -> None:
    hashes = np.zeros((3, 1), np.uint64)
    with pytest.raises(ValueError, match="leaf_size"):
        BKTree(hashes, leaf_size=0)
    with pytest.raises(ValueError, match="radius"):
        LARGE.pairs(-1, JobContext())
    with pytest.raises(ValueError, match="radius"):
        LARGE.neighbours(hashes, -1, JobContext())
    with pytest.raises(ValueError, match="threads"):
        LARGE.pairs(1, JobContext(), 0)
    with pytest.raises(ValueError, match="queries must have 1 words"):
        LARGE.neighbours(np.zeros((3, 2), np.uint64), 1, JobContext())
    with pytest.raises(TypeError):
        LARGE.pairs(1.5, JobContext())  # type: ignore[arg-type]  # the point of the test
