"""The chosen folder that a path belongs to, however either of them is spelled or mounted.

Of folders within each other the nearest one decides, as in a scan. It is found by real paths and
by the numbers of folders: a library may be given as a link, or be mounted within a backup.
"""

import os
from collections.abc import Iterable

from dupefinder.actions.places import numbers_of, real_place
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice


class NearestRoot:
    """The chosen folders and files, looked up once."""

    def __init__(self, choices: Iterable[FolderChoice]) -> None:
        """Look them up; one that is not there counts by its path all the same.

        Args:
            choices: What was chosen; where one was excluded as well, that counts.
        """
        self._by_place: dict[str, FolderChoice] = {}
        self._by_number: dict[tuple[int, int], FolderChoice] = {}
        named = (choice for choice in choices if choice.path)  # an empty name is no folder
        for choice in sorted(named, key=lambda one: one.role is Role.EXCLUDED):
            place = real_place(choice.path, follow=True)
            self._by_place[os.path.normcase(place)] = choice
            self._by_number.update(dict.fromkeys(numbers_of(place), choice))
        self._above: dict[str, FolderChoice | None] = {}

    def of(self, path: str) -> FolderChoice | None:
        """The nearest that was chosen at or above a path; None without one."""
        place = real_place(path)
        return self._at(place) or self._at_or_above(os.path.dirname(place))

    def role_of(self, path: str) -> Role | None:
        """The role of that folder: protected for a library, scan for a backup, or excluded."""
        chosen = self.of(path)
        return None if chosen is None else chosen.role

    def _at_or_above(self, folder: str) -> FolderChoice | None:
        passed: list[str] = []
        found: FolderChoice | None = None
        while folder not in self._above:
            passed.append(folder)
            found = self._at(folder)
            parent = os.path.dirname(folder)
            if found is not None or parent == folder:
                break
            folder = parent
        else:
            found = self._above[folder]
        self._above.update(dict.fromkeys(passed, found))
        return found

    def _at(self, place: str) -> FolderChoice | None:
        chosen = self._by_place.get(os.path.normcase(place))
        if chosen is None:
            found = (self._by_number.get(number) for number in numbers_of(place))
            chosen = next(filter(None, found), None)
        return chosen
