"""Going through folders, without recursion.

A folder is listed in one pass: files with a photo's name are considered at once, all else
after the listing. Only then is it known whether a marker among the entries says that another
program manages the folder.
"""

import os
import stat

from dupefinder.core.errors import tells_absence
from dupefinder.core.job import JobContext
from dupefinder.core.picture_names import OTHER_EXTENSIONS, PHOTO_EXTENSIONS, extension
from dupefinder.core.records import Problem, ProblemCode, Role
from dupefinder.core.scan.candidates import Candidates, FolderPlace
from dupefinder.core.scan.left_out import (
    HAS_ATTRIBUTES,
    LeftOut,
    file_left_out,
    folder_left_out,
    has_hidden_attribute,
)
from dupefinder.core.scan.managed_folders import (
    generated_code,
    is_generated_root,
    program_of_entries,
    program_of_folder,
)
from dupefinder.core.scan.mounts import PSEUDO_FILE_SYSTEMS
from dupefinder.core.scan.online_only import stands_for_photo
from dupefinder.core.scan.options import ScanOptions
from dupefinder.core.scan.scan_roots import ChosenFolders
from dupefinder.core.scan.symlinks import LinkedEntries
from dupefinder.core.scan.walked_folder import (
    Ancestors,
    ManagedFolders,
    WalkedFolder,
    is_link,
    is_loop,
)

_FILES_PER_CHECKPOINT = 256


class Walk:
    """One walk through all chosen folders.

    Attributes:
        managed: The folders of other programs that were met.
    """

    def __init__(
        self,
        options: ScanOptions,
        chosen: ChosenFolders,
        candidates: Candidates,
        context: JobContext,
    ) -> None:
        self.managed = ManagedFolders(chosen)
        self._hidden = options.hidden
        self._chosen = chosen
        self._candidates = candidates
        self._left_out = candidates.left_out
        self._linked = LinkedEntries(options, chosen, candidates, self.managed)
        self._context = context

    def run(self) -> None:
        """Walk everything that was chosen, then follow the links met, if that was asked for.

        Raises:
            Cancelled: The person cancelled the job.
        """
        for chosen in self._chosen.starts:
            self._context.checkpoint()
            protected = chosen.role is Role.PROTECTED
            start = WalkedFolder(chosen.path, chosen.real_path, "", protected, chosen)
            self.managed.heed_owner_above(start)
            if chosen.is_folder:
                self._walk(start)
            else:
                self._linked.take_chosen_file(start)
                self._context.advance()
        self._linked.follow_all(self._walk, self._context.checkpoint)
        self._candidates.settle()

    def _walk(self, start: WalkedFolder) -> None:
        waiting = [start]
        while waiting:
            self._context.checkpoint()
            folder = waiting.pop()
            try:
                waiting.extend(self._enter(folder))
            except OSError as error:
                self._folder_problem(folder.path, error)

    def _enter(self, folder: WalkedFolder) -> list[WalkedFolder]:
        """List one folder; return those in it that are to be walked, in falling order.

        Raises:
            OSError: The folder cannot be listed.
        """
        status = os.stat(folder.path)
        device, inode = status.st_dev, status.st_ino
        if folder.chosen is None:
            begins = self._chosen.beginning_at(folder.real_path, device, inode)
            if begins is not None:
                self._left_out[LeftOut.EXCLUDED] += begins.role is Role.EXCLUDED
                return []
        if self._linked.was_walked(folder):
            return []
        if is_loop(folder, device, inode):
            self._left_out[LeftOut.LOOP] += 1
            return []
        place = self._candidates.place(
            folder.path, folder.real_path, folder.relative, device, folder.protected
        )
        if place.volume.file_system in PSEUDO_FILE_SYSTEMS:
            self._left_out[LeftOut.SYSTEM] += 1
            return []
        already_found = len(self._candidates.files)
        others = self._consider_photos(folder, place)
        names, folders = self._consider_others(folder, place, others)
        program = program_of_folder(os.path.basename(folder.real_path))
        program = program or program_of_entries(names)
        if program is not None:
            self.managed.heed_program(folder, program)
            if folder.protected and not place.protected:
                place.protected = True
                self._candidates.protect_since(already_found)
        self._linked.note_walked(folder)
        above = (device, inode, folder.path, folder.above)
        return [
            inner
            for name in sorted(folders, key=os.fsencode, reverse=True)
            if (inner := self._folder_within(folder, name, above)) is not None
        ]

    def _consider_photos(self, folder: WalkedFolder, place: FolderPlace) -> list[os.DirEntry[str]]:
        """Consider all files with a photo's name; return the other entries."""
        others: list[os.DirEntry[str]] = []
        consider = self._candidates.consider
        named = self._chosen.files_in(folder.real_path)
        seen = 0
        try:
            with os.scandir(folder.path) as listing:
                for entry in listing:
                    name = entry.name
                    _, dot, last = name.rpartition(".")
                    if (
                        not dot
                        or name[0] == "."
                        or last.lower() not in PHOTO_EXTENSIONS
                        or (named and name in named)
                    ):
                        others.append(entry)
                        continue
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError as error:
                        self._candidates.cannot_use(entry.path, error)
                        continue
                    if not stat.S_ISREG(status.st_mode):
                        others.append(entry)
                        continue
                    consider(place, name, status)
                    seen += 1
                    if seen == _FILES_PER_CHECKPOINT:
                        self._context.advance(seen)
                        self._context.checkpoint()
                        seen = 0
        except OSError as error:
            # Entries that were listed before the fault count.
            self._folder_problem(folder.path, error)
        if seen:
            self._context.advance(seen)
        return others

    def _consider_others(
        self, folder: WalkedFolder, place: FolderPlace, others: list[os.DirEntry[str]]
    ) -> tuple[list[str], list[str]]:
        """Consider what has no photo's name; return all these names, and those of folders."""
        names: list[str] = []
        folders: list[str] = []
        for entry in others:
            names.append(entry.name)
            try:
                if is_link(entry):
                    self._linked.meet(folder, entry)
                elif entry.is_dir(follow_symlinks=False):
                    if self._is_shown(folder, entry):
                        folders.append(entry.name)
                    continue
                else:
                    self._consider_other_file(folder, place, entry)
            except OSError as error:
                self._candidates.cannot_use(entry.path, error)
            self._context.advance()
            self._context.checkpoint()
        return names, folders

    def _consider_other_file(
        self, folder: WalkedFolder, place: FolderPlace, entry: os.DirEntry[str]
    ) -> None:
        name = entry.name
        chosen = self._chosen.files_in(folder.real_path).get(name)
        if chosen is not None:
            self._left_out[LeftOut.EXCLUDED] += chosen.role is Role.EXCLUDED
            return
        if stands_for_photo(name):
            self._candidates.online_only(entry.path, "placeholder")
            return
        code = file_left_out(name, hidden=self._hidden)
        last = extension(name)
        if code is None and last in OTHER_EXTENSIONS:
            code = LeftOut.NOT_A_PHOTO
        if code is None and not entry.is_file(follow_symlinks=False):
            code = LeftOut.SPECIAL_FILE
        if code is not None:
            self._left_out[code] += 1
            return
        status = entry.stat(follow_symlinks=False)
        self._candidates.consider(place, name, status, sniff=last not in PHOTO_EXTENSIONS)

    def _folder_within(
        self, folder: WalkedFolder, name: str, above: Ancestors
    ) -> WalkedFolder | None:
        """A folder to be walked; None, and counted, when it is left out."""
        path = os.path.join(folder.path, name)
        real_path = os.path.join(folder.real_path, name)
        relative = os.path.join(folder.relative, name)
        code = folder_left_out(folder.path, name, hidden=self._hidden)
        if code is None and not self._candidates.globs.wants_folder(name, relative):
            code = LeftOut.FILTERED_BY_GLOB
        if code is None and is_generated_root(path):
            code = LeftOut.THUMBNAILS
        if code is None and folder.program is not None:
            code = generated_code(folder.program, os.path.relpath(real_path, folder.managed_path))
        if code is not None and self._chosen.role_at(real_path) is None:
            self._left_out[code] += 1
            return None
        return WalkedFolder(
            path,
            real_path,
            relative,
            folder.protected,
            program=folder.program,
            managed_path=folder.managed_path,
            above=above,
        )

    def _is_shown(self, folder: WalkedFolder, entry: os.DirEntry[str]) -> bool:
        """False, and counted, for a folder that the system itself hides."""
        if self._hidden or not HAS_ATTRIBUTES:
            return True
        if not has_hidden_attribute(entry.stat(follow_symlinks=False)):
            return True
        if self._chosen.role_at(os.path.join(folder.real_path, entry.name)) is not None:
            return True
        self._left_out[LeftOut.HIDDEN] += 1
        return False

    def _folder_problem(self, path: str, error: OSError) -> None:
        has_gone = tells_absence(error, path)
        code = ProblemCode.VANISHED if has_gone else ProblemCode.FOLDER_UNREADABLE
        self._context.add_problem(Problem(path, code, error.strerror or str(error)))
