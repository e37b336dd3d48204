"""Sibling folders that hold the companions of a folder's photos.

People and programs also keep sidecars outside the folder: "Sidecars/IMG_1.xmp" beside
"Photos/IMG_1.jpg", in a tree of the same shape, or in the folder above. Such a folder holds no
photo. All its files count where its name, or that of a program, says that it is for companions, or
where most of them belong to photos of the folder. Elsewhere a file counts only if its name shows
that it is metadata, or names its photo.
"""

import math
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from dupefinder.core.companions.folders_beside import PROGRAMS, companion_folders, is_folder
from dupefinder.core.companions.names import bases_of
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.scan.left_out import file_left_out, folder_left_out
from dupefinder.core.scan.managed_folders import program_of_folder
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
"""Most words of such a name, for example "my XMP files"; a longer name is that of an event."""
_WEAK_WORDS = frozenset(
    (
        *("comment", "comments", "description", "descriptions", "settings", "adjustments"),
        *("notes", "memo", "memos", "voice", "audio", "live", "motion"),
    )
)
"""Count only in names that have no other words: "Voice memos", but not "Live in Vienna"."""
_FILLER_WORDS = frozenset(("photo", "photos", "pictures", "images", "files", "of", "my"))
_WORD = re.compile(r"[^\W\d_]+")
_METADATA = frozenset(("xmp", "aae", "thm", "dop", "pp3", "cos", "nksc", "on1", "arp", "gpx"))
"""Extensions of files that are useless without their photo."""
_LEVELS = 5
_MOST_SIBLINGS = 64
"""Most folders looked into; where there are more, only those with such words in their names."""
_MOST_ENTRIES = 50_000
_LASTS_AS_LONG = 10
"""Least validity of a look as a multiple of its duration, so that looking stays cheap."""


@dataclass(frozen=True, slots=True)
class SiblingFolder:
    """A folder that may hold companions of the photos in another folder.

    Attributes:
        path: The folder.
        names: The names of its files.
        is_for_companions: True where its name says that it is for files that belong to photos.
    """

    path: str
    names: tuple[str, ...]
    is_for_companions: bool

    def of_photos(self, is_named: Callable[[str], bool]) -> "SiblingFolder":
        """Keep only the files that may belong to some photos.

        Args:
            is_named: True for the base of a folded name that one of these photos has.
        """
        if self.is_for_companions:
            return self
        own = [name for name in self.names if any(map(is_named, bases_of(folded(name))))]
        if own and 2 * len(own) >= len(self.names):
            return self
        return replace(self, names=tuple(name for name in own if _is_metadata(folded(name))))


def _is_metadata(name: str) -> bool:
    """True for a name that shows that the file belongs to a photo."""
    is_of_photo = any(
        base != name and extension(base) in PHOTO_EXTENSIONS for base in bases_of(name)
    )
    return is_of_photo or extension(name) in _METADATA


_T = TypeVar("_T")


class _Seen(Generic[_T]):
    """Remembers the contents of folders for at least ten times as long as it took to look."""

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
    """Finds sibling folders of folders of photos, and remembers them. For one thread at a time.

    Attributes:
        spent_s: Seconds spent on looking so far.
    """

    def __init__(self, lasts_s: float = math.inf) -> None:
        """Know nothing yet.

        Args:
            lasts_s: Seconds for which a look is valid; at least ten times as long as it took.
        """
        self.spent_s = 0.0
        self._above = _Seen[tuple[tuple[str, ...], list[str]]](lasts_s)
        self._beside = _Seen[list[SiblingFolder]](lasts_s)
        self._in_trees = _Seen[list[SiblingFolder]](lasts_s)
        self._mount_points: frozenset[str] | None = None

    def of(self, folder: str) -> list[SiblingFolder]:
        """Find the folders that may hold companions of the photos in a folder.

        Args:
            folder: Its absolute path. Drives mounted beside it are not looked into, as they may
                not answer.
        """
        began_s = time.monotonic()
        found = [*self._look(folder)]
        self.spent_s += time.monotonic() - began_s
        return found

    def _look(self, folder: str) -> Iterator[SiblingFolder]:
        above, within = os.path.split(folder)
        if not within or not _are_on_one_volume(folder, above):
            return
        for apart in self._beside.of(above, lambda _: [*self._look_beside(above, within)]):
            if not _is_same_folder(apart.path, folder):
                yield apart
        yield from self._in_trees.of(folder, lambda _: [*self._look_in_trees(folder)])

    def _look_beside(self, above: str, within: str) -> Iterator[SiblingFolder]:
        """Look at the parent folder, and at the other folders in it."""
        files, folders = self._above.of(above, self._listed)
        folders = [name for name in folders if folded(name) != folded(within)]
        if files:
            yield SiblingFolder(above, files, is_for_companions=False)
        known = [name for name in folders if folded(name) in PROGRAMS]
        for one in companion_folders(above, known, _is_listed):
            yield SiblingFolder(one.path, tuple(one.names), is_for_companions=True)
        others = [name for name in folders if name not in known]
        called = [name for name in others if _is_named_for_companions(name)]
        for name in others if len(others) <= _MOST_SIBLINGS else called:
            path = os.path.join(above, name)
            names, inner = self._listed(path, in_full=name in called)
            if names:
                yield SiblingFolder(path, names, is_for_companions=name in called)
            for below in inner:
                # A folder with the name of another folder is the tree for that one.
                is_tree = below in folders or below == within
                names = () if is_tree else self._listed(os.path.join(path, below))[0]
                if names:
                    yield SiblingFolder(os.path.join(path, below), names, is_for_companions=True)

    def _look_in_trees(self, folder: str) -> Iterator[SiblingFolder]:
        """Folders in trees of one shape: "xmp/2019/sea" for "photos/2019/sea" or "2019/sea"."""
        below: list[str] = []
        for _ in range(_LEVELS):
            above, last = os.path.split(folder)
            if not last or not _are_on_one_volume(folder, above):
                return
            called = [
                name
                for name in self._above.of(above, self._listed)[1]
                if _is_named_for_companions(name)
            ]
            for name in called:
                for within in ([last, *below], below):
                    path = os.path.join(above, name, *within)
                    names = self._listed(path)[0] if within and name != last else ()
                    if names:
                        yield SiblingFolder(path, names, is_for_companions=True)
            folder, below = above, [last, *below]

    def _listed(self, path: str, *, in_full: bool = True) -> tuple[tuple[str, ...], list[str]]:
        """List the files and folders in a folder; no files if a photo is among them.

        Args:
            path: The folder.
            in_full: False where the folders do not matter.
        """
        mounts = self._mounts()
        real = os.path.realpath(path) if mounts else path
        try:
            with os.scandir(path) as entries:
                return _files_and_folders(
                    (entry for entry in entries if os.path.join(real, entry.name) not in mounts),
                    path,
                    in_full=in_full,
                )
        except OSError:
            return (), []

    def _mounts(self) -> frozenset[str]:
        if self._mount_points is None:
            self._mount_points = frozenset(mount.mount_point for mount in connected_mounts())
        return self._mount_points


def _files_and_folders(
    entries: Iterable[os.DirEntry[str]], path: str, *, in_full: bool
) -> tuple[tuple[str, ...], list[str]]:
    files: list[str] = []
    folders: list[str] = []
    holds_photo = False
    for entry in entries:
        if is_folder(entry):
            if in_full and _may_be_entered(path, entry.name):
                folders.append(entry.name)
        elif extension(entry.name) in PHOTO_EXTENSIONS:
            if not in_full:
                return (), []
            holds_photo = True
        elif _is_listed(entry.name):
            files.append(entry.name)
        if len(files) + len(folders) > _MOST_ENTRIES:
            return (), []
    return (() if holds_photo else tuple(files)), folders


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


def _is_named_for_companions(name: str) -> bool:
    words = set(_WORD.findall(folded(name)))
    if words & _WEAK_WORDS and words <= _WORDS | _WEAK_WORDS | _FILLER_WORDS:
        return True
    return len(words) <= _MOST_WORDS and not _WORDS.isdisjoint(words)


def _may_be_entered(above: str, name: str) -> bool:
    if folded(name) in PROGRAMS:
        return True
    return folder_left_out(above, name, hidden=False) is None and program_of_folder(name) is None


def _is_listed(name: str) -> bool:
    return file_left_out(name, hidden=True) is None
