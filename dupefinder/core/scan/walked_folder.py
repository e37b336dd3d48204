"""A folder on a walk: where it is, what protects it, and what is above it."""

import os
import stat
import sys
from dataclasses import dataclass
from typing import TypeAlias

from dupefinder.core.records import Role
from dupefinder.core.scan.managed_folders import ManagedFolder, ManagingProgram, program_above
from dupefinder.core.scan.scan_roots import Chosen, ChosenFolders

Ancestors: TypeAlias = tuple[int, int, str, "Ancestors"] | None
"""Device, inode and path of a folder, and those above it."""


@dataclass(slots=True)
class WalkedFolder:
    """A folder that waits to be listed, or is being listed.

    Attributes:
        path: Its path as reached.
        real_path: Its path with links resolved.
        relative: Its path below the chosen folder; empty for that one itself.
        protected: True when its files must not be proposed for removal.
        chosen: The chosen folder, where a walk begins.
        program: The program that manages it.
        managed_path: Real path at which the folder of that program begins.
        above: The folders between it and the beginning of the walk.
    """

    path: str
    real_path: str
    relative: str
    protected: bool
    chosen: Chosen | None = None
    program: ManagingProgram | None = None
    managed_path: str = ""
    above: Ancestors = None


class ManagedFolders:
    """The folders of other programs that a walk meets.

    Attributes:
        by_path: The folders that were met.
    """

    def __init__(self, chosen: ChosenFolders) -> None:
        self.by_path: dict[str, ManagedFolder] = {}
        self._chosen = chosen

    def heed_owner_above(self, folder: WalkedFolder) -> None:
        """Protect a folder, or a file, inside a folder that a program owns."""
        owner = program_above(folder.real_path)
        if owner is None:
            return
        path, program = owner
        folder.managed_path, folder.program = owner
        protected = self._chosen.role_at(path) is not Role.SCAN
        folder.protected = folder.protected or protected
        self.by_path.setdefault(path, ManagedFolder(path, program.code, protected))

    def heed_program(self, folder: WalkedFolder, program: ManagingProgram) -> None:
        """Protect a folder that a program manages, unless it was chosen to be scanned."""
        was_chosen = folder.chosen is not None and folder.chosen.role is Role.SCAN
        folder.protected = folder.protected or not was_chosen
        self.by_path[folder.path] = ManagedFolder(folder.path, program.code, folder.protected)
        if folder.program is None or program.owns_layout:
            folder.program = program
            folder.managed_path = folder.real_path


def is_link(entry: os.DirEntry[str]) -> bool:
    """True for a symbolic link, and for what Windows calls a junction."""
    if entry.is_symlink():
        return True
    if sys.platform == "win32":
        tag = entry.stat(follow_symlinks=False).st_reparse_tag
        # A volume mounted in a folder bears the same tag, but is no second way to anything.
        return tag == stat.IO_REPARSE_TAG_MOUNT_POINT and not os.readlink(entry.path).startswith(
            "\\\\?\\Volume{"
        )
    return False


def is_loop(folder: WalkedFolder, device: int, inode: int) -> bool:
    """True when a folder is one of those above it.

    Equal numbers alone do not prove it: some network and FUSE systems number all folders alike.

    Args:
        folder: The folder.
        device: Its `st_dev`.
        inode: Its `st_ino`.
    """
    above = folder.above if inode else None
    while above is not None:
        if above[:2] == (device, inode) and set(os.listdir(above[2])) == set(
            os.listdir(folder.path)
        ):
            return True
        above = above[3]
    return False
