"""Source folders of a scan: which one a photo comes from, and whose photos are kept first."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence

from dupefinder.core.records import Group


class SourceFolders:
    """The folders that a person chose for a scan, and their order.

    A photo's source is the nearest chosen folder above it. Where only one folder was chosen, its
    sources are the folders directly in it, because nothing else would tell its photos apart. Case
    makes no difference on Windows, where a drive or a folder may be typed in any.

    Attributes:
        folders: Absolute paths of the chosen folders.
        preferred: Absolute paths in order: of equal copies the one in the first of these stays.
        between_only: True where matches inside one source are ignored.
    """

    def __init__(
        self,
        folders: Sequence[str] = (),
        preferred: Sequence[str] = (),
        *,
        between_only: bool = False,
    ) -> None:
        self.folders = tuple(map(os.path.abspath, folders))
        self.preferred = tuple(map(os.path.abspath, preferred))
        self.between_only = between_only
        self._sources = {os.path.normcase(folder): folder for folder in reversed(self.folders)}
        self._ranks = {
            os.path.normcase(folder): rank
            for rank, folder in reversed([*enumerate(self.preferred)])
        }
        self._source_of_folder: dict[str, str] = {}
        self._rank_of_folder: dict[str, int] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SourceFolders):
            return NotImplemented
        return self._as_tuple() == other._as_tuple()

    def __hash__(self) -> int:
        return hash(self._as_tuple())

    def _as_tuple(self) -> tuple[object, ...]:
        return self.folders, self.preferred, self.between_only

    def source_of(self, path: str) -> str:
        """Return the source folder of a photo.

        Args:
            path: Absolute path of a file.

        Returns:
            A path; that of the photo's own folder where no chosen folder is above it.
        """
        folder = os.path.dirname(path)
        source = self._source_of_folder.get(folder)
        if source is None:
            source = self._source_of_folder[folder] = self._find_source(folder)
        return source

    def _find_source(self, folder: str) -> str:
        below = folder
        for above in _upwards(folder):
            source = self._sources.get(os.path.normcase(above))
            if source is not None:
                return below if len(self._sources) == 1 else source
            below = above
        return folder

    def has_several(self, group: Group) -> bool:
        """True if the photos of a group come from more than one source folder."""
        return len({self.source_of(one.file.path) for one in group.members}) > 1

    def rank_of(self, path: str) -> int:
        """Return the place of a photo's folder in the order.

        Args:
            path: Absolute path of a file.

        Returns:
            From 0; the nearest preferred folder above the photo decides, and what lies in none
            comes after them all.
        """
        if not self.preferred:
            return 0
        folder = os.path.dirname(path)
        rank = self._rank_of_folder.get(folder)
        if rank is None:
            keys = map(os.path.normcase, _upwards(folder))
            found = (self._ranks[key] for key in keys if key in self._ranks)
            rank = self._rank_of_folder[folder] = next(found, len(self.preferred))
        return rank


def short_names(folders: Iterable[str]) -> dict[str, str]:
    """Name folders as shortly as tells them apart.

    Args:
        folders: Absolute paths.

    Returns:
        By path: its last part, or as many of its last parts as no other one of them ends with.
    """
    left = set(folders)
    names: dict[str, str] = {}
    parts = 1
    while left:
        ends = {folder: os.sep.join(folder.split(os.sep)[-parts:]) or folder for folder in left}
        counts = Counter(ends.values())
        found = {folder: end for folder, end in ends.items() if counts[end] == 1 or end == folder}
        names |= found
        left -= found.keys()
        parts += 1
    return names


def _upwards(folder: str) -> Iterable[str]:
    """A folder and those above it, the nearest first."""
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
