import numpy as np
import pytest

from dupefinder.core.catalog import EVIDENCE_CODES, PAIR_DTYPE, Pairs
from dupefinder.core.grouping.edges import LOOK_ALIKE_CODE, Edges
from dupefinder.core.grouping.open_pairs import nodes_of
from dupefinder.core.records import Evidence, Orientation

RE_ENCODED = EVIDENCE_CODES[Evidence.RE_ENCODED]
EDITED = EVIDENCE_CODES[Evidence.EDITED]


def pair(
    a: int,
    b: int,
    evidence: int = RE_ENCODED,
    *,
    bits: int = 2,
    likeness: float = 0.9,
    turn: Orientation = Orientation.IDENTITY,
) -> tuple[object, ...]:
    return (a, b, bits, turn, 1, evidence, 3, likeness, 0, 0, (np.nan,) * 6)


def edges_of(*pairs: tuple[object, ...], count: int = 6) -> Edges:
    """Edges among photos of which none is RAW: the nodes are numbered as the pictures are."""
    rows: Pairs = np.array(list(pairs), PAIR_DTYPE)
    return Edges(rows, np.arange(count) * 2)


def matches(edges: Edges) -> set[tuple[int, int]]:
    chosen = edges.confirmed(64)
    return set(zip(edges.a[chosen].tolist(), edges.b[chosen].tolist(), strict=True))


def test_no_pairs_make_no_edges() -> None:
    edges = edges_of()
    assert matches(edges) == set()
    assert edges.matched_nodes().tolist() == []
    assert edges.from_nodes(np.array([1, 2])) == []
    edges.part_copies_of_look_alikes({})
    edges.part_series([1, 2], {})
    edges.take_apart([(1, 2)])


def test_look_alikes_match_nothing() -> None:
    edges = edges_of(pair(1, 2), pair(2, 3, LOOK_ALIKE_CODE))
    assert matches(edges) == {(1, 2)}
    assert edges.matched_nodes().tolist() == [1, 2]
    assert edges.from_nodes(np.array([2])) == []


def test_the_threshold() -> None:
    edges = edges_of(pair(1, 2, bits=4), pair(1, 3, bits=9))
    assert len(edges.confirmed(4)) == 1
    assert len(edges.confirmed(9)) == 2


def test_raw_files_are_nodes_of_their_own() -> None:
    rows: Pairs = np.array([pair(1, 2)], PAIR_DTYPE)
    edges = Edges(rows, np.array([2, 3, 5]))  # photo 1, RAW file 1 and RAW file 2
    assert list(zip(edges.a.tolist(), edges.b.tolist(), strict=True)) == [(0, 2), (1, 2), (0, 1)]
    assert edges.is_raw_pair.tolist() == [True, False, True]
    assert matches(edges) == {(1, 2)}


def test_the_most_alike_come_first() -> None:
    edges = edges_of(
        pair(1, 2, likeness=0.8), pair(1, 3, likeness=0.95), pair(2, 3, likeness=0.8),
        pair(1, 4, likeness=0.99), pair(3, 4, turn=Orientation.MIRROR),
    )  # fmt: skip
    rank = np.array([0, 5, 4, 3, 2, 1])
    found = edges.most_alike_first(np.array([1, 2, 3]), rank)
    # Of two that are alike the ranks of the photos decide, not the order in which they were met.
    assert found == [(1, 3), (2, 3), (1, 2)]


def test_only_upright_pairs_are_taken_apart() -> None:
    edges = edges_of(pair(1, 2), pair(1, 3, turn=Orientation.ROTATE_90), pair(2, 3))
    edges.from_nodes(np.array([1]))  # what is remembered must not outlast the change
    edges.take_apart([(1, 2), (1, 3)])
    assert matches(edges) == {(1, 3), (2, 3)}
    assert edges.from_nodes(np.array([1])) == [1]


def test_between_photos_of_a_series_only_what_was_compared_stays() -> None:
    edges = edges_of(pair(1, 2), pair(1, 3), pair(2, 3), pair(3, 4))
    edges.part_series([1, 2, 3], {1: {2}, 2: {1}, 3: {4}})
    assert matches(edges) == {(1, 2), (3, 4)}


def test_a_copy_resembles_nothing_that_its_original_is_unlike() -> None:
    edges = edges_of(pair(1, 2), pair(2, 3, EDITED), pair(1, 3, LOOK_ALIKE_CODE))
    edges.part_copies_of_look_alikes({2: 1})
    assert matches(edges) == {(1, 2)}


@pytest.mark.parametrize("beside", [[], [4], [4, 5]])
def test_a_twin_has_the_edges_of_the_other(beside: list[int]) -> None:
    edges = edges_of(pair(1, 2, EDITED, likeness=0.7), pair(2, 3))
    edges.add_split(2, 6, beside)
    assert matches(edges) == {(1, 2), (2, 3), (1, 6), (6, 3), *((one, 6) for one in beside)}
    lengths = {len(getattr(edges, name)) for name in ("a", "b", "code", "likeness", "orientation")}
    assert lengths == {4 + len(beside)}


def test_the_placement_of_a_twin_is_kept() -> None:
    laid = np.arange(6, dtype=np.float32)
    row = (*pair(1, 2, EDITED)[:-1], tuple(laid.tolist()))
    edges = edges_of(row)
    edges.add_split(2, 6, [])
    assert edges.placements[1, 6].tolist() == edges.placements[1, 2].tolist() == laid.tolist()
    assert edges.registered == {1, 2}


def test_nodes_of_keys() -> None:
    at, is_there = nodes_of(np.array([2, 3, 4, 9]), np.array([2, 4]))
    assert is_there.tolist() == [True, False, True, False]
    assert at[is_there].tolist() == [0, 1]
    at, is_there = nodes_of(np.array([2]), np.array([], np.int64))
    assert not is_there.any()
