import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dupefinder.core.proof import contained
from dupefinder.core.records import ProofVerdict
from tests.core.pictures import encode
from tests.core.proof.full import full, photo

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
