"""All pairs of many fingerprints within a radius, held against comparing every two.

    python -m tests.benchmarks.bench_pairs [--count 100000] [--threads N] [--radii 4 8 10]

The fingerprints are pHashes of pictures that were never drawn: only their lowest cosine
coefficients are made, from a field whose spectrum falls as natural ones do, a horizon and a
subject near the middle. Their distances are spread as those of real photos: 31.5 ± 4.2 bits,
four in ten thousand pairs within 14, where 358 unlike photos have 31.4 ± 4.2 and five.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import psutil
from numpy.typing import NDArray

from dupefinder.core.bktree import BKTree
from dupefinder.core.bktree.hamming import UFUNC_BUFFER_ITEMS, BlockScanner, Hashes, PairBlock
from dupefinder.core.fingerprint import pack_bits
from dupefinder.core.job import JobContext

SIDE = 8
AT_ONCE = 20_000
REFERENCE_PAIRS = 1 << 29
COPIES = {"altered": 0.1, "identical": 0.02}

Coefficients = NDArray[np.float32]


def natural_coefficients(rng: np.random.Generator, count: int, side: int = SIDE) -> Coefficients:
    """Draw the lowest cosine coefficients of pictures.

    Args:
        rng: Source of chance.
        count: Number of pictures, n.
        side: Frequencies each way.

    Returns:
        float32 (n, side, side), vertical frequency first; the mean, at (0, 0), is the largest.
    """
    frequency = np.arange(side)
    radial = np.hypot(frequency[:, None], frequency)
    field = rng.normal(size=(count, side, side)) / np.maximum(radial, 1) ** 1.5

    def place() -> NDArray[np.float64]:
        return rng.normal(0.5, 0.15, (count, 1))

    contrast = rng.normal(size=(2, count, 1))
    horizon = np.sin(np.pi * place() * frequency) / np.maximum(frequency, 1)
    field[:, :, 0] += contrast[0] * horizon
    softness = np.exp(-((np.pi * rng.uniform(0.05, 0.2, (count, 1)) * frequency) ** 2) / 2)
    down, across = (np.cos(np.pi * place() * frequency) * softness for _ in range(2))
    field += contrast[1][:, :, None] * down[:, :, None] * across[:, None, :]
    field[:, 0, 0] = 50
    return field.astype(np.float32)


def library(rng: np.random.Generator, count: int) -> Coefficients:
    """Draw pictures, some of them altered or identical copies of others."""
    pictures = np.concatenate(
        [
            natural_coefficients(rng, min(AT_ONCE, count - start))
            for start in range(0, count, AT_ONCE)
        ]
    )
    altered, identical = (int(share * count) for share in COPIES.values())
    copied = pictures[rng.integers(0, count, altered + identical)]
    strength = 0.02 * rng.random((altered, 1, 1), dtype=np.float32)
    copied[:altered] += strength * rng.standard_normal(copied[:altered].shape, dtype=np.float32)
    pictures[rng.choice(count, len(copied), replace=False)] = copied
    return pictures


def phashes(pictures: Coefficients) -> Hashes:
    """Bits of the coefficients above their median, uint64 (n, 1)."""
    flat = pictures.reshape(len(pictures), -1)
    return pack_bits(flat > np.median(flat, axis=1, keepdims=True))


def turned(pictures: Coefficients) -> Iterator[Coefficients]:
    """The same pictures in the seven other orientations: signs change, axes are exchanged."""
    odd = np.where(np.arange(SIDE) % 2, np.float32(-1), np.float32(1))
    even = np.abs(odd)
    for down, across in ((even, even), (even, odd), (odd, even), (odd, odd)):
        upright = pictures * down[:, None] * across
        if down is odd or across is odd:
            yield upright
        yield upright.swapaxes(1, 2)


def brute_force_s_per_pair(hashes: Hashes, threads: int) -> float:
    """Time the kernel alone on all there is to compare, or on as much as takes a moment."""
    side = min(len(hashes), int(REFERENCE_PAIRS**0.5))
    columns = np.ascontiguousarray(hashes[:side].T)

    def scan() -> None:
        np.setbufsize(UFUNC_BUFFER_ITEMS)
        for _ in BlockScanner(len(columns), lambda: None).scan(columns, columns, 10):
            pass

    workers = [threading.Thread(target=scan) for _ in range(threads)]
    began_s = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return (time.perf_counter() - began_s) / (threads * side**2)


class PeakMemory:
    """Samples how much memory the process takes beyond what it had."""

    def __enter__(self) -> "PeakMemory":
        """Begin to watch."""
        self._process = psutil.Process()
        self._before = self._peak = self._process.memory_info().rss
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def _watch(self) -> None:
        while not self._ended.wait(0.005):
            self._peak = max(self._peak, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        """End watching."""
        self._ended.set()
        self._watcher.join()

    @property
    def mb(self) -> float:
        """The most, in megabytes."""
        return (self._peak - self._before) / 1e6


def measure(
    name: str, tree: BKTree, pairs: int, pair_s: float, search: Callable[[], Iterator[PairBlock]]
) -> None:
    """Run one search and print what it took."""
    compared_before = tree.comparisons
    began_s = time.perf_counter()
    with PeakMemory() as memory:
        found = sum(len(first) for first, _, _ in search())
    spent_s = time.perf_counter() - began_s
    compared = tree.comparisons - compared_before
    print(
        f"{name:<22}{spent_s:>8.2f} s{compared:>16,}{compared / pairs:>9.2%}"
        f"{pairs * pair_s:>10.2f} s{pairs * pair_s / spent_s:>7.1f}×"
        f"{found:>13,}{memory.mb:>8.0f} MB",
        flush=True,
    )


def main() -> None:
    """Make the fingerprints, search them, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=psutil.cpu_count() or 1)
    parser.add_argument("--radii", type=int, nargs="+", default=[4, 8, 10])
    arguments = parser.parse_args()
    count, threads = arguments.count, arguments.threads

    pictures = library(np.random.default_rng(1), count)
    hashes = phashes(pictures)
    queries = np.concatenate([phashes(pictures) for pictures in turned(pictures)])
    del pictures
    began_s = time.perf_counter()
    tree = BKTree(hashes)
    print(
        f"{count:,} fingerprints, {threads} threads; index: {time.perf_counter() - began_s:.2f} s"
    )
    pair_s = brute_force_s_per_pair(hashes, threads)
    print(f"comparing every two: {pair_s * 1e9:.2f} ns a pair")
    print(
        f"{'':<22}{'time':>10}{'comparisons':>16}{'of all':>9}{'every two':>12}{'':>8}"
        f"{'found':>13}{'memory':>11}"
    )
    for radius in arguments.radii:
        measure(
            f"pairs within {radius}",
            tree,
            count * (count - 1) // 2,
            pair_s,
            partial(tree.pairs, radius, JobContext(), threads),
        )
    for radius in arguments.radii:
        measure(
            f"seven turns within {radius}",
            tree,
            count * len(queries),
            pair_s,
            partial(tree.neighbours, queries, radius, JobContext(), threads),
        )


if __name__ == "__main__":
    main()
