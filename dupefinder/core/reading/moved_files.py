"""Moved files, recognised without reading them completely."""

import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from dupefinder.core.catalog import Catalog, ContentFile
from dupefinder.core.decode.file_content import read_parts_digest
from dupefinder.core.errors import is_gone
from dupefinder.core.job import JobContext
from dupefinder.core.records import FoundFile

_MTIME_TOLERANCE_NS = 2_000_000_000
"""FAT keeps times in steps of two seconds, so a file that was moved there and back may differ."""


def find_moved(
    files: Sequence[FoundFile],
    unknown: Sequence[int],
    outdated: Collection[int],
    catalog: Catalog,
    context: JobContext,
) -> dict[int, int]:
    """Find files that have moved since they were read.

    A file has moved if a content of its size, digest of parts and modification time is known and no
    file is left where that content was. Only one file may be matched to a content so: a second one
    is a copy, and copies are read completely.

    Args:
        files: All files of the scan.
        unknown: Indices of files that are unknown at their places.
        outdated: Contents that must be read again.
        catalog: The catalog.
        context: Cancels.

    Returns:
        Content ids by index.

    Raises:
        Cancelled: The job was cancelled.
    """
    sizes = catalog.known_sizes() if unknown else set()
    claims: dict[tuple[int, bytes], int] = {}
    for index in unknown:
        file = files[index]
        if file.size_bytes not in sizes:
            continue
        context.checkpoint()
        with suppress(OSError):
            parts_digest = read_parts_digest(file.path, file.size_bytes)
            claims.setdefault((file.size_bytes, parts_digest), index)
    mount_points = _mount_points(files) if claims else {}
    moved = {}
    for (size_bytes, parts_digest), index in claims.items():
        for content_id in catalog.contents_with(size_bytes, parts_digest):
            places = catalog.files_of_content([content_id])
            has_its_time = any(
                abs(place.mtime_ns - files[index].mtime_ns) <= _MTIME_TOLERANCE_NS
                for place in places
            )
            is_gone = all(_is_gone(place, mount_points) for place in places)
            if has_its_time and is_gone and content_id not in outdated:
                moved[index] = content_id
    return moved


def _mount_points(files: Sequence[FoundFile]) -> dict[str, set[str]]:
    """Mount points of the volumes of a scan, each with a separator at its end."""
    mount_points: dict[str, set[str]] = {}
    for file in files:
        below = file.relative_path.replace("/", os.sep)
        # A path through a link does not end like the path on the volume.
        if file.path.endswith(below):
            mount_point = file.path[: len(file.path) - len(below)]
            mount_points.setdefault(file.volume_id, set()).add(mount_point)
    return {
        volume_id: {place for place in places if os.path.ismount(place)}
        for volume_id, places in mount_points.items()
    }


def _is_gone(place: ContentFile, mount_points: Mapping[str, set[str]]) -> bool:
    """True if a file is no longer at its place; a disconnected volume may still have it."""
    below = place.relative_path.replace("/", os.sep)
    at_hand = mount_points.get(place.volume_id, set())
    return bool(at_hand) and all(is_gone(point + below) for point in at_hand)
