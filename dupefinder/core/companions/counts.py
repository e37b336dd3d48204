"""To how many files a photo is tied: by these the rules know which of two equal copies stays."""

import os
import threading
from collections.abc import Iterable, Mapping, Sequence

from dupefinder.core.companions import FolderCompanions

_PATIENCE_S = 30.0


class CompanionCounts:
    """How many files belong to photos, each photo being looked at once.

    Of a folder that cannot be listed, nothing is known to belong to its photos: whoever removes one
    will look again.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def look_at(self, paths: Iterable[str]) -> None:
        """Look at photos that were not looked at before; each folder is listed once.

        A drive that does not answer is not waited for: of what lies there, and of what would have
        come after it, nothing is known.

        Args:
            paths: The photos.
        """
        names: dict[str, list[str]] = {}
        for path in paths:
            if path not in self._counts:
                folder, name = os.path.split(path)
                names.setdefault(folder, []).append(name)
        if not names:
            return
        # A daemon: the program's end does not wait for that drive either.
        looking = threading.Thread(target=self._look, args=(names,), daemon=True)
        looking.start()
        while looking.is_alive():
            known = len(self._counts)
            looking.join(_PATIENCE_S)
            if len(self._counts) == known:
                break

    def _look(self, names: Mapping[str, Sequence[str]]) -> None:
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
