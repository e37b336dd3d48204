"""Symbolic links on a walk: counted, or followed when the person asks for it.

Links are followed after everything else, so that a file that is also met directly keeps its own
path, and never twice to one place, so that circular links come to an end.
"""

import os
import stat
from collections.abc import Callable

from dupefinder.core.picture_names import OTHER_EXTENSIONS, PHOTO_EXTENSIONS, extension
from dupefinder.core.records import Role
from dupefinder.core.scan.candidates import Candidates
from dupefinder.core.scan.left_out import LeftOut, file_left_out, folder_left_out, to_be_emptied
from dupefinder.core.scan.options import ScanOptions
from dupefinder.core.scan.scan_roots import ChosenFolders
from dupefinder.core.scan.walked_folder import ManagedFolders, WalkedFolder


class LinkedEntries:
    """The links of one walk, and the single files that were chosen (which may be links)."""

    def __init__(
        self,
        options: ScanOptions,
        chosen: ChosenFolders,
        candidates: Candidates,
        managed: ManagedFolders,
    ) -> None:
        self._follow_symlinks = options.follow_symlinks
        self._hidden = options.hidden
        self._chosen = chosen
        self._candidates = candidates
        self._managed = managed
        self._waiting: list[tuple[str, WalkedFolder]] = []
        self._walked: set[tuple[str, bool]] = set()

    def meet(self, folder: WalkedFolder, entry: os.DirEntry[str]) -> None:
        """Keep a link for later, or leave it out."""
        code = file_left_out(entry.name, hidden=self._hidden)
        if code is None and self._follow_symlinks:
            self._waiting.append((entry.path, folder))
        else:
            self._candidates.left_out[code or LeftOut.SYMLINK] += 1

    def note_walked(self, folder: WalkedFolder) -> None:
        """Remember a folder, so that no link is followed to it any more."""
        self._walked.add((folder.real_path, folder.protected))

    def was_walked(self, folder: WalkedFolder) -> bool:
        """True for a folder in which the same files were found already."""
        return (folder.real_path, folder.protected) in self._walked

    def follow_all(
        self, walk: Callable[[WalkedFolder], None], checkpoint: Callable[[], None]
    ) -> None:
        """Follow the links met so far, and those met on the way.

        Args:
            walk: Walks one folder.
            checkpoint: Called between two links; what it raises is passed on.
        """
        while self._waiting:
            links, self._waiting = self._waiting, []
            for path, folder in sorted(links, key=lambda link: os.fsencode(link[0])):
                checkpoint()
                code = self._follow(path, folder, walk)
                if code is not None:
                    self._candidates.left_out[code] += 1

    def take_chosen_file(self, start: WalkedFolder) -> None:
        """Take a single file that was chosen, whatever it is called."""
        if os.path.islink(start.path):
            self._candidates.links.add(start.path)
        try:
            self._consider(start, os.stat(start.path), chosen=True)
        except OSError as error:
            self._candidates.cannot_use(start.path, error)

    def _follow(
        self, path: str, folder: WalkedFolder, walk: Callable[[WalkedFolder], None]
    ) -> LeftOut | None:
        """Walk or take the target of a link, or count why not."""
        name = os.path.basename(path)
        try:
            status = os.stat(path)
            real_path = os.path.realpath(path)
        except OSError:  # leads nowhere, or round in a circle
            return LeftOut.SYMLINK
        nearest = self._chosen.nearest(real_path)
        if nearest is not None and nearest.role is Role.EXCLUDED:
            return LeftOut.EXCLUDED
        emptied = to_be_emptied(real_path)
        # A person who names a trash wants to see its content.
        if emptied and not (nearest and to_be_emptied(os.path.join(nearest.real_path, name))):
            return emptied
        protected = folder.protected or (nearest is not None and nearest.role is Role.PROTECTED)
        target = WalkedFolder(path, real_path, os.path.join(folder.relative, name), protected)
        self._managed.heed_owner_above(target)
        if stat.S_ISDIR(status.st_mode):
            code = folder_left_out(*os.path.split(real_path), hidden=self._hidden)
            if code is not None:
                return code
            if not self._candidates.globs.wants_folder(name, target.relative):
                return LeftOut.FILTERED_BY_GLOB
            if self.was_walked(target):
                return LeftOut.SYMLINK
            walk(target)
        elif not stat.S_ISREG(status.st_mode):
            return LeftOut.SPECIAL_FILE
        elif extension(name) in OTHER_EXTENSIONS:
            return LeftOut.NOT_A_PHOTO
        else:
            self._candidates.links.add(path)
            self._consider(target, status)
        return None

    def _consider(
        self, target: WalkedFolder, status: os.stat_result, *, chosen: bool = False
    ) -> None:
        """Consider a file whose own place may be another than the path that leads to it."""
        real_folder, real_name = os.path.split(target.real_path)
        folder, name = os.path.split(target.path)
        place = self._candidates.place(
            folder, real_folder, os.path.dirname(target.relative), status.st_dev, target.protected
        )
        self._candidates.consider(
            place,
            name,
            status,
            real_name=real_name,
            sniff=not chosen and extension(name) not in PHOTO_EXTENSIONS,
            named=chosen,
        )
