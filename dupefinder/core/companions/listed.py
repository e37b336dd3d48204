"""The companions of many photos, each folder being listed once."""

import math
import os
import time
from collections.abc import Iterable

from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions.records import Companion
from dupefinder.core.companions.siblings import SiblingFolders
from dupefinder.core.scan.picture_names import OTHER_EXTENSIONS, extension


class ListedFolders:
    """Remembers the listings of folders. For one thread at a time."""

    def __init__(self, photos: Iterable[str] = (), lasts_s: float = math.inf) -> None:
        """Know what are photos.

        Args:
            photos: Paths that are photos, whatever else they look like.
            lasts_s: Seconds for which a listing counts; one that took longer counts as long as
                it took, so that listing a large folder never takes more time than all else.
        """
        self._lasts_s = lasts_s
        self._siblings = SiblingFolders(lasts_s)
        self._photos: dict[str, set[str]] = {}
        self._folders: dict[str, tuple[float, FolderCompanions | OSError]] = {}
        for path in photos:
            folder, name = os.path.split(path)
            self._photos.setdefault(folder, set()).add(name)

    def of(self, path: str) -> tuple[Companion, ...]:
        """See `companions_of`.

        Raises:
            OSError: The folder cannot be listed; of one that is gone, nothing is listed.
        """
        folder, name = os.path.split(path)
        photos = self._photos.setdefault(folder, set())
        if extension(name) in OTHER_EXTENSIONS and name not in photos:
            photos.add(name)
            self._folders.pop(folder, None)
        until_s, listed = self._folders.get(folder, (-math.inf, None))
        began_s = time.monotonic()
        apart_s = self._siblings.spent_s
        is_new = listed is None or began_s >= until_s
        if listed is None or is_new:
            listed = self._list(folder)
        found = () if isinstance(listed, OSError) else listed.of(name)
        if is_new:
            now_s = time.monotonic()
            took_s = now_s - began_s - (self._siblings.spent_s - apart_s)
            self._folders[folder] = now_s + max(self._lasts_s, took_s), listed
        if isinstance(listed, OSError) and not isinstance(
            listed, (FileNotFoundError, NotADirectoryError)
        ):
            raise listed
        return found

    def _list(self, folder: str) -> FolderCompanions | OSError:
        try:
            return FolderCompanions(folder, self._photos.get(folder, ()), siblings=self._siblings)
        except ValueError as error:
            return OSError(str(error))
        except OSError as error:
            return error
