"""Whether a path lies below a protected folder, however either of them is spelled."""

import os
from collections.abc import Iterable

from dupefinder.actions.real_places import RealPlaces, real_place


def is_below(path: str, folder: str) -> bool:
    """True for a folder itself and for all below it, by their names alone."""
    return path == folder or path.startswith(os.path.join(folder, ""))


class ProtectedFolders:
    """Folders in which nothing is removed."""

    def __init__(self, folders: Iterable[str], places: RealPlaces | None = None) -> None:
        """Look the folders up; one that is not there protects its path all the same.

        Args:
            folders: Their paths.
            places: Of the files that are asked for; looked up when None.
        """
        self._places = places or RealPlaces()
        self._paths: set[str] = set()
        self._numbers: set[tuple[int, int]] = set()
        for folder in folders:
            place = real_place(folder, follow=True)
            self._paths.add(os.path.normcase(place))
            self._numbers.update(numbers_of(place))
        self._known: dict[str, bool] = {}

    def holds(self, path: str) -> bool:
        """True for what lies below one of the folders, or is one, or is a link into one."""
        if not self._paths:
            return False
        place = self._places.of(path)
        return any(self._is_below(one) for one in {place.path, place.target})

    def _is_below(self, place: str) -> bool:
        """Go up from a real path until a protected folder or a known answer is met."""
        passed: list[str] = []
        while place not in self._known:
            passed.append(place)
            parent = os.path.dirname(place)
            if self._is_protected(place):
                answer = True
                break
            if parent == place:
                answer = False
                break
            place = parent
        else:
            answer = self._known[place]
        # Photos themselves are asked for once: only their folders are kept.
        self._known.update(dict.fromkeys(passed[1:], answer))
        return answer

    def _is_protected(self, place: str) -> bool:
        # By number, too: a folder may be mounted twice, and its name may differ in case.
        return os.path.normcase(place) in self._paths or not self._numbers.isdisjoint(
            numbers_of(place)
        )


def numbers_of(place: str) -> set[tuple[int, int]]:
    """Device and inode of what a path leads to; none where nothing tells them."""
    try:
        status = os.stat(place)
    except (OSError, ValueError):
        return set()
    return {(status.st_dev, status.st_ino)} if status.st_ino else set()
