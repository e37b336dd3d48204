"""The kernel compares what it is given, whatever the shape of the block."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.bktree.hamming import (
    BLOCK_PAIRS,
    BlockScanner,
    Hashes,
    check_hashes,
    distances,
)
from tests.core.hash_sets import (
    hash_sets,
    neighbours_by_force,
    pairs_by_force,
    random_hashes,
    triples,
)


def never_stop() -> None:
    pass


def scanned(rows: Hashes, columns: Hashes, radius: int) -> list[tuple[int, int, int]]:
    scanner = BlockScanner(rows.shape[1], never_stop)
    return triples(scanner.scan(rows.T, np.ascontiguousarray(columns.T), radius))


@given(st.data(), st.sampled_from([1, 2, 3, 4, 5]))
def test_a_scan_finds_what_brute_force_finds(data: st.DataObject, words: int) -> None:
    rows = data.draw(hash_sets(words, most=40))
    columns = np.concatenate([data.draw(hash_sets(words, most=200)), rows[:5], ~rows[:5]])
    radius = data.draw(st.integers(0, 64 * words + 1))
    assert scanned(rows, columns, radius) == neighbours_by_force(rows, columns, radius)


@pytest.mark.parametrize(("rows", "columns"), [(1, BLOCK_PAIRS + 3), (1000, 400), (400, 1000)])
def test_large_comparisons_are_cut_into_blocks(rows: int, columns: int) -> None:
    rng = np.random.default_rng(0)
    one, other = random_hashes(rng, rows, 1), random_hashes(rng, columns, 1)
    other[[0, -1]] = one[[-1, 0]]
    stops = []
    scanner = BlockScanner(1, lambda: stops.append(scanner.comparisons))
    found = triples(scanner.scan(one.T, other.T, 15))
    assert found == neighbours_by_force(one, other, 15)
    assert {(0, columns - 1, 0), (rows - 1, 0, 0)} <= set(found)
    assert scanner.comparisons == rows * columns
    assert len(stops) > 1
    assert max(np.diff([*stops, rows * columns])) <= BLOCK_PAIRS


def test_opposite_hashes_of_256_bits_are_256_bits_apart() -> None:
    hashes = random_hashes(np.random.default_rng(1), 3, 4)
    assert scanned(hashes, ~hashes, 60) == []
    own_opposite = [triple for triple in scanned(hashes, ~hashes, 256) if triple[0] == triple[1]]
    assert own_opposite == [(0, 0, 256), (1, 1, 256), (2, 2, 256)]
    assert scanned(hashes, hashes, 60) == [(0, 0, 0), (1, 1, 0), (2, 2, 0)]


def test_nothing_against_something_is_nothing() -> None:
    some, none = np.zeros((5, 2), np.uint64), np.zeros((0, 2), np.uint64)
    assert scanned(some, none, 128) == scanned(none, some, 128) == scanned(none, none, 128) == []


def test_distances_from_a_pivot() -> None:
    hashes = random_hashes(np.random.default_rng(2), 50, 4)
    expected = {(0, j): d for i, j, d in pairs_by_force(hashes, 256) if i == 0}
    from_first = distances(hashes.T, hashes[0])
    assert from_first.dtype == np.int64
    assert {(0, j): d for j, d in enumerate(from_first.tolist()) if j} == expected


@pytest.mark.parametrize(
    "wrong",
    [
        [[1]],
        np.zeros((3, 1), np.int64),
        np.zeros((3, 8), np.uint8),
        np.zeros((3, 1), np.dtype(np.uint64).newbyteorder()),
        np.zeros(3, np.uint64),
        np.zeros((3, 0), np.uint64),
        np.zeros((3, 1, 1), np.uint64),
    ],
    ids=["list", "int64", "bytes", "swapped", "flat", "wordless", "deep"],
)
def test_other_arrays_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="hashes must"):
        check_hashes(wrong, "hashes")


def test_the_number_of_words_is_checked_where_it_matters() -> None:
    check_hashes(np.zeros((0, 2), np.uint64), "queries", words=2)
    with pytest.raises(ValueError, match="queries must have 1 words each, not 2"):
        check_hashes(np.zeros((0, 2), np.uint64), "queries", words=1)
