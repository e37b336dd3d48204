"""The info file beside every file in the trash: where that was, and when it was removed.

Source: "The FreeDesktop.org Trash specification", version 1.0.
"""

import os
from contextlib import suppress
from datetime import datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes

SUFFIX = ".trashinfo"
_LIMIT_BYTES = 1 << 16


def info_path_of(place: str) -> str:
    """The info file's path for a file in the trash (`…/files/NAME`)."""
    files, name = os.path.split(place)
    return os.path.join(os.path.dirname(files), "info", name + SUFFIX)


def real_path(path: str) -> str:
    """The path with links resolved, except in the last name."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


def write_info(place: str, path: str, topdir: str | None) -> None:
    """Claim a name in the trash by making its info file.

    Args:
        place: The name, as the path of the file to be in the trash.
        path: Where the file is now.
        topdir: Mount point of the trash's volume; None for the home trash.

    Raises:
        FileExistsError: The name is claimed already.
        OSError: The info file cannot be written; none is left behind.
    """
    named = real_path(path)
    if topdir is not None:
        named = os.path.relpath(named, topdir)
    now = datetime.now().strftime("%Y-%m-%dT%H:%M:%S")  # local time, as the specification says
    content = f"{_beginning(named)}DeletionDate={now}\n"
    info_path = info_path_of(place)
    descriptor = os.open(info_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(info_path)
        raise


def info_is_of(place: str, path: str) -> bool:
    """True when the info file of a place in the trash was made for the file of a path.

    One that ends early was begun by a program that was stopped while it wrote; who asks for it
    by the name that was chosen for a file takes it as that file's, if what is there fits.
    """
    try:
        with open(info_path_of(place), "rb") as file:
            content = file.read(_LIMIT_BYTES)
    except (OSError, ValueError):
        return False
    real, topdir = real_path(path), _topdir_of(place)
    for line in content.split(b"\n")[:-1]:
        if line.startswith(b"Path="):
            named = os.fsdecode(unquote_to_bytes(line[len(b"Path=") :].rstrip(b"\r")))
            return os.path.join(topdir, named) == real
    wholes = (_beginning(real), _beginning(os.path.relpath(real, topdir)))
    return any(whole.encode("ascii").startswith(content) for whole in wholes)


def _beginning(named: str) -> str:
    quoted = quote_from_bytes(os.fsencode(named), safe="/")
    return f"[Trash Info]\nPath={quoted}\n"


def remove_left_over_info(place: str) -> None:
    """Remove the info file of a place in the trash where no file lies, if that can be done."""
    if not os.path.lexists(place):
        with suppress(OSError):
            os.unlink(info_path_of(place))


def _topdir_of(place: str) -> str:
    """What a relative path counts from, for a trash at `$topdir/.Trash/$uid` or `.Trash-$uid`."""
    above = os.path.dirname(os.path.dirname(os.path.dirname(place)))
    return os.path.dirname(above) if os.path.basename(above) == ".Trash" else above
