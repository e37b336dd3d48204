"""Safe target files: written whole or not at all, replacing only files of this program."""

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from typing import BinaryIO

from dupefinder.core.picture_names import (
    PHOTO_EXTENSIONS,
    extension,
    looks_like_photo,
    read_head,
)
from dupefinder.text.translation import _

HTML_MARK = b"<!DOCTYPE html>\n<!-- dupefinder -->\n"
"""First bytes of HTML files of this program."""
CSV_MARK = b'\xef\xbb\xbf"dupefinder'
"""Beginning of a table of this program: a mark that spreadsheets know UTF-8 by."""

_HEAD_BYTES = 256
# The folders' roles, "dupefinder-folders", are settings and no result.
_OLDER_RESULT = re.compile(
    rb'\s*\{\s*"format"\s*:\s*"dupefinder-(?:groups|search|coverage|plan|receipt|different)"'
    + b"|"
    + re.escape(HTML_MARK)
    + b"|"
    + re.escape(CSV_MARK)
)


def check_target(path: str) -> None:
    """Make sure that a result can be written to a path.

    Raises:
        OSError: It is a folder, a link or a device, its folder does not exist or takes no new
            files; or it holds anything but an earlier result of the program: a photo, say.
        ValueError: It is no path at all.
    """
    check_existing(path)
    if not os.path.basename(path):
        raise OSError(_("no name is given"))
    descriptor, probe = _new_file_beside(path)
    os.close(descriptor)
    os.unlink(probe)


def check_existing(path: str) -> None:
    """Make sure that a path holds nothing, or an earlier result of the program.

    Raises:
        OSError: As `check_target`.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise OSError(_("it is a folder"))
    if not stat.S_ISREG(mode):
        raise OSError(_("it is a link or a device; name the file itself, or '-'"))
    if not os.access(path, os.W_OK):
        raise OSError(_("it is write-protected"))
    if extension(os.path.basename(path)) in PHOTO_EXTENSIONS or looks_like_photo(read_head(path)):
        raise OSError(_("it is a photo"))
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    if head and not _OLDER_RESULT.match(head):
        raise OSError(_("it was not written by this program, so it is not replaced"))


def write_whole(path: str, content: bytes) -> None:
    """Write a file atomically: it has its old or its new content at any time.

    Args:
        path: The file. A link there is replaced, not followed.
        content: Its new content.

    Raises:
        OSError: It cannot be written; what was there before is unchanged.
    """
    with replacing(path) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """Open a file beside a path that takes its place at the end of the context.

    After an exception what was there before is unchanged, and nothing is left beside it.

    Args:
        path: The file to be. A link there is replaced, not followed.

    Raises:
        OSError: It cannot be written.
    """
    descriptor, new_path = _new_file_beside(path)
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode):
                os.chmod(new_path, stat.S_IMODE(status.st_mode))
        os.replace(new_path, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new_path)
        raise


def _new_file_beside(path: str) -> tuple[int, str]:
    # The name is hidden, random and short, whatever the length of the target's.
    new_path = os.path.join(os.path.dirname(path), f".dupefinder-{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(new_path, flags, 0o666), new_path
