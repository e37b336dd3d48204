"""Structure of a PNG, read without decoding a pixel: a digest of the picture, and its checksums.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", section 5.
"""

import zlib
from dataclasses import dataclass

from blake3 import blake3

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PICTURE_CHUNKS = frozenset(
    (
        b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT",
        b"acTL", b"fcTL", b"fdAT",
    )
)  # fmt: skip
"""The chunks that change what is seen. The colour profile (iCCP) has a digest of its own."""


@dataclass(frozen=True, slots=True)
class PngStructure:
    """The chunks that make a PNG's picture, and their soundness.

    Attributes:
        picture_digest: 32-byte digest of these chunks; text, times and EXIF are left out. None
            when the file is no PNG, breaks off, or a checksum is wrong.
        is_sound: False when a checksum is wrong. Decoders pass over that, and may show other
            pixels than were written.
    """

    picture_digest: bytes | None = None
    is_sound: bool = True


def read_chunks(data: bytes) -> PngStructure:
    """Walk the chunks of a PNG.

    Args:
        data: The whole file.
    """
    if not data.startswith(_SIGNATURE):
        return PngStructure()
    digest = blake3()
    view = memoryview(data)
    position = len(_SIGNATURE)
    while position + 12 <= len(data):
        length = int.from_bytes(view[position : position + 4], "big")
        kind = bytes(view[position + 4 : position + 8])
        end = position + 12 + length
        if end > len(data):
            break
        if kind == b"IEND":
            return PngStructure(digest.digest())
        if kind in _PICTURE_CHUNKS:
            checksum = int.from_bytes(view[end - 4 : end], "big")
            if zlib.crc32(view[position + 4 : end - 4]) != checksum:
                return PngStructure(is_sound=False)
            if kind != b"IDAT":
                digest.update(view[position : position + 8])
            digest.update(view[position + 8 : end - 4])
        position = end
    return PngStructure()
