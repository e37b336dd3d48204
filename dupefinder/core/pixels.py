"""A file's pixels in full → a digest that equals another file's only when all of them agree.

Pillow alone would call a 16-bit picture equal to its 8-bit copy, and a two-page TIFF equal to
its first page; so the digest covers every frame, the size, the mode, the bit depth, the alpha
and the colour profile, after the orientation is applied.
"""

import io

from blake3 import blake3
from PIL import Image, ImageFile, ImageSequence

from dupefinder.core.decode import DecodeFailed, DecodeLimits, read_whole
from dupefinder.core.records import PhotoFacts, ProblemCode
from dupefinder.core.upright import to_upright

PIXEL_DIGEST_VERSION = 1
"""Rises whenever a stored digest would come out differently."""

_EIGHT_BIT_MODES = frozenset(("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"))


def digest_pixels(path: str, facts: PhotoFacts, limits: DecodeLimits) -> bytes | None:
    """Decode a photo in full and digest what it shows.

    Args:
        path: The file.
        facts: What `decode` told of it.
        limits: What the decode may cost; time excepted.

    Returns:
        32 bytes, or None where the pixels cannot be had exactly: RAW files, pictures that
        break off, and depths that Pillow reduces while decoding.

    Raises:
        DecodeFailed: The file cannot be read any more, or is too large to decode in full.
    """
    if facts.is_raw or facts.decodes_in_full is False:
        return None
    if facts.bits_per_channel > 8 and facts.mode in _EIGHT_BIT_MODES:
        return None
    if facts.width_px * facts.height_px * 4 > limits.max_memory_bytes:
        raise DecodeFailed(ProblemCode.TOO_LARGE, f"{facts.width_px} × {facts.height_px} pixels")
    data, _, _ = read_whole(path, limits)
    try:
        with Image.open(io.BytesIO(data)) as image:
            return _digest(image, facts)
    except MemoryError as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY) from error
    except Exception as error:  # decoders raise whatever a damaged file provokes
        raise DecodeFailed(ProblemCode.DAMAGED, str(error)) from error


def _digest(image: ImageFile.ImageFile, facts: PhotoFacts) -> bytes:
    digest = blake3()
    digest.update(facts.icc_digest or b"")
    digest.update(facts.bits_per_channel.to_bytes(2, "big"))
    for frame in ImageSequence.Iterator(image):
        frame.load()
        upright = to_upright(frame, image)
        if upright.mode in ("P", "PA", "1"):
            # A palette's order is no property of the picture.
            upright = upright.convert("RGBA" if "transparency" in frame.info else "RGB")
        digest.update(f"{upright.mode} {upright.width} {upright.height};".encode())
        digest.update(upright.tobytes())
    return digest.digest()
