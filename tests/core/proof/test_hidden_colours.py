"""Colours under full transparency."""

from typing import Any

import numpy as np
import pytest
from blake3 import blake3
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.records import ProofVerdict
from tests.core.pictures import encode, textured

LIMITS = DecodeLimits()
HIDDEN = np.s_[60:180, 80:240]


def cut_out(under: Image.Image | None, alpha: int = 0) -> Image.Image:
    """A photo with a hole, and what is under it; black without."""
    levels = np.dstack((np.asarray(textured(320, 240)), np.full((240, 320), 255, np.uint8)))
    levels[HIDDEN] = 0
    if under is not None:
        levels[(*HIDDEN, np.s_[:3])] = np.asarray(under)[HIDDEN]
    levels[(*HIDDEN, 3)] = alpha
    return Image.fromarray(levels, "RGBA")


def scanned(picture: Image.Image, format_: str, **options: Any) -> ScannedPhoto:
    lossless: dict[str, Any] = {"lossless": True, "exact": True} if format_ == "WEBP" else {}
    data = encode(picture, format_, **(options or lossless))
    photo = decode_bytes(data, "photo", LIMITS)
    return ScannedPhoto(("photo",), blake3(data).digest(), photo.facts, data)


@pytest.mark.parametrize("theirs", ["PNG", "WEBP"])
@pytest.mark.parametrize("ours", ["PNG", "WEBP", "TIFF"])
def test_hidden_colours_keep_their_photo(ours: str, theirs: str) -> None:
    rich = scanned(cut_out(textured(320, 240, seed=1)), ours)
    poor = scanned(cut_out(None), theirs)
    prover = PairProver(LIMITS)
    assert prover.prove(rich, poor).proof.verdict is not ProofVerdict.CONTAINED
    assert prover.prove(poor, rich).proof.verdict is ProofVerdict.CONTAINED
    assert not prover.prove_again(rich, poor)
    another = scanned(cut_out(textured(320, 240, seed=2)), theirs)
    for goes, stays in ((rich, another), (another, rich)):
        assert prover.prove(goes, stays).proof.verdict is not ProofVerdict.CONTAINED
        assert not prover.prove_again(goes, stays)


@pytest.mark.parametrize("alpha", [1, 4, 30])
def test_colours_that_can_hardly_be_seen_keep_their_photo(alpha: int) -> None:
    faint = Image.blend(textured(320, 240, seed=1), Image.new("RGB", (320, 240)), 0.7)
    rich, poor = scanned(cut_out(faint, alpha), "PNG"), scanned(cut_out(None, alpha), "PNG")
    prover = PairProver(LIMITS)
    assert prover.prove(rich, poor).proof.verdict is not ProofVerdict.CONTAINED
    assert not prover.prove_again(rich, poor)
    assert prover.prove_again(rich, scanned(cut_out(faint, alpha), "WEBP"))


def test_the_same_under_it_is_no_loss() -> None:
    under = textured(320, 240, seed=1)
    one, other = scanned(cut_out(under), "PNG"), scanned(cut_out(under), "WEBP")
    prover = PairProver(LIMITS)
    assert prover.prove(one, other).proof.verdict is ProofVerdict.CONTAINED
    assert prover.prove_again(one, other)


def test_a_blank_ground_is_nothing_hidden() -> None:
    white = Image.new("RGB", (320, 240), "white")
    one, other = scanned(cut_out(white), "PNG"), scanned(cut_out(None), "PNG")
    assert PairProver(LIMITS).prove(one, other).proof.verdict is ProofVerdict.CONTAINED


@pytest.mark.parametrize("quality", [60, 85])
def test_colours_that_an_encoder_puts_under_transparency_are_not_hidden(quality: int) -> None:
    picture = cut_out(None)
    original, copy = scanned(picture, "PNG"), scanned(picture, "WEBP", quality=quality)
    half = scanned(picture.resize((160, 120)), "WEBP", quality=quality)
    prover = PairProver(LIMITS)
    for goes, stays in ((copy, original), (half, original), (half, copy)):
        assert prover.prove(goes, stays).proof.verdict is ProofVerdict.CONTAINED


def test_a_photo_that_an_encoder_kept_under_it_stays() -> None:
    rich = scanned(cut_out(textured(320, 240, seed=1)), "WEBP", quality=85, exact=True)
    proof = PairProver(LIMITS).prove(rich, scanned(cut_out(None), "PNG")).proof
    assert proof.verdict is not ProofVerdict.CONTAINED
