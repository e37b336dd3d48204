"""Chain of survivors: the files that any earlier action removed because a photo stayed.

Once A went because B stayed, removing B for C has to prove C for both. Equal bytes and equal pixels
carry over: what was proved of B holds for C. Likeness does not: A may be like B, and B like C,
without A being like C; then A itself is compared with C, as long as it still exists somewhere.
"""

from collections.abc import Callable, Sequence

from dupefinder.actions.checks.full_decode import WholePhoto, read_in_full
from dupefinder.actions.presence import Presence, presence_of
from dupefinder.actions.records import EXACT, JournalStep, Step
from dupefinder.actions.trash.folders import is_in_trash
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.exposures import is_other_exposure
from dupefinder.core.grouping.match_graph import STRENGTH
from dupefinder.core.pair_evidence import evidence_between
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.records import Evidence

StoodInFor = Callable[[bytes], Sequence[JournalStep]]
"""Lists the files that went because a copy of a digest stayed; see `Journal.stood_in_for`."""


def stands_for_inexactly(digest: bytes, stood_in_for: StoodInFor) -> list[JournalStep]:
    """Files that went because a photo stayed that is like them, but not the same.

    Args:
        digest: The photo's.
        stood_in_for: See `StoodInFor`.

    Returns:
        The files that no chain of equal bytes or pixels leads to.
    """
    exact = {digest}
    alike: dict[bytes, JournalStep] = {}
    # Exact matches first, so that a longer chain cannot mask them.
    waiting = [digest]
    for known in waiting:  # which grows
        for row in stood_in_for(known):
            if row.evidence in EXACT and row.digest not in exact:
                exact.add(row.digest)
                waiting.append(row.digest)
    for known in waiting:  # which grows
        for row in stood_in_for(known):
            if row.evidence is Evidence.CHOSEN:
                continue  # a person gave it up, so nothing stands for it
            if row.digest not in exact and row.digest not in alike:
                alike[row.digest] = row
                waiting.append(row.digest)
    return list(alike.values())


def unproven_stand_in(
    step: Step, survivor: WholePhoto, stood_in_for: StoodInFor, limits: DecodeLimits
) -> JournalStep | None:
    """Find a file that a victim stands for, but its survivor is not proved to.

    Args:
        step: A removal whose evidence is not `EXACT`.
        survivor: Its survivor, as it was just read.
        stood_in_for: See `StoodInFor`.
        limits: Limits for decoding.

    Returns:
        A file that would have no proven copy left; None without any.
    """
    for row in stands_for_inexactly(step.victim.digest, stood_in_for):
        if not _is_there(row, step) and not _is_proved(row, step, survivor, limits):
            return row
    return None


def _is_there(row: JournalStep, step: Step) -> bool:
    """True when the file is back in its old place and not part of this removal."""
    if row.path in (step.victim.path, step.survivor.path) or is_in_trash(row.path):
        return False
    return presence_of(row.path, row.size_bytes, row.digest) is Presence.SAME


def _is_proved(row: JournalStep, step: Step, survivor: WholePhoto, limits: DecodeLimits) -> bool:
    if row.place is None:
        return False
    try:
        gone = read_in_full(row.place, row.digest, row.size_bytes, limits)
    except DecodeFailed:
        return False
    evidence = evidence_between(gone, survivor, (gone.pixel_digest, survivor.pixel_digest))
    if evidence not in EXACT and is_other_exposure(gone.facts, survivor.facts):
        return False
    weakest = max(STRENGTH[row.evidence], STRENGTH[step.evidence])
    if evidence is None or STRENGTH[evidence] > weakest:
        return False
    if evidence in EXACT or weakest > STRENGTH[Evidence.RE_ENCODED]:
        return True  # equal, or chosen without a claim
    ours = ScannedPhoto((row.place,), row.digest, gone.facts)
    theirs = ScannedPhoto((step.survivor.path,), step.survivor.digest, survivor.facts)
    try:
        return PairProver(limits).prove_again(ours, theirs)
    except (DecodeFailed, MemoryError):
        return False
