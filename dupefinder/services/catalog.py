"""The catalog in use: opened on demand, cleaned of missing files, erased."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from dupefinder.core.errors import is_gone
from dupefinder.core.scan.volumes import mounted_volumes

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog
    from dupefinder.core.decisions.marks import MarkStore
    from dupefinder.core.decisions.separated import SeparatedPhotos
    from dupefinder.core.records import Role
    from dupefinder.core.scan.options import FolderChoice

Answer = TypeVar("Answer")


class OpenCatalog:
    """A catalog shared by several sessions of one thread; a context manager that closes it."""

    def __init__(
        self, path: Path | None, *, to_read: bool = False, decisions_path: Path | None = None
    ) -> None:
        """Open nothing yet.

        Args:
            path: The catalog's file; None keeps it in memory.
            to_read: True to open it read-only, even if another program has it open.
            decisions_path: The file of decisions, see `own_decisions_path`; None for none.
        """
        self._path = path
        self._decisions_path = decisions_path
        self._protected_so_far: set[str] = set()
        self._is_to_read = to_read
        self._catalog: Catalog | None = None
        self._separated: tuple[object, SeparatedPhotos] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self) -> Catalog:
        """Return the catalog, opening it if needed, also again after an earlier fault.

        Raises:
            DupeFinderError: See `Catalog.open`.
        """
        if self._catalog is None:
            from dupefinder.core.catalog import Catalog

            if self._is_to_read and self._path is not None:
                self._catalog = Catalog.open_to_read(self._path)
            else:
                self._catalog = Catalog.open(self._path)
        return self._catalog

    @contextmanager
    def decisions(self) -> Iterator[MarkStore]:
        """Open the person's decisions for a moment.

        Where they cannot be read, the store is empty. Nothing is removed then, see
        `RemovalSession.carry_out`; the fault is reported elsewhere.
        """
        from dupefinder.core.decisions.marks import MarkStore
        from dupefinder.core.errors import DecisionsNotKept

        path = self._decisions_path
        try:
            store = MarkStore.open(path if path is not None and path.exists() else None)
        except (DecisionsNotKept, OSError):
            store = MarkStore.open(None)
        try:
            store.separations()
        except DecisionsNotKept:
            store.close()
            store = MarkStore.open(None)
        with store:
            yield store

    def keep_protection(self, folders: Sequence[FolderChoice]) -> None:
        """Remember the folders that a scan protects, whatever is scanned elsewhere later.

        A scan of a folder, of a part of it or of a folder above it that does not protect it takes
        that back. Where this cannot be stored, the scan's own results still say it.

        Args:
            folders: The folders of the scan.
        """
        from dupefinder.actions.real_places import is_below
        from dupefinder.core.records import Role

        scanned = _real_paths(folders, Role.SCAN)
        self._change_protection(
            _real_paths(folders, Role.PROTECTED),
            lambda folder: any(is_below(folder, one) or is_below(one, folder) for one in scanned),
        )

    def keep_protection_so_far(self, folders: Sequence[FolderChoice]) -> None:
        """Remember the folders that a person protects before they are scanned again.

        What this protected is taken back where it is protected no more; what a scan protected is
        only taken back by a scan. Nothing is stored where that is not possible, see
        `keep_protection`.

        Args:
            folders: The folders with their roles.
        """
        from dupefinder.core.records import Role

        protected = _real_paths(folders, Role.PROTECTED)
        no_more = self._protected_so_far - protected
        self._protected_so_far &= protected
        self._protected_so_far |= self._change_protection(protected, no_more.__contains__)

    def _change_protection(
        self, protected: set[str], is_taken_back: Callable[[str], bool]
    ) -> set[str]:
        """Store folders as protected, and free others; return those that were not protected."""
        from dupefinder.core.decisions.marks import MarkStore
        from dupefinder.core.errors import DecisionsNotKept

        path = self._decisions_path
        if path is None or not (path.exists() or protected):
            return set()
        with suppress(DecisionsNotKept, OSError), MarkStore.open(path) as store:
            before = store.protected_folders()
            after = {folder for folder in before if not is_taken_back(folder)} | protected
            if after != before:
                store.keep_protected(after)
            return protected - before
        return set()

    def separated(self) -> SeparatedPhotos:
        """Return the photos that the person called different.

        Raises:
            DupeFinderError: See `get`.
        """
        from dupefinder.core.decisions import separated_photos
        from dupefinder.core.decisions.marks import MarkStore

        # Each move of the slider asks; of thousands of decisions it takes seconds to load them.
        basis = self._told(MarkStore.separation_ids), self.get().contents_changes
        if self._separated is None or self._separated[0] != basis or basis[0] is None:
            with self.decisions() as store:
                self._separated = basis, separated_photos(store, self.get())
        return self._separated[1]

    def digest_of_separations(self) -> bytes:
        """A digest of all decisions that photos are different; empty where they cannot be read."""
        from dupefinder.core.decisions.marks import MarkStore

        return self._told(MarkStore.digest_of_separations) or b""

    def _told(self, ask: Callable[[MarkStore], Answer]) -> Answer | None:
        """Ask the file of decisions; None where it cannot be read."""
        from dupefinder.core.decisions.marks import MarkStore
        from dupefinder.core.errors import DecisionsNotKept

        path = self._decisions_path
        try:
            with MarkStore.open(path if path is not None and path.exists() else None) as store:
                return ask(store)
        except (DecisionsNotKept, OSError):
            return None

    def erase(self) -> None:
        """Erase the catalog and begin a new one; no photo is touched.

        Raises:
            DupeFinderError: See `catalog.erase` and `Catalog.open`.
        """
        from dupefinder.core.catalog import erase

        self.close()
        if self._path is not None:
            erase(self._path)
        self.get()

    def close(self) -> None:
        """Close the catalog; `get` opens it again."""
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = self._separated = None


def _real_paths(folders: Iterable[FolderChoice], role: Role) -> set[str]:
    return {os.path.realpath(one.path) for one in folders if one.role is role}


def own_decisions_path() -> Path:
    """The file of the person's decisions, which hold for every catalog."""
    from dupefinder.core.catalog.connection import default_catalog_path

    return default_catalog_path().with_name("decisions.sqlite")


def protected_folders() -> list[str]:
    """Folders that the person protected, whatever the catalog; see `keep_protection`."""
    with OpenCatalog(None, decisions_path=own_decisions_path()) as own, own.decisions() as store:
        return sorted(store.protected_folders())


def protected_places(path: Path) -> list[str]:
    """Folders and photos that the last scan protected, in whatever way it was asked for.

    Args:
        path: The catalog.

    Returns:
        With `protected_folders`; only these if there is no catalog that can be read.
    """
    from dupefinder.core.errors import DupeFinderError

    protected = protected_folders()
    if not path.exists():
        return protected
    try:
        with OpenCatalog(path, to_read=True) as catalog:
            return [*protected, *catalog.get().protected_places()]
    except DupeFinderError:
        return protected


@dataclass(slots=True)
class GoneFiles:
    """Files of the catalog that are not where they were.

    Attributes:
        paths: Their old paths, by number in the catalog.
        unknown: Number of files of each volume that is not connected.
    """

    paths: dict[int, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def find_gone(catalog: Catalog) -> GoneFiles:
    """Look for all files of a catalog on connected volumes."""
    mounted = mounted_volumes()
    gone = GoneFiles()
    for place in catalog.all_files():
        points = mounted.get(place.volume_id)
        if not points:
            gone.unknown[place.volume_id] = gone.unknown.get(place.volume_id, 0) + 1
            continue
        below = place.relative_path.replace("/", os.sep)
        paths = [os.path.join(point, below) for point in points]
        if all(map(is_gone, paths)):
            gone.paths[place.file_id] = paths[0]
    return gone
