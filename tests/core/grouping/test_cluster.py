from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.grouping import cluster as module
from dupefinder.core.grouping.cluster import Clusters, cluster, kept_apart

Pair = tuple[int, int]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Pair], list[int]]:
    count = draw(st.integers(1, 24))
    ends = st.integers(0, count - 1)
    pairs = draw(st.sets(st.tuples(ends, ends).filter(lambda pair: pair[0] < pair[1]), max_size=60))
    ordered = sorted(pairs)
    return (
        count,
        ordered,
        draw(st.lists(st.integers(1, 9), min_size=len(pairs), max_size=len(pairs))),
    )


def _cluster(count: int, pairs: list[Pair], weights: list[int]) -> Clusters:
    a = np.array([pair[0] for pair in pairs], dtype=np.int64)
    b = np.array([pair[1] for pair in pairs], dtype=np.int64)
    return cluster(a, b, np.array(weights, dtype=np.int64), np.arange(count))


def test_no_matches_leave_everyone_alone() -> None:
    clusters = _cluster(3, [], [])
    assert clusters.centre.tolist() == [0, 1, 2]
    assert clusters.links.size == 0


def test_a_chain_is_not_one_group() -> None:
    clusters = _cluster(5, [(0, 1), (1, 2), (2, 3), (3, 4)], [1, 1, 1, 1])
    assert len(set(clusters.centre.tolist())) == 2
    assert clusters.links.size == 1


def test_a_star_is_one_group() -> None:
    clusters = _cluster(4, [(0, 3), (1, 3), (2, 3)], [1, 1, 1])
    assert clusters.centre.tolist() == [3, 3, 3, 3]


def test_of_equal_photos_the_one_of_lower_rank_is_the_centre() -> None:
    assert _cluster(2, [(0, 1)], [1]).centre.tolist() == [0, 0]


@given(graphs())
def test_every_member_matches_its_centre(graph: tuple[int, list[Pair], list[int]]) -> None:
    count, pairs, weights = graph
    centre = _cluster(count, pairs, weights).centre.tolist()
    matches = set(pairs)
    for photo, middle in enumerate(centre):
        assert centre[middle] == middle
        assert photo == middle or (min(photo, middle), max(photo, middle)) in matches


@given(graphs())
def test_no_match_is_lost(graph: tuple[int, list[Pair], list[int]]) -> None:
    count, pairs, weights = graph
    clusters = _cluster(count, pairs, weights)
    crossing = {
        index for index, (a, b) in enumerate(pairs) if clusters.centre[a] != clusters.centre[b]
    }
    assert set(clusters.links.tolist()) == crossing


@given(graphs(), st.integers(0, 2**32 - 1))
def test_the_order_of_photos_and_matches_makes_no_difference(
    graph: tuple[int, list[Pair], list[int]], seed: int
) -> None:
    count, pairs, weights = graph
    expected = _cluster(count, pairs, weights).centre
    generator = np.random.default_rng(seed)
    place = generator.permutation(count)  # photo → its place in the shuffled listing
    shuffle = generator.permutation(len(pairs))
    a = np.array([place[pairs[index][0]] for index in shuffle], dtype=np.int64)
    b = np.array([place[pairs[index][1]] for index in shuffle], dtype=np.int64)
    weight = np.array([weights[index] for index in shuffle], dtype=np.int64)
    rank = np.argsort(place)
    got = cluster(a, b, weight, rank).centre
    assert [int(got[place[photo]]) for photo in range(count)] == place[expected].tolist()


def _one_after_the_other(count: int, pairs: list[Pair], weights: list[int]) -> list[int]:
    """Centres as the words describe them; a component that is a star has its middle first."""
    neighbours: list[set[int]] = [set() for _ in range(count)]
    strength = [0] * count
    for (one, other), weight in zip(pairs, weights, strict=True):
        neighbours[one].add(other)
        neighbours[other].add(one)
        strength[one] += weight
        strength[other] += weight
    centre = list(range(count))
    taken: set[int] = set()
    order = sorted(range(count), key=lambda one: (-len(neighbours[one]), -strength[one], one))
    for photo in order:
        if photo not in taken:
            taken.add(photo)
            for other in neighbours[photo] - taken:
                taken.add(other)
                centre[other] = photo
    return centre


@pytest.mark.parametrize("rounds", [0, 1, 64])
@given(graph=graphs())
def test_all_at_once_parts_as_one_after_the_other_does(
    rounds: int, graph: tuple[int, list[Pair], list[int]]
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_MOST_ROUNDS", rounds)
        assert _cluster(*graph).centre.tolist() == _one_after_the_other(*graph)


def test_a_long_chain_is_parted() -> None:
    pairs = list(pairwise(range(3_000)))
    weights = [1 + number for number in range(len(pairs))]  # each outweighs the one before
    assert _cluster(3_000, pairs, weights).centre.tolist() == _one_after_the_other(
        3_000, pairs, weights
    )


# Photos that a person called different


sides = st.frozensets(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=3)


@given(graphs(), st.dictionaries(st.integers(0, 5), sides, min_size=2), st.data())
def test_it_makes_no_difference_which_end_of_a_match_comes_first(
    graph: tuple[int, list[Pair], list[int]],
    sides_of: dict[int, frozenset[Pair]],
    data: st.DataObject,
) -> None:
    """A photo may even be on two sides of one decision, by what two other photos became."""
    _, pairs, weights = graph
    turned = data.draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    order = np.argsort(np.array(weights), kind="stable")
    mixed = np.where(np.array(turned, np.bool_)[:, None], ends[:, ::-1], ends)
    straight, crossed = (kept_apart(one[:, 0], one[:, 1], order, sides_of) for one in (ends, mixed))
    assert np.array_equal(straight, crossed)


def test_a_photo_on_two_sides_is_parted_from_these_alone() -> None:
    a, b = np.array([0, 1]), np.array([1, 2])
    on_two = {0: frozenset(((0, 1),)), 1: frozenset(((0, 0), (0, 1))), 2: frozenset(((5, 0),))}
    for one, other in ((a, b), (b, a)):
        assert kept_apart(one, other, np.arange(2), on_two).tolist() == [True, False]


def test_what_parts_a_photo_parts_those_it_was_joined_with() -> None:
    a, b = np.array([0, 1]), np.array([1, 2])
    sides_of = {0: frozenset(((0, 0),)), 1: frozenset(((1, 0),)), 2: frozenset(((1, 1),))}
    for one, other in ((a, b), (b, a)):
        assert kept_apart(one, other, np.arange(2), sides_of).tolist() == [False, True]
