"""Alternate streams of a file: what Windows keeps beside its content, under names of their own.

A rename keeps them, a copy to another drive does not of itself. Most were written by systems and
browsers ("Zone.Identifier"), some hold what a person noted.
"""

import errno
import os
import sys
from collections.abc import Mapping

from dupefinder.core.companions.personal_attributes import extended_attributes, is_bookkeeping

_MOST_BYTES = 1 << 16
"""As much as Linux lets an extended attribute hold: the journal keeps them for the way back."""


def streams_of(path: str) -> dict[str, bytes | None]:
    """Read the alternate streams of a file; none where the system has no such.

    Args:
        path: The file.

    Returns:
        Contents by name; None for one that cannot be carried, being too long or unreadable.
    """
    if sys.platform != "win32":
        return {}
    try:
        found = extended_attributes(path)
    except OSError:
        return {"": None}
    return {name: value if len(value) <= _MOST_BYTES else None for name, value in found.items()}


def write_streams(path: str, streams: Mapping[str, bytes | None]) -> None:
    """Give a file alternate streams, and read them again.

    Args:
        path: The file.
        streams: What `streams_of` gave.

    Raises:
        OSError: One cannot be kept there. Of those that systems write by themselves, that is no
            matter.
    """
    for name, content in streams.items():
        try:
            _write(f"{path}:{name}", content)
        except OSError as error:
            if not is_bookkeeping(name):
                words = f"its alternate stream {name!a} cannot be kept there: {error.strerror}"
                raise OSError(error.errno, words) from error


def _write(path: str, content: bytes | None) -> None:
    if content is None:
        raise OSError(errno.EFBIG, "it is too long, or cannot be read")
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with open(path, "rb") as file:
        if file.read() != content:
            raise OSError(errno.EIO, "what was written does not read as it was")
