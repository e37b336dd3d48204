"""Photos that are not there now: on a drive that is not connected, for example."""

import os
from collections.abc import Iterable
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from dupefinder.gui.results import Results, path_hash


class AwayPhotos:
    """Photos that were missing when they were to be shown, and all of missing scanned folders.

    Nothing is removed because of them, as they cannot be read.
    """

    def __init__(self) -> None:
        self._paths: set[str] = set()
        self._folders: tuple[str, ...] = ()
        self._found: tuple[ref[Results], NDArray[np.bool_]] | None = None
        """The groups without their keeper, asked for with each line of the overview."""

    def add(self, path: str) -> None:
        """Note that a photo is missing."""
        if path not in self._paths:
            self._paths.add(path)
            self._found = None

    def discard(self, path: str) -> None:
        """Note that a photo is there."""
        if path in self._paths:
            self._paths.discard(path)
            self._found = None

    def set_folders(self, folders: Iterable[str]) -> None:
        """Note which scanned folders are missing, and that all others are there."""
        self._folders = tuple(os.path.join(folder, "") for folder in folders)
        self._found = None

    def __contains__(self, path: object) -> bool:
        """True for a photo that is missing."""
        return path in self._paths or (isinstance(path, str) and path.startswith(self._folders))

    def groups_without_keeper(self, results: Results) -> NDArray[np.bool_]:
        """Groups in which a photo that would stay by the proposal is missing, bool (n,)."""
        if self._found is not None and self._found[0]() is results:
            return self._found[1]
        members = results.members
        is_away = np.zeros(len(members.group), np.bool_)
        if self._paths:
            hashes = np.fromiter(map(path_hash, self._paths), np.int64, len(self._paths))
            is_away |= np.isin(members.path_hash, hashes)
        if self._folders:
            folder = results.facets["folder"]
            missing = [os.path.join(one, "").startswith(self._folders) for one in folder.values]
            is_away |= np.isin(folder.codes, np.flatnonzero(missing))
        found = results.groups_with(is_away & ~members.unwanted)
        self._found = ref(results), found
        return found
