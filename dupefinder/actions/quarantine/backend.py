"""Quarantine as a backend: files wait in a quarantine folder on their own volume."""

import errno
import os
import time
from collections.abc import Sequence
from contextlib import suppress

from dupefinder.actions.backends import moved_away
from dupefinder.actions.backends.opened_folder import Entry, opened
from dupefinder.actions.backends.protocol import PlaceTaken, StaysAway, place_of
from dupefinder.actions.backends.renaming import (
    free_names,
    name_limit_bytes,
    rename_without_replacing,
)
from dupefinder.actions.backends.trusted_folder import LeadsElsewhere, trusted_entry, trusted_folder
from dupefinder.actions.quarantine import manifest
from dupefinder.actions.quarantine.folder import (
    QuarantineFolder,
    quarantine_folder_for,
    quarantine_folder_of,
)
from dupefinder.actions.quarantine.manifest import names_in_quarantine, origin_of
from dupefinder.actions.records import ActionKind, JournalStep, SkipCode
from dupefinder.core.scan.volumes import VolumeTable


class SetAside:
    """The quarantine folder of the file's own volume. One for each action, for one thread."""

    kind = ActionKind.SET_ASIDE

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._trees: dict[str, tuple[str, QuarantineFolder]] = {}
        self._out_of_reach: dict[str, set[str]] = {}

    def choose_place(self, path: str) -> str:
        """Choose where the file shall lie."""
        folder, name = os.path.split(path)
        real = os.path.realpath(folder)
        avoid = self._out_of_reach.get(folder, ())
        quarantine = quarantine_folder_for(real, self._volumes, avoid)
        tree = self._tree(quarantine)
        beside = os.path.normpath(os.path.join(tree, os.path.relpath(real, quarantine.top)))
        for free in free_names(name, name_limit_bytes(quarantine.path)):
            place = os.path.join(beside, free)
            if not os.path.lexists(place):
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), beside)

    def _tree(self, quarantine: QuarantineFolder) -> str:
        """The folder for the files of this action, named by the time."""
        if quarantine.path not in self._trees:
            moment = time.strftime("%Y-%m-%d %H-%M-%S")
            for name in free_names(moment, len(moment) * 2):
                tree = os.path.join(quarantine.path, name)
                if not os.path.lexists(tree) and not os.path.lexists(tree + manifest.SUFFIX):
                    break
            self._trees[quarantine.path] = tree, quarantine
        return self._trees[quarantine.path][0]

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """Move the file to its quarantine folder."""
        place = place_of(step)
        for tree, quarantine in self._trees.values():
            if place.startswith(tree + os.sep):
                try:
                    with (
                        opened(step.path) as photo,
                        opened(place, make=True, resolved=True) as there,
                    ):
                        manifest.append(tree, step, quarantine.top)
                        moved_away.move_away(photo, there, expected, step.digest)
                except OSError as error:
                    if self._has_nearer(step.path, quarantine, error):
                        raise PlaceTaken(place) from error
                    raise
                return
        raise ValueError(f"{place} was not chosen here")

    def _has_nearer(self, path: str, quarantine: QuarantineFolder, error: OSError) -> bool:
        """Look for a quarantine folder nearer to a file, as renaming to the other one failed."""
        if error.errno != errno.EXDEV:
            return False
        self._out_of_reach.setdefault(os.path.dirname(path), set()).add(quarantine.path)
        try:
            self.choose_place(path)
        except OSError:
            return False
        return True

    def bring_back(self, step: JournalStep) -> None:
        """Restore the file; no link is followed on the way from place to place."""
        place = place_of(step)
        quarantine, names = quarantine_folder_of(place), names_in_quarantine(place)
        try:
            with trusted_entry(quarantine, names) as held:
                if held.is_taken():
                    moved_away.demand_same(step, held)
                    _put_back(step, held)
                else:
                    moved_away.demand_back(step)
        except FileNotFoundError:
            moved_away.demand_back(step)
        except LeadsElsewhere as elsewhere:
            raise StaysAway(SkipCode.LEADS_ELSEWHERE, elsewhere.filename) from elsewhere
        remove_empty_folders(quarantine, names)

    def settle(self, step: JournalStep) -> JournalStep | None:
        """Determine how an interrupted step ended."""
        settled = moved_away.settle(step)
        if settled is not None and settled.place is None:
            _tidy(place_of(step))
        return settled


def _put_back(step: JournalStep, held: Entry) -> None:
    origin = origin_of(step)
    if origin is None:
        raise LeadsElsewhere(os.path.dirname(step.path))
    moved_away.demand_free(Entry(origin.path, origin.path))  # before any folder is made for it
    with trusted_entry(origin.top, origin.names, make=True) as photo:
        moved_away.put_back(step, held, photo, rename_without_replacing)


def _tidy(place: str) -> None:
    # Nothing is known of a place outside quarantine folders.
    with suppress(ValueError):
        remove_empty_folders(quarantine_folder_of(place), names_in_quarantine(place))


def remove_empty_folders(quarantine: str, names: Sequence[str]) -> None:
    """Remove the empty folders of a tree; links are not followed.

    Args:
        quarantine: The quarantine folder.
        names: The names from there to where a file lay.
    """
    *folders, _name = names
    # One that is not empty stays.
    with suppress(OSError, ValueError):
        while folders:
            *folders, last = folders
            with suppress(FileNotFoundError), trusted_folder(quarantine, folders) as above:
                os.rmdir(os.path.join(above, last))  # interrupted before it was made
