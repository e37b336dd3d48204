"""An opened file → its parts beside picture and words; see `held_parts`."""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain

from PIL import ImageFile

from dupefinder.core.decode.jpeg_structure import JpegStructure
from dupefinder.core.decode.parts.boxes import box_parts
from dupefinder.core.decode.parts.chunks import (
    gif_parts,
    png_parts,
    profile_parts,
    trailing_parts,
    webp_parts,
)
from dupefinder.core.decode.parts.exif import exif_parts
from dupefinder.core.decode.parts.segments import segment_parts
from dupefinder.core.decode.parts.xmp import xmp_parts
from dupefinder.core.held_parts import Part, PartKind

_PICTURES_ALONE = frozenset(("PPM", "PCX", "QOI", "SGI"))
"""Formats that hold a picture and nothing else."""


def read_parts(
    image: ImageFile.ImageFile,
    data: bytes,
    structure: JpegStructure | None,
    packet: bytes,
    rating: int | None,
) -> list[Part]:
    """Read the parts of a file beside its picture and its words.

    Args:
        image: The opened picture.
        data: The whole file.
        structure: For a JPEG, where its segments lie.
        packet: Its XMP, empty without.
        rating: Its stars.

    Returns:
        The parts. Of a file that is not built as its format says, and of a format that is not
        known in here, the whole of it is a part.
    """
    parts: list[Part] = []
    try:
        parts += _container_parts(image, data, structure)
    except (ValueError, IndexError, struct.error):
        parts.append((PartKind.NOT_UNDERSTOOD, "file", data))
    parts += xmp_parts(packet, {field for _, field, _ in parts})
    if rating:
        parts.append((PartKind.RATING, "rating", str(rating).encode()))
    return parts


def _container_parts(
    image: ImageFile.ImageFile, data: bytes, structure: JpegStructure | None
) -> Iterable[Part]:
    if structure is not None:
        return segment_parts(data, structure.segments)
    match image.format:
        case "TIFF":
            return exif_parts(data)
        case "PNG":
            return chain(png_parts(data), profile_parts(image.info))
        case "WEBP":
            return webp_parts(data)
        case "GIF":
            return gif_parts(data)
        case "HEIF" | "AVIF":
            return box_parts(data, has_alpha=image.has_transparency_data)
        case "BMP":
            return trailing_parts(data, int.from_bytes(data[2:6], "little"))
        case str() as name if name in _PICTURES_ALONE:
            return ()
    return _not_understood(data)


def _not_understood(data: bytes) -> Iterator[Part]:
    yield PartKind.NOT_UNDERSTOOD, "file", data
