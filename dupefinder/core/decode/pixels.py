"""Digest of all pixels of a file, equal for two files only when all of their pixels agree.

Pillow alone would call a 16-bit picture equal to its 8-bit copy, and a two-page TIFF equal to
its first page; so the digest covers every frame, the size, the mode, the bit depth, the alpha
and the colour profile, after the orientation is applied.
"""

import io

from blake3 import blake3
from PIL import Image, ImageFile, ImageSequence

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.jpeg_pixels import with_end
from dupefinder.core.decode.limits import JPEG_FAMILY
from dupefinder.core.decode.surplus_data import has_rest
from dupefinder.core.decode.upright import to_upright
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import ProblemCode

_EIGHT_BIT_MODES = frozenset(("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"))
_PLUGINS = {"MPO": "JPEG"}
"""Formats that another format's plugin opens."""


def digest_pixels(path: str, facts: PhotoFacts, limits: DecodeLimits) -> bytes | None:
    """Decode a photo in full and digest what it shows.

    Args:
        path: The file.
        facts: What `decode` told of it.
        limits: Limits for decoding, except for time.

    Returns:
        32 bytes, or None where the pixels cannot be had exactly, or are not all: RAW files,
        pictures that break off, depths that Pillow reduces while decoding, and coded data with
        something behind the pixels.

    Raises:
        DecodeFailed: The file cannot be read any more, or is too large to decode in full.
    """
    if not _are_exact(facts):
        return None
    _check_memory(facts.width_px, facts.height_px, limits)
    data, _, _ = read_whole(path, limits)
    return digest_pixels_of(data, facts, limits)


def digest_pixels_of(data: bytes, facts: PhotoFacts, limits: DecodeLimits) -> bytes | None:
    """`digest_pixels` of a file's content that is in memory."""
    if not _are_exact(facts):
        return None
    _check_memory(facts.width_px, facts.height_px, limits)
    try:
        if facts.format in JPEG_FAMILY:
            data = with_end(data, facts.mode)
        with Image.open(
            io.BytesIO(data), formats=(_PLUGINS.get(facts.format, facts.format),)
        ) as image:
            if _is_reduced(image, data) or has_rest(data, facts.format):
                return None
            return _digest(image, facts, limits)
    except DecodeFailed:
        raise
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise DecodeFailed(ProblemCode.DAMAGED, str(error)) from error


def _are_exact(facts: PhotoFacts) -> bool:
    """False where what Pillow decodes are not the picture's pixels, or not all of them."""
    if facts.is_raw or facts.decodes_in_full is False:
        return False
    return facts.bits_per_channel <= 8 or facts.mode not in _EIGHT_BIT_MODES


def _is_reduced(image: ImageFile.ImageFile, data: bytes) -> bool:
    """True if Pillow reduces deeper samples to 8 bits without a warning."""
    if image.mode not in _EIGHT_BIT_MODES:
        return False
    match image.format:
        case "SGI":
            return data[3] > 1  # bytes per sample
        case "PPM":
            arguments = image.tile[0].args
            return isinstance(arguments, tuple) and arguments[-1] > 255  # the largest value
        case "JPEG2000":
            # ISO/IEC 15444-1, A.5.1: the depth of each component, behind the start of codestream.
            sizes = data.find(b"\xff\x4f\xff\x51") + 2
            components = int.from_bytes(data[sizes + 38 : sizes + 40], "big")
            depths = data[sizes + 40 : sizes + 40 + 3 * components : 3]
            return any((depth & 0x7F) + 1 > 8 for depth in depths)
        case "AVIF":
            settings = data.find(b"av1C") + 4  # AV1 in ISOBMFF, 2.3.3: bit 6 says more than 8
            return bool(data[settings + 2] & 0x40)
    return False


def _digest(image: ImageFile.ImageFile, facts: PhotoFacts, limits: DecodeLimits) -> bytes:
    digest = blake3()
    digest.update(facts.icc_digest or b"")
    digest.update(facts.bits_per_channel.to_bytes(2, "big"))
    for frame in ImageSequence.Iterator(image):
        _check_memory(frame.width, frame.height, limits)  # a later page may be any size
        frame.load()
        upright = to_upright(frame, image)
        if upright.mode in ("P", "PA", "1"):
            # A palette's order is no property of the picture.
            upright = upright.convert("RGBA" if frame.has_transparency_data else "RGB")
        elif "transparency" in frame.info:
            digest.update(f"{frame.info['transparency']};".encode())  # a colour stands for nothing
        digest.update(f"{upright.mode} {upright.width} {upright.height};".encode())
        digest.update(upright.tobytes())
    return digest.digest()


def _check_memory(width_px: int, height_px: int, limits: DecodeLimits) -> None:
    if width_px * height_px * 4 > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{width_px} × {height_px} pixels")
