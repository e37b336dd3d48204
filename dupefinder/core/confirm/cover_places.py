"""Place of a cover in a photo: the position along the cut side at which the two agree best."""

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.confirm.alignment import map_into
from dupefinder.core.confirm.motion import cut_out
from dupefinder.core.confirm.smoothing import Floats, evened

_SIDE_PX = 96
_COARSE_SIGMA_PX, _EVENING_SIGMA_PX = 5.0, 6.0
_STEPS = 5
_HOPELESS = 0.3
"""Correlation of evened details below which a place is not refined."""
_LEAST = 0.5
"""Correlation below which the refined place counts as nothing in common."""
_STILL = 3e-4
_LEAST_PX = 8
"""Least size of a photo to search in, in pixels."""


def cover_boxes(
    covers: NDArray[np.uint8],
    photos: NDArray[np.uint8],
    cuts: NDArray[np.float64],
    boxes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Find n covers in n photos.

    Args:
        covers: uint8 (n, side, side).
        photos: uint8 (n, side, side).
        cuts: float64 (n,), quotients of the proportions, the covers' by the photos': below 1 if the
            width was cut, above if the height was.
        boxes: float64 (n, 4), windows that resemble the covers: left, top, right and bottom in
            shares of the photos. They show which side was cut.

    Returns:
        float64 (n, 4), the boxes at the places of the covers.
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
        agreement = np.asarray(
            cv2.matchTemplate(np.ascontiguousarray(photo), piece, cv2.TM_CCOEFF_NORMED), np.float32
        ).ravel()
        begin = min(_peak(agreement) / side_px, 1 - share)
        found[index] = (0, begin, 1, begin + share) if is_wide else (begin, 0, begin + share, 1)
    return found


def _peak(values: Floats) -> float:
    """Position of the largest values, by a parabola through the largest and its neighbours."""
    place = int(np.argmax(values))
    if not 0 < place < len(values) - 1:
        return float(place)
    before, here, after = (float(values[place + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return place if bend >= 0 else place + (before - after) / (2 * bend)


def slid(
    cover: NDArray[np.uint8],
    cover_map: NDArray[np.float64],
    photo: NDArray[np.uint8],
    photo_map: NDArray[np.float64],
    box: NDArray[np.float64],
    detail_px: float,
) -> tuple[NDArray[np.float64], float]:
    """Move a box along the side that was cut until it shows the same as the cover.

    Args:
        cover: uint8 (height, width).
        cover_map: float64 (3, 3), from shares of the possible cover to shares of `cover`.
        photo: uint8 (height, width).
        photo_map: float64 (3, 3), the same for the photo.
        box: float64 (4,), approximate place of the cover in the photo.
        detail_px: See `cut_out`.

    Returns:
        The box, and the correlation of the evened details there; -1 if the two have nothing in
        common.
    """
    axis = 1 if box[2] - box[0] >= 1 else 0
    share = float(box[axis + 2] - box[axis])
    box = box.copy()
    ours = _evened(cut_out(cover, cover_map, min(detail_px, _SIDE_PX - 1), _SIDE_PX))
    best, best_agreement = box.copy(), -1.0
    for _ in range(_STEPS):
        theirs = _evened(
            cut_out(
                photo, photo_map @ map_into(box[None])[0], min(detail_px, _SIDE_PX - 1), _SIDE_PX
            )
        )
        agreement = float((ours * theirs).sum() / np.sqrt((ours**2).sum() * (theirs**2).sum()))
        if agreement <= best_agreement:
            break
        best, best_agreement = box.copy(), agreement
        if agreement < _HOPELESS:
            break
        mean = (ours + theirs) * np.float32(0.5)
        slopes = np.gradient(mean, axis=1 - axis)
        step_px = float((slopes * (theirs - ours)).sum() / ((slopes**2).sum() + 1e-6))
        begin = float(np.clip(box[axis] - step_px * share / _SIDE_PX, 0, 1 - share))
        if abs(begin - box[axis]) < _STILL * share:
            break
        box[axis], box[axis + 2] = begin, begin + share
    return best, best_agreement if best_agreement >= _LEAST else -1.0


def _evened(greys: NDArray[np.uint8]) -> Floats:
    even: Floats = evened(greys[None], _COARSE_SIGMA_PX, _EVENING_SIGMA_PX)[0]
    return even
