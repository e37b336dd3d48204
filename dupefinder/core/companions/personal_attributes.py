"""Tags, comments and colours that a person gave a file: stored beside its content.

Linux and macOS keep them in extended attributes, Windows in alternate streams. Python reads
extended attributes on Linux only; elsewhere the system is called. Where a file system has none,
they may lie in other files, see `attributes_beside`. Attributes that systems write by themselves do
not count; all others do.

Sources: freedesktop.org, "Common Extended Attributes"; Apple, "File System Programming Guide",
`xattr(7)`, `getxattr(2)` and `listxattr(2)`; Microsoft, "[MS-FSCC]: File System Control Codes", 5.1
for the names of streams, and "FindFirstStreamW"; Linux' fs/hfsplus/xattr.c for the namespace "osx";
Samba's `vfs_streams_xattr(8)` and `vfs_fruit(8)`, and for what its streams for Macs hold its
lib/adouble.
"""

import ctypes
import errno
import os
import plistlib
import re
import struct
import sys
from collections.abc import Iterator

from dupefinder.core.companions.apple_double import FINDER_INFO, apple_double_attributes
from dupefinder.core.companions.attributes_beside import (
    NO_SUCH_FILE,
    AttributeFolders,
    attributes_beside,
)
from dupefinder.core.file_parts import Part, PartKind, packed

_MOST_VALUE_BYTES = 1 << 20
_MOST_ATTRIBUTES = 1_000
_NO_FOLLOW = 1
_OF_THE_PERSON = ("user.", "osx.")
"""Namespaces; the second one is that of a Mac's own file system."""
_MAIN_STREAM, _STREAM_KIND = "::$DATA", ":$DATA"
_STREAM_NAME_CHARACTERS = 296
_NO_STREAMS = (38, 87)
"""Errors of Windows: there are no further ones, and the file system has none."""


def extended_attributes(path: str) -> dict[str, bytes]:
    """Read the attributes of a file, links not followed.

    Args:
        path: The file.

    Returns:
        Values by name; of a long value only its beginning, 1 MiB. On Linux only those of the
        namespaces "user" and "osx": the others are the system's own.

    Raises:
        OSError: The file is gone, its file system has none, there are too many, or one cannot be
            read.
    """
    if sys.platform == "linux":
        names = os.listxattr(path, follow_symlinks=False)
        own = [name for name in names if name.startswith(_OF_THE_PERSON)]
        if len(own) > _MOST_ATTRIBUTES:
            raise OSError(errno.E2BIG, os.strerror(errno.E2BIG), path)
        return {name: os.getxattr(path, name, follow_symlinks=False) for name in own}
    if sys.platform == "darwin":
        return _read_macos(path)
    if sys.platform == "win32":
        return _read_windows(path)
    return {}


if sys.platform == "darwin":

    def _read_macos(path: str) -> dict[str, bytes]:
        system = ctypes.CDLL(None, use_errno=True)
        size = ctypes.c_size_t
        system.listxattr.restype = system.getxattr.restype = ctypes.c_ssize_t
        encoded = os.fsencode(path)
        names = ctypes.create_string_buffer(_MOST_VALUE_BYTES)
        length = system.listxattr(encoded, names, size(len(names)), _NO_FOLLOW)
        if length < 0:
            raise OSError(ctypes.get_errno(), "its attributes cannot be listed", path)
        found: dict[str, bytes] = {}
        value = ctypes.create_string_buffer(_MOST_VALUE_BYTES)
        listed = names.raw[:length].split(b"\0")
        if len(listed) > _MOST_ATTRIBUTES:
            raise OSError(errno.E2BIG, os.strerror(errno.E2BIG), path)
        for name in listed:
            if name:
                length = system.getxattr(encoded, name, value, size(len(value)), 0, _NO_FOLLOW)
                # One that is too long is told by its name.
                found[name.decode("utf-8", "replace")] = value.raw[: max(length, 0)] or name
        return found


if sys.platform == "win32":

    class _Stream(ctypes.Structure):
        _fields_ = (
            ("size_bytes", ctypes.c_int64),
            ("name", ctypes.c_wchar * _STREAM_NAME_CHARACTERS),
        )

    def _read_windows(path: str) -> dict[str, bytes]:
        if "\0" in path:
            raise ValueError("embedded null character")  # ctypes has an error of its own for that
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.FindFirstStreamW.restype = ctypes.c_void_p
        stream = _Stream()
        handle = ctypes.c_void_p(kernel.FindFirstStreamW(path, 0, ctypes.byref(stream), 0))
        if handle.value in (None, ctypes.c_void_p(-1).value):
            code = ctypes.get_last_error()
            if code in _NO_STREAMS:
                return {}
            raise ctypes.WinError(code)
        found: dict[str, bytes] = {}
        try:
            while True:
                if stream.name != _MAIN_STREAM:
                    name = stream.name.removesuffix(_STREAM_KIND).lstrip(":")
                    with open(f"{path}:{name}", "rb") as opened:
                        found[name] = opened.read(_MOST_VALUE_BYTES)
                    if len(found) > _MOST_ATTRIBUTES:
                        raise OSError(errno.E2BIG, os.strerror(errno.E2BIG), path)
                if not kernel.FindNextStreamW(handle, ctypes.byref(stream)):
                    code = ctypes.get_last_error()
                    if code not in _NO_STREAMS:
                        raise ctypes.WinError(code)
                    break
        finally:
            kernel.FindClose(handle)
        return found


_OF_SYSTEMS = re.compile(
    # Where a download came from; what a file is; what searching, syncing and sharing note.
    r"xdg\.(?:origin|referrer)\..*|mime_type|DOSATTRIB|SAMBA_PAI|rsync\.%stat"
    r"|dropbox.*|shatag\..*|ocis\..*|oc\..*|nextcloud\..*|SynoEAStream.*"
    r"|com\.apple\.(?:quarantine|provenance|macl|lastuseddate#PS|diskimages\..*|cs\..*"
    r"|TextEncoding|genstore\..*|fileprovider\..*|icloud\..*|file-?provider.*|assetsd\..*"
    r"|metadata:(?:kMDItemWhereFroms|kMDItemDownloadedDate|kMDItemIsScreenCapture"
    r"|kMDItemScreenCapture.*|kMDLabel_.*|com_apple_.*))"
    r"|com\.dropbox\..*|Zone\.Identifier|SmartScreen|ms-properties"
)
_PREFIX = re.compile(r"\A(?:user\.|osx\.)?(?:DosStream\.)?")
"""Namespaces, and what Samba puts before the names of streams."""
_OF_NETATALK, _OF_SAMBA = "org.netatalk.Metadata", "AFP_AfpInfo"
_SAMBA_MARK, _SAMBA_FINDER_INFO = b"AFP\0", slice(16, 48)
_COLOUR_BYTE, _COLOUR_BITS = 9, 0x0E
"""Byte and bits of the Finder's information that hold a label's colour; the rest is bookkeeping."""
_XDG_TAGS = "xdg.tags"
_NONE_THERE = NO_SUCH_FILE | {errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_PROPERTY_LISTS = "com.apple.metadata:"


def is_bookkeeping(name: str) -> bool:
    """True for an attribute that systems write by themselves, which tells nothing of a person.

    Args:
        name: From `extended_attributes`.
    """
    name = _PREFIX.sub("", name, count=1).removesuffix(_STREAM_KIND)
    return _OF_SYSTEMS.fullmatch(name) is not None


def personal_attributes(path: str, folders: AttributeFolders | None = None) -> bytes:
    """Read what a person noted beside the content of a file, links not followed.

    Args:
        path: The file.
        folders: As in `attributes_beside`.

    Returns:
        As `file_parts.packed`: tag by tag where they are understood. Nothing of a file that is
        gone, or of a file system without any; where they cannot be read, that counts as a note.
    """
    try:
        found = (*_own_attributes(path).items(), *attributes_beside(path, folders))
    except OSError:
        return packed([(PartKind.NOTE, path, b"")])
    except ValueError:
        return b""
    return packed(part for name, value in found for part in _parts(name, value))


def _own_attributes(path: str) -> dict[str, bytes]:
    try:
        return extended_attributes(path)
    except OSError as error:
        if error.errno in _NONE_THERE:
            return {}
        raise


def _parts(name: str, value: bytes, *, is_within: bool = False) -> Iterator[Part]:
    """Parts of one attribute, or of one within it, independent of the system that reads it."""
    name = _PREFIX.sub("", name, count=1).removesuffix(_STREAM_KIND)
    if _OF_SYSTEMS.fullmatch(name) or not value:
        return
    if name == _XDG_TAGS:
        for tag in value.split(b","):
            if tag.strip():
                yield PartKind.NOTE, name, tag.strip()
    elif name == _OF_NETATALK and not is_within:
        try:
            for inner, content in apple_double_attributes(value):
                yield from _parts(inner, content, is_within=True)
        except (ValueError, struct.error):
            yield PartKind.NOTE, name, value
    elif name == _OF_SAMBA and value.startswith(_SAMBA_MARK):
        yield from _parts(FINDER_INFO, value[_SAMBA_FINDER_INFO])
    elif name == FINDER_INFO:
        colour = value[_COLOUR_BYTE : _COLOUR_BYTE + 1]
        if colour and colour[0] & _COLOUR_BITS:
            yield PartKind.NOTE, name, bytes((colour[0] & _COLOUR_BITS,))
    elif name.startswith(_PROPERTY_LISTS):
        for one in _listed(value):
            yield PartKind.NOTE, name, one
    else:
        yield PartKind.NOTE, name, value


def _listed(value: bytes) -> list[bytes]:
    """The texts of a property list: the tags of a file, or its comment."""
    try:
        content = plistlib.loads(value)
    except Exception:  # the parser raises whatever a damaged list provokes
        return [value]
    items = content if isinstance(content, list) else [content]
    return [repr(item).encode("utf-8", "replace") for item in items if item]
