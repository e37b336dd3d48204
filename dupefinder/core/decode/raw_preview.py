"""The preview that a camera stored in its RAW file, or a quick development."""

import io
import os
import struct
from typing import Self

import numpy as np
from PIL import Image, ImageFile

from dupefinder.core.picture_names import RAW_EXTENSIONS

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
_ORIENTATION = 0x0112
_ORIENTATION_OF_FLIP = (1, 2, 4, 3, 5, 8, 6, 7)
"""EXIF orientation by LibRaw's `flip`, whose bits are: mirrored, upside down, transposed."""
_LEAST_PREVIEW_SIDE_PX = 96
"""Less would not fill the grey."""
_DEVELOP_BYTES_PER_PX = 13
"""Raw samples, four 16-bit channels and the 8-bit result, should LibRaw not halve them."""


def is_raw(data: bytes, path: str) -> bool:
    """True if a file is a camera's RAW file.

    The content decides wherever it can: most RAW formats are TIFF files to look at, so for
    those the extension, or the DNG version tag, has the last word.

    Args:
        data: The whole file.
        path: Its path.
    """
    if data[4:12] == b"ftypcrx ":
        return True
    if data.startswith(_TIFF_MAGIC):
        extension = os.path.splitext(path)[1].lower().removeprefix(".")
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


class RawPhoto:
    """An opened RAW file. A context manager; it holds LibRaw's memory until it is left.

    Attributes:
        format: Name of the RAW format.
        width_px: Width of the developed picture, upright.
        height_px: Height of the developed picture, upright.
        develop_bytes: Estimate of the memory that `develop` takes.
    """

    def __init__(self, data: bytes) -> None:
        """Open a RAW file.

        Args:
            data: The whole file.

        Raises:
            rawpy.LibRawError: Not a RAW file that LibRaw reads.
        """
        import rawpy  # slow to load, and most folders have none

        self._raw = rawpy.imread(io.BytesIO(data))
        sizes = self._raw.sizes
        self.format = _format_name(data)
        self._flip_orientation = _ORIENTATION_OF_FLIP[sizes.flip & 7]
        self.width_px, self.height_px = sizes.width, sizes.height
        if _is_sideways(self._flip_orientation):
            self.width_px, self.height_px = self.height_px, self.width_px
        self.develop_bytes = sizes.raw_width * sizes.raw_height * _DEVELOP_BYTES_PER_PX

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def open_preview(self) -> ImageFile.ImageFile | None:
        """Open the largest embedded preview, not yet loaded; None without a usable one."""
        try:
            thumbnail = self._raw.extract_thumb()
            if isinstance(thumbnail.data, bytes):
                stream = io.BytesIO(thumbnail.data)
            else:
                stream = io.BytesIO()
                Image.fromarray(np.asarray(thumbnail.data)).save(stream, "PPM")
                stream.seek(0)
            preview = Image.open(stream, formats=("JPEG", "PPM"))
        except MemoryError:
            raise
        except Exception:  # LibRaw and Pillow raise whatever a damaged preview provokes
            return None
        return preview if min(preview.size) >= _LEAST_PREVIEW_SIDE_PX else None

    def preview_orientation(self, preview: Image.Image) -> int:
        """The orientation of a preview.

        Some cameras turn the preview, some tag it, most leave both to the RAW file. A tag in
        the preview is believed (LibRaw adds one to a JPEG without EXIF); without it the RAW
        file's own orientation counts. Where that would lay the preview across the developed
        picture, the shape has the last word.

        Args:
            preview: From `open_preview`.

        Returns:
            EXIF orientation, 1 to 8.
        """
        try:
            tag = preview.getexif().get(_ORIENTATION)
        except Exception:  # see open_preview
            tag = None
        orientation = tag if isinstance(tag, int) and 1 <= tag <= 8 else self._flip_orientation
        width_px, height_px = preview.size
        if _is_sideways(orientation):
            width_px, height_px = height_px, width_px
        if _shape(width_px, height_px) * _shape(self.width_px, self.height_px) >= 0:
            return orientation
        return 1 if _is_sideways(orientation) else self._flip_orientation

    def develop(self) -> Image.Image:
        """Develop the sensor's data at half size, upright.

        Raises:
            rawpy.LibRawError: The data are damaged or of a kind that LibRaw does not decode.
        """
        pixels = self._raw.postprocess(
            half_size=True, use_camera_wb=True, no_auto_bright=True, output_bps=8
        )
        return Image.fromarray(pixels)


def _is_sideways(orientation: int) -> bool:
    return orientation >= 5


def _shape(width_px: int, height_px: int) -> int:
    """Return 1 for a landscape, -1 for a portrait, 0 for about a square."""
    if 0.95 < width_px / height_px < 1.05:
        return 0
    return 1 if width_px > height_px else -1
