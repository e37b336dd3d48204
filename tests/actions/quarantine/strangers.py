"""Quarantine folders that somebody else prepared, with links to a person's own files."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from dupefinder.core.scan.left_out import QUARANTINE_FOLDER
from tests.actions.removals import add

CONTENT = b"a photo"
TREE = "2026-01-01 10-00-00"
MTIME_NS = 1_234_567_890_123_456_789


@dataclass(frozen=True)
class Prepared:
    """A drive that somebody prepared, beside the person's own folder.

    In the tree of the quarantine folder lie `a.jpg` and `sub/b.jpg`; `link` leads to the person's
    folder, and so does `out` at the top of the drive.
    """

    drive: Path
    own: Path

    @property
    def quarantine(self) -> Path:
        return self.drive / QUARANTINE_FOLDER

    @property
    def tree(self) -> Path:
        return self.quarantine / TREE

    def tell(self, *lines: dict[str, object] | bytes) -> None:
        """Write the manifest."""
        with self.tree.with_name(f"{TREE}.jsonl").open("wb") as file:
            for line in lines:
                file.write((line if isinstance(line, bytes) else encoded(line)) + b"\n")

    def line(self, **values: object) -> dict[str, object]:
        """A line as the program would write it, but for some values."""
        digest = blake3(CONTENT).hexdigest()
        return {
            "file": "a.jpg",
            "from": str(self.drive / "mine" / "a.jpg"),
            "bytes": len(CONTENT),
            "blake3": digest,
            "stays": str(self.drive / "copy.jpg"),
            "stays_bytes": len(CONTENT),
            "stays_blake3": digest,
            "evidence": "same-bytes",
            "from_top": "mine/a.jpg",
            "holding": QUARANTINE_FOLDER,
            "mtime_ns": MTIME_NS,
        } | values


def encoded(line: object) -> bytes:
    return json.dumps(line).encode()


def prepare(folder: Path) -> Prepared:
    """Lay a drive and a person's own folder out."""
    prepared = Prepared(folder / "drive", folder / "own")
    add(prepared.own / "photo.jpg", CONTENT)
    add(prepared.own / "sub" / "b.jpg", CONTENT)
    (prepared.own / "empty").mkdir()
    add(prepared.drive / "copy.jpg", CONTENT)
    add(prepared.tree / "a.jpg", CONTENT)
    add(prepared.tree / "sub" / "b.jpg", CONTENT)
    for link in (prepared.tree / "link", prepared.drive / "out"):
        link.symlink_to(prepared.own)
    (prepared.tree / "photo link.jpg").symlink_to(prepared.own / "photo.jpg")
    prepared.tell(prepared.line())
    return prepared


def everything_below(folder: Path, *but: Path) -> dict[str, tuple[object, ...]]:
    """All that lies below a folder and could be changed there, some folders apart."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        if any(path.is_relative_to(one) for one in but):
            continue
        status = path.lstat()
        content: object = None
        if stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            content = (path.read_bytes(), status.st_mtime_ns, status.st_ino)
        found[str(path.relative_to(folder))] = (stat.S_IFMT(status.st_mode), content)
    return found
