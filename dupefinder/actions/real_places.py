"""Real places of files: paths without links, protected folders, the chosen folder above a path.

A plan looks these up for every file that it removes and every copy that stays. Where chosen folders
lie inside each other, the nearest one decides, as in a scan. Folders are compared by real path and
by inode: a library may be given as a link, or be mounted inside a backup.
"""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass

from dupefinder.core.errors import tells_absence
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice


@dataclass(frozen=True, slots=True)
class RealPlace:
    """The real place of one file.

    Attributes:
        path: Its name in its real folder.
        target: Its real path; differs from `path` where the file itself is a link.
        status: Of the file, or of the link; None where nothing has that name, or nobody can tell.
        is_absent: True where it is known that nothing has that name.
    """

    path: str
    target: str
    status: os.stat_result | None
    is_absent: bool = False


def real_place(path: str, *, follow: bool = False) -> str:
    """An absolute path without links.

    Args:
        path: Any path.
        follow: True to resolve a link in the last name, too.
    """
    try:
        if follow:
            return os.path.realpath(path)
        folder, name = os.path.split(os.path.abspath(path))
        return os.path.join(os.path.realpath(folder), name)
    except (OSError, ValueError):  # not a possible name
        return path


class RealPlaces:
    """The places of many files; each file and each folder is looked up once.

    Answers are cached and never refreshed, so each plan needs an object of its own.
    """

    def __init__(self) -> None:
        self._places: dict[str, RealPlace] = {}
        self._folders: dict[str, str] = {}

    def of(self, path: str) -> RealPlace:
        """The place of a file, which need not exist."""
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = self._look_up(path)
        return place

    def _look_up(self, path: str) -> RealPlace:
        if os.path.abspath(path) == path:
            folder, name = os.path.split(path)
            real = self._folders.get(folder)
            if real is None:
                real = self._folders[folder] = real_place(folder, follow=True)
            own = os.path.join(real, name)
        else:
            own = real_place(path)
        status, is_absent = None, False
        try:
            status = os.lstat(own)
        except (OSError, ValueError) as error:
            is_absent = tells_absence(error, own)
        # Windows also has short names, and names that differ in case.
        may_lead_on = os.name != "posix" or (status is not None and stat.S_ISLNK(status.st_mode))
        target = real_place(path, follow=True) if may_lead_on else own
        return RealPlace(own, target, status, is_absent)


def is_below(path: str, folder: str) -> bool:
    """True for a folder itself and for all paths below it, by name."""
    return path == folder or path.startswith(os.path.join(folder, ""))


class ProtectedFolders:
    """Folders in which nothing is removed."""

    def __init__(self, folders: Iterable[str], places: RealPlaces | None = None) -> None:
        """Look the folders up; a missing one still protects its path.

        Args:
            folders: Their paths.
            places: Places of the files to be checked; looked up when None.
        """
        self._places = places or RealPlaces()
        self._paths: set[str] = set()
        self._numbers: set[tuple[int, int]] = set()
        for folder in folders:
            place = real_place(folder, follow=True)
            self._paths.add(os.path.normcase(place))
            self._numbers.update(device_and_inode(place))
        self._known: dict[str, bool] = {}

    def holds(self, path: str) -> bool:
        """True for the folders, for paths below them, and for links into them."""
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
        # Each photo is asked for once; only folders are cached.
        self._known.update(dict.fromkeys(passed[1:], answer))
        return answer

    def _is_protected(self, place: str) -> bool:
        # By inode, too: a folder may be mounted twice, and its name may differ in case.
        return os.path.normcase(place) in self._paths or not self._numbers.isdisjoint(
            device_and_inode(place)
        )


def device_and_inode(place: str) -> set[tuple[int, int]]:
    """Device and inode of the target of a path; empty where they are not known."""
    try:
        status = os.stat(place)
    except (OSError, ValueError):
        return set()
    return {(status.st_dev, status.st_ino)} if status.st_ino else set()


class NearestRoot:
    """The chosen folders and files, looked up once."""

    def __init__(self, choices: Iterable[FolderChoice]) -> None:
        """Look them up; a missing one still counts by its path.

        Args:
            choices: The chosen folders and files; one that is also excluded counts as excluded.
        """
        self._by_place: dict[str, FolderChoice] = {}
        self._by_number: dict[tuple[int, int], FolderChoice] = {}
        named = (choice for choice in choices if choice.path)  # an empty name means no folder
        for choice in sorted(named, key=lambda one: one.role is Role.EXCLUDED):
            place = real_place(choice.path, follow=True)
            self._by_place[os.path.normcase(place)] = choice
            self._by_number.update(dict.fromkeys(device_and_inode(place), choice))
        self._above: dict[str, FolderChoice | None] = {}

    def of(self, path: str) -> FolderChoice | None:
        """The nearest choice at or above a path; None without one."""
        place = real_place(path)
        return self._at(place) or self._at_or_above(os.path.dirname(place))

    def role_of(self, path: str) -> Role | None:
        """The role of the nearest choice: protected for a library, scan for a backup, excluded."""
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
            found = (self._by_number.get(number) for number in device_and_inode(place))
            chosen = next(filter(None, found), None)
        return chosen
