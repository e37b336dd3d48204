"""Dispensable companions: the kept copy has an equal one."""

import os
import stat
from collections.abc import Iterable

from dupefinder.core.companions.personal_attributes import personal_attributes
from dupefinder.core.companions.records import Companion, CompanionKind
from dupefinder.core.file_parts import lacking_parts
from dupefinder.core.scan.online_only import recall_sign
from dupefinder.core.scan.same_file import folded

_CHUNK_BYTES = 1 << 20


def twin_of(companion: Companion, beside_survivor: Iterable[Companion]) -> str | None:
    """Find the file that makes a companion dispensable.

    Args:
        companion: A companion of the photo that goes.
        beside_survivor: The companions of the kept copy.

    Returns:
        Path of a file of the same kind, the same bytes and no fewer notes; of the companion itself
        when it belongs to both and stays; of a folder's file that says the same of that copy as of
        the photo. None without one, or where either cannot be read.
    """
    for other in beside_survivor:
        if other.kind is not companion.kind:
            continue
        if companion.kind is CompanionKind.FOLDER_FILE:
            said, says = companion.says, other.says
            if said is not None and says is not None and said <= says:
                return other.path
        elif other.path == companion.path:
            if not companion.goes_along:
                return other.path
        elif have_same_bytes(companion.path, other.path) and not lacking_parts(
            personal_attributes(other.path), personal_attributes(companion.path)
        ):
            return other.path
    return None


def have_same_bytes(path: str, other: str) -> bool:
    """Compare two files, or two names of one; False also for one name and unreadable files."""
    try:
        status, other_status = os.lstat(path), os.lstat(other)
        if not (stat.S_ISREG(status.st_mode) and stat.S_ISREG(other_status.st_mode)):
            return False
        if status.st_size != other_status.st_size:
            return False
        if recall_sign(status) or recall_sign(other_status):
            return False  # to compare them would download them
        if os.path.samestat(status, other_status) and not _is_second_name(path, other, status):
            return False
        with open(path, "rb") as one, open(other, "rb") as two:
            while True:
                chunk = one.read(_CHUNK_BYTES)
                if chunk != two.read(_CHUNK_BYTES):
                    return False
                if not chunk:
                    return True
    except (OSError, ValueError):
        return False


def _is_second_name(path: str, other: str, status: os.stat_result) -> bool:
    """True where a hard link stays once the other one is gone.

    Two paths may also lead to one name, if a folder is mounted twice or names ignore case.
    """
    (folder, name), (other_folder, other_name) = os.path.split(path), os.path.split(other)
    is_other_name = folded(name) != folded(other_name)
    return status.st_nlink > 1 and (is_other_name or not os.path.samefile(folder, other_folder))
