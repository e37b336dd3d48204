"""The folders of backups with what the library has of them, each for itself and with all below."""

import os
from collections import Counter
from collections.abc import Sequence

from dupefinder.core.coverage.places import nearest_root
from dupefinder.core.coverage.records import (
    Coverage,
    CoverageStatus,
    Extent,
    FolderCoverage,
    PhotoCoverage,
    Tally,
)


def extent_of(tally: Tally) -> Extent | None:
    """How many of some photos the library has; None where there are no photos to ask for.

    It never has all while there is something that could not be read.
    """
    if tally.photos + tally.unreadable == 0:
        return None
    if tally.covered == tally.photos + tally.unreadable:
        return Extent.ALL
    return Extent.SOME if tally.covered else Extent.NONE


def folders_of_backups(coverage: Coverage, photos: Sequence[PhotoCoverage]) -> list[FolderCoverage]:
    """Count the photos of each folder, in the order of paths; a folder comes before those in it.

    Args:
        coverage: What the given folders have of one another.
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
