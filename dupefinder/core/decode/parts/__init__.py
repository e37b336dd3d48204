"""Parts of an opened file beside its picture and its texts; see `file_parts`."""

import struct
from collections.abc import Iterable, Iterator
from itertools import chain

from PIL import ImageFile

from dupefinder.core.decode.jpeg_structure import JpegStructure
from dupefinder.core.decode.metadata import iptc_block
from dupefinder.core.decode.parts.bmp import bmp_parts
from dupefinder.core.decode.parts.boxes import box_parts
from dupefinder.core.decode.parts.chunks import (
    gif_parts,
    png_parts,
    profile_parts,
    tiff_parts,
    webp_parts,
)
from dupefinder.core.decode.parts.exif import exif_text_parts, iptc_parts
from dupefinder.core.decode.parts.segments import segment_parts
from dupefinder.core.decode.parts.xmp import xmp_parts
from dupefinder.core.file_parts import Part, PartKind


def read_parts(
    image: ImageFile.ImageFile,
    data: bytes,
    structure: JpegStructure | None,
    packet: bytes,
    taken: str | None,
    frames: int,
) -> list[Part]:
    """Read the parts of a file beside its picture and its texts.

    Args:
        image: The opened picture.
        data: The whole file.
        structure: For a JPEG, where its segments lie.
        packet: Its XMP; empty without XMP.
        taken: The time of exposure in its EXIF.
        frames: Number of pictures that the decoder finds in it.

    Returns:
        The parts. A file of an unknown format, or one that does not follow its format, is a part
        as a whole.
    """
    parts: list[Part] = []
    try:
        parts += _container_parts(image, data, structure, frames)
        if image.format == "PNG":
            parts += exif_text_parts(image.info, taken)
    except (ValueError, IndexError, struct.error):
        parts.append((PartKind.NOT_UNDERSTOOD, "file", data))
    parts += iptc_parts(iptc_block(image), taken)
    parts += xmp_parts(packet, {field: value for _, field, value in parts}, taken)
    if icc_profile := image.info.get("icc_profile"):
        # A profile defines the meaning of the levels and overrides all other declarations.
        parts = [part for part in parts if part[0] is not PartKind.COLOURS]
        parts += _beside_profile(icc_profile)
    return parts


def _beside_profile(icc_profile: bytes) -> Iterator[Part]:
    """Give what is behind a profile, or stands in its place (ICC.1:2010, 7.2)."""
    end = int.from_bytes(icc_profile[:4], "big")
    if icc_profile[36:40] != b"acsp" or end > len(icc_profile):
        yield PartKind.NOT_UNDERSTOOD, "profile", icc_profile
    elif icc_profile[end:].strip(b"\0"):
        yield PartKind.APPLICATION_DATA, "profile", icc_profile[end:]


def _container_parts(
    image: ImageFile.ImageFile, data: bytes, structure: JpegStructure | None, frames: int
) -> Iterable[Part]:
    if structure is not None:
        return segment_parts(data, structure)
    match image.format:
        case "TIFF":
            return tiff_parts(data, frames)
        case "PNG":
            return chain(png_parts(data), profile_parts(image.info))
        case "WEBP":
            has_exif, has_xmp = (bool(image.info.get(name)) for name in ("exif", "xmp"))
            return webp_parts(data, has_exif=has_exif, has_xmp=has_xmp)
        case "GIF":
            return gif_parts(data)
        case "HEIF" | "AVIF":
            return box_parts(data, has_alpha=image.has_transparency_data)
        case "BMP":
            return bmp_parts(data)
    return _not_understood(data)


def _not_understood(data: bytes) -> Iterator[Part]:
    yield PartKind.NOT_UNDERSTOOD, "file", data
