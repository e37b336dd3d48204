"""One photo against a large catalog: loading its fingerprints, then one query after another.

    python -m tests.benchmarks.bench_search [--count 1000000] [--views] [--radius 10]

The catalog holds fingerprints alone, those of `bench_pairs`; with `--views` also the views and
covers of each photo, drawn at random. A query is one of them with a few bits changed, in eight
orientations, and with `--views` its own views, too. The second look needs pictures;
`bench_search_corpus` times it.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import psutil
from numpy.typing import NDArray

from dupefinder.core.bktree.hamming import Hashes
from dupefinder.core.catalog import Catalog
from dupefinder.core.fingerprint.covers import COVERS_KIND, FIRST_WINDOW, WINDOWS
from dupefinder.core.fingerprint.views import VIEW_BOXES, VIEWS_KIND
from dupefinder.core.job import JobContext
from dupefinder.core.matching import MatchOptions
from dupefinder.core.photo_facts import DecodedPhoto, PhotoFacts
from dupefinder.core.records import Orientation
from dupefinder.core.search import Query, SearchIndex
from tests.benchmarks.bench_pairs import PeakMemory, library, phashes

_BATCH = 50_000
_VIEWS = len(VIEW_BOXES)
_COVERS = FIRST_WINDOW + 2 * WINDOWS
_ASPECTS = (4 / 3, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 1.0)
_MOST_BITS_CHANGED = 6


def write_fingerprints(path: Path, hashes: Hashes, *, views: bool) -> None:
    """Write a catalog of fingerprints, uint64 (n, 1); the other orientations are never asked."""
    random = np.random.default_rng(2)
    with Catalog.open(path) as catalog:
        for start in range(0, len(hashes), _BATCH):
            some = hashes[start : start + _BATCH]
            ids = np.arange(start + 1, start + 1 + len(some))
            catalog.add_fingerprints("phash-64", ids, some[:, None].repeat(len(Orientation), 1))
            if views:
                drawn = random.integers(0, 1 << 64, (len(some), _VIEWS, 1), np.uint64)
                catalog.add_fingerprints(VIEWS_KIND, ids, drawn)
                covers = random.integers(0, 1 << 64, (len(some), _COVERS, 1), np.uint64)
                catalog.add_fingerprints(COVERS_KIND, ids, covers)


def draw_query(random: np.random.Generator, hashes: Hashes) -> tuple[Query, int]:
    """One of the fingerprints, altered, and the number of the photo that has it."""
    row = int(random.integers(len(hashes)))
    words = random.integers(0, 1 << 64, (len(Orientation), 1), np.uint64)
    changed = random.choice(64, random.integers(_MOST_BITS_CHANGED + 1), replace=False)
    words[0] = hashes[row] ^ np.bitwise_or.reduce(np.uint64(1) << changed.astype(np.uint64))
    views = random.integers(0, 1 << 64, (_VIEWS, 1), np.uint64)
    grey, chroma = np.zeros((96, 96), np.uint8), np.zeros((2, 16, 16), np.uint8)
    photo = DecodedPhoto(b"", b"", PhotoFacts("JPEG", 4, 3), grey, chroma, b"")
    covers = random.integers(0, 1 << 64, (_COVERS, 1), np.uint64)
    kinds = {"phash-64": words, VIEWS_KIND: views, COVERS_KIND: covers}
    return Query("", photo, 1, kinds), row + 1


def draw_aspects(
    catalog: Catalog, content_ids: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Stands in for `Catalog.aspects`, as there are no photos."""
    drawn = np.log(np.random.default_rng(4).choice(_ASPECTS, len(content_ids)))
    return drawn, drawn


def main() -> None:
    """Write the catalog, load it, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--views", action="store_true", help="with views and covers of each photo")
    parser.add_argument("--radius", type=int, default=10)
    parser.add_argument("--queries", type=int, default=100)
    arguments = parser.parse_args()
    hashes = phashes(library(np.random.default_rng(1), arguments.count))
    random = np.random.default_rng(3)
    options = MatchOptions(threshold_bits=arguments.radius, parts=arguments.views)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.sqlite"
        write_fingerprints(path, hashes, views=arguments.views)
        with Catalog.open(path) as catalog:
            before = psutil.Process().memory_info().rss
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            with PeakMemory() as peak, patch.object(Catalog, "aspects", draw_aspects):
                index = SearchIndex(catalog, options, JobContext())
            load_s, load_cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
            held_mb = (psutil.Process().memory_info().rss - before) / 1e6
    each = f", {_VIEWS + _COVERS} views and covers each" if arguments.views else ""
    print(
        f"{arguments.count:,} photos{each}: loaded in {load_s:.2f} s,"
        f" {load_cpu_s:.2f} s of a processor"
    )
    print(f"memory: {held_mb:.0f} MB held, {peak.mb:.0f} MB while loading")
    spent_ms, first = [], 0
    began_cpu_s = time.process_time()
    for _ in range(arguments.queries):
        query, wanted = draw_query(random, hashes)
        began_s = time.perf_counter()
        wholes, *_ = index.near(query, JobContext())
        spent_ms.append(1000 * (time.perf_counter() - began_s))
        first += wanted in wholes["content_id"]
    cpu_ms = 1000 * (time.process_time() - began_cpu_s) / arguments.queries
    cuts = statistics.quantiles(spent_ms, n=20)
    print(
        f"{arguments.queries} queries within {arguments.radius} bits: median"
        f" {statistics.median(spent_ms):.1f} ms, 95 % below {cuts[-1]:.1f} ms, most"
        f" {max(spent_ms):.1f} ms; {cpu_ms:.1f} ms of a processor each; {first} found"
    )


if __name__ == "__main__":
    main()
