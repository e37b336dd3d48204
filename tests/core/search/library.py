"""A scanned folder of photo-like pictures for the tests of the search."""

from pathlib import Path

import numpy as np
from PIL import Image

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.pipeline import Options, Report, find_duplicates
from dupefinder.core.scan import FolderChoice, ScanOptions
from dupefinder.core.search import Hit, Query, SearchIndex, search
from tests.core.pictures import encode, textured


def picture(seed: int, width_px: int = 320, height_px: int = 240) -> Image.Image:
    """A photo-like picture with detail up to its last pixel."""
    noise = np.random.default_rng(seed).normal(scale=6, size=(height_px, width_px, 1))
    pixels = np.asarray(textured(width_px, height_px, seed)) + noise
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg_of(image: Image.Image, quality: int = 90) -> bytes:
    return encode(image, "JPEG", quality=quality)


def write(folder: Path, photos: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in photos.items():
        (folder / name).write_bytes(data)


def scan(catalog: Catalog, folder: Path) -> Report:
    options = Options(ScanOptions((FolderChoice(str(folder)),)), threads=1)
    return find_duplicates(options, catalog, JobContext())


def found(catalog: Catalog, query: Query, options: MatchOptions | None = None) -> list[Hit]:
    index = SearchIndex(catalog, options or MatchOptions(), JobContext(), threads=1)
    return search(index, catalog, query, JobContext()).hits


def names(catalog: Catalog, hits: list[Hit]) -> list[str]:
    """The name of the first file of each."""
    return [
        Path(catalog.files_of_content([hit.content.content_id])[0].relative_path).name
        for hit in hits
    ]
