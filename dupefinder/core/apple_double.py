"""AppleDouble files: attributes that a Mac keeps beside a file where its file system has none.

"._IMG_1.jpg" on a stick or a share holds the tags and comments of "IMG_1.jpg". A Mac shows them as
attributes of that file; elsewhere they have to be read here.

Source: Apple, "AppleSingle/AppleDouble Formats", RFC 1740, and for the attributes behind the
information of the Finder XNU's bsd/vfs/vfs_xattr.c.
"""

import errno
import os
import struct
import sys

from dupefinder.core.companions.small_file import read_small_file

_MAGIC = 0x00051607
_HEAD_BYTES, _ENTRY = 24, ">III"
_RESOURCE_FORK, _FINDER_INFO = 2, 9
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
        elif kind == _FINDER_INFO:
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
