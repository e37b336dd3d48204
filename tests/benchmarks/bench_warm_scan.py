"""A warm rescan of many files, held against listing and stat-ing them.

    python -m tests.benchmarks.bench_warm_scan [--count 20000] [--rounds 5]

The files are small and one in a hundred differs from the rest by more than its metadata, since
only their number counts. The scan is a process of its own, start of the interpreter included.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image


def write_files(root: Path, count: int) -> None:
    """Write small JPEGs into folders of 500; each has bytes of its own."""
    rng = np.random.default_rng(3)
    for number in range(count):
        folder = root / f"{number // 500:04}"
        folder.mkdir(parents=True, exist_ok=True)
        coarse = Image.fromarray(rng.integers(0, 255, (6, 8, 3), dtype=np.uint8))
        buffer = io.BytesIO()
        coarse.resize((96, 72), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=80)
        (folder / f"IMG_{number:06}.jpg").write_bytes(buffer.getvalue())


def list_and_stat(root: Path) -> float:
    """List and stat everything below a folder; return the seconds that it took."""
    began_s = time.perf_counter()
    waiting = [os.fspath(root)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
    return time.perf_counter() - began_s


def main() -> None:
    """Make the files, scan them cold once and then warm, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "photos")
        write_files(root, arguments.count)
        command = [sys.executable, "-m", "dupefinder", "scan", str(root)]
        command += ["--catalog", str(Path(scratch, "catalog.sqlite"))]
        command += ["--json", str(Path(scratch, "groups.json"))]
        began_s = time.perf_counter()
        subprocess.run(command, check=True)
        print(f"cold: {time.perf_counter() - began_s:.2f} s")
        warm, listing = [], []
        for _ in range(arguments.rounds):
            listing.append(list_and_stat(root))
            began_s = time.perf_counter()
            subprocess.run(command, check=True)
            warm.append(time.perf_counter() - began_s)
            allowed_s = 2 * listing[-1] + 1
            print(f"listing {listing[-1]:.3f} s, warm {warm[-1]:.2f} s, allowed {allowed_s:.2f} s")
        print(f"median warm {statistics.median(warm):.2f} s of {arguments.count} files")


if __name__ == "__main__":
    main()
