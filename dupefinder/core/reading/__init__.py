"""Contents of files in the catalog: known ones are looked up, the others are read once.

The catalog is written in batches during the reading, so the next scan continues where this one
stopped, whatever ended the program.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog, FileRow, KnownFile
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.workers.pool import SMALL_FILE_BYTES, DecodePool
from dupefinder.core.decode.workers.task import DecodeOutcome, DecodeRequest
from dupefinder.core.fingerprint import FINGERPRINT_VERSION
from dupefinder.core.fingerprint.stored_fingerprints import fingerprints_of
from dupefinder.core.id_sets import distinct
from dupefinder.core.job import JobContext
from dupefinder.core.reading.moved_files import find_moved
from dupefinder.core.records import FoundFile, Problem, ProblemCode
from dupefinder.core.scan.options import ScanOptions

NO_CONTENT = -1

_BATCH_FILES = 128
_BATCH_S = 2.0
"""A batch is written when it is full or this old, so a crash costs at most this much work."""
_IN_FLIGHT_FILES = 64
_MANY_SMALL_FILES, _LEAST_SMALL_FILES = 4000, 1000
"""From how many small files, divided by the threads, processes decode faster than threads, although
starting one takes as long as some hundred photos; two threads hardly wait for each other."""

_WORTH_ANOTHER_TRY = frozenset(
    (
        ProblemCode.NO_PERMISSION,
        ProblemCode.IN_USE,
        ProblemCode.VANISHED,
        ProblemCode.READ_ERROR,
        ProblemCode.CHANGED_WHILE_READ,
        ProblemCode.OUT_OF_MEMORY,
        ProblemCode.TIMED_OUT,
        ProblemCode.ONLINE_ONLY,
    )
)
"""Problems that may be gone without the file having changed."""

_UNPROVEN = "known by its parts"
"""Marks a moved file in the catalog: its middle has not been read at the new place."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Result of reading files.

    Attributes:
        content_ids: int64 (n,), for every file its content, or `NO_CONTENT`.
        from_catalog: Files that were known and not read again.
        decoded: Files that were decoded.
        read: Files that were read; those with the same bytes as another one were not decoded.
    """

    content_ids: NDArray[np.int64]
    from_catalog: int
    decoded: int
    read: int


def read_photos(
    files: Sequence[FoundFile],
    catalog: Catalog,
    context: JobContext,
    *,
    threads: int,
    limits: DecodeLimits,
    after_batch: Callable[[NDArray[np.int64]], None] | None = None,
) -> Reading:
    """Bring every file's content into the catalog.

    Args:
        files: The files that the walk found.
        catalog: The catalog of contents.
        context: Advanced by one for every file.
        threads: Decoding threads.
        limits: Limits for one file.
        after_batch: Called, between two batches, with the contents known so far, see `Reading`.

    Raises:
        Cancelled: The job was cancelled; what was read is kept.
        CatalogNotWritable: The disk is full, for example; earlier batches are kept.
    """
    context.start_phase("decode", len(files))
    reader = _Reader(files, catalog, context, after_batch)
    unknown = reader.take_known()
    unknown = reader.take_moved(unknown)
    small_files = sum(files[index].size_bytes <= SMALL_FILE_BYTES for index in unknown)
    pool = DecodePool(threads, limits, small_in_processes=processes_pay(small_files, threads))
    reader.read(unknown, pool)
    reader.prove(pool)
    context.finish_phase()
    return Reading(reader.content_ids, reader.from_catalog, reader.decoded, reader.read_count)


def processes_pay(small_files: int, threads: int) -> bool:
    """True if there are enough small files for each thread that processes decode them faster."""
    return small_files >= max(_MANY_SMALL_FILES // max(threads, 1), _LEAST_SMALL_FILES)


class _Reader:
    def __init__(
        self,
        files: Sequence[FoundFile],
        catalog: Catalog,
        context: JobContext,
        after_batch: Callable[[NDArray[np.int64]], None] | None,
    ) -> None:
        self._after_batch = after_batch
        self.content_ids = np.full(len(files), NO_CONTENT, dtype=np.int64)
        self.from_catalog = 0
        self.decoded = 0
        self.read_count = 0
        self._files = files
        self._catalog = catalog
        self._context = context
        self._outdated = set(catalog.outdated_contents(FINGERPRINT_VERSION).tolist())
        self._known: dict[str, dict[str, KnownFile]] = {}
        self._shielded: set[int] = set()
        self._unproven: list[int] = []
        self._with_problem: set[int] = set()
        self._digests: set[bytes] = set()

    def take_known(self) -> list[int]:
        """Take the files that are unchanged since the catalog; return the indices of the others."""
        self._catalog.take_suspects()
        unknown = []
        seen_ids = []
        for index, file in enumerate(self._files):
            if index % _BATCH_FILES == 0:
                self._context.checkpoint()
            known = self._known_of_volume(file).get(file.relative_path)
            if (
                known is None
                or known.size_bytes != file.size_bytes
                or known.mtime_ns != file.mtime_ns
                or known.content_id in self._outdated
            ):
                unknown.append(index)
            elif known.content_id is not None or (
                known.problem is not None and known.problem not in _WORTH_ANOTHER_TRY
            ):
                self._accept(index, known.content_id, known.problem, known.problem_detail)
                self.from_catalog += 1
                seen_ids.append(known.file_id)
            else:
                if known.needs_shield:
                    self._shielded.add(index)
                unknown.append(index)
        self._catalog.mark_seen(seen_ids)
        self._context.advance(len(self._files) - len(unknown), known=True)
        return unknown

    def _known_of_volume(self, file: FoundFile) -> dict[str, KnownFile]:
        known = self._known.get(file.volume_id)
        if known is None:
            known = self._known[file.volume_id] = self._catalog.known_files(file.volume_id)
        return known

    def take_moved(self, unknown: Sequence[int]) -> list[int]:
        """Take files that have moved; return the indices of the others."""
        moved = find_moved(self._files, unknown, self._outdated, self._catalog, self._context)
        contents = self._catalog.facts(list(moved.values()))
        rows = []
        for index, content_id in moved.items():
            is_whole = contents[content_id].facts.decodes_in_full is not False
            row = _row(
                self._files[index],
                content_id=content_id,
                problem=None if is_whole else ProblemCode.PARTLY_DAMAGED,
                problem_detail=_UNPROVEN,
            )
            rows.append(row)
            self._accept(index, content_id, row.problem, row.problem_detail)
        self._catalog.record_files(rows)
        self.from_catalog += len(moved)
        self._context.advance(len(moved), known=True)
        return [index for index in unknown if index not in moved]

    def read(self, unknown: Sequence[int], pool: DecodePool) -> None:
        """Read and decode files, a batch at a time into the catalog.

        A file that crashed the decoder or took too long is tried once more in a process of its own,
        and that outcome is kept until the file changes.
        """
        if not unknown:
            return
        outdated = self._catalog.facts(list(self._outdated)).values()
        self._digests = self._catalog.digests() - {content.digest for content in outdated}
        try:
            again = self._read_once(unknown, pool)
            self._shielded.update(again)
            if again:
                self._read_once(again, pool)
        finally:
            self._catalog.clear_in_flight(self._files[index] for index in unknown)

    def prove(self, pool: DecodePool) -> None:
        """Read those moved files completely that would count as copies of others.

        Equal parts say nothing about the rest; a copy that is damaged in the middle must be
        detected.
        """
        contents, counts = np.unique(self.content_ids, return_counts=True)
        shared = set(contents[counts > 1].tolist())
        doubtful = [one for one in self._unproven if int(self.content_ids[one]) in shared]
        if not doubtful:
            return
        self.content_ids[doubtful] = NO_CONTENT
        self.from_catalog -= len(doubtful)
        self._context.set_total(len(self._files) + len(doubtful))
        self.read(doubtful, pool)

    def _read_once(self, unknown: Sequence[int], pool: DecodePool) -> list[int]:
        """Read files; return the indices of those to try again in a process of their own."""
        again: list[int] = []
        batch: list[DecodeOutcome] = []
        kept_s = time.monotonic()
        outcomes = pool.run(self._requests(unknown), self._digests.__contains__, self._context)
        with closing(outcomes):
            try:
                for outcome in outcomes:
                    if outcome.needs_shield and outcome.key not in self._shielded:
                        again.append(outcome.key)
                        continue
                    batch.append(outcome)
                    self._context.advance()
                    if len(batch) >= _BATCH_FILES or time.monotonic() - kept_s > _BATCH_S:
                        full, batch = batch, []
                        self._keep(full)
                        if self._after_batch is not None:
                            self._after_batch(self.content_ids)
                        kept_s = time.monotonic()
            finally:
                if batch:
                    self._keep(batch)
        return again

    def _requests(self, unknown: Iterable[int]) -> Iterator[DecodeRequest]:
        remaining = iter(unknown)
        while chunk := list(islice(remaining, _IN_FLIGHT_FILES)):
            self._catalog.mark_in_flight(
                self._files[index] for index in chunk if index not in self._shielded
            )
            for index in chunk:
                file = self._files[index]
                shielded = index in self._shielded
                yield DecodeRequest(index, file.path, file.size_bytes, shielded, file.mtime_ns)

    def _keep(self, batch: Sequence[DecodeOutcome]) -> None:
        """Write a batch of outcomes into the catalog, all of it or nothing."""
        photos = [(one.photo, one.size_bytes) for one in batch if one.photo is not None]
        copies = {one.digest for one in batch if one.photo is None and one.digest is not None}
        contents = [
            (photo, size_bytes, fingerprints)
            for (photo, size_bytes), fingerprints in zip(
                photos, fingerprints_of([photo for photo, _ in photos]), strict=True
            )
        ]
        with self._catalog.transaction():
            new_ids = self._catalog.add_contents(contents, FINGERPRINT_VERSION)
            ids = self._catalog.content_ids(copies)
            is_whole = {
                content_id: content.facts.decodes_in_full
                for content_id, content in self._catalog.facts(list(ids.values())).items()
            }
            for (photo, _), new_id in zip(photos, new_ids, strict=True):
                ids[photo.digest] = new_id
                is_whole[new_id] = photo.facts.decodes_in_full
            rows = []
            for outcome in batch:
                content_id = None
                code, detail = outcome.problem or (None, "")
                if code is None and outcome.digest is not None:
                    content_id = ids[outcome.digest]
                    if is_whole[content_id] is False:
                        code = ProblemCode.PARTLY_DAMAGED
                rows.append(
                    _row(
                        self._files[outcome.key],
                        size_bytes=outcome.size_bytes,
                        mtime_ns=outcome.mtime_ns,
                        content_id=content_id,
                        problem=code,
                        problem_detail=detail,
                        needs_shield=outcome.key in self._shielded,
                    )
                )
                self._accept(outcome.key, content_id, code, detail)
                self.read_count += outcome.digest is not None
                self.decoded += outcome.photo is not None
            self._catalog.record_files(rows)
            self._catalog.clear_in_flight(self._files[outcome.key] for outcome in batch)

    def _accept(
        self,
        index: int,
        content_id: int | None,
        problem: ProblemCode | None,
        problem_detail: str,
    ) -> None:
        if content_id is not None:
            self.content_ids[index] = content_id
            if problem_detail == _UNPROVEN:
                self._unproven.append(index)
                problem_detail = ""
        if problem is not None and index not in self._with_problem:
            self._with_problem.add(index)
            self._context.add_problem(Problem(self._files[index].path, problem, problem_detail))


def _row(file: FoundFile, **known: Any) -> FileRow:
    row = FileRow(file.volume_id, file.relative_path, file.size_bytes, file.mtime_ns)
    return row._replace(**known)


def within_dimensions(reading: Reading, options: ScanOptions, catalog: Catalog) -> Reading:
    """Leave out photos outside the wanted dimensions."""
    if options.min_side_px <= 0 and options.max_side_px is None:
        return reading
    wanted = {
        content_id
        for content_id, content in catalog.facts(distinct(reading.content_ids)).items()
        if min(content.facts.width_px, content.facts.height_px) >= options.min_side_px
        and (
            options.max_side_px is None
            or max(content.facts.width_px, content.facts.height_px) <= options.max_side_px
        )
    }
    content_ids: NDArray[np.int64] = np.where(
        np.isin(reading.content_ids, list(wanted)), reading.content_ids, NO_CONTENT
    )
    return replace(reading, content_ids=content_ids)
