import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dupefinder.core.proof import witness
from dupefinder.core.proof.witness import MOST_UNLIKE_PLACES, unlike_places
from tests.core.pictures import encode
from tests.core.proof.faint import FAINT_CHANGES, page, saved, sky
from tests.core.proof.full import full, full_png, luma, photo


# It is blunter than the proof: the four smallest escape it.
@pytest.mark.parametrize(
    "name", sorted(FAINT_CHANGES.keys() - {"digit-in-small-sky", "square", "beige", "spot"})
)
def test_a_faint_change_is_seen_without_the_proof(name: str) -> None:
    shown, change, ours, theirs = FAINT_CHANGES[name]
    changed = full(saved(ours, change(shown()))), full(saved(theirs, shown()))
    assert unlike_places(*changed) > MOST_UNLIKE_PLACES


@pytest.mark.parametrize("saving", ["30", "60", "heic", "half", "third"])
def test_of_a_picture_saved_again_nothing_is_unlike(saving: str) -> None:
    for shown in (sky(), page(), photo()):
        original = full(encode(shown, "JPEG", quality=95))
        assert unlike_places(full(saved(saving, shown)), original) <= MOST_UNLIKE_PLACES


@pytest.mark.parametrize("colours", [24, 48])
def test_a_palette_of_a_sky_is_alike_and_a_mark_is_not(colours: int) -> None:
    original = full(encode(sky(), "JPEG", quality=95))
    in_few = full(encode(sky().quantize(colours), "PNG"))
    assert unlike_places(in_few, original) <= MOST_UNLIKE_PLACES
    marked = sky().copy()
    marked.paste((120, 120, 120), (200, 90, 212, 102))
    marked_in_few = full(encode(marked.quantize(colours), "PNG"))
    assert unlike_places(marked_in_few, original) > MOST_UNLIKE_PLACES


def test_a_picture_that_is_brighter_all_over_is_left_to_the_proof() -> None:
    brighter = full(encode(sky().point(lambda level: level + 9), "JPEG", quality=95))
    assert unlike_places(brighter, full_png(sky())) <= MOST_UNLIKE_PLACES


def test_other_structure_is_unlike() -> None:
    assert unlike_places(full_png(photo(seed=2)), full_png(photo())) > luma(photo()).size / 10


def test_a_place_counts_once_for_the_strip_that_it_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.asarray(sky()).copy()
    pixels[90:110, 200:220] += 15
    changed, plain = full_png(Image.fromarray(pixels)), full_png(sky())
    whole = unlike_places(changed, plain)
    monkeypatch.setattr("dupefinder.core.proof.witness._STRIP_PX", 100)
    assert unlike_places(changed, plain) == whole > MOST_UNLIKE_PLACES


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    contrast=st.floats(0, 60),
    change=st.floats(0, 40),
    cell_px=st.sampled_from([1, 2, 4, 9]),
)
def test_the_quick_test_equals_the_full_one(
    seed: int, contrast: float, change: float, cell_px: int
) -> None:
    """Near the bounds above all: planes of any contrast that differ by any amount in one place."""
    rng = np.random.default_rng(seed)
    base = cv2.GaussianBlur(rng.normal(size=(64, 64)), (0, 0), 2) * contrast * 4
    ours = np.clip(base + 128, 0, 255).astype(np.uint8)
    cells = rng.normal(size=(32 // cell_px + 1,) * 2)
    patch = np.kron(cells, np.ones((cell_px, cell_px)))[:32, :32] * change
    changed = ours.astype(np.float32)
    changed[16:48, 16:48] += patch
    theirs = np.clip(changed, 0, 255).round().astype(np.uint8)
    found, apart = witness._unlike(ours, theirs), witness._apart(ours, theirs, 0.0, 5.2)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(witness, "_may_be_unlike", lambda *_: True)
        assert np.array_equal(found, witness._unlike(ours, theirs))
    slopes = np.minimum(witness._slopes(ours), witness._slopes(theirs))
    hidden = 1 + np.sqrt(witness._mean(slopes, 15)) / np.float32(4)
    gaps = np.abs(witness._mean(ours.astype(np.int16) - theirs, 7))
    assert np.array_equal(apart, gaps > 5.2 * hidden)


@given(st.integers(0, 2**32 - 1))
def test_the_structure_of_a_plane_has_no_larger_squares_than_its_weights_allow(seed: int) -> None:
    plane = np.random.default_rng(seed).choice([-255, 0, 255], (48, 48)).astype(np.float32)
    before, after = witness._mean(plane * plane), witness._mean(witness._band(plane) ** 2)
    assert after.max() <= before.max() * witness._BAND_WEIGHTS**2
    # A plane of the signs of the weights comes as near to it as can be.
    impulse = np.zeros((81, 81), np.float32)
    impulse[40, 40] = 1
    assert 1.68 < np.abs(witness._band(impulse)).sum() <= witness._BAND_WEIGHTS
