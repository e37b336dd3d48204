r"""A comparison as JSON, the format "dupefinder-coverage", version 1, and as text for people."""

import json
from collections.abc import Iterator
from typing import Any

from dupefinder.cli.terminal import printable
from dupefinder.core.comparing import FolderComparison
from dupefinder.core.coverage.folders import overlaps
from dupefinder.core.coverage.records import (
    AbsentCopy,
    CoverageStatus,
    FolderCoverage,
    PhotoCoverage,
    Tally,
)
from dupefinder.text.counts import photos_text, problems_text
from dupefinder.text.coverage import absent_text, extent_text, share_text, status_text
from dupefinder.text.evidence import evidence_text, reason_text
from dupefinder.text.figures import bytes_text, number_text
from dupefinder.text.problems import detailed_problem_text
from dupefinder.text.scans import left_out_text
from dupefinder.text.translation import _

FORMAT = "dupefinder-coverage"
FORMAT_VERSION = 1


def encode_comparison(comparison: FolderComparison) -> bytes:
    """Write a comparison as JSON; paths as in `export.groups_json`.

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
        "status": own.extent,
        "photos_total": total.photos,
        "covered_total": total.covered,
        "status_total": total.extent,
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


def comparison_lines(comparison: FolderComparison) -> Iterator[str]:
    """Lines on a comparison: photos that are not in the library, then the folders."""
    for status in (CoverageStatus.MISSING, CoverageStatus.SMALLER, CoverageStatus.ALTERED):
        yield from _photo_lines(status, comparison)
    if comparison.problems:
        yield f"{problems_text(len(comparison.problems))}:"
        for problem in comparison.problems:
            yield f"  {printable(problem.path)}: {printable(detailed_problem_text(problem))}"
        yield ""
    yield _("In the library:")
    for folder in comparison.folders:
        extent = folder.own.extent
        if extent is not None:
            words = f"{extent_text(extent, folder.own)}, {_tally_text(folder.own)}"
            yield f"  {printable(folder.path)}: {words}"
    yield ""
    yield from _overlap_lines(comparison)
    if comparison.scan.left_out:
        yield _("Left out: {what}").format(what=left_out_text(comparison.scan.left_out))
    backups = [folder.total for folder in comparison.folders if folder.parent is None]
    photos = sum(total.photos for total in backups)
    covered = sum(total.covered for total in backups)
    missing_bytes = sum(total.missing_bytes for total in backups)
    missing = sum(total.missing for total in backups)
    yield (
        _("{covered} of {photos} in the library; {missing} missing, {size}").format(
            covered=number_text(covered),
            photos=photos_text(photos),
            missing=number_text(missing),
            size=bytes_text(missing_bytes),
        )
    )


def _photo_lines(status: CoverageStatus, comparison: FolderComparison) -> Iterator[str]:
    chosen = [photo for photo in comparison.photos if photo.status is status]
    if not chosen:
        return
    yield f"{status_text(status)}, {photos_text(len(chosen))}:"
    for photo in chosen:
        answer = photo.answer
        yield f"  {printable(photo.place.file.path)}"
        if answer is not None:
            lack = "" if answer.lack is None else f"; {reason_text(answer.lack)}"
            yield f"    {evidence_text(answer.evidence)}{lack}: {printable(answer.file.path)}"
        for copy in comparison.absent.get(photo.place.content_id, ()):
            yield f"    {printable(absent_line(copy))}"
    yield ""


def absent_line(copy: AbsentCopy) -> str:
    """Line on a copy elsewhere: "Also on drive RED, not connected, last seen in May 2026: …"."""
    drive = "" if copy.label else f" ({copy.volume_id})"
    return f"{absent_text([copy])}{drive}: {copy.relative_path}"


def _tally_text(tally: Tally) -> str:
    parts = [
        _("{covered} of {photos}").format(
            covered=number_text(tally.covered), photos=photos_text(tally.photos)
        )
    ]
    parts += [
        text.format(n=number_text(number))
        for number, text in (
            (tally.missing, _("{n} missing")),
            (tally.smaller, _("{n} smaller")),
            (tally.altered, _("{n} altered")),
            (tally.unreadable, _("{n} unreadable")),
        )
        if number
    ]
    return ", ".join(parts)


def _overlap_lines(comparison: FolderComparison) -> Iterator[str]:
    """Lines on how much folders have of each other, and on photos that are only in one."""
    roots = comparison.coverage.roots
    for row, cells in enumerate(overlaps(comparison.coverage)):
        photos = cells[row].photos
        if not photos:
            continue
        shares = [
            _("{share} in {folder}").format(
                share=share_text(cell.covered, photos), folder=printable(roots[column].path)
            )
            for column, cell in enumerate(cells)
            if column != row
        ]
        only = photos - cells[row].covered
        yield _("{path}: {shares}; {only} only here").format(
            path=printable(roots[row].path), shares=", ".join(shares), only=number_text(only)
        )
