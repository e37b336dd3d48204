"""Names that a file may take where its own is taken."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress

_NUMBERED_NAMES = 100
_USUAL_LIMIT_BYTES = 255


def name_limit_bytes(folder: str) -> int:
    """How long a name may be in a folder, as far as the system tells."""
    if hasattr(os, "statvfs"):
        with suppress(OSError):
            return os.statvfs(folder).f_namemax
    return _USUAL_LIMIT_BYTES


def free_names(name: str, limit_bytes: int) -> Iterator[str]:
    """Names for a file: its own first, then numbered ones, then one by chance.

    Args:
        name: Its own.
        limit_bytes: How long a name may be; longer ones are cut.
    """
    stem, extension = os.path.splitext(name)
    if len(os.fsencode(extension)) > limit_bytes // 2:
        stem, extension = name, ""
    marks = ["", *(f".{number}" for number in range(2, _NUMBERED_NAMES))]
    for mark in [*marks, f".{secrets.token_hex(8)}"]:
        ending = mark + extension
        room_bytes = limit_bytes - len(os.fsencode(ending))
        # By characters: a file system may refuse a name that ends amid one.
        fitting = stem[:room_bytes]
        while len(os.fsencode(fitting)) > room_bytes:
            fitting = fitting[:-1]
        yield fitting + ending
