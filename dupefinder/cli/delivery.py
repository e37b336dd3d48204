"""Delivery of a command's result: to a file written whole or not at all, or to the terminal."""

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterable

from dupefinder.cli.terminal import say, warn
from dupefinder.cli.wrong_usage import WrongUsage
from dupefinder.core.scan.picture_names import (
    PHOTO_EXTENSIONS,
    extension,
    looks_like_photo,
    read_head,
)
from dupefinder.text.translation import _

_HEAD_BYTES = 256
# The folders' roles, "dupefinder-folders", are settings and no result.
_OLDER_RESULT = re.compile(rb'\s*\{\s*"format"\s*:\s*"dupefinder-(?:groups|search|coverage|plan)"')


def check_target(path: str) -> None:
    """Make sure, before hours of work, that a result can be written to a path.

    Args:
        path: The file to be.

    Raises:
        WrongUsage: It is a folder, a link or a device, its folder does not exist or takes no
            new files; or it holds anything but an earlier result of the program, as a photo or
            its sidecar from a pattern that the shell filled in (`--json IMG_1.*`).
    """
    try:
        _check_existing(path)
        if not os.path.basename(path):
            raise OSError("no name is given")
        descriptor, probe = _new_file_beside(path)
        os.close(descriptor)
        os.unlink(probe)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise WrongUsage(
            _("cannot write to {path}: {words}").format(path=ascii(path), words=words)
        ) from error


def _check_existing(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise OSError("it is a folder")
    if not stat.S_ISREG(mode):
        raise OSError("it is a link or a device; name the file itself, or '-'")
    if not os.access(path, os.W_OK):
        raise OSError("it is write-protected")
    if extension(os.path.basename(path)) in PHOTO_EXTENSIONS or looks_like_photo(read_head(path)):
        raise OSError("it is a photo")
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    if head and not _OLDER_RESULT.match(head):
        raise OSError("it is no earlier result of this program, so it is not replaced")


def write_whole(path: str, content: bytes) -> None:
    """Write a file so that at any time it has its old or its new content in full.

    Args:
        path: The file. A link there is replaced, not followed.
        content: What it shall hold.

    Raises:
        OSError: It cannot be written; what was there before is unchanged.
    """
    descriptor, new_path = _new_file_beside(path)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
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
    # The name is hidden, random and short, however long the target's is.
    new_path = os.path.join(os.path.dirname(path), f".dupefinder-{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(new_path, flags, 0o666), new_path


TO_STDOUT = "-"


def deliver(encoded: bytes | None, lines: Iterable[str], target: str | None, code: int) -> int:
    """Write JSON, then the text; to standard output JSON goes alone.

    Args:
        encoded: The JSON, ASCII; None for none.
        lines: The text.
        target: File for the JSON, or `TO_STDOUT`.
        code: The exit code so far.

    Returns:
        The exit code: 1 when the file could not be written.
    """
    failure = None
    if encoded is not None and target is not None:
        if target == TO_STDOUT:
            say(encoded.decode("ascii").rstrip("\n"))
            return code
        # Before the text: whoever reads that may go away in the middle.
        try:
            write_whole(target, encoded)
        except OSError as error:
            failure = error
    for text in lines:
        say(text)
    if failure is not None:
        warn(
            _("cannot write to {target}: {what}").format(
                target=ascii(target), what=failure.strerror or failure
            )
        )
        return 1
    return code
