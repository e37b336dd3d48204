"""What a file has besides its bytes and times: permissions, owner, extended attributes."""

import json
import os
import stat
from contextlib import suppress

_OF_THE_PERSON = "user."
"""Only these are somebody's data; the others are the system's own labels."""


def read_attributes(path: str) -> bytes:
    """What `write_attributes` takes; links are not followed.

    Raises:
        OSError: The file cannot be looked at.
    """
    status = os.lstat(path)
    record = {
        "mode": stat.S_IMODE(status.st_mode),
        "uid": status.st_uid,
        "gid": status.st_gid,
        "xattrs": {name: value.hex() for name, value in _extended(path).items()},
    }
    return json.dumps(record).encode("ascii")


def write_attributes(path: str, attributes: bytes) -> None:
    """Give a file attributes that were read before.

    Args:
        path: A regular file of this program's own making.
        attributes: What `read_attributes` gave; nothing is done when empty.

    Raises:
        OSError: An extended attribute cannot be kept there. Owner and permissions are kept as
            far as the account and the file system have them.
    """
    if not attributes:
        return
    record = json.loads(attributes)
    try:
        for name, value in record["xattrs"].items():
            os.setxattr(path, name, bytes.fromhex(value))
    except OSError as error:
        words = f"its extended attributes cannot be kept there: {error.strerror}"
        raise OSError(error.errno, words, path) from error
    with suppress(OSError):
        if hasattr(os, "chown"):
            os.chown(path, record["uid"], record["gid"])
    with suppress(OSError):
        os.chmod(path, record["mode"])


def _extended(path: str) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:  # a file system without any
        return {}
    return {
        name: os.getxattr(path, name, follow_symlinks=False)
        for name in names
        if name.startswith(_OF_THE_PERSON)
    }
