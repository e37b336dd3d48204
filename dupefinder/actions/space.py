"""How much room an action makes on a disk: seldom as much as the files' sizes add up to.

Another name of the same file, or a clone that shares its blocks, keeps the room taken. Of some
file systems nobody tells from outside whether a file shares its blocks.

Source: Documentation/filesystems/fiemap.rst of the Linux kernel.
"""

import os
import struct
import sys
from collections import Counter
from collections.abc import Iterable

from dupefinder.actions.real_places import RealPlaces
from dupefinder.actions.records import Space
from dupefinder.core.scan.volumes import VolumeTable

_TELLING = frozenset(("btrfs", "xfs", "ocfs2", "bcachefs"))
"""File systems that clone files, and mark the extents that are shared. A snapshot's are, too."""
_SILENT = frozenset(("zfs", "apfs", "refs"))
"""File systems that clone files or keep snapshots, and do not tell."""

_FS_IOC_FIEMAP = 0xC020660B
_HEADER = struct.Struct("=QQIIII")
_EXTENT = struct.Struct("=QQQQQIIII")
_EXTENTS_AT_ONCE = 128
_LAST, _SHARED = 0x1, 0x2000
_SYNC = 0x1
_BLOCK_BYTES = 512


def space_of(paths: Iterable[str]) -> Space:
    """Tell what removing files would free. What is gone or cannot be read counts nothing.

    Args:
        paths: Files, each once.
    """
    places = RealPlaces()
    statuses = {path: status for path in paths if (status := places.of(path).status) is not None}
    # Without inode numbers each path is a file of its own.
    identities = {
        path: (status.st_dev, status.st_ino) if status.st_ino else path
        for path, status in statuses.items()
    }
    going = Counter(identities.values())
    volumes = VolumeTable()
    freed = linked = shared = unknown = 0
    for identity, path in {identity: path for path, identity in identities.items()}.items():
        status = statuses[path]
        if status.st_nlink > going[identity]:
            linked += status.st_size
            continue
        file_system = volumes.volume_of(places.of(path).target, status.st_dev).file_system
        if file_system in _SILENT:
            unknown += status.st_size
            continue
        of_others = shared_bytes(path) if file_system in _TELLING else 0
        if of_others is None:
            unknown += status.st_size
        else:
            of_others = min(of_others, status.st_size)
            shared += of_others
            freed += status.st_size - of_others
    return Space(freed, linked, shared, unknown)


def shared_bytes(path: str) -> int | None:
    """Bytes of a file that lie in blocks which other files or snapshots share.

    Returns:
        None where the system does not tell.
    """
    if sys.platform != "linux":
        return None
    import fcntl

    shared = 0
    start = 0
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        while True:
            request = bytearray(_HEADER.size + _EXTENTS_AT_ONCE * _EXTENT.size)
            _HEADER.pack_into(
                request, 0, start, (1 << 64) - 1 - start, _SYNC, 0, _EXTENTS_AT_ONCE, 0
            )
            fcntl.ioctl(descriptor, _FS_IOC_FIEMAP, request)
            extents = _extents(request)
            shared += sum(length for _, length, flags in extents if flags & _SHARED)
            if not extents or extents[-1][2] & _LAST:
                return shared
            start = extents[-1][0] + extents[-1][1]
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _extents(answer: bytearray) -> list[tuple[int, int, int]]:
    """Logical offset, length in bytes and flags of each extent of an answer."""
    count = _HEADER.unpack_from(answer)[3]
    extents = []
    for index in range(count):
        logical, _, length, _, _, flags, *_ = _EXTENT.unpack_from(
            answer, _HEADER.size + index * _EXTENT.size
        )
        extents.append((logical, length, flags))
    return extents
