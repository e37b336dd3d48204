import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.proof import contained
from dupefinder.core.records import ProofVerdict
from tests.core.pictures import encode
from tests.core.proof.full import full, full_png, photo

CONTAINED = ProofVerdict.CONTAINED


def deep(*, low_bits_seed: int, grey: bool = False) -> NDArray[np.uint16]:
    """Sixteen bits of which the upper eight are always the same."""
    levels = np.asarray(photo().convert("L" if grey else "RGB")).astype(np.uint16) << 8
    low_bits = np.random.default_rng(low_bits_seed).integers(0, 256, levels.shape, np.uint16)
    mixed: NDArray[np.uint16] = levels | low_bits
    return mixed


def saved(levels: NDArray[np.uint16], extension: str) -> bytes:
    done, data = cv2.imencode(extension, levels)
    assert done
    return data.tobytes()


@pytest.mark.parametrize("extension", [".png", ".tiff"])
@pytest.mark.parametrize("grey", [False, True])
def test_deep_levels_are_equal_or_stay(extension: str, *, grey: bool) -> None:
    one, other = (deep(low_bits_seed=seed, grey=grey) for seed in (1, 2))
    stays = full(saved(one, ".png"))
    assert contained(full(saved(one, extension)), stays).verdict is CONTAINED
    assert contained(full(saved(other, extension)), stays).verdict is ProofVerdict.ALTERED


def test_eight_bits_are_in_sixteen() -> None:
    eight = full(encode(photo(), "PNG"))
    levels = deep(low_bits_seed=1)[..., ::-1]
    assert contained(eight, full(saved(np.ascontiguousarray(levels), ".png"))).verdict is CONTAINED


def test_one_level_of_one_pixel_keeps_a_lossless_photo() -> None:
    levels = np.asarray(photo()).copy()
    levels[100, 100, 2] ^= 1
    goes, stays = full_png(Image.fromarray(levels)), full_png(photo())
    assert contained(goes, stays).verdict is ProofVerdict.ALTERED
    assert contained(full(encode(photo(), "TIFF")), stays).verdict is CONTAINED


@pytest.mark.parametrize("quality", [30, 75])
def test_the_levels_of_a_png_may_be_those_of_a_jpeg(quality: int) -> None:
    with Image.open(io.BytesIO(encode(photo(), "JPEG", quality=quality))) as decoded:
        made_of_a_jpeg = full_png(decoded.convert("RGB"))
    assert contained(made_of_a_jpeg, full_png(photo())).verdict is CONTAINED


def test_levels_that_are_fully_transparent_are_not_compared() -> None:
    opacity = Image.new("L", photo().size, 255)
    opacity.paste(0, (0, 0, 64, 64))
    goes = photo().copy()
    goes.putalpha(opacity)
    stays = goes.copy()
    stays.paste((0, 0, 0, 0), (0, 0, 64, 64))
    assert contained(full_png(goes), full_png(stays)).verdict is CONTAINED
