"""Digests of all pixels, for the few photos whose verdict depends on them.

Two files may hold the same pixels if their small pictures are equal, or nearly so in different
formats. The digests are kept in the catalog and never made again.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.formats import may_be_lossless
from dupefinder.core.decode.limits import MEMORY_BUDGET_BYTES, MemoryBudget
from dupefinder.core.decode.pixels import digest_pixels
from dupefinder.core.grouping.match_graph import picture_key
from dupefinder.core.job import JobContext, in_threads
from dupefinder.core.matching.equal_thumbnails import EqualThumbnails
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import Evidence, FoundFile, Orientation, ProblemCode

_PIXELS_MAY_AGREE_LIKENESS = 0.99
_BYTES_PER_PX = 8
"""Most memory of a pixel while it is measured: as decoded, and a copy."""
_MAYBE_LOSSLESS = frozenset(("WEBP", "HEIF", "AVIF", "JPEG2000"))

Contents = dict[int, StoredContent]
Families = dict[int, list[int]]
"""Contents of the scan, RAW files aside, by picture id."""


def add_pixel_digests(
    files: Sequence[FoundFile],
    content_ids: NDArray[np.int64],
    equal_thumbnails: EqualThumbnails,
    pairs: Pairs,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
) -> None:
    """Digest all pixels where a verdict depends on them, and store the digests in the catalog.

    Args:
        files: Files of the scan.
        content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
        equal_thumbnails: Equal thumbnails of all contents.
        pairs: Judged pairs between picture ids.
        catalog: Stores the results.
        context: The job.
        threads: Number of decoding threads.
        limits: Limits for one file. Pictures that are measured at the same time share
            `MEMORY_BUDGET_BYTES`; a larger one is measured alone.

    Raises:
        Cancelled: The job was cancelled; what was measured is kept.
    """
    file_of: dict[int, FoundFile] = {}
    for content_id, file in zip(content_ids.tolist(), files, strict=True):
        if content_id != NO_CONTENT:
            file_of.setdefault(content_id, file)
    contents, question = _to_measure(file_of, equal_thumbnails, pairs, catalog)
    if not question:
        return
    budget = MemoryBudget(MEMORY_BUDGET_BYTES)

    def digest_of(content_id: int) -> bytes | None:
        content = contents[content_id]
        pixels_bytes = content.facts.width_px * content.facts.height_px * _BYTES_PER_PX
        budget.reserve(content_id, content.size_bytes + pixels_bytes)
        try:
            return _pixel_digest(file_of[content_id], content, limits)
        finally:
            budget.release(content_id)

    def keep(content_id: int, digest: bytes | None) -> None:
        if digest is not None:
            catalog.set_pixel_digests({content_id: digest})
        context.advance()

    context.start_phase("measure", len(question))
    in_threads(digest_of, sorted(question), keep, context, threads)
    context.finish_phase()


def _pixel_digest(file: FoundFile, content: StoredContent, limits: DecodeLimits) -> bytes | None:
    """Digest of all pixels of a file; that of the content, equal to no other, if it has none.

    Returns:
        None if the file has changed or cannot be read now: the next scan tries again.
    """
    try:
        digest = digest_pixels(file.path, content.facts, limits)
    except DecodeFailed as failed:
        if failed.code is not ProblemCode.DAMAGED:
            return None
        digest = None
    try:
        status = os.stat(file.path)
    except OSError:
        return None
    if (status.st_size, status.st_mtime_ns) != (content.size_bytes, file.mtime_ns):
        return None
    return content.digest if digest is None else digest


def _to_measure(
    file_of: Mapping[int, FoundFile],
    equal_thumbnails: EqualThumbnails,
    pairs: Pairs,
    catalog: Catalog,
) -> tuple[Contents, set[int]]:
    """The contents that a verdict may depend on, and those of them to be measured."""
    present = np.setdiff1d(np.array(list(file_of), dtype=np.int64), catalog.raw_contents())
    re_encoded = pairs[
        (pairs["evidence"] == EVIDENCE_CODES[Evidence.RE_ENCODED])
        & (pairs["orientation"] == Orientation.IDENTITY)
    ]
    picture_ids = equal_thumbnails.of(present)
    families: Families = {}
    for content_id, picture_id in zip(present.tolist(), picture_ids.tolist(), strict=True):
        families.setdefault(picture_id, []).append(content_id)
    several = np.array([key for key, family in families.items() if len(family) > 1], np.int64)
    wanted = np.isin(picture_ids, np.concatenate((re_encoded["a"], re_encoded["b"], several)))
    contents = catalog.facts(present[wanted])

    @cache
    def holds_exactly(content_id: int) -> bool:
        facts = contents[content_id].facts
        if facts.is_lossless or facts.format not in _MAYBE_LOSSLESS:
            return facts.is_lossless
        return may_be_lossless(file_of[content_id].path, facts.format)

    return contents, _pixels_in_question(families, re_encoded, contents, holds_exactly)


def _pixels_in_question(
    families: Families,
    re_encoded: Pairs,
    contents: Contents,
    holds_exactly: Callable[[int], bool],
) -> set[int]:
    """Contents whose pixels have to be compared in full.

    Args:
        families: Contents by picture id.
        re_encoded: Judged pairs between picture ids.
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
