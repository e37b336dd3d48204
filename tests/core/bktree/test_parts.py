"""Parts of the bits: however they are cut, no pair is lost and none is found twice."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dupefinder.core.bktree import parts as bktree_parts
from dupefinder.core.bktree.distinct import DistinctHashes
from dupefinder.core.bktree.hamming import BlockScanner, Hashes, PairBlock
from dupefinder.core.bktree.parts import Part, PartSearch
from dupefinder.core.bktree.search_plan import deal_bits, equal_radii, plan_parts
from tests.core.hash_sets import (
    hash_sets,
    neighbours_by_force,
    pairs_by_force,
    random_hashes,
    triples,
)


def never_stop() -> None:
    pass


@st.composite
def cuts(draw: st.DrawFn, words: int, radius: int) -> list[Part]:
    """Parts of unequal size and radius, in bits of any order, that leave out no pair."""
    count = draw(st.integers(1, min(radius + 1, 6)))
    ends = sorted(
        draw(st.lists(st.integers(0, radius + 1 - count), min_size=count - 1, max_size=count - 1))
    )
    shares = np.diff([0, *ends, radius + 1 - count]).tolist()
    bits = draw(st.permutations(range(64 * words)))
    sizes = draw(st.lists(st.integers(1, 10), min_size=count, max_size=count))
    starts = np.cumsum([0, *sizes]).tolist()
    return [
        Part(bits[start : start + size], share)
        for start, size, share in zip(starts, sizes, shares, strict=False)
    ]


def found(search: PartSearch, words: int) -> list[PairBlock]:
    scanner = BlockScanner(words, never_stop)
    return [block for piece, _ in search.pieces() for block in search.found(piece, scanner)]


@given(st.data(), st.sampled_from([1, 2]), st.integers(0, 20), st.sampled_from([1, 50, 1 << 17]))
def test_all_pairs_once(data: st.DataObject, words: int, radius: int, piece_points: int) -> None:
    hashes = np.unique(data.draw(hash_sets(words, most=150)), axis=0)
    assume(len(hashes))
    points = DistinctHashes.of(hashes)
    parts = data.draw(cuts(words, radius))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bktree_parts, "_PIECE_POINTS", piece_points)
        search = PartSearch(parts, points, points, radius, never_stop)
        either_way = triples(found(search, words))
        total = sum(count for _, count in search.pieces())
    values = np.ascontiguousarray(points.columns.T)
    assert sorted((min(i, j), max(i, j), d) for i, j, d in either_way) == pairs_by_force(
        values, radius
    )
    assert total == len(hashes)


@given(st.data(), st.sampled_from([1, 2]), st.integers(0, 20), st.sampled_from([1, 50, 1 << 17]))
def test_all_neighbours_once(
    data: st.DataObject, words: int, radius: int, piece_points: int
) -> None:
    hashes = data.draw(hash_sets(words, most=100))
    assume(len(hashes))
    points = DistinctHashes.of(hashes)
    queries = DistinctHashes.of(
        np.concatenate([data.draw(hash_sets(words, most=60)), hashes[:40], ~hashes[:2]])
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bktree_parts, "_PIECE_POINTS", piece_points)
        search = PartSearch(data.draw(cuts(words, radius)), points, queries, radius, never_stop)
        neighbours = triples(found(search, words))
        counts = [count for _, count in search.pieces()]
    assert neighbours == neighbours_by_force(queries.columns.T, points.columns.T, radius)
    assert sum(counts) == len(queries.members)
    assert min(counts) >= 0


def test_the_comparisons_foretold_are_those_made() -> None:
    hashes = random_hashes(np.random.default_rng(0), 2_000, 1)
    points, queries = DistinctHashes.of(hashes), DistinctHashes.of(~hashes[:500])
    parts = [Part(range(5, 13), 1), Part(range(20, 29), 2)]
    for asking in (points, queries):
        search = PartSearch(parts, points, asking, 4, never_stop)
        scanner = BlockScanner(1, never_stop)
        for piece, _ in search.pieces():
            list(search.found(piece, scanner))
        assert scanner.comparisons == search.comparisons > 0


def test_a_part_reads_its_own_bits() -> None:
    hashes = np.array([[1 << 63, 1], [0, 2], [1 << 5, 3]], dtype=np.uint64)
    part = Part((63, 64, 65), 0)
    assert part.values(hashes.T).tolist() == [0b011, 0b100, 0b110]
    assert part.mask(2).tolist() == [1 << 63, 3]


@given(st.integers(0, 300), st.data())
def test_radii_of_parts_are_as_small_as_they_may_be(radius: int, data: st.DataObject) -> None:
    parts = data.draw(st.integers(1, radius + 1))
    part_radii = equal_radii(radius, parts)
    assert len(part_radii) == parts
    assert sum(part_radius + 1 for part_radius in part_radii) == radius + 1
    assert 0 <= min(part_radii) <= max(part_radii) <= min(part_radii) + 1


@given(hash_sets(2), st.integers(1, 8), st.integers(6, 16))
def test_no_bit_is_dealt_twice(hashes: Hashes, parts: int, part_bits: int) -> None:
    assume(len(hashes))
    dealt = deal_bits(np.ascontiguousarray(hashes.T), parts, part_bits)
    bits = [bit for part in dealt for bit in part]
    assert [len(part) for part in dealt] == [part_bits] * parts
    assert len(set(bits)) == len(bits)
    assert set(bits) <= set(range(128))


def test_bits_that_all_share_are_dealt_last() -> None:
    hashes = random_hashes(np.random.default_rng(0), 500, 1)
    hashes |= np.uint64(0xFFFF)
    dealt = deal_bits(hashes.T, 4, 12)
    assert sorted(bit for part in dealt for bit in part) == list(range(16, 64))


def test_parts_are_planned_where_they_pay() -> None:
    points = random_hashes(np.random.default_rng(0), 1_000, 1).T
    pairs = 10**5 * 10**5 // 2
    narrow = plan_parts(points, 10**5, pairs, 4, pairs / 3)
    assert sum(part.radius + 1 for part in narrow) == 5
    assert plan_parts(points, 10**5, pairs, 40, pairs) == []
    assert plan_parts(points, 1, 10**5, 4, 10**5 / 3) == []
