"""Groups held against photos with known truth; skipped where the photos are absent."""

import csv
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options, Report, find_duplicates
from dupefinder.core.rules import REPLACEABLE
from dupefinder.core.scan import FolderChoice, ScanOptions

FOLDERS = ("library", "backups", "hard_negatives")
FLOORS = {
    "exact": 1.0,
    "same_pixels": 1.0,
    "near": 0.995,
    "rotated": 0.98,
    "mirrored": 0.96,
    "edited": 0.93,
    "cropped": 0.85,
}


@pytest.fixture(scope="module")
def truth(corpus: Path) -> dict[str, tuple[str, str]]:
    """Source and class of every photo, by path below the corpus."""
    with (corpus / "truth.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["path"]: (row["source_id"], row["group"])
            for row in csv.DictReader(file)
            if row["group"] != "bad"
        }


@pytest.fixture(scope="module")
def report(corpus: Path, corpus_catalog: Catalog) -> Report:
    folders = tuple(FolderChoice(str(corpus / name)) for name in FOLDERS)
    return find_duplicates(Options(ScanOptions(folders)), corpus_catalog, JobContext())


def _name(path: str, corpus: Path) -> str:
    """The path below the corpus, however the corpus was reached."""
    return Path(path).resolve().relative_to(corpus.resolve()).as_posix()


def _names(report: Report, corpus: Path) -> list[list[str]]:
    return [
        [_name(member.file.path, corpus) for member in group.members] for group in report.groups
    ]


def test_altered_copies_are_found(
    report: Report, truth: dict[str, tuple[str, str]], corpus: Path
) -> None:
    copies = Counter(source for source, _ in truth.values())
    found: set[str] = set()
    for paths in _names(report, corpus):
        for one, other in combinations(paths, 2):
            if truth[one][0] == truth[other][0]:
                found.update((one, other))
    eligible = defaultdict(list)
    for path, (source, kind) in truth.items():
        if copies[source] > 1:
            eligible[kind].append(path in found)
    recall = {kind: sum(eligible[kind]) / len(eligible[kind]) for kind in FLOORS}
    assert {kind: rate for kind, rate in recall.items() if rate < FLOORS[kind]} == {}


def test_different_photos_are_kept_apart(
    report: Report, truth: dict[str, tuple[str, str]], corpus: Path
) -> None:
    strays = 0
    for paths in _names(report, corpus):
        sources = Counter(truth[path][0] for path in paths)
        strays += len(paths) - max(sources.values())
    assert strays <= 12


def test_replaceable_photos_show_the_scene_of_the_kept_copy(
    report: Report, truth: dict[str, tuple[str, str]], corpus: Path
) -> None:
    for group in report.groups:
        assert any(member.keep for member in group.members)
        for member in group.members:
            if member.evidence in REPLACEABLE:
                assert member.against is not None
                names = [_name(path, corpus) for path in (member.file.path, member.against)]
                assert truth[names[0]][0] == truth[names[1]][0]
