"""All given folders against one another: how much each has of each, and which folders pair up."""

import os
from collections.abc import Iterable, Sequence

from dupefinder.core.coverage.asking import preference
from dupefinder.core.coverage.records import (
    Coverage,
    CoverageStatus,
    FolderPair,
    Overlap,
    PhotoCoverage,
    PlacedPhoto,
)
from dupefinder.core.records import Evidence

_IDENTICAL = (Evidence.SAME_BYTES, Evidence.SAME_PIXELS)


def overlaps(coverage: Coverage) -> list[list[Overlap]]:
    """The matrix: of row i, how many photos folder j has; on the diagonal, those anyone has.

    The rest of the diagonal are the photos that are only in that folder.
    """
    size = len(coverage.roots)
    photos = [0] * size
    covered = [[0] * size for _ in range(size)]
    for place in coverage.places:
        photos[place.root] += 1
        having = _having(coverage, place)
        for number in having:
            covered[place.root][number] += 1
        covered[place.root][place.root] += bool(having)
    return [
        [Overlap(photos[row], covered[row][column]) for column in range(size)]
        for row in range(size)
    ]


def photos_behind(coverage: Coverage, row: int, column: int) -> list[PhotoCoverage]:
    """The photos behind a cell of the matrix.

    Args:
        coverage: What the given folders have of one another.
        row: Number of the folder whose photos are asked for.
        column: Number of the folder that may have them; of `row` itself for any other.

    Returns:
        All photos of the first, each with the best that the second has for it.
    """
    photos = []
    for place in coverage.places:
        if place.root != row:
            continue
        by_root = coverage.answers.get(place.content_id, {})
        answers = [
            answer
            for number, answer in by_root.items()
            if number != row and column in (row, number)
        ]
        best = min(answers, key=preference, default=None)
        status = CoverageStatus.MISSING if best is None else best.status
        photos.append(PhotoCoverage(place, status, best))
    return photos


def _having(coverage: Coverage, place: PlacedPhoto) -> list[int]:
    """The other folders that have a photo."""
    return [
        number
        for number, answer in coverage.answers.get(place.content_id, {}).items()
        if number != place.root and answer.status is CoverageStatus.COVERED
    ]


def folder_pairs(photos: Sequence[PhotoCoverage]) -> list[FolderPair]:
    """Pair each folder of the backups with the folders of the library that have its photos.

    Returns:
        The pairs with most photos first. Photos that the library lacks are in none.
    """
    by_pair: dict[tuple[str, str], list[PhotoCoverage]] = {}
    for photo in photos:
        if photo.answer is not None and photo.status is not CoverageStatus.MISSING:
            pair = (os.path.dirname(photo.place.file.path), os.path.dirname(photo.answer.file.path))
            by_pair.setdefault(pair, []).append(photo)
    pairs = [
        FolderPair(
            *pair,
            tuple(photo for photo in both if _is_identical(photo)),
            tuple(photo for photo in both if not _is_identical(photo)),
        )
        for pair, both in by_pair.items()
    ]
    return sorted(pairs, key=_order)


def _order(pair: FolderPair) -> tuple[int, Iterable[bytes]]:
    count = len(pair.identical) + len(pair.differing)
    return -count, [os.fsencode(path) for path in (pair.backup_folder, pair.library_folder)]


def _is_identical(photo: PhotoCoverage) -> bool:
    is_same = photo.answer is not None and photo.answer.evidence in _IDENTICAL
    return is_same and photo.status is CoverageStatus.COVERED
