import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dupefinder.core.proof.places import MOST_PLACES, Blocks, places_of


def marked(*boxes: Blocks, shape: tuple[int, int] = (60, 80)) -> NDArray[np.bool_]:
    differs = np.zeros(shape, np.bool_)
    for left, top, wide, high in boxes:
        differs[top : top + high, left : left + wide] = True
    return differs


def test_nothing_differs_in_no_place() -> None:
    places = places_of(marked())
    assert (places.boxes, places.share, places.are_few) == ((), 0.0, False)


def test_one_block_is_a_place() -> None:
    places = places_of(marked((79, 59, 1, 1)))
    assert places.boxes == ((79, 59, 1, 1),)
    assert places.share == 1 / (60 * 80)
    assert places.are_few


def test_blocks_that_lie_near_are_one_place() -> None:
    assert places_of(marked((10, 10, 2, 2), (14, 13, 1, 1))).boxes == ((10, 10, 5, 4),)
    apart = places_of(marked((10, 10, 1, 1), (20, 10, 1, 1)))
    assert apart.boxes == ((10, 10, 1, 1), (20, 10, 1, 1))


def test_the_largest_place_comes_first() -> None:
    boxes = places_of(marked((2, 2, 1, 1), (30, 30, 6, 4), (60, 10, 3, 3), (60, 40, 1, 1))).boxes
    assert boxes == ((30, 30, 6, 4), (60, 10, 3, 3), (2, 2, 1, 1), (60, 40, 1, 1))


def test_boxes_that_overlap_are_joined() -> None:
    """A mark inside a ring around it."""
    ring = marked((10, 10, 30, 30))
    ring[11:39, 11:39] = False
    ring[24, 24] = True
    assert places_of(ring).boxes == ((10, 10, 30, 30),)


def test_up_to_eight_places_are_few() -> None:
    boxes = [(8 * number, 10, 1, 1) for number in range(MOST_PLACES + 1)]
    assert places_of(marked(*boxes[:-1])).are_few
    assert not places_of(marked(*boxes)).are_few


def test_a_large_part_of_a_picture_is_not_few() -> None:
    assert places_of(marked((0, 0, 60, 10))).are_few
    assert not places_of(marked((0, 0, 70, 12))).are_few


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1)])
def test_any_shape(shape: tuple[int, int]) -> None:
    every = places_of(np.ones(shape, np.bool_))
    assert every.boxes == ((0, 0, shape[1], shape[0]),)
    assert every.share == 1


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 29)), max_size=30))
def test_every_block_lies_in_a_box_and_no_two_boxes_overlap(blocks: list[tuple[int, int]]) -> None:
    differs = np.zeros((30, 40), np.bool_)
    for column, row in blocks:
        differs[row, column] = True
    boxes = places_of(differs).boxes
    covered = np.zeros_like(differs, np.int64)
    for left, top, wide, high in boxes:
        covered[top : top + high, left : left + wide] += 1
        edges = (differs[top], differs[top + high - 1])
        assert all(edge[left : left + wide].any() for edge in edges)
    assert np.all(covered[differs] >= 1)
    assert covered.max() <= 1
