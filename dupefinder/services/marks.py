"""Decisions of a person, written down at once: marks, groups dismissed, roles of folders.

Only the program's own files are touched here: no drive that is away can delay it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dupefinder.actions.folder_roles import FolderRole, load_roles, roles_path, save_roles
from dupefinder.core.marks import Mark, MarkRow, MarkStore

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

    def load(self) -> tuple[list[MarkRow], set[str]]:
        """Return all marks, and the ids of the groups that are no duplicates.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        store = self._opened()
        return store.marks(), store.dismissed()

    def keep_marks(self, changes: Mapping[MarkKey, Mark]) -> None:
        """Write marks down; `Mark.NONE` forgets one.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_marks(MarkRow(*key, mark) for key, mark in changes.items())

    def keep_dismissed(self, group_ids: Iterable[str], *, dismissed: bool) -> None:
        """Write down which groups are no duplicates.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_dismissed(group_ids, dismissed=dismissed)

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
