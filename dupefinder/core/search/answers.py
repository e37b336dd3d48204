"""Answers of a search: the contents that match a photo, and the places of their files."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import filterfalse

from dupefinder.core.catalog import Catalog
from dupefinder.core.errors import is_gone
from dupefinder.core.job import JobContext
from dupefinder.core.records import FoundFile
from dupefinder.core.search import MOST_JUDGED, Hit, Query, SearchIndex, search


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """A file with a content, at least when it was last read.

    Attributes:
        volume_id: Its volume.
        relative_path: Path below the volume's mount point, "/"-separated.
        path: Absolute path; None while the volume is not connected.
        size_bytes: Size when it was read.
        mtime_ns: Modification time when it was read.
        drive: The label of the volume; empty if it is unknown or not needed.
        seen_ns: When the volume was last connected; None if unknown.
    """

    volume_id: str
    relative_path: str
    path: str | None
    size_bytes: int
    mtime_ns: int
    drive: str = ""
    seen_ns: int | None = None


def places_in_catalog(
    catalog: Catalog, content_ids: Iterable[int], mounted: Mapping[str, Sequence[str]]
) -> dict[int, list[StoredPlace]]:
    """Look up the places of contents, except files that are gone from a connected volume.

    Args:
        catalog: The catalog of all scans.
        content_ids: The contents.
        mounted: Mount points of the connected volumes, see `scan.volumes`.

    Returns:
        The places of each content that has any, connected ones first.
    """
    places: dict[int, list[StoredPlace]] = {}
    notes = catalog.volume_notes()
    for file in catalog.files_of_content(list(content_ids)):
        points = mounted.get(file.volume_id, ())
        path = None
        if points:
            below = file.relative_path.replace("/", os.sep)
            candidates = (os.path.join(point, below) for point in points)
            path = next(filterfalse(is_gone, candidates), None)
            if path is None:
                continue
        place = StoredPlace(
            file.volume_id, file.relative_path, path, file.size_bytes, file.mtime_ns
        )
        if path is None and (note := notes.get(file.volume_id)) is not None:
            place = replace(place, drive=note.name, seen_ns=note.seen_ns)
        places.setdefault(file.content_id, []).append(place)
    return {content_id: _connected_first(some) for content_id, some in places.items()}


def places_of_files(
    files: Sequence[FoundFile], content_ids: Sequence[int]
) -> dict[int, list[StoredPlace]]:
    """The places of files that a scan has just met, by content.

    Args:
        files: The files.
        content_ids: The content of each.
    """
    places: dict[int, list[StoredPlace]] = {}
    for file, content_id in zip(files, content_ids, strict=True):
        places.setdefault(content_id, []).append(
            StoredPlace(
                file.volume_id, file.relative_path, file.path, file.size_bytes, file.mtime_ns
            )
        )
    return {content_id: _connected_first(some) for content_id, some in places.items()}


def without_file(places: Sequence[StoredPlace], path: str) -> list[StoredPlace]:
    """Leave out the place of one file, by whatever path it is reached."""
    return [place for place in places if place.path is None or not _is_same(place.path, path)]


def _connected_first(places: list[StoredPlace]) -> list[StoredPlace]:
    return sorted(
        places,
        key=lambda place: (
            place.path is None,
            os.fsencode(place.path or ""),
            place.volume_id,
            os.fsencode(place.relative_path),
        ),
    )


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return one == other


PlacesOf = Mapping[int, Sequence[StoredPlace]]
"""The places of contents; those without a place are missing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A content that matches a query.

    Attributes:
        hit: The content with its evidence.
        places: Its places, connected ones first, without the query's own file.
    """

    hit: Hit
    places: tuple[StoredPlace, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """Matches of a photo.

    Attributes:
        found: The contents, ranked.
        unseen: See `SearchResult`.
    """

    found: list[Answer]
    unseen: int


def answers_to(
    query: Query,
    index: SearchIndex,
    catalog: Catalog,
    find_places: Callable[[Sequence[int]], PlacesOf],
    context: JobContext,
    top: int,
    threads: int = 1,
) -> Answers:
    """Search for a photo, and look up the places of its near-duplicates.

    Args:
        query: The photo.
        index: The fingerprints of the catalog.
        catalog: The catalog with small pictures and files; only read.
        find_places: Finds the places of contents. Contents without a place are left out.
        context: Cancel.
        top: Most contents wanted.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled.
    """
    result = search(index, catalog, query, context, max(top, MOST_JUDGED), threads)
    hits = result.hits
    places = find_places([hit.content.content_id for hit in hits])
    found = [
        Answer(hit, tuple(without_file(places.get(hit.content.content_id, ()), query.name)))
        for hit in hits
    ]
    return Answers([answer for answer in found if answer.places][:top], result.unseen)
