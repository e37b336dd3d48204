"""Folders that a program keeps equal to others, told by the files that it leaves there.

All that one program synchronises counts as one copy: what is deleted in one place it deletes in
the others.
"""

import os
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dupefinder.actions.places import RealPlaces

_MARKERS = (
    ("syncthing", (".stfolder", ".stversions")),
    ("resilio", (".sync",)),
    ("dropbox", (".dropbox", ".dropbox.cache")),
    ("google-drive", (".tmp.driveupload", ".tmp.drivedownload")),
    ("nextcloud", (".nextcloudsync.log", ".owncloudsync.log")),
    ("synology-drive", (".synologyworkingdirectory",)),
    ("onedrive", (".849c9593-d756-4e56-8d6e-42412f2a707b",)),
    ("freefilesync", (".sync.ffs_db", "sync.ffs_db")),
    ("goodsync", ("_gsdata_",)),
)
"""Names that programs leave in the folders that they synchronise, lower case."""

_DATABASE = re.compile(r"\._?sync_[0-9a-f]+\.db")
"""The same of Nextcloud and ownCloud, whose name is another one for each folder."""

_NAMES = (
    ("onedrive", "onedrive"),
    ("onedrive", "onedrive - *"),
    ("icloud", "mobile documents"),
    ("icloud", "com~apple~clouddocs"),
    ("dropbox", "dropbox"),
    ("dropbox", "dropbox (*)"),
)
"""Names of folders that such programs make themselves, lower case."""


@dataclass(frozen=True, slots=True)
class SyncSet:
    """A folder that a program synchronises.

    Attributes:
        program: Code of the program.
        root: The folder.
    """

    program: str
    root: str


class SyncSets:
    """Looks folders up, each once."""

    def __init__(self, places: RealPlaces | None = None) -> None:
        """Know no folder yet.

        Args:
            places: Of the files that are asked for; looked up when None.
        """
        self._places = places or RealPlaces()
        self._known: dict[str, SyncSet | None] = {}

    def of(self, path: str) -> SyncSet | None:
        """The set that a file belongs to; None without one.

        Args:
            path: The file; where a link leads to its folder, that counts.
        """
        passed = []
        folder = os.path.dirname(self._places.of(path).path)
        while folder not in self._known:
            passed.append(folder)
            program = _program_of(folder)
            parent = os.path.dirname(folder)
            if program is not None or parent == folder:
                found = None if program is None else SyncSet(program, folder)
                break
            folder = parent
        else:
            found = self._known[folder]
        self._known.update(dict.fromkeys(passed, found))
        return found


def _program_of(folder: str) -> str | None:
    name = os.path.basename(folder).lower()
    for program, pattern in _NAMES:
        if fnmatchcase(name, pattern):
            return program
    try:
        names = {name.lower() for name in os.listdir(folder)}
    except (OSError, ValueError):
        return None
    for program, markers in _MARKERS:
        if not names.isdisjoint(markers):
            return program
    if any(_DATABASE.fullmatch(name) for name in names):
        return "nextcloud"
    return None
