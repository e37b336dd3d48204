"""Access lists (ACLs) of files, as Linux keeps them."""

import os
import struct
from pathlib import Path

import pytest

NAME = "system.posix_acl_access"
HANDED_DOWN = "system.posix_acl_default"
SOMEBODY = 54_321
_NOBODY_NAMED = 0xFFFFFFFF


def access_list(*, user: int = 6, somebody: int = 6, group: int = 0, mask: int = 6) -> bytes:
    """A list by which `SOMEBODY` has rights, the group others, and everybody else none.

    Source: Linux, `include/uapi/linux/posix_acl_xattr.h`.
    """
    entries = (
        (0x01, user, _NOBODY_NAMED),
        (0x02, somebody, SOMEBODY),
        (0x04, group, _NOBODY_NAMED),
        (0x10, mask, _NOBODY_NAMED),
        (0x20, 0, _NOBODY_NAMED),
    )
    return struct.pack("<L", 2) + b"".join(struct.pack("<HHL", *entry) for entry in entries)


def give(path: Path, name: str = NAME) -> bytes:
    """Give a file a list, or a folder one to hand down; skip the test where there are none."""
    try:
        os.setxattr(path, name, access_list())
    except (AttributeError, OSError):
        pytest.skip("this file system has no access lists")
    return access_list()


def list_of(path: Path) -> bytes:
    """The list of a file; empty without one."""
    try:
        return os.getxattr(path, NAME)
    except OSError:
        return b""
