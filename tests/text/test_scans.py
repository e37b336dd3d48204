from hypothesis import given
from hypothesis import strategies as st

from dupefinder.text.scans import (
    LEVELS,
    MOST_BITS,
    Similarity,
    level_of,
    level_sentence,
    level_text,
)


def test_the_levels() -> None:
    assert [int(level) for level in LEVELS] == [0, 4, 10, 16]
    assert LEVELS[-1] == MOST_BITS
    assert len({level_text(level) for level in LEVELS}) == len(LEVELS)
    assert len({level_sentence(level) for level in LEVELS}) == len(LEVELS)


def test_identical_means_identical() -> None:
    assert level_of(0) is Similarity.IDENTICAL
    assert level_of(1) is Similarity.VERY_CLOSE
    assert level_of(10) is Similarity.CLOSE
    assert level_of(11) is Similarity.LOOSE
    assert level_of(64) is Similarity.LOOSE


@given(st.integers(0, MOST_BITS))
def test_a_level_takes_in_its_bits_and_the_one_below_does_not(bits: int) -> None:
    level = level_of(bits)
    assert bits <= level
    assert all(bits > lower for lower in LEVELS if lower < level)
