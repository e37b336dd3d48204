from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupefinder.core.matching.stars import DIFFERS, MATCHES, OPEN, States, ask_stars

COUNT = 9
PAIRS = [(a, b) for a in range(COUNT) for b in range(a)]


class Asked:
    """Answers by what is true, and remembers what it was asked for."""

    def __init__(self, truth: States) -> None:
        self.truth = truth
        self.places: list[int] = []

    def __call__(self, places: NDArray[np.int64]) -> States:
        assert not set(places.tolist()) & set(self.places)
        self.places += places.tolist()
        return self.truth[places]


def asked_of(
    pairs: list[tuple[int, int]], truth: list[int], known: list[bool], place: list[int]
) -> tuple[States, Asked]:
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    asked = Asked(np.array(truth, np.int8))
    states = np.where(known, asked.truth, OPEN).astype(np.int8)
    return ask_stars(a, b, states, np.array(place), asked), asked


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int], list[bool], list[int]]:
    pairs = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=30))
    truth = [draw(st.sampled_from((MATCHES, DIFFERS))) for _ in pairs]
    known = [draw(st.booleans()) for _ in pairs]
    return pairs, truth, known, draw(st.permutations(range(COUNT)))


@given(graphs())
def test_open_pairs_join_photos_that_match_a_third(
    graph: tuple[list[tuple[int, int]], list[int], list[bool], list[int]],
) -> None:
    pairs, truth, _, _ = graph
    states, asked = asked_of(*graph)
    matches = {
        frozenset(pair) for pair, state in zip(pairs, states, strict=True) if state == MATCHES
    }
    for index, (a, b) in enumerate(pairs):
        if states[index] == OPEN:
            assert any({frozenset((a, c)), frozenset((b, c))} <= matches for c in range(COUNT))
            assert index not in asked.places
        else:
            assert states[index] == truth[index]


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_makes_no_difference(
    graph: tuple[list[tuple[int, int]], list[int], list[bool], list[int]], random: Random
) -> None:
    pairs, truth, known, place = graph
    states, _ = asked_of(*graph)
    order = list(range(len(pairs)))
    random.shuffle(order)
    again, _ = asked_of(
        [pairs[one] for one in order],
        [truth[one] for one in order],
        [known[one] for one in order],
        place,
    )
    assert again.tolist() == [states[one] for one in order]


def test_a_group_of_copies_takes_one_question_for_each_but_the_centre() -> None:
    _, asked = asked_of(PAIRS, [MATCHES] * len(PAIRS), [False] * len(PAIRS), list(range(COUNT)))
    assert sorted(PAIRS[one] for one in asked.places) == [(a, 0) for a in range(1, COUNT)]


def test_of_photos_that_do_not_match_every_pair_is_asked_for() -> None:
    _, asked = asked_of(PAIRS, [DIFFERS] * len(PAIRS), [False] * len(PAIRS), list(range(COUNT)))
    assert len(asked.places) == len(PAIRS)
