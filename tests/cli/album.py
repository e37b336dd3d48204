"""A small folder of photos whose duplicates are known, made in code."""

import io
import json
import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dupefinder.cli import main
from tests.core.pictures import encode, jpeg

_AGE_NS = 3600 * 10**9


def scene(seed: int, width_px: int = 320, height_px: int = 240) -> Image.Image:
    """A picture unlike that of any other seed: soft shapes of all sizes, in quiet colours."""
    random = np.random.default_rng(seed)
    layers = [
        Image.fromarray(random.integers(0, 256, (cells, cells), dtype=np.uint8)).resize(
            (width_px, height_px), Image.Resampling.BICUBIC
        )
        for cells in (5, 11, 23)
    ]
    light = sum(np.asarray(layer) / 2**place for place, layer in enumerate(layers))
    tints = np.array([1.0, 0.95, 0.9])
    return Image.fromarray(np.clip(light[:, :, None] * tints / 1.8, 0, 255).astype(np.uint8))


@lru_cache(maxsize=64)
def photo(seed: int, width_px: int = 320, height_px: int = 240) -> bytes:
    """A JPEG unlike that of any other seed."""
    return jpeg(scene(seed, width_px, height_px))


def pixels_of(content: bytes) -> Image.Image:
    """Decode a picture."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB")


def turned(content: bytes, turn: Image.Transpose) -> bytes:
    """A picture turned in its pixels."""
    return jpeg(pixels_of(content).transpose(turn))


@cache
def _album() -> dict[str, bytes]:
    one = photo(1)
    return {
        "a/one.jpg": one,
        "a/one copy.jpg": one,
        # Its size is told in figures.
        "b/one.png": encode(pixels_of(one), "PNG", compress_level=6),
        "b/one small.jpg": jpeg(pixels_of(one).resize((160, 120)), quality=50),
        "turned.jpg": turned(one, Image.Transpose.ROTATE_270),
        "two.jpg": photo(2),
    }


def write_album(folder: Path) -> Path:
    """Write six photos: one of them five times, in other bytes, size, position; one alone."""
    for name, content in _album().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        # A file that was written a moment ago is left alone by every action.
        written_ns = (folder / name).stat().st_mtime_ns - _AGE_NS
        os.utime(folder / name, ns=(written_ns, written_ns))
    return folder


def scan(
    tmp_path: Path, *arguments: object, catalog: Sequence[str] = ("--no-catalog",), code: int = 0
) -> Any:
    """Run `dupefinder scan` in this process; return the JSON that it writes."""
    target = tmp_path / "groups.json"
    assert main(["scan", *map(str, arguments), *catalog, "--json", str(target)]) == code
    return json.loads(target.read_bytes())
