"""A second, independent look at two pictures: do they show the same structure everywhere?

It knows nothing of encoders, fits no filter and forgives no noise: where one of the two has strong
structure, the other has to have it, too. Little changes escape it, but what it finds is no matter
of thresholds. A removal is asked of it once more, after the proof.

Source: normalised cross-correlation over windows as in J. P. Lewis, "Fast Normalized
Cross-Correlation", 1995.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.full_picture import FullPicture
from dupefinder.core.proof.registration import place_on

MOST_UNLIKE_PLACES = 10
"""Places that mere encoding leaves unlike; most changes that can be seen make more."""

_FINE_SIGMA_PX = 1.0
_COARSE_SIGMA_PX = 5.0
_WINDOW_PX = 9
_STRONG_VARIANCE = 150.0
_UNLIKE = 0.35
_STRIP_PX = 1024
_BORDER_PX = 24


def unlike_places(goes: FullPicture, stays: FullPicture) -> int:
    """Count the places in which two pictures of one shape have not the same strong structure.

    Args:
        goes: The one picture.
        stays: The other; it is resampled to the size of the first.

    Returns:
        Pixels around which a window correlates too little.
    """
    goes = goes.laid_as(stays.orientation) if not goes.is_jpeg else goes
    ours, theirs = goes.luma, place_on(stays, goes).luma
    high = ours.shape[0]
    count = 0
    for top in range(0, high, _STRIP_PX):
        first, last = max(top - _BORDER_PX, 0), min(top + _STRIP_PX + _BORDER_PX, high)
        unlike = _unlike(ours[first:last], theirs[first:last])
        count += int(np.count_nonzero(unlike[top - first :][:_STRIP_PX]))
    return count


def _unlike(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    bands = []
    for plane in (ours, theirs):
        values = plane.astype(np.float32)
        coarse = cv2.GaussianBlur(values, (0, 0), _COARSE_SIGMA_PX)
        bands.append(cv2.GaussianBlur(values, (0, 0), _FINE_SIGMA_PX) - coarse)
    means = [_mean(band) for band in bands]
    variances = [_mean(band * band) - mean * mean for band, mean in zip(bands, means, strict=True)]
    covariance = _mean(bands[0] * bands[1]) - means[0] * means[1]
    strong = np.maximum(variances[0], variances[1]) > _STRONG_VARIANCE
    bound = _UNLIKE * np.sqrt(np.maximum(variances[0] * variances[1], 1e-6))
    return np.asarray(strong & (covariance < bound))


def _mean(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(cv2.boxFilter(values, -1, (_WINDOW_PX, _WINDOW_PX)), np.float32)
