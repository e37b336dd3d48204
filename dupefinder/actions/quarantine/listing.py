"""The holding folders on the drives that are connected, and what lies in each."""

from dataclasses import dataclass

from dupefinder.actions.journal import Journal
from dupefinder.actions.os_errors import os_error_text
from dupefinder.actions.quarantine.folder import known_holding_folders
from dupefinder.actions.quarantine.origin import KnownFiles
from dupefinder.actions.quarantine.restore import held_now


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A holding folder.

    Attributes:
        path: Where it is.
        files: Files that were set aside and lie there.
        size_bytes: Their bytes.
        fault: Why it cannot be read, in the system's words; empty when it can.
        strange: Files of these that another account or computer set aside: the journal does not
            know them, so no action brings them back.
    """

    path: str
    files: int
    size_bytes: int
    fault: str = ""
    strange: int = 0


def holdings(journal: Journal | None) -> list[Quarantine]:
    """List the holding folders, by path.

    Args:
        journal: It tells where something was set aside; None looks in the usual places only.
    """
    rows = [] if journal is None else journal.set_aside_files()
    known = KnownFiles(rows)
    places = [row.place or "" for row in rows]
    return [_looked_into(path, known) for path in known_holding_folders(places)]


def _looked_into(path: str, known: KnownFiles) -> Quarantine:
    try:
        held = held_now(path)
    except OSError as error:
        return Quarantine(path, 0, 0, os_error_text(error))
    strange = sum(known.row_of(file) is None for file in held)
    return Quarantine(path, len(held), sum(file.size_bytes for file in held), strange=strange)
