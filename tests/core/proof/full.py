"""Photos decoded in full, made up for tests of the proof."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupefinder.core.decode import DecodeLimits, decode_bytes
from dupefinder.core.proof.full_picture import FullPicture, decode_full
from tests.core.pictures import encode, textured

Levels = NDArray[np.uint8]

LIMITS = DecodeLimits()


@cache
def photo(width_px: int = 480, height_px: int = 360, seed: int = 1) -> Image.Image:
    """A photo-like picture with fine texture and grain up to its last pixel; not to be changed."""
    random = np.random.default_rng(seed + 1000)
    grain = random.normal(scale=2.5, size=(height_px, width_px, 1))
    pixels = np.asarray(textured(width_px, height_px, seed)) * 0.86 + 16 + grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def full(data: bytes, *, keep_profile: bool = True) -> FullPicture:
    """Decode a file's content in full, as a scan does for a comparison."""
    facts = decode_bytes(data, "/photo", LIMITS).facts
    return decode_full(data, facts, LIMITS, keep_profile=keep_profile)


def full_png(picture: Image.Image) -> FullPicture:
    """A picture as a lossless file of it is decoded."""
    return full(encode(picture, "PNG", compress_level=1))


def luma(picture: Image.Image) -> Levels:
    """The luma of a picture, uint8 (height, width)."""
    return np.asarray(picture.convert("YCbCr"))[..., 0].copy()


def greys(picture: Image.Image) -> Levels:
    """A picture in greys, uint8 (height, width)."""
    return np.asarray(picture.convert("L")).copy()
