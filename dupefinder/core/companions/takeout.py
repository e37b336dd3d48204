"""Metadata files of Google Takeout in one folder, and their photos by name and title."""

import bisect
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dupefinder.core.companions.names import (
    TAKEOUT_CUT_BYTES,
    fits_title,
    stem_of,
    takeout_metadata,
    takeout_number,
    takeout_photos,
    telling_beginning,
    unedited_name,
)
from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.scan.same_file import folded

_MOST_BYTES = 1 << 20

Names = Mapping[str, Sequence[str]]
"""Names by their folded form."""


class TakeoutMetadata:
    """The metadata of one folder. All photos and files are added before questions are asked."""

    def __init__(self, folder: str, photos: Names, stems: Names) -> None:
        """Begin without photos and files.

        Args:
            folder: Its path.
            photos: Photos by their names; grows while photos are added.
            stems: Photos by the stems that a companion may use; the same.
        """
        self._folder = folder
        self._photos = photos
        self._stems = stems
        self._sorted_photos: Sequence[str] = ()
        # By the name of the photo of which it is an edit.
        self._unedited: dict[str, list[str]] = {}
        self._metadata: frozenset[str] = frozenset()
        self._ownerless: list[str] = []
        self._titles: dict[str, str | None] = {}

    def add_photo(self, name: str) -> None:
        """Add a photo."""
        key = folded(name)
        unedited = unedited_name(key)
        if unedited != key:
            self._unedited.setdefault(unedited, []).append(name)

    def add_files(self, names: Iterable[str]) -> None:
        """Add all other files by folded names, after all photos."""
        self._metadata = frozenset(names)
        self._sorted_photos = sorted(self._photos)

    def add_ownerless(self, name: str) -> None:
        """Add metadata whose name belongs to no photo."""
        bisect.insort(self._ownerless, name, key=folded)

    def owners(self, base: str) -> set[str]:
        """Find the photos that metadata belong to by their name, ".json" taken away."""
        numberless, number = takeout_number(base)
        owners = self._named(numberless, number) or self._named(base, "")
        # A number that no photo has is that of a second download.
        return owners or self._named(numberless, "")

    def titled(self, key: str) -> Iterator[str]:
        """Give the paths of ownerless metadata whose title names a photo.

        Args:
            key: Its folded name.
        """
        beginning = telling_beginning(key)
        start = bisect.bisect_left(self._ownerless, beginning, key=folded)
        for name in self._ownerless[start:]:
            if not folded(name).startswith(beginning):
                break
            path = os.path.join(self._folder, name)
            title = self.title(path)
            if title is not None and fits_title(key, title):
                yield path

    def title(self, path: str) -> str | None:
        """Give the title in metadata, folded; None without one."""
        if path not in self._titles:
            title = read_title(path)
            self._titles[path] = None if title is None else folded(title)
        return self._titles[path]

    def _named(self, base: str, number: str) -> set[str]:
        """Find the photos of which Takeout may call the metadata so; see `takeout_photos`."""
        owners: set[str] = set()
        for name in takeout_photos(base, number):
            owners.update(self._photos.get(name, ()))
            # An edit has the metadata of its original, unless it has its own.
            owners.update(
                edit
                for edit in self._unedited.get(name, ())
                if self._metadata.isdisjoint(takeout_metadata(folded(edit)))
            )
        if len(base.encode("utf-8", "surrogatepass")) >= TAKEOUT_CUT_BYTES:
            start = bisect.bisect_left(self._sorted_photos, base)
            for name in self._sorted_photos[start:]:
                if not name.startswith(base):
                    break
                if stem_of(name).endswith(number):
                    owners.update(self._photos[name])
        # The title of a photo without an extension; here it has got one.
        owners.update(self._stems.get(base + number, ()))
        return owners


def read_title(path: str) -> str | None:
    """Read the title out of metadata: the photo's name as it was when it was uploaded.

    Args:
        path: The file; a link is not followed.

    Returns:
        None where it has none, or is no such file, or cannot be read.
    """
    try:
        document = json.loads(read_small_file(path, _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    title = document.get("title") if isinstance(document, dict) else None
    return title if isinstance(title, str) and title else None
