"""The folders beside photos in which programs keep what belongs to them.

Known programs use folders with fixed names. Other folders count if they hold no photo; a folder
with photos holds companions of those. Previews and thumbnails, which programs make anew, are
ignored.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.scan.left_out import folder_left_out
from dupefinder.core.scan.managed_folders import program_of_folder
from dupefinder.core.scan.same_file import folded
from dupefinder.core.scan.walked_folder import is_link

PROGRAMS = frozenset(
    (
        "captureone",  # Capture One: Settings153/IMG_1.jpg.cos
        "nksc_param",  # Nikon: IMG_1.JPG.nksc
        ".comments",  # gThumb: IMG_1.jpg.xml
        ".metadata",  # Geeqie: IMG_1.jpg.meta
        "silkypix_ds",  # SILKYPIX: IMG_1.jpg.10.spd
        "exposure software",  # Exposure X7/IMG_1.jpg.exposurex7
        "alien skin",  # the same before
        ".photoprism",  # PhotoPrism: IMG_1.yml
        ".picasaoriginals",
    )
)
"""Names of their folders, folded."""
_ORIGINALS = frozenset((".picasaoriginals",))
"""Hidden folders with originals of edited photos, which no scan meets."""
_MADE_ANEW = ("cache", "thumbnail", "preview", "prox")
"""Name beginnings of such programs' folders that are made anew from the photos."""
_PACKAGE = re.compile(r".+\.[A-Za-z][A-Za-z0-9]{0,15}", re.DOTALL)
_DEPTH = 3
_DEPTH_UNKNOWN = 3
_MOST_FOLDERS = 1_000
_MOST_ENTRIES = 200_000
"""Entries after which the rest of a tree is ignored: no program keeps so many beside photos."""


@dataclass(frozen=True, slots=True)
class CompanionFolder:
    """A folder that may hold companions of the photos beside it.

    Attributes:
        path: The folder.
        names: Its wanted files.
        holds_originals: True where its photos are originals of edited photos.
    """

    path: str
    names: list[str]
    holds_originals: bool


def companion_folders(
    parent: str, names: Iterable[str], is_wanted: Callable[[str], bool]
) -> Iterator[CompanionFolder]:
    """List the folders within a folder of photos that may hold companions.

    Args:
        parent: The folder of photos.
        names: The folders in it; links are none.
        is_wanted: True for the names of wanted files.

    Raises:
        OSError: The folder of a known program cannot be listed; others are ignored.
    """
    waiting: deque[tuple[str, int, bool, bool]] = deque()

    def add(above: str, name: str, depth: int, *, known: bool, originals: bool) -> None:
        key = folded(name)
        if known and key.startswith(_MADE_ANEW):
            return
        if folder_left_out(above, name, hidden=True) is None and program_of_folder(name) is None:
            is_known = known or key in PROGRAMS
            one = (os.path.join(above, name), depth, is_known, originals or key in _ORIGINALS)
            # Known folders come first: the limits are for the others.
            (waiting.appendleft if is_known else waiting.append)(one)

    for name in names:
        add(parent, name, 1, known=False, originals=False)
    folders_left, entries_left = _MOST_FOLDERS, _MOST_ENTRIES
    while waiting and folders_left > 0 and entries_left > 0:
        path, depth, known, originals = waiting.popleft()
        folders_left -= 1
        files: list[str] = []
        inner: list[str] = []
        try:
            for entry in _entries(path, holds_no_photo=not known):
                entries_left -= 1
                if is_folder(entry):
                    inner.append(entry.name)
                elif is_wanted(entry.name):
                    files.append(entry.name)
        except OSError:
            if known:
                raise
            continue
        yield CompanionFolder(path, files, originals)
        if depth < (_DEPTH if known else _DEPTH_UNKNOWN):
            for name in inner:
                add(path, name, depth + 1, known=known, originals=originals)


def _entries(path: str, *, holds_no_photo: bool) -> list[os.DirEntry[str]]:
    """The entries of a folder; none where there are too many, or a photo where none is to be."""
    found: list[os.DirEntry[str]] = []
    with os.scandir(path) as entries:
        for entry in entries:
            is_photo = extension(entry.name) in PHOTO_EXTENSIONS
            if (holds_no_photo and is_photo and not is_folder(entry)) or len(found) > _MOST_ENTRIES:
                return []
            found.append(entry)
    return found


def is_package(name: str) -> bool:
    """True for the name of a folder that may be one document of a program: it has an extension."""
    return _PACKAGE.fullmatch(name) is not None and program_of_folder(name) is None


def is_folder(entry: os.DirEntry[str]) -> bool:
    """True for a folder; a link to one is none."""
    try:
        return entry.is_dir(follow_symlinks=False) and not is_link(entry)
    except OSError:
        return False
