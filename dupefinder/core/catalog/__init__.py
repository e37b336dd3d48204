"""The catalog: results of earlier scans, so that no photo is read twice.

One SQLite file, written in small transactions during a scan, so that the next scan continues an
interrupted one. All SQL is in the modules of this package; the rest of the program uses `Catalog`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dupefinder.core.catalog.connection import (
    CatalogDamaged,
    default_catalog_path,
    erase,
    ids_parameter,
    open_to_read,
)
from dupefinder.core.catalog.contents import CatalogContents, StoredContent
from dupefinder.core.catalog.files import (
    CatalogFiles,
    ContentFile,
    FilePlace,
    FileRow,
    KnownFile,
    ScanRecord,
    VolumeNote,
)
from dupefinder.core.catalog.fingerprints import Words
from dupefinder.core.catalog.last_scan import CatalogKeptResults, CatalogLastScan, LastScan
from dupefinder.core.catalog.pairs import (
    EVIDENCE_CODES,
    NOT_SEARCHED,
    OPEN_CODE,
    PAIR_DTYPE,
    TOLD_APART_CODE,
    Pairs,
    pair_keys,
)
from dupefinder.core.catalog.proofs import CatalogProofs, Proofs

__all__ = [
    "EVIDENCE_CODES",
    "NOT_SEARCHED",
    "OPEN_CODE",
    "PAIR_DTYPE",
    "TOLD_APART_CODE",
    "Catalog",
    "CatalogDamaged",
    "CatalogInfo",
    "ContentFile",
    "FilePlace",
    "FileRow",
    "KnownFile",
    "LastScan",
    "Pairs",
    "Proofs",
    "PruneCounts",
    "ScanRecord",
    "StoredContent",
    "VolumeCount",
    "VolumeNote",
    "Words",
    "default_catalog_path",
    "erase",
    "pair_keys",
]


@dataclass(frozen=True, slots=True)
class VolumeCount:
    """Number of known files of a volume."""

    volume_id: str
    files: int


@dataclass(frozen=True, slots=True)
class CatalogInfo:
    """Summary of a catalog.

    Attributes:
        path: Its file, None in memory.
        size_bytes: Size of the database.
        files: Number of known files.
        contents: Number of known contents.
        problems: Number of files that could not, or not fully, be read.
        pairs: Number of known pairs, over all kinds of fingerprints.
        volumes: The volumes, in the order in which they were met.
        last_scan: The last scan that began; None without one.
    """

    path: Path | None
    size_bytes: int
    files: int
    contents: int
    problems: int
    pairs: int
    volumes: tuple[VolumeCount, ...]
    last_scan: ScanRecord | None


@dataclass(frozen=True, slots=True)
class PruneCounts:
    """Numbers of rows that `Catalog.prune` removed."""

    files: int
    contents: int
    pairs: int


class Catalog(CatalogContents, CatalogFiles, CatalogKeptResults, CatalogLastScan, CatalogProofs):
    """An open catalog, to be closed, best as a context manager. See `Database`."""

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Open the catalog at a path, made when missing; None keeps everything in memory.

        Raises:
            CatalogInUse: Another program has it open.
            CatalogTooNew: A later version of the program wrote it; the file is untouched.
            CatalogNotWritable: It cannot be made or written, or the file is something else.
        """
        return cls._open_in_memory() if path is None else cls._open_locked(path)

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """Open a snapshot of a catalog that this program may be writing meanwhile.

        Raises:
            CatalogDamaged, CatalogNotWritable, CatalogInUse, CatalogTooNew: It cannot be read.
        """
        return cls(open_to_read(path), path)

    def info(self) -> CatalogInfo:
        """Count what the catalog holds."""
        volumes = self._each(
            "SELECT volume_id, count(file_id) FROM volumes LEFT JOIN files USING (volume)"
            " GROUP BY volume ORDER BY volume"
        )
        return CatalogInfo(
            path=self.path,
            size_bytes=self._count("PRAGMA page_count") * self._count("PRAGMA page_size"),
            files=self._count("SELECT count(*) FROM files"),
            contents=self._count("SELECT count(*) FROM contents"),
            problems=self._count("SELECT count(problem_code) FROM files"),
            pairs=self._count("SELECT count(*) FROM pairs"),
            volumes=tuple(VolumeCount(os.fsdecode(name), files) for name, files in volumes),
            last_scan=self.last_scan(),
        )

    def prune(self, file_ids: Iterable[int]) -> PruneCounts:
        """Forget files that are gone, and rows that only they needed; then shrink the catalog.

        The caller decides which of `all_files` are gone: files on a disconnected drive are not.

        Args:
            file_ids: The files to forget; unknown ids are ignored.
        """
        with self.transaction():
            files = self._write(
                "DELETE FROM files WHERE file_id IN (SELECT value FROM json_each(?))",
                (ids_parameter(list(file_ids)),),
            )
            self._write(
                "DELETE FROM last_files WHERE NOT EXISTS (SELECT 1 FROM files"
                " WHERE files.volume = last_files.volume"
                " AND files.relative_path = last_files.relative_path)"
            )
            contents = self._write(
                "DELETE FROM contents WHERE NOT EXISTS"
                " (SELECT 1 FROM files WHERE files.content_id = contents.content_id)"
            )
            for table in ("pixels", "inner_pictures", "fingerprints", "searched"):
                self._write(
                    f"DELETE FROM {table} WHERE content_id NOT IN (SELECT content_id FROM contents)"
                )
            pairs = self._write(
                "DELETE FROM pairs WHERE a NOT IN (SELECT content_id FROM contents)"
                " OR b NOT IN (SELECT content_id FROM contents)"
            )
            self._write(
                "DELETE FROM proofs WHERE goes NOT IN (SELECT content_id FROM contents)"
                " OR stays NOT IN (SELECT content_id FROM contents)"
            )
            self._write(
                "DELETE FROM volumes WHERE volume NOT IN"
                " (SELECT volume FROM files UNION SELECT volume FROM in_flight"
                " UNION SELECT volume FROM last_files)"
            )
            self._forget_numbers()
        if self._count("PRAGMA freelist_count"):
            with self._faults():
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return PruneCounts(files, contents, pairs)
