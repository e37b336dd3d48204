"""The journal's SQLite file: path, tables, migrations, faults, and damaged earlier files."""

import os
from pathlib import Path
from typing import Final

from dupefinder.actions.records import Outcome
from dupefinder.core.errors import DupeFinderError
from dupefinder.store.database_format import DatabaseFaults, DatabaseFormat
from dupefinder.store.open_database import damaged_copies
from dupefinder.store.own_files import data_folder


class JournalFault(DupeFinderError):
    """Base of the errors of the journal.

    Attributes:
        path: Its file.
        so_far: The outcome so far of the action that this ends; None without an action.
    """

    so_far: Outcome | None = None

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(f"the journal {str(path)!a} {words}")
        self.path = path


class JournalTooNew(JournalFault):
    """A later version of the program wrote it; it is left untouched."""

    def __init__(self, path: Path, found_version: int, known_version: int) -> None:
        super().__init__(
            path,
            f"has version {found_version}; this program knows {known_version}. Update the program.",
        )
        self.found_version = found_version
        self.known_version = known_version


class JournalInUse(JournalFault):
    """Another running program has it open."""

    def __init__(self, path: Path, owner: str) -> None:
        super().__init__(path, f"is in use by {owner}")


class JournalNotWritable(JournalFault):
    """The journal cannot be written: disk full, read-only, no permission; or it is no journal."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, f"cannot be written: {reason}")
        self.reason = reason


class JournalDamaged(JournalFault):
    """The journal is damaged; the next opening sets it aside."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path, f"is damaged ({reason}); the next start sets it aside and begins a new one"
        )
        self.reason = reason


JOURNAL_FAULTS: Final = DatabaseFaults(
    JournalDamaged, JournalNotWritable, JournalInUse, JournalTooNew
)


MIGRATIONS = (
    # Every path is a BLOB of `os.fsencode`: a name that is not valid text cannot be stored as
    # TEXT.
    """
    CREATE TABLE actions (
        action_id INTEGER PRIMARY KEY AUTOINCREMENT,
        started_ns INTEGER NOT NULL,
        finished_ns INTEGER,
        undone_ns INTEGER
    );
    CREATE TABLE steps (
        step_id INTEGER PRIMARY KEY AUTOINCREMENT,
        action_id INTEGER NOT NULL REFERENCES actions,
        path BLOB NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        digest BLOB NOT NULL,
        survivor BLOB NOT NULL,
        evidence TEXT NOT NULL,
        state TEXT NOT NULL,
        trash_path BLOB,
        skip_code TEXT,
        skip_detail BLOB
    );
    CREATE INDEX steps_by_action ON steps (action_id);
    CREATE INDEX steps_unsettled ON steps (state) WHERE state IN ('intended', 'undoing');
    """,
    # 2: kinds of action, and the survivor of each file, so that it is still known months later.
    """
    ALTER TABLE actions ADD COLUMN kind TEXT NOT NULL DEFAULT 'trash';
    ALTER TABLE actions ADD COLUMN target BLOB;
    ALTER TABLE steps RENAME COLUMN trash_path TO place;
    ALTER TABLE steps ADD COLUMN kind TEXT NOT NULL DEFAULT 'trash';
    ALTER TABLE steps ADD COLUMN survivor_digest BLOB NOT NULL DEFAULT x'';
    ALTER TABLE steps ADD COLUMN survivor_size_bytes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE steps ADD COLUMN attributes BLOB NOT NULL DEFAULT x'';
    UPDATE steps SET survivor_digest = digest, survivor_size_bytes = size_bytes
        WHERE evidence = 'same-bytes';
    CREATE INDEX steps_by_survivor ON steps (survivor_digest);
    """,
)
"""SQL statements by version: the first makes the tables in an empty file, each other one changes
those of the version before. Statements that were released never change."""


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

    Their actions are not in the new journal and cannot be undone.

    Args:
        path: The journal's path, whether there is one now or not.
    """
    path = Path(os.path.realpath(path))
    try:
        return [copy for copy in damaged_copies(path) if copy.suffix == path.suffix]
    except OSError:  # no such folder
        return []
