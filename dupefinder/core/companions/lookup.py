"""Belongings of photos beside their content: companions, and notes of a person on the file itself.

The rules use them to choose which of two equal copies stays.
"""

import math
import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self, TypedDict

from blake3 import blake3

from dupefinder.core.companions import FolderCompanions
from dupefinder.core.companions.attributes_beside import AttributeFolders
from dupefinder.core.companions.names import is_raw_name
from dupefinder.core.companions.personal_attributes import personal_attributes
from dupefinder.core.companions.records import Companion
from dupefinder.core.companions.sibling_folders import SiblingFolders
from dupefinder.core.companions.small_file import open_plain_file, read_small_file
from dupefinder.core.errors import tells_absence
from dupefinder.core.job import ask_drives
from dupefinder.core.picture_names import OTHER_EXTENSIONS, extension
from dupefinder.core.rules.candidate import NO_BELONGING, Belonging, FileBeside
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign

MOST_READ_BYTES = 64 << 10
"""Sidecars are smaller, as a rule, and films are larger: those are read only where two have one
size."""
_MOST_COMPARED_BYTES = 64 << 20
"""Larger files of one size, and RAW files, are compared in places all over the file. Before a copy
goes, they are compared in full."""
_PLACES, _PLACE_BYTES = 64, 16 << 10


class CompanionLookup:
    """Belongings of photos, each looked up once.

    For a folder that cannot be listed, no companions are known; the preflight looks again.
    """

    def __init__(self) -> None:
        self._found: dict[str, Belonging] = {}
        self._read: dict[str, _Content] = {}

    def look_at(
        self, groups: Iterable[Sequence[str]], checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """Look up photos that were not looked up before; each folder is listed once.

        Drives that do not answer are not waited for: nothing is known of their photos.

        Args:
            groups: Photos that may be copies of one another. Large companions of equal size are
                read.
            checkpoint: See `ask_drives`.

        Raises:
            Cancelled: The job was cancelled.
        """
        groups = [*groups]
        names: dict[str, dict[str, str]] = {}
        for path in (path for group in groups for path in group):
            if path not in self._found:
                folder, name = os.path.split(path)
                names.setdefault(folder, {})[name] = path
        if groups:
            ask_drives(
                lambda: self._look(names, groups),
                lambda: (len(self._found), len(self._read)),
                checkpoint,
            )

    def _look(
        self, names: Mapping[str, Mapping[str, str]], groups: Iterable[Sequence[str]]
    ) -> None:
        """Look at photos, given as paths by name by folder."""
        siblings = SiblingFolders()
        for folder, photos in names.items():
            try:
                listed = FolderCompanions(folder, photos, siblings=siblings)
            except (OSError, ValueError):
                listed = None
            has_dot_names = listed is None or listed.has_dot_names
            beside = AttributeFolders.there(folder, has_dot_names=has_dot_names)
            for name, path in photos.items():
                companions = () if listed is None else tuple(map(_beside, listed.of(name)))
                attributes = personal_attributes(path, beside)
                # Few of thousands of photos have any.
                has_any = companions or attributes
                self._found[path] = Belonging(companions, attributes) if has_any else NO_BELONGING
        for group in groups:
            self._read_large(group)

    def _read_large(self, group: Sequence[str]) -> None:
        """Read large companions of copies with equal sizes, to tell whether they are equal."""
        large: dict[tuple[str, int | None], set[str]] = {}
        for one in (one for path in group for one in self.of(path).companions if _is_large(one)):
            large.setdefault((one.kind, one.size_bytes), set()).add(one.path)
        wanted = {path for paths in large.values() if len(paths) > 1 for path in paths}
        for path in wanted - self._read.keys():
            self._read[path] = _read(path)
        for path in group if wanted else ():
            known = self.of(path)
            read = (
                replace(one, **self._read[one.path]) if one.path in wanted else one
                for one in known.companions
            )
            self._found[path] = replace(known, companions=tuple(read))

    def without(self, folders: Collection[str]) -> Self:
        """Make a copy that does not know the photos of some folders."""
        left = type(self)()
        left._found = {
            path: found
            for path, found in self._found.items()
            if os.path.dirname(path) not in folders
        }
        return left

    def of(self, path: str) -> Belonging:
        """The companions of a photo that was looked up."""
        return self._found.get(path, NO_BELONGING)


def _beside(companion: Companion) -> FileBeside:
    size_bytes = identity = None
    with suppress(OSError, ValueError):
        status = os.lstat(companion.path)
        if stat.S_ISREG(status.st_mode):
            size_bytes = status.st_size
            if status.st_nlink == 1 and status.st_ino:
                identity = status.st_dev, status.st_ino
    one = FileBeside(
        companion.kind.value,
        companion.path,
        size_bytes,
        is_left=not companion.goes_along,
        says=companion.says,
        attributes=personal_attributes(companion.path),
        identity=identity,
    )
    is_small = size_bytes is not None and size_bytes <= MOST_READ_BYTES
    return replace(one, **_read(one.path)) if is_small else one


def _is_large(one: FileBeside) -> bool:
    """True for files that are read only where another one has their size."""
    return one.size_bytes is not None and one.digest is None


class _Content(TypedDict, total=False):
    """The attributes of a `FileBeside` that need reading."""

    size_bytes: int | None
    digest: bytes


def _read(path: str) -> _Content:
    """The digest of a file; of one that cannot be read, or only by a download, that it has no size.

    Nothing equals such a file.
    """
    try:
        status = os.lstat(path)
        if recall_sign(status):
            return {"size_bytes": None}
        if has_no_blocks(status):
            return {}  # which some drives report for all files
        if is_raw_name(path) or status.st_size > _MOST_COMPARED_BYTES:
            return {"digest": _digest_of_places(path)}
        return {"digest": blake3(read_small_file(path, _MOST_COMPARED_BYTES)).digest()}
    except (OSError, ValueError):
        return {"size_bytes": None}


def _digest_of_places(path: str) -> bytes:
    digest = blake3()
    with open_plain_file(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        for number in range(_PLACES):
            file.seek(max(size_bytes - _PLACE_BYTES, 0) * number // (_PLACES - 1))
            digest.update(file.read(_PLACE_BYTES))
    return digest.digest()


class ListedFolders:
    """Remembers the listings of folders. For one thread at a time."""

    def __init__(self, photos: Iterable[str] = (), lasts_s: float = math.inf) -> None:
        """Begin without listings.

        Args:
            photos: Paths that are photos, whatever else they look like.
            lasts_s: Seconds for which a listing is valid, or as long as it took if that is longer,
                so that listing large folders never takes most of the time.
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
        if isinstance(listed, OSError) and not tells_absence(listed, folder):
            raise listed
        return found

    def _list(self, folder: str) -> FolderCompanions | OSError:
        try:
            return FolderCompanions(folder, self._photos.get(folder, ()), siblings=self._siblings)
        except ValueError as error:
            return OSError(str(error))
        except OSError as error:
            return error
