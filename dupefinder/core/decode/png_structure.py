"""What a PNG's chunks tell without decoding a pixel: a digest of the picture alone.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", section 5.
"""

import zlib

from blake3 import blake3

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PICTURE_CHUNKS = frozenset(
    (
        b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT",
        b"acTL", b"fcTL", b"fdAT",
    )
)  # fmt: skip
"""The chunks that change what is seen. The colour profile (iCCP) has a digest of its own."""


def digest_picture(data: bytes) -> bytes | None:
    """Digest the chunks that make the picture; text, times and EXIF are left out.

    Args:
        data: The whole file.

    Returns:
        32 bytes, or None when it is no PNG, breaks off, or a chunk's checksum is wrong.
    """
    if not data.startswith(_SIGNATURE):
        return None
    digest = blake3()
    view = memoryview(data)
    position = len(_SIGNATURE)
    while position + 12 <= len(data):
        length = int.from_bytes(view[position : position + 4], "big")
        kind = bytes(view[position + 4 : position + 8])
        end = position + 12 + length
        if end > len(data):
            return None
        if kind == b"IEND":
            return digest.digest()
        if kind in _PICTURE_CHUNKS:
            checksum = int.from_bytes(view[end - 4 : end], "big")
            if zlib.crc32(view[position + 4 : end - 4]) != checksum:
                return None
            if kind != b"IDAT":
                digest.update(view[position : position + 8])
            digest.update(view[position + 8 : end - 4])
        position = end
    return None
