"""Differences of two small pictures beyond what encoding explains: cheap, for long series.

Each picture is brought to one mean and contrast, and what is as large as a fifth of it is taken
away, so that another light makes no difference. What is left is compared pixel by pixel, less
strictly along edges, where resampling leaves its traces.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.smoothing import Floats

_SIDE_PX = 48
_SURROUNDINGS_PX = 13
_ALONG_EDGES = 0.15
"""Levels by which two encodings may differ for each level of slope."""
_PAIRS_AT_ONCE = 128
_EDGE_KERNEL = np.ones((3, 3), np.uint8)


class CoarsePictures:
    """Pictures, prepared once for all that they are compared with.

    Attributes:
        details: float16 (n, side, side), of contrast 1.
        slopes: float16 (n, side, side), largest slope around each pixel, of the same contrast.
        contrasts: float32 (n,), standard deviation of the picture in grey levels.
    """

    def __init__(self, greys: NDArray[np.uint8]) -> None:
        """Prepare pictures.

        Args:
            greys: uint8 (n, side, side).
        """
        count = len(greys)
        self.details = np.empty((count, _SIDE_PX, _SIDE_PX), np.float16)
        self.slopes = np.empty_like(self.details)
        self.contrasts = np.empty(count, np.float32)
        for index, grey in enumerate(greys):
            small = cv2.resize(
                grey.astype(np.float32), (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA
            )
            mean, deviation = cv2.meanStdDev(small)
            contrast = max(float(deviation[0, 0]), 1.0)
            small = (small - np.float32(mean[0, 0])) * np.float32(1 / contrast)
            size_px = (_SURROUNDINGS_PX, _SURROUNDINGS_PX)
            around = cv2.boxFilter(small, cv2.CV_32F, size_px, borderType=cv2.BORDER_REFLECT)
            across, down = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
            slope = cv2.magnitude(across, down) * np.float32(0.125)
            self.details[index] = small - around
            self.slopes[index] = cv2.dilate(slope, _EDGE_KERNEL)
            self.contrasts[index] = contrast

    def unlikeness(
        self, one: NDArray[np.int64], other: NDArray[np.int64], turned: "CoarsePictures"
    ) -> Floats:
        """Compare pairs of pictures.

        Args:
            one: int64 (m,), places of the pictures.
            other: int64 (m,), places of those in `turned` that they are compared with.
            turned: Pictures that lie on these.

        Returns:
            float32 (m,), the largest difference, in levels that an encoding may explain.
        """
        found = np.empty(len(one), np.float32)
        for start in range(0, len(one), _PAIRS_AT_ONCE):
            ours, theirs = (
                one[start : start + _PAIRS_AT_ONCE],
                other[start : start + _PAIRS_AT_ONCE],
            )
            apart = self.details[ours].astype(np.float32) - turned.details[theirs]
            slopes = self.slopes[ours].astype(np.float32) + turned.slopes[theirs]
            contrasts = (self.contrasts[ours] + turned.contrasts[theirs]) * np.float32(0.5)
            slopes *= np.float32(_ALONG_EDGES)
            slopes += (1 / contrasts)[:, None, None]
            found[start : start + len(ours)] = (np.abs(apart) / slopes).max(axis=(1, 2))
        return found
