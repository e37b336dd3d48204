"""To which of the given folders a photo belongs."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dupefinder.core.coverage.records import Place, Root
from dupefinder.core.records import FoundFile


def place_photos(
    files: Iterable[FoundFile],
    content_ids: Iterable[int],
    same_file: Mapping[str, Sequence[str]],
    roots: Sequence[Root],
) -> list[Place]:
    """Say of each photo to which of the given folders it belongs: to the nearest above it.

    A file that two of them show, by a mount or a link, is a photo of both.

    Args:
        files: The photos.
        content_ids: Their contents.
        same_file: For a path, the others by which the same file was reached.
        roots: The given folders.
    """
    number_of = {root.path: number for number, root in enumerate(roots)}
    places: dict[str, Place] = {}
    for file, content_id in zip(files, content_ids, strict=True):
        met: set[int] = set()
        for path in (file.path, *same_file.get(file.path, ())):
            number = nearest_root(path, number_of)
            if number is not None and number not in met:
                met.add(number)
                places[path] = Place(replace(file, path=path), content_id, number)
    return sorted(places.values(), key=lambda place: os.fsencode(place.file.path))


def nearest_root(path: str, number_of: Mapping[str, int]) -> int | None:
    """The number of the given folder that is nearest above a path, or is the path itself."""
    while path not in number_of:
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    return number_of[path]
