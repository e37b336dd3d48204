"""A cold scan, held against the bindings of Czkawka's core on the same files and threads.

    python -m tests.benchmarks.bench_cold_scan [--large 300] [--small 5000] [--rounds 3]

Needs the `bench` extra. Each round runs both programs, one after the other, as processes of
their own with empty caches of theirs; the files are in the system's page cache for both, and the
modules are compiled, as where a program is installed. What counts is the ratio; seconds hold for
one machine at one time.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.camera_like import write_folder

_CZKAWKA = """
import sys
from czkawka import ImageSimilarity
finder = ImageSimilarity()
finder.set_directories([sys.argv[1]])
finder.set_similarity(10)
print(len(finder.find_similar()))
"""


def _seconds(command: list[str], environment: dict[str, str]) -> tuple[float, str]:
    began_s = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    took_s = time.perf_counter() - began_s
    if done.returncode != 0:
        raise SystemExit(f"{command[:4]} failed: {done.stderr}")
    return took_s, done.stdout


def compare(folder: Path, threads: int, rounds: int) -> None:
    """Print the times of both programs on a folder and their ratio, round by round."""
    ratios = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as scratch:
            environment = dict(os.environ, RAYON_NUM_THREADS=str(threads), HOME=scratch)
            environment |= {"XDG_CACHE_HOME": scratch, "XDG_CONFIG_HOME": scratch}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            ours = [sys.executable, "-m", "dupefinder", "scan", str(folder)]
            ours += ["--threads", str(threads), "--catalog", str(Path(scratch, "cold.sqlite"))]
            ours += ["--json", str(Path(scratch, "groups.json"))]
            theirs_s, found = _seconds([sys.executable, "-c", _CZKAWKA, str(folder)], environment)
            ours_s, _ = _seconds(ours, environment)
        ratios.append(theirs_s / ours_s)
        print(
            f"  round {number + 1}: czkawka {theirs_s:7.2f} s ({found.strip()} groups),"
            f" dupefinder {ours_s:7.2f} s, ratio {ratios[-1]:.2f}"
        )
    print(f"  median ratio {statistics.median(ratios):.2f}")


def main() -> None:
    """Make the files, run the rounds, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--large", type=int, default=300, help="12-megapixel photos")
    parser.add_argument("--small", type=int, default=5000, help="0.3-megapixel photos")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="folder to keep the files in for another run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = arguments.keep or Path(scratch)
        for name, count, width_px, height_px in (
            ("large", arguments.large, 4000, 3000),
            ("small", arguments.small, 640, 480),
        ):
            folder = root / f"{name}-{count}"
            if count and not folder.exists():
                write_folder(folder, count, width_px, height_px)
            if count:
                total_bytes = sum(path.stat().st_size for path in folder.iterdir())
                print(f"{count} JPEGs of {width_px} × {height_px}, {total_bytes / 1e6:.0f} MB")
                compare(folder, arguments.threads, arguments.rounds)


if __name__ == "__main__":
    main()
