"""Where a cover lies in a photo: the one place along the cut side where the two agree best."""

import cv2
import numpy as np
from numpy.typing import NDArray

_LEAST_PX = 8
"""Of a photo so few pixels are not looked for."""


def cover_boxes(
    covers: NDArray[np.uint8],
    photos: NDArray[np.uint8],
    cuts: NDArray[np.float64],
    boxes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Find where n covers lie in n photos.

    Args:
        covers: uint8 (n, side, side).
        photos: The same shape.
        cuts: float64 (n,), quotients of the proportions, the covers' by the photos': below 1
            where the width was cut, above where the height was.
        boxes: float64 (n, 4), where windows lie that resemble the covers: left, top, right and
            bottom in shares of the photos. They tell which side was cut.

    Returns:
        float64 (n, 4), the same once they are moved to where the cover is.
    """
    found = boxes.copy()
    for index, (cover, photo, cut) in enumerate(zip(covers, photos, cuts.tolist(), strict=True)):
        is_wide = bool(boxes[index, 2] - boxes[index, 0] >= 1)
        share = 1 / cut if is_wide else cut
        if is_wide:
            cover, photo = cover.T, photo.T
        side_px = photo.shape[1]
        length_px = round(side_px * share)
        if not _LEAST_PX <= length_px < side_px:
            continue
        piece = cv2.resize(
            np.ascontiguousarray(cover), (length_px, side_px), interpolation=cv2.INTER_AREA
        )
        agreement = cv2.matchTemplate(
            np.ascontiguousarray(photo), piece, cv2.TM_CCOEFF_NORMED
        ).ravel()
        begin = min(float(np.argmax(agreement)) / side_px, 1 - share)
        found[index] = (0, begin, 1, begin + share) if is_wide else (begin, 0, begin + share, 1)
    return found
