r"""A comparison as JSON, the format "dupefinder-coverage", version 1, and as text for people."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dupefinder.cli.figures import counted, size_words
from dupefinder.cli.terminal import printable
from dupefinder.cli.words import (
    COVERAGE,
    EVIDENCE,
    EXTENTS,
    left_out_words,
    problem_words,
    reason_words,
)
from dupefinder.core.comparing import Comparison
from dupefinder.core.coverage.folders import extent_of
from dupefinder.core.coverage.overlap import overlaps
from dupefinder.core.coverage.records import (
    AbsentCopy,
    CoverageStatus,
    FolderCoverage,
    PhotoCoverage,
    Tally,
)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

FORMAT = "dupefinder-coverage"
FORMAT_VERSION = 1


def encode_comparison(comparison: Comparison) -> bytes:
    """Write a comparison as JSON; paths as in `report_json`.

    Returns:
        ASCII with a line break at its end.
    """
    document = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "folders": [_folder(folder) for folder in comparison.folders],
        "photos": [_photo(photo) for photo in comparison.photos],
        "unreadable": [
            {"path": one.path, "reason": f"{one.code.value}: {one.detail}".removesuffix(": ")}
            for one in comparison.problems
        ],
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def _folder(folder: FolderCoverage) -> dict[str, Any]:
    own, total = folder.own, folder.total
    return {
        "path": folder.path,
        "photos": own.photos,
        "covered": own.covered,
        "missing": own.missing,
        "smaller": own.smaller,
        "altered": own.altered,
        "status": extent_of(own),
        "photos_total": total.photos,
        "covered_total": total.covered,
        "status_total": extent_of(total),
    }


def _photo(photo: PhotoCoverage) -> dict[str, Any]:
    answer = photo.answer
    return {
        "path": photo.place.file.path,
        "status": photo.status.value,
        "match": None if answer is None else answer.file.path,
        "evidence": None if answer is None else answer.evidence.value,
        "distance": None if answer is None else answer.distance_bits,
    }


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Tell what a comparison found, line by line: what is not in the library, then the folders."""
    for status in (CoverageStatus.MISSING, CoverageStatus.SMALLER, CoverageStatus.ALTERED):
        yield from _photo_lines(status, comparison)
    if comparison.problems:
        yield f"{counted(len(comparison.problems), 'problem')}:"
        for problem in comparison.problems:
            yield f"  {printable(problem.path)}: {printable(problem_words(problem))}"
        yield ""
    yield "In the library:"
    for folder in comparison.folders:
        extent = extent_of(folder.own)
        if extent is not None:
            words = f"{EXTENTS[extent]}, {_tally_words(folder.own)}"
            yield f"  {printable(folder.path)}: {words}"
    yield ""
    yield from _overlap_lines(comparison)
    if comparison.scan.left_out:
        yield f"Left out: {left_out_words(comparison.scan.left_out)}"
    backups = [folder.total for folder in comparison.folders if folder.parent is None]
    photos = sum(total.photos for total in backups)
    covered = sum(total.covered for total in backups)
    missing_bytes = sum(total.missing_bytes for total in backups)
    missing = sum(total.missing for total in backups)
    yield (
        f"{covered:,} of {counted(photos, 'photo')} in the library; {missing:,} missing,"
        f" {size_words(missing_bytes)}"
    )


def _photo_lines(status: CoverageStatus, comparison: Comparison) -> Iterator[str]:
    chosen = [photo for photo in comparison.photos if photo.status is status]
    if not chosen:
        return
    yield f"{COVERAGE[status]}, {counted(len(chosen), 'photo')}:"
    for photo in chosen:
        answer = photo.answer
        yield f"  {printable(photo.place.file.path)}"
        if answer is not None:
            lack = "" if answer.lack is None else f"; {reason_words(answer.lack)}"
            yield f"    {EVIDENCE[answer.evidence]}{lack}: {printable(answer.file.path)}"
        for copy in comparison.absent.get(photo.place.content_id, ()):
            yield f"    {printable(absent_words(copy))}"
    yield ""


def absent_words(copy: AbsentCopy) -> str:
    """Where else a photo is: "also on drive RED, not connected, last seen in May 2026: …"."""
    drive = copy.label or copy.volume_id
    seen = ""
    if copy.seen_ns is not None:
        month = datetime.fromtimestamp(copy.seen_ns / 1e9)
        seen = f", last seen in {_MONTHS[month.month - 1]} {month.year}"
    return f"also on drive {drive}, not connected{seen}: {copy.relative_path}"


def _tally_words(tally: Tally) -> str:
    parts = [f"{tally.covered:,} of {counted(tally.photos, 'photo')}"]
    parts += [
        f"{number:,} {word}"
        for number, word in (
            (tally.missing, "missing"),
            (tally.smaller, "smaller"),
            (tally.altered, "altered"),
            (tally.unreadable, "unreadable"),
        )
        if number
    ]
    return ", ".join(parts)


def _overlap_lines(comparison: Comparison) -> Iterator[str]:
    """How much each folder has of each, and what is only there."""
    roots = comparison.coverage.roots
    for row, cells in enumerate(overlaps(comparison.coverage)):
        photos = cells[row].photos
        if not photos:
            continue
        shares = [
            f"{share_words(cell.covered, photos)} in {printable(roots[column].path)}"
            for column, cell in enumerate(cells)
            if column != row
        ]
        only = photos - cells[row].covered
        yield f"{printable(roots[row].path)}: {', '.join(shares)}; {only:,} only here"


def share_words(part: int, whole: int) -> str:
    """A share in percent that says 100 or 0 only of all and of none."""
    percent = part * 100 / whole
    if 0 < part < whole:
        percent = min(max(percent, 1), 99)
    return f"{percent:.0f} %"
