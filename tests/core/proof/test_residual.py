import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dupefinder.core.proof.block_residual import busyness
from dupefinder.core.proof.coding import LOSSLESS, standard_steps
from dupefinder.core.proof.residual import allowance, residual
from dupefinder.core.proof.structure import texture
from tests.core.pictures import encode
from tests.core.proof.full import greys, photo

Levels = NDArray[np.uint8]

WINDOW_PX = 7
LEVELS = 6.0
"""As the proof has them."""


def saved(plane: Levels, quality: int) -> Levels:
    """A luma as it comes out of a JPEG in greys."""
    data = encode(Image.fromarray(plane), "JPEG", quality=quality)
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)


def allowed_of(ours: int | None, theirs: int | None) -> NDArray[np.float32]:
    """Of two qualities, None for lossless."""
    mine, its = ((standard_steps(one) if one else LOSSLESS).luma for one in (ours, theirs))
    return allowance(mine, its, 1.0)


PLAIN = greys(photo())


def test_nothing_is_left_of_equal_planes() -> None:
    found = residual(PLAIN, PLAIN, allowed_of(None, None), WINDOW_PX)
    assert found.level == 0
    assert found.blocks.shape == (45, 60)
    assert not found.blocks.any()


@pytest.mark.parametrize("quality", [30, 40, 50, 60, 70, 80, 90, 95])
def test_noise_of_encoding_is_explained(quality: int) -> None:
    found = residual(PLAIN, saved(PLAIN, quality), allowed_of(None, quality), WINDOW_PX)
    assert found.blocks.max() < 1
    again = residual(saved(PLAIN, 92), saved(PLAIN, quality), allowed_of(92, quality), WINDOW_PX)
    assert again.blocks.max() < 1


@pytest.mark.parametrize("quality", [50, 75, 95])
def test_a_changed_patch_is_found_in_its_blocks(quality: int) -> None:
    changed = PLAIN.copy()
    changed[120:132, 200:214] = 255 - changed[120:132, 200:214]
    found = residual(changed, saved(PLAIN, quality), allowed_of(None, quality), WINDOW_PX)
    rows, columns = np.nonzero(found.blocks > LEVELS)
    assert found.blocks[15:17, 25:27].min() > LEVELS
    # A window reaches three pixels beyond the blocks that were changed.
    assert (rows.min(), rows.max()) >= (14, 15)
    assert rows.max() <= 17
    assert columns.min() >= 24
    assert columns.max() <= 27


@pytest.mark.parametrize("size", [(1, 1), (7, 9), (8, 8), (8, 200), (30, 6), (17, 33)])
def test_any_size(size: tuple[int, int]) -> None:
    plane = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
    found = residual(plane, plane, allowed_of(None, None), WINDOW_PX)
    assert found.blocks.shape == (-(-size[0] // 8), -(-size[1] // 8))
    other = residual(plane, np.roll(255 - plane, 1, axis=1), allowed_of(None, None), WINDOW_PX)
    assert other.blocks.max() > LEVELS


@pytest.mark.parametrize("strip_blocks", [1, 2, 5, 1000])
def test_strips_make_no_difference(monkeypatch: pytest.MonkeyPatch, strip_blocks: int) -> None:
    """A picture higher than one strip, with changes on the border of two."""
    plane = greys(photo(90, 596, 3))
    changed = plane.copy()
    changed[:6, 40:60] = 0
    changed[508:516, 10:30] += 60
    changed[590:, 70:] = 255
    allowed = allowed_of(60, 80)
    expected = residual(changed, saved(plane, 80), allowed, WINDOW_PX)
    assert np.count_nonzero(expected.blocks > LEVELS) > 10
    monkeypatch.setattr(sys.modules[residual.__module__], "_STRIP_BLOCKS", strip_blocks)
    found = residual(changed, saved(plane, 80), allowed, WINDOW_PX)
    assert np.allclose(found.blocks, expected.blocks, atol=1e-3)
    assert found.level == pytest.approx(expected.level, rel=1e-4)


def other_scene() -> Levels:
    return greys(photo(seed=2))


@pytest.mark.parametrize("least_levels", [2.0, 6.5, 20.0])
def test_only_what_is_of_interest_is_exact(least_levels: float) -> None:
    changed = saved(PLAIN, 60).copy()
    changed[100:140, 90:130] = other_scene()[100:140, 90:130]
    changed[:9, -9:] = 255
    allowed = allowed_of(None, 60)
    every = residual(PLAIN, changed, allowed, WINDOW_PX).blocks
    some = residual(PLAIN, changed, allowed, WINDOW_PX, least_levels=least_levels).blocks
    strong = every > least_levels
    assert strong.any()
    assert np.array_equal(some > least_levels, strong)
    assert np.allclose(some[strong], every[strong], rtol=1e-4)


def test_busy_blocks_are_forgiven_in_parts_as_in_the_whole() -> None:
    changed = saved(PLAIN, 60).copy()
    changed[100:180, 90:230] = other_scene()[100:180, 90:230]
    allowed = allowed_of(None, 60)
    plain, forgiven = (
        residual(PLAIN, changed, allowed, WINDOW_PX, least_levels=3.5, hidden=hidden).blocks
        for hidden in (1.0, 1.85)
    )
    busy = busyness(*(np.ascontiguousarray(plane) for plane in (PLAIN, changed)))
    strong = plain > 3.5
    assert len(np.unique(busy[strong])) > 2
    assert np.allclose(forgiven[strong], (plain / (1 + np.float32(0.85) * busy))[strong])


def test_of_a_bar_what_reaches_into_the_next_block_counts_as_well() -> None:
    """Three of its columns lie in one block; the last lies in a block that is quiet but for it."""
    changed = PLAIN.copy()
    changed[120:136, 125:129] += np.uint8(7)
    found = residual(PLAIN, changed, allowed_of(None, None), WINDOW_PX, least_levels=4.0)
    assert found.blocks.max() > 4.2
    assert found.blocks[15, 16] > 4.2


def test_within_some_blocks_nothing_else_is_asked() -> None:
    changed = PLAIN.copy()
    changed[40:60, 40:60] = 255
    changed[200:220, 300:330] = 0
    allowed = allowed_of(None, None)
    every = residual(PLAIN, changed, allowed, WINDOW_PX).blocks
    within = np.zeros(every.shape, np.bool_)
    within[5:7, 5:7] = True
    found = residual(PLAIN, changed, allowed, WINDOW_PX, within=within).blocks
    assert np.allclose(found[within], every[within], rtol=1e-4)
    assert not found[20:].any()


def test_the_residual_stops_once_enough_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[residual.__module__], "_STRIP_BLOCKS", 2)
    allowed = allowed_of(90, 90)
    other = other_scene()
    whole = residual(PLAIN, other, allowed, WINDOW_PX, least_levels=LEVELS)
    part = residual(PLAIN, other, allowed, WINDOW_PX, least_levels=LEVELS, until=0.15)
    assert not whole.is_broken_off
    assert part.is_broken_off
    assert np.mean(part.blocks > LEVELS) > 0.15
    assert np.mean(part.blocks > LEVELS) < np.mean(whole.blocks > LEVELS)
    same = residual(PLAIN, PLAIN, allowed, WINDOW_PX, least_levels=LEVELS, until=0.15)
    assert not same.is_broken_off


# Black and white


def page(text: str = "The quick brown fox 0123456789") -> Levels:
    """A page as a printer sees it: nothing but black and white."""
    drawn = Image.new("L", (320, 240), 255)
    font = ImageFont.load_default(14)
    for line in range(12):
        ImageDraw.Draw(drawn).text((4 + line, 8 + 19 * line), text, 0, font=font)
    return np.asarray(drawn)


@pytest.mark.parametrize("quality", [30, 50, 75, 90])
def test_a_page_saved_again_is_explained_though_it_is_clipped(quality: int) -> None:
    """Decoders cut off what overshoots beside hard edges."""
    text = page()
    found = residual(text, saved(text, quality), allowed_of(None, quality), WINDOW_PX)
    assert found.blocks.max() < LEVELS


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_another_digit_on_a_page_is_not_explained(quality: int) -> None:
    text, other = page(), page("The quick brown fox 0123956789")
    found = residual(other, saved(text, quality), allowed_of(None, quality), WINDOW_PX)
    rows, columns = np.nonzero(found.blocks > LEVELS)
    assert len(set(rows.tolist())) > 12
    apart = np.flatnonzero((text != other).any(axis=0)) // 8
    assert columns.min() >= apart.min() - 1
    assert columns.max() <= apart.max() + 1


# Laws


@given(st.integers(0, 2**32 - 1), st.integers(20, 100), st.integers(20, 100), st.floats(0.2, 6))
def test_a_coarser_table_never_explains_less(
    seed: int, finer: int, coarser: int, strength: float
) -> None:
    finer, coarser = max(finer, coarser), min(finer, coarser)
    random = np.random.default_rng(seed)
    plane = random.integers(40, 200, (32, 40)).astype(np.uint8)
    other = (plane + random.normal(scale=strength * 5, size=plane.shape)).clip(1, 254)
    levels = [
        residual(plane, other.astype(np.uint8), allowed_of(None, one), WINDOW_PX).level
        for one in (finer, coarser)
    ]
    assert levels[1] <= levels[0] + 1e-4


def test_more_is_allowed_of_a_larger_picture_in_its_low_frequencies_alone() -> None:
    """Averaging of many pixels makes the error smaller, not larger."""
    ours, theirs = standard_steps(90).luma, standard_steps(60).luma
    tenth = allowance(ours, theirs, 10)
    assert tenth[0] < allowance(ours, theirs, 1)[0]
    assert tenth.max() < allowance(ours, theirs, 1).max()


@pytest.mark.parametrize("spare", [1, 2, 5])
def test_an_edge_narrower_than_a_block_counts_no_more_than_another(spare: int) -> None:
    random = np.random.default_rng(8)
    plane = (120 + random.normal(scale=2, size=(64 + spare, 64 + spare))).astype(np.uint8)
    other = (120 + random.normal(scale=2, size=plane.shape)).astype(np.uint8)
    blocks = residual(plane, other, saved_at(100), 7).blocks
    assert blocks[-1].max() < blocks[:-1].max() * 1.3
    assert blocks[:, -1].max() < blocks[:, :-1].max() * 1.3


# Texture


NOWHERE = np.zeros((30, 40), np.bool_)


def saved_at(quality: int) -> NDArray[np.float32]:
    steps = standard_steps(quality).luma
    return allowance(steps, standard_steps(100).luma, 1)


def test_encodings_of_one_exposure_share_its_texture() -> None:
    fine = texture(PLAIN, saved(PLAIN, 92), saved_at(92), NOWHERE)
    assert fine.ours > 1
    assert fine.agreement > 0.6
    assert fine.shared > 0.6
    assert fine.contradicted < 0.01
    same = texture(PLAIN, PLAIN, saved_at(100), NOWHERE)
    assert same.agreement == pytest.approx(1)
    assert same.contradicted == 0


def test_two_exposures_share_no_texture() -> None:
    random = np.random.default_rng(5)
    scene = np.full((240, 320), 120.0)
    one, other = ((scene + random.normal(scale=4, size=scene.shape)).astype(np.uint8) for _ in "ab")
    fine = texture(one, other, saved_at(95), NOWHERE)
    assert fine.ours > 10
    assert fine.theirs > 10
    assert abs(fine.agreement) < 0.05
    assert fine.contradicted > 0.5


def test_coarser_encoding_contradicts_nothing() -> None:
    """It takes the noise away, which is another matter."""
    fine = texture(saved(saved(PLAIN, 60), 85), PLAIN, saved_at(85), NOWHERE)
    assert fine.theirs > 1
    assert fine.contradicted < 0.01


def test_noise_that_was_added_to_one_is_not_asked_of_the_other() -> None:
    random = np.random.default_rng(6)
    other = (120 + random.normal(scale=3, size=(240, 320))).astype(np.uint8)
    one = (other + random.normal(scale=6, size=other.shape)).astype(np.uint8)
    fine = texture(one, other, saved_at(88), NOWHERE)
    assert fine.agreement < 0.4
    assert fine.shared > 0.9


def test_a_place_that_differs_tells_nothing_of_the_texture() -> None:
    random = np.random.default_rng(7)
    one = (120 + random.normal(scale=3, size=(240, 320))).astype(np.uint8)
    other = one.copy()
    other[80:160, 80:240] = (120 + random.normal(scale=3, size=(80, 160))).astype(np.uint8)
    there = NOWHERE.copy()
    there[10:20, 10:30] = True
    assert texture(one, other, saved_at(88), NOWHERE).shared < 0.95
    assert texture(one, other, saved_at(88), there).shared == pytest.approx(1)


@pytest.mark.parametrize("shape", [(7, 100), (100, 7), (1, 1)])
def test_a_picture_of_less_than_a_block_has_no_texture(shape: tuple[int, int]) -> None:
    plane = np.zeros(shape, np.uint8)
    fine = texture(plane, plane, saved_at(88), np.zeros((1, 13), np.bool_))
    assert (fine.ours, fine.theirs, fine.common) == (0, 0, 0)
