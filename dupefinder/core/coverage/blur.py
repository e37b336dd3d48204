"""Blur of one of two re-encodings of a photo, measured at the size of thumbnails."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from dupefinder.core.decode.kept_pixels import sharpness_of
from dupefinder.core.photo_facts import PhotoFacts

_BLURRED = 0.75
_TELLING_PX = 192
"""Least shorter side from which the small greys of two re-encodings are equally sharp: in 343 pairs
of the development photos none had less than 0.87 of the other's sharpness, while a blur of a pixel
leaves 0.7 at most and one of two pixels a third."""
_CLEAN_QUALITY = 70
"""Below this quality, the edges of JPEG's blocks in smooth places may pass for sharpness, and
coarse tables alone remove fine detail."""
_LESS_FINE = 0.85
"""Share of fine detail below which a copy is blurred. None of 320 re-encodings as JPEG or PNG, as
large as their originals and of clean quality, has less than 0.93 of it; a blur of a pixel mostly
leaves less than half. Newer
formats smooth by themselves: AVIF of quality 40 leaves less than 0.85 in two of three photos. The
reverse proves nothing: coarse tables add detail."""
_LEAST_FINE = 10.0
"""Variance below which fine detail is little more than traces of encoding: skies, fog."""

ThumbnailOf = Callable[[int], bytes]


class FineDetail:
    """Measures the fine detail of photos, each once."""

    def __init__(self, thumbnail_of: ThumbnailOf) -> None:
        """Begin without a measurement.

        Args:
            thumbnail_of: Gives the JPEG thumbnail of a content.
        """
        self._thumbnail_of = thumbnail_of
        self._known: dict[int, tuple[tuple[int, int], float]] = {}

    def was_blurred(
        self, content_id: int, facts: PhotoFacts, other_id: int, other: PhotoFacts
    ) -> bool:
        """True if a copy is as large as its original, and visibly less sharp.

        Args:
            content_id: The copy.
            facts: Its facts.
            other_id: The original.
            other: The facts of the other.
        """
        size_px = facts.width_px, facts.height_px
        if size_px != (other.width_px, other.height_px):
            return False
        if is_blurred(facts, other):
            return True
        if min(size_px) < _TELLING_PX or not (_is_clean(facts) and _is_clean(other)):
            return False
        (own_px, own), (others_px, others) = self._of(content_id), self._of(other_id)
        # Thumbnails of two sizes were reduced in two ways, which alone may remove half of the
        # detail.
        return own_px == others_px and own < _LESS_FINE * others and others >= _LEAST_FINE

    def _of(self, content_id: int) -> tuple[tuple[int, int], float]:
        known = self._known.get(content_id)
        if known is None:
            known = self._known[content_id] = fine_detail(self._thumbnail_of(content_id))
        return known


def _is_clean(facts: PhotoFacts) -> bool:
    return facts.is_lossless or (facts.quality is not None and facts.quality >= _CLEAN_QUALITY)


def is_blurred(ours: PhotoFacts, theirs: PhotoFacts) -> bool:
    """True if a photo is large enough, but less sharp than the other one by its small grey."""
    if theirs.quality is not None and theirs.quality < _CLEAN_QUALITY:
        return False
    shortest_px = min(ours.width_px, ours.height_px, theirs.width_px, theirs.height_px)
    return shortest_px >= _TELLING_PX and ours.sharpness < theirs.sharpness * _BLURRED


def fine_detail(thumbnail_jpeg: bytes) -> tuple[tuple[int, int], float]:
    """The width and height of a thumbnail, and its sharpness; 0 without an inner pixel."""
    with Image.open(io.BytesIO(thumbnail_jpeg)) as picture:
        grey = np.asarray(picture.convert("L"))
        return picture.size, sharpness_of(grey) if min(picture.size) > 2 else 0.0
