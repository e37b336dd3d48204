"""The journal's file: its kind, where it lies, and earlier ones that were found damaged."""

import os
from pathlib import Path
from typing import Final

from dupefinder.actions.journal_faults import JOURNAL_FAULTS
from dupefinder.actions.journal_schema import MIGRATIONS
from dupefinder.store.damaged_files import damaged_copies
from dupefinder.store.database_format import DatabaseFormat
from dupefinder.store.own_files import data_folder

APPLICATION_ID = 0x6475706A
"""Marks an SQLite file as a journal of this program ("dupj")."""

JOURNAL_FORMAT: Final = DatabaseFormat(
    noun="journal",
    file_name="journal.sqlite",
    application_id=APPLICATION_ID,
    migrations=MIGRATIONS,
    faults=JOURNAL_FAULTS,
    # Every commit is on the disk before the next file is touched, on macOS too.
    pragmas=("synchronous = FULL", "fullfsync = ON"),
    is_irreplaceable=True,
)


def default_journal_path() -> Path:
    """The journal's path: beside the catalog."""
    return data_folder() / JOURNAL_FORMAT.file_name


def damaged_journals(path: Path) -> list[Path]:
    """Earlier journals that were set aside as damaged, the oldest first.

    What they told of is not in the journal, and cannot be undone by it.

    Args:
        path: The journal's path, whether there is one now or not.
    """
    path = Path(os.path.realpath(path))
    try:
        return [copy for copy in damaged_copies(path) if copy.suffix == path.suffix]
    except OSError:  # no such folder
        return []
