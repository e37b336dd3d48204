import numpy as np
import pytest
from PIL import Image

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
