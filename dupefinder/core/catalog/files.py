"""The files that scans have met: unchanged ones, unreadable ones, and suspects of a crash."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from numpy.typing import ArrayLike

from dupefinder.core.catalog.connection import (
    CatalogConnection,
    ids_parameter,
    plain_text,
    stored_integer,
)
from dupefinder.core.records import FoundFile, ProblemCode

_PAGE_ROWS: Final = 10_000
_NAMES: Final = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
# An unknown code counts as none: the file is read again.
_PROBLEMS: Final = {code.value: code for code in ProblemCode}


class KnownFile(NamedTuple):
    """Entry of one file in the catalog. A tuple, because there are 300,000 at once.

    Attributes:
        file_id: Number of the file in the catalog.
        size_bytes: Size when it was read.
        mtime_ns: Modification time when it was read.
        content_id: Its content, None when it could not be read.
        problem: The reason why it could not, or not fully, be read; None without one.
        problem_detail: The decoder's message; may be empty.
        needs_shield: True when it must be decoded in a process of its own.
    """

    file_id: int
    size_bytes: int
    mtime_ns: int
    content_id: int | None
    problem: ProblemCode | None
    problem_detail: str
    needs_shield: bool


class FileRow(NamedTuple):
    """A file to store, see `KnownFile`; its key is volume and path below the mount point."""

    volume_id: str
    relative_path: str
    size_bytes: int
    mtime_ns: int
    content_id: int | None = None
    problem: ProblemCode | None = None
    problem_detail: str = ""
    needs_shield: bool = False


class FilePlace(NamedTuple):
    """A file of the catalog, whether it still exists or not."""

    file_id: int
    volume_id: str
    relative_path: str


class VolumeNote(NamedTuple):
    """Name and last connection of a volume, for when it is disconnected.

    Attributes:
        name: Its label; empty without one.
        seen_ns: Time of its last connection during a scan, in nanoseconds since 1970.
    """

    name: str
    seen_ns: int


class ContentFile(NamedTuple):
    """A file that holds, or held when it was last read, a content."""

    content_id: int
    file_id: int
    volume_id: str
    relative_path: str
    size_bytes: int
    mtime_ns: int


class ScanRecord(NamedTuple):
    """A scan, with times in nanoseconds since 1970; None for the end of an unfinished one."""

    scan_id: int
    started_ns: int
    finished_ns: int | None
    duration_s: float | None
    folders: tuple[str, ...]


class CatalogFiles(CatalogConnection):
    """The tables of volumes, files, files in flight and scans."""

    _scan_id = 0

    def known_files(self, volume_id: str) -> dict[str, KnownFile]:
        """All files of a volume by relative path."""
        rows = self._each(
            "SELECT relative_path, file_id, size_bytes, mtime_ns, content_id, problem_code,"
            " problem_detail, needs_shield FROM files"
            " WHERE volume = (SELECT volume FROM volumes WHERE volume_id = ?)",
            (os.fsencode(volume_id),),
        )
        name_of, problem_of, make = os.fsdecode, _PROBLEMS.get, KnownFile
        return {
            name_of(path): make(number, size, mtime, content, problem_of(code), detail, shield == 1)
            for path, number, size, mtime, content, code, detail, shield in rows
        }

    def all_files(self) -> Iterator[FilePlace]:
        """All files, in pages, so that the catalog may be used meanwhile."""
        last = -1
        while True:
            page = self._all(
                "SELECT file_id, volume_id, relative_path FROM files JOIN volumes USING (volume)"
                " WHERE file_id > ? ORDER BY file_id LIMIT ?",
                (last, _PAGE_ROWS),
            )
            if not page:
                return
            last = page[-1][0]
            for file_id, volume_id, path in page:
                yield FilePlace(file_id, os.fsdecode(volume_id), os.fsdecode(path))

    def record_files(self, rows: Iterable[FileRow]) -> None:
        """Store files; earlier rows of the same paths are replaced."""
        with self.transaction():
            self._write_many(
                "INSERT INTO files (volume, relative_path, size_bytes, mtime_ns, content_id,"
                " problem_code, problem_detail, needs_shield, seen_scan)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (volume, relative_path) DO UPDATE SET"
                " size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,"
                " content_id = excluded.content_id, problem_code = excluded.problem_code,"
                " problem_detail = excluded.problem_detail,"
                " needs_shield = excluded.needs_shield, seen_scan = excluded.seen_scan",
                [
                    (
                        self._volume_number(row.volume_id),
                        _encoded(row.relative_path),
                        row.size_bytes,
                        stored_integer(row.mtime_ns),
                        row.content_id,
                        None if row.problem is None else row.problem.value,
                        plain_text(row.problem_detail),
                        int(row.needs_shield),
                        self._scan_id,
                    )
                    for row in rows
                ],
            )

    def files_of_content(self, content_ids: ArrayLike) -> list[ContentFile]:
        """The files of some contents, ordered by content and file."""
        rows = self._each(
            "SELECT content_id, file_id, volume_id, relative_path, size_bytes, mtime_ns"
            " FROM files JOIN volumes USING (volume)"
            " WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY content_id, file_id",
            (ids_parameter(content_ids),),
        )
        return [
            ContentFile(content, number, os.fsdecode(volume), os.fsdecode(path), size, mtime)
            for content, number, volume, path, size, mtime in rows
        ]

    def note_volumes(self, names: Mapping[str, str]) -> None:
        """Store that volumes are connected now, and their labels.

        Args:
            names: Labels by identity; unknown volumes are ignored.
        """
        with self.transaction():
            self._write_many(
                "UPDATE volumes SET name = ?, seen_ns = ? WHERE volume_id = ?",
                [
                    (os.fsencode(name), time.time_ns(), os.fsencode(volume_id))
                    for volume_id, name in names.items()
                ],
            )

    def volume_notes(self) -> dict[str, VolumeNote]:
        """Notes of all volumes that were ever connected, by identity."""
        rows = self._each("SELECT volume_id, name, seen_ns FROM volumes WHERE seen_ns IS NOT NULL")
        return {
            os.fsdecode(volume_id): VolumeNote(os.fsdecode(name), seen_ns)
            for volume_id, name, seen_ns in rows
        }

    def mark_in_flight(self, files: Iterable[FoundFile]) -> None:
        """Store, before a batch is decoded, the files that a crash would be blamed on."""
        with self.transaction():
            self._write_many(
                "INSERT OR REPLACE INTO in_flight VALUES (?, ?, ?, ?)",
                [
                    (*self._file_key(file), file.size_bytes, stored_integer(file.mtime_ns))
                    for file in files
                ],
            )

    def clear_in_flight(self, files: Iterable[FoundFile]) -> None:
        """Remove files from the suspects, best in the transaction that records them."""
        with self.transaction():
            self._write_many(
                "DELETE FROM in_flight WHERE volume = ? AND relative_path = ?",
                [self._file_key(file) for file in files],
            )

    def take_suspects(self) -> int:
        """Flag files that were in flight when an earlier run ended: they need the shield.

        Returns:
            Number of flagged files. Files whose outcome was recorded are not flagged.
        """
        with self.transaction():
            flagged = self._write(
                "INSERT INTO files (volume, relative_path, size_bytes, mtime_ns, needs_shield)"
                # Without a WHERE, the parser would take ON CONFLICT for the ON of a join.
                " SELECT volume, relative_path, size_bytes, mtime_ns, 1 FROM in_flight WHERE true"
                " ON CONFLICT (volume, relative_path) DO UPDATE SET"
                " size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,"
                " content_id = NULL, problem_code = NULL, problem_detail = '', needs_shield = 1"
                " WHERE files.size_bytes <> excluded.size_bytes"
                " OR files.mtime_ns <> excluded.mtime_ns"
                " OR (files.content_id IS NULL AND files.problem_code IS NULL)"
            )
            self._write("DELETE FROM in_flight")
        return flagged

    def start_scan(self, folders: Sequence[str]) -> int:
        """Begin a scan; files recorded from now on count as seen by it."""
        names = b"\0".join(map(os.fsencode, folders))
        with self.transaction():
            self._write(
                "INSERT INTO scans (started_ns, folders) VALUES (?, ?)", (time.time_ns(), names)
            )
            self._scan_id = self._count("SELECT max(scan_id) FROM scans")
        return self._scan_id

    def mark_seen(self, file_ids: Iterable[int]) -> None:
        """Count known, unchanged files as seen by the running scan."""
        with self.transaction():
            self._write_many(
                "UPDATE files SET seen_scan = ? WHERE file_id = ?",
                zip(repeat(self._scan_id), file_ids),
            )

    def finish_scan(self, scan_id: int, duration_s: float) -> None:
        """Note the end of a scan, and its duration."""
        self._write(
            "UPDATE scans SET finished_ns = ?, duration_s = ? WHERE scan_id = ?",
            (time.time_ns(), duration_s, scan_id),
        )

    def last_scan(self) -> ScanRecord | None:
        """The last scan that began, finished or not; None without one."""
        row = self._one(
            "SELECT scan_id, started_ns, finished_ns, duration_s, folders FROM scans"
            " ORDER BY scan_id DESC LIMIT 1"
        )
        if row is None:
            return None
        scan_id, started_ns, finished_ns, duration_s, names = row
        folders = tuple(map(os.fsdecode, names.split(b"\0"))) if names else ()
        return ScanRecord(scan_id, started_ns, finished_ns, duration_s, folders)

    def _file_key(self, file: FoundFile) -> tuple[int, bytes]:
        return self._volume_number(file.volume_id), _encoded(file.relative_path)


def _encoded(name: str) -> bytes:
    """A faster `os.fsencode`, as it is called for every file."""
    return name.encode(*_NAMES)
