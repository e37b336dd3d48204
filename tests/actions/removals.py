"""Copies to remove, and what became of them."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from blake3 import blake3

from dupefinder.actions.backends.opened_folder import Entry
from dupefinder.actions.records import ActionKind, JournalStep, Plan, PlannedFile, Step, StepState
from dupefinder.core.records import Evidence


@dataclass(frozen=True)
class State:
    """All that an undone action has to give back."""

    content: bytes
    mtime_ns: int


def add(path: Path, content: bytes, mtime_ns: int = 1_234_567_890_123_456_700) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def rate(path: Path | str, rating: bytes) -> None:
    """Give a file an extended attribute of the person's; skips where there are none."""
    if not hasattr(os, "setxattr"):
        pytest.skip("this system has no extended attributes")
    try:
        os.setxattr(path, "user.rating", rating)
    except OSError:
        pytest.skip("this file system has no extended attributes")


def planned(path: Path) -> PlannedFile:
    """A file as a scan would see it now."""
    status = path.stat()
    digest = blake3(path.read_bytes()).digest()
    return PlannedFile(str(path), status.st_size, status.st_mtime_ns, digest)


def step(victim: Path, survivor: Path, *companions: Path) -> Step:
    return Step(
        planned(victim),
        planned(survivor),
        Evidence.SAME_BYTES,
        tuple(str(companion) for companion in companions),
    )


def twins(folder: Path, name: str = "photo.jpg", content: bytes = b"a photo") -> Step:
    """Write two copies, `folder/gone/name` and `folder/kept/name`; the first shall go."""
    return step(add(folder / "gone" / name, content), add(folder / "kept" / name, content))


def plan(*steps: Step, kind: ActionKind = ActionKind.TRASH, target: Path | None = None) -> Plan:
    return Plan(steps, kind=kind, target=None if target is None else str(target))


def files_below(folder: Path) -> dict[str, State]:
    """Every file below a folder, by its path from there, with slashes."""
    return {
        path.relative_to(folder).as_posix(): State(path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def in_trash(trash_path: Path) -> dict[str, bytes]:
    """The files in a trash, by name."""
    if not (trash_path / "files").is_dir():
        return {}
    return {path.name: path.read_bytes() for path in (trash_path / "files").iterdir()}


def infos(trash_path: Path) -> set[str]:
    """Names that the trash's info files claim."""
    if not (trash_path / "info").is_dir():
        return set()
    return {path.name.removesuffix(".trashinfo") for path in (trash_path / "info").iterdir()}


def entry(path: Path | str) -> Entry:
    """A name as it is where no folder can be opened: the whole path."""
    return Entry(str(path), str(path))


def row(path: str = "/photos/a.jpg", state: StepState = StepState.INTENDED) -> JournalStep:
    """A journal row that no file stands behind."""
    return JournalStep(0, path, 7, 1, bytes(32), "/photos/b.jpg", Evidence.SAME_BYTES, state)
