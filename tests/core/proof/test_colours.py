import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dupefinder.core.proof.coding import LOSSLESS, standard_steps
from dupefinder.core.proof.colours import compare_colours, in_colours_of, is_coloured
from dupefinder.core.proof.full_picture import to_levels
from tests.core.proof.full import photo

STEPS = LOSSLESS.chroma
SHOWN = np.asarray(photo())
LEVELS = to_levels(SHOWN)


def test_equal_colours_do_not_differ() -> None:
    found = compare_colours(LEVELS, LEVELS, STEPS, STEPS, 1)
    assert found.blocks.shape == (45, 60)
    assert not found.differ(1).any()
    assert not found.is_tinted


def test_a_place_of_another_colour_differs() -> None:
    other = LEVELS.copy()
    other[96:128, 200:240, 1] = 255 - other[96:128, 200:240, 1] // 2
    found = compare_colours(LEVELS, other, STEPS, STEPS, 1)
    differs = found.differ(1)
    assert differs[12:16, 25:30].all()
    assert not differs[:10].any()
    assert not differs[:, :22].any()
    assert found.differ(0.5).sum() >= differs.sum()


@pytest.mark.parametrize("moved", [4, -9])
def test_all_colours_moved_are_a_tint(moved: int) -> None:
    other = LEVELS.copy()
    other[..., 2] = np.clip(other[..., 2].astype(int) + moved, 0, 255)
    assert compare_colours(LEVELS, other, STEPS, STEPS, 1).is_tinted


def test_coarse_steps_explain_a_faint_tint() -> None:
    other = LEVELS.copy()
    other[..., 2] += 2
    coarse = standard_steps(20).chroma
    assert compare_colours(LEVELS, other, STEPS, STEPS, 1).is_tinted
    assert not compare_colours(LEVELS, other, coarse, coarse, 1).is_tinted


def test_greys_and_colours() -> None:
    grey = LEVELS[..., 0]
    assert not compare_colours(grey, grey, STEPS, STEPS, 1).differ(1).any()
    assert not is_coloured(grey)
    assert not is_coloured(to_levels(np.stack((grey, grey, grey), axis=-1)))
    assert is_coloured(LEVELS)


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
