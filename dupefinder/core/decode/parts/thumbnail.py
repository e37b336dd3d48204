"""Thumbnails in a file that do not show its picture, and so count as parts.

A program that crops or paints over a photo may leave the old thumbnail in it, which then is the
only remainder of the former picture. Other thumbnails are written anew by any program.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image, ImageFile

from dupefinder.core.decode.jpeg_structure import JpegStructure
from dupefinder.core.decode.parts.photoshop import PHOTOSHOP_MARK, resources
from dupefinder.core.decode.parts.tags import NotUnderstood, read_tags, read_thumbnail
from dupefinder.core.decode.reduced import ReducedPicture
from dupefinder.core.file_parts import Part, PartKind

_SIDE_PX = 32
_MOST_SIDE_PX = 1024
_LEAST_ALIKE = 0.8
"""Least correlation; it is lower for another photo, and for a part of the same one."""
_PLACE_PX = 3
_MOST_UNLIKE_LEVELS = 40.0
"""Greatest difference of means over 3 × 3 pixels; a face or number that was painted over differs by
more."""
_FLAT_LEVELS = 4.0
_QUARTER_TURNS = 4
_RESOURCES, _RESOURCE_HEAD_BYTES = (0x040C, 0x0409), 28
"""Numbers of Photoshop's thumbnails, and the size of the header before their JPEG."""
_IN_TIFF = (0, 34377)
_APP13 = 0xED
_APP0, _EXTENSION, _JPEG_CODE = 0xE0, b"JFXX\0", b"\x10"


def own_thumbnails(block: bytes, others: Iterable[bytes], small: ReducedPicture) -> Iterator[Part]:
    """Yield the thumbnails of a file that do not show its picture, as parts.

    Args:
        block: EXIF from the byte order mark on; empty without EXIF.
        others: Thumbnails from `other_thumbnails`.
        small: The picture as stored in its file, before its orientation is applied.
    """
    thumbnails = [*others]
    try:
        thumbnails.append(read_thumbnail(block))
    except NotUnderstood:
        yield PartKind.NOT_UNDERSTOOD, "thumbnail", block
    if not any(thumbnails):
        return
    lying = replace(small, orientation=1)
    shown = lying.resize(_SIDE_PX, _SIDE_PX, small.pixels.convert("L"), Image.Resampling.BOX)
    for thumbnail in thumbnails:
        if thumbnail and not _shows(thumbnail, shown, small.shape_px[0] / small.shape_px[1]):
            yield PartKind.AUXILIARY_IMAGE, "thumbnail", thumbnail


def other_thumbnails(
    image: ImageFile.ImageFile, data: bytes, structure: JpegStructure | None
) -> Iterator[bytes]:
    """Extract Photoshop's thumbnails, and those of JFIF's extension.

    Args:
        image: The opened picture.
        data: The whole file.
        structure: For a JPEG, the offsets of its segments.

    Yields:
        JPEG data; the raw data of a thumbnail in another format.
    """
    block = b""
    if image.format == "TIFF":
        with suppress(NotUnderstood):
            tags = read_tags(data, lambda *tag: tag[:2] == _IN_TIFF)
            block = b"".join(tag.value for tag in tags)
    for marker, start, end in () if structure is None else structure.segments:
        if marker == _APP13 and data.startswith(PHOTOSHOP_MARK, start):
            block += data[start + len(PHOTOSHOP_MARK) : end]
        elif marker == _APP0 and data.startswith(_EXTENSION, start):
            content = data[start + len(_EXTENSION) : end]
            yield content[1:] if content[:1] == _JPEG_CODE else content
    for number, content in resources(block):
        if number in _RESOURCES:
            yield content[_RESOURCE_HEAD_BYTES:]


def _shows(thumbnail: bytes, shown: Image.Image, ratio: float) -> bool:
    """True if a thumbnail shows a picture, in any quarter turn, with bars around it or without."""
    try:
        with Image.open(io.BytesIO(thumbnail), formats=("JPEG",)) as image:
            if max(image.size) > _MOST_SIDE_PX:
                return False
            image.draft("L", (2 * _SIDE_PX, 2 * _SIDE_PX))
            grey = image.convert("L")
    except Exception:  # decoders raise whatever a damaged file provokes
        return False
    upright = _levels(shown)
    for turns in range(_QUARTER_TURNS):
        lies = 1 / ratio if turns % 2 else ratio
        wide, high = grey.size
        inner = min(wide, high * lies), min(high, wide / lies)
        left, top = (wide - inner[0]) / 2, (high - inner[1]) / 2
        box = (left, top, left + inner[0], top + inner[1])
        squeezed = grey.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BOX, box)
        if _are_alike(np.rot90(_levels(squeezed), turns), upright):
            return True
    return False


def _levels(picture: Image.Image) -> NDArray[np.float32]:
    return np.asarray(picture, np.float32)


def _are_alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    deviations = float(one.std()), float(other.std())
    if min(deviations) < _FLAT_LEVELS:
        return max(deviations) < 2 * _FLAT_LEVELS
    product = float(((one - one.mean()) * (other - other.mean())).mean())
    if product <= _LEAST_ALIKE * deviations[0] * deviations[1]:
        return False
    # Contrast may differ, as the thumbnail is made before a photo is developed.
    gain = product / deviations[0] ** 2
    gaps = (one - one.mean()) * gain - (other - other.mean())
    means = sliding_window_view(gaps, (_PLACE_PX, _PLACE_PX)).mean(axis=(2, 3))
    return float(np.abs(means).max()) <= _MOST_UNLIKE_LEVELS
