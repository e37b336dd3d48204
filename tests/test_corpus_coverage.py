"""Coverage held against photos with known truth; skipped where the photos are absent."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from dupefinder.core.catalog import Catalog
from dupefinder.core.comparing import FolderComparison, compare_folders
from dupefinder.core.coverage.records import Accepted, CoverageStatus
from dupefinder.core.job import JobContext
from dupefinder.core.pipeline import Options
from dupefinder.core.scan import ScanOptions

_EITHER = ("greyscale", "noise", "sharpen", "blur", "compensated")
"""Alterations that may be called by either name."""


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def comparison(corpus: Path, corpus_catalog: Catalog) -> FolderComparison:
    return compare_folders(
        [str(corpus / "library")],
        [str(path) for path in sorted((corpus / "backups").iterdir())],
        Options(ScanOptions(())),
        Accepted(),
        corpus_catalog,
        JobContext(),
    )


_UNPROVED = 4
"""A tenth of a photo, made smaller in a way of its own: more differs than any kernel explains. And
three that the witness does not let pass; no removal went by them before it was asked here, too."""
_OTHERWISE_LOST = 3
"""Copies that count as altered or missing for other reasons, a photo without its words for one."""


def _name(path: str, corpus: Path) -> str:
    return Path(path).resolve().relative_to(corpus.resolve()).as_posix()


def test_each_folder_has_as_many_covered_photos_as_it_should(
    comparison: FolderComparison, corpus: Path
) -> None:
    found = {_name(folder.path, corpus): folder.own for folder in comparison.folders}
    wrong = {}
    unproved = 0
    for row in _rows(corpus / "folders.csv"):
        folder = row["backup_folder"]
        tally, least = found[folder], int(row["n_sure"])
        most = least + int(row["n_either"])
        assert tally.photos == int(row["n_photos"])
        unproved += max(least - tally.covered, 0)
        if tally.covered > most:
            wrong[folder] = (tally.covered, least, most)
    assert wrong == {}
    # A pair that the full-size comparison does not let pass is asked for again, never lost.
    assert unproved <= _UNPROVED


def test_nothing_that_the_library_lacks_counts_as_covered(
    comparison: FolderComparison, corpus: Path
) -> None:
    truth = {row["path"]: row for row in _rows(corpus / "truth.csv")}
    strays = []
    differing = Counter[tuple[str, str]]()
    sources = {row["source_id"] for path, row in truth.items() if path.startswith("library/")}
    for photo in comparison.photos:
        row = truth[_name(photo.place.file.path, corpus)]
        if photo.answer is not None and photo.status is not CoverageStatus.MISSING:
            match = truth[_name(photo.answer.file.path, corpus)]
            if match["source_id"] != row["source_id"]:
                strays.append(row["path"])
        expected = "altered"
        if row["source_id"] not in sources:
            expected = "missing"
        elif row["group"] in ("exact", "same_pixels", "near"):
            expected = "covered"
        elif any(word in row["transform"] for word in _EITHER):
            continue
        if photo.status.value != expected:
            differing[expected, photo.status.value] += 1
    assert strays == []
    assert not any(expected == "missing" for expected, _ in differing)
    assert differing["altered", "covered"] <= 4
    lost = differing["covered", "altered"] + differing["covered", "missing"]
    assert lost <= _OTHERWISE_LOST + _UNPROVED
