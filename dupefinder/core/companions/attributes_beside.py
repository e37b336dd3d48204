"""Attributes of files in other files, where a file system has none.

Macs and servers for them keep them in AppleDouble files, see `apple_double`: beside the file, in a
folder beside it, or in an archive in a tree of their own.

Source: for names of Synology's files what its owners found out, as in hwdbk/synology-scripts.
"""

import errno
import os
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from dupefinder.core.companions.apple_double import apple_double_attributes
from dupefinder.core.companions.small_file import read_small_file

NO_SUCH_FILE: Final = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG))
"""Errors that tell that there is nothing under a name."""

DOT_NAME: Final = "._"
"""Beginning of the names of AppleDouble files."""

_MOST_BESIDE_BYTES = 4 << 20
_IN_ARCHIVES, _LEVELS_IN_ARCHIVES = "__MACOSX", 4
_OF_SYNOLOGY = "@eaDir"
_MADE_ANEW_BY_SYNOLOGY = re.compile(r"SYNO(?:PHOTO|VIDEO|AUDIO|INDEX)[_:@].*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AttributeFolders:
    """Folders in which systems without attributes keep those of the files of one folder.

    Attributes:
        named: These folders, and the beginning of the names of files with attributes in each.
        of_synology: The folder of a Synology, whose names end in their own way; None for none.
    """

    named: tuple[tuple[str, str], ...]
    of_synology: str | None

    @classmethod
    def all_of(cls, folder: str) -> Self:
        """List every place for attributes of a folder, those that do not exist among them."""
        # A Mac reads "._" files itself.
        named = [] if sys.platform == "darwin" else [(folder, DOT_NAME)]
        named.append((os.path.join(folder, ".AppleDouble"), ""))
        above, within = folder, ""
        for _ in range(_LEVELS_IN_ARCHIVES):
            # In an archive, a Mac keeps these files in a tree of their own.
            named.append((os.path.join(above, _IN_ARCHIVES, within), DOT_NAME))
            above, last = os.path.split(above)
            within = os.path.join(last, within)
        return cls(tuple(named), os.path.join(folder, _OF_SYNOLOGY))

    @classmethod
    def there(cls, folder: str, *, has_dot_names: bool) -> Self:
        """List the places that exist; one of which that cannot be told counts as existing.

        Most folders have none, and to try every name for every photo takes eight calls each.

        Args:
            folder: The folder of the files.
            has_dot_names: False where it was listed and no name in it begins as a "._" file's does.
        """
        every = cls.all_of(folder)
        named = [
            (place, beginning)
            for place, beginning in every.named
            if (has_dot_names if place == folder else _is_there(place))
        ]
        assert every.of_synology is not None
        return cls(tuple(named), every.of_synology if _is_there(every.of_synology) else None)

    def places(self, name: str) -> Iterator[tuple[str, str]]:
        """Files that may hold attributes of a file, and under which name they count as a whole.

        Raises:
            OSError: A folder of the file cannot be listed.
        """
        for place, beginning in self.named:
            yield os.path.join(place, beginning + name), DOT_NAME
        if self.of_synology is not None:
            kept = os.path.join(self.of_synology, name)
            for end in ("@SynoEAStream", "@SynoResource"):
                yield kept + end, end
            for inner in _listed_beside(kept):
                if not _MADE_ANEW_BY_SYNOLOGY.fullmatch(inner):
                    yield os.path.join(kept, inner), inner


def _is_there(folder: str) -> bool:
    try:
        os.lstat(folder)
    except OSError as error:
        return error.errno not in NO_SUCH_FILE
    except ValueError:
        pass
    return True


def attributes_beside(
    path: str, folders: AttributeFolders | None = None
) -> list[tuple[str, bytes]]:
    """Read the attributes of a file out of the files in which systems without any keep them.

    Args:
        path: The file.
        folders: Those that exist for its folder, where many files of it are asked for; None to try
            all.

    Returns:
        Names, as a Mac gives them, and values; all of a file that is not understood under its own
        name. On a Mac nothing of "._" files, which it reads itself.

    Raises:
        OSError: One of them cannot be read.
    """
    folder, name = os.path.split(path)
    found: list[tuple[str, bytes]] = []
    for place, counted_as in (folders or AttributeFolders.all_of(folder)).places(name):
        content = _content_beside(place)
        if content is not None:
            try:
                found += apple_double_attributes(content)
            except (ValueError, struct.error):
                found.append((counted_as, content))
    return found


def _content_beside(path: str) -> bytes | None:
    """The content of a file; None where there is none."""
    try:
        return read_small_file(path, _MOST_BESIDE_BYTES)
    except OSError as error:
        if error.errno in NO_SUCH_FILE:
            return None
        raise


def _listed_beside(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        if error.errno in NO_SUCH_FILE:
            return []
        raise
