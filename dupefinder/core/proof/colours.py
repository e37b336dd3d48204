"""The colours of two pictures on one grid: where they differ, and whether all of them were changed.

Chroma is compared at half the width and height of the pictures, for most encoders keep no more.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, Floats
from dupefinder.core.proof.residual import allowance, residual

Levels = NDArray[np.uint8]

CHROMA_LEVELS = 8.0
"""Root mean square over a window that encoding may leave unexplained."""

_WINDOW_PX = 5
_OFFSETS = (-6.0, 6.0)
_MOST_TINT = 1.0
_MOST_ROUNDING = 2.5
_SAMPLES_SIDE_PX = 256
_CELLS = 32
_CELL_LEVELS = 8
_GREY_CHROMA = 6
_COLOURED_SHARE = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """The chroma of one picture held against that of another.

    Attributes:
        blocks: float32 (rows, columns), in each block of 8 × 8 pixels of the picture the largest
            unexplained difference over a window, root mean square in levels.
        is_tinted: True where the colours of the whole picture were changed.
    """

    blocks: Floats
    is_tinted: bool

    def differ(self, slack: float) -> NDArray[np.bool_]:
        """Blocks that encoding does not explain, with that much more allowed."""
        found: NDArray[np.bool_] = self.blocks > CHROMA_LEVELS * slack
        return found


def compare_colours(
    levels: Levels, others: Levels, steps: Floats, their_steps: Floats, scale: float
) -> Colours:
    """Hold the chroma of a picture against that of another one on its grid.

    Args:
        levels: uint8 (height, width, 3), Y, Cr and Cb, or (height, width) for greys.
        others: The other picture, likewise and of the same size.
        steps: float32 (64,), chroma steps of the picture.
        their_steps: The same of the other one, at its own size.
        scale: Width of the other one in its file, divided by that of the picture.
    """
    high, wide = levels.shape[:2]
    rows, columns = -(-high // BLOCK_PX), -(-wide // BLOCK_PX)
    blocks = np.zeros((rows, columns), np.float32)
    is_tinted = False
    if levels.ndim == 2 and others.ndim == 2:
        return Colours(blocks, is_tinted)
    allowed = allowance(steps, their_steps, scale)
    # What rounding the mean colour of each block may amount to.
    rounding = (float(steps[0]) + float(their_steps[0]) / scale) / (2 * BLOCK_PX)
    rounding = min(rounding, _MOST_ROUNDING)
    for channel in (1, 2):
        ours, theirs = (_at_half(picture, channel) for picture in (levels, others))
        is_tinted |= _tint(ours, theirs) > _MOST_TINT + rounding
        offset = np.median(ours[::4, ::4].astype(np.float32) - theirs[::4, ::4])
        shifted = theirs.astype(np.float32) + np.float32(np.clip(offset, *_OFFSETS))
        coarse = residual(ours, shifted, allowed, _WINDOW_PX).blocks
        fine = coarse.repeat(2, axis=0).repeat(2, axis=1)[:rows, :columns]
        np.maximum(blocks, fine, out=blocks)
    return Colours(blocks, is_tinted)


def in_colours_of(rgb: Levels, others: Levels) -> Levels:
    """Bring a picture to the few colours of another one: what its palette makes of it.

    Args:
        rgb: uint8 (height, width, 3), the picture of few colours.
        others: uint8 (height, width, 3), the picture to be brought to them.

    Returns:
        uint8 (height, width, 3), each pixel as the colour nearest to it, to 4 levels or so.
    """
    packed = rgb.astype(np.uint32) @ np.array((1 << 16, 1 << 8, 1), np.uint32)
    used = np.unique(packed)
    palette = (used[:, None] >> np.array((16, 8, 0), np.uint32) & 255).astype(np.float32)
    # Nearest to the middle of each cell of a coarse grid of colours, not of each pixel.
    middles = np.arange(_CELLS, dtype=np.float32) * _CELL_LEVELS + _CELL_LEVELS / 2
    cells = np.stack(np.meshgrid(middles, middles, middles, indexing="ij"), -1).reshape(-1, 3)
    distances = (palette * palette).sum(axis=1) - 2 * cells @ palette.T
    nearest = palette[distances.argmin(axis=1)].astype(np.uint8)
    cell = others.astype(np.uint16) // _CELL_LEVELS @ np.array((_CELLS**2, _CELLS, 1), np.uint16)
    brought: Levels = nearest[cell]
    return brought


def is_coloured(levels: Levels) -> bool:
    """Tell whether a picture shows any colour: one in greys is no full copy of it."""
    if levels.ndim == 2:
        return False
    step = max(1, min(levels.shape[:2]) // _SAMPLES_SIDE_PX)
    chroma = np.abs(levels[::step, ::step, 1:].astype(np.int16) - 128)
    return bool(np.count_nonzero(chroma > _GREY_CHROMA) > chroma.size * _COLOURED_SHARE)


def _at_half(levels: Levels, channel: int) -> Levels:
    """A chroma plane at half width and height, uint8; neutral for greys."""
    high, wide = levels.shape[:2]
    size_px = (-(-wide // 2), -(-high // 2))
    if levels.ndim == 2:
        return np.full(size_px[::-1], 128, np.uint8)
    plane = cv2.extractChannel(levels, channel)
    return np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA)).reshape(
        size_px[::-1]
    )


def _tint(chroma: Levels, other: Levels) -> float:
    """Measure by how many levels the colours of a whole picture were moved or strengthened.

    The errors of encoding cancel out in a line that is fitted to all of them.
    """
    high, wide = chroma.shape
    size_px = (-(-wide // BLOCK_PX), -(-high // BLOCK_PX))
    # Means of blocks: fine colour is lost by encoding, but not changed.
    ours, theirs = (
        np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA), np.float64).ravel()
        for plane in (chroma.astype(np.float32), other.astype(np.float32))
    )
    spread = float(theirs.var())
    gain = 1.0
    if spread > 0:
        gain = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread
    moved = float(ours.mean() - theirs.mean())
    return float(np.hypot(moved, (gain - 1) * spread**0.5))
