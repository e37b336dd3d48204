"""The last scan and its results as they were shown, to open again without a walk.

Of a scan that was stopped these are the photos that it had read by then.

Triggers note each change of the tables that results are made from: results kept before a change
are outdated. Everything else that results depend on is in their key.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from dupefinder.core.catalog.connection import CatalogConnection, plain_text, stored_integer
from dupefinder.core.errors import CatalogNotWritable
from dupefinder.core.records import FoundFile, Problem, ProblemCode
from dupefinder.core.source_folders import SourceFolders

_CODES = {code.value: code for code in ProblemCode}

NO_FILES: Mapping[str, FoundFile] = MappingProxyType({})


class LastScan(NamedTuple):
    """Photos and options of the last scan.

    Attributes:
        scan_id: Its number.
        files: The photos, in the order in which the scan met them.
        content_ids: int64 (n,), their contents.
        problems: Files and folders that were not, or not fully, used.
        search_hash: The kind of fingerprint that was searched.
        rotations: True when turned copies were searched.
        parts: True when cropped and framed copies were searched.
        threshold_bits: The Hamming threshold that was scanned for.
        shown_bits: The threshold at which the results were last shown.
        sources: The scanned folders, in the order of the last results.
        new_contents: Contents that the finished scan before it did not have; none after the first.
    """

    scan_id: int
    files: Sequence[FoundFile]
    content_ids: NDArray[np.int64]
    problems: list[Problem]
    search_hash: str
    rotations: bool
    parts: bool
    threshold_bits: int
    shown_bits: int
    sources: SourceFolders = SourceFolders()
    new_contents: frozenset[int] = frozenset()


class CatalogLastScan(CatalogConnection):
    """The tables of the last scan."""

    def keep_last_scan(self, scan: LastScan) -> frozenset[int]:
        """Replace the stored last scan.

        Args:
            scan: The scan; its `new_contents` are found out here.

        Returns:
            `LastScan.new_contents`.
        """
        known = self._contents_before()
        new_contents: frozenset[int] = frozenset()
        if known is not None:
            new_contents = frozenset(scan.content_ids.tolist()) - known
        with self.transaction():
            for table in ("last_files", "last_problems", "last_scan"):
                self._write(f"DELETE FROM {table}")
            self._write_many(
                "INSERT OR IGNORE INTO last_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                (
                    (*self._file_row(file), content_id, int(content_id in new_contents))
                    for file, content_id in zip(scan.files, scan.content_ids.tolist(), strict=True)
                ),
            )
            self._write_many(
                "INSERT INTO last_problems VALUES (?, ?, ?)",
                (
                    (os.fsencode(one.path), one.code.value, plain_text(one.detail))
                    for one in scan.problems
                ),
            )
            self._write(
                "INSERT INTO last_scan (scan_id, search_hash, rotations, parts, threshold_bits,"
                " shown_bits) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(scan.scan_id, scan.search_hash, int(scan.rotations), int(scan.parts)),
                    *(scan.threshold_bits, scan.shown_bits),
                ),
            )
            self.keep_sources(scan.sources)
        return new_contents

    def _file_row(self, file: FoundFile) -> tuple[object, ...]:
        """The columns of a file in the table `last_files`, without its content."""
        return (
            os.fsencode(file.path),
            self._volume_number(file.volume_id),
            os.fsencode(file.relative_path),
            file.size_bytes,
            stored_integer(file.mtime_ns),
            # Unsigned 64-bit numbers do not fit an SQLite integer.
            str(file.device),
            str(file.inode),
            int(file.protected),
        )

    def _contents_before(self) -> set[int] | None:
        """The contents of the last scan that came to its end; None before the first."""
        row = self._one(
            "SELECT coalesce(scans.scan_id AND finished_ns IS NULL, 0)"
            " FROM last_scan LEFT JOIN scans USING (scan_id)"
        )
        if row is None:
            return None
        sql = "SELECT DISTINCT content_id FROM last_files"
        if row[0]:  # it was stopped: what it had not found before is new still
            if self._one("SELECT 1 FROM scans WHERE finished_ns IS NOT NULL") is None:
                return None
            sql += " WHERE NOT is_new"
        return {one for (one,) in self._each(sql)}

    def last_results(self, known: Mapping[str, FoundFile] = NO_FILES) -> LastScan | None:
        """Results of the last scan, without files that are gone; None before the first.

        Args:
            known: Files of the last scan by path, which are not made again.
        """
        row = self._one(
            "SELECT scan_id, search_hash, rotations, parts, threshold_bits, shown_bits, preferred,"
            " between_only, coalesce(folders, x'')"
            " FROM last_scan LEFT JOIN scans USING (scan_id)"
        )
        if row is None:
            return None
        files, content_ids, new_contents = self._last_files(known)
        problems = [
            Problem(os.fsdecode(path), _CODES[code], detail)
            for path, code, detail in self._each("SELECT path, code, detail FROM last_problems")
            if code in _CODES
        ]
        scan_id, search_hash, rotations, parts, threshold_bits, shown_bits = row[:6]
        preferred, between_only, folders = row[6:]
        return LastScan(
            scan_id,
            files,
            np.array(content_ids, np.int64),
            problems,
            search_hash,
            rotations == 1,
            parts == 1,
            threshold_bits,
            shown_bits,
            SourceFolders(_names(folders), _names(preferred), between_only=between_only == 1),
            frozenset(new_contents),
        )

    def _last_files(
        self, known: Mapping[str, FoundFile]
    ) -> tuple[list[FoundFile], list[int], set[int]]:
        """The files of the last scan, the content of each, and the contents that were new."""
        files, content_ids, new_contents = list[FoundFile](), list[int](), set[int]()
        name = os.fsdecode
        devices: dict[str, int] = {}
        volumes = {
            number: name(volume_id)
            for number, volume_id in self._each("SELECT volume, volume_id FROM volumes")
        }
        rows = self._each(
            "SELECT path, volume, relative_path, size_bytes, mtime_ns, device, inode, protected,"
            " content_id, is_new FROM last_files WHERE is_gone = 0"
            " AND content_id IN (SELECT content_id FROM contents) ORDER BY path"
        )
        for path, volume, below, size, mtime, device, inode, protected, content_id, is_new in rows:
            file = known.get(name(path))
            if file is None or (file.size_bytes, file.mtime_ns) != (size, mtime):
                file = FoundFile(
                    name(path),
                    volumes.get(volume, ""),
                    name(below),
                    size,
                    mtime,
                    devices.setdefault(device, int(device)),
                    int(inode),
                    protected == 1,
                )
            files.append(file)
            content_ids.append(content_id)
            if is_new:
                new_contents.add(content_id)
        return files, content_ids, new_contents

    def last_results_since_ns(self) -> int | None:
        """Start of the scan of the last results; None before the first."""
        row = self._one(
            "SELECT coalesce(started_ns, 0) FROM last_scan LEFT JOIN scans USING (scan_id)"
        )
        return None if row is None else int(row[0])

    def in_last_results(self, paths: Iterable[str]) -> list[str]:
        """The given paths at which the last results have a file that is not gone."""
        sql = "SELECT 1 FROM last_files WHERE path = ? AND is_gone = 0"
        return [path for path in paths if self._one(sql, (os.fsencode(path),))]

    def last_scan_below(self, folder: str) -> tuple[int, int, int]:
        """Number of photos that the last scan saw below a folder, their bytes, those protected."""
        start = os.path.join(os.fsencode(folder), b"")
        row = self._one(
            "SELECT count(*), coalesce(sum(size_bytes), 0), coalesce(sum(protected), 0)"
            " FROM last_files"
            " WHERE is_gone = 0 AND path > ? AND path < ?",
            # The first byte string that is greater than all with this prefix.
            (start, start[:-1] + bytes([start[-1] + 1])),
        )
        return (0, 0, 0) if row is None else (row[0], row[1], row[2])

    def protected_places(self) -> list[str]:
        """Folders whose photos the last scan protected, and single photos that it protected.

        Photos in folders below a protected folder may not be protected. Such a folder is not
        named; its protected photos are.
        """
        rows = [
            (os.fsdecode(path), is_protected)
            for path, is_protected in self._each("SELECT path, protected FROM last_files")
        ]
        above_others: set[str] = set()
        for path, is_protected in rows:
            folder = os.path.dirname(path)
            while not is_protected and folder not in above_others:
                above_others.add(folder)
                folder = os.path.dirname(folder)
        protected = (path for path, is_protected in rows if is_protected)
        places = (
            path if os.path.dirname(path) in above_others else os.path.dirname(path)
            for path in protected
        )
        return list(dict.fromkeys(places))

    def keep_threshold(self, threshold_bits: int) -> None:
        """Store the threshold at which the last results are shown."""
        self._write("UPDATE last_scan SET shown_bits = ?", (threshold_bits,))

    def keep_sources(self, sources: SourceFolders) -> None:
        """Store the order of folders of the last results."""
        preferred = b"\0".join(map(os.fsencode, sources.preferred))
        self._write(
            "UPDATE last_scan SET preferred = ?, between_only = ?",
            (preferred, int(sources.between_only)),
        )

    def mark_gone(self, paths: Iterable[str], *, gone: bool) -> int:
        """Mark files of the last results as gone, or as back.

        Returns:
            Number of files whose mark changed.
        """
        with self.transaction():
            return self._write_many(
                "UPDATE last_files SET is_gone = ? WHERE path = ? AND is_gone <> ?",
                [(int(gone), os.fsencode(path), int(gone)) for path in paths],
            )


def _names(stored: bytes) -> list[str]:
    """Folders as `start_scan` and `keep_sources` write them."""
    return [os.fsdecode(name) for name in stored.split(b"\0") if name]


_PIECE_BYTES = 256 << 20
"""SQLite holds no value of a gigabyte."""


class CatalogKeptResults(CatalogConnection):
    """The tables of kept results."""

    def keep_results(self, key: bytes, parts: Mapping[str, bytes]) -> None:
        """Store results in place of earlier ones.

        Args:
            key: Everything they depend on beside the catalog.
            parts: The results.
        """
        with self.transaction():
            self.drop_results()
            self._write_many("INSERT INTO kept_parts VALUES (?, ?, ?)", _pieces(parts))
            self._write(
                "INSERT INTO kept_results (key, digest, is_current) VALUES (?, ?, 1)",
                (key, _digest(parts)),
            )

    def drop_results(self) -> None:
        """Delete the kept results."""
        with self.transaction():
            for table in ("kept_parts", "kept_results"):
                self._write(f"DELETE FROM {table}")

    def has_kept_results(self, key: bytes) -> bool:
        """True where results are kept for a key."""
        sql = "SELECT 1 FROM kept_results WHERE is_current AND key = ?"
        return self._one(sql, (key,)) is not None

    def kept_results(self, key: bytes) -> dict[str, bytes] | None:
        """Look up the results that were kept.

        Args:
            key: Everything that results depend on now, beside the catalog.

        Returns:
            None where there are none, or where they are outdated.
        """
        row = self._one("SELECT digest FROM kept_results WHERE is_current AND key = ?", (key,))
        if row is None:
            return None
        pieces: dict[str, list[bytes]] = {}
        for name, data in self._each("SELECT name, data FROM kept_parts ORDER BY name, piece"):
            pieces.setdefault(name, []).append(data)
        parts = {
            name: some[0] if len(some) == 1 else b"".join(some) for name, some in pieces.items()
        }
        # They are used without validation, so their digest has to match.
        if _digest(parts) == row[0]:
            return parts
        # As long as they are there, no new ones would be kept.
        with suppress(CatalogNotWritable):
            self.drop_results()
        return None


def _pieces(parts: Mapping[str, bytes]) -> Iterator[tuple[str, int, bytes]]:
    for name, data in parts.items():
        for number, start in enumerate(range(0, max(len(data), 1), _PIECE_BYTES)):
            yield name, number, data[start : start + _PIECE_BYTES]


def _digest(parts: Mapping[str, bytes]) -> bytes:
    digest = blake3()
    for name, data in sorted(parts.items()):
        digest.update(f"{name} {len(data)}\0".encode())
        digest.update(data)
    return digest.digest()
