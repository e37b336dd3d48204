"""Decisions of a person, written down at once: marks, photos called different, roles of folders.

Only the program's own files are touched here: no drive that is away can delay it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dupefinder.actions.folder_roles import FolderRole, load_roles, roles_path, save_roles
from dupefinder.core.errors import DupeFinderError
from dupefinder.core.marks import Mark, MarkKey, MarkRow, MarkStore
from dupefinder.core.separated import NOTHING_SEPARATED, SeparatedPhotos, Separation


@dataclass(frozen=True, slots=True)
class ListedSeparation:
    """A decision that photos are different, and where their small pictures are.

    Attributes:
        separation: The decision.
        content_ids: Contents of the catalog by digest, of the photos that it knows.
    """

    separation: Separation
    content_ids: Mapping[bytes, int]


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

    def keep_used_up(self, action_id: int, photos: Mapping[str, MarkKey]) -> None:
        """Remember which photos an action removed because they were marked.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_used_up(action_id, photos)

    def take_used_up(self, action_id: int, paths: Collection[str]) -> list[MarkKey]:
        """Return photos that an undone action brought back, and forget them.

        Raises:
            DecisionsNotKept: See `MarkStore.take_used_up`.
        """
        return self._opened().take_used_up(action_id, paths)

    def separations(self) -> list[Separation]:
        """Return all decisions that photos are different, the newest first.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        return self._opened().separations()

    def listed_separations(self, catalog_path: Path) -> list[ListedSeparation]:
        """Return all decisions that photos are different, to be shown, the newest first.

        Args:
            catalog_path: The catalog, which is only read.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        separations = self.separations()
        digests = {photo.keys.digest for one in separations for photo in one.photos}
        ids: dict[bytes, int] = {}
        if digests and catalog_path.exists():
            from dupefinder.core.catalog import Catalog

            # Without the catalog there are no pictures, and the names will do.
            with suppress(DupeFinderError), Catalog.open_to_read(catalog_path) as catalog:
                ids = catalog.content_ids(list(digests))
        return [
            ListedSeparation(
                one,
                {
                    photo.keys.digest: ids[photo.keys.digest]
                    for photo in one.photos
                    if photo.keys.digest in ids
                },
            )
            for one in separations
        ]

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
        DecisionsNotRead: They cannot be read: then nothing may be removed.
    """
    if not os.path.lexists(decisions_path):
        return NOTHING_SEPARATED
    with MarkStore.open(decisions_path) as store:
        return SeparatedPhotos(store.separations())
