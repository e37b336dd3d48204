"""Colours of two pictures on one grid: places that differ, and changes of all colours.

Chroma is compared at half the width and height of the pictures, as most encoders keep no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX, Floats
from dupefinder.core.proof.full_picture import Chroma, Levels, at_half, channels_of, to_levels
from dupefinder.core.proof.residual import allowance, residual

CHROMA_LEVELS = 5.0
"""Root mean square over a window that encoding may leave unexplained where colours are even."""
_HIDDEN = 1.6
"""Addition where they are not even."""

_WINDOW_PX = 5
_OFFSETS = (-6.0, 6.0)
_MOST_TINT = 1.0
_MOST_ROUNDING = 2.5
_SAMPLES_SIDE_PX = 256
_MEDIAN_SIDE_PX = 128
_NEUTRAL = 128
_ROUNDED_LEVELS = 2
_CELLS = 32
_CELL_LEVELS = 8
_GREY_CHROMA = 6
_HARDLY_ANY_CHROMA = 3
_COLOURED_SHARE = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class ChromaDifference:
    """The chroma of one picture compared with that of another.

    Attributes:
        blocks: float32 (rows, columns), in each block of 8 × 8 pixels of the chroma, 16 × 16 of the
            picture, the largest unexplained difference over a window, root mean square in levels.
        is_tinted: True if the colours of the whole picture were changed.
    """

    blocks: Floats
    is_tinted: bool

    def differ(self, slack: float) -> NDArray[np.bool_]:
        """Blocks that encoding does not explain, with a wider bound.

        Args:
            slack: 1 or more.

        Returns:
            bool (rows, columns), of 16 × 16 pixels of the picture.
        """
        found: NDArray[np.bool_] = self.blocks > CHROMA_LEVELS * slack
        return found


def compare_colours(
    ours: Chroma | None,
    theirs: Chroma | None,
    size_px: tuple[int, int],
    steps: Floats,
    their_steps: Floats,
    scale: float,
) -> ChromaDifference:
    """Compare the chroma of a picture with that of another one on its grid.

    Args:
        ours: Of the picture; None for greys.
        theirs: Of the other picture, likewise and of the same size.
        size_px: Width and height of the picture.
        steps: float32 (64,), chroma steps of the picture.
        their_steps: Those of the other one, at its own size.
        scale: Width of the other one in its file, divided by that of the picture.
    """
    side_px = 2 * BLOCK_PX
    blocks = np.zeros((-(-size_px[1] // side_px), -(-size_px[0] // side_px)), np.float32)
    some = ours or theirs
    if some is None:
        return ChromaDifference(blocks, is_tinted=False)
    neutral = np.full_like(some[0], _NEUTRAL)
    allowed = allowance(steps, their_steps, scale)
    # The effect of rounding the mean colour of each block.
    rounding = (float(steps[0]) + float(their_steps[0]) / scale) / (2 * BLOCK_PX)
    rounding = min(rounding, _MOST_ROUNDING)
    is_tinted = False
    for channel in (0, 1):
        one, other = (neutral if chroma is None else chroma[channel] for chroma in (ours, theirs))
        is_tinted |= _tint(one, other) > _MOST_TINT + rounding
        offset = median_gap(one, other)
        if offset:
            other = moved_by(other, float(np.clip(offset, *_OFFSETS)))
        found = residual(
            one, other, allowed, _WINDOW_PX, least_levels=CHROMA_LEVELS, hidden=_HIDDEN
        )
        np.maximum(blocks, found.blocks, out=blocks)
    return ChromaDifference(blocks, is_tinted)


def in_colours_of(rgb: Levels, others: Levels) -> Levels:
    """Reduce a picture to the few colours of another one, as its palette would.

    Args:
        rgb: uint8 (height, width, 3), the picture of few colours.
        others: uint8 (height, width, 3), the picture to reduce.

    Returns:
        uint8 (height, width, 3), the nearest colour of each pixel, to about 4 levels.
    """
    is_used = np.zeros(1 << 24, np.bool_)
    is_used[np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)).view(np.uint32) & 0xFFFFFF] = True
    used = np.flatnonzero(is_used)
    palette = np.stack((used & 255, used >> 8 & 255, used >> 16), axis=1).astype(np.float32)
    # Nearest to the centre of each cell of a coarse grid of colours, not to each pixel.
    parts = others.astype(np.uint16) // _CELL_LEVELS
    cell = (parts[..., 0] * _CELLS + parts[..., 1]) * _CELLS + parts[..., 2]
    there = np.flatnonzero(np.bincount(cell.ravel(), minlength=_CELLS**3))
    middles = np.stack(np.unravel_index(there, (_CELLS, _CELLS, _CELLS)), axis=1)
    cells = (middles * _CELL_LEVELS + _CELL_LEVELS // 2).astype(np.float32)
    distances = (palette * palette).sum(axis=1) - 2 * cells @ palette.T
    nearest = np.zeros((_CELLS**3, 3), np.uint8)
    nearest[there] = palette[distances.argmin(axis=1)]
    brought: Levels = nearest[cell]
    return brought


def is_coloured(channels: Sequence[Levels], least: int = _GREY_CHROMA) -> bool:
    """True if a picture shows any colour: one in greys is no full copy of it.

    Args:
        channels: Y, Cr and Cb at full size, uint8 (height, width) each, or Y alone. Means would not
            do: they leave no colour of a picture with hardly any.
        least: Levels of chroma beyond which a pixel has a colour.
    """
    if len(channels) == 1:
        return False
    step = max(1, min(channels[0].shape) // _SAMPLES_SIDE_PX)
    gaps = np.stack(
        [np.abs(plane[::step, ::step].astype(np.int16) - _NEUTRAL) for plane in channels[1:]]
    )
    return bool(np.count_nonzero(gaps > least) > gaps.size * _COLOURED_SHARE)


def is_one_grey(channels: Sequence[Levels], others: Sequence[Levels]) -> bool:
    """True if one of two pictures shows colours and the other one does not.

    A ground that is nearly grey may be either by a level; so a picture is grey only if it is so by
    a wide margin.

    Args:
        channels: See `is_coloured`.
        others: Of the other picture.
    """
    return any(
        is_coloured(ours) and not is_coloured(theirs, _HARDLY_ANY_CHROMA)
        for ours, theirs in ((channels, others), (others, channels))
    )


def median_gap(ours: Levels, theirs: Levels) -> float:
    """Median of the difference of two planes, at a sample of places."""
    step = max(1, min(ours.shape) // _MEDIAN_SIDE_PX)
    gaps = np.subtract(ours[::step, ::step], theirs[::step, ::step], dtype=np.int16).ravel()
    below, above = np.count_nonzero(gaps < 0), np.count_nonzero(gaps > 0)
    if max(below, above) < len(gaps) // 2:
        return 0.0
    until = np.bincount(gaps + np.int16(255), minlength=511).cumsum()
    low, high = np.searchsorted(until, ((len(gaps) + 1) // 2, len(gaps) // 2 + 1))
    return float(low + high) / 2 - 255


def moved_by(plane: Levels, levels: float) -> Levels:
    """A plane with some levels added, clipped at black and white."""
    moved = np.clip(np.rint(np.arange(256) + levels), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(plane, moved), np.uint8)


def _tint(chroma: Levels, other: Levels) -> float:
    """Measure the levels by which the colours of a whole picture were shifted or strengthened.

    The errors of encoding cancel out in a line that is fitted to all of them.
    """
    high, wide = chroma.shape
    size_px = (-(-wide // BLOCK_PX), -(-high // BLOCK_PX))
    # Means of blocks: encoding loses fine colour, but does not change colour.
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


_STRIP_PX = 512


@dataclass(frozen=True, slots=True, eq=False)
class SeenColours:
    """Luma, uint8 (height, width), and chroma of a picture as it may be seen as well."""

    luma: Levels
    chroma: Chroma | None


def seen_colours(levels: Levels) -> SeenColours:
    """Luma and colours at half size, of unchanged levels."""
    channels = channels_of(levels)
    return SeenColours(channels[0], at_half(channels))


def shown_colours(channels: Sequence[Levels]) -> SeenColours:
    """Y, Cr and Cb as a screen shows them, clipped to full colour."""
    strips = []
    for top in range(0, len(channels[0]), _STRIP_PX):
        levels = cv2.merge([channel[top : top + _STRIP_PX] for channel in channels])
        rgb = np.asarray(cv2.cvtColor(levels, cv2.COLOR_YCrCb2RGB), np.uint8)
        strips.append(seen_colours(to_levels(rgb)))
    chroma = zip(*(strip.chroma for strip in strips if strip.chroma is not None), strict=True)
    cr, cb = (np.concatenate(planes) for planes in chroma)
    return SeenColours(np.concatenate([strip.luma for strip in strips]), (cr, cb))


def is_beyond_full_colour(luma: Levels, chroma: Chroma) -> bool:
    """True if any place has more colour than a screen can show, at half size.

    Args:
        luma: uint8 (height, width).
        chroma: Cr and Cb at half size.
    """
    high, wide = chroma[0].shape
    half = np.asarray(cv2.resize(luma, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    levels = np.asarray(cv2.merge((half.reshape(high, wide), *chroma)), np.uint8)
    shown = to_levels(np.asarray(cv2.cvtColor(levels, cv2.COLOR_YCrCb2RGB), np.uint8))
    return bool(np.asarray(cv2.absdiff(levels, shown)).max() > _ROUNDED_LEVELS)


def shown_colours_of_half(luma: Levels, chroma: Chroma) -> SeenColours:
    """The same for Y, and for Cr and Cb at half size.

    Only the screen's change of the colours is applied: scaling to full size and back would smooth
    them, and with them a small place that differs.
    """
    size_px = luma.shape[1], luma.shape[0]
    whole = [np.asarray(cv2.resize(one, size_px), np.uint8) for one in chroma]
    seen, before = shown_colours((luma, *whole)), at_half((luma, *whole))
    assert seen.chroma is not None
    assert before is not None
    cr, cb = (
        np.clip(one.astype(np.int16) + after - plain, 0, 255).astype(np.uint8)
        for one, after, plain in zip(chroma, seen.chroma, before, strict=True)
    )
    return SeenColours(seen.luma, (cr, cb))
