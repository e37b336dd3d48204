"""Files that are reached by two paths: found by their identity, proved before they count as one.

Hard links, bind mounts, links to folders, and spellings that differ in case or Unicode normal
form make one file appear twice. Taken for two photos it would be its own duplicate, and the
"copy" removed would be the only one. Taken for one, two real files would hide a duplicate.

Equal device and inode suggest one file. They prove it on a local file system, whose inode
numbers are unique. Elsewhere (FAT, network, FUSE) numbers are made up, reused or all zero, so
contents are compared too, but only for files whose numbers collide.
"""

import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterable
from itertools import chain

from dupefinder.core.records import FoundFile
from dupefinder.core.scan.volumes import VolumeTable, relative_path

_CHUNK_BYTES = 1 << 18
_SAMPLE_BYTES = 1 << 14


def folded(path: str) -> str:
    """A path with differences of case and Unicode normal form removed."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def merge_same_files(
    files: Iterable[FoundFile],
    links: Collection[str],
    has_own_numbers: Callable[[FoundFile], bool],
    checkpoint: Callable[[], None],
) -> tuple[list[FoundFile], dict[str, tuple[str, ...]]]:
    """Keep one path of every file.

    The path kept is a protected one before others, a file's own before a symbolic link to it,
    then the shortest, then the first in the order of bytes.

    Args:
        files: The files found, in any order.
        links: The paths among them that are symbolic links to files.
        has_own_numbers: Tells whether a file lies on a file system that gives every file a
            number of its own.
        checkpoint: Called between pieces of work; what it raises is passed on.

    Returns:
        The files with the path kept, in the order of their paths' bytes; and for each path
        that has others, those others in the same order.
    """

    def preference(file: FoundFile) -> tuple[bool, bool, int, bytes]:
        path = os.fsencode(file.path)
        return (not file.protected, file.path in links, len(path), path)

    files = list(files)
    keys = [(file.device, file.inode) for file in files]
    kept = files
    suspected: list[list[FoundFile]] = []
    # Nearly always every file has a number of its own, and there is nothing to look into.
    if len(set(keys)) < len(keys) or any(inode == 0 for _, inode in keys):
        by_key: dict[tuple[object, ...], list[FoundFile]] = {}
        for file in files:
            by_key.setdefault(_collision_key(file), []).append(file)
        kept = [group[0] for group in by_key.values() if len(group) == 1]
        suspected = [group for group in by_key.values() if len(group) > 1]
    others: dict[str, tuple[str, ...]] = {}
    for suspects in suspected:
        # By what the listing lacks, so that a folder of equal sizes and times takes no pairs.
        alike: dict[tuple[object, ...], list[list[FoundFile]]] = {}
        for file in sorted(suspects, key=preference):
            checkpoint()
            groups = alike.setdefault(_key_now(file.path), [])
            for group in groups:
                if _is_same_file(group[0], file, has_own_numbers, checkpoint):
                    group.append(file)
                    break
            else:
                groups.append([file])
        for first, *rest in chain.from_iterable(alike.values()):
            kept.append(first)
            paths = {file.path for file in rest} - {first.path}
            if paths:
                others[first.path] = tuple(sorted(paths, key=os.fsencode))
    return sorted(kept, key=lambda file: os.fsencode(file.path)), others


def _collision_key(file: FoundFile) -> tuple[object, ...]:
    """Key shared by two paths to one file, from the listing alone."""
    if file.inode:
        return (file.device, file.inode)
    # No number in the listing (always so on Windows): then size and time lead to the suspects.
    return (file.device, file.size_bytes, file.mtime_ns, "no inode")


def _key_now(path: str) -> tuple[object, ...]:
    """Key shared by two paths to one file, from the file itself."""
    try:
        status = os.stat(path)
    except OSError:
        return (path,)
    # Without numbers there are no hard links: a second path has the same last name.
    return (*_identity(status), "" if status.st_ino else folded(os.path.basename(path)))


def _is_same_file(
    one: FoundFile,
    other: FoundFile,
    has_own_numbers: Callable[[FoundFile], bool],
    checkpoint: Callable[[], None],
) -> bool:
    if one.path == other.path:
        return True
    try:
        # Looked at again: the listing may be older than a change, or lack the number.
        status, other_status = os.stat(one.path), os.stat(other.path)
    except OSError:
        return False
    if _identity(status) != _identity(other_status) or not stat.S_ISREG(status.st_mode):
        return False
    numbered = status.st_ino != 0
    if numbered and (
        min(status.st_nlink, other_status.st_nlink) > 1 or folded(one.path) == folded(other.path)
    ):
        return True
    whole = not (numbered and has_own_numbers(one))
    return _same_content(one.path, other.path, status.st_size, whole, checkpoint)


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def _same_content(
    one: str, other: str, size_bytes: int, whole: bool, checkpoint: Callable[[], None]
) -> bool:
    """Compare two files of one size: all of them, or samples of start, middle and end."""
    starts: Iterable[int] = range(0, size_bytes, _CHUNK_BYTES)
    count = _CHUNK_BYTES
    if not whole and size_bytes > 3 * _SAMPLE_BYTES:
        starts = (0, size_bytes // 2, size_bytes - _SAMPLE_BYTES)
        count = _SAMPLE_BYTES
    try:
        with open(one, "rb") as first, open(other, "rb") as second:
            for start in starts:
                checkpoint()
                first.seek(start)
                second.seek(start)
                if first.read(count) != second.read(count):
                    return False
    except OSError:
        return False
    return True


def may_be_one_file(
    path: str, status: os.stat_result, other_path: str, other_status: os.stat_result
) -> bool:
    """True for two names of one file, and where that cannot be ruled out."""
    if status.st_ino and os.path.samestat(status, other_status):
        return True
    real, other_real = os.path.realpath(path), os.path.realpath(other_path)
    if os.path.normcase(real) == os.path.normcase(other_real):
        return True
    if not status.st_ino and folded(real) == folded(other_real):
        return True
    times = (status.st_size, status.st_mtime_ns), (other_status.st_size, other_status.st_mtime_ns)
    if status.st_dev == other_status.st_dev or times[0] != times[1]:
        return False
    # A network folder that is mounted twice has two devices, and one volume.
    table = VolumeTable()
    volume = table.volume_of(real, status.st_dev)
    other_volume = table.volume_of(other_real, other_status.st_dev)
    return volume.volume_id == other_volume.volume_id and folded(
        relative_path(volume, real)
    ) == folded(relative_path(other_volume, other_real))
