"""A comparison prepared for the page, with all its counts."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dupefinder.core.coverage.records import (
    CoverageStatus,
    FolderCoverage,
    FolderPair,
    Overlap,
    PhotoCoverage,
    Root,
    Tally,
)

if TYPE_CHECKING:
    from dupefinder.core.comparing import FolderComparison

ByStatus = Mapping[CoverageStatus, Sequence[PhotoCoverage]]


@dataclass(frozen=True, slots=True, eq=False)
class ShownComparison:
    """A comparison with the data of all its views.

    Attributes:
        comparison: The comparison.
        roots: The given folders.
        folders: The folders of the backups, parents first.
        photos_of: The photos of each folder and its sub-folders, by status.
        matrix: Overlap of each given folder with each.
        pairs: Folders of the backups and of the library that pair up.
        content_of: Content of the photo at a path.
        total: All photos of the backups.
    """

    comparison: FolderComparison
    roots: tuple[Root, ...]
    folders: Sequence[FolderCoverage]
    photos_of: Mapping[str, ByStatus]
    matrix: Sequence[Sequence[Overlap]]
    pairs: Sequence[FolderPair]
    content_of: Mapping[str, int]
    total: Tally


def make_compared(comparison: FolderComparison) -> ShownComparison:
    """Prepare a comparison for showing."""
    from dupefinder.core.coverage.folders import folder_pairs, overlaps

    coverage = comparison.coverage
    by_status = {
        status: [photo for photo in comparison.photos if photo.status is status]
        for status in CoverageStatus
    }
    keys = {
        status: [os.fsencode(photo.place.file.path) for photo in photos]
        for status, photos in by_status.items()
    }

    def below(folder: str) -> ByStatus:
        start = os.path.join(os.fsencode(folder), b"")
        # The first byte string that is greater than all with this prefix.
        end = start[:-1] + bytes([start[-1] + 1])
        return {
            status: photos[bisect_left(keys[status], start) : bisect_left(keys[status], end)]
            for status, photos in by_status.items()
        }

    tops = [folder.total for folder in comparison.folders if folder.parent is None]
    names = Tally.__dataclass_fields__
    return ShownComparison(
        comparison=comparison,
        roots=coverage.roots,
        folders=comparison.folders,
        photos_of={folder.path: below(folder.path) for folder in comparison.folders},
        matrix=overlaps(coverage),
        pairs=folder_pairs(comparison.photos),
        content_of={place.file.path: place.content_id for place in coverage.places},
        total=Tally(**{name: sum(getattr(top, name) for top in tops) for name in names}),
    )


def in_groups(photos: Sequence[PhotoCoverage]) -> ByStatus:
    """Group photos by status."""
    return {
        status: [photo for photo in photos if photo.status is status] for status in CoverageStatus
    }
