"""Tags, comments and colours that a person gave a file: stored beside its content.

Linux and macOS keep them in extended attributes, Windows in alternate streams. Python reads
extended attributes on Linux only; elsewhere the system is called. Where its file system has none, a
Mac keeps them in an AppleDouble file: "._IMG_1.jpg" on a stick or a share holds those of
"IMG_1.jpg". Attributes that systems write by themselves do not count; all others do.

Sources: freedesktop.org, "Common Extended Attributes"; Apple, "File System Programming Guide",
`xattr(7)`, `getxattr(2)` and `listxattr(2)`, "AppleSingle/AppleDouble Formats", RFC 1740, and for
the attributes behind the information of the Finder XNU's bsd/vfs/vfs_xattr.c; Microsoft,
"[MS-FSCC]: File System Control Codes", 5.1 for the names of streams, and "FindFirstStreamW".
"""

import ctypes
import errno
import os
import plistlib
import re
import struct
import sys
from collections.abc import Iterator

from dupefinder.core.companions.small_file import read_small_file
from dupefinder.core.held_parts import Part, PartKind, packed

_MOST_VALUE_BYTES = 1 << 20
_MOST_ATTRIBUTES = 1_000
_NO_FOLLOW = 1
_OF_THE_PERSON = "user."
_MAIN_STREAM, _STREAM_KIND = "::$DATA", ":$DATA"
_STREAM_NAME_CHARACTERS = 296


def extended_attributes(path: str) -> dict[str, bytes]:
    """Read the attributes of a file, links not followed.

    Args:
        path: The file.

    Returns:
        Values by name; of a long value only its beginning, 1 MiB. On Linux only those of the
        namespace "user": the others are the system's own.

    Raises:
        OSError: The file is gone, its file system has none, or one cannot be read.
    """
    if sys.platform == "linux":
        names = os.listxattr(path, follow_symlinks=False)
        own = [name for name in names if name.startswith(_OF_THE_PERSON)]
        return {
            name: os.getxattr(path, name, follow_symlinks=False) for name in own[:_MOST_ATTRIBUTES]
        }
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
        for name in names.raw[:length].split(b"\0")[:_MOST_ATTRIBUTES]:
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
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.FindFirstStreamW.restype = ctypes.c_void_p
        stream = _Stream()
        handle = ctypes.c_void_p(kernel.FindFirstStreamW(path, 0, ctypes.byref(stream), 0))
        if handle.value in (None, ctypes.c_void_p(-1).value):
            return {}  # a file system without streams
        found: dict[str, bytes] = {}
        try:
            while len(found) < _MOST_ATTRIBUTES:
                if stream.name != _MAIN_STREAM:
                    name = stream.name.removesuffix(_STREAM_KIND).lstrip(":")
                    with open(f"{path}:{name}", "rb") as opened:
                        found[name] = opened.read(_MOST_VALUE_BYTES)
                if not kernel.FindNextStreamW(handle, ctypes.byref(stream)):
                    break
        finally:
            kernel.FindClose(handle)
        return found


_MAGIC = 0x00051607
_HEAD_BYTES, _ENTRY = 24, ">III"
_RESOURCE_FORK, _FINDER_INFO_KIND = 2, 9
_FINDER_INFO_BYTES = 32
_ATTRIBUTES = b"ATTR"
_ATTRIBUTES_HEAD_BYTES, _ATTRIBUTE_HEAD, _ATTRIBUTE_HEAD_BYTES = 36, ">IIHB", 11
_EMPTY_FORK = b"This resource fork intentionally left blank"
_MOST_BYTES = 4 << 20


def beside_attributes(path: str) -> dict[str, bytes]:
    """Read the attributes of a file out of the AppleDouble file beside it.

    Args:
        path: The file.

    Returns:
        Values by name, as a Mac names them; all of a file that is not understood under its own
        name. Nothing on a Mac, which reads them itself, and where there is no such file.

    Raises:
        OSError: It cannot be read.
    """
    if sys.platform == "darwin":
        return {}
    folder, name = os.path.split(path)
    try:
        content = read_small_file(os.path.join(folder, f"._{name}"), _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return {}  # nor can there be one
        raise
    try:
        return _attributes(content)
    except (ValueError, struct.error):
        return {"._": content}


def _attributes(content: bytes) -> dict[str, bytes]:
    magic, count = struct.unpack_from(">I20xH", content)
    if magic != _MAGIC:
        raise ValueError("no AppleDouble file")
    found: dict[str, bytes] = {}
    for number in range(count):
        at = _HEAD_BYTES + 2 + number * struct.calcsize(_ENTRY)
        kind, start, length = struct.unpack_from(_ENTRY, content, at)
        part = content[start : start + length]
        if kind == _RESOURCE_FORK and _EMPTY_FORK not in part:
            found["com.apple.ResourceFork"] = part
        elif kind == _FINDER_INFO_KIND:
            found["com.apple.FinderInfo"] = part[:_FINDER_INFO_BYTES]
            # Two bytes of room, then the attributes; their places count from the file's beginning.
            found |= _further(content, start + _FINDER_INFO_BYTES + 2)
    return found


def _further(content: bytes, start: int) -> dict[str, bytes]:
    if not content.startswith(_ATTRIBUTES, start):
        return {}
    (count,) = struct.unpack_from(">H", content, start + _ATTRIBUTES_HEAD_BYTES - 2)
    found: dict[str, bytes] = {}
    at = start + _ATTRIBUTES_HEAD_BYTES
    left_bytes = len(content)
    for _ in range(count):
        place, length, _, name_bytes = struct.unpack_from(_ATTRIBUTE_HEAD, content, at)
        left_bytes -= length
        if left_bytes < 0:
            raise ValueError("attributes that lie in the same place")
        name_at = at + _ATTRIBUTE_HEAD_BYTES
        name = content[name_at : name_at + name_bytes].rstrip(b"\0").decode("utf-8", "replace")
        found[name] = content[place : place + length]
        # The next one begins at a place that four divides.
        at = (name_at + name_bytes + 3) & ~3
    return found


_OF_SYSTEMS = re.compile(
    # Where a download came from; what a file is; what searching, syncing and sharing note.
    r"user\.(?:xdg\.(?:origin|referrer)\..*|mime_type|DOSATTRIB|DosStream\.Zone\.Identifier.*"
    r"|com\.dropbox\..*|dropbox.*|shatag\..*|ocis\..*|oc\..*|nextcloud\..*|SynoEAStream.*)"
    r"|com\.apple\.(?:quarantine|provenance|macl|lastuseddate#PS|diskimages\..*|cs\..*"
    r"|TextEncoding|genstore\..*|fileprovider\..*|icloud\..*|file-?provider.*|assetsd\..*"
    r"|metadata:(?:kMDItemWhereFroms|kMDItemDownloadedDate|kMDItemIsScreenCapture"
    r"|kMDItemScreenCapture.*|kMDLabel_.*|com_apple_.*))"
    r"|com\.dropbox\..*|Zone\.Identifier|SmartScreen|ms-properties"
)
_FINDER_INFO = "com.apple.FinderInfo"
_COLOUR_BYTE, _COLOUR_BITS = 9, 0x0E
"""Byte and bits of the Finder's information that hold a label's colour; the rest is bookkeeping."""
_XDG_TAGS = "user.xdg.tags"
_NONE_THERE = frozenset(
    (errno.ENOENT, errno.ENOTDIR, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENAMETOOLONG)
)
_PROPERTY_LISTS = "com.apple.metadata:"


def personal_attributes(path: str) -> bytes:
    """Read what a person noted beside the content of a file, links not followed.

    Args:
        path: The file.

    Returns:
        As `held_parts.packed`: tag by tag where they are understood. Nothing of a file that is
        gone, or of a file system without any; where they cannot be read, that counts as a note.
    """
    try:
        found = _own_attributes(path) | beside_attributes(path)
    except OSError:
        return packed([(PartKind.NOTE, path, b"")])
    except ValueError:
        return b""
    return packed(part for name, value in found.items() for part in _parts(name, value))


def _own_attributes(path: str) -> dict[str, bytes]:
    try:
        return extended_attributes(path)
    except OSError as error:
        if error.errno in _NONE_THERE:
            return {}
        raise


def _parts(name: str, value: bytes) -> Iterator[Part]:
    if _OF_SYSTEMS.fullmatch(name) or not value:
        return
    if name == _XDG_TAGS:
        for tag in value.split(b","):
            if tag.strip():
                yield PartKind.NOTE, name, tag.strip()
    elif name == _FINDER_INFO:
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
