"""Setting aside as a way to act."""

import errno
import os
import time
from contextlib import suppress

from dupefinder.actions.records import ActionKind, JournalStep
from dupefinder.actions.set_aside import manifest
from dupefinder.actions.set_aside.folder import HoldingFolder, holding_folder_for, holding_folder_of
from dupefinder.actions.ways import away
from dupefinder.actions.ways.free_names import free_names, name_limit_bytes
from dupefinder.actions.ways.opened_folder import opened
from dupefinder.actions.ways.protocol import PlaceTaken, place_of
from dupefinder.core.scan.volumes import VolumeTable


class SetAside:
    """The holding folder of the file's own volume. One for each action, for one thread."""

    kind = ActionKind.SET_ASIDE

    def __init__(self) -> None:
        self._volumes = VolumeTable()
        self._trees: dict[str, tuple[str, HoldingFolder]] = {}
        self._out_of_reach: dict[str, set[str]] = {}

    def choose_place(self, path: str) -> str:
        """See `Way`."""
        folder, name = os.path.split(path)
        real = os.path.realpath(folder)
        avoid = self._out_of_reach.get(folder, ())
        holding = holding_folder_for(real, self._volumes, avoid)
        tree = self._tree(holding)
        beside = os.path.normpath(os.path.join(tree, os.path.relpath(real, holding.top)))
        for free in free_names(name, name_limit_bytes(holding.path)):
            place = os.path.join(beside, free)
            if not os.path.lexists(place):
                return place
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), beside)

    def _tree(self, holding: HoldingFolder) -> str:
        """The folder for what this action sets aside there, named by the time."""
        if holding.path not in self._trees:
            moment = time.strftime("%Y-%m-%d %H-%M-%S")
            for name in free_names(moment, len(moment) * 2):
                tree = os.path.join(holding.path, name)
                if not os.path.lexists(tree) and not os.path.lexists(tree + manifest.SUFFIX):
                    break
            self._trees[holding.path] = tree, holding
        return self._trees[holding.path][0]

    def carry_out(self, step: JournalStep, expected: os.stat_result) -> None:
        """See `Way`."""
        place = place_of(step)
        for tree, holding in self._trees.values():
            if place.startswith(tree + os.sep):
                try:
                    with (
                        opened(step.path) as photo,
                        opened(place, make=True, resolved=True) as there,
                    ):
                        manifest.append(tree, step, holding.top)
                        away.move_away(photo, there, expected, step.digest)
                except OSError as error:
                    if self._has_nearer(step.path, holding, error):
                        raise PlaceTaken(place) from error
                    raise
                return
        raise ValueError(f"{place} was not chosen here")

    def _has_nearer(self, path: str, holding: HoldingFolder, error: OSError) -> bool:
        """Where a file cannot be renamed so far, look for a holding folder nearer to it."""
        if error.errno != errno.EXDEV:
            return False
        self._out_of_reach.setdefault(os.path.dirname(path), set()).add(holding.path)
        try:
            self.choose_place(path)
        except OSError:
            return False
        return True

    def bring_back(self, step: JournalStep) -> None:
        """See `Way`."""
        away.bring_back(step)
        remove_empty_folders(place_of(step))

    def settle(self, step: JournalStep) -> JournalStep | None:
        """See `Way`."""
        settled = away.settle(step)
        if settled is not None and settled.place is None:
            remove_empty_folders(place_of(step))
        return settled


def remove_empty_folders(place: str) -> None:
    """Remove the folders of a tree that nothing lies in any more.

    Args:
        place: Where in the tree a file lay.
    """
    folder = os.path.dirname(place)
    # One that is not empty stays, and so does all in a holding folder of another name.
    with suppress(OSError, ValueError):
        holding = holding_folder_of(place)
        while folder != holding:
            # It is not there where an action was broken off before it was made.
            with suppress(FileNotFoundError), opened(folder, resolved=True) as entry:
                os.rmdir(entry.name, dir_fd=entry.folder)
            folder = os.path.dirname(folder)
