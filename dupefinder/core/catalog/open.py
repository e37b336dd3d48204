"""Where the catalog lies, how it is read beside the one who writes it, and how it is erased."""

import sqlite3
from pathlib import Path

from dupefinder.core.catalog.connection import CATALOG_FORMAT
from dupefinder.core.errors import CatalogInUse, CatalogTooNew
from dupefinder.store import open_database
from dupefinder.store.database_format import known_faults, user_version
from dupefinder.store.own_files import data_folder


def default_catalog_path() -> Path:
    """The catalog's path in the platform's data folder, or in `$DUPEFINDER_DATA` when set."""
    return data_folder() / CATALOG_FORMAT.file_name


def open_to_read(path: Path) -> sqlite3.Connection:
    """A catalog as it is at this moment, beside the connection of this program that writes it.

    What is written from now on is not seen. The lock is not taken: the caller knows that the
    catalog is open, or that nobody minds.

    Raises:
        CatalogTooNew: A later version of the program wrote it.
        CatalogInUse: An earlier version of the program has it open.
        CatalogDamaged, CatalogNotWritable: It cannot be read.
    """
    with known_faults(path, CATALOG_FORMAT.faults):
        connection = open_database.connect_to_read(path)
        try:
            connection.execute("BEGIN")
            version = user_version(connection)
            if version > CATALOG_FORMAT.version:
                raise CatalogTooNew(path, version, CATALOG_FORMAT.version)
            if version < CATALOG_FORMAT.version:
                raise CatalogInUse(path, "an earlier version of the program")
            # Only reading something begins the moment that is seen from now on.
            connection.execute("SELECT count(*) FROM volumes").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def erase(path: Path) -> None:
    """Remove a catalog, its companions, its lock file and its damaged copies, nothing else.

    Raises:
        CatalogInUse: A program has it open.
        CatalogNotWritable: The file is not a catalog, or cannot be removed.
    """
    open_database.erase(path, CATALOG_FORMAT)
