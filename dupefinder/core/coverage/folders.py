"""Folders of a comparison: which one a photo belongs to, and what the library has of each."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dupefinder.core.coverage.records import (
    Coverage,
    CoverageStatus,
    Extent,
    FolderCoverage,
    PhotoCoverage,
    PlacedPhoto,
    Root,
    Tally,
)
from dupefinder.core.records import FoundFile


def place_photos(
    files: Iterable[FoundFile],
    content_ids: Iterable[int],
    same_file: Mapping[str, Sequence[str]],
    roots: Sequence[Root],
    *,
    follows_links: bool = False,
) -> list[PlacedPhoto]:
    """Say of each photo to which of the given folders it belongs: to the nearest above it.

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


def extent_of(tally: Tally) -> Extent | None:
    """Extent to which the library has some photos; None where there are no photos to ask for.

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
