"""Conversion of stored pixels to the colours, orientation and background that a viewer shows.

Viewers and exporters mostly show transparency on white, and a copy without transparency shows that.
But white drawings cannot be seen on white: one would be like another. So it is measured how much of
what the transparency outlines stands out from white, and another ground is taken where too little
does. That depends on the colours along the outlines, not on the size of the picture.
"""

import io
import threading
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)
_GREY: Colour = (128, 128, 128)
"""For drawings with both white and black lines."""

_MEASURED_SIDE_PX = 128
"""Longer side, up to twice as long, at which a picture is measured, whatever its size."""
_LEAST_CONTRAST = 48.0
"""Levels by which an opaque line differs from the ground where it is seen in full."""
_MOST_VANISHED = 0.08
"""Share of the outlines that may vanish. Of drawings with white parts beside others a tenth and
more does on white; of those without, next to nothing."""
_LEAST_STEP = 0.02
"""Steps of opacity that are noise of encoding."""


def ground_of(picture: Image.Image) -> Colour:
    """Choose the ground for a picture.

    Args:
        picture: Mode "RGBA".

    Returns:
        White where the picture is seen on it, or nothing is transparent; else black or grey.
    """
    opacity = picture.getchannel("A")
    least, most = opacity.getextrema()
    if least == most:  # of one opacity: nothing is outlined
        return WHITE
    factor = max(picture.size) // _MEASURED_SIDE_PX
    if factor > 1:
        picture = picture.reduce(factor)
    opacities = np.asarray(picture.getchannel("A"), np.float32) / np.float32(255)
    levels = np.asarray(picture.convert("RGB").convert("L"), np.float32)
    vanished = {}
    for ground in (WHITE, _BLACK, _GREY):
        vanished[ground] = _share_vanished(opacities, levels, ground[0])
        if vanished[ground] <= _MOST_VANISHED:
            return ground
    return min(vanished, key=lambda ground: vanished[ground])


def _share_vanished(
    opacities: NDArray[np.float32], levels: NDArray[np.float32], ground: int
) -> float:
    """Measure which share of the outlines is not seen on a ground.

    Args:
        opacities: float32 (height, width), 0 to 1.
        levels: The same shape, luminance where opaque, 0 to 255.
        ground: Level of the ground.
    """
    shown = opacities * levels + (1 - opacities) * ground
    lost = total = 0.0
    for axis in (0, 1):
        steps = np.abs(np.diff(opacities, axis=axis))
        contrasts = np.abs(np.diff(shown, axis=axis))
        steps[steps < _LEAST_STEP] = 0
        lost += float(np.maximum(steps - contrasts / _LEAST_CONTRAST, 0).sum())
        total += float(steps.sum())
    return lost / total if total else 0.0


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
_SWATCH_STEPS = 6
_MOST_SRGB_LEVELS = 4
"""A profile called sRGB that differs by no more is not applied: the common ones differ by one."""
_SIXTEEN_BIT_WHITE = 65535.0
_cms_lock = threading.Lock()


def turn(pixels: Image.Image, exif_orientation: int) -> Image.Image:
    """Turn stored pixels as an EXIF orientation says; 1, and what is no orientation, keeps them."""
    transposition = _TURNS.get(exif_orientation)
    return pixels if transposition is None else pixels.transpose(transposition)


def to_upright(pixels: Image.Image, opened: Image.Image) -> Image.Image:
    """Apply the EXIF orientation that is still to be applied.

    Args:
        pixels: The picture to turn.
        opened: The picture as opened and loaded; a plugin that turns by itself (TIFF, HEIF)
            has taken its tag away by then.
    """
    try:
        orientation = opened.getexif().get(_ORIENTATION)
    except Exception:  # Pillow raises whatever a damaged block provokes
        return pixels
    return turn(pixels, orientation) if isinstance(orientation, int) else pixels


def to_displayed_rgb(
    pixels: Image.Image, shrink_factors: tuple[int, int] = (1, 1), profile: bytes = b""
) -> Image.Image:
    """Convert any mode to 8-bit RGB on a ground that lets it be seen, and shrink by whole factors.

    Args:
        pixels: A loaded picture with its `info` (ICC profile, transparency).
        shrink_factors: Each block of so many pixels across and down becomes their mean.
        profile: ICC profile of the result, see `profile_to_convert_to`; empty for sRGB.

    Returns:
        Mode "RGB"; the picture's own profile is applied where it says other than sRGB, and ignored
        where it is damaged.
    """
    icc_profile = pixels.info.get("icc_profile")
    pixels = _to_averageable(pixels)
    if shrink_factors != (1, 1):
        # Before anything that costs time or memory for each pixel.
        pixels = pixels.reduce(shrink_factors)
    if pixels.mode in ("I", "F"):
        pixels = _to_eight_bits(pixels)
    elif pixels.mode in ("LA", "RGBA"):
        pixels = pixels.convert("RGBA")
        opaque = Image.new("RGB", pixels.size, ground_of(pixels))
        opaque.paste(pixels, mask=pixels.getchannel("A"))
        pixels = opaque
    elif pixels.mode not in ("RGB", "L", "CMYK"):
        pixels = pixels.convert("RGB")
    if icc_profile or profile:
        pixels = _converted(pixels, icc_profile or b"", profile)
    return pixels if pixels.mode == "RGB" else pixels.convert("RGB")


def _to_averageable(pixels: Image.Image) -> Image.Image:
    """Convert modes of which no mean can be taken, or that Pillow takes none of."""
    mode = pixels.mode
    if mode.startswith("I;16"):
        return pixels.convert("I")
    if mode == "La":
        return pixels.convert("LA")
    if pixels.has_transparency_data and mode not in ("LA", "RGBA"):
        try:
            return pixels.convert("RGBA")  # a colour is the transparent one only until it is mixed
        except (TypeError, ValueError):
            pixels.info.pop("transparency", None)  # damaged: nothing is transparent
    if mode == "1":
        return pixels.convert("L")
    return pixels.convert("RGB") if mode in ("P", "PA") else pixels


def _to_eight_bits(pixels: Image.Image) -> Image.Image:
    """Bring 16-bit values, and any others by their own range, to the range of 0 to 255."""
    values = np.asarray(pixels).astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    white = 1.0 if pixels.mode == "F" else _SIXTEEN_BIT_WHITE
    if low >= 0 and high <= white:
        low, high = 0.0, white
    levels = (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) / max(high - low, 1e-9)
    return Image.fromarray(np.clip(levels * 255 + 0.5, 0, 255).astype(np.uint8))


def profile_to_convert_to(pixels: Image.Image) -> bytes | None:
    """Choose the profile to which other pictures are converted to have the colours of this one.

    Args:
        pixels: A picture with its `info`.

    Returns:
        Empty for sRGB, also where a profile is damaged and so ignored; None where none serves:
        those of greys and inks, and those that only lead to other colours.
    """
    icc_profile = pixels.info.get("icc_profile")
    mode = pixels.mode if pixels.mode == "CMYK" else Image.getmodebase(pixels.mode)
    if not icc_profile or _transform(icc_profile, b"", mode) is None:
        return b""
    is_of_rgb = mode == "RGB" and _transform(b"", icc_profile, mode) is not None
    return icc_profile if is_of_rgb else None


def _converted(pixels: Image.Image, icc_profile: bytes, target: bytes) -> Image.Image:
    transform = _transform(icc_profile, target, pixels.mode)
    if transform is None and icc_profile and target:
        transform = _transform(b"", target, pixels.mode)
    if transform is None:
        return pixels
    try:
        converted = ImageCms.applyTransform(pixels, transform)
    except (ImageCms.PyCMSError, ValueError):
        return pixels
    return converted if converted is not None else pixels


@lru_cache(maxsize=64)
def _transform(icc_profile: bytes, target: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform from one profile to another; an empty one stands for sRGB.

    Returns:
        None where both are sRGB, or it is no use for the mode.
    """
    if not icc_profile and not target:
        return None
    with _cms_lock:
        try:
            profile, goal = _opened_profile(icc_profile), _opened_profile(target)
            transform = ImageCms.buildTransform(profile, goal, mode, "RGB")
            if target:
                return transform
            description = ImageCms.getProfileDescription(profile)
            is_called_srgb = mode == "RGB" and "srgb" in description.lower().replace(" ", "")
            return None if is_called_srgb and _changes_little(transform) else transform
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return None


def _opened_profile(icc_profile: bytes) -> ImageCms.ImageCmsProfile:
    if icc_profile:
        return ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_little(transform: ImageCms.ImageCmsTransform) -> bool:
    """True if a transform leaves colours about as they are, whatever its profile is called."""
    swatch = np.indices((_SWATCH_STEPS,) * 3).reshape(3, 1, -1).transpose(1, 2, 0)
    colours = (swatch * (255 // (_SWATCH_STEPS - 1))).astype(np.uint8)
    shown = ImageCms.applyTransform(Image.fromarray(colours), transform)
    gaps = np.asarray(shown).astype(np.int16) - colours
    return bool(np.abs(gaps).max() <= _MOST_SRGB_LEVELS)
