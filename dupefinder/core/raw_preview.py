"""A camera's RAW file → the preview picture that the camera stored in it."""

import io
import os
import struct

import numpy as np
import rawpy
from PIL import Image, ImageFile

RAW_EXTENSIONS = frozenset(
    (
        ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mef",
        ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2",
        ".srf", ".srw", ".x3f",
    )
)  # fmt: skip

_TIFF_MAGIC = (b"II*\x00", b"MM\x00*")
_OTHER_MAGIC = {
    b"FUJIFILMCCD-RAW": "RAF",
    b"IIRO": "ORF",
    b"IIRS": "ORF",
    b"MMOR": "ORF",
    b"IIU\x00": "RW2",
    b"II\x1a\x00\x00\x00HEAPCCDR": "CRW",
    b"\x00MRM": "MRW",
    b"FOVb": "X3F",
}
_DNG_VERSION_TAG = 50706


def is_raw(data: bytes, path: str) -> bool:
    """Tell whether a file is a camera's RAW file.

    The content decides wherever it can: most RAW formats are TIFF files to look at, so for
    those the extension, or the DNG version tag, has the last word.

    Args:
        data: The whole file.
        path: Its path.
    """
    if data[4:12] == b"ftypcrx ":
        return True
    if data.startswith(_TIFF_MAGIC):
        extension = os.path.splitext(path)[1].lower()
        return data[8:10] == b"CR" or extension in RAW_EXTENSIONS or _has_dng_version(data)
    return any(data.startswith(magic) for magic in _OTHER_MAGIC)


def _has_dng_version(data: bytes) -> bool:
    order = "<" if data.startswith(b"II") else ">"
    try:
        (offset,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, offset)
        tags = (
            struct.unpack_from(order + "H", data, offset + 2 + 12 * entry)[0]
            for entry in range(count)
        )
        return _DNG_VERSION_TAG in tags
    except struct.error:
        return False


def _format_name(data: bytes) -> str:
    if data[4:12] == b"ftypcrx ":
        return "CR3"
    if data[8:10] == b"CR" and data.startswith(_TIFF_MAGIC):
        return "CR2"
    for magic, name in _OTHER_MAGIC.items():
        if data.startswith(magic):
            return name
    return "DNG" if _has_dng_version(data) else "RAW"


def open_preview(data: bytes) -> tuple[ImageFile.ImageFile, int, int, str]:
    """Open the embedded preview of a RAW file.

    Args:
        data: The whole file.

    Returns:
        The preview, opened and not yet loaded; width and height in pixels of the developed
        picture, upright; the name of the RAW format.

    Raises:
        rawpy.LibRawError: Not a RAW file that LibRaw reads, or one without a preview.
    """
    with rawpy.imread(io.BytesIO(data)) as raw:
        width_px, height_px = raw.sizes.width, raw.sizes.height
        if raw.sizes.flip in (5, 6):
            width_px, height_px = height_px, width_px
        thumbnail = raw.extract_thumb()
    if isinstance(thumbnail.data, bytes):
        stream = io.BytesIO(thumbnail.data)
    else:
        stream = io.BytesIO()
        Image.fromarray(np.asarray(thumbnail.data)).save(stream, "PPM")
        stream.seek(0)
    preview = Image.open(stream, formats=("JPEG", "MPO", "PPM"))
    return preview, width_px, height_px, _format_name(data)
