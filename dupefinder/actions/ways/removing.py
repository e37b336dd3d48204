"""Removing a file for good, once it is proved that what stays for it is another file."""

import os

from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.ways.carrying import sync_folder
from dupefinder.actions.ways.passing_names import aside_name
from dupefinder.actions.ways.protocol import SurvivorGone
from dupefinder.actions.ways.renaming import rename_without_replacing


def remove_proven(path: str, stays: str, size_bytes: int, digest: bytes) -> None:
    """Remove a file that was put aside, after what stays for it was read meanwhile.

    Args:
        path: The file as it is called; it lies at its `aside_name` by now.
        stays: The file that stays for it.
        size_bytes: Size that this must have.
        digest: 32-byte BLAKE3 digest that this must have.

    Raises:
        SurvivorGone: That is not there any more; the file has its name again.
        OSError: The system refuses; it has its name again unless the message says otherwise.
    """
    aside = aside_name(path)
    try:
        there = presence_of(stays, size_bytes, digest) is Presence.SAME
        if not there or os.path.samestat(os.lstat(stays), os.lstat(aside)):
            raise SurvivorGone(stays)
        os.unlink(aside)
    except BaseException:
        put_back(path)
        raise
    sync_folder(os.path.dirname(path))


def put_back(path: str) -> None:
    """Give a file that was put aside its name again.

    Raises:
        OSError: Its name is taken, or the system refuses; the message says where it lies.
    """
    aside = aside_name(path)
    if not os.path.lexists(aside):
        return
    try:
        rename_without_replacing(aside, path)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}; the file lies here: {aside}") from error
