"""The quarantine folder of a volume: its path, and how it is made."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from dupefinder.actions.backends.trusted_folder import (
    existing_folder,
    is_own,
    this_account,
    volume_top,
)
from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from dupefinder.core.scan.volumes import VolumeTable, mounted_volumes

NOTE_NAME = "READ ME.txt"
_NOTE = """\
What is in this folder
======================

Photos that dupefinder set aside, because another copy of each stays elsewhere. Nothing here is
ever deleted unless somebody asks for exactly that.

Each folder with a date holds what was set aside at that time, in the tree in which it lay, from
the top of the drive down. The file of the same name beside it, ending in .jsonl, is its list:
one line for each file, with its place here ("file"), where it was ("from"), its size and date,
its BLAKE3 digest, and the kept copy ("stays"). Any text editor opens it.

To bring photos back
--------------------

By hand: move a file from here to where its line says it came "from". Nothing else is needed.

With dupefinder, everything or a part:

    dupefinder restore "this folder"
    dupefinder restore "this folder" --only "a folder, or a file, as it was or as it is here"
    dupefinder restore "this folder" --to "another folder"

On another computer, or without the journal of the program, only the last of these works; named
after --to, the top of this drive is where everything came from.

To free the space
-----------------

    dupefinder holding empty "this folder"

tells what would be deleted for good; it reads every kept copy anew before it deletes.
"""


@dataclass(frozen=True, slots=True)
class QuarantineFolder:
    """A quarantine folder that is ready for use.

    Attributes:
        path: The folder.
        top: The folder that the trees in it count from: the top of its volume.
    """

    path: str
    top: str


def quarantine_folder_for(
    folder: str, volumes: VolumeTable, avoid: Collection[str] = ()
) -> QuarantineFolder:
    """Find the quarantine folder for the files of a folder; make it when it is missing.

    It is at the top of the volume or, where that cannot be written, in the highest writable folder
    above the files. On the volume of the home folder, it is in the home folder.

    Args:
        folder: The folder.
        volumes: The mount table.
        avoid: Quarantine folders that renaming cannot reach from there although they seem to be on
            its volume, which may be a union of several.

    Raises:
        OSError: None of these can be written.
    """
    real = os.path.realpath(folder)
    top = volume_top(real, volumes)
    refused: OSError | None = None
    for above in _candidates(real, top, volumes):
        try:
            path = _own_folder(os.path.join(above, QUARANTINE_FOLDER))
        except OSError as error:
            refused = refused or error
            continue
        if path in avoid:
            continue
        _write_note(path)
        return QuarantineFolder(path, top)
    raise refused or PermissionError(f"no folder above {folder} can be written")


def quarantine_folder_of(place: str) -> str:
    """The quarantine folder that a place lies in.

    Raises:
        ValueError: It lies in none.
    """
    folder = os.path.dirname(place)
    while not _is_name(os.path.basename(folder)):
        parent = os.path.dirname(folder)
        if parent == folder:
            raise ValueError(f"{place} lies in no quarantine folder")
        folder = parent
    return folder


def possible_quarantine_folders(places: Iterable[str]) -> list[str]:
    """Places where quarantine folders may be: at home, at the top of each volume, and elsewhere.

    Args:
        places: Places of set-aside files that a journal knows.
    """
    tops = [os.path.realpath(os.path.expanduser("~"))]
    for mount_points in mounted_volumes().values():
        tops += mount_points
    found = {quarantine_folder_of(place) for place in places}
    for top in tops:
        for name in (QUARANTINE_FOLDER, f"{QUARANTINE_FOLDER}-{this_account()}"):
            found.add(os.path.join(top, name))
    return sorted(found)


def _is_name(name: str) -> bool:
    return name == QUARANTINE_FOLDER or name.startswith(QUARANTINE_FOLDER + "-")


def _candidates(folder: str, top: str, volumes: VolumeTable) -> Iterator[str]:
    home = existing_folder(os.path.realpath(os.path.expanduser("~")))
    if volume_top(home, volumes) == top:
        yield home
    below = os.path.relpath(folder, top)
    yield top
    if below != os.curdir:
        for name in below.split(os.sep):
            top = os.path.join(top, name)
            yield top


def _own_folder(path: str) -> str:
    """Make a folder that only this account can use, or check an existing one.

    On Windows, only Python 3.12.4 and later closes it to others.

    Raises:
        OSError: It cannot be made, or is no folder, or another account's.
    """
    if not os.access(os.path.dirname(path), os.W_OK | os.X_OK):
        raise PermissionError(f"{os.path.dirname(path)} cannot be written")
    for name in (path, f"{path}-{this_account()}"):
        with suppress(FileExistsError):
            os.mkdir(name, 0o700)
        # A link could lead the files anywhere, and another account could exchange them.
        status = os.lstat(name)
        if stat.S_ISDIR(status.st_mode) and is_own(name, status):
            return name
    raise PermissionError(f"{path} belongs to another account")


def _write_note(quarantine: str) -> None:
    path = os.path.join(quarantine, NOTE_NAME)
    if os.path.lexists(path):
        return
    # The note is not essential.
    with suppress(OSError):
        try:
            with open(path, "x", encoding="utf-8") as file:
                file.write(_NOTE)
        except OSError:
            os.unlink(path)
            raise
