"""What can be wrong with the journal, in words that a person can act upon."""

from pathlib import Path
from typing import Final

from dupefinder.actions.records import Outcome
from dupefinder.core.errors import DupeFinderError
from dupefinder.store.database_format import DatabaseFaults


class JournalFault(DupeFinderError):
    """Base of what can be wrong with the journal.

    Attributes:
        path: Its file.
        so_far: What the action that it broke off had done; None where there was none.
    """

    so_far: Outcome | None = None

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(f"the journal {str(path)!a} {words}")
        self.path = path


class JournalTooNew(JournalFault):
    """A later version of the program wrote it; it is left untouched."""


class JournalInUse(JournalFault):
    """Another running program has it open."""


class JournalNotWritable(JournalFault):
    """It cannot be written: disk full, read-only folder, no permission; or it is no journal."""


class JournalDamaged(JournalFault):
    """It is damaged; it is set aside when it is opened next."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            path, f"is damaged ({reason}); the next start sets it aside and begins a new one"
        )


def not_writable(path: Path, reason: str) -> JournalNotWritable:
    """The fault for a reason in the system's words."""
    return JournalNotWritable(path, f"cannot be written: {reason}")


def in_use(path: Path, owner: str) -> JournalInUse:
    """The fault for the words of who has it."""
    return JournalInUse(path, f"is in use by {owner}")


def too_new(path: Path, found_version: int, known_version: int) -> JournalTooNew:
    """The fault for a version of the tables."""
    return JournalTooNew(
        path,
        f"has version {found_version}; this program knows {known_version}. Update the program.",
    )


JOURNAL_FAULTS: Final = DatabaseFaults(JournalDamaged, not_writable, in_use, too_new)
