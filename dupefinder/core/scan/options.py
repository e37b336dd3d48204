"""Options of a scan: folders with their roles, and filters, among them patterns of names.

A pattern is compared with an entry's name and with its path below the chosen folder
("/"-separated on every system); one of the two has to match as a whole. Case and Unicode
normal form do not matter.

- `*` stands for any characters, "/" too; `?` for one; `[abc]`, `[a-z]` and `[!abc]` for one
  out of a set; `**/` also for nothing, so that `**/raw/*` matches at the top as well.
- Without include patterns every photo is wanted; with some, only those that match one.
- Exclude patterns win over include patterns. They are compared with folders too: a folder
  that matches is left out with everything below it.
- A pattern that ends in "/" means folders of that name or path and everything below them.

`*.jpg`, `IMG_*`, `2019/*`, `*/raw/*`, `raw/` are typical.
"""

import fnmatch
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from dupefinder.core.records import Role


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """A folder, or a single file, that the person named, and its role.

    Attributes:
        path: Absolute, or relative to the working folder.
        role: Its role in the scan. Where folders lie inside each other, the nearest one decides.
    """

    path: str
    role: Role = Role.SCAN


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Options of a scan.

    Attributes:
        folders: The named folders and files. A named file is taken as it is: the limits below are
            for what the walk finds by itself.
        include: Patterns of which a photo must match one, see above; none wants all.
        exclude: Patterns of files and folders to leave out.
        min_bytes: Smallest file wanted.
        max_bytes: Largest file wanted; None for no limit.
        min_side_px: Least shorter side wanted. Applied once photos are decoded, not here.
        max_side_px: Greatest longer side wanted; None for no limit. Not applied here.
        follow_symlinks: True to enter linked folders and take linked files.
        hidden: True to look at hidden folders and files. A hidden folder that is named itself
            is walked anyway.
    """

    folders: tuple[FolderChoice, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_bytes: int = 0
    max_bytes: int | None = None
    min_side_px: int = 0
    max_side_px: int | None = None
    follow_symlinks: bool = False
    hidden: bool = False


class GlobFilter:
    """The patterns of one scan, compiled."""

    def __init__(self, include: Iterable[str], exclude: Iterable[str]) -> None:
        wanted = [_tidied(pattern) for pattern in include]
        unwanted = [_tidied(pattern) for pattern in exclude]
        self._include = _compiled(
            [f"**/{pattern}*" if pattern.endswith("/") else pattern for pattern in wanted]
        )
        self._exclude = _compiled([p for p in unwanted if not p.endswith("/")])
        self._exclude_folder = _compiled([pattern.rstrip("/") for pattern in unwanted])
        self.is_empty = not (self._include or self._exclude or self._exclude_folder)

    def wants_file(self, name: str, relative_path: str) -> bool:
        """True when a file passes the patterns.

        Args:
            name: Its name.
            relative_path: Its path below the chosen folder, separated as the system does.
        """
        if self._exclude and _matches(self._exclude, name, relative_path):
            return False
        return self._include is None or _matches(self._include, name, relative_path)

    def wants_folder(self, name: str, relative_path: str) -> bool:
        """True when no exclude pattern keeps the walk out of a folder.

        Args:
            name: Its name.
            relative_path: Its path below the chosen folder, separated as the system does.
        """
        return not (self._exclude_folder and _matches(self._exclude_folder, name, relative_path))


def _tidied(pattern: str) -> str:
    if os.sep == "\\":
        pattern = pattern.replace("\\", "/")
    return unicodedata.normalize("NFC", pattern).removeprefix("./").removeprefix("/")


def _compiled(patterns: list[str]) -> re.Pattern[str] | None:
    variants = dict.fromkeys(
        variant for pattern in patterns for variant in (pattern, pattern.replace("**/", ""))
    )
    expression = "|".join(fnmatch.translate(variant) for variant in variants if variant)
    return re.compile(expression, re.IGNORECASE) if expression else None


def _matches(expression: re.Pattern[str], name: str, relative_path: str) -> bool:
    if os.sep == "\\":
        relative_path = relative_path.replace("\\", "/")
    if not relative_path.isascii():
        name = unicodedata.normalize("NFC", name)
        relative_path = unicodedata.normalize("NFC", relative_path)
    return bool(expression.match(name) or expression.match(relative_path))
