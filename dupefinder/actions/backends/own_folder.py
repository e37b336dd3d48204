"""Folders that are this account's, and closed to all others."""

import os
import stat
import tempfile

_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_own(path: str, status: os.stat_result) -> bool:
    """True for a folder of this account, or of the one that owns whatever this account makes.

    FAT and many shares give all files to one account, whoever made them.

    Args:
        path: The folder.
        status: Its status.
    """
    if not hasattr(os, "geteuid") or status.st_uid == os.geteuid():
        return True
    probed = _probed(path)
    return probed is not None and probed.st_uid == status.st_uid


def is_closed(path: str, status: os.stat_result) -> bool:
    """True where no other account may do anything in a folder, as far as rights are kept there.

    An access control list shows in the rights of the group.

    Args:
        path: The folder.
        status: Its status.
    """
    if not hasattr(os, "geteuid") or not status.st_mode & _OF_OTHERS:
        return True
    probed = _probed(path)
    return probed is not None and bool(probed.st_mode & _OF_OTHERS)


def _probed(path: str) -> os.stat_result | None:
    """The status of a file that this account makes there for itself alone; None if it cannot."""
    try:
        with tempfile.TemporaryFile(prefix=".dupefinder-", dir=path) as probe:
            return os.fstat(probe.fileno())
    except OSError:
        return None
