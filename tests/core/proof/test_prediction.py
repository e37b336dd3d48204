import numpy as np
import pytest
from PIL import Image

from dupefinder.core.proof.prediction import power_of, predict
from tests.core.pictures import textured

LUMA = np.asarray(textured(320, 256, seed=1).convert("L"))
FINE = np.ones(64, np.float32)


def rms(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    return float(np.sqrt((values * values).mean()))


@pytest.mark.parametrize(
    "kernel",
    [
        Image.Resampling.NEAREST,
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
    ],
)
@pytest.mark.parametrize("factor", [0.5, 1.5, 2])
def test_resampled_pictures_are_predicted(kernel: Image.Resampling, factor: float) -> None:
    size = round(320 * factor), round(256 * factor)
    copy = np.asarray(Image.fromarray(LUMA).resize(size, kernel))
    found = predict(copy, LUMA, FINE)
    assert found is not None
    assert rms(found.own - found.predicted) < 0.25 * rms(found.own[:, 1:])


def test_a_small_move_is_found() -> None:
    picture = Image.fromarray(LUMA)
    copy = np.asarray(picture.resize((640, 512), Image.Resampling.BICUBIC, box=(1, 0.5, 319, 255)))
    found = predict(copy, LUMA, FINE)
    assert found is not None
    assert rms(found.own - found.predicted) < 1.5


def test_detail_lost_by_a_reduction_is_not_predicted() -> None:
    copy = np.asarray(Image.fromarray(LUMA).resize((160, 128), Image.Resampling.LANCZOS))
    found = predict(LUMA, copy, FINE)
    assert found is not None
    highest = found.own.reshape(-1, 8, 8)[:, 5:, 5:]
    assert rms(highest - found.predicted.reshape(-1, 8, 8)[:, 5:, 5:]) > 0.7 * rms(highest)


def test_too_small_a_picture_is_not_predicted() -> None:
    assert predict(LUMA[:63], LUMA, FINE) is None
    assert not power_of(LUMA[:63]).any()
