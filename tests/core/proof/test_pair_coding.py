import numpy as np
import pytest

from dupefinder.core.proof.coding import standard_steps
from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.pair_coding import coding_of
from tests.core.pictures import jpeg, laid, orientation_exif, textured
from tests.core.proof.full import full

STEPS = standard_steps(70)
ACROSS = 3**0.5
"""Standard deviations of three, where half a step was allowed."""


def tagged(width_px: int, height_px: int, orientation: int) -> FullPicture:
    """A JPEG that its EXIF orientation sets upright."""
    picture = laid(textured(width_px, height_px), orientation)
    return full(jpeg(picture, quality=70, exif=orientation_exif(orientation)))


@pytest.mark.parametrize(
    ("orientation", "size_px", "luma_factor", "chroma_factor"),
    [
        (1, (203, 155), 1, 1),
        (3, (208, 160), 1, 1),
        (3, (200, 160), 1, ACROSS),
        (3, (208, 152), 1, ACROSS),
        (3, (203, 160), ACROSS, ACROSS),
        (3, (208, 155), ACROSS, ACROSS),
        (6, (208, 160), 1, 1),
        (6, (208, 155), 1, 1),
        (6, (203, 160), ACROSS, ACROSS),
        (8, (203, 160), 1, 1),
        (8, (208, 155), ACROSS, ACROSS),
    ],
)
def test_the_steps_of_blocks_that_lie_across_those_of_the_grid_bound_less(
    orientation: int, size_px: tuple[int, int], luma_factor: float, chroma_factor: float
) -> None:
    goes, stays = tagged(*size_px, orientation), tagged(*size_px, 1)
    coding = coding_of(goes, stays, with_former=False)
    turns = orientation in (6, 8)
    for found, steps, factor in (
        (coding.stays.luma, STEPS.luma, luma_factor),
        (coding.stays.chroma, STEPS.chroma, chroma_factor),
    ):
        table = steps.reshape(8, 8)
        np.testing.assert_allclose(found.reshape(8, 8), (table.T if turns else table) * factor)
    np.testing.assert_array_equal(coding.goes.luma, STEPS.luma)
