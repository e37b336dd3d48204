"""The decision about each file that a walk meets: taken as a photo, or left out, and why."""

import os
import sys
from collections import Counter
from dataclasses import dataclass, replace

from dupefinder.core.errors import is_in_use, tells_absence
from dupefinder.core.job import JobContext
from dupefinder.core.picture_names import looks_like_photo, read_head
from dupefinder.core.records import FoundFile, Problem, ProblemCode
from dupefinder.core.scan.left_out import (
    HAS_ATTRIBUTES,
    LeftOut,
    folder_to_be_emptied,
    has_hidden_attribute,
    is_snapshot_volume,
    to_be_emptied,
)
from dupefinder.core.scan.mounts import LOCAL_FILE_SYSTEMS, Volume, VolumeKind
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign
from dupefinder.core.scan.options import GlobFilter, ScanOptions
from dupefinder.core.scan.volumes import VolumeTable, relative_path


@dataclass(slots=True)
class FolderPlace:
    """The folder of some files, described once for all of them.

    Attributes:
        path_prefix: Path of the folder with a separator at its end.
        volume: Its volume.
        volume_prefix: Its path below the mount point with "/" at its end; empty at the top.
        glob_prefix: Its path below the chosen folder with a separator at its end.
        device: Its `st_dev`.
        protected: True when its files must not be proposed for removal.
    """

    path_prefix: str
    volume: Volume
    volume_prefix: str
    glob_prefix: str
    device: int
    protected: bool


class Candidates:
    """The files found so far.

    Attributes:
        files: The accepted files.
        links: The paths among them that are symbolic links.
        left_out: Number of entries left out, by code.
        volumes: The volumes met, by identity.
    """

    def __init__(self, options: ScanOptions, volumes: VolumeTable, context: JobContext) -> None:
        self.files: list[FoundFile] = []
        self.links: set[str] = set()
        self.left_out: Counter[LeftOut] = Counter()
        self.volumes: dict[str, Volume] = {}
        self.globs = GlobFilter(options.include, options.exclude)
        self._any_name = self.globs.is_empty
        self._hidden = options.hidden
        self._min_bytes = options.min_bytes
        self._max_bytes = sys.maxsize if options.max_bytes is None else options.max_bytes
        self._volume_table = volumes
        self._context = context
        self._without_blocks: list[tuple[FoundFile, FolderPlace, bool]] = []
        self._devices_with_blocks: set[int] = set()
        self._emptied: dict[str, LeftOut | None] = {}

    def place(
        self, path: str, real_path: str, relative: str, device: int, protected: bool
    ) -> FolderPlace:
        """Describe a folder for the files in it.

        Args:
            path: Its path as reached.
            real_path: Its path with links resolved.
            relative: Its path below the chosen folder; empty for that one itself.
            device: Its `st_dev`.
            protected: True when its files must not be proposed for removal. In a snapshot they
                never are: nobody may change it.
        """
        volume = self._volume_table.volume_of(real_path, device)
        self.volumes[volume.volume_id] = volume
        below = relative_path(volume, real_path)
        return FolderPlace(
            path_prefix=os.path.join(path, ""),
            volume=volume,
            volume_prefix=f"{below}/" if below else "",
            glob_prefix=os.path.join(relative, "") if relative else "",
            device=device,
            protected=protected
            or self._is_in_snapshot(real_path)
            or is_snapshot_volume(volume.volume_id, is_root=volume.mount_point == os.sep),
        )

    def _is_in_snapshot(self, real_path: str) -> bool:
        """True below a snapshot, also by what is known of the folder above."""
        parent, name = os.path.split(real_path)
        if parent in self._emptied:
            code = folder_to_be_emptied(parent, name) or self._emptied[parent]
        else:
            code = to_be_emptied(os.path.join(real_path, "photo"))
        self._emptied[real_path] = code
        return code is LeftOut.SNAPSHOT

    def consider(
        self,
        place: FolderPlace,
        name: str,
        status: os.stat_result,
        *,
        real_name: str | None = None,
        sniff: bool = False,
        named: bool = False,
    ) -> None:
        """Take a regular file or leave it out.

        Args:
            place: Its folder and volume.
            name: Its name there.
            status: What `os.stat` gives, or a listing (which on Windows lacks the numbers).
            real_name: Name of the file itself, for a link that leads to it.
            sniff: True to look at the first bytes, as the name is not that of a photo.
            named: True if the person named it: then the filters do not apply.
        """
        size_bytes = status.st_size
        path = place.path_prefix + name
        if not named:
            if not (self._any_name or self.globs.wants_file(name, place.glob_prefix + name)):
                self.left_out[LeftOut.FILTERED_BY_GLOB] += 1
                return
            if not self._min_bytes <= size_bytes <= self._max_bytes:
                self.left_out[LeftOut.FILTERED_BY_SIZE] += 1
                return
        if HAS_ATTRIBUTES:
            if not (self._hidden or named) and has_hidden_attribute(status):
                self.left_out[LeftOut.HIDDEN] += 1
                return
            if (sign := recall_sign(status)) is not None:
                self.online_only(path, sign)
                return
        file = FoundFile(
            path,
            place.volume.volume_id,
            place.volume_prefix + (real_name or name),
            size_bytes,
            status.st_mtime_ns,
            status.st_dev or place.device,
            status.st_ino,
            place.protected,
        )
        if not getattr(status, "st_blocks", 1) and has_no_blocks(status):
            self._without_blocks.append((file, place, sniff))
            return
        self._devices_with_blocks.add(file.device)
        if not sniff or self._is_photo_inside(path):
            self.files.append(file)

    def online_only(self, path: str, sign: str) -> None:
        """List a file whose content is not on this machine."""
        self.left_out[LeftOut.ONLINE_ONLY] += 1
        self._context.add_problem(Problem(path, ProblemCode.ONLINE_ONLY, sign))

    def protect_since(self, first: int) -> None:
        """Protect the files taken after the first `first`."""
        self.files[first:] = [replace(file, protected=True) for file in self.files[first:]]

    def settle(self) -> None:
        """Decide on files without blocks, once it is known which devices report blocks."""
        for file, place, sniff in self._without_blocks:
            self._context.checkpoint()
            believed = place.volume.file_system in LOCAL_FILE_SYSTEMS or (
                place.volume.kind is not VolumeKind.NETWORK
                and file.device in self._devices_with_blocks
            )
            if believed:
                self.online_only(file.path, "no block allocated")
            elif not sniff or self._is_photo_inside(file.path):
                self.files.append(replace(file, protected=place.protected))
        self._without_blocks.clear()

    def _is_photo_inside(self, path: str) -> bool:
        try:
            head = read_head(path)
        except OSError as error:
            self.cannot_use(path, error)
            return False
        if looks_like_photo(head):
            return True
        self.left_out[LeftOut.NOT_A_PHOTO] += 1
        return False

    def cannot_use(self, path: str, error: OSError) -> None:
        """List a file that the system refuses."""
        code = ProblemCode.READ_ERROR
        if is_in_use(error, path):
            code = ProblemCode.IN_USE
        elif isinstance(error, PermissionError):
            code = ProblemCode.NO_PERMISSION
        elif tells_absence(error, path):
            code = ProblemCode.VANISHED
        self._context.add_problem(Problem(path, code, error.strerror or str(error)))
