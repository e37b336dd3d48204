"""Random trees of photos with all that makes them hard to put back as they were."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from blake3 import blake3

from dupefinder.actions.records import PlannedFile, Step
from dupefinder.core.records import Evidence

FOLDERS = ["", "a", "a/b", "c d/\udcff", "protected", "e\n"]
_ODD = [b"\xff\xfe", b"-rf", b" ", b"\n", b"'\"", "ä".encode(), b".hidden", b"n" * 200, b"a.tar"]
if os.name != "posix":
    # There names are Unicode, without control characters and quotes.
    FOLDERS = ["", "a", "a/b", "c d/é", "protected", "[e]"]
    _ODD = [b"-rf", b" ", b"'", "ä".encode(), b".hidden", b"n" * 150, b"a.tar"]
_ENDINGS = [b".jpg", b".JPG", b".png", b"", b".heic"]
_NS = 1_000_000_007


@dataclass(frozen=True)
class Entry:
    """All that a tree has to have again: bytes, time, permissions, links."""

    content: bytes
    mtime_ns: int
    mode: int
    link: str | None
    names: frozenset[str]


_IN_1960_S = -300_000_000
_IN_2400_S = 13_569_465_600
"""Beyond what nanoseconds in 64 bits can say."""


def grow(random: Random, root: Path, count: int) -> list[Path]:
    """Write a tree: copies, sidecars, links of both kinds, odd names, times of all sorts.

    Returns:
        Its photos, links to some among them.
    """
    photos: list[Path] = []
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = root / random.choice(FOLDERS) / os.fsdecode(_name(random, number))
        dice = random.random()
        if os.path.lexists(path):
            continue
        if photos and dice < 0.08 and os.name == "posix":  # elsewhere few accounts may make any
            path.symlink_to(random.choice(photos))
        elif photos and dice < 0.16:
            os.link(random.choice(photos), path, follow_symlinks=False)
        elif photos and dice < 0.3:
            beside = random.choice(photos)
            path = beside.with_name(beside.name + ".xmp")
            if len(os.fsencode(path.name)) < 250 and not os.path.lexists(path):
                _write(path, b"sidecar %d" % random.randrange(2), random)
            continue
        else:
            _write(path, b"photo %d" % random.randrange(max(2, count // 5)), random)
        photos.append(path)
    return photos


def _name(random: Random, number: int) -> bytes:
    stem = random.choice(_ODD) if random.random() < 0.3 else b"IMG_"
    return (
        stem + b"%d" % (number // 2 if random.random() < 0.2 else number) + random.choice(_ENDINGS)
    )


def _write(path: Path, content: bytes, random: Random) -> None:
    path.write_bytes(content)
    mode = random.choice([0o644, 0o600, 0o444])
    time_s = random.choice([random.randrange(1_600_000_000), _IN_1960_S, _IN_2400_S])
    os.utime(path, ns=(_NS, time_s * _NS))
    path.chmod(mode)  # last: Wine gives a file that is read-only no time


def steps_for(random: Random, photos: list[Path], share: float) -> list[Step]:
    """Ask for a share of the photos to go for any other of the same bytes, sensible or not."""
    by_content: dict[bytes, list[PlannedFile]] = {}
    for path in photos:
        content = path.read_bytes()
        status = path.stat()
        digest = blake3(content).digest()
        file = PlannedFile(str(path), status.st_size, status.st_mtime_ns, digest)
        by_content.setdefault(content, []).append(file)
    steps = []
    for copies in by_content.values():
        for victim in copies:
            if random.random() < share:
                steps.append(Step(victim, random.choice(copies), Evidence.SAME_BYTES))
    return steps


def entries(root: Path) -> dict[str, Entry]:
    """Every file and link below a folder, by its path from there."""
    names: dict[tuple[int, int], set[str]] = {}
    statuses: dict[str, os.stat_result] = {}
    for path in _files(root):
        name = os.path.relpath(path, root)
        statuses[name] = status = os.lstat(path)
        names.setdefault((status.st_dev, status.st_ino), set()).add(name)
    return {
        name: Entry(
            content=b"" if stat.S_ISLNK(status.st_mode) else _read(root, name),
            mtime_ns=status.st_mtime_ns,
            mode=status.st_mode,
            link=os.readlink(root / name) if stat.S_ISLNK(status.st_mode) else None,
            names=frozenset(names[status.st_dev, status.st_ino]),
        )
        for name, status in statuses.items()
    }


def _files(root: Path) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            yield os.path.join(folder, name)


def _read(root: Path, name: str) -> bytes:
    return (root / name).read_bytes()


def left_behind(root: Path) -> list[str]:
    """Files with a passing name, which no action leaves when it is over."""
    return [path for path in _files(root) if os.path.basename(path).startswith(".dupefinder-")]


def skip_where_read_only_files_get_no_times(folder: Path) -> None:
    """Wine refuses what Windows does."""
    path = folder / "read-only"
    path.touch()
    path.chmod(stat.S_IREAD)
    try:
        os.utime(path)
    except PermissionError:
        pytest.skip("this system gives a read-only file no times")
    finally:
        path.chmod(stat.S_IREAD | stat.S_IWRITE)
        path.unlink()
