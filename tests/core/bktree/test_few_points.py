import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.bktree import BKTree, few_points
from dupefinder.core.bktree.distinct import DistinctHashes
from dupefinder.core.bktree.few_points import FewPointsSearch, pays
from dupefinder.core.bktree.hamming import BlockScanner
from dupefinder.core.job import JobContext
from tests.core.hash_sets import neighbours_by_force, random_hashes, triples, with_bits_flipped


@given(st.integers(0, 1000), st.integers(0, 6), st.sampled_from([1, 1, 4]))
def test_neighbours_are_those_of_brute_force(seed: int, radius: int, words: int) -> None:
    """Tables are for fingerprints of one word; longer ones are searched otherwise."""
    rng = np.random.default_rng(seed)
    points = random_hashes(rng, 12, words)
    near = with_bits_flipped(rng, points[rng.integers(0, 12, 60)], rng.uniform(0, 0.12))
    queries = np.concatenate((near, points[:3], points[:3], random_hashes(rng, 9, words)))
    context = JobContext()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(few_points, "pays", lambda *_: True)
        patched.setattr(few_points, "_QUERIES_AT_ONCE", 16)
        patched.setattr(few_points, "BLOCK_PAIRS", 7)
        found = triples(BKTree(points).neighbours(queries, radius, context, 2))
    assert found == neighbours_by_force(queries, points, radius)


def test_each_pair_is_found_once_though_it_meets_in_every_run() -> None:
    points = DistinctHashes.of(np.array([[0], [1 << 63]], np.uint64))
    queries = DistinctHashes.of(np.zeros((1, 1), np.uint64))
    search = FewPointsSearch(points, queries, 5)
    scanner = BlockScanner(1, lambda: None)
    blocks = [block for piece, _ in search.pieces() for block in search.found(piece, scanner)]
    assert sorted(np.concatenate([block[2] for block in blocks]).tolist()) == [0, 1]
    assert scanner.comparisons > 2


def test_it_pays_for_many_queries_of_few_points_only() -> None:
    few, many = 500, 400_000
    assert pays(few, many, 8)
    assert not pays(many, few, 8)
    assert not pays(few, few, 8)
    assert not pays(few, many, 20)
