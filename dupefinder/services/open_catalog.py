"""The catalog in use: opened when it is first needed, and begun anew when it is erased."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from dupefinder.core.catalog import Catalog


class OpenCatalog:
    """A catalog that several sessions of one thread share; as a context manager it closes it."""

    def __init__(self, path: Path | None, *, to_read: bool = False) -> None:
        """Open nothing yet.

        Args:
            path: The catalog's file; None keeps it in memory.
            to_read: True to open it beside whoever else has it, without a change.
        """
        self._path = path
        self._is_to_read = to_read
        self._catalog: Catalog | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self) -> Catalog:
        """Return the catalog, opened where it is not: the reason of an earlier fault may be gone.

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
            self._catalog = None
