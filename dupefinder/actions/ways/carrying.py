"""Copying a file so that it is on the disk and was read again before anybody relies on it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from blake3 import blake3

from dupefinder.actions.presence import Presence, digest_of, presence_of
from dupefinder.actions.ways.attributes import read_attributes, write_attributes
from dupefinder.actions.ways.passing_names import partial_name
from dupefinder.actions.ways.protocol import FileChanged
from dupefinder.actions.ways.renaming import rename_without_replacing

_CHUNK_BYTES = 1 << 20
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def carry(source: str, target: str, digest: bytes) -> None:
    """Move a file, to another volume too; it keeps its times, permissions and attributes.

    Args:
        source: The file.
        target: Its new path, in a folder that exists.
        digest: 32-byte BLAKE3 digest of its content.

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
    copy_durably(source, target, digest)
    try:
        os.unlink(source)
    except OSError:
        os.unlink(target)  # the copy that was just made
        raise
    sync_folder(os.path.dirname(source))


def copy_durably(source: str, target: str, digest: bytes) -> None:
    """Copy a file; it has its name only after it was read again from the disk.

    Args:
        source: The file.
        target: The copy's path, in a folder that exists.
        digest: 32-byte BLAKE3 digest that its content must have.

    Raises:
        FileExistsError: The name is taken; nothing was done.
        FileChanged: The file has another content; nothing was done.
        OSError: The system refuses, or what was written reads otherwise; nothing was done.
    """
    partial = partial_name(target)
    try:
        write_copy(source, partial, digest, read_attributes(source), None)
        rename_without_replacing(partial, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise
    sync_folder(os.path.dirname(target))


def write_copy(
    source: str, partial: str, digest: bytes, attributes: bytes, mtime_ns: int | None
) -> None:
    """Write a copy under a passing name, have it on the disk, and read it from there.

    Args:
        source: The file.
        partial: See `passing_names`; what a crash left there is replaced.
        digest: 32-byte BLAKE3 digest that its content must have.
        attributes: See `attributes`.
        mtime_ns: The copy's modification time; None for that of the file.

    Raises:
        FileChanged: The file has another content.
        OSError: The system refuses, or what was written reads otherwise. Whoever calls removes
            what lies there.
    """
    with suppress(FileNotFoundError):
        os.unlink(partial)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
    read = blake3()
    with (
        open(os.open(source, os.O_RDONLY | _NO_LINK), "rb", buffering=0) as opened,
        open(os.open(partial, flags, 0o600), "wb", buffering=0) as written,
    ):
        status = os.fstat(opened.fileno())
        while chunk := opened.read(_CHUNK_BYTES):
            read.update(chunk)
            view = memoryview(chunk)
            while view:
                view = view[written.write(view) :]
        if read.digest() != digest:
            raise FileChanged(source)
        write_attributes(partial, attributes)
        times = (status.st_atime_ns, status.st_mtime_ns if mtime_ns is None else mtime_ns)
        os.utime(partial, ns=times)
        os.fsync(written.fileno())
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if digest_of(partial) != digest:
        raise OSError(errno.EIO, "what was written does not read as it was", partial)
    # Reading it has touched its time of access.
    os.utime(partial, ns=times)


@contextmanager
def folder_made_for(path: str) -> Iterator[None]:
    """Make the folder of a file, and those above it, and have their names on the disk.

    Those that were made go again when what follows fails.

    Raises:
        OSError: That cannot be; never `FileExistsError`, which would tell of the file itself.
    """
    folder = os.path.dirname(path)
    made = []
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        made.append(folder)
        folder = os.path.dirname(folder)
    try:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except FileExistsError as error:
            code = errno.ENOTDIR
            raise NotADirectoryError(code, os.strerror(code), error.filename) from error
        for folder in reversed(made):
            sync_folder(os.path.dirname(folder))
        yield
    except BaseException:
        with suppress(OSError):  # one that is not empty
            for folder in made:
                os.rmdir(folder)
        raise


def sync_folder(path: str) -> None:
    """Have a folder's names on the disk, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):  # some network file systems refuse it for folders
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_passing(partial: str) -> None:
    """Remove what a crash left under a passing name, if that can be done."""
    with suppress(OSError):
        os.unlink(partial)


def remove_second_copy(copy: str, original: str, size_bytes: int, digest: bytes) -> bool:
    """Remove one of two files of the same content, after the other was read.

    Returns:
        False when the other is not there, or the two are one file: then nothing was done.

    Raises:
        OSError: It cannot be removed.
    """
    if presence_of(original, size_bytes, digest) is not Presence.SAME:
        return False
    if os.path.samestat(os.lstat(original), os.lstat(copy)):
        return False
    os.unlink(copy)
    return True
