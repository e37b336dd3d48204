"""Origin of a file that was set aside, as far as this user's own journal knows it.

A quarantine folder may lie on a drive that somebody else prepared, and so may its manifest. A file
goes back by itself only if the journal has a row of it; and the place in the quarantine folder,
which the journal knows too, says in which folders below the top of its volume it lay, links
resolved.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from dupefinder.actions.backends.real_folder import volume_top
from dupefinder.actions.places import is_below
from dupefinder.actions.quarantine.folder import quarantine_folder_of
from dupefinder.actions.quarantine.manifest import HeldFile
from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.core.scan.volumes import VolumeTable


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that a file belongs to.

    Attributes:
        top: The folder that the names count from.
        names: The names from there to the file; none of them is a link.
    """

    top: str
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file's path."""
        return os.path.join(self.top, *self.names)


def names_in_quarantine(place: str) -> tuple[str, ...]:
    """The names from a quarantine folder to a place in it, that of its tree first.

    Raises:
        ValueError: It lies in no quarantine folder.
    """
    return tuple(os.path.relpath(place, quarantine_folder_of(place)).split(os.sep))


def origin_of(row: JournalStep) -> Origin | None:
    """The origin of a file whose drive is mounted where it was.

    Args:
        row: What the journal has of it.

    Returns:
        None where its path leads to other folders than it did when the file was set aside.

    Raises:
        ValueError: It lies in no quarantine folder.
    """
    folder, name = os.path.split(row.path)
    _tree, *folders, _name = names_in_quarantine(row.place or "")
    top = os.path.realpath(folder)
    for expected in reversed(folders):
        top, found = os.path.split(top)
        if os.path.normcase(found) != os.path.normcase(expected):
            return None
    return Origin(top, (*folders, name))


class KnownFiles:
    """The files that a journal knows to be set aside."""

    def __init__(self, rows: Iterable[JournalStep]) -> None:
        """Take up what the journal has.

        Args:
            rows: Its rows; only those of files that were set aside count.
        """
        self._rows: dict[tuple[tuple[str, ...], bytes, int], JournalStep] = {}
        self._volumes = VolumeTable()
        for row in rows:
            if row.kind is not ActionKind.SET_ASIDE or row.place is None:
                continue
            try:
                names = names_in_quarantine(row.place)
            except ValueError:
                continue
            # Its tree is named by the time, so it is no other's.
            self._rows[names, row.digest, row.size_bytes] = row

    def row_of(self, held: HeldFile) -> JournalStep | None:
        """The row of a file, wherever its quarantine folder lies now; None without one."""
        return self._rows.get((held.names, held.digest, held.size_bytes))

    def origin_of(self, held: HeldFile) -> Origin | None:
        """The origin of a file; None where its row, or its quarantine folder, does not tell.

        Args:
            held: A file that the journal knows.
        """
        row = self.row_of(held)
        if row is None or row.place is None:
            return None
        before = quarantine_folder_of(row.place)
        if os.path.normcase(os.path.realpath(before)) == os.path.normcase(held.quarantine):
            return origin_of(row)
        return self._on_drive_elsewhere(held, row, before)

    def _on_drive_elsewhere(self, held: HeldFile, row: JournalStep, before: str) -> Origin | None:
        """The origin of a file whose drive is mounted in another place now.

        From its top the quarantine folder has the same path as before, and it is the same drive.
        """
        if held.top is None:
            return None
        below = os.path.relpath(held.quarantine, held.top)
        drive = volume_top(held.quarantine, self._volumes)
        if not before.endswith(os.sep + below) or not is_below(held.top, drive):
            return None
        _tree, *folders, _name = held.names
        return Origin(held.top, (*folders, os.path.basename(row.path)))
