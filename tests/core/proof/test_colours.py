import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dupefinder.core.proof.coding import LOSSLESS, standard_steps
from dupefinder.core.proof.colours import (
    ChromaDifference,
    compare_colours,
    in_colours_of,
    is_beyond_full_colour,
    is_coloured,
    median_gap,
)
from dupefinder.core.proof.full_picture import Chroma, Levels, at_half, channels_of, to_levels
from tests.core.proof.full import photo

STEPS = LOSSLESS.chroma
SHOWN = np.asarray(photo())
LEVELS = to_levels(SHOWN)


def chroma(levels: Levels) -> Chroma | None:
    return at_half(channels_of(levels))


def compared(
    levels: Levels,
    others: Levels,
    steps: NDArray[np.float32] = STEPS,
    their_steps: NDArray[np.float32] = STEPS,
) -> ChromaDifference:
    size_px = levels.shape[1], levels.shape[0]
    return compare_colours(chroma(levels), chroma(others), size_px, steps, their_steps, 1)


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 3)),
    st.integers(0, 2**32 - 1),
)
def test_the_median_gap_is_the_median(plane: Levels, seed: int) -> None:
    other = np.random.default_rng(seed).integers(0, 4, plane.shape, dtype=np.uint8)
    assert median_gap(plane, other) == np.median(plane.astype(int) - other)


def test_equal_colours_do_not_differ() -> None:
    found = compared(LEVELS, LEVELS)
    assert found.blocks.shape == (23, 30)
    assert not found.differ(1).any()
    assert not found.is_tinted


def test_a_place_of_another_colour_differs() -> None:
    other = LEVELS.copy()
    other[96:128, 208:240, 1] = 255 - other[96:128, 208:240, 1] // 2
    found = compared(LEVELS, other)
    differs = found.differ(1)
    assert differs[6:8, 13:15].all()
    assert not differs[:5].any()
    assert not differs[:, :11].any()
    assert 0 < found.differ(8).sum() < differs.sum()


@pytest.mark.parametrize("moved", [4, -9])
def test_all_colours_moved_are_a_tint(moved: int) -> None:
    other = LEVELS.copy()
    other[..., 2] = np.clip(other[..., 2].astype(int) + moved, 0, 255)
    assert compared(LEVELS, other).is_tinted


def test_coarse_steps_explain_a_faint_tint() -> None:
    other = LEVELS.copy()
    other[..., 2] += 2
    coarse = standard_steps(20).chroma
    assert compared(LEVELS, other).is_tinted
    assert not compared(LEVELS, other, coarse, coarse).is_tinted


def test_greys_and_colours() -> None:
    grey = LEVELS[..., 0]
    assert not compared(grey, grey).differ(1).any()
    assert not is_coloured(channels_of(grey))
    assert not is_coloured(channels_of(to_levels(np.stack((grey, grey, grey), axis=-1))))
    assert is_coloured(channels_of(LEVELS))


@given(
    arrays(np.uint8, (5, 6, 3)),
    st.integers(1, 40),
    st.integers(0, 1000),
)
def test_each_pixel_gets_a_colour_that_there_is_and_a_near_one(
    others: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], count: int, seed: int
) -> None:
    palette = np.random.default_rng(seed).integers(0, 256, (1, count, 3)).astype(np.uint8)
    found = in_colours_of(palette, others).reshape(-1, 3).astype(float)
    distances = np.linalg.norm(
        others.reshape(-1, 1, 3).astype(float) - palette.astype(float), axis=2
    )
    there = np.linalg.norm(found[:, None] - palette.astype(float), axis=2).min(axis=1)
    assert (there == 0).all()
    gone = np.linalg.norm(others.reshape(-1, 3).astype(float) - found, axis=1)
    # The middle of a cell of 8 levels lies at most 4 levels aside in each channel.
    assert (gone <= distances.min(axis=1) + 2 * 4 * 3**0.5 + 1e-6).all()


def test_a_picture_of_few_colours_stays_as_it_is() -> None:
    few = np.array([[[4, 4, 4], [252, 252, 252]], [[252, 4, 4], [4, 4, 4]]], np.uint8)
    assert (in_colours_of(few, few) == few).all()


@pytest.mark.parametrize(("levels", "is_beyond"), [((128, 128, 128), False), ((20, 190, 60), True)])
def test_more_colour_than_a_screen_shows_is_told(
    levels: tuple[int, int, int], is_beyond: bool
) -> None:
    even = np.full_like(LEVELS, levels)
    colours = chroma(even)
    assert colours is not None
    assert is_beyond_full_colour(even[..., 0], colours) is is_beyond
