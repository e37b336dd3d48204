"""Re-encodings of a scan → full-size comparisons, for the pairs that a removal hangs on.

Of k copies of one photo about k − 1 pairs are compared: each copy that could go with the one that
would stay for it. Each file is read once more for that, checked against what was scanned, and
decoded once for all that are held against it. The results are kept in the catalog.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from blake3 import blake3

from dupefinder.core.catalog import Catalog, StoredContent
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.memory_budget import MemoryBudget
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.records import (
    Group,
    PhotoFacts,
    ProblemCode,
    Proof,
    ProofVerdict,
    ReasonCode,
)

PROVING_PHASE = "prove"

_BUDGET_BYTES = 700 << 20
_BYTES_PER_PX = 9
"""What a picture takes at most while it is compared: as it was decoded, and what is made of it."""
_AT_ONCE = 12
"""Photos that are held against one decoded copy before it is decoded anew."""

Wanted = Sequence[tuple[int, int]]
"""Pairs of content ids: of the photo that may go, and of the one that would stay for it."""


def prove_groups(
    matches: Matches,
    threshold_bits: int,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
    on_groups: Callable[[Sequence[Group]], None] | None = None,
) -> list[Group]:
    """Group, and compare in full what may be proposed for removal, until all is settled.

    Args:
        matches: The matches of a scan; takes in the proofs.
        threshold_bits: As in `Matches.regroup`.
        catalog: Keeps the proofs.
        context: The job; its phase is `PROVING_PHASE`.
        threads: Comparisons at a time.
        limits: What decoding one file may cost.
        on_groups: Called with groups of which some proposals are still being checked.

    Returns:
        The groups; no member of them is being checked any more.

    Raises:
        Cancelled: The job was cancelled; what was proved is kept.
    """
    groups = matches.groups(threshold_bits)
    while wanted := wanted_by(groups):
        if on_groups is not None:
            on_groups(groups)
        prove_pairs(wanted, matches, catalog, context, threads, limits)
        groups = matches.groups(threshold_bits)
    return groups


def wanted_by(groups: Iterable[Group]) -> list[tuple[int, int]]:
    """List the pairs that the proposals of some groups wait for."""
    wanted = []
    for group in groups:
        waiting = [one for one in group.members if one.reason.code is ReasonCode.BEING_CHECKED]
        if waiting:
            content_at = {one.file.path: one.content_id for one in group.members}
            wanted += [(one.content_id, content_at[one.against]) for one in waiting if one.against]
    return list(dict.fromkeys(wanted))


def prove_pairs(
    wanted: Wanted,
    matches: Matches,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
) -> None:
    """Compare pairs in full size; keep the proofs in the catalog and in the matches.

    Args:
        wanted: The pairs.
        matches: The matches of a scan.
        catalog: Keeps the proofs.
        context: The job.
        threads: Comparisons at a time.
        limits: What decoding one file may cost.

    Raises:
        Cancelled: The job was cancelled; what was proved is kept.
    """
    paths: dict[int, list[str]] = {}
    ids = {content_id for pair in wanted for content_id in pair}
    for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True):
        if content_id in ids:
            paths.setdefault(content_id, []).append(file.path)
    files = {
        content_id: ContentFiles(matches.contents[content_id], paths[content_id])
        for content_id in ids
    }
    budget = MemoryBudget(_BUDGET_BYTES)
    context.start_phase(PROVING_PHASE, len(wanted))
    with ThreadPoolExecutor(threads) as executor:
        parts = _parts(wanted)

        def prove_part(part: tuple[int, list[int]]) -> dict[tuple[int, int], Proof]:
            if context.cancelled:
                return {}
            stays, goes = part
            px = _pixels(files[stays].content.facts) + max(
                _pixels(files[one].content.facts) for one in goes
            )
            budget.reserve(part[0], px * _BYTES_PER_PX)
            try:
                return _prove_against(files[stays], [files[one] for one in goes], limits, context)
            finally:
                budget.release(part[0])

        for first in range(0, len(parts), threads * 4):
            context.checkpoint()
            some = parts[first : first + threads * 4]
            for (_, goes), found in zip(some, executor.map(prove_part, some), strict=True):
                catalog.set_proofs(found)
                matches.add_proofs(found)
                context.advance(len(goes))
    context.checkpoint()
    context.finish_phase()


class ContentFiles:
    """A content and the files that hold it.

    Attributes:
        content: The content.
        paths: The files.
    """

    def __init__(self, content: StoredContent, paths: Sequence[str]) -> None:
        self.content = content
        self.paths = paths

    def read(self, limits: DecodeLimits) -> bytes:
        """Read the content from the first file that still holds it.

        Raises:
            DecodeFailed: None does.
        """
        failure = DecodeFailed(ProblemCode.VANISHED)
        for path in self.paths:
            try:
                data, _, _ = read_whole(path, limits)
            except DecodeFailed as failed:
                failure = failed
                continue
            if blake3(data).digest() == self.content.digest:
                return data
            failure = DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
        raise failure


def _pixels(facts: PhotoFacts) -> int:
    return facts.width_px * facts.height_px


def _parts(wanted: Wanted) -> list[tuple[int, list[int]]]:
    """Pairs by the copy that stays, some at a time."""
    by_stays: dict[int, list[int]] = {}
    for goes, stays in wanted:
        by_stays.setdefault(stays, []).append(goes)
    return [
        (stays, goes[first : first + _AT_ONCE])
        for stays, goes in by_stays.items()
        for first in range(0, len(goes), _AT_ONCE)
    ]


def _prove_against(
    stays: ContentFiles, goes: Sequence[ContentFiles], limits: DecodeLimits, context: JobContext
) -> dict[tuple[int, int], Proof]:
    """Compare some photos with the one that would stay for them."""
    # Imported here: it loads OpenCV, which nothing else of a scan needs.
    from dupefinder.core.proof.full_picture import FullPicture, decode_full
    from dupefinder.core.proof.pair import prove_pair

    decoded: dict[bool, FullPicture] = {}
    data = b""
    proofs: dict[tuple[int, int], Proof] = {}
    for one in goes:
        if context.cancelled:
            break
        pair = one.content.content_id, stays.content.content_id
        facts = (one.content.facts, stays.content.facts)
        keep_profile = facts[0].icc_digest == facts[1].icc_digest
        try:
            if keep_profile not in decoded:
                decoded.clear()
                data = data or stays.read(limits)
                decoded[keep_profile] = decode_full(
                    data, facts[1], limits, keep_profile=keep_profile
                )
            own = decode_full(one.read(limits), facts[0], limits, keep_profile=keep_profile)
            proofs[pair], back = prove_pair(own, decoded[keep_profile])
            if back is not None:
                proofs[pair[::-1]] = back
        except DecodeFailed as failed:
            proofs[pair] = Proof(ProofVerdict.UNDECIDED, cause=failed.code)
        except MemoryError:
            proofs[pair] = Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.OUT_OF_MEMORY)
    return proofs
