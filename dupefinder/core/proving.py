"""Re-encodings of a scan → full-size comparisons, for the pairs that a removal hangs on.

Of k copies of one photo about k − 1 pairs are compared: each copy that could go with the one that
would stay for it. Each file is read once more for that, checked against what was scanned, and
decoded once for all that are held against it. The results are kept in the catalog.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from blake3 import blake3

from dupefinder.core.asking import judge_open
from dupefinder.core.catalog import Catalog
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.memory_budget import MemoryBudget
from dupefinder.core.grouping import Matches
from dupefinder.core.job import JobContext
from dupefinder.core.records import (
    Group,
    PhotoFacts,
    Problem,
    ProblemCode,
    Proof,
    ProofVerdict,
)

PROVING_PHASE = "prove"

_BUDGET_BYTES = 700 << 20
_BYTES_PER_PX = 16
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
    groups = settled_groups(matches, threshold_bits, catalog, context, threads)
    while wanted := matches.wanted_proofs(groups):
        if left := _not_known(wanted, matches, catalog):
            if on_groups is not None:
                on_groups(groups)
            prove_pairs(left, matches, catalog, context, threads, limits)
        groups = settled_groups(matches, threshold_bits, catalog, context, threads)
    return groups


def settled_groups(
    matches: Matches, threshold_bits: int, catalog: Catalog, context: JobContext, threads: int
) -> list[Group]:
    """Group, and judge the pairs that were left open, until no group hangs on one.

    Args:
        matches: The matches of a scan; takes in the verdicts.
        threshold_bits: As in `Matches.regroup`.
        catalog: Keeps the verdicts.
        context: The job.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    groups = matches.groups(threshold_bits)
    while len(open_pairs := matches.wanted_open(groups, threshold_bits)):
        verdicts = judge_open(
            open_pairs, matches.search_kind, matches.twins, catalog, context, threads
        )
        matches.add_verdicts(verdicts, catalog)
        groups = matches.groups(threshold_bits)
    return groups


def take_known(
    matches: Matches, threshold_bits: int, catalog: Catalog, context: JobContext, threads: int
) -> None:
    """Let the matches have the proofs that their groups wait for, as far as the catalog has them.

    Args:
        matches: Matches of contents in the catalog.
        threshold_bits: As in `Matches.regroup`.
        catalog: Where earlier scans kept them.
        context: The job.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled.
    """

    def wanted() -> Wanted:
        groups = settled_groups(matches, threshold_bits, catalog, context, threads)
        return matches.wanted_proofs(groups)

    waiting = wanted()
    while waiting and len(_not_known(waiting, matches, catalog)) < len(waiting):
        waiting = wanted()


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
    wanted = _not_known(wanted, matches, catalog)
    if not wanted:
        return
    paths: dict[int, list[str]] = {}
    ids = {content_id for pair in wanted for content_id in pair}
    for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True):
        if content_id in ids:
            paths.setdefault(content_id, []).append(file.path)
    contents = {one: matches.contents[one] for one in ids}
    files = {
        one: ScannedPhoto(paths[one], content.digest, content.facts)
        for one, content in contents.items()
    }
    budget = MemoryBudget(_BUDGET_BYTES)
    waiting = set(wanted)
    context.start_phase(PROVING_PHASE, len(waiting))
    with ThreadPoolExecutor(threads) as executor:
        parts = _parts(wanted)

        def prove_part(part: tuple[int, list[int]]) -> _PartOutcome:
            if context.cancelled:
                return {}, set()
            stays, goes = part
            px = _pixels(files[stays].facts) + max(_pixels(files[one].facts) for one in goes)
            holder = object()
            budget.reserve(holder, px * _BYTES_PER_PX)
            try:
                found = _prove_against(files[stays], [files[one] for one in goes], limits, context)
                proofs: dict[tuple[int, int], Proof] = {}
                damaged: set[int] = set()
                for one, outcome in zip(goes, found, strict=False):
                    proofs[one, stays] = outcome.proof
                    if outcome.back is not None:
                        proofs[stays, one] = outcome.back
                    if outcome.damaged is not None:
                        damaged.add(one if outcome.damaged is files[one] else stays)
                return proofs, damaged
            finally:
                budget.release(holder)

        for first in range(0, len(parts), threads * 4):
            context.checkpoint()
            some = parts[first : first + threads * 4]
            for (_, goes), outcome in zip(some, executor.map(prove_part, some), strict=True):
                found, damaged = outcome
                if damaged:
                    # First: once the proof is known, the two are not compared again.
                    _tell_damaged(damaged, matches, catalog, context)
                catalog.set_proofs(found)
                matches.add_proofs(found)
                context.advance(len(goes))
    context.checkpoint()
    context.finish_phase()


_PartOutcome = tuple[dict[tuple[int, int], Proof], set[int]]
"""Proofs by pair, and the contents that were found to be damaged."""


def _tell_damaged(
    content_ids: set[int], matches: Matches, catalog: Catalog, context: JobContext
) -> None:
    """Let catalog, matches and the person know of damage that decoders passed over."""
    fresh = {one for one in content_ids if matches.contents[one].facts.decodes_in_full is not False}
    catalog.set_damaged(fresh)
    matches.set_damaged(fresh)
    for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True):
        if content_id in fresh:
            context.add_problem(Problem(file.path, ProblemCode.PARTLY_DAMAGED))


def _not_known(wanted: Wanted, matches: Matches, catalog: Catalog) -> Wanted:
    """Let the matches have what the catalog knows of some pairs; return the pairs that are left.

    Nothing else of what earlier scans compared is heeded: so the groups are the same, whatever was
    scanned before.
    """
    from dupefinder.core.proof.detail import is_larger

    stored = catalog.proofs({content_id for pair in wanted for content_id in pair})
    known = {pair: stored[pair] for pair in wanted if pair in stored}
    for pair, proof in list(known.items()):
        goes, stays = (matches.contents[one].facts for one in pair)
        # Where a photo is larger, or richer, `prove_pair` told of the other direction as well.
        is_of_both = proof.stays_is_poorer or is_larger(goes, stays)
        back = stored.get(pair[::-1])
        if is_of_both and back is not None and back.verdict is ProofVerdict.CONTAINED:
            known[pair[::-1]] = back
    matches.add_proofs(known)
    return [pair for pair in wanted if pair not in known]


@dataclass(frozen=True, slots=True)
class ScannedPhoto:
    """A content and the files that hold it.

    Attributes:
        paths: The files.
        digest: 32-byte BLAKE3 digest that a file must still have.
        facts: What `decode` told of it.
    """

    paths: Sequence[str]
    digest: bytes
    facts: PhotoFacts

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
            if blake3(data).digest() == self.digest:
                return data
            failure = DecodeFailed(ProblemCode.CHANGED_WHILE_READ)
        raise failure


def prove_again(goes: ScannedPhoto, stays: ScannedPhoto, limits: DecodeLimits) -> bool:
    """Read and compare two photos once more, and ask an independent witness besides.

    Args:
        goes: The photo that is about to go.
        stays: The one that stays for it.
        limits: What decoding one file may cost.

    Returns:
        True where all that the first shows was found in the second, and the witness agrees.

    Raises:
        DecodeFailed: One of them cannot be read or decoded, or is not what was scanned.
    """
    import cv2

    from dupefinder.core.proof import contained
    from dupefinder.core.proof.damage import differ_by_few_bytes
    from dupefinder.core.proof.full_picture import decode_full
    from dupefinder.core.proof.witness import MOST_UNLIKE_PLACES, unlike_places

    try:
        for keep_profile in _profile_ways(goes.facts, stays.facts):
            ours, theirs = (
                decode_full(one.read(limits), one.facts, limits, keep_profile=keep_profile)
                for one in (goes, stays)
            )
            if differ_by_few_bytes(ours, theirs):
                return False
            if contained(ours, theirs).verdict is ProofVerdict.CONTAINED:
                return unlike_places(ours, theirs) <= MOST_UNLIKE_PLACES
    except (cv2.error, ValueError) as error:
        raise DecodeFailed(ProblemCode.OUT_OF_MEMORY, str(error)) from error
    return False


def _profile_ways(goes: PhotoFacts, stays: PhotoFacts) -> tuple[bool, ...]:
    """The ways in which two photos' colours may be compared: with their profiles left out, or not.

    A copy without a profile may be one that lost it, its levels unchanged, or one whose colours
    were converted first.
    """
    if goes.icc_digest == stays.icc_digest:
        return (True,)
    return (True, False) if goes.icc_digest is None else (False,)


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


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Result of comparing a photo with the one that would stay for it.

    Attributes:
        proof: Of the photo in question.
        back: Of the other, where all of that is in the photo.
        damaged: One of the two that was found to be damaged.
    """

    proof: Proof
    back: Proof | None = None
    damaged: ScannedPhoto | None = None


def _prove_against(
    stays: ScannedPhoto, goes: Sequence[ScannedPhoto], limits: DecodeLimits, context: JobContext
) -> list[_Outcome]:
    """Compare photos with the one that would stay for them, until the job is cancelled.

    Returns:
        Outcomes in the order of the photos.
    """
    import cv2

    from dupefinder.core.proof.damage import damaged_of
    from dupefinder.core.proof.full_picture import FullPicture, check_comparable, decode_full
    from dupefinder.core.proof.pair import prove_pair

    decoded: dict[bool, FullPicture] = {}
    data = b""
    outcomes: list[_Outcome] = []
    for one in goes:
        if context.cancelled:
            break
        damaged = None
        try:
            for facts in (one.facts, stays.facts):
                check_comparable(facts, limits)
            for keep_profile in _profile_ways(one.facts, stays.facts):
                if keep_profile not in decoded:
                    decoded.clear()
                    data = data or stays.read(limits)
                    decoded[keep_profile] = decode_full(
                        data, stays.facts, limits, keep_profile=keep_profile
                    )
                other = decoded[keep_profile]
                own = decode_full(one.read(limits), one.facts, limits, keep_profile=keep_profile)
                proof, back = prove_pair(own, other)
                if keep_profile not in _profile_ways(stays.facts, one.facts):
                    back = None
                if proof.verdict is ProofVerdict.CONTAINED:
                    break
                if (found := damaged_of(own, other)) is not None:
                    damaged = one if found is own else stays
                    break
            outcomes.append(_Outcome(proof, back, damaged))
        except DecodeFailed as failed:
            outcomes.append(_Outcome(Proof(ProofVerdict.UNDECIDED, cause=failed.code)))
        except (MemoryError, cv2.error, ValueError):
            cause = ProblemCode.OUT_OF_MEMORY
            outcomes.append(_Outcome(Proof(ProofVerdict.UNDECIDED, cause=cause)))
    return outcomes
