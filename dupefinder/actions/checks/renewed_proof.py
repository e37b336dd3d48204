"""The evidence of a pair, found anew in the two files as they are now."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from dupefinder.actions.checks.full_decode import WholePhoto, read_in_full
from dupefinder.actions.records import EXACT, PlannedFile, SkipCode, Step
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.exposures import is_other_exposure
from dupefinder.core.grouping.match_graph import STRENGTH
from dupefinder.core.pair_evidence import evidence_between
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.records import Evidence, FoundFile, ProblemCode
from dupefinder.core.rules import is_lossier
from dupefinder.core.rules.candidate import Candidate

DecodeWhole = Callable[[PlannedFile], WholePhoto]
NO_CONTENTS: Mapping[str, bytes] = MappingProxyType({})

_DECODE_SKIPS = {
    ProblemCode.VANISHED: SkipCode.SURVIVOR_VANISHED,
    ProblemCode.CHANGED_WHILE_READ: SkipCode.SURVIVOR_CHANGED,
    ProblemCode.IN_USE: SkipCode.OPEN_ELSEWHERE,
    ProblemCode.EMPTY: SkipCode.SURVIVOR_DAMAGED,
    ProblemCode.NOT_A_PICTURE: SkipCode.SURVIVOR_DAMAGED,
    ProblemCode.DAMAGED: SkipCode.SURVIVOR_DAMAGED,
    ProblemCode.PARTLY_DAMAGED: SkipCode.SURVIVOR_DAMAGED,
    ProblemCode.DECODER_CRASHED: SkipCode.SURVIVOR_DAMAGED,
}
"""Skip codes for problems of the survivor; any other makes it unreadable."""


class Stays(Exception):
    """The victim has to stay; carries the values of a `Skipped`."""

    def __init__(self, code: SkipCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def prove(
    step: Step,
    limits: DecodeLimits,
    decode: DecodeWhole | None = None,
    contents: Mapping[str, bytes] = NO_CONTENTS,
    prover: PairProver | None = None,
) -> tuple[WholePhoto, WholePhoto]:
    """Decode both files, the survivor to its last pixel, and find the evidence anew.

    Args:
        step: The removal.
        limits: Limits for decoding each of the two.
        decode: Decodes a file in full; None to read and decode it in a helper process.
        contents: Contents of files that were just read and digested, by path.
        prover: Compares them; may keep the decoded survivor of another victim.

    Returns:
        The victim and the survivor.

    Raises:
        Stays: It is not proved.
    """
    survivor, decode = step.survivor, decode or partial(_decoded, limits=limits)
    stays = decoded_survivor(survivor, limits, decode)
    try:
        goes = decode(step.victim)
    except DecodeFailed as failed:
        raise Stays(SkipCode.UNREADABLE, failed.detail or failed.code.value) from None
    evidence = evidence_between(goes, stays, (goes.pixel_digest, stays.pixel_digest))
    if evidence is Evidence.EDITED and step.evidence is Evidence.RE_ENCODED:
        # The small pictures disagree; the comparison in full size below decides.
        evidence = Evidence.RE_ENCODED
    if evidence is None or STRENGTH[evidence] > STRENGTH[step.evidence]:
        raise Stays(SkipCode.NO_LONGER_PROVEN, survivor.path)
    if evidence not in EXACT and is_other_exposure(goes.facts, stays.facts):
        # A look-alike: whatever a plan says, the survivor is another photo.
        raise Stays(SkipCode.NOT_A_DUPLICATE, survivor.path)
    claims_all = step.evidence is Evidence.RE_ENCODED and evidence not in EXACT
    prover = prover or PairProver(limits)
    if claims_all and not _shows_nothing_of_its_own(step, goes, stays, contents, prover):
        raise Stays(SkipCode.NO_LONGER_PROVEN, survivor.path)
    return goes, stays


def _is_poorer(step: Step, goes: WholePhoto, stays: WholePhoto) -> bool:
    """True if the survivor was compressed harder, by the numbers; a plan may say anything."""
    candidates = []
    for file, photo in ((step.survivor, stays), (step.victim, goes)):
        facts, size_bytes = photo.facts, file.size_bytes
        found = FoundFile(file.path, "", "", size_bytes, file.mtime_ns, 0, 0, file.protected)
        size_px = facts.width_px * facts.height_px
        candidates.append(Candidate(found, 0, facts, size_px, photo.pixel_digest, look=0))
    return is_lossier(*candidates)


def _shows_nothing_of_its_own(
    step: Step,
    goes: WholePhoto,
    stays: WholePhoto,
    contents: Mapping[str, bytes],
    prover: PairProver,
) -> bool:
    """Compare both photos in full size once more; see `PairProver.prove_again`.

    Where the person accepted a smaller kept copy, the two have to agree as far as that copy can
    show. Otherwise a survivor that was compressed harder has to show more: the proof forgives what
    its own compression lost.
    """
    ours, theirs = (
        ScannedPhoto((file.path,), file.digest, photo.facts, contents.get(file.path))
        for file, photo in ((step.victim, goes), (step.survivor, stays))
    )
    try:
        is_contained = prover.prove_again(ours, theirs)
        if step.accepts_smaller:
            return is_contained or prover.prove_again(theirs, ours)
        is_poorer = is_contained and _is_poorer(step, goes, stays)
        return is_contained and not (is_poorer and prover.prove_again(theirs, ours))
    except DecodeFailed as failed:
        raise Stays(SkipCode.UNREADABLE, failed.detail or failed.code.value) from None
    except MemoryError as error:
        raise Stays(SkipCode.UNREADABLE, ProblemCode.OUT_OF_MEMORY.value) from error


def decoded_survivor(
    survivor: PlannedFile, limits: DecodeLimits, decode: DecodeWhole | None = None
) -> WholePhoto:
    """Decode the survivor to its last pixel.

    Args:
        survivor: The file.
        limits: Limits for decoding.
        decode: See `prove`.

    Raises:
        Stays: It is not whole.
    """
    decode = decode or partial(_decoded, limits=limits)
    try:
        stays = decode(survivor)
        if stays.fault is not None:
            raise stays.fault
    except DecodeFailed as failed:
        code = _DECODE_SKIPS.get(failed.code, SkipCode.SURVIVOR_UNREADABLE)
        if code in (
            SkipCode.SURVIVOR_VANISHED,
            SkipCode.SURVIVOR_CHANGED,
            SkipCode.OPEN_ELSEWHERE,
        ):
            raise Stays(code, survivor.path) from None
        raise Stays(code, f"{survivor.path}: {failed.detail or failed.code.value}") from None
    return stays


def _decoded(file: PlannedFile, limits: DecodeLimits) -> WholePhoto:
    return read_in_full(file.path, file.digest, file.size_bytes, limits)
