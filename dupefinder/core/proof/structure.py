"""Two pictures that differ all over: in their tones alone, in their noise, or in their content."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.block_residual import blocks_of
from dupefinder.core.proof.coding import BLOCK_PX, is_clipped, transform

Floats = NDArray[np.float32]
Levels = NDArray[np.uint8]

_SAMPLES_SIDE_PX = 512
_LONGEST_PX = 1024
_FINE_SIGMA_PX = 1.0
_COARSE_SIGMA_PX = 6.0
_WINDOW_PX = 15
_LEAST_VARIANCE = 16.0
_UNLIKE = 0.3
_SQUARE_PX = 16
_MANY_SQUARES = 16
"""Squares along a side from which on the rest at the edge is left out: means of whole squares take
a seventh of the time."""
_OTHER_TONE_LEVELS = 7.0
_OTHER_CONTRAST_LEVELS = 3.0
_SAME_COURSE = 0.98
_OTHER_GAIN = 0.08


def matched_tone(target: NDArray[np.uint8], likeness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Change the tones of one luma to those of another, by one rising curve for all of it.

    Args:
        target: uint8 (height, width).
        likeness: uint8 of the same shape.

    Returns:
        `likeness` with the curve applied, uint8 (height, width).
    """
    step = max(1, min(target.shape) // _SAMPLES_SIDE_PX)
    ours, theirs = target[::step, ::step].ravel(), likeness[::step, ::step].ravel()
    joint = np.bincount(theirs.astype(np.intp) * 256 + ours, minlength=256 * 256)
    joint = joint.reshape(256, 256)
    counts = joint.sum(axis=1)
    known = np.flatnonzero(counts >= max(8, len(ours) // 10_000))
    if len(known) < 2:
        return likeness
    sums = joint[known].cumsum(axis=1)
    medians = (sums >= (counts[known, None] + 1) // 2).argmax(axis=1)
    curve = np.interp(np.arange(256), known, np.maximum.accumulate(medians))
    return np.asarray(cv2.LUT(likeness, np.rint(curve).astype(np.uint8)), np.uint8)


def has_other_tones(target: NDArray[np.uint8], likeness: NDArray[np.uint8]) -> bool:
    """True if one luma surely has other tones than another; a cheap test.

    Means of squares are compared, which neither sharpening nor a shift moves much. A filter that
    leaves tones alone changes them by a few levels at most, and encoding by fewer.

    Args:
        target: uint8 (height, width).
        likeness: uint8 of the same shape.

    Returns:
        False if unknown.
    """
    high, wide = target.shape
    size_px = max(1, wide // _SQUARE_PX), max(1, high // _SQUARE_PX)
    if min(size_px) >= _MANY_SQUARES:
        target, likeness = (
            plane[: size_px[1] * _SQUARE_PX, : size_px[0] * _SQUARE_PX]
            for plane in (target, likeness)
        )
    ours, theirs = (
        np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA), np.float32).ravel()
        for plane in (target, likeness)
    )
    gaps = ours - theirs
    moved = float(np.median(gaps))
    if abs(moved) > _OTHER_TONE_LEVELS:
        return True
    # Of a page, a few squares with much ink may change, but most of them do not.
    if float(np.median(np.abs(gaps - moved))) < _OTHER_CONTRAST_LEVELS:
        return False
    spreads = float(ours.std()), float(theirs.std())
    correlation = float(((ours - ours.mean()) * (theirs - theirs.mean())).mean())
    is_one_course = correlation > _SAME_COURSE * spreads[0] * spreads[1]
    return is_one_course and abs(spreads[0] - spreads[1]) > _OTHER_GAIN * spreads[1]


def unlike_share(target: NDArray[np.uint8], likeness: NDArray[np.uint8]) -> float:
    """Share of the structured places in which the structure of two lumas differs.

    Source: local normalised cross-correlation as in `confirm`, at up to 1024 pixels.

    Args:
        target: uint8 (height, width).
        likeness: Of the same shape.
    """
    bands = [_band(plane) for plane in (target, likeness)]
    means = [_window_mean(band) for band in bands]
    variances = [
        _window_mean(band * band) - mean * mean for band, mean in zip(bands, means, strict=True)
    ]
    covariance = _window_mean(bands[0] * bands[1]) - means[0] * means[1]
    structured = np.maximum(variances[0], variances[1]) > _LEAST_VARIANCE
    if not structured.any():
        return 1.0
    geometric = np.sqrt(np.maximum(variances[0] * variances[1], 1e-6))
    return float((covariance[structured] < _UNLIKE * geometric[structured]).mean())


def _band(plane: NDArray[np.uint8]) -> Floats:
    scale = min(1.0, _LONGEST_PX / max(plane.shape))
    if scale < 1:
        size_px = tuple(max(1, round(side * scale)) for side in plane.shape[::-1])
        plane = np.asarray(cv2.resize(plane, size_px, interpolation=cv2.INTER_AREA), np.uint8)
    values = plane.astype(np.float32)
    fine = cv2.GaussianBlur(values, (0, 0), _FINE_SIGMA_PX)
    return np.asarray(fine - cv2.GaussianBlur(values, (0, 0), _COARSE_SIGMA_PX))


def _window_mean(values: Floats) -> Floats:
    return np.asarray(cv2.boxFilter(values, -1, (_WINDOW_PX, _WINDOW_PX)))


_CALM_SHARE = 0.4
_CALM_BLOCKS = 8_000
_STRONG_LEVELS = 2.5
_STRONG_COUNT = 300
_HELD_SHARE = 0.25
_SEED = 0


@dataclass(frozen=True, slots=True)
class Texture:
    """Fine texture in the calmer places of two pictures: sensor noise, grain, grass, water.

    Attributes:
        ours: Mean power of a coefficient in the one, in levels².
        theirs: The same in the other.
        common: Mean product: as large as the powers if the texture is the same.
        contradicted: Share of the one picture's strong coefficients of which the other shows little
            or nothing, or the opposite; 0 if there are too few.
    """

    ours: float
    theirs: float
    common: float
    contradicted: float

    @property
    def agreement(self) -> float:
        """Share of the one picture's texture that the other shows, too."""
        return self.common / max(self.ours, 1e-6)

    @property
    def shared(self) -> float:
        """Share of the weaker texture that both show; noise added to one does not matter."""
        return self.common / max(min(self.ours, self.theirs), 1e-6)


def texture(
    target: Levels, likeness: Levels, allowed: Floats, differs: NDArray[np.bool_]
) -> Texture:
    """Compare the fine texture of two lumas where they are calm; see `Texture`.

    Args:
        target: uint8 (height, width).
        likeness: The other on the same grid, likewise.
        allowed: From `allowance`.
        differs: bool (⌈height / 8⌉, ⌈width / 8⌉), blocks that show different things: left out.
    """
    rows, columns = (side // BLOCK_PX for side in target.shape)
    alike = np.flatnonzero(~differs[:rows, :columns].ravel())
    if not len(alike):
        return Texture(0.0, 0.0, 0.0, 0.0)
    chosen = alike
    if len(alike) > _CALM_BLOCKS:
        drawn = np.random.default_rng(_SEED).permutation(len(alike))[:_CALM_BLOCKS]
        chosen = alike[np.sort(drawn)]
    inner = slice(0, rows * BLOCK_PX), slice(0, columns * BLOCK_PX)
    ours, theirs = (
        blocks_of(np.ascontiguousarray(plane[inner]), chosen) for plane in (target, likeness)
    )
    # Clipped places at black and white have lost their noise.
    whole = ~(is_clipped(ours) | is_clipped(theirs))
    if not whole.any():
        return Texture(0.0, 0.0, 0.0, 0.0)
    order = np.add.outer(np.arange(BLOCK_PX), np.arange(BLOCK_PX)).ravel()
    coarse, fine = np.flatnonzero((order > 0) & (order < 3)), np.flatnonzero(order // 3 == 1)
    basis = transform()[np.concatenate((coarse, fine))].T
    own, others = (blocks[whole].astype(np.float32) @ basis for blocks in (ours, theirs))
    low = len(coarse)
    activity = (own[:, :low] ** 2 + others[:, :low] ** 2).sum(axis=1)
    last = max(int(len(activity) * _CALM_SHARE) - 1, 0)
    calm = activity <= np.partition(activity, last)[last]
    own, others = own[calm][:, low:], others[calm][:, low:]
    sizes = np.abs(own)
    # Encoding takes half of such a coefficient at most.
    strong = sizes > np.maximum(allowed[fine], _STRONG_LEVELS)
    missing = strong & (others * np.sign(own) < sizes * _HELD_SHARE)
    strong_count = np.count_nonzero(strong)
    return Texture(
        float((own * own).mean()),
        float((others * others).mean()),
        float((own * others).mean()),
        np.count_nonzero(missing) / strong_count if strong_count >= _STRONG_COUNT else 0.0,
    )
