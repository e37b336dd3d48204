"""Folders of a comparison: whose photos are where, how much each has of each, which pair up."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dupefinder.core.coverage.best_matches import preference
from dupefinder.core.coverage.records import (
    Coverage,
    CoverageStatus,
    FolderCoverage,
    FolderPair,
    Overlap,
    PhotoCoverage,
    PlacedPhoto,
    Root,
    Tally,
)
from dupefinder.core.records import Evidence, FoundFile


def place_photos(
    files: Iterable[FoundFile],
    content_ids: Iterable[int],
    same_file: Mapping[str, Sequence[str]],
    roots: Sequence[Root],
    *,
    follows_links: bool = False,
) -> list[PlacedPhoto]:
    """Assign each photo to the nearest given folder above it.

    A file that two of them show, by a mount or a link, is a photo of both. But what the library
    shows only by a link into a backup is none of the library: it goes when the backup goes.

    Args:
        files: The photos.
        content_ids: Their contents.
        same_file: For a path, the others by which the same file was reached.
        roots: The given folders.
        follows_links: True where links were followed to the files.
    """
    in_backup = _RealPlaces(roots).is_in_backup if follows_links else None
    number_of = {root.path: number for number, root in enumerate(roots)}
    places: dict[str, PlacedPhoto] = {}
    for file, content_id in zip(files, content_ids, strict=True):
        met: set[int] = set()
        for path in (file.path, *same_file.get(file.path, ())):
            number = nearest_root(path, number_of)
            if number is None or number in met:
                continue
            if not (in_backup and roots[number].is_library and in_backup(path)):
                met.add(number)
                places[path] = PlacedPhoto(replace(file, path=path), content_id, number)
    return sorted(places.values(), key=lambda place: os.fsencode(place.file.path))


class _RealPlaces:
    """Real places of files that links lead to."""

    def __init__(self, roots: Sequence[Root]) -> None:
        self._roots = roots
        self._number_of = {os.path.realpath(root.path): n for n, root in enumerate(roots)}
        self._folders: dict[str, str] = {}

    def is_in_backup(self, path: str) -> bool:
        """True when the given folder that is nearest above the file itself is a backup."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        place = os.path.join(self._folders[folder], name)
        if os.path.islink(place):
            place = os.path.realpath(place)
        number = nearest_root(place, self._number_of)
        return number is not None and not self._roots[number].is_library


def nearest_root(path: str, number_of: Mapping[str, int]) -> int | None:
    """The number of the given folder that is nearest above a path, or is the path itself."""
    while path not in number_of:
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    return number_of[path]


def folders_of_backups(coverage: Coverage, photos: Sequence[PhotoCoverage]) -> list[FolderCoverage]:
    """Count the photos of each folder, in the order of paths; a folder comes before those in it.

    Args:
        coverage: Photos of each given folder that the others have.
        photos: The photos of the backups.
    """
    own: dict[str, Counter[str]] = {}
    total: dict[str, Counter[str]] = {}
    parents: dict[str, str | None] = {}

    def count(path: str, root: str, counts: Counter[str]) -> None:
        folder = os.path.dirname(path)
        top = root if len(root) < len(path) else folder  # a single file was given
        own.setdefault(folder, Counter()).update(counts)
        while True:
            total.setdefault(folder, Counter()).update(counts)
            parents[folder] = None if folder == top else os.path.dirname(folder)
            if folder == top:
                break
            folder = os.path.dirname(folder)

    for photo in photos:
        count(photo.place.file.path, coverage.roots[photo.place.root].path, _counts(photo))
    number_of = {root.path: number for number, root in enumerate(coverage.roots)}
    for path in coverage.unreadable:
        number = nearest_root(path, number_of)
        if number is not None and not coverage.roots[number].is_library:
            # A folder that cannot be listed counts in itself: nobody knows what it holds.
            inside = os.path.join(path, "") if os.path.isdir(path) else path
            count(inside, coverage.roots[number].path, Counter(unreadable=1))
    return [
        FolderCoverage(path, parents[path], _tally(own.get(path, Counter())), _tally(total[path]))
        for path in sorted(total, key=lambda path: os.fsencode(path).split(os.fsencode(os.sep)))
    ]


def _counts(photo: PhotoCoverage) -> Counter[str]:
    size_bytes = photo.place.file.size_bytes
    counts = Counter({"photos": 1, "photos_bytes": size_bytes, photo.status.value: 1})
    if photo.status in (CoverageStatus.COVERED, CoverageStatus.MISSING):
        counts[f"{photo.status.value}_bytes"] = size_bytes
    return counts


def _tally(counts: Counter[str]) -> Tally:
    return Tally(**counts)


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
        coverage: Photos of each given folder that the others have.
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
