"""Files that speak of the photos of their folder.

- Picasa's ".picasa.ini", an INI file with a section for each photo; nobody documented it, programs
  that read it agree on the keys. "descript.ion" is 4DOS's, which ACDSee, XnView, IrfanView and
  Total Commander write: a name, in quotes where it has spaces, and what is said of it.
- Texts that people keep for a whole folder: captions.txt, photos.csv, album.json. Such a text
  belongs to a photo if it names that, as a whole word, and says something of it: another word, in a
  table or a document also a number. Lists of names and of checksums say nothing. What is said is
  what stands between the names of two other photos, or in the same object of a document. In doubt
  more counts as said than is.
"""

import json
import os
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from dupefinder.core.companions.small_file import decoded, read_small_file
from dupefinder.core.errors import tells_absence
from dupefinder.core.picture_names import PHOTO_EXTENSIONS, extension
from dupefinder.core.scan.online_only import has_no_blocks, recall_sign
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
    """Read a person's notes on the photos of a folder.

    Args:
        path: The file.
        name: Its name, folded.

    Returns:
        By the photo's folded name what is said of it; nothing for a file that has gone. None where
        it cannot be known: no plain file, too large, or not to be read.
    """
    try:
        return _READERS[name](decoded(read_small_file(path, _MOST_BYTES)))
    except (OSError, ValueError) as error:
        return {} if tells_absence(error, path) else None


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


_TEXTS = frozenset(("txt", "text", "md", "rst", "nfo", "ini", "xml", "yml", "yaml"))
_TABLES = frozenset(("csv", "tsv", "tab"))
_DOCUMENTS = frozenset(("json",))
_MOST_TEXT_BYTES = 2 << 20
"""Greatest size of a file of captions: enough for ten thousand photos. Larger files are logs, or
data of programs."""
_MOST_TEXTS = 16
"""More of one kind are texts of single photos, or no texts of photos at all."""
_MOST_DEPTH = 16
_MOST_NAME_CHARACTERS, _MOST_PATH_CHARACTERS = 255, 4096
_LEAST_STEM_CHARACTERS = 5
"""A shorter name without its extension, or one without a digit, is a word like any other."""
_ENDING = re.compile(rf"\.(?:{'|'.join(sorted(PHOTO_EXTENSIONS, reverse=True))})(?!\w)")
_WORD = re.compile(r"[\w()~+-]++(?!\.\w)")
_PATH = re.compile(r"[^\s\"',;|<>]+")
_CHECKSUM = re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{8,}\b")
_LETTERS, _FIGURE = re.compile(r"[^\W\d_]{2,}"), re.compile(r"\d")
_BLANKS = re.compile(r"\s+")
_MARKS = " ,;:|\"'=-*\t"
_MADE_BY_A_PROGRAM = "ExifToolVersion"
"""A field of what ExifTool writes out of the photos themselves."""

Said = dict[str, set[str]]


def is_text(name: str) -> bool:
    """True for the name of a file that may be such a text."""
    return extension(name) in _TEXTS | _TABLES | _DOCUMENTS


def few_enough(names: Iterable[str]) -> list[str]:
    """Leave those out of which there are many of one kind."""
    by_kind: dict[str, list[str]] = {}
    for name in names:
        by_kind.setdefault(extension(name), []).append(name)
    return [name for alike in by_kind.values() if len(alike) <= _MOST_TEXTS for name in alike]


def said_in_text(path: str, photos: Container[str]) -> Mapping[str, frozenset[str]] | None:
    """Read the notes on photos in a text.

    Args:
        path: The text.
        photos: Folded names of photos, with their extensions and without.

    Returns:
        By those of the names that are in it, what is said there; nothing of a file that has gone,
        or is too large. None where it cannot be read, or only by a download.
    """
    try:
        status = os.lstat(path)
        if recall_sign(status) is not None or has_no_blocks(status):
            return None
        if status.st_size > _MOST_TEXT_BYTES:
            return {}
        text = decoded(read_small_file(path, _MOST_TEXT_BYTES))
    except (OSError, ValueError) as error:
        return {} if tells_absence(error, path) else None
    said: Said = {}
    kind = extension(path)
    try:
        # A file that claims to be a document, and is none or no plain one, is read as text.
        document = json.loads(text, object_pairs_hook=_unambiguous) if kind in _DOCUMENTS else None
        _read_document(document, photos, said, 0)
    except (ValueError, RecursionError):
        document = None
        said.clear()
    if document is None:
        _read_lines(text, photos, said, is_table=kind in _TABLES)
    return {name: frozenset(passages) for name, passages in said.items()}


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, of which no value hides another.

    Raises:
        ValueError: It has one key twice.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("one key twice")
    return made


def _read_lines(text: str, photos: Container[str], said: Said, *, is_table: bool) -> None:
    """Assign text between the names of two photos to both of them."""
    names: list[str] = []
    passage: list[str] = []
    after: list[str] = []
    for line in (*text.splitlines(), ""):
        named, rest = _parted(folded(line), photos)
        is_said = _says(rest, counts_figures=is_table)
        if named is None and line.strip():
            if is_said:
                after.append(rest)
            continue
        _note(said, names, [*passage, *after])
        # The head of a table, and what stands above an empty line, belongs to no photo below.
        before = after if named is not None and (names or not is_table) else []
        names, passage, after = named or [], [*before, *([rest] if is_said else ())], []


def _note(said: Said, names: Iterable[str], passage: Iterable[str]) -> None:
    """Note one passage of several photos; it is kept once, however many these are."""
    whole = "\n".join(passage)
    for name in names if whole else ():
        said.setdefault(name, set()).add(whole)


def _parted(line: str, photos: Container[str]) -> tuple[list[str] | None, str]:
    """Part a folded line from the names of photos in it.

    Returns:
        Those of the names that are asked for, None where no photo is named; and the rest.
    """
    names: list[str] = []
    rest: list[str] = []
    at = 0
    for ending in _ENDING.finditer(line):
        start = _start_of_name(line, at, ending.start(), ending.end(), photos)
        if line[start : ending.end()] in photos:
            names.append(line[start : ending.end()])
        rest.append(line[at:start])
        at = ending.end()
    is_naming = bool(rest)
    left = "".join((*rest, line[at:]))

    def without_stem(word: re.Match[str]) -> str:
        if not (_is_telling(word[0]) and word[0] in photos):
            return word[0]
        names.append(word[0])
        return " "

    if not is_naming:
        left = _WORD.sub(without_stem, left)
    left = _PATH.sub(lambda path: re.split(r"[/\\]", path[0])[-1], left)
    left = _BLANKS.sub(" ", _CHECKSUM.sub(" ", left)).strip(_MARKS)
    return (names if is_naming or names else None), left


def _start_of_name(line: str, least: int, dot: int, end: int, photos: Container[str]) -> int:
    """Begin of the longest name of a photo that ends here; of the last word where none does."""
    word = dot
    for start in range(max(least, end - _MOST_NAME_CHARACTERS), dot):
        before = line[start - 1] if start > least else " "
        if before.isalnum() or before == "_" or line[start].isspace():
            continue
        if line[start:end] in photos:
            return start
        if word == dot or before.isspace() or before in "/\\\"',;|<>=":
            word = start
    return word


def _is_telling(stem: str) -> bool:
    return len(stem) >= _LEAST_STEM_CHARACTERS and any(map(str.isdigit, stem))


def _says(text: str, *, counts_figures: bool) -> bool:
    return bool(_LETTERS.search(text) or (counts_figures and _FIGURE.search(text)))


def _read_document(node: Any, photos: Container[str], said: Said, depth: int) -> None:
    """Take what is in the object that names a photo, or beside its name in a list, for said.

    Raises:
        ValueError: It is deeper than what people write.
    """
    if not isinstance(node, dict | list):
        return
    _demand_shallow(depth)
    is_object = isinstance(node, dict)
    if is_object and _MADE_BY_A_PROGRAM in node:
        return
    values = list(node.values()) if isinstance(node, dict) else node
    for key, value in node.items() if isinstance(node, dict) else ():
        if (name := _named(key, photos)) is not None:
            _note(said, (name,), _told(value, photos, "", depth))
    names = {name for value in values if (name := _named(value, photos)) is not None}
    if is_object or len(names) == 1:
        _note(said, names, _told(node, photos, "", depth) if names else ())
    for value in values:
        _read_document(value, photos, said, depth + 1)


def _demand_shallow(depth: int) -> None:
    if depth > _MOST_DEPTH:
        raise ValueError("too deep")


def _named(value: Any, photos: Container[str]) -> str | None:
    if not isinstance(value, str) or len(value) > _MOST_PATH_CHARACTERS:
        return None
    name = folded(re.split(r"[/\\]", value.strip())[-1])
    is_name = _ENDING.search(name) is not None or _is_telling(name)
    return name if is_name and name in photos else None


def _told(node: Any, photos: Container[str], key: str, depth: int) -> Iterator[str]:
    """Values in an object, with their keys, as far as they say something and name no photo."""
    if isinstance(node, dict | list):
        _demand_shallow(depth)
        for name, value in node.items() if isinstance(node, dict) else ((key, one) for one in node):
            if not (isinstance(value, dict | list) and _names_any(value)):
                yield from _told(value, photos, str(name), depth + 1)
    elif node not in (None, False):
        _, rest = _parted(folded(str(node)), photos)
        if _says(rest, counts_figures=True):
            yield f"{folded(key)}={rest}"


def _names_any(node: Any) -> bool:
    values = node.values() if isinstance(node, dict) else node
    return any(isinstance(value, str) and _ENDING.search(folded(value)) for value in values)
