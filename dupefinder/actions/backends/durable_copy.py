"""Durable copies: each is on the disk and was read again before anything relies on it."""

import errno
import os
from contextlib import suppress

from blake3 import blake3

from dupefinder.actions.backends.attributes import (
    BY_DESCRIPTOR,
    attributes_of,
    completed,
    read_attributes,
    write_attributes,
)
from dupefinder.actions.backends.opened_folder import Entry, opened, sync_names
from dupefinder.actions.backends.protocol import FileChanged, check_unchanged, same_file
from dupefinder.actions.backends.renaming import (
    partial_name,
    rename_without_replacing,
    unlink_or_take_back,
)
from dupefinder.actions.presence import READ_FLAGS, Presence

_CHUNK_BYTES = 1 << 20


def carry(source: Entry, target: Entry, digest: bytes, attributes: bytes = b"") -> None:
    """Move a file, to another volume too; it keeps its times, permissions and attributes.

    Args:
        source: The file.
        target: Its new name.
        digest: 32-byte BLAKE3 digest of its content.
        attributes: Its attributes before it was carried to its place; see `attributes`. Another
            volume may not have kept them.

    Raises:
        FileExistsError: The new name is taken; nothing was done.
        FileChanged: It has another content; nothing was done.
        OSError: The system refuses; nothing was done.
    """
    try:
        rename_without_replacing(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    expected = source.status()
    if attributes:
        attributes = completed(attributes, attributes_of(source.name, source.folder))
    copy_durably(source, target, digest, attributes)
    remove_copied(source, target, expected)


def remove_copied(source: Entry, target: Entry, expected: os.stat_result) -> None:
    """Remove a file that was copied, or its copy where it is not that file any more.

    Args:
        source: The file.
        target: The copy that was just made.
        expected: The file's status before it was copied.

    Raises:
        FileChanged: It is another file now.
        OSError: It cannot be removed, or has gone; then the copy stays.
    """
    try:
        check_unchanged(source, expected)
    except (FileChanged, OSError):
        if source.is_taken():
            target.unlink()
        raise
    unlink_or_take_back(source, target)
    sync_folder(os.path.dirname(source.path))


def copy_durably(
    source: Entry,
    target: Entry,
    digest: bytes,
    attributes: bytes = b"",
    *,
    demand_acl: bool = False,
) -> None:
    """Copy a file; the copy gets its name only after it was read again from the disk.

    Args:
        source: The file.
        target: The copy's name.
        digest: 32-byte BLAKE3 digest that its content must have.
        attributes: See `carry`; empty for those that the file has.
        demand_acl: See `write_attributes`.

    Raises:
        FileExistsError: The name is taken; nothing was done.
        FileChanged: The file has another content; nothing was done.
        OSError: The system refuses, or what was written reads otherwise; nothing was done.
    """
    partial = target.beside(partial_name(target.path))
    try:
        written = write_copy(source, partial, digest, attributes, demand_acl=demand_acl)
        rename_without_replacing(partial, target)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
    demand_copy(target, written, digest)
    sync_folder(os.path.dirname(target.path))


def write_copy(
    source: Entry,
    partial: Entry,
    digest: bytes,
    attributes: bytes = b"",
    mtime_ns: int | None = None,
    *,
    demand_acl: bool = False,
) -> os.stat_result:
    """Write a copy under a temporary name, sync it to the disk, and read it from there.

    Args:
        source: The file.
        partial: See `passing_names`; what a crash left there is replaced.
        digest: 32-byte BLAKE3 digest that its content must have.
        attributes: See `attributes`; empty for those that the file has.
        mtime_ns: The copy's modification time; None for that of the file.
        demand_acl: See `write_attributes`.

    Returns:
        The copy's status.

    Raises:
        FileChanged: The file has another content.
        OSError: The system refuses, or what was written reads otherwise. Whoever calls removes
            what lies there.
    """
    with suppress(FileNotFoundError):
        partial.unlink()
    with (
        open(source.open(READ_FLAGS), "rb", buffering=0) as read,
        open(partial.open(os.O_RDWR | os.O_CREAT | os.O_EXCL), "r+b", buffering=0) as written,
    ):
        descriptor = written.fileno()
        status = os.fstat(read.fileno())
        copied = blake3()
        while chunk := read.read(_CHUNK_BYTES):
            copied.update(chunk)
            view = memoryview(chunk)
            while view:
                view = view[written.write(view) :]
        if copied.digest() != digest:
            raise FileChanged(source.path)
        file = descriptor if BY_DESCRIPTOR else partial.path
        attributes = attributes or read_attributes(read.fileno(), source.path)
        write_attributes(file, attributes, demand_acl=demand_acl)
        times = (status.st_atime_ns, status.st_mtime_ns if mtime_ns is None else mtime_ns)
        os.utime(file, ns=times)
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        written.seek(0)
        read_again = blake3()
        while chunk := written.read(_CHUNK_BYTES):
            read_again.update(chunk)
        if read_again.digest() != digest:
            raise OSError(errno.EIO, "what was written does not read as it was", partial.path)
        # Reading it has changed its access time.
        os.utime(file, ns=times)
        return os.fstat(descriptor)


def demand_copy(target: Entry, written: os.stat_result, digest: bytes) -> None:
    """Make sure that a name is that of the copy that was written under a temporary name.

    Args:
        target: The name.
        written: The copy's status, of `write_copy`.
        digest: 32-byte BLAKE3 digest of its content.

    Raises:
        OSError: Another file was put there meanwhile.
    """
    if same_file(target.status(), written):
        return
    # Some file systems of FUSE give a file another number with another name.
    if target.presence(written.st_size, digest) is not Presence.SAME:
        raise OSError(errno.EIO, "another file took the place of the copy", target.path)


def sync_folder(path: str) -> None:
    """Sync the names in a folder to the disk, where the system can do that."""
    sync_names(path)


def remove_passing(partial: Entry) -> None:
    """Remove what a crash left under a temporary name, if possible."""
    with suppress(OSError):
        partial.unlink()


def remove_passing_of(path: str) -> None:
    """See `remove_passing`: of a copy that was to be at a path."""
    with suppress(OSError), opened(path) as file:
        file.beside(partial_name(path)).unlink()


def remove_second_copy(copy: Entry, original: Entry, size_bytes: int, digest: bytes) -> bool:
    """Remove one of two files of the same content, after the other was read.

    Returns:
        False when the other is not there, or the two are one file: then nothing was done.

    Raises:
        OSError: It cannot be removed.
    """
    if original.presence(size_bytes, digest) is not Presence.SAME:
        return False
    if os.path.samestat(original.status(), copy.status()):
        return False
    copy.unlink()
    return True
