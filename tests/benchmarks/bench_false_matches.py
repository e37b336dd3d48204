"""Share of pictures of different things that are nominated, and of those that are grouped.

    python -m tests.benchmarks.bench_false_matches FOLDER [--count 100000] [--no-crops]

Windows of different places and sizes are cut from photos, saved as JPEGs in memory, read as a scan
reads, searched and judged with the default settings. Two windows of different photos show
different things, so whatever is nominated between them is a false candidate, and what is more
than a look-alike would be a false match. Windows of one photo may overlap: they do not count, and
are not judged. All candidates count, also those beyond the nearest that a scan would keep.

A folder with a `truth.csv` (and a `scenes.csv`) gives one photo of each source and scene. Of any
other folder every photo is taken: no two may show the same.
"""

import argparse
import csv
import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs
from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.job import JobContext
from dupefinder.core.matching import DEFAULT_KIND as KIND
from dupefinder.core.matching import default_threshold_bits, nearest
from dupefinder.core.matching.candidates import nominate, nominate_views, radius_of_turned_views
from dupefinder.core.matching.equal_thumbnails import find_equal_thumbnails
from dupefinder.core.matching.pair_comparison import WIDEST_CHECK_BITS
from dupefinder.core.matching.verification import judge_views, judge_whole
from dupefinder.core.photo_facts import DecodedPhoto
from dupefinder.core.records import Evidence

RADIUS = default_threshold_bits(KIND)

_PHOTO_PX = 1600
_LEAST_PX = 160
_MOST_PX = 640
_LEAST_SHARE = 0.2
_MOST_SHARE = 0.7
_EVIDENCE_OF = {code: evidence for evidence, code in EVIDENCE_CODES.items()}

Sources = NDArray[np.int64]


def different_photos(folder: Path) -> list[Path]:
    """The photos of a folder, of which no two show the same."""
    truth = folder / "truth.csv"
    if not truth.exists():
        return sorted(path for path in folder.rglob("*") if path.is_file())
    scenes = {row["path"]: row["scene_id"] for row in _rows(folder / "scenes.csv")}
    chosen: dict[str, Path] = {}
    for row in _rows(truth):
        if row["group"] in ("original", "unique"):
            chosen.setdefault(scenes.get(row["path"], row["source_id"]), folder / row["path"])
    return list(chosen.values())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def windows(path: Path, count: int, seed: int) -> Iterator[bytes]:
    """JPEGs of windows of a photo."""
    random = np.random.default_rng(seed)
    try:
        photo = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    except OSError:
        return
    photo.thumbnail((_PHOTO_PX, _PHOTO_PX))
    for _ in range(count):
        long_side = max(photo.size)
        side_px = max(_LEAST_PX, random.uniform(_LEAST_SHARE, _MOST_SHARE) * long_side)
        width_px = min(photo.width, round(side_px))
        height_px = min(photo.height, round(side_px * random.choice((0.667, 0.75, 1.0, 1.333))))
        left = int(random.integers(0, photo.width - width_px + 1))
        top = int(random.integers(0, photo.height - height_px + 1))
        window = photo.crop((left, top, left + width_px, top + height_px))
        window.thumbnail((_MOST_PX, _MOST_PX))
        target = io.BytesIO()
        window.save(target, "JPEG", quality=88)
        yield target.getvalue()


def read_windows(catalog: Catalog, photos: list[Path], count: int, threads: int) -> Sources:
    """Read windows into a catalog.

    Returns:
        int64, by content id: the photo that it was cut from, or -1.
    """
    each = -(-count // len(photos))
    sources = np.full(count + len(photos) * 2, -1)

    def read(source: int) -> list[tuple[DecodedPhoto, int]]:
        found = []
        for data in windows(photos[source], each, source):
            try:
                found.append((decode_bytes(data, "window.jpg", DecodeLimits()), len(data)))
            except DecodeFailed as failed:
                print(f"{photos[source].name}: {failed.code.value}")
        return found

    with ThreadPoolExecutor(threads) as executor:
        for source, found in enumerate(executor.map(read, range(len(photos)))):
            prints = fingerprints_of([photo for photo, _ in found])
            rows = [(*one, words) for one, words in zip(found, prints, strict=True)]
            sources[catalog.add_contents(rows, FINGERPRINT_VERSION)] = source
    return sources


def unrelated(pairs: Pairs, sources: Sources) -> Pairs:
    """Those of pairs that come from two photos."""
    apart: Pairs = pairs[sources[pairs["a"]] != sources[pairs["b"]]]
    return apart


def main() -> None:
    """Cut, read, search, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-crops", action="store_true")
    arguments = parser.parse_args()
    photos = different_photos(arguments.folder)
    threads = arguments.threads
    with (
        tempfile.TemporaryDirectory() as scratch,
        Catalog.open(Path(scratch, "windows.sqlite")) as catalog,
    ):
        began_s = time.perf_counter()
        sources = read_windows(catalog, photos, arguments.count, threads)
        read_s = time.perf_counter() - began_s
        ids = np.flatnonzero(sources >= 0)
        began_s = time.perf_counter()
        nearest.MOST_NEIGHBOURS = len(ids)
        equal_thumbnails = find_equal_thumbnails(catalog)
        context = JobContext()
        nominate(catalog, KIND, RADIUS, equal_thumbnails, context, threads, rotations=True)
        whole = unrelated(catalog.pairs(KIND, RADIUS), sources)
        judge_whole(catalog, KIND, whole, equal_thumbnails, context, threads)
        views = whole[:0]
        if not arguments.no_crops:
            for turned in (False, True):
                radius = radius_of_turned_views(RADIUS, equal_thumbnails) if turned else RADIUS
                kind = nominate_views(
                    catalog, radius, equal_thumbnails, context, threads, turned=turned
                )
                found = unrelated(catalog.pairs(kind, radius), sources)
                judge_views(catalog, kind, found, equal_thumbnails, context, threads)
                views = np.concatenate((views, found))
        match_s = time.perf_counter() - began_s
        counts = np.bincount(sources[ids])
        pairs = (len(ids) ** 2 - int((counts**2).sum())) // 2
        print(f"{len(ids):,} windows of {len(photos):,} photos, read in {read_s:.0f} s")
        print(f"{pairs:.3g} pairs of windows of two photos; searched and judged in {match_s:.0f} s")
        for words, found in (("whole", whole), ("by views", views)):
            near = found["distance256_bits"] <= WIDEST_CHECK_BITS
            print(
                f"false candidates, {words}: {len(found):,}, {len(found) / pairs:.2g} of the pairs,"
                f" {2 * len(found) / len(ids):.2f} a window; {near.mean():.0%} are looked at closer"
            )
    judged = np.concatenate((whole, views))
    wrong = judged[judged["evidence"] != EVIDENCE_CODES[Evidence.LOOK_ALIKE]]
    by_evidence = Counter(_EVIDENCE_OF[code].value for code in wrong["evidence"].tolist())
    print(
        f"false matches: {len(wrong):,}, {len(wrong) / pairs:.2g} of the pairs", dict(by_evidence)
    )
    for pair in wrong[:20]:
        one, other = (photos[sources[pair[end]]].name for end in "ab")
        print(f"  {one} and {other}: {pair['distance_bits']} bits")


if __name__ == "__main__":
    main()
