"""Folders with files for the tests of the walk."""

import itertools
import os
import sys
from pathlib import Path

import pytest

from dupefinder.core.job import JobContext
from dupefinder.core.records import Role
from dupefinder.core.scan import FolderChoice, ScanOptions, ScanResult, scan_folders

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_numbers = itertools.count()


def add(path: Path, content: bytes | None = None) -> str:
    """Write a file, by default the beginning of a JPEG unlike any other; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(JPEG + b"%d" % next(_numbers) if content is None else content)
    return str(path)


def add_pipe(path: Path) -> None:
    """Make a named pipe, or skip the test where there are none."""
    if sys.platform == "win32":
        pytest.skip("Windows has no named pipes in folders")
    os.mkfifo(path)


def scanned(path: Path | str) -> FolderChoice:
    return FolderChoice(str(path), Role.SCAN)


def protected(path: Path | str) -> FolderChoice:
    return FolderChoice(str(path), Role.PROTECTED)


def excluded(path: Path | str) -> FolderChoice:
    return FolderChoice(str(path), Role.EXCLUDED)


def scan(
    *folders: FolderChoice | Path,
    context: JobContext | None = None,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    min_bytes: int = 0,
    max_bytes: int | None = None,
    follow_symlinks: bool = False,
    hidden: bool = False,
) -> ScanResult:
    choices = tuple(scanned(f) if isinstance(f, Path) else f for f in folders)
    options = ScanOptions(
        choices,
        include,
        exclude,
        min_bytes,
        max_bytes,
        follow_symlinks=follow_symlinks,
        hidden=hidden,
    )
    return scan_folders(options, context or JobContext())


def paths(result: ScanResult) -> list[str]:
    return [photo.path for photo in result.photos]


def names(result: ScanResult) -> list[str]:
    return [Path(photo.path).name for photo in result.photos]
