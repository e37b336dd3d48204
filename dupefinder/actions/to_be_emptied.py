"""Places that may be emptied at any time: a copy there is none that stays."""

import os

from dupefinder.actions.protection import real_place
from dupefinder.actions.trash.folders import home_trash_path
from dupefinder.core.scan.left_out import to_be_emptied
from dupefinder.core.scan.snapshots import Snapshots


def may_be_emptied(path: str, snapshots: Snapshots | None = None) -> bool:
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
