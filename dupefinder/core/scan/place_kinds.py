"""Files of a scan that last where they lie: not those in a trash, a snapshot or the like."""

import os

from dupefinder.core.records import FoundFile
from dupefinder.core.scan.left_out import (
    LeftOut,
    file_left_out,
    is_snapshot_volume,
    to_be_emptied,
)
from dupefinder.core.scan.snapshots import Snapshots


class LastingFiles:
    """Tells it of one file after the other; each folder is looked up once."""

    def __init__(self) -> None:
        self._snapshots = Snapshots()
        self._folders: dict[tuple[str, str], bool] = {}
        self._volumes: dict[tuple[str, bool], bool] = {}

    def holds(self, file: FoundFile) -> bool:
        """False for a file that lies where it is `to_be_emptied`, or in a snapshot.

        Args:
            file: By its path and, as that may lead over links, by its path below the top of its
                volume, which does not.
        """
        paths = file.path, f"/{file.relative_path}"
        above = os.path.dirname(paths[0]), os.path.dirname(paths[1])
        answer = self._folders.get(above)
        if answer is None:
            answer = not any(to_be_emptied(os.path.join(folder, "photo")) for folder in above)
            answer = answer and not self._is_in_snapshot(paths[0])
            self._folders[above] = answer
        is_root = file.path == paths[1]
        volume = file.volume_id, is_root
        if volume not in self._volumes:
            self._volumes[volume] = not is_snapshot_volume(file.volume_id, is_root=is_root)
        return answer and self._volumes[volume] and not any(_is_thrown_away(path) for path in paths)

    def _is_in_snapshot(self, path: str) -> bool:
        try:
            return self._snapshots.hold(os.path.realpath(path))
        except (OSError, ValueError):
            return False


def _is_thrown_away(path: str) -> bool:
    return file_left_out(os.path.basename(path), hidden=True) is LeftOut.TRASH
