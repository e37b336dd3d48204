"""Files that speak of every photo of their folder: Picasa's ".picasa.ini", and "descript.ion".

Sources: Picasa wrote an INI file with a section for each photo; nobody documented it, programs
that read it agree on the keys. "descript.ion" is 4DOS's, which ACDSee, XnView, IrfanView and Total
Commander write: a name, in quotes where it has spaces, and what is said of it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dupefinder.core.companions.small_file import decoded, read_small_file
from dupefinder.core.scan.same_file import folded

_MOST_BYTES = 32 << 20
_NOTHING_SAID = frozenset(
    ("backuphash", "moddate", "width", "height", "onlinechecksum", "rotate=rotate(0)", "star=no")
)
"""Keys, some with a value, that Picasa wrote by itself."""
_BY_ITSELF = ("iidlist_", "bktag")
"""Beginnings of further such keys."""


def is_folder_file(name: str) -> bool:
    """True for the name of such a file, which comes folded."""
    return name in _READERS


def said_of_photos(path: str, name: str) -> Mapping[str, frozenset[str]] | None:
    """Read what a person said of the photos of a folder.

    Args:
        path: The file.
        name: Its name, folded.

    Returns:
        By the photo's folded name what is said of it; nothing for a file that has gone. None where
        it cannot be known: no plain file, too large, or not to be read.
    """
    try:
        return _READERS[name](decoded(read_small_file(path, _MOST_BYTES)))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError):
        return None


def _picasa(text: str) -> dict[str, frozenset[str]]:
    said: dict[str, set[str]] = {}
    section = ""
    for line in map(str.strip, text.split("\n")):
        if line.startswith("[") and line.endswith("]"):
            section = folded(line[1:-1])
            continue
        key, equals, value = line.partition("=")
        key = key.strip().lower()
        plain = f"{key}={value.strip()}" if equals else line
        if not line or (equals and not value.strip()):
            continue
        if key in _NOTHING_SAID or plain in _NOTHING_SAID or key.startswith(_BY_ITSELF):
            continue
        said.setdefault(section, set()).add(plain)
    return {name: frozenset(texts) for name, texts in said.items()}


def _descriptions(text: str) -> dict[str, frozenset[str]]:
    said: dict[str, frozenset[str]] = {}
    for line in text.split("\n"):
        # Behind the sign 4 a program keeps what is its own.
        line = line.partition("\4")[0].strip()
        name, _, words = line[1:].partition('"') if line[:1] == '"' else line.partition(" ")
        if words.strip():
            said[folded(name)] = said.get(folded(name), frozenset()) | {words.strip()}
    return said


_READERS = MappingProxyType(
    {".picasa.ini": _picasa, "picasa.ini": _picasa, "descript.ion": _descriptions}
)
