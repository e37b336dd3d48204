"""Two pictures that differ all over: by their tones alone, or because they show other things?"""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SAMPLES_SIDE_PX = 512
_LONGEST_PX = 1024
_FINE_SIGMA_PX = 1.0
_COARSE_SIGMA_PX = 6.0
_WINDOW_PX = 15
_LEAST_VARIANCE = 16.0
_UNLIKE = 0.3
_SQUARE_PX = 16
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
    """Tell, at little cost, whether one luma surely has other tones than another.

    Means of squares are compared, which neither sharpening nor a shift moves much. A filter that
    leaves tones alone changes them by a few levels at most, and encoding by fewer.

    Args:
        target: uint8 (height, width).
        likeness: uint8 of the same shape.

    Returns:
        False where it is not sure.
    """
    high, wide = target.shape
    size_px = max(1, wide // _SQUARE_PX), max(1, high // _SQUARE_PX)
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
    """Share of the places with any structure in which two lumas have not the same structure.

    Source: local normalised cross-correlation as in `confirm`, at up to 1024 pixels.

    Args:
        target: uint8 (height, width).
        likeness: The same shape.
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
