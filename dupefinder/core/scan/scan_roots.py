"""The folders that a person chose, with links resolved and roles settled."""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dupefinder.core.job import ask_each
from dupefinder.core.records import Problem, ProblemCode, Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.core.scan.same_file import folded

_STRENGTH = {Role.SCAN: 0, Role.PROTECTED: 1, Role.EXCLUDED: 2}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One folder or file that was named and exists.

    Attributes:
        path: Absolute path as it was named.
        real_path: Its path with links resolved.
        role: Its role; where it was named twice, the stronger one: excluded, then protected.
        device: `st_dev`.
        inode: `st_ino`.
        is_folder: False for a file.
    """

    path: str
    real_path: str
    role: Role
    device: int
    inode: int
    is_folder: bool


class ChosenFolders:
    """Everything that was named: where walks begin, and where they stop.

    Attributes:
        starts: Folders to walk and files to take, in the order of paths.
        problems: Named folders and files that cannot be used.
        excluded_files: (`st_dev`, `st_ino`) of the single files that were excluded.
    """

    def __init__(
        self, choices: Iterable[FolderChoice], checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """Look the folders up.

        Args:
            choices: The chosen folders and files.
            checkpoint: Called while a drive does not answer; that of a `JobContext` lets the job
                be stopped. A drive that never answers is a problem, and the others are used.

        Raises:
            Cancelled: The job was cancelled.
        """
        self.problems: list[Problem] = []
        self._by_real_path: dict[str, Chosen] = {}
        self._folded: dict[str, list[Chosen]] = {}
        self._excluded_folders: dict[tuple[int, int], Chosen] = {}
        self._files: dict[str, dict[str, Chosen]] = {}
        resolved = [found for choice in choices if (found := self._asked(choice, checkpoint))]
        starts: dict[object, Chosen] = {}
        for chosen in _settled(resolved):
            self._by_real_path[chosen.real_path] = chosen
            self._folded.setdefault(folded(chosen.real_path), []).append(chosen)
            is_excluded = chosen.role is Role.EXCLUDED
            # A file chosen by a link keeps its own path where a walk finds that too.
            if not chosen.is_folder and (is_excluded or not os.path.islink(chosen.path)):
                folder, name = os.path.split(chosen.real_path)
                self._files.setdefault(folder, {})[name] = chosen
            if not is_excluded:
                starts.setdefault(_identity(chosen), chosen)
            elif chosen.is_folder and chosen.inode:
                self._excluded_folders[chosen.device, chosen.inode] = chosen
        self.starts = sorted(starts.values(), key=lambda chosen: os.fsencode(chosen.path))
        self.excluded_files = frozenset(
            (chosen.device, chosen.inode)
            for chosen in self._by_real_path.values()
            if chosen.role is Role.EXCLUDED and not chosen.is_folder and chosen.inode
        )

    def role_at(self, real_path: str) -> Role | None:
        """The role of a path that was itself named; None for any other.

        Args:
            real_path: Absolute path, links resolved.
        """
        chosen = self._by_real_path.get(real_path)
        return None if chosen is None else chosen.role

    def beginning_at(self, real_path: str, device: int, inode: int) -> Chosen | None:
        """The chosen folder that begins at a folder which a walk has reached.

        Args:
            real_path: Path of the folder, links resolved.
            device: Its `st_dev`.
            inode: Its `st_ino`.
        """
        for chosen in self._folded.get(folded(real_path), ()):
            same_number = (chosen.device, chosen.inode) == (device, inode)
            if chosen.real_path == real_path or same_number:
                return chosen
        # An excluded folder stays out on whatever way it is reached. A protected or scanned
        # one seen elsewhere (a bind mount) is walked there too, and its files merged later.
        return self._excluded_folders.get((device, inode)) if inode else None

    def nearest(self, real_path: str) -> Chosen | None:
        """The nearest chosen folder at or above a path.

        Args:
            real_path: Absolute path, links resolved.
        """
        while True:
            chosen = self._by_real_path.get(real_path)
            if chosen is not None:
                return chosen
            parent = os.path.dirname(real_path)
            if parent == real_path:
                return None
            real_path = parent

    def files_in(self, real_path: str) -> dict[str, Chosen]:
        """The single files that were named in a folder, by name."""
        return self._files.get(real_path, {})

    def _asked(self, choice: FolderChoice, checkpoint: Callable[[], None]) -> Chosen | None:
        # Each by itself: a drive that does not answer must not hide the others.
        answer = ask_each(_resolved, [choice], checkpoint).get(choice)
        if isinstance(answer, Chosen):
            return answer
        if choice.role is Role.EXCLUDED:
            # A drive that does not answer stays excluded by its name; a missing one needs no
            # exclusion.
            path = os.path.abspath(choice.path)
            return None if answer else Chosen(path, path, choice.role, 0, 0, is_folder=True)
        error = answer or TimeoutError("the drive does not answer")
        unreadable = isinstance(error, PermissionError)
        code = ProblemCode.FOLDER_UNREADABLE if unreadable else ProblemCode.FOLDER_NOT_FOUND
        detail = getattr(error, "strerror", None) or str(error)
        path = os.path.abspath(choice.path) if choice.path else choice.path
        self.problems.append(Problem(path, code, detail))
        return None


def _resolved(choice: FolderChoice) -> Chosen | Exception:
    """Look up what was chosen; the fault where it cannot be used."""
    path = os.path.abspath(choice.path) if choice.path else choice.path
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            is_folder = True
            if choice.role is not Role.EXCLUDED:
                os.scandir(path).close()
        elif stat.S_ISREG(status.st_mode):
            is_folder = False
        else:
            raise OSError("neither a folder nor a regular file")
        real_path = os.path.realpath(path)
    except (OSError, ValueError) as error:
        return error
    return Chosen(path, real_path, choice.role, status.st_dev, status.st_ino, is_folder=is_folder)


def _identity(chosen: Chosen) -> object:
    # Two files with one number are hard links, which the walk tells apart from one file.
    numbered = chosen.is_folder and chosen.inode
    return (chosen.device, chosen.inode) if numbered else chosen.real_path


def _settled(resolved: list[Chosen]) -> list[Chosen]:
    """Give all names of one folder its strongest role; the shortest name comes first."""
    roles: dict[object, Role] = {}
    for chosen in resolved:
        role = roles.setdefault(_identity(chosen), chosen.role)
        if _STRENGTH[chosen.role] > _STRENGTH[role]:
            roles[_identity(chosen)] = chosen.role
    settled = [replace(chosen, role=roles[_identity(chosen)]) for chosen in resolved]
    return sorted(settled, key=lambda chosen: (len(chosen.path), os.fsencode(chosen.path)))
