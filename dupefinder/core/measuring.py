"""What only a full decode shows, measured for the few photos whose verdict hangs on it.

Equal pixels: two files whose small pictures are equal, or nearly so in different formats.
True detail: a file with more pixels than its re-encodings, yet hardly more bytes, may be an
enlarged copy. Both are kept in the catalog and never measured again.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import EVIDENCE_CODES, Catalog, Pairs, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.detail import measure_detail_px
from dupefinder.core.grouping import picture_key
from dupefinder.core.job import JobContext
from dupefinder.core.matching import Twins
from dupefinder.core.pixels import digest_pixels
from dupefinder.core.reading import NO_CONTENT
from dupefinder.core.records import Evidence, FoundFile, Orientation, PhotoFacts
from dupefinder.core.rules import estimated_quality

_PIXELS_MAY_AGREE_LIKENESS = 0.99
_MAYBE_LOSSLESS = frozenset(("WEBP", "HEIF", "AVIF", "JPEG2000"))
_LARGER = 1.1
_SUSPICIOUS_SHARE = 0.45
"""Bits per pixel, against those of a smaller copy at the same quality, below which a photo may
be enlarged. A photo that was shrunk to a half holds some 1.3 to 2 times the bits per pixel."""

Value = TypeVar("Value")
Measure = Callable[[str, PhotoFacts, DecodeLimits], Value | None]


def measure_exactly(
    files: Sequence[FoundFile],
    content_ids: NDArray[np.int64],
    twins: Twins,
    pairs: Pairs,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
) -> None:
    """Measure pixels and detail where a verdict hangs on them, and keep both in the catalog.

    Args:
        files: Files of the scan.
        content_ids: int64 (n,), the content of each, or `NO_CONTENT`.
        twins: Of all contents.
        pairs: Judged pairs between twin ids.
        catalog: Where the results go.
        context: The job.
        threads: Decoding threads.
        limits: What one file may cost; twice decoded pixels count too, so the memory of
            `threads` pictures is bounded by them.

    Raises:
        Cancelled: The job was cancelled; what was measured is kept.
    """
    path_of = {
        content: file.path
        for content, file in zip(content_ids.tolist(), files, strict=True)
        if content != NO_CONTENT
    }
    present = np.array(sorted(path_of), dtype=np.int64)
    siblings = _siblings(present, twins)
    re_encoded = pairs[
        (pairs["evidence"] == EVIDENCE_CODES[Evidence.RE_ENCODED])
        & (pairs["orientation"] == Orientation.IDENTITY)
    ]
    wanted = np.isin(twins.of(present), np.concatenate((re_encoded["a"], re_encoded["b"])))
    several = [content for family in siblings.values() if len(family) > 1 for content in family]
    contents = catalog.facts(np.union1d(present[wanted], np.array(several, dtype=np.int64)))
    _run(
        _pixels_in_question(siblings, re_encoded, contents),
        digest_pixels, catalog.set_pixel_digests, path_of, contents, context, threads, limits,
    )  # fmt: skip
    _run(
        _detail_in_question(siblings, re_encoded, contents),
        measure_detail_px, catalog.set_detail_px, path_of, contents, context, threads, limits,
    )  # fmt: skip


def _siblings(present: NDArray[np.int64], twins: Twins) -> dict[int, list[int]]:
    siblings: dict[int, list[int]] = {}
    for content, twin in zip(present.tolist(), twins.of(present).tolist(), strict=True):
        siblings.setdefault(twin, []).append(content)
    return siblings


def _run(
    wanted: Iterable[int],
    measure: Measure[Value],
    keep: Callable[[dict[int, Value]], None],
    path_of: dict[int, str],
    contents: dict[int, StoredContent],
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
) -> None:
    waiting = sorted(set(wanted))
    if not waiting:
        return
    context.start_phase("measure", len(waiting))

    def one(content_id: int) -> Value | None:
        try:
            return measure(path_of[content_id], contents[content_id].facts, limits)
        except DecodeFailed:
            return None  # the file changed or went since it was read; the next scan will tell

    remaining = iter(waiting)
    with ThreadPoolExecutor(threads) as executor:
        while block := list(islice(remaining, threads * 4)):
            context.checkpoint()
            values = zip(block, executor.map(one, block), strict=True)
            keep({content_id: value for content_id, value in values if value is not None})
            context.advance(len(block))
    context.finish_phase()


def _pixels_in_question(
    siblings: dict[int, list[int]], re_encoded: Pairs, contents: dict[int, StoredContent]
) -> set[int]:
    """Contents whose pixels have to be compared in full."""
    question: set[int] = set()
    for family in siblings.values():
        by_size: dict[tuple[int, int], list[int]] = {}
        for content in family if len(family) > 1 else ():
            facts = contents[content].facts
            by_size.setdefault((facts.width_px, facts.height_px), []).append(content)
        for same_size in by_size.values():
            # Of files with one compressed picture, one stands for all.
            keys = {
                content: picture_key(contents[content])
                if contents[content].facts.picture_digest is not None
                else content
                for content in same_size
            }
            if len(set(keys.values())) > 1:
                question.update(same_size)
    likely = re_encoded[re_encoded["likeness"] >= _PIXELS_MAY_AGREE_LIKENESS]
    for a, b in zip(likely["a"].tolist(), likely["b"].tolist(), strict=True):
        for one in siblings.get(a, ()):
            for other in siblings.get(b, ()):
                if _pixels_may_agree(contents[one].facts, contents[other].facts):
                    question.update((one, other))
    return {content for content in question if contents[content].pixel_digest is None}


def _pixels_may_agree(a: PhotoFacts, b: PhotoFacts) -> bool:
    """Two lossy files of different encodings never hold the same pixels."""
    if (a.width_px, a.height_px, a.mode) != (b.width_px, b.height_px, b.mode):
        return False
    return any(facts.is_lossless or facts.format in _MAYBE_LOSSLESS for facts in (a, b))


def _detail_in_question(
    siblings: dict[int, list[int]], re_encoded: Pairs, contents: dict[int, StoredContent]
) -> set[int]:
    """Contents that have more pixels than a re-encoding but too few bits for them."""
    question: set[int] = set()
    pairs = [*zip(re_encoded["a"].tolist(), re_encoded["b"].tolist(), strict=True)]
    pairs += [(twin, twin) for twin, family in siblings.items() if len(family) > 1]
    for a, b in pairs:
        for one in siblings.get(a, ()):
            for other in siblings.get(b, ()):
                for larger, smaller in ((one, other), (other, one)):
                    if _may_be_enlarged(contents[larger], contents[smaller]):
                        question.add(larger)
    return {content for content in question if contents[content].detail_px is None}


def _may_be_enlarged(larger: StoredContent, smaller: StoredContent) -> bool:
    larger_px = larger.facts.width_px * larger.facts.height_px
    smaller_px = smaller.facts.width_px * smaller.facts.height_px
    if larger_px < smaller_px * _LARGER:
        return False
    from_camera = larger.facts.camera is not None and larger.facts.taken is not None
    return not from_camera or _density(larger) < _density(smaller) * _SUSPICIOUS_SHARE


def _density(content: StoredContent) -> float:
    """Bits per pixel, against what a JPEG of that quality commonly takes."""
    facts = content.facts
    quality = estimated_quality(facts, content.size_bytes)
    return content.size_bytes * 8 / (facts.width_px * facts.height_px) / 2 ** ((quality - 50) / 22)
