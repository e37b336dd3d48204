"""The formats that are read: opening of files, reasons for refusal, and possibly lossless files.

Whether a HEIF, AVIF or WebP file may be lossless is told by its first bytes, which name how its
colours are kept: colours at half size are not those of another file, whatever its quality.

Sources: ISO/IEC 14496-15, 8.3.3.1 (hvcC); AV1 Codec ISO Media File Format Binding, 2.3.3 (av1C);
RFC 9649 (WebP).
"""

import io
import warnings

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PcxImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    PsdImagePlugin,
    QoiImagePlugin,
    SgiImagePlugin,
    TgaImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from dupefinder.core.decode.file_content import read_head
from dupefinder.core.decode.limits import DecodeFailed, decoder_text
from dupefinder.core.records import ProblemCode

pillow_heif.register_heif_opener()
warnings.filterwarnings("ignore", module=r"PIL\.")  # odd metadata; only the picture counts
Image.MAX_IMAGE_PIXELS = None  # DecodeLimits decides, with the format and the memory in view

_PLUGINS = (
    AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Jpeg2KImagePlugin, JpegImagePlugin,
    PcxImagePlugin, PngImagePlugin, PpmImagePlugin, PsdImagePlugin, QoiImagePlugin,
    SgiImagePlugin, TgaImagePlugin, TiffImagePlugin, WebPImagePlugin,
)  # fmt: skip
"""Plugins that register `_FORMATS` when imported; `Image.init` would import many more."""

_FORMATS = tuple(
    name for name in (
    "JPEG", "PNG", "HEIF", "AVIF", "WEBP", "TIFF", "GIF", "BMP", "DIB", "JPEG2000",
    "PPM", "TGA", "PCX", "QOI", "PSD", "SGI",
    ) if name in Image.OPEN
)  # fmt: skip
"""Formats that Pillow reads by itself, except those that start another program (EPS), load their
pixels before a limit can be checked (ICO) or take seconds (DDS)."""

_SIGNATURES = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+",
    b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip
"""Beginnings of files that are meant to be pictures, even if the rest cannot be read."""

_BRANDS = frozenset(b"heic heix heim heis hevc hevx mif1 mif2 msf1 avif avis WEBP".split())
"""The same for formats with a name after the size of their first part."""


def failure_of(error: Exception, data: bytes) -> DecodeFailed:
    """The failure that a fault of a decoder means.

    Args:
        error: The exception.
        data: The file's content.
    """
    if isinstance(error, DecodeFailed):
        return error
    if isinstance(error, MemoryError):
        return DecodeFailed(ProblemCode.OUT_OF_MEMORY)
    if isinstance(error, UnidentifiedImageError):
        begins_well = data.startswith(_SIGNATURES) or data[8:12] in _BRANDS
        return DecodeFailed(ProblemCode.DAMAGED if begins_well else ProblemCode.NOT_A_PICTURE)
    return DecodeFailed(ProblemCode.DAMAGED, decoder_text(error))


def open_picture(data: bytes) -> ImageFile.ImageFile:
    """Open a file's content as one of the formats that are read; nothing is decoded yet."""
    return Image.open(io.BytesIO(data), formats=_FORMATS)


_HEAD_BYTES = 1 << 16
_HALF_SIZE = 1


def may_be_lossless(path: str, format_: str) -> bool:
    """True if a file may hold each pixel of another one; True if unknown.

    Args:
        path: The file.
        format_: See `PhotoFacts.format`.
    """
    try:
        return _may_be(read_head(path, _HEAD_BYTES), format_)
    except OSError:
        return True


def _may_be(head: bytes, format_: str) -> bool:
    match format_:
        case "WEBP":
            return b"VP8L" in head or b"VP8 " not in head
        case "HEIF":
            kept = [settings[16] & 3 for settings in _settings(head, b"hvcC", 17)]
            return not kept or any(one != _HALF_SIZE for one in kept)
        case "AVIF":
            # Bit 3 means colours of half the width, bit 4 no colours.
            kept = [settings[2] & 0x18 for settings in _settings(head, b"av1C", 3)]
            return not kept or any(one != 0x08 for one in kept)
    return True


def _settings(head: bytes, kind: bytes, least_bytes: int) -> list[bytes]:
    """Bytes after each occurrence of a kind of box, as far as they exist."""
    places = [part[:least_bytes] for part in head.split(kind)[1:]]
    return [part for part in places if len(part) == least_bytes]
