"""AppleDouble files, in which Macs and their servers keep attributes where file systems have none.

A Mac writes "._IMG_1.jpg" on a stick or a share, Netatalk ".AppleDouble/IMG_1.jpg", Synology
"@eaDir/IMG_1.jpg@SynoEAStream"; archives have a tree "__MACOSX" of them, and Netatalk may keep
such a file within an attribute.

Sources: "AppleSingle/AppleDouble Formats", RFC 1740, for the numbers of entries; XNU's
bsd/vfs/vfs_xattr.c for the attributes behind the information of the Finder; Netatalk's
include/atalk/adouble.h for entries of its own.
"""

import struct

FINDER_INFO, RESOURCE_FORK = "com.apple.FinderInfo", "com.apple.ResourceFork"
"""Names of these as attributes on a Mac."""

_MAGIC = 0x00051607
_HEAD_BYTES, _ENTRY = 24, ">III"
_FORK_KIND, _FINDER_INFO_KIND = 2, 9
_BOOKKEEPING = frozenset(
    (
        # The name, long and short, dates, and what the systems of then noted of rights and types.
        *(3, 8, 10, 11, 12, 13, 14, 15),
        # By Netatalk: device and number of the file and of its folder, and when that was last so.
        *(0x80444556, 0x80494E4F, 0x8053594E, 0x8053567E),
    )
)
_FINDER_INFO_BYTES = 32
_ATTRIBUTES = b"ATTR"
_ATTRIBUTES_HEAD_BYTES, _ATTRIBUTE_HEAD, _ATTRIBUTE_HEAD_BYTES = 36, ">IIHB", 11
_EMPTY_FORK = b"This resource fork intentionally left blank"


def apple_double_attributes(content: bytes) -> list[tuple[str, bytes]]:
    """Read the attributes in an AppleDouble file.

    Args:
        content: All of it.

    Returns:
        Names and values; entries without a name, such as comments, have the number of their kind.
        Bookkeeping of systems is left out.

    Raises:
        ValueError: It is no such file, or is hostile.
        struct.error: It breaks off.
    """
    magic, count = struct.unpack_from(">I20xH", content)
    if magic != _MAGIC:
        raise ValueError("no AppleDouble file")
    found: list[tuple[str, bytes]] = []
    left_bytes = len(content)
    for number in range(count):
        at = _HEAD_BYTES + 2 + number * struct.calcsize(_ENTRY)
        kind, start, length = struct.unpack_from(_ENTRY, content, at)
        part = content[start : start + length]
        left_bytes -= len(part)
        if left_bytes < 0:
            raise ValueError("entries that lie in the same place")
        if kind == _FORK_KIND:
            if _EMPTY_FORK not in part:
                found.append((RESOURCE_FORK, part))
        elif kind == _FINDER_INFO_KIND:
            found.append((FINDER_INFO, part[:_FINDER_INFO_BYTES]))
            # Two bytes of padding, then the attributes, with offsets from the file's beginning.
            found += _further(content, start + _FINDER_INFO_BYTES + 2)
        elif kind not in _BOOKKEEPING:
            found.append((f"AppleDouble {kind}", part.rstrip(b"\0")))
    return found


def _further(content: bytes, start: int) -> list[tuple[str, bytes]]:
    if not content.startswith(_ATTRIBUTES, start):
        return []
    (count,) = struct.unpack_from(">H", content, start + _ATTRIBUTES_HEAD_BYTES - 2)
    found: list[tuple[str, bytes]] = []
    at = start + _ATTRIBUTES_HEAD_BYTES
    left_bytes = len(content)
    for _ in range(count):
        place, length, _, name_bytes = struct.unpack_from(_ATTRIBUTE_HEAD, content, at)
        left_bytes -= length
        if left_bytes < 0:
            raise ValueError("attributes that lie in the same place")
        name_at = at + _ATTRIBUTE_HEAD_BYTES
        name = content[name_at : name_at + name_bytes].rstrip(b"\0").decode("utf-8", "replace")
        found.append((name, content[place : place + length]))
        # Entries are aligned to four bytes.
        at = (name_at + name_bytes + 3) & ~3
    return found
