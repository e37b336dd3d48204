"""Places where a copy never counts as the surviving one: trash folders and snapshots.

`left_out` knows the names that programs give to snapshots. Snapshots of any other name are found by
what Linux tells about mounts and Btrfs subvolumes.

Source: Linux, include/uapi/linux/btrfs.h for the flags of a subvolume.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping

from dupefinder.core.job import ask_drives
from dupefinder.core.records import FoundFile
from dupefinder.core.scan.left_out import LeftOut, file_left_out, is_snapshot_volume, to_be_emptied
from dupefinder.core.scan.mounts import Mount, linux_volume
from dupefinder.core.scan.volumes import connected_mounts

_ROOT_OF_SUBVOLUME = 256
"""Number of that folder on Btrfs; no other folder or file has it."""
_GET_FLAGS = 0x80089419
_READ_ONLY = 1 << 1


class Snapshots:
    """Tells of one file after the other. Mounts are read once, each folder is looked at once.

    A Btrfs subvolume that can only be read counts as a snapshot: what makes snapshots and receives
    them leaves it so, and deletes it when its time has come.
    """

    def __init__(self) -> None:
        self._mounts: Mapping[str, Mount] | None = None
        self._seen: dict[str, tuple[bool, bool]] = {}

    def hold(self, path: str) -> bool:
        """True for what a snapshot shows, but for one that the system itself runs from.

        Args:
            path: Absolute path, links resolved.
        """
        if not sys.platform.startswith("linux"):
            return False
        if self._mounts is None:
            self._mounts = {mount.mount_point: mount for mount in connected_mounts()}
        folder = path if path in self._mounts else os.path.dirname(path)
        waiting: list[str] = []
        while folder not in self._seen:
            waiting.append(folder)
            if os.path.dirname(folder) == folder:
                break
            folder = os.path.dirname(folder)
        seen = self._seen.get(folder, (False, False))
        for below in reversed(waiting):
            seen = self._seen[below] = self._look(below, seen)
        return seen[0]

    def _look(self, folder: str, above: tuple[bool, bool]) -> tuple[bool, bool]:
        """Tell if a folder is in a snapshot and on Btrfs, given the same of the folder above."""
        is_snapshot, is_btrfs = above
        is_root = folder == os.sep
        mount = (self._mounts or {}).get(folder)
        if mount is not None:
            is_snapshot = is_snapshot_volume(linux_volume(mount).volume_id, is_root=is_root)
            is_btrfs = mount.file_system == "btrfs"
        if is_btrfs and not (is_snapshot or is_root):
            is_snapshot = _is_read_only_subvolume(folder)
        return is_snapshot, is_btrfs


def _is_read_only_subvolume(folder: str) -> bool:
    """True for the uppermost folder of a Btrfs subvolume that can only be read."""
    if sys.platform != "linux":
        return False
    from fcntl import ioctl

    try:
        if os.lstat(folder).st_ino != _ROOT_OF_SUBVOLUME:
            return False
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            flags = ioctl(descriptor, _GET_FLAGS, bytes(8))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return False
    return bool(int.from_bytes(flags, sys.byteorder) & _READ_ONLY)


class LastingFiles:
    """Tells it of one file after the other; each folder is looked up once."""

    def __init__(self) -> None:
        self._snapshots = Snapshots()
        self._folders: dict[tuple[str, str], bool] = {}
        self._volumes: dict[tuple[str, bool], bool] = {}
        self._unanswered: set[tuple[str, str]] = set()

    def look_at(
        self, files: Iterable[FoundFile], checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """Look files up, but for those on a drive that does not answer: these do not last.

        Args:
            files: Files that `holds` will be asked for.
            checkpoint: See `ask_drives`.

        Raises:
            Cancelled: The job was cancelled.
        """
        wanted = {above: file for file in files if (above := _above(file)) not in self._folders}
        self._unanswered.update(wanted)

        def look() -> None:
            for above, file in wanted.items():
                self._look(above, file.path)
                self._unanswered.discard(above)

        if wanted:
            ask_drives(look, lambda: len(self._unanswered), checkpoint)

    def holds(self, file: FoundFile) -> bool:
        """False for a file that lies where it is `to_be_emptied`, or in a snapshot.

        Args:
            file: By its path and, as that may lead over links, by its path below the top of its
                volume, which does not.
        """
        above = _above(file)
        if above in self._unanswered:
            return False
        if above not in self._folders:
            self._look(above, file.path)
        answer = self._folders[above]
        paths = file.path, f"/{file.relative_path}"
        is_root = file.path == paths[1]
        volume = file.volume_id, is_root
        if volume not in self._volumes:
            self._volumes[volume] = not is_snapshot_volume(file.volume_id, is_root=is_root)
        return answer and self._volumes[volume] and not any(_is_thrown_away(path) for path in paths)

    def _look(self, above: tuple[str, str], path: str) -> None:
        answer = not any(to_be_emptied(os.path.join(folder, "photo")) for folder in above)
        self._folders[above] = answer and not self._is_in_snapshot(path)

    def _is_in_snapshot(self, path: str) -> bool:
        try:
            return self._snapshots.hold(os.path.realpath(path))
        except (OSError, ValueError):
            return False


def _above(file: FoundFile) -> tuple[str, str]:
    """The folder of a file by its path, and by its path below the top of its volume."""
    return os.path.dirname(file.path), os.path.dirname(f"/{file.relative_path}")


def _is_thrown_away(path: str) -> bool:
    return file_left_out(os.path.basename(path), hidden=True) is LeftOut.TRASH
