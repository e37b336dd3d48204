"""Places that may be emptied at any time: a copy there is none that stays."""

import os

from dupefinder.actions.real_places import RealPlaces, real_place
from dupefinder.actions.trash.folders import home_trash_path
from dupefinder.core.scan.left_out import LeftOut, file_left_out, to_be_emptied
from dupefinder.core.scan.snapshots import Snapshots


def is_in_trash(path: str, snapshots: Snapshots | None = None) -> bool:
    """True for what lies in a trash, a snapshot or a holding folder, by its path or its real place.

    Args:
        path: Absolute path of a file.
        snapshots: What is known of them already; looked up when None.
    """
    real = real_place(path, follow=True)
    if to_be_emptied(path) or to_be_emptied(real) or (snapshots or Snapshots()).hold(real):
        return True
    # It may be a link to a folder of any name.
    trash = os.path.join(os.path.realpath(home_trash_path()), "")
    return real.startswith(trash)


class TrashLookup:
    """Tells `is_in_trash` of many files; each folder is looked at once."""

    def __init__(self, places: RealPlaces) -> None:
        """Know no folder yet.

        Args:
            places: Of the files that are asked for.
        """
        self._places = places
        self._snapshots = Snapshots()
        self._known: dict[tuple[str, str], bool] = {}

    def hold(self, path: str) -> bool:
        """True for what lies in one of them, or was thrown away by its own name."""
        (folder, name), (real, real_name) = map(os.path.split, (path, self._places.of(path).target))
        if LeftOut.TRASH in {file_left_out(one, hidden=True) for one in (name, real_name)}:
            return True
        answer = self._known.get((folder, real))
        if answer is None:
            # The file's own name says nothing: what is true of it is true of the others.
            answer = self._known[folder, real] = is_in_trash(path, self._snapshots)
        return answer
