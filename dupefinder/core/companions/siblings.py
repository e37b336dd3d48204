"""Folders apart from a folder of photos that hold what belongs to these.

People and programs keep sidecars beside the folder, too: "Sidecars/IMG_1.xmp" beside
"Photos/IMG_1.jpg", or in a tree of the same shape, or in the folder above. Such a folder holds no
photo. It counts as made for that by a program's name or its own, or where most of its files belong
to photos of the folder; of any other one only those files count that say by their names that they
are metadata, or whose.
"""

import math
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from dupefinder.core.companions.folders import PROGRAMS, companion_folders, is_folder
from dupefinder.core.companions.names import bases_of
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.scan.left_out import file_left_out, folder_left_out
from dupefinder.core.scan.managed import program_of_folder
from dupefinder.core.scan.same_file import folded
from dupefinder.core.scan.volumes import connected_mounts

_WORDS = frozenset(
    (
        *("sidecar", "sidecars", "xmp", "xmps", "aae", "json", "jsons", "metadata", "meta", "exif"),
        *("iptc", "caption", "captions"),
    )
)
"""Words in the names of folders that people make for what belongs to photos."""
_MOST_WORDS = 3
"""Such as "my XMP files"; a longer name is that of an event."""
_WEAK_WORDS = frozenset(
    (
        *("comment", "comments", "description", "descriptions", "settings", "adjustments"),
        *("notes", "memo", "memos", "voice", "audio", "live", "motion"),
    )
)
"""They tell it only where the name has nothing else: "Voice memos", but not "Live in Vienna"."""
_BESIDE_THEM = frozenset(("photo", "photos", "pictures", "images", "files", "of", "my"))
_WORD = re.compile(r"[^\W\d_]+")
_METADATA = frozenset(("xmp", "aae", "thm", "dop", "pp3", "cos", "nksc", "on1", "arp", "gpx"))
"""Extensions of files that are nothing without a photo."""
_LEVELS = 5
_MOST_SIBLINGS = 64
"""Most folders looked into; of more, those whose names tell that they hold such files."""
_MOST_ENTRIES = 50_000
_LASTS_AS_LONG = 10
"""Times its own duration that a look counts, so that looking never takes most of the time."""


@dataclass(frozen=True, slots=True)
class FolderApart:
    """A folder apart from one of photos that may hold what belongs to these.

    Attributes:
        path: The folder.
        names: Its files.
        is_for_that: True where its name tells that it is made for what belongs to photos.
    """

    path: str
    names: tuple[str, ...]
    is_for_that: bool

    def of_photos(self, is_named: Callable[[str], bool]) -> "FolderApart":
        """Leave what may belong to some photos.

        Args:
            is_named: Tells of a base of a folded name whether one of these photos has it.
        """
        if self.is_for_that:
            return self
        own = [name for name in self.names if any(map(is_named, bases_of(folded(name))))]
        if own and 2 * len(own) >= len(self.names):
            return self
        return replace(self, names=tuple(name for name in own if _is_metadata(folded(name))))


def _is_metadata(name: str) -> bool:
    """True for a name that tells that the file belongs to a photo."""
    is_of_photo = any(
        base != name and extension(base) in PHOTO_EXTENSIONS for base in bases_of(name)
    )
    return is_of_photo or extension(name) in _METADATA


_T = TypeVar("_T")


class _Seen(Generic[_T]):
    """Keeps what was seen of folders for a time: at least ten times as long as it took to look."""

    def __init__(self, lasts_s: float) -> None:
        self._lasts_s = lasts_s
        self._known: dict[str, tuple[float, _T]] = {}

    def of(self, path: str, look: Callable[[str], _T]) -> _T:
        """Return the result of a look at a folder, now or before."""
        began_s = time.monotonic()
        known = self._known.get(path)
        if known is None or began_s >= known[0]:
            seen = look(path)
            now_s = time.monotonic()
            lasts_s = max(self._lasts_s, _LASTS_AS_LONG * (now_s - began_s))
            known = self._known[path] = now_s + lasts_s, seen
        return known[1]


class SiblingFolders:
    """Remembers what lies apart from folders of photos. For one thread at a time.

    Attributes:
        spent_s: Seconds that looking took so far.
    """

    def __init__(self, lasts_s: float = math.inf) -> None:
        """Know nothing yet.

        Args:
            lasts_s: Seconds for which a look counts; at least ten times as long as it took.
        """
        self.spent_s = 0.0
        self._above = _Seen[tuple[tuple[str, ...], list[str]]](lasts_s)
        self._beside = _Seen[list[FolderApart]](lasts_s)
        self._in_trees = _Seen[list[FolderApart]](lasts_s)
        self._mount_points: frozenset[str] | None = None

    def of(self, folder: str) -> list[FolderApart]:
        """Give the folders that may hold what belongs to photos of a folder.

        Args:
            folder: Its absolute path. What is mounted beside it is not looked into: a drive that
                does not answer is none of its own.
        """
        began_s = time.monotonic()
        found = [*self._look(folder)]
        self.spent_s += time.monotonic() - began_s
        return found

    def _look(self, folder: str) -> Iterator[FolderApart]:
        above, within = os.path.split(folder)
        if not within or not _are_on_one_volume(folder, above):
            return
        for apart in self._beside.of(above, lambda _: [*self._look_beside(above, within)]):
            if not _is_same_folder(apart.path, folder):
                yield apart
        yield from self._in_trees.of(folder, lambda _: [*self._look_in_trees(folder)])

    def _look_beside(self, above: str, within: str) -> Iterator[FolderApart]:
        """The folder above, and the folders in it but for one of photos."""
        files, folders = self._above.of(above, self._listed)
        folders = [name for name in folders if folded(name) != folded(within)]
        if files:
            yield FolderApart(above, files, is_for_that=False)
        known = [name for name in folders if folded(name) in PROGRAMS]
        for one in companion_folders(above, known, _may_count):
            yield FolderApart(one.path, tuple(one.names), is_for_that=True)
        others = [name for name in folders if name not in known]
        called = [name for name in others if _is_called_so(name)]
        for name in others if len(others) <= _MOST_SIBLINGS else called:
            path = os.path.join(above, name)
            names, inner = self._listed(path, in_full=name in called)
            if names:
                yield FolderApart(path, names, is_for_that=name in called)
            for below in inner:
                # One that is called as another folder is the tree of that.
                is_tree = below in folders or below == within
                names = () if is_tree else self._listed(os.path.join(path, below))[0]
                if names:
                    yield FolderApart(os.path.join(path, below), names, is_for_that=True)

    def _look_in_trees(self, folder: str) -> Iterator[FolderApart]:
        """Folders in trees of one shape: "xmp/2019/sea" for "photos/2019/sea" or "2019/sea"."""
        below: list[str] = []
        for _ in range(_LEVELS):
            above, last = os.path.split(folder)
            if not last or not _are_on_one_volume(folder, above):
                return
            called = [
                name for name in self._above.of(above, self._listed)[1] if _is_called_so(name)
            ]
            for name in called:
                for within in ([last, *below], below):
                    path = os.path.join(above, name, *within)
                    names = self._listed(path)[0] if within and name != last else ()
                    if names:
                        yield FolderApart(path, names, is_for_that=True)
            folder, below = above, [last, *below]

    def _listed(self, path: str, *, in_full: bool = True) -> tuple[tuple[str, ...], list[str]]:
        """The files and the folders in a folder; no files where there is a photo among them.

        Args:
            path: The folder.
            in_full: False where the folders do not matter.
        """
        files: list[str] = []
        folders: list[str] = []
        holds_photo = False
        mounts = self._mounts()
        real = os.path.realpath(path) if mounts else path
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if os.path.join(real, entry.name) in mounts:
                        continue
                    if is_folder(entry):
                        if in_full and _may_be_entered(path, entry.name):
                            folders.append(entry.name)
                    elif extension(entry.name) in PHOTO_EXTENSIONS:
                        if not in_full:
                            return (), []
                        holds_photo = True
                    elif _may_count(entry.name):
                        files.append(entry.name)
                    if len(files) + len(folders) > _MOST_ENTRIES:
                        return (), []
        except OSError:
            return (), []
        return (() if holds_photo else tuple(files)), folders

    def _mounts(self) -> frozenset[str]:
        if self._mount_points is None:
            self._mount_points = frozenset(mount.mount_point for mount in connected_mounts())
        return self._mount_points


def _are_on_one_volume(folder: str, above: str) -> bool:
    try:
        return os.stat(folder).st_dev == os.stat(above).st_dev
    except OSError:
        return False


def _is_same_folder(path: str, other: str) -> bool:
    """True for a folder that is met by a link, too."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _is_called_so(name: str) -> bool:
    words = set(_WORD.findall(folded(name)))
    if words & _WEAK_WORDS and words <= _WORDS | _WEAK_WORDS | _BESIDE_THEM:
        return True
    return len(words) <= _MOST_WORDS and not _WORDS.isdisjoint(words)


def _may_be_entered(above: str, name: str) -> bool:
    if folded(name) in PROGRAMS:
        return True
    return folder_left_out(above, name, hidden=False) is None and program_of_folder(name) is None


def _may_count(name: str) -> bool:
    return file_left_out(name, hidden=True) is None
