"""Programs on photos of known truth: copies that they find by kind, photos grouped wrongly.

    python -m tests.benchmarks.bench_programs --corpus FOLDER [--dupeguru /usr/bin/python3]
        [--czkawka PYTHON] [--imagededup PYTHON]

A copy is found when it stands in a group with another file of the same photo. A photo is grouped
wrongly when most of its group shows another one. Every program looks at the same folders, with the
settings that its line names, in a process of its own with an empty cache; elapsed and processor
time hold for one machine at one time. What a program does with what it found (compare in full size,
refuse, undo) is not measured here.

Czkawka is asked by the bindings of its core (the `bench` extra, or another interpreter's), dupeGuru
by the modules of its package (Debian's `dupeguru`, with the system's Python), imagededup by its
module (with an interpreter of its own, as it needs PyTorch): its perceptual hash with the distance
that is set at first; photos linked by its pairs are one group. digiKam has no command line for it
and is not measured. The corpus is described beside its `truth.csv`.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

KINDS = ("exact", "same_pixels", "near", "edited", "rotated", "mirrored", "cropped")
FOLDERS = ("library", "backups", "hard_negatives")

_CZKAWKA = """
import json, sys
from czkawka import ImageSimilarity
finder = ImageSimilarity()
finder.set_directories(sys.argv[1:])
finder.set_similarity(10)
print(json.dumps([[str(path) for path in group] for group in finder.find_similar()]))
"""
_DUPEGURU = """
import json, os, sys
sys.path.insert(0, "/usr/share/dupeguru")
from pathlib import Path
from core.pe.scanner import ScannerPE
from core.scanner import ScanType
from qt.pe.photo import File
scaled, *folders = sys.argv[1:]
paths = [Path(at, name) for top in folders for at, _, names in os.walk(top) for name in names]
files = [File(path) for path in paths if File.can_handle(path)]
scanner = ScannerPE()
scanner.scan_type, scanner.min_match_percentage = ScanType.FUZZYBLOCK, 95
scanner.match_scaled, scanner.cache_path = scaled == "scaled", "cache.db"
if __name__ == "__main__":
    groups = scanner.get_dupe_groups(files)
    print(json.dumps([[str(file.path) for file in group] for group in groups]))
"""
_IMAGEDEDUP = """
import json, os, sys
from imagededup.methods import PHash
paths = {}
os.mkdir("photos")
for top in sys.argv[1:]:
    for at, _, names in os.walk(top):
        for name in names:
            link = str(len(paths)) + os.path.splitext(name)[1]
            os.symlink(os.path.join(at, name), os.path.join("photos", link))
            paths[link] = os.path.join(at, name)
if __name__ == "__main__":
    pairs = PHash(verbose=False).find_duplicates(image_dir="photos")
    group_of = {}
    for link, others in pairs.items():
        joined = {link}
        for name in others:
            joined |= group_of.get(name, {name})
        joined |= group_of.get(link, set())
        group_of.update(dict.fromkeys(joined, joined))
    groups = {id(group): group for group in group_of.values() if len(group) > 1}.values()
    print(json.dumps([[paths[link] for link in group] for group in groups]))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one program.

    Attributes:
        found: Copies that it found, by kind.
        wrong: Photos that it grouped wrongly.
        elapsed_s: Time from start to end.
        processor_s: Of it and its helpers.
    """

    found: Counter[str]
    wrong: int
    elapsed_s: float
    processor_s: float


def read_truth(corpus: Path) -> dict[str, tuple[str, str]]:
    """Source and kind of each file whose name is plain text, by path below the corpus."""
    with (corpus / "truth.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].startswith(FOLDERS)]
    return {row["path"]: (row["source_id"], row["group"]) for row in rows}


def judge(
    groups: Iterable[Sequence[str]], truth: dict[str, tuple[str, str]]
) -> tuple[Counter[str], int]:
    """Count copies found, by kind, and photos grouped wrongly.

    Args:
        groups: Paths below the corpus.
        truth: As `read_truth` gives it.
    """
    found: Counter[str] = Counter()
    wrong = 0
    for group in groups:
        members = [truth[path] for path in group if path in truth]
        sources = Counter(source for source, _kind in members)
        if not sources:
            continue
        most, _count = sources.most_common(1)[0]
        wrong += sum(count for source, count in sources.items() if source != most)
        found.update(kind for source, kind in members if sources[source] > 1)
    return found, wrong


def run(command: Sequence[str], corpus: Path, truth: dict[str, tuple[str, str]]) -> Outcome:
    """Run a program that prints groups as JSON: lists of paths, or what `scan --json` writes."""
    with tempfile.TemporaryDirectory() as scratch:
        home = {**os.environ, "HOME": scratch, "XDG_DATA_HOME": scratch, "XDG_CACHE_HOME": scratch}
        before, began_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        folders = [str(corpus / name) for name in FOLDERS]
        ended = subprocess.run(
            [*command, *folders], env=home, cwd=scratch, stdout=subprocess.PIPE, check=False
        )
        elapsed_s = time.monotonic() - began_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = ended.stdout.decode("utf-8", "surrogateescape")
    told = json.loads(printed[printed.index("{" if printed.lstrip().startswith("{") else "[") :])
    if isinstance(told, dict):
        told = [[file["path"] for file in group["files"]] for group in told["groups"]]
    below = [[os.path.relpath(path, corpus) for path in group] for group in told]
    found, wrong = judge(below, truth)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Outcome(found, wrong, elapsed_s, processor_s)


def commands(czkawka: str, dupeguru: str | None, imagededup: str | None) -> dict[str, list[str]]:
    """The programs with their settings."""
    own = [sys.executable, "-m", "dupefinder", "scan", "--no-catalog", "--json", "-"]
    programs = {"dupefinder": own, "Czkawka, similarity 10": [czkawka, "-c", _CZKAWKA]}
    if dupeguru is not None:
        programs["dupeGuru, as set at first"] = [dupeguru, "-c", _DUPEGURU, "equal"]
        programs["dupeGuru, other sizes, too"] = [dupeguru, "-c", _DUPEGURU, "scaled"]
    if imagededup is not None:
        programs["imagededup, perceptual hash"] = [imagededup, "-c", _IMAGEDEDUP]
    return programs


def main() -> None:
    """Run all programs and print the table."""
    parser = argparse.ArgumentParser(description="Hold programs against known truth.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--czkawka", default=sys.executable, help="a Python with its bindings")
    parser.add_argument("--dupeguru", help="the Python that has dupeGuru's modules")
    parser.add_argument("--imagededup", help="the Python that has imagededup")
    given = parser.parse_args()
    corpus: Path = given.corpus.resolve()
    truth = read_truth(corpus)
    there = Counter(kind for _source, kind in truth.values())
    print("| Program |", " | ".join(f"{kind} of {there[kind]}" for kind in KINDS), end="")
    print(
        " | grouped wrongly | s elapsed | s of processor |\n|---" + "|---:" * (len(KINDS) + 3), "|"
    )
    for name, command in commands(given.czkawka, given.dupeguru, given.imagededup).items():
        outcome = run(command, corpus, truth)
        counts = " | ".join(str(outcome.found[kind]) for kind in KINDS)
        times = f"{outcome.elapsed_s:.0f} | {outcome.processor_s:.0f}"
        print(f"| {name} | {counts} | {outcome.wrong} | {times} |", flush=True)


if __name__ == "__main__":
    main()
