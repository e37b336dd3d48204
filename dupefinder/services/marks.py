"""Decisions of a person, written down at once: marks, photos called different, roles of folders.

Only the program's own files are touched here: no drive that is away can delay it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dupefinder.actions.folder_roles import FolderRole, load_roles, roles_path, save_roles
from dupefinder.core.marks import Mark, MarkRow, MarkStore
from dupefinder.core.separated import NOTHING_SEPARATED, SeparatedPhotos, Separation

MarkKey = tuple[bytes, str, str]
"""The photo of a mark: digest of its content, volume, and path below its mount point."""


class KeptMarks:
    """The file of decisions, opened when it is first needed."""

    def __init__(self, decisions_path: Path | None, journal_path: Path) -> None:
        """Open nothing yet.

        Args:
            decisions_path: The file of decisions; None keeps them in memory.
            journal_path: The journal, beside which folders' roles are kept.
        """
        self._marks_path = decisions_path
        self._roles_path = roles_path(journal_path)
        self._store: MarkStore | None = None

    def load(self) -> list[MarkRow]:
        """Return all marks.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        return self._opened().marks()

    def keep_marks(self, changes: Mapping[MarkKey, Mark]) -> None:
        """Write marks down; `Mark.NONE` forgets one.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_marks(MarkRow(*key, mark) for key, mark in changes.items())

    def separations(self) -> list[Separation]:
        """Return all decisions that photos are different, the newest first.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        return self._opened().separations()

    def keep_separations(self, separations: Iterable[Separation]) -> None:
        """Write decisions down that photos are different.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_separations(separations)

    def forget_separations(self, separation_ids: Iterable[str]) -> int:
        """Take decisions back that photos are different: they may be duplicates again.

        Returns:
            How many of them there were.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        return self._opened().forget_separations(separation_ids)

    def keep_role(self, folder: str, role: str) -> None:
        """Write down what a folder is to others.

        Args:
            folder: The folder.
            role: A value of `FolderRole`.

        Raises:
            FolderRolesFault: The file of roles cannot be read or written.
        """
        roles = load_roles(self._roles_path).with_roles({folder: FolderRole(role)})
        save_roles(self._roles_path, roles)

    def close(self) -> None:
        """Close the file."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _opened(self) -> MarkStore:
        if self._store is None:
            self._store = MarkStore.open(self._marks_path)
        return self._store


def kept_separations(decisions_path: Path) -> SeparatedPhotos:
    """Return the photos that a person called different, as a file of decisions has them.

    Args:
        decisions_path: The file, which may not exist yet.

    Raises:
        DecisionsNotKept: They cannot be read: then nothing may be removed.
    """
    if not os.path.lexists(decisions_path):
        return NOTHING_SEPARATED
    with MarkStore.open(decisions_path) as store:
        return SeparatedPhotos(store.separations())
