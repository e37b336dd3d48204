"""Owner, permissions, access list, extended attributes, streams and hiding of a file.

They are read from and written to an opened file, as its path may lead to another one by then. A
copy never has more rights than its original: where an owner, a group or an access list (ACL) cannot
be kept, the rights of others shrink. It has no set-user and set-group bits either, which would let
others act as the account that copied it.
"""

import ctypes
import errno
import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from dupefinder.actions.backends import windows_calls
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.core.companions.personal_attributes import extended_attributes, is_bookkeeping

_MOST_BYTES = 1 << 16
"""The largest extended attribute of Linux; the journal keeps them for undoing."""


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
        OSError: One cannot be kept there; those that systems write themselves may be lost.
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


_OF_THE_PERSON = "user."
"""Namespaces of a person's data; the others are the system's own labels."""
_ACCESS_LIST = "system.posix_acl_access"
# Errors for a file without a list, and for a file system without lists.
_HAS_NO_LIST = {errno.ENODATA, errno.ENOTSUP, errno.EOPNOTSUPP}
_CANNOT_KEEP = _HAS_NO_LIST | {errno.EPERM, errno.EACCES, errno.EINVAL, errno.ENOSYS}
"""Errors of an account or a file system that cannot keep something; rights are reduced then.

Other errors, as of a full disk, are faults: nothing is done.
"""

BY_DESCRIPTOR = os.chmod in os.supports_fd and os.utime in os.supports_fd
"""False on Windows, which sets permissions and times by a path alone."""


def attributes_of(path: str, folder: int | None = None) -> bytes:
    """See `read_attributes`; a link is not followed.

    Args:
        path: The file.
        folder: Descriptor of an opened folder that the path counts from; None without one.

    Raises:
        OSError: The file cannot be opened or looked at.
    """
    descriptor = os.open(path, READ_FLAGS, dir_fd=folder)
    try:
        return read_attributes(descriptor, path)
    finally:
        os.close(descriptor)


def read_attributes(descriptor: int, path: str) -> bytes:
    """Read what `write_attributes` takes.

    Args:
        descriptor: The opened file.
        path: Its path; Windows lists alternate streams only by path.

    Raises:
        OSError: The file cannot be looked at.
    """
    status = os.fstat(descriptor)
    record = {
        "mode": stat.S_IMODE(status.st_mode),
        "uid": status.st_uid,
        "gid": status.st_gid,
        "xattrs": {name: value.hex() for name, value in _extended(descriptor).items()},
        "acl": _access_list(descriptor),
        "streams": {
            name: None if content is None else content.hex()
            for name, content in streams_of(path).items()
        },
        "hidden": getattr(status, "st_file_attributes", 0) & windows_calls.HIDDEN,
    }
    return json.dumps(record).encode("ascii")


def completed(before: bytes, now: bytes) -> bytes:
    """Attributes as a file had them before, with the extended ones and streams that came since.

    Args:
        before: What `read_attributes` gave before the file was moved to another volume, which
            may not keep all of it.
        now: Those of the file in its present place.
    """
    record, newer = json.loads(before), json.loads(now)
    record["xattrs"] |= newer["xattrs"]
    if newer.get("streams"):
        record["streams"] = record.get("streams", {}) | newer["streams"]
    return json.dumps(record).encode("ascii")


def lost_access_list(original: bytes, copy: bytes) -> bool:
    """True when a copy lacks the access list of its original.

    Args:
        original: What `read_attributes` gives of the original.
        copy: Those of the copy.
    """
    acl = json.loads(original)["acl"]
    return acl != "" and (acl is None or json.loads(copy)["acl"] != acl)


def write_attributes(file: int | str, attributes: bytes, *, demand_acl: bool = False) -> None:
    """Give a file attributes that were read before.

    Args:
        file: Descriptor of a regular file of this program's own making; on Windows its path.
        attributes: What `read_attributes` gave; nothing is done when empty.
        demand_acl: True to fail where an access list cannot be kept; otherwise only the owner
            has rights there.

    Raises:
        OSError: An extended attribute, an alternate stream or the access list cannot be kept
            there, or the system reports a fault. Owner and permissions are kept as far as the
            account and the file system have them.
    """
    if not attributes:
        return
    record = json.loads(attributes)
    try:
        for name, value in record["xattrs"].items():
            os.setxattr(file, name, bytes.fromhex(value))
    except OSError as error:
        words = f"its extended attributes cannot be kept there: {error.strerror}"
        raise OSError(error.errno, words) from error
    if isinstance(file, str):
        streams = record.get("streams", {}).items()
        write_streams(
            file,
            {name: None if text is None else bytes.fromhex(text) for name, text in streams},
        )
    if sys.platform == "win32" and isinstance(file, str) and "hidden" in record:
        with _as_far_as_can_be():
            windows_calls.hide(file, record["hidden"])
    owner_kept, group_kept = _give_to(file, record["uid"], record["gid"])
    mode = narrowed(record["mode"], owner_kept=owner_kept, group_kept=group_kept)
    if "acl" not in record:
        # An earlier version wrote it: the rights of the group may be those of a whole list.
        mode = narrowed(mode, owner_kept=True, group_kept=False)
    acl = record.get("acl", "")
    wanted = bytes.fromhex(acl) if acl and owner_kept and group_kept else b""
    # Without a list of its own, it must not inherit that of its folder.
    is_set = _set_access_list(file, wanted)
    is_kept = is_set and bool(wanted) == (acl != "")
    if not is_kept:
        if demand_acl and acl != "":
            raise OSError(errno.ENOTSUP, "its access list (ACL) cannot be kept there")
        mode &= stat.S_IRWXU
    with _as_far_as_can_be():
        os.chmod(file, mode)


def narrowed(mode: int, *, owner_kept: bool, group_kept: bool) -> int:
    """The permissions of a copy that give nobody but its owner new rights.

    Args:
        mode: The permissions of the original.
        owner_kept: True when both have one owner.
        group_kept: True when both have one group.
    """
    user, group, other = (mode >> bits & 0o7 for bits in (6, 3, 0))
    if not owner_kept:  # the old owner counts among the group or the others now
        group, other = group & user, other & user
    if not group_kept:  # likewise the members of the old group
        group = other = group & other
    return user << 6 | group << 3 | other


def _give_to(file: int | str, uid: int, gid: int) -> tuple[bool, bool]:
    """Set owner and group if possible; return for each whether it is as wanted."""
    if not hasattr(os, "chown"):
        return True, True
    with _as_far_as_can_be():
        os.chown(file, -1, gid)
    with _as_far_as_can_be():
        os.chown(file, uid, -1)
    status = os.stat(file)
    return status.st_uid == uid, status.st_gid == gid


def _extended(descriptor: int) -> dict[str, bytes]:
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_KEEP:
            raise
        return {}  # a file system without any
    return {
        name: os.getxattr(descriptor, name) for name in names if name.startswith(_OF_THE_PERSON)
    }


def _access_list(descriptor: int) -> str | None:
    """The access list in hexadecimal; empty without one, None for one that cannot be carried."""
    if sys.platform == "darwin":
        return None if _has_list_of_mac(descriptor) else ""
    if not hasattr(os, "getxattr"):
        return ""
    try:
        return os.getxattr(descriptor, _ACCESS_LIST).hex()
    except OSError as error:
        if error.errno not in _CANNOT_KEEP:
            raise
        return "" if error.errno in _HAS_NO_LIST else None


def _has_list_of_mac(descriptor: int) -> bool:
    """Ask macOS, whose lists are no extended attributes (`man acl_get_fd`)."""
    library = ctypes.CDLL(None)
    library.acl_get_fd.restype = ctypes.c_void_p
    library.acl_free.argtypes = (ctypes.c_void_p,)
    found = library.acl_get_fd(descriptor)
    if found:
        library.acl_free(found)
    return bool(found)


def _set_access_list(file: int | str, acl: bytes) -> bool:
    """Give a file an access list, or remove its own; False where that is not possible."""
    if not hasattr(os, "setxattr"):
        return not acl
    try:
        if acl:
            os.setxattr(file, _ACCESS_LIST, acl)
        else:
            os.removexattr(file, _ACCESS_LIST)
    except OSError as error:
        if error.errno not in _CANNOT_KEEP:
            raise
        return not acl and error.errno in _HAS_NO_LIST
    return True


@contextmanager
def _as_far_as_can_be() -> Iterator[None]:
    """Go on where the account or the file system cannot keep something."""
    try:
        yield
    except OSError as error:
        if error.errno not in _CANNOT_KEEP:
            raise
