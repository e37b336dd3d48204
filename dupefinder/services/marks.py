"""Decisions of a person, stored at once: marks, photos called different, roles of folders.

Only the program's own files are used, so that no disconnected drive can delay this.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dupefinder.actions.folder_roles import FolderRole, load_roles, roles_path, save_roles
from dupefinder.core.decisions.marks import Mark, MarkKey, MarkRow, MarkStore
from dupefinder.core.decisions.separated import NOTHING_SEPARATED, SeparatedPhotos, Separation
from dupefinder.core.errors import DupeFinderError


@dataclass(frozen=True, slots=True)
class ListedSeparation:
    """A decision that photos are different, with the contents of their thumbnails.

    Attributes:
        separation: The decision.
        content_ids: Content ids by digest, for photos in the catalog.
    """

    separation: Separation
    content_ids: Mapping[bytes, int]


class KeptMarks:
    """The file of decisions, opened on demand."""

    def __init__(self, decisions_path: Path | None, journal_path: Path) -> None:
        """Open nothing yet.

        Args:
            decisions_path: The file of decisions; None keeps them in memory.
            journal_path: The journal; the roles of folders are stored beside it.
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
        """Store marks; `Mark.NONE` removes one.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_marks(MarkRow(*key, mark) for key, mark in changes.items())

    def keep_used_up(self, begun_ns: int, photos: Mapping[str, MarkKey]) -> None:
        """Store the photos that an action removed because they were marked.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_used_up(begun_ns, photos)

    def take_used_up(self, begun_ns: int, paths: Collection[str]) -> list[MarkKey]:
        """Return photos of `keep_used_up` that an undone action brought back, and forget them.

        Raises:
            DecisionsNotKept: See `MarkStore.take_used_up`.
        """
        return self._opened().take_used_up(begun_ns, paths)

    def separations(self) -> list[Separation]:
        """Return all decisions that photos are different, the newest first.

        Raises:
            DecisionsNotKept: See `MarkStore.open`.
        """
        return self._opened().separations()

    def listed_separations(self, catalog_path: Path) -> list[ListedSeparation]:
        """List the separations with the contents of their photos, for thumbnails.

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

            # Without the catalog there are no pictures, only names.
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
        """Store decisions that photos are different.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        self._opened().keep_separations(separations)

    def forget_separations(self, separation_ids: Iterable[str]) -> int:
        """Take back decisions that photos are different: they may be duplicates again.

        Returns:
            Number of decisions taken back.

        Raises:
            DecisionsNotKept: The disk is full, for example.
        """
        return self._opened().forget_separations(separation_ids)

    def keep_role(self, folder: str, role: str) -> None:
        """Store the role of a folder.

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
    """Read the photos that a person called different from a file of decisions.

    Args:
        decisions_path: The file, which may not exist yet.

    Raises:
        DecisionsNotRead: They cannot be read: then nothing may be removed.
    """
    if not os.path.lexists(decisions_path):
        return NOTHING_SEPARATED
    with MarkStore.open(decisions_path) as store:
        return SeparatedPhotos(store.separations())
