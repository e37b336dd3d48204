"""Files of a library that are no photos: listed by the rules of its scan, and found by their bytes.

Files that a scan leaves out are not in the library: neither excluded and hidden files, nor what
lies in a backup. Listing reads no file; `LibraryTwins` reads those of one size.
"""

import os
import stat
from collections.abc import Container, Iterable, Iterator

from dupefinder.actions.presence import digest_of
from dupefinder.actions.real_places import NearestRoot
from dupefinder.actions.records import PlannedFile
from dupefinder.actions.trash.folders import is_in_trash
from dupefinder.core.job import JobContext
from dupefinder.core.records import Role
from dupefinder.core.scan.left_out import file_left_out, folder_left_out, has_hidden_attribute
from dupefinder.core.scan.managed_folders import is_generated_root
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign
from dupefinder.core.scan.options import GlobFilter, ScanOptions


def library_files(
    options: ScanOptions, nearest: NearestRoot, sizes: Container[int], context: JobContext
) -> Iterator[tuple[str, os.stat_result]]:
    """List the files of the libraries that have one of some sizes; links are not followed.

    Args:
        options: Of the comparison; the protected folders are the libraries.
        nearest: The same folders.
        sizes: Sizes in bytes.
        context: Pause and cancel.
    """
    globs = GlobFilter((), options.exclude)
    for choice in options.folders:
        if is_in_trash(os.path.join(choice.path, "file")):
            continue  # nothing in a trash or a snapshot stands for anything
        if choice.role is Role.PROTECTED and nearest.role_of(choice.path) is Role.PROTECTED:
            yield from _files_below(choice.path, options.hidden, nearest, globs, sizes, context)


def _files_below(
    root: str,
    hidden: bool,
    nearest: NearestRoot,
    globs: GlobFilter,
    sizes: Container[int],
    context: JobContext,
) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [root]
    while waiting:
        context.checkpoint()
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError:
            continue
        for entry in entries:
            path, name = entry.path, entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if not hidden and has_hidden_attribute(status):
                continue
            relative = os.path.relpath(path, root)
            if stat.S_ISDIR(status.st_mode):
                if (
                    folder_left_out(folder, name, hidden=hidden) is None
                    and globs.wants_folder(name, relative)
                    and not is_generated_root(path)
                    and nearest.role_of(path) is Role.PROTECTED
                ):
                    waiting.append(path)
            elif (
                stat.S_ISREG(status.st_mode)
                and status.st_size in sizes
                and file_left_out(name, hidden=hidden) is None
                and globs.wants_file(name, relative)
                and recall_sign(status) is None
                and not has_no_blocks(status)
                and nearest.role_of(path) is Role.PROTECTED
            ):
                yield path, status


class LibraryTwins:
    """Files of the library by size; each is read at most once."""

    def __init__(self, files: Iterable[tuple[str, os.stat_result]], context: JobContext) -> None:
        self._context = context
        self._unread: dict[int, list[tuple[str, os.stat_result]]] = {}
        self._read: dict[tuple[int, bytes], PlannedFile] = {}
        for path, status in files:
            self._unread.setdefault(status.st_size, []).append((path, status))

    def of(self, size_bytes: int, digest: bytes) -> PlannedFile | None:
        """A file of this size and digest; None without one."""
        unread = self._unread.get(size_bytes, [])
        while (size_bytes, digest) not in self._read and unread:
            self._context.checkpoint()
            path, status = unread.pop()
            try:
                found = digest_of(path)
            except OSError:
                continue
            file = PlannedFile(path, size_bytes, status.st_mtime_ns, found, protected=True)
            self._read.setdefault((size_bytes, found), file)
        return self._read.get((size_bytes, digest))
