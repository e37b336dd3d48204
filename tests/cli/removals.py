"""An album that was scanned, and what became of it."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dupefinder.cli import main
from tests.cli.album import write_album

COPY, PIXELS, SMALL = "a/one copy.jpg", "b/one.png", "b/one small.jpg"


@dataclass(frozen=True)
class Scanned:
    """An album and the JSON of its scan."""

    album: Path
    json: Path

    def document(self) -> Any:
        return json.loads(self.json.read_bytes())

    def file(self, document: Any, name: str) -> Any:
        """A file's entry in the JSON."""
        path = str(self.album / name)
        (entry,) = [
            file for group in document["groups"] for file in group["files"] if file["path"] == path
        ]
        return entry

    def write(self, document: Any) -> None:
        self.json.write_text(json.dumps(document))


_scans: list[tuple[str, str]] = []
"""The path in the JSON of the album that was scanned first, and that JSON."""


def scan_album(tmp_path: Path) -> Scanned:
    """Write an album with times of its own, and what a scan of it says.

    All are alike but for their paths, so that only the first is scanned.
    """
    album = write_album(Path(os.path.realpath(tmp_path)) / "album")
    for number, path in enumerate(sorted(album.rglob("*.*")), start=1):
        os.utime(path, ns=(number, number * 1_000_000_007))
    os.utime(album / "a" / "one.jpg", ns=(0, 0))
    scanned = Scanned(album, tmp_path / "groups.json")
    within = json.dumps(str(album))[1:-1]
    if _scans:
        before, said = _scans[0]
        scanned.json.write_text(said.replace(before, within), "utf-8")
    else:
        assert main(["scan", str(album), "--no-catalog", "--json", str(scanned.json)]) == 0
        _scans.append((within, scanned.json.read_text("utf-8")))
    return scanned


def states(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and modification time of every file, by its name below the folder."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def in_trash(home: Path) -> set[str]:
    folder = home / "data" / "Trash" / "files"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def apply(scanned: Scanned, *options: object) -> int:
    return main(["apply", "--from", str(scanned.json), *map(str, options)])
