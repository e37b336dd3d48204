"""Quantisation steps of two pictures that are compared on the grid of one of them.

The blocks of a JPEG that an EXIF orientation turns need not lie on those of its upright copy: they
are counted from its own first row and column, which may be the last ones of the copy.
"""

from dataclasses import dataclass

import numpy as np

from dupefinder.core.proof.coding import (
    BLOCK_PX,
    LOSSLESS,
    PALETTE,
    Floats,
    Steps,
    even_steps,
)
from dupefinder.core.proof.full_picture import FullPicture, turned, turned_back
from dupefinder.core.proof.residual import DEVIATIONS, allowance

_PALETTE_SLACK = 1.5
_IN_PALETTE = even_steps(12.0, 12.0)
_ACROSS_BLOCKS = np.float32(2 * DEVIATIONS / 12**0.5)
"""Factor of the steps of blocks that lie across those of the grid: an error there is a sum of many
errors, no longer within half a step."""


@dataclass(frozen=True, slots=True)
class Coding:
    """Quantisation steps of two pictures, and their scale.

    Attributes:
        goes: Steps of the picture that defines the grid.
        stays: Steps of the other, at its own size, as they bound its error on that grid.
        scale: Width of the other, divided by that of the first.
    """

    goes: Steps
    stays: Steps
    scale: float

    @property
    def slack(self) -> float:
        """Factor of the levels that may stay unexplained: dithering is not bound to steps."""
        return _PALETTE_SLACK if self.goes is PALETTE else 1.0

    @property
    def seen_otherwise(self) -> Steps:
        """Steps allowed within a palette: few pixels have another colour."""
        return _IN_PALETTE if self.goes is PALETTE else self.goes

    @property
    def is_exact(self) -> bool:
        """True if neither encoding nor resampling explains any difference."""
        return self.goes is LOSSLESS and self.stays is LOSSLESS and abs(self.scale - 1) < 1e-3


def coding_of(goes: FullPicture, stays: FullPicture, *, with_former: bool) -> Coding:
    """Look up the quantisation steps of two pictures.

    Args:
        goes: The picture that defines the grid.
        stays: The other.
        with_former: True to look for the JPEGs that they were made of.
    """
    ours, theirs = (one.all_steps() if with_former else one.steps for one in (goes, stays))
    if theirs is PALETTE:
        theirs = LOSSLESS  # the picture that stays does not show what a palette has lost
    if theirs.is_exact and theirs is not LOSSLESS and stays.orientation != goes.orientation:
        theirs = _turned_steps(theirs, goes, stays)
    scale = (stays.facts.width_px * stays.facts.height_px) ** 0.5
    scale /= (goes.facts.width_px * goes.facts.height_px) ** 0.5
    return Coding(ours, theirs, scale)


def luma_allowance(coding: Coding) -> Floats:
    """Allowed distance of the luma's coefficients of two encodings, float32 (64,)."""
    return allowance(coding.goes.luma, coding.stays.luma, coding.scale)


def _turned_steps(steps: Steps, goes: FullPicture, stays: FullPicture) -> Steps:
    """Steps of a JPEG on the grid of a picture with another orientation.

    Args:
        steps: In the orientation of its file.
        goes: The picture that defines the grid.
        stays: The JPEG, or a lossless picture that was made of one.
    """
    # Where its first block and the next one of the same row come to lie on the grid.
    corners = np.array(((1, 2), (0, 0)), np.uint8)
    corners = turned_back(turned(corners, stays.orientation), goes.orientation)
    (down, across), (down_next, _) = (np.argwhere(corners == one)[0] for one in (1, 2))
    turns = bool(down != down_next)
    wide, high = goes.size_px

    def laid(table: Floats, block_px: int) -> Floats:
        is_across = (across and wide % block_px) or (down and high % block_px)
        table = table.reshape(BLOCK_PX, BLOCK_PX).T.ravel() if turns else table
        return table * _ACROSS_BLOCKS if is_across else table

    return Steps(laid(steps.luma, BLOCK_PX), laid(steps.chroma, 2 * BLOCK_PX), is_exact=False)
