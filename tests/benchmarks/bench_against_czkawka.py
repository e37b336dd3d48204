"""Whole scans, held against the bindings of Czkawka's core on the same files and threads.

    python -m tests.benchmarks.bench_against_czkawka --corpus FOLDER [--rounds 3] [--threads 2]

Every line is one set of photos: time of dupefinder over time of Czkawka, each the median of
rounds in which both ran one after the other, as processes of their own. Seconds hold for one
machine at one time; the ratio of the elapsed time is what counts, and that of the processor's
time is less disturbed by what else a machine does. The files are in the system's page cache for
both, and the modules are compiled, as where a program is installed.

Cold, both start with empty caches of theirs; warm, both start once more with what the first run
left. dupefinder runs with its defaults and proves in full size what it proposes. Czkawka runs
with similarity 10 of 0 to 50 (the bits that two hashes may differ in) and the bindings' other
defaults, which cannot be set; they keep no cache, so that its warm run is another cold one. They
read neither HEIC nor AVIF, which cost most to decode: one line leaves these files out.

The corpus is described beside its `truth.csv`; without one, only generated photos are timed.
Czkawka comes with the `bench` extra, or from another interpreter (`--czkawka-python`).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

_LARGE_JPEG_BYTES = 250_000
_LARGE_JPEGS = 60
_READ_BY_ONE = (".heic", ".heif", ".avif")
_WARM_SUFFIX = ", warm"


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of a run.

    Attributes:
        elapsed_s: From its start to its end.
        processor_s: Of it and of its helper processes; 0 where the system does not tell.
    """

    elapsed_s: float
    processor_s: float


def run(command: list[str], environment: dict[str, str]) -> Spent:
    """Run a program to its end."""
    before = os.times()
    began_s = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    elapsed_s = time.perf_counter() - began_s
    after = os.times()
    if done.returncode not in (0, 1):  # 1: done, with files that cannot be read
        raise SystemExit(f"{command[:4]} failed: {done.stderr}")
    processor_s = after.children_user - before.children_user
    processor_s += after.children_system - before.children_system
    return Spent(elapsed_s, processor_s)


def compare(name: str, folder: Path, goal: str, options: argparse.Namespace) -> None:
    """Print the ratios of both programs on a folder, cold and warm."""
    rounds: dict[str, list[tuple[Spent, Spent]]] = {name: [], name + _WARM_SUFFIX: []}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as scratch:
            environment = dict(os.environ, RAYON_NUM_THREADS=str(options.threads), HOME=scratch)
            environment |= {"XDG_CACHE_HOME": scratch, "XDG_CONFIG_HOME": scratch}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            theirs = [options.czkawka_python, "-c", _CZKAWKA, str(folder)]
            ours = [sys.executable, "-m", "dupefinder", "scan", str(folder)]
            ours += ["--threads", str(options.threads)]
            ours += ["--catalog", str(Path(scratch, "catalog.sqlite"))]
            ours += ["--json", str(Path(scratch, "groups.json"))]
            for times in rounds.values():
                times.append((run(ours, environment), run(theirs, environment)))
    for line, times in rounds.items():
        elapsed = statistics.median(ours.elapsed_s / theirs.elapsed_s for ours, theirs in times)
        ours_s, theirs_s = (
            statistics.median(pair[which].elapsed_s for pair in times) for which in (0, 1)
        )
        processor = statistics.median(
            ours.processor_s / max(theirs.processor_s, 1e-9) for ours, theirs in times
        )
        print(
            f"{line:38} {ours_s:8.2f} s {theirs_s:8.2f} s {elapsed:7.2f} {processor:7.2f}"
            f"  {'' if line.endswith(_WARM_SUFFIX) else goal}",
            flush=True,
        )


def large_jpegs(corpus: Path, folder: Path) -> None:
    """Copy the largest JPEGs of the library and its backups into a folder."""
    found = [
        path
        for top in ("library", "backups")
        for path in (corpus / top).rglob("*")
        if path.suffix.lower() in (".jpg", ".jpeg")
        and path.is_file()
        and path.stat().st_size > _LARGE_JPEG_BYTES
    ]
    found.sort(key=lambda path: (-path.stat().st_size, path))
    folder.mkdir(parents=True)
    for number, path in enumerate(found[:_LARGE_JPEGS]):
        shutil.copy2(path, folder / f"{number:02}.jpg")


def read_by_both(top: Path, folder: Path) -> None:
    """Copy what both programs read into a folder."""
    for path in top.rglob("*"):
        if path.is_file() and path.suffix.lower() not in _READ_BY_ONE:
            copy = folder / path.relative_to(top)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def sets_of_photos(
    options: argparse.Namespace, root: Path
) -> Iterator[tuple[str, str, Callable[[], Path]]]:
    """Yield each set's name, what was aimed at, and how to get its folder."""

    def kept(name: str, write: Callable[[Path], object]) -> Path:
        folder = root / name
        if not folder.exists():
            write(folder)
        return folder

    def generated(count: int, width_px: int, height_px: int) -> Path:
        return kept(
            f"{count}-of-{width_px}x{height_px}",
            lambda folder: write_folder(folder, count, width_px, height_px),
        )

    corpus: Path | None = options.corpus
    if corpus is not None:
        yield "whole corpus", "goal 1.0, floor 2.5", lambda: corpus
        yield "library", "goal 1.0, floor 1.3", lambda: corpus / "library"
        yield (
            "library without HEIC and AVIF",
            "",
            lambda: kept("both", lambda folder: read_by_both(corpus / "library", folder)),
        )
        yield (
            f"{_LARGE_JPEGS} JPEGs over {_LARGE_JPEG_BYTES // 1000} KB",
            "floor 1.0",
            lambda: kept("large-jpegs", lambda folder: large_jpegs(corpus, folder)),
        )
    yield (
        f"{options.large} of 4000 × 3000",
        "goal 0.25, floor 0.33",
        lambda: generated(options.large, 4000, 3000),
    )
    yield (
        f"{options.small} of 640 × 480",
        "floor 1.0",
        lambda: generated(options.small, 640, 480),
    )


def lacks_czkawka(python: str) -> str:
    """Tell why an interpreter cannot run the other program; empty where it can."""
    try:
        tried = subprocess.run([python, "-c", "import czkawka"], capture_output=True, text=True)
    except OSError as error:
        return str(error)
    return "" if tried.returncode == 0 else (tried.stderr.splitlines() or ["it fails"])[-1]


def main() -> None:
    """Make the files, run the rounds, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=os.environ.get("DUPEFINDER_CORPUS"), help="photos with truth"
    )
    parser.add_argument("--large", type=int, default=300, help="12-megapixel photos")
    parser.add_argument("--small", type=int, default=5000, help="0.3-megapixel photos")
    parser.add_argument("--only", nargs="+", default=[], help="sets whose names begin so")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--czkawka-python", default=sys.executable, help="interpreter that has it")
    parser.add_argument("--keep", type=Path, help="folder to keep the files in for another run")
    options = parser.parse_args()
    lacking = lacks_czkawka(options.czkawka_python)
    if lacking:
        print(f"skipped: {options.czkawka_python} has no czkawka to run against ({lacking})")
        return
    print(f"{options.threads} threads, medians of {options.rounds} rounds; ratio: ours / czkawka")
    print(f"{'':38} {'ours':>10} {'czkawka':>10} {'elapsed':>7} {'CPU':>7}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, goal, folder_of in sets_of_photos(options, options.keep or Path(scratch)):
            if not options.only or name.startswith(tuple(options.only)):
                compare(name, folder_of(), goal, options)


if __name__ == "__main__":
    main()
