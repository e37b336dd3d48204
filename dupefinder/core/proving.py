"""Full-size comparisons of a scan's re-encodings, for the pairs that a removal depends on.

Of k copies of one photo about k − 1 pairs are compared: each copy that could be removed with the
one that would stay for it. Each file is read once more for that, checked against the scan, and
decoded once for all comparisons with it. The results are kept in the catalog.
"""

import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dupefinder.core.catalog import Catalog
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.limits import MemoryBudget
from dupefinder.core.grouping import Matches
from dupefinder.core.grouping.match_state import History, Step
from dupefinder.core.job import JobContext, in_threads
from dupefinder.core.matching.verification_order import judge_open
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.files import BYTES_PER_PX, PairProver, ProofProcess, ScannedPhoto
from dupefinder.core.proof.full_picture import MOST_PX
from dupefinder.core.records import Group, Problem, ProblemCode, Proof, ProofVerdict

PROVING_PHASE = "prove"

_BUDGET_BYTES = 700 << 20
_MOST_PX_IN_THREADS = 150_000_000
"""Starting processes takes as long as comparing this many pixels."""
_MOST_PROCESSES = 8
"""Most processes: each takes some 100 MB."""
_MOST_GOES_PER_PART = 30
"""Photos that are compared with one decoded copy before it is decoded again."""

Wanted = Sequence[tuple[int, int]]
"""Pairs of content ids: the photo that may be removed, and the copy that would stay for it."""

_Part = tuple[int, list[int]]
"""Content id of a copy that stays, and those of the photos to compare with it."""
_PartOutcome = tuple[dict[tuple[int, int], Proof], set[int]]
"""Proofs by pair, and the contents that were found to be damaged."""


def prove_groups(
    matches: Matches,
    threshold_bits: int,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
    on_groups: Callable[[Sequence[Group]], None] | None = None,
) -> list[Group]:
    """Group, and compare proposals of removal in full size, until all is settled.

    Args:
        matches: The matches of a scan; takes in the proofs.
        threshold_bits: See `Matches.regroup`.
        catalog: Keeps the proofs.
        context: The job; its phase is `PROVING_PHASE`.
        threads: Comparisons at a time.
        limits: Limits for decoding one file.
        on_groups: Called with groups of which some proposals are still being checked.

    Returns:
        The groups; no member is still to be checked.

    Raises:
        Cancelled: The job was cancelled; what was proved is kept.
    """
    groups = settled_groups(matches, threshold_bits, catalog, context, threads)
    while wanted := matches.wanted_proofs(groups):
        if left := _not_known(wanted, matches, catalog):
            if on_groups is not None:
                on_groups(groups)
            foreseen = matches.foreseen_proofs(groups)
            prove_pairs(left, matches, catalog, context, threads, limits, foreseen)
        groups = settled_groups(matches, threshold_bits, catalog, context, threads)
    return groups


def settled_groups(
    matches: Matches,
    threshold_bits: int,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    content_ids: NDArray[np.int64] | None = None,
) -> list[Group]:
    """Group, and judge open pairs, until no group depends on one.

    Args:
        matches: The matches of a scan; takes in the verdicts.
        threshold_bits: See `Matches.regroup`.
        catalog: Keeps the verdicts.
        context: The job.
        threads: Number of threads.
        content_ids: See `Matches.groups`.

    Raises:
        Cancelled: The job was cancelled; what was judged is kept.
    """
    groups = matches.groups(threshold_bits, context.checkpoint, content_ids)
    while len(open_pairs := matches.wanted_open(groups, threshold_bits)):
        verdicts = judge_open(
            open_pairs, matches.search_kind, matches.equal_thumbnails, catalog, context, threads
        )
        matches.add_verdicts(verdicts, catalog)
        groups = matches.groups(threshold_bits, context.checkpoint, content_ids)
    return groups


def take_known(
    matches: Matches,
    threshold_bits: int,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    content_ids: NDArray[np.int64] | None = None,
) -> None:
    """Give the matches the proofs in the catalog that their groups wait for.

    Args:
        matches: Matches of contents in the catalog.
        threshold_bits: See `Matches.regroup`.
        catalog: Has the results of earlier scans.
        context: The job.
        threads: Number of threads.
        content_ids: See `Matches.groups`.

    Raises:
        Cancelled: The job was cancelled.
    """

    def wanted() -> Wanted:
        groups = settled_groups(matches, threshold_bits, catalog, context, threads, content_ids)
        return matches.wanted_proofs(groups)

    waiting = wanted()
    while waiting and len(_not_known(waiting, matches, catalog)) < len(waiting):
        waiting = wanted()


def take_again(
    matches: Matches, history: History, catalog: Catalog, context: JobContext, threads: int
) -> bool:
    """Replay the history of earlier matches of the same photos, from the catalog.

    Args:
        matches: New matches, without proofs and verdicts of their own.
        history: History of the earlier ones.
        catalog: Has the proofs and verdicts.
        context: The job.
        threads: Number of threads.

    Returns:
        False if the catalog lacks a proof; then nothing is taken in.

    Raises:
        Cancelled: The job was cancelled.
    """
    proved = [pair for step, pairs in history if step is Step.PROOFS for pair in pairs]
    stored = catalog.proofs({content_id for pair in proved for content_id in pair})
    if not stored.keys() >= set(proved):
        return False
    for step, pairs in history:
        if step is Step.PROOFS:
            matches.add_proofs({pair: stored[pair] for pair in pairs})
        elif step is Step.VERDICTS:
            left = matches.open_pairs(pairs)
            kind, equal_thumbnails = matches.search_kind, matches.equal_thumbnails
            matches.add_verdicts(
                judge_open(left, kind, equal_thumbnails, catalog, context, threads), catalog
            )
        else:
            matches.take_back_unproved()
        context.checkpoint()
    return True


def prove_pairs(
    wanted: Wanted,
    matches: Matches,
    catalog: Catalog,
    context: JobContext,
    threads: int,
    limits: DecodeLimits,
    foreseen: Wanted = (),
) -> None:
    """Compare pairs in full size; keep the proofs in the catalog and in the matches.

    Args:
        wanted: The pairs.
        matches: The matches of a scan.
        catalog: Keeps the proofs.
        context: The job.
        threads: Comparisons at a time.
        limits: Limits for decoding one file.
        foreseen: Pairs that will be wanted next. Those with a copy that is decoded anyway are
            compared as well; their proofs only go to the catalog.

    Raises:
        Cancelled: The job was cancelled; what was proved is kept.
    """
    wanted = _not_known(wanted, matches, catalog)
    if not wanted:
        return
    asked = {*wanted, *(pair[::-1] for pair in wanted)}
    compared = [*wanted, *_worth_adding(foreseen, wanted, asked, catalog)]
    files = _scanned_photos({content_id for pair in compared for content_id in pair}, matches)
    context.start_phase(PROVING_PHASE, len(compared))
    px = sum(_pixels(files[one].facts) for pair in compared for one in pair)
    with _Provers(threads, limits, in_processes=px > _MOST_PX_IN_THREADS) as provers:

        def prove_part(part: _Part) -> _PartOutcome:
            return provers.prove(part, files, context)

        def keep(part: _Part, outcome: _PartOutcome) -> None:
            found, damaged = outcome
            if damaged:
                # First, because with the proof the two are not compared again.
                _tell_damaged(damaged, matches, catalog, context)
            catalog.set_proofs(found)
            matches.add_proofs({pair: proof for pair, proof in found.items() if pair in asked})
            context.advance(len(part[1]))

        in_threads(prove_part, _parts(compared), keep, context, threads)
    context.checkpoint()
    context.finish_phase()


def _worth_adding(
    foreseen: Wanted, wanted: Wanted, asked: set[tuple[int, int]], catalog: Catalog
) -> list[tuple[int, int]]:
    """The foreseen pairs that are not known yet and whose kept copy is decoded anyway."""
    decoded = {stays for _, stays in wanted}
    stored = catalog.proofs({content_id for pair in foreseen for content_id in pair})
    return [
        pair for pair in foreseen if pair[1] in decoded and pair not in asked and pair not in stored
    ]


def _scanned_photos(content_ids: set[int], matches: Matches) -> dict[int, ScannedPhoto]:
    paths: dict[int, list[str]] = {}
    for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True):
        if content_id in content_ids:
            paths.setdefault(content_id, []).append(file.path)
    contents = {one: matches.contents[one] for one in content_ids}
    return {
        one: ScannedPhoto(paths[one], content.digest, content.facts)
        for one, content in contents.items()
    }


class _Provers:
    """Provers for some threads, each used by one at a time: processes where that pays.

    A comparison is many small steps, and threads would wait for one another at each.
    """

    def __init__(self, threads: int, limits: DecodeLimits, *, in_processes: bool) -> None:
        self._budget = MemoryBudget(_BUDGET_BYTES)
        self._all: list[PairProver | ProofProcess] = []
        self._free: queue.SimpleQueue[PairProver | ProofProcess] = queue.SimpleQueue()
        for number in range(threads):
            is_process = in_processes and number < _MOST_PROCESSES
            self._all.append(ProofProcess(limits) if is_process else PairProver(limits))
            self._free.put(self._all[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for prover in self._all:
            prover.close()

    def prove(
        self, part: _Part, files: Mapping[int, ScannedPhoto], context: JobContext
    ) -> _PartOutcome:
        """Compare photos with one kept copy, which is decoded once; wait for memory first."""
        stays, goes = part
        px = _pixels(files[stays].facts) + max(_pixels(files[one].facts) for one in goes)
        reserved_by = object()
        self._budget.reserve(reserved_by, px * BYTES_PER_PX)
        try:
            with self._lent() as prover:
                return _prove_part(part, files, prover, context)
        finally:
            self._budget.release(reserved_by)

    @contextmanager
    def _lent(self) -> Iterator[PairProver | ProofProcess]:
        """Lend a prover without decoded pictures."""
        prover = self._free.get()
        try:
            yield prover
        finally:
            prover.forget()
            self._free.put(prover)


def _prove_part(
    part: _Part,
    files: Mapping[int, ScannedPhoto],
    prover: PairProver | ProofProcess,
    context: JobContext,
) -> _PartOutcome:
    stays, goes = part
    proofs: dict[tuple[int, int], Proof] = {}
    damaged: set[int] = set()
    for one in goes:
        if context.cancelled:
            break
        outcome = prover.prove(files[one], files[stays])
        proofs[one, stays] = outcome.proof
        if outcome.back is not None:
            proofs[stays, one] = outcome.back
        if outcome.goes_is_damaged:
            damaged.add(one)
        if outcome.stays_is_damaged:
            damaged.add(stays)
    return proofs, damaged


def _tell_damaged(
    content_ids: set[int], matches: Matches, catalog: Catalog, context: JobContext
) -> None:
    """Report damage that decoders ignored to the catalog, the matches and the person."""
    fresh = {one for one in content_ids if matches.contents[one].facts.decodes_in_full is not False}
    catalog.set_damaged(fresh)
    matches.set_damaged(fresh)
    for file, content_id in zip(matches.files, matches.content_ids.tolist(), strict=True):
        if content_id in fresh:
            context.add_problem(Problem(file.path, ProblemCode.PARTLY_DAMAGED))


def _not_known(wanted: Wanted, matches: Matches, catalog: Catalog) -> Wanted:
    """Give the matches the proofs that the catalog has of some pairs; return the other pairs.

    Other proofs of earlier scans are ignored, so that the groups do not depend on these.
    """
    from dupefinder.core.proof.detail import is_larger

    stored = catalog.proofs({content_id for pair in wanted for content_id in pair})
    known = {pair: stored[pair] for pair in wanted if pair in stored}
    for pair, proof in list(known.items()):
        goes, stays = (matches.contents[one].facts for one in pair)
        # If a photo is larger, or richer, `prove_pair` proved the other direction as well.
        is_of_both = proof.stays_is_poorer or is_larger(goes, stays)
        back = stored.get(pair[::-1])
        if is_of_both and back is not None and back.verdict is ProofVerdict.CONTAINED:
            known[pair[::-1]] = back
    matches.add_proofs(known)
    return [pair for pair in wanted if pair not in known]


def _pixels(facts: PhotoFacts) -> int:
    """Pixels of a photo as it is compared: larger ones are reduced, or not compared."""
    return min(facts.width_px * facts.height_px, MOST_PX)


def _parts(wanted: Wanted) -> list[_Part]:
    """Pairs by the kept copy, at most `_MOST_GOES_PER_PART` each."""
    by_stays: dict[int, list[int]] = {}
    for goes, stays in wanted:
        by_stays.setdefault(stays, []).append(goes)
    return [
        (stays, goes[first : first + _MOST_GOES_PER_PART])
        for stays, goes in by_stays.items()
        for first in range(0, len(goes), _MOST_GOES_PER_PART)
    ]
