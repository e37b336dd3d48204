"""The window's settings in an INI file. Invalid values are read as defaults."""

import base64
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, Self, TypeVar, overload

from PySide6.QtCore import QSettings

from dupefinder.actions import default_way
from dupefinder.actions.records import ActionKind
from dupefinder.core.records import Role
from dupefinder.core.scan.options import FolderChoice
from dupefinder.gui.appearance.palettes import Appearance
from dupefinder.review.rules import Criterion, Rule
from dupefinder.store.own_files import close_to_others, make_file, make_folder, settings_folder
from dupefinder.text.scans import MOST_BITS, Similarity
from dupefinder.text.translation import LANGUAGES

MOST_COPIES = 9
FIRST_WAYS = (ActionKind.TRASH, ActionKind.SET_ASIDE)
KINDS = tuple(
    f"{name}-{bits}"
    for bits in (64, 256)
    for name in ("phash", "dhash", "dhash-vertical", "ahash", "whash")
)
"""Search hashes, the default first."""

MOST_FOLDERS = 100
MOST_RECENT = 8
MOST_THREADS = 256

_MOST_BYTES = 2**40
_MOST_SIDE_PX = 100_000

_SIZES = ("review/splitter", "window/geometry")

T = TypeVar("T")


class _Value(Generic[T]):
    """A stored value: JSON text under a key.

    JSON, as Qt's own strings lose names of folders that are not valid Unicode.
    """

    def __init__(
        self,
        key: str,
        default: T,
        read: Callable[[object], T],
        write: Callable[[T], object] = lambda value: value,
    ) -> None:
        """Describe a value.

        Args:
            key: "section/name" in the file.
            default: The value where the file has none, or an invalid one.
            read: Makes the value from JSON; raises `ValueError` for invalid data.
            write: Makes data for JSON from a value.
        """
        self._key, self._default, self._read, self._write = key, default, read, write

    @overload
    def __get__(self, settings: None, owner: type) -> Self: ...
    @overload
    def __get__(self, settings: "Settings", owner: type) -> T: ...
    def __get__(self, settings: "Settings | None", owner: type) -> Self | T:
        if settings is None:
            return self
        text = settings.file.value(self._key)
        if not isinstance(text, str):
            return self._default
        try:
            return self._read(json.loads(text))
        except (ValueError, RecursionError):
            return self._default

    def __set__(self, settings: "Settings", value: T) -> None:
        if settings.sizes_forgotten and self._key in _SIZES:
            return
        settings.file.setValue(self._key, json.dumps(self._write(value)))


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)
        return value

    return read


def _yes(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _one_of(known: Sequence[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in known:
            raise ValueError(value)
        return _text(value)

    return read


def _texts(most: int) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(_text(text) for text in value[:most] if text)

    return read


def _path(value: object) -> str:
    path = _text(value)
    if not path or "\0" in path:
        raise ValueError(value)
    os.fsencode(path)  # raises UnicodeEncodeError, a ValueError
    return path


def _folders(value: object) -> tuple[FolderChoice, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    folders: dict[str, FolderChoice] = {}
    for pair in value[:MOST_FOLDERS]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError(value)
        path = _path(pair[0])
        folders.setdefault(path, FolderChoice(path, Role(_text(pair[1]))))
    return tuple(folders.values())


def _rules(value: object) -> tuple[Rule, ...]:
    if not isinstance(value, list):
        raise ValueError(value)
    rules: dict[Criterion, Rule] = {}
    for one in value:
        if not isinstance(one, list) or len(one) != 3:
            raise ValueError(value)
        criterion = Criterion(_text(one[0]))
        rules.setdefault(criterion, Rule(criterion, _yes(one[1]), _text(one[2])))
    return tuple(rules.values())


def _paths(value: object) -> tuple[str, ...]:
    return tuple(_path(path) for path in _texts(MOST_RECENT)(value))


def _bytes(value: object) -> bytes:
    return base64.b64decode(_text(value), validate=True)


def _as_text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def default_settings_path() -> Path:
    """The file of settings in the platform's place, or in `$DUPEFINDER_DATA` when set."""
    return settings_folder() / "settings.ini"


class Settings:
    """The choices made, and the state in which the window was left.

    Attributes:
        file: The settings as Qt keeps them.
        sizes_forgotten: True after `forget_sizes`; no sizes are stored then until the end.
        folders: Chosen folders and their roles.
        recent_folders: Folders that were chosen before, the latest first.
        library_folders: The library that backups are compared with.
        backup_folders: The backups that were compared last.
        kind: The search hash, one of `KINDS`.
        threshold_bits: Greatest distance in bits, of 64; scaled for longer hashes.
        rotations: True to look for turned and mirrored copies.
        parts: True to look for cropped and framed copies.
        in_order: True where the order of the folders decides between equal copies.
        between_only: True to ignore matches inside one folder.
        min_bytes: Smallest file wanted.
        min_side_px: Least shorter side wanted.
        exclude: Patterns of files and folders to leave out.
        hidden: True to look at hidden folders and files.
        follow_symlinks: True to follow links.
        threads: Photos that are read at the same time; 0 for one per processor.
        default_way: The kind of action of a new plan: the trash or a quarantine folder.
        keep_copies: Number of copies of each photo that have to stay.
        keep_drives: Number of drives that these have to be on.
        appearance: Light, dark, or as the system.
        language: The code of the window's language; empty follows the system.
        catalog_path: A catalog other than the platform's; empty for that.
        seen_first_run: True once a scan was asked for.
        options_open: True while the matching options are unfolded.
        place: The page on show.
        review_match_kind: The kind of match on show.
        review_sort: The order of groups.
        review_group: Id of the group on show.
        review_rules: The rules that were used last, in order.
        review_splitter: State of Review's splitter.
        window_geometry: Size and place of the window.
    """

    folders = _Value[tuple[FolderChoice, ...]](
        "folders/chosen", (), _folders, lambda value: [[one.path, str(one.role)] for one in value]
    )
    in_order = _Value[bool]("folders/in_order", False, _yes)
    between_only = _Value[bool]("search/between_only", False, _yes)
    recent_folders = _Value[tuple[str, ...]]("folders/recent", (), _paths)
    kind = _Value[str]("search/kind", KINDS[0], _one_of(KINDS))
    threshold_bits = _Value[int]("search/threshold_bits", Similarity.CLOSE, _whole(0, MOST_BITS))
    rotations = _Value[bool]("search/rotations", True, _yes)
    parts = _Value[bool]("search/parts", True, _yes)
    library_folders = _Value[tuple[str, ...]]("backups/library", (), _paths)
    backup_folders = _Value[tuple[str, ...]]("backups/backups", (), _paths)
    min_bytes = _Value[int]("search/min_bytes", 0, _whole(0, _MOST_BYTES))
    min_side_px = _Value[int]("search/min_side_px", 0, _whole(0, _MOST_SIDE_PX))
    exclude = _Value[tuple[str, ...]]("search/exclude", (), _texts(100))
    hidden = _Value[bool]("search/hidden", False, _yes)
    follow_symlinks = _Value[bool]("search/follow_symlinks", False, _yes)
    threads = _Value[int]("search/threads", 0, _whole(0, MOST_THREADS))
    default_way = _Value[ActionKind](
        "actions/first_way",
        default_way(),
        lambda value: ActionKind(_one_of(FIRST_WAYS)(value)),
        str,
    )
    keep_copies = _Value[int]("actions/keep_copies", 1, _whole(1, MOST_COPIES))
    keep_drives = _Value[int]("actions/keep_drives", 1, _whole(1, MOST_COPIES))
    appearance = _Value[Appearance](
        "window/appearance", Appearance.SYSTEM, lambda value: Appearance(_text(value)), str
    )
    language = _Value[str]("window/language", "", _one_of(("", *LANGUAGES)))
    catalog_path = _Value[str]("data/catalog", "", _path)
    seen_first_run = _Value[bool]("window/seen_first_run", False, _yes)
    options_open = _Value[bool]("window/options_open", False, _yes)
    place = _Value[str]("window/place", "folders", _text)
    review_match_kind = _Value[str]("review/lane", "", _text)
    review_sort = _Value[str]("review/sort", "", _text)
    review_group = _Value[str]("review/group", "", _text)
    review_rules = _Value[tuple[Rule, ...]](
        "review/rules",
        (),
        _rules,
        lambda rules: [[str(one.criterion), one.is_reversed, one.text] for one in rules],
    )
    review_splitter = _Value[bytes]("review/splitter", b"", _bytes, _as_text)
    window_geometry = _Value[bytes]("window/geometry", b"", _bytes, _as_text)

    def __init__(self, path: Path | None = None) -> None:
        """Read the settings.

        Args:
            path: Their file; None takes the platform's place.
        """
        self.sizes_forgotten = False
        path = path or default_settings_path()
        with suppress(OSError):  # values that cannot be stored are dropped
            make_folder(path.parent)
            close_to_others([path])
            make_file(path)
        self.file = QSettings(str(path), QSettings.Format.IniFormat)

    def remember_folders(self, paths: Sequence[str]) -> None:
        """Put folders first among the recent ones."""
        self.recent_folders = tuple(dict.fromkeys((*paths, *self.recent_folders)))[:MOST_RECENT]

    def forget_sizes(self) -> None:
        """Reset the sizes of the window and its parts at the next start."""
        self.sizes_forgotten = True
        for key in _SIZES:
            self.file.remove(key)
