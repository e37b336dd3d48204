"""Stored pixels → the colours and the position in which a viewer shows them."""

import io
import threading
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

BACKGROUND = (255, 255, 255)
"""What shows through transparent pixels; viewers and exporters mostly choose white."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_cms_lock = threading.Lock()


def to_upright(pixels: Image.Image, opened: Image.Image) -> Image.Image:
    """Apply the EXIF orientation that is still to be applied.

    Args:
        pixels: The picture to turn.
        opened: The picture as opened and loaded; a plugin that turns by itself (TIFF, HEIF)
            has taken its tag away by then.
    """
    try:
        turn = _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # Pillow raises whatever a damaged block provokes
        return pixels
    return pixels if turn is None else pixels.transpose(turn)


def to_displayed_rgb(pixels: Image.Image) -> Image.Image:
    """Convert any mode to 8-bit sRGB on a fixed background.

    Args:
        pixels: A loaded picture with its `info` (ICC profile, transparency).

    Returns:
        Mode "RGB", or "L" turned to "RGB"; the ICC profile is applied where it says other
        than sRGB, and ignored where it is damaged.
    """
    icc_profile = pixels.info.get("icc_profile")
    if pixels.mode in ("I", "F") or pixels.mode.startswith("I;16"):
        pixels = _to_eight_bits(pixels)
    elif pixels.mode in ("LA", "La", "PA", "RGBa", "RGBA") or "transparency" in pixels.info:
        pixels = pixels.convert("RGBA")
        opaque = Image.new("RGB", pixels.size, BACKGROUND)
        opaque.paste(pixels, mask=pixels.getchannel("A"))
        pixels = opaque
    elif pixels.mode in ("P", "1", "HSV", "LAB", "YCbCr"):
        pixels = pixels.convert("RGB")
    if icc_profile:
        pixels = _to_srgb(pixels, icc_profile)
    return pixels if pixels.mode == "RGB" else pixels.convert("RGB")


def _to_eight_bits(pixels: Image.Image) -> Image.Image:
    values = np.asarray(pixels).astype(np.float64)
    if pixels.mode == "F" or values.max(initial=0) > 65535 or values.min(initial=0) < 0:
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        values = (np.nan_to_num(values, nan=low) - low) * (255.0 / max(high - low, 1e-9))
    else:
        values = values / 257.0
    return Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8))


def _to_srgb(pixels: Image.Image, icc_profile: bytes) -> Image.Image:
    if pixels.mode not in ("RGB", "L", "CMYK"):
        return pixels
    transform = _transform_to_srgb(icc_profile, pixels.mode)
    if transform is None:
        return pixels
    try:
        converted = ImageCms.applyTransform(pixels, transform)
    except (ImageCms.PyCMSError, ValueError):
        return pixels
    return converted if converted is not None else pixels


@lru_cache(maxsize=64)
def _transform_to_srgb(icc_profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform of a profile; None when it is sRGB already, or no use for the mode."""
    with _cms_lock:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
            description = ImageCms.getProfileDescription(profile)
            if mode != "CMYK" and "srgb" in description.lower().replace(" ", ""):
                return None
            return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return None
