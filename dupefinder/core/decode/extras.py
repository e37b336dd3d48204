"""Extras of a file besides its picture: film, gain map, depth map, frames, trailing data.

Source: ISO/IEC 14496-12 for the boxes of HEIF.
"""

from PIL import ImageFile

from dupefinder.core.decode.jpeg_structure import JpegStructure, read_structure
from dupefinder.core.decode.metadata import bytes_of

_GAIN_MAP_MARKS = (b"hdrgm:", b"HDRGainMap")
"""In the XMP of Ultra HDR (Android) and of Apple's photos."""
_METADATA_BYTES = 1 << 16
_FILM_HEAD_BYTES = 1 << 12
"""Samsung puts a few fields of its own before the film."""
_MOST_PICTURES = 16


def strip_padding(content: bytes) -> bytes:
    """Strip the meaningless bytes around the data after a picture."""
    return content.rstrip(b"\x00 \r\n\xff").lstrip(b"\x00 \r\n")


def name_trailers(content: bytes, xmp: bytes) -> set[str]:
    """Name the data after a JPEG: further JPEGs, then a film, or unknown data.

    Args:
        content: The bytes behind the picture, their padding stripped.
        xmp: The XMP of the picture itself.

    Returns:
        Codes of `photo_facts.PhotoFacts.extras`.
    """
    codes = set()
    for _ in range(_MOST_PICTURES):
        structure = read_structure(content)
        if structure is None:
            break
        head = content[: min(structure.end_bytes, _METADATA_BYTES)]
        is_gain_map = any(mark in xmp or mark in head for mark in _GAIN_MAP_MARKS)
        codes.add("gain-map" if is_gain_map else "frames")
        content = strip_padding(content[structure.end_bytes :])
    if b"ftyp" in content[:_FILM_HEAD_BYTES]:
        codes.add("video")
    elif content:
        codes.add("trailing-data")
    return codes


def find_extras(
    image: ImageFile.ImageFile, data: bytes, structure: JpegStructure | None, frames: int
) -> tuple[tuple[str, ...], bytes]:
    """Name the contents of a file besides its picture.

    Args:
        image: The opened picture.
        data: The whole file.
        structure: For a JPEG, the place of its picture.
        frames: Pictures in the file.

    Returns:
        Sorted codes (see `photo_facts.PhotoFacts.extras`) and the bytes they stand for, so that two
        files' extras can be compared. If those bytes are not separate from the picture, it is the
        whole file: two such files then count as different even if only metadata differ. For a HEIF
        the parts say more.
    """
    codes: set[str] = set()
    content = b""
    if structure is not None:
        content = strip_padding(data[structure.end_bytes :])
        codes = name_trailers(content, bytes_of(image.info.get("xmp")))
    elif image.format == "HEIF":
        if image.info.get("depth_images"):
            codes.add("depth")
        names = str(list(image.info.get("aux") or ())).lower()
        if "gainmap" in names:
            codes.add("gain-map")
        if b"mpvd" in _box_types(data):
            codes.add("video")
    if not codes and frames > 1:
        codes.add("frames")
    return tuple(sorted(codes)), (content or data) if codes else b""


def _box_types(data: bytes) -> list[bytes]:
    """List the types of the outermost boxes of an ISO base media file (ISO/IEC 14496-12, 4.2)."""
    types = []
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        types.append(data[position + 4 : position + 8])
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size < 8:
            break
        position += size
    return types
