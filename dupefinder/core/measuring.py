"""Measurements that need a full decode, for the few photos whose verdict depends on them.

Equal pixels: two files whose small pictures are equal, or nearly so in different formats.
True detail: a file with more pixels than its re-encodings, yet hardly more bytes, may be an
enlarged copy. Both are kept in the catalog and never measured again.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.detail import measure_detail_px
from dupefinder.core.decode.formats import may_be_lossless
from dupefinder.core.decode.limits import MEMORY_BUDGET_BYTES, MemoryBudget
from dupefinder.core.decode.pixels import digest_pixels
from dupefinder.core.grouping.looks import may_be_enlarged
from dupefinder.core.grouping.match_graph import picture_key
from dupefinder.core.job import JobContext, in_threads
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import Evidence, FoundFile, Orientation, ProblemCode

_PIXELS_MAY_AGREE_LIKENESS = 0.99
_BYTES_PER_PX = 8
"""Most memory of a pixel while it is measured: as decoded, and a copy."""
_MAYBE_LOSSLESS = frozenset(("WEBP", "HEIF", "AVIF", "JPEG2000"))

Value = TypeVar("Value")
Measure = Callable[[str, PhotoFacts, DecodeLimits], Value | None]
Contents = dict[int, StoredContent]
Families = dict[int, list[int]]
"""Contents of the scan, RAW files aside, by twin id."""


def measure_exactly(
    files: Sequence[FoundFile],
    content_ids: NDArray[np.int64],
    twins: EqualThumbnails,
    pairs: Pairs,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
) -> None:
    """Measure pixels and detail where a verdict depends on them, and store both in the catalog.

    Args:
        files: Files of the scan.
        content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
        twins: Of all contents.
        pairs: Judged pairs between twin ids.
        catalog: Where the results go.
        context: The job.
        threads: Decoding threads.
        limits: What one file may cost. All that are measured at a time share
            `MEMORY_BUDGET_BYTES`; a larger picture is measured alone.

    Raises:
        Cancelled: The job was cancelled; what was measured is kept.
    """
    file_of: dict[int, FoundFile] = {}
    for content_id, file in zip(content_ids.tolist(), files, strict=True):
        if content_id != NO_CONTENT:
            file_of.setdefault(content_id, file)
    present = np.setdiff1d(np.array(list(file_of), dtype=np.int64), catalog.raw_contents())
    re_encoded = pairs[
        (pairs["evidence"] == EVIDENCE_CODES[Evidence.RE_ENCODED])
        & (pairs["orientation"] == Orientation.IDENTITY)
    ]
    twin_ids = twins.of(present)
    families: Families = {}
    for content_id, twin_id in zip(present.tolist(), twin_ids.tolist(), strict=True):
        families.setdefault(twin_id, []).append(content_id)
    several = np.array([key for key, family in families.items() if len(family) > 1], np.int64)
    wanted = np.isin(twin_ids, np.concatenate((re_encoded["a"], re_encoded["b"], several)))
    contents = catalog.facts(present[wanted])

    @cache
    def holds_exactly(content_id: int) -> bool:
        facts = contents[content_id].facts
        if facts.is_lossless or facts.format not in _MAYBE_LOSSLESS:
            return facts.is_lossless
        return may_be_lossless(file_of[content_id].path, facts.format)

    measurer = _Measurer(file_of, contents, context, threads, limits)
    measurer.run(
        _pixels_in_question(families, re_encoded, contents, holds_exactly),
        digest_pixels,
        catalog.set_pixel_digests,
        lambda content: content.digest,  # equal to no other content's
    )
    measurer.run(
        _detail_in_question(families, re_encoded, contents),
        measure_detail_px,
        catalog.set_detail_px,
        lambda content: content.facts.width_px * content.facts.height_px,
    )


class _Measurer:
    """Decodes contents in threads that share a memory budget, and keeps what is measured."""

    def __init__(
        self,
        file_of: Mapping[int, FoundFile],
        contents: Contents,
        context: JobContext,
        threads: int,
        limits: DecodeLimits,
    ) -> None:
        self._file_of = file_of
        self._contents = contents
        self._context = context
        self._threads = threads
        self._limits = limits
        self._budget = MemoryBudget(MEMORY_BUDGET_BYTES)

    def run(
        self,
        content_ids: set[int],
        measure: Measure[Value],
        keep: Callable[[dict[int, Value]], None],
        instead: Callable[[StoredContent], Value],
    ) -> None:
        """Measure contents.

        Args:
            content_ids: The contents.
            measure: Measures one file; None where it cannot be measured.
            keep: Takes the values by content.
            instead: Gives the value to keep for a file that can never be measured, so that it is
                not tried again.
        """
        if not content_ids:
            return
        self._context.start_phase("measure", len(content_ids))

        def measure_one(content_id: int) -> Value | None:
            content = self._contents[content_id]
            pixels_bytes = content.facts.width_px * content.facts.height_px * _BYTES_PER_PX
            self._budget.reserve(content_id, content.size_bytes + pixels_bytes)
            try:
                return self._measured(content, measure, instead)
            finally:
                self._budget.release(content_id)

        def keep_one(content_id: int, value: Value | None) -> None:
            if value is not None:
                keep({content_id: value})
            self._context.advance()

        in_threads(measure_one, sorted(content_ids), keep_one, self._context, self._threads)
        self._context.finish_phase()

    def _measured(
        self,
        content: StoredContent,
        measure: Measure[Value],
        instead: Callable[[StoredContent], Value],
    ) -> Value | None:
        """None when the file has changed or cannot be read now: the next scan tries again."""
        file = self._file_of[content.content_id]
        try:
            value = measure(file.path, content.facts, self._limits)
        except DecodeFailed as failed:
            if failed.code is not ProblemCode.DAMAGED:
                return None
            value = None
        try:
            status = os.stat(file.path)
        except OSError:
            return None
        if (status.st_size, status.st_mtime_ns) != (content.size_bytes, file.mtime_ns):
            return None
        return instead(content) if value is None else value


def _pixels_in_question(
    families: Families,
    re_encoded: Pairs,
    contents: Contents,
    holds_exactly: Callable[[int], bool],
) -> set[int]:
    """Contents whose pixels have to be compared in full.

    Args:
        families: Contents by twin id.
        re_encoded: Judged pairs between twin ids.
        contents: All of these contents.
        holds_exactly: True for a content that may hold each pixel of another one exactly.
    """
    question: set[int] = set()
    for family in families.values():
        by_size: dict[tuple[int, int], list[int]] = {}
        for content_id in family if len(family) > 1 else ():
            facts = contents[content_id].facts
            by_size.setdefault((facts.width_px, facts.height_px), []).append(content_id)
        for same_size in by_size.values():
            # Of files with one compressed picture, one stands for all.
            pictures = {
                content_id
                if contents[content_id].facts.picture_digest is None
                else picture_key(contents[content_id])
                for content_id in same_size
            }
            if len(pictures) > 1:
                question.update(same_size)
    likely = re_encoded[re_encoded["likeness"] >= _PIXELS_MAY_AGREE_LIKENESS]
    for a, b in zip(likely["a"].tolist(), likely["b"].tolist(), strict=True):
        ours = _by_frame(families.get(a, ()), contents)
        theirs = _by_frame(families.get(b, ()), contents)
        for frame in ours.keys() & theirs.keys():
            for one, other in ((ours, theirs), (theirs, ours)):
                # Not two lossy files of different encodings.
                if keepers := [content for content in one[frame] if holds_exactly(content)]:
                    question.update(keepers, other[frame])
    return {content_id for content_id in question if contents[content_id].pixel_digest is None}


def _by_frame(family: Iterable[int], contents: Contents) -> dict[tuple[object, ...], list[int]]:
    by_frame: dict[tuple[object, ...], list[int]] = {}
    for content_id in family:
        facts = contents[content_id].facts
        frame = (facts.width_px, facts.height_px, facts.mode)
        by_frame.setdefault(frame, []).append(content_id)
    return by_frame


def _detail_in_question(families: Families, re_encoded: Pairs, contents: Contents) -> set[int]:
    """Contents that have more pixels than a re-encoding but too few bits for them."""
    beside = {twin_id: [twin_id] for twin_id, family in families.items() if len(family) > 1}
    for a, b in zip(re_encoded["a"].tolist(), re_encoded["b"].tolist(), strict=True):
        beside.setdefault(a, [a]).append(b)
        beside.setdefault(b, [b]).append(a)
    question: set[int] = set()
    for twin_id, twin_ids in beside.items():
        others = [contents[one] for other in twin_ids for one in families.get(other, ())]
        ours = [contents[one] for one in families.get(twin_id, ())]
        question |= may_be_enlarged(ours, others)
    return {content_id for content_id in question if contents[content_id].detail_px is None}
