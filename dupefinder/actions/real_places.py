"""Where paths really lead: absolute, and without links."""

import os
import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RealPlace:
    """Where one file is.

    Attributes:
        path: Its name in its real folder.
        target: Its real path; another one than `path` where the file itself is a link.
        status: Of the file, or of the link; None where nothing has that name.
    """

    path: str
    target: str
    status: os.stat_result | None


def real_place(path: str, *, follow: bool = False) -> str:
    """An absolute path without links.

    Args:
        path: Any path.
        follow: Where the path is a link itself, say where that leads.
    """
    try:
        if follow:
            return os.path.realpath(path)
        folder, name = os.path.split(os.path.abspath(path))
        return os.path.join(os.path.realpath(folder), name)
    except (OSError, ValueError):  # no name that could exist
        return path


class RealPlaces:
    """The places of many files; each file and each folder is looked up once.

    What it has seen it does not look at again, so each plan needs one of its own.
    """

    def __init__(self) -> None:
        self._places: dict[str, RealPlace] = {}
        self._folders: dict[str, str] = {}

    def of(self, path: str) -> RealPlace:
        """The place of a file, be it there or not."""
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
        try:
            status = os.lstat(own)
        except (OSError, ValueError):
            status = None
        # Windows has more than links: short names, and names that differ in case.
        may_lead_on = os.name != "posix" or (status is not None and stat.S_ISLNK(status.st_mode))
        return RealPlace(own, real_place(path, follow=True) if may_lead_on else own, status)
