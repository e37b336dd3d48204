import numpy as np
import pytest
from numpy.typing import NDArray

from dupefinder.core.confirm.flat_colours import colours_agree, flatness, needs_colours

Floats = NDArray[np.float32]
GREY = (128.0, 128.0, 128.0)
SKY, FLAG = 0.6, 0.9


def areas(*colours: tuple[float, float, float]) -> Floats:
    """Upright stripes of colours in YCbCr, float32 (3, 16, 16)."""
    stripes = np.array(colours, np.float32).T[:, None, :].repeat(16, axis=1)
    return stripes.repeat(-(-16 // len(colours)), axis=2)[:, :, :16]


RED, BLUE, YELLOW, ORANGE = (
    (76.0, 85.0, 255.0),
    (29.0, 255.0, 107.0),
    (226.0, 1.0, 149.0),
    (151.0, 43.0, 202.0),
)


def test_flatness_is_that_of_the_less_flat_picture() -> None:
    noise = np.random.default_rng(0).normal(120, 30, (1, 96, 96)).astype(np.float32)
    flat = np.full((1, 96, 96), 120, np.float32)
    assert flatness(flat, flat)[0] == 1
    assert flatness(flat, noise)[0] == flatness(noise, flat)[0] < 0.1
    assert needs_colours(flatness(flat, flat)).all()
    assert not needs_colours(flatness(flat, noise)).any()


def test_textured_pictures_may_have_any_colours() -> None:
    assert colours_agree(areas(RED, YELLOW), areas(GREY, BLUE), 0.3)


@pytest.mark.parametrize("flat_share", [SKY, FLAG])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((GREY, YELLOW, RED), (BLUE, YELLOW, RED)),
        ((GREY, RED, GREY), (GREY, BLUE, GREY)),
        ((RED, BLUE), (BLUE, RED)),
    ],
)
def test_areas_of_other_colours_do_not_agree(
    one: tuple[tuple[float, float, float], ...],
    other: tuple[tuple[float, float, float], ...],
    flat_share: float,
) -> None:
    assert not colours_agree(areas(*one), areas(*other), flat_share)
    assert not colours_agree(areas(*other), areas(*one), flat_share)
    assert colours_agree(areas(*one), areas(*one) + np.float32(2), flat_share)


@pytest.mark.parametrize("saturation", [0.0, 0.4, 1.7])
@pytest.mark.parametrize("tint", [0, -20])
def test_a_sky_may_be_tinted_and_a_flag_may_not(saturation: float, tint: int) -> None:
    sky = areas(BLUE, GREY, ORANGE)
    edited = sky.copy()
    edited[1:] = (sky[1:] - 128) * np.float32(saturation) + 128 + tint
    assert colours_agree(sky, edited, SKY)
    assert not colours_agree(sky, edited, FLAG)


def test_what_is_all_of_one_colour_must_keep_its_brightness() -> None:
    assert not colours_agree(areas(GREY), areas((170, 128, 128)), FLAG)
    assert colours_agree(areas(GREY), areas((133, 128, 128)), FLAG)


def test_a_small_area_of_another_colour_counts_in_flat_pictures() -> None:
    plain = areas(GREY)
    marked = plain.copy()
    marked[1:, 8, 8] = (60, 200)
    assert not colours_agree(plain, marked, FLAG)
    assert colours_agree(plain, marked, SKY)
