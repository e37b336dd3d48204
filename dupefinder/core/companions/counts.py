"""To how many files a photo is tied: by these the rules know which of two equal copies stays."""

import os
from collections.abc import Iterable

from dupefinder.core.companions import FolderCompanions


class CompanionCounts:
    """How many files belong to photos, each photo being looked at once.

    Of a folder that cannot be listed, nothing is known to belong to its photos: whoever removes one
    will look again.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def look_at(self, paths: Iterable[str]) -> None:
        """Look at photos that were not looked at before; each folder is listed once.

        Args:
            paths: The photos.
        """
        names: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._counts:
                folder, name = os.path.split(path)
                names.setdefault(folder, []).append(name)
        for folder, photos in names.items():
            try:
                listed = FolderCompanions(folder, photos)
            except (OSError, ValueError):
                self._counts.update((os.path.join(folder, name), 0) for name in photos)
                continue
            for name in photos:
                self._counts[os.path.join(folder, name)] = len(listed.of(name))

    def of(self, path: str) -> int:
        """Of a photo that was looked at."""
        return self._counts.get(path, 0)
