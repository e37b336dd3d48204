"""Places in which two pictures differ, as a few boxes around differing blocks."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dupefinder.core.proof.coding import BLOCK_PX
from dupefinder.core.records import DifferenceBox

MOST_PLACES = 8
MOST_SHARE = 0.15
"""More places, or a larger share of a picture: then it is another picture, not one that differs."""

_JOIN_BLOCKS = 2
"""Places that lie nearer than this are one."""

Blocks = tuple[int, int, int, int]
"""Left, top, width and height of a box, in blocks."""
Pixels = tuple[int, int, int, int]
"""The same in pixels of a picture as it lies in its file."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places in which two pictures differ.

    Attributes:
        boxes: In blocks, the largest first.
        share: Share of the picture that the boxes take.
    """

    boxes: tuple[Blocks, ...]
    share: float

    @property
    def are_few(self) -> bool:
        """True if they are few enough to be named."""
        return 0 < len(self.boxes) <= MOST_PLACES and self.share <= MOST_SHARE


def places_of(differs: NDArray[np.bool_]) -> Places:
    """Join differing blocks to places.

    Args:
        differs: bool (rows, columns).
    """
    if not differs.any():
        return Places((), 0.0)
    near = np.ones((2 * _JOIN_BLOCKS + 1, 2 * _JOIN_BLOCKS + 1), np.uint8)
    joined = cv2.dilate(differs.astype(np.uint8), near)
    _, labels = cv2.connectedComponents(joined, connectivity=8)
    labels = np.where(differs, labels, 0)
    boxes: list[Blocks] = []
    rows, columns = np.nonzero(labels)
    found = labels[rows, columns]
    for label in np.unique(found).tolist():
        own_rows, own_columns = rows[found == label], columns[found == label]
        left, top = int(own_columns.min()), int(own_rows.min())
        right, bottom = int(own_columns.max()), int(own_rows.max())
        boxes.append((left, top, right - left + 1, bottom - top + 1))
    boxes = joined_boxes(boxes)
    boxes.sort(key=lambda box: (-box[2] * box[3], box[1], box[0]))
    area = sum(box[2] * box[3] for box in boxes)
    return Places(tuple(boxes), area / differs.size)


def in_pixels(box: Blocks, size_px: tuple[int, int]) -> Pixels:
    """The pixels of a box of blocks, up to the edge of the picture.

    Args:
        box: The box.
        size_px: Width and height of the picture.
    """
    left, top = box[0] * BLOCK_PX, box[1] * BLOCK_PX
    right, bottom = left + box[2] * BLOCK_PX, top + box[3] * BLOCK_PX
    return left, top, min(right, size_px[0]) - left, min(bottom, size_px[1]) - top


def upright(box: Pixels, size_px: tuple[int, int], orientation: int) -> DifferenceBox:
    """A box in a picture as it lies in its file, as one in the picture as it is shown.

    Args:
        box: The box.
        size_px: Width and height of the picture in its file.
        orientation: EXIF orientation, 1 to 8.
    """
    left, top, right, bottom = box[0], box[1], box[0] + box[2] - 1, box[1] + box[3] - 1
    ends = [_turned(x, y, *size_px, orientation) for x, y in ((left, top), (right, bottom))]
    (left, right), (top, bottom) = (sorted(side) for side in zip(*ends, strict=True))
    return DifferenceBox(left, top, right - left + 1, bottom - top + 1)


def _turned(x: int, y: int, wide: int, high: int, orientation: int) -> tuple[int, int]:
    """Position of a pixel of a picture (wide, high) once an EXIF orientation is applied."""
    back_x, back_y = wide - 1 - x, high - 1 - y
    return {
        2: (back_x, y), 3: (back_x, back_y), 4: (x, back_y), 5: (y, x),
        6: (back_y, x), 7: (back_y, back_x), 8: (y, back_x),
    }.get(orientation, (x, y))  # fmt: skip


def joined_boxes(boxes: list[Blocks]) -> list[Blocks]:
    """Join boxes until none overlap; of very many, only the number matters."""
    boxes = list(boxes)
    if len(boxes) > 4 * MOST_PLACES:
        return boxes
    joined = True
    while joined:
        joined = False
        for one in range(len(boxes)):
            for other in range(len(boxes) - 1, one, -1):
                if _overlap(boxes[one], boxes[other]):
                    boxes[one] = _around(boxes[one], boxes.pop(other))
                    joined = True
    return boxes


def _overlap(one: Blocks, other: Blocks) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _around(one: Blocks, other: Blocks) -> Blocks:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top
