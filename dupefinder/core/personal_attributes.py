"""Tags, comments and colours that a person gave a file: they lie beside its content.

Linux and macOS keep them in extended attributes, Windows in alternate streams, a Mac also in a file
beside the file. What systems note there of themselves does not count; whatever else is there does.

Sources: freedesktop.org, "Common Extended Attributes"; Apple, "File System Programming Guide" and
`xattr(7)`; Microsoft, "[MS-FSCC]: File System Control Codes", 5.1 for the names of streams.
"""

import errno
import plistlib
import re
from collections.abc import Iterator

from dupefinder.core.apple_double import beside_attributes
from dupefinder.core.extended_attributes import extended_attributes
from dupefinder.core.held_parts import Part, PartKind, packed

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
"""Where the information of the Finder has the colour of a label; the rest is bookkeeping."""
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
