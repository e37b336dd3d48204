"""Files of every container, each with a part of its own or without."""

import io
import struct
import zlib
from collections.abc import Callable

from PIL import Image, TiffImagePlugin

from tests.core.pictures import encode, textured, with_segment

PICTURE = textured(64, 48)
EXIF = Image.Exif()
EXIF[271], EXIF[272] = "Maker", "Model"
EXIF[36867] = "2020:01:02 03:04:05"
JPEG = encode(PICTURE, "JPEG", quality=90, exif=EXIF)
PNG = encode(PICTURE, "PNG", exif=EXIF)
WEBP = encode(PICTURE, "WEBP", quality=90, exif=EXIF)
HEIF = encode(PICTURE, "HEIF", quality=90, exif=EXIF.tobytes())
AVIF = encode(PICTURE, "AVIF", quality=90, exif=EXIF)
GIF = encode(PICTURE.quantize(16), "GIF")
BMP = encode(PICTURE, "BMP")


def tiff(tags: dict[int, bytes] | None = None) -> bytes:
    """A TIFF with tags of bytes beside its own."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for number, value in (tags or {}).items():
        directory[number] = value
        directory.tagtype[number] = 7
    return encode(PICTURE, "TIFF", tiffinfo=directory)


def jpeg_with(name: bytes, content: bytes) -> bytes:
    """A JPEG with an application segment; the marker depends on the name."""
    return with_segment(JPEG, 0xE3 + name[0] % 8, name + b"\0" + content)


def png_with(name: bytes, content: bytes) -> bytes:
    """A PNG with a chunk before its end."""
    chunk = name + content
    whole = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return PNG[:-12] + whole + PNG[-12:]


def webp_with(name: bytes, content: bytes) -> bytes:
    """A WebP with a chunk at its end."""
    chunk = name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return WEBP[:4] + struct.pack("<I", len(WEBP) - 8 + len(chunk)) + WEBP[8:] + chunk


def gif_with(name: bytes, content: bytes) -> bytes:
    """A GIF with an application extension before its end."""
    blocks = b"".join(
        bytes((len(content[at : at + 255]),)) + content[at : at + 255]
        for at in range(0, len(content), 255)
    )
    return GIF[:-1] + b"\x21\xff\x0b" + name.ljust(11, b"!") + blocks + b"\0" + GIF[-1:]


def box(name: bytes, content: bytes) -> bytes:
    """A box of an ISO base media file."""
    return struct.pack(">I", 8 + len(content)) + name + content


def heif_with(name: bytes, content: bytes) -> bytes:
    """A HEIF file with a box behind the others."""
    return HEIF + box(name, content)


def avif_with(name: bytes, content: bytes) -> bytes:
    """An AVIF file with a box behind the others."""
    return AVIF + box(name, content)


def tiff_with(name: bytes, content: bytes) -> bytes:
    """A TIFF with a private tag, whose number depends on the name."""
    return tiff({60_000 + zlib.crc32(name) % 5_000: content})


def exif_with(name: bytes, content: bytes) -> bytes:
    """A JPEG with a private tag in its EXIF."""
    exif = Image.Exif()
    exif.load(EXIF.tobytes())
    exif[60_000 + zlib.crc32(name) % 5_000] = content
    return encode(PICTURE, "JPEG", quality=90, exif=exif)


def trailing(whole: bytes) -> Callable[[bytes, bytes], bytes]:
    """A file with data behind its end."""
    return lambda name, content: whole + name + content


CONTAINERS: dict[str, tuple[bytes, Callable[[bytes, bytes], bytes]]] = {
    "JPEG": (JPEG, jpeg_with),
    "EXIF": (JPEG, exif_with),
    "TIFF": (tiff(), tiff_with),
    "PNG": (PNG, png_with),
    "WebP": (WEBP, webp_with),
    "GIF": (GIF, gif_with),
    "HEIF": (HEIF, heif_with),
    "AVIF": (AVIF, avif_with),
    "behind a TIFF": (tiff(), trailing(tiff())),
    "behind a PNG": (PNG, trailing(PNG)),
    "behind a WebP": (WEBP, trailing(WEBP)),
    "behind a GIF": (GIF, trailing(GIF)),
    "behind a BMP": (BMP, trailing(BMP)),
    "behind a HEIF": (HEIF, trailing(HEIF)),
}
"""By name: a file, and how to make one that is the same but for a part of some name and content."""


def pixels_of(data: bytes) -> bytes:
    """The decoded pixels, to make sure that a part does not change the picture."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()
