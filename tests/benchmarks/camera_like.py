"""Folders of camera-like JPEGs for the benchmarks: natural statistics, noise, no photo needed."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_NOISE_LEVELS = 3.0


def texture(width_px: int, height_px: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Make a picture whose contrast falls with frequency as in photos.

    Args:
        width_px: Its width.
        height_px: Its height.
        rng: Source of chance.

    Returns:
        float32 (height, width, 3), about 0 to 255.
    """
    total = np.zeros((height_px, width_px, 3), np.float32)
    for cell_px in (4, 12, 40, 130, 400):
        shape = (height_px // cell_px + 2, width_px // cell_px + 2)
        for channel in range(3):
            coarse = Image.fromarray(rng.normal(size=shape).astype(np.float32))
            fine = coarse.resize((width_px, height_px), Image.Resampling.BICUBIC)
            total[:, :, channel] += np.asarray(fine) * cell_px**0.55
    total -= total.mean()
    total *= 50 / total.std()
    return total + 120


def write_folder(
    folder: Path, count: int, width_px: int, height_px: int, *, quality: int = 90, seed: int = 7
) -> int:
    """Fill a folder with different JPEGs, one in ten of them a re-encoded copy.

    Args:
        folder: Where to; made when it is not there.
        count: Number of files.
        width_px: Width of each.
        height_px: Height of each.
        quality: JPEG quality.
        seed: The same seed gives the same files.

    Returns:
        Bytes written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    ground = texture(width_px * 3 // 2, height_px * 3 // 2, rng)
    noise = rng.normal(size=(height_px, width_px, 1)).astype(np.float32) * _NOISE_LEVELS
    written = 0
    image = Image.new("RGB", (width_px, height_px))
    for number in range(count):
        if number % 10 == 9:
            image = image.resize((width_px * 3 // 4, height_px * 3 // 4))
        else:
            left = int(rng.integers(width_px // 2))
            top = int(rng.integers(height_px // 2))
            cut = ground[top : top + height_px, left : left + width_px]
            cut = cut[:: rng.choice((-1, 1)), :: rng.choice((-1, 1))]
            broad = Image.fromarray(rng.normal(size=(7, 9)).astype(np.float32) * 45)
            light = np.asarray(broad.resize((width_px, height_px), Image.Resampling.BICUBIC))
            pixels = cut * rng.uniform(0.6, 1.1) + light[:, :, None]
            pixels += np.roll(noise, int(rng.integers(height_px)), axis=0)
            image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        written += (folder / f"IMG_{number:05}.JPG").write_bytes(buffer.getvalue())
    return written
