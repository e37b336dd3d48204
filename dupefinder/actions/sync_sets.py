"""Which folders a program keeps equal to others, elsewhere or here, told by what it leaves there.

All that one program synchronises counts as one copy: what is deleted in one place it deletes in
the others.
"""

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dupefinder.actions.protection import real_place

_MARKERS = (
    ("syncthing", (".stfolder", ".stversions")),
    ("resilio", (".sync",)),
    ("dropbox", (".dropbox", ".dropbox.cache")),
    ("google-drive", (".tmp.driveupload", ".tmp.drivedownload")),
    ("nextcloud", (".nextcloudsync.log", ".owncloudsync.log", ".sync_*.db", "._sync_*.db")),
    ("synology-drive", (".synologyworkingdirectory",)),
    ("onedrive", (".849c9593-d756-4e56-8d6e-42412f2a707b",)),
)
"""What programs leave in the folders that they synchronise, lower case."""

_NAMES = (
    ("onedrive", "onedrive"),
    ("onedrive", "onedrive - *"),
    ("icloud", "mobile documents"),
    ("icloud", "com~apple~clouddocs"),
    ("dropbox", "dropbox"),
    ("dropbox", "dropbox (*)"),
)
"""How programs call the folders that they make themselves, lower case."""


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

    def __init__(self) -> None:
        self._known: dict[str, SyncSet | None] = {}

    def of(self, path: str) -> SyncSet | None:
        """The set that a file belongs to; None without one.

        Args:
            path: The file; where a link leads to its folder, that counts.
        """
        passed = []
        folder = os.path.dirname(real_place(path))
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
        names = [name.lower() for name in os.listdir(folder)]
    except (OSError, ValueError):
        return None
    dotted = [name for name in names if name.startswith(".")]
    for program, patterns in _MARKERS:
        if any(fnmatchcase(name, pattern) for pattern in patterns for name in dotted):
            return program
    return None
