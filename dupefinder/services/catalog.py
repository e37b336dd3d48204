"""The catalog itself: files of it that are gone, and forgetting them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dupefinder.core.scan.mounted import mounted_volumes

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog


@dataclass(slots=True)
class GoneFiles:
    """Files of the catalog that are not where they were.

    Attributes:
        paths: Where they were, by their number in the catalog.
        unknown: How many files each volume has that is not connected.
    """

    paths: dict[int, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def find_gone(catalog: Catalog) -> GoneFiles:
    """Look for all files of a catalog, as far as their volumes are connected."""
    mounted = mounted_volumes()
    gone = GoneFiles()
    for place in catalog.all_files():
        points = mounted.get(place.volume_id)
        if not points:
            gone.unknown[place.volume_id] = gone.unknown.get(place.volume_id, 0) + 1
            continue
        below = place.relative_path.replace("/", os.sep)
        paths = [os.path.join(point, below) for point in points]
        if all(map(is_gone, paths)):
            gone.paths[place.file_id] = paths[0]
    return gone


def is_gone(path: str) -> bool:
    """Tell whether there certainly is no file at a path."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False  # a folder that may not be entered hides what is there
    return False
