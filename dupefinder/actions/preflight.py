"""The last look before a photo goes: both files are there, unchanged, two files, and readable.

What counts is content. A time stamp that has changed is no reason to leave a photo (FAT drives
jump by hours), and one that has not is no proof of anything. Nor is what a scan said of the two:
their evidence is found anew in the files as they are.
"""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Protocol

from blake3 import blake3

from dupefinder.actions.companion_twins import twin_of
from dupefinder.actions.full_decode import WholePhoto, read_in_full
from dupefinder.actions.plan import is_proof
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.records import EXACT, JournalStep, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.rescue import CannotRescue, Rescue, own_parts, rescue_for
from dupefinder.actions.survivor_chain import StoodInFor, unproven_stand_in
from dupefinder.actions.trash.folders import is_in_trash
from dupefinder.core.companions import companions_of
from dupefinder.core.companions.personal_attributes import personal_attributes
from dupefinder.core.companions.records import Companion
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.errors import is_in_use, os_error_text
from dupefinder.core.exposures import is_other_exposure
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, picture_words
from dupefinder.core.grouping.match_graph import STRENGTH
from dupefinder.core.held_parts import lacking_parts
from dupefinder.core.pair_evidence import evidence_between
from dupefinder.core.proof.files import PairProver, ScannedPhoto
from dupefinder.core.records import Evidence, ProblemCode
from dupefinder.core.rules.candidate import lacking_holdings
from dupefinder.core.scan.online_only import recall_sign
from dupefinder.core.scan.same_file import may_be_one_file
from dupefinder.core.separated import (
    NOTHING_SEPARATED,
    PhotoKeys,
    SeparatedPhotos,
    photo_keys,
)

_CHUNK_BYTES = 1 << 20
_DEFAULT_LIMITS = DecodeLimits()

CompanionsOf = Callable[[str], tuple[Companion, ...]]
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
"""Problems of the survivor that have a code of their own; any other makes it unreadable."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of the last look; whoever moves the files compares it directly before.

    Attributes:
        victim_stat: The victim as it was when it was read.
        companion_stats: The step's companions likewise, in their order.
        rescue: What to write beside the survivor before the victim goes; None for nothing.
    """

    victim_stat: os.stat_result
    companion_stats: tuple[os.stat_result, ...]
    rescue: Rescue | None = None


class EarlierLook(Protocol):
    """Result of a look that was taken a moment ago, as far as it still counts; see `look_ahead`."""

    @property
    def photos(self) -> tuple[WholePhoto, WholePhoto] | None:
        """Victim and survivor as `prove` returned them for the bytes of the plan; None without."""
        ...

    def was_just_read(self, path: str, status: os.stat_result) -> bool:
        """True for a file that was read with the planned digest and cannot have changed since.

        Args:
            path: The file.
            status: Its status now.
        """
        ...


class Stays(Exception):
    """The victim stays; carries what a `Skipped` needs."""

    def __init__(self, code: SkipCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Codes:
    """Skip codes for the faults of a file."""

    vanished: SkipCode
    changed: SkipCode
    unreadable: SkipCode


_VICTIM = _Codes(SkipCode.VANISHED, SkipCode.CHANGED, SkipCode.UNREADABLE)
_SURVIVOR = _Codes(
    SkipCode.SURVIVOR_VANISHED, SkipCode.SURVIVOR_CHANGED, SkipCode.SURVIVOR_UNREADABLE
)


def _for_nothing(_digest: bytes) -> Sequence[JournalStep]:
    return ()


def check(
    step: Step,
    *,
    stood_in_for: StoodInFor = _for_nothing,
    rescue_metadata: bool = False,
    limits: DecodeLimits = _DEFAULT_LIMITS,
    companions: CompanionsOf = companions_of,
    separated: SeparatedPhotos = NOTHING_SEPARATED,
    earlier: EarlierLook | None = None,
) -> Skipped | Checked:
    """Read the victim and the survivor of a step now, and say whether the victim may go.

    Args:
        step: The removal.
        stood_in_for: What went before because the victim stayed; the journal knows.
        rescue_metadata: True where what the victim alone says is to be kept.
        limits: What decoding either of the two may cost.
        companions: Tells what belongs to a photo now.
        separated: Photos that a person called different.
        earlier: A look that was taken while other photos were acted upon; what it read and proved
            is not read and proved once more, as long as no file has changed.

    Returns:
        Why the victim has to stay, or what was seen of the files that go.
    """
    try:
        return _look(step, stood_in_for, rescue_metadata, limits, companions, separated, earlier)
    except Stays as stays:
        return Skipped(step.victim.path, stays.code, stays.detail)


def _look(
    step: Step,
    stood_in_for: StoodInFor,
    rescue_metadata: bool,
    limits: DecodeLimits,
    companions: CompanionsOf,
    separated: SeparatedPhotos,
    earlier: EarlierLook | None,
) -> Checked:
    victim, survivor = step.victim, step.survivor
    if victim.protected:
        raise Stays(SkipCode.PROTECTED)
    is_chosen = step.evidence is Evidence.CHOSEN
    if not is_proof(step) and not is_chosen:
        raise Stays(SkipCode.NOT_A_DUPLICATE, survivor.path)
    if separated.between(PhotoKeys(victim.digest), PhotoKeys(survivor.digest)):
        raise Stays(SkipCode.CALLED_DIFFERENT, survivor.path)
    if is_in_trash(survivor.path):
        raise Stays(SkipCode.SURVIVOR_IN_TRASH, survivor.path)
    victim_stat = _stat_of(victim, _VICTIM)
    survivor_stat = _stat_of(survivor, _SURVIVOR)
    if may_be_one_file(victim.path, victim_stat, survivor.path, survivor_stat):
        raise Stays(SkipCode.SAME_FILE, survivor.path)
    for file, status, codes in (
        (victim, victim_stat, _VICTIM),
        (survivor, survivor_stat, _SURVIVOR),
    ):
        if status.st_size != file.size_bytes:
            raise Stays(codes.changed, _about(file, codes))
    companion_stats = _look_at_companions(step, companions)
    for copy in step.also_stay:
        _read_copy(copy, (victim_stat, survivor_stat), earlier)
    victim_stat = _read(victim, _VICTIM, earlier)
    # Last, so that nothing lies between this and the removal.
    rescue = None
    if is_chosen:
        # Nothing is claimed of the two, so nothing is carried over; the kept photo has to be whole.
        _decoded_in_full(survivor, partial(_decoded, limits=limits))
    elif step.evidence is not Evidence.SAME_BYTES:
        goes, stays = (earlier and earlier.photos) or prove(step, limits)
        _demand_stand_ins(step, stays, stood_in_for, limits)
        if separated and separated.between(_keys_of(goes), _keys_of(stays)):
            raise Stays(SkipCode.CALLED_DIFFERENT, survivor.path)
        if rescue_metadata:
            rescue = _rescue(step, goes, stays)
        elif not step.accepts_loss:
            _demand_all_said(step, goes, stays)
    if not is_chosen and (not step.accepts_loss or rescue_metadata):
        ours, theirs = (personal_attributes(file.path) for file in (victim, survivor))
        if notes := lacking_parts(theirs, ours):
            raise Stays(SkipCode.SAYS_MORE, ",".join(sorted(notes)))
    _read(survivor, _SURVIVOR, earlier)
    return Checked(victim_stat, companion_stats, rescue)


def _keys_of(photo: WholePhoto) -> PhotoKeys:
    """Keys of a photo, its pixels included: it may have been tagged since it was meant."""
    hashes = picture_words(photo.grey[None], photo.chroma[None])
    picture_hash = int(hashes[0, 0, 0])
    facts, pixel_digest = photo.facts, photo.pixel_digest
    small = photo.grey, photo.chroma
    return photo_keys(photo.digest, facts, pixel_digest, picture_hash, FINGERPRINT_VERSION, small)


def _about(file: PlannedFile, codes: _Codes) -> str:
    """The path that a reason names: the survivor's, where it is not the victim's own."""
    return file.path if codes is _SURVIVOR else ""


def _stat_of(file: PlannedFile, codes: _Codes) -> os.stat_result:
    """The status of a regular file under its own name."""
    try:
        status = os.lstat(file.path)
    except (FileNotFoundError, NotADirectoryError):
        raise Stays(codes.vanished, _about(file, codes)) from None
    except (OSError, ValueError) as error:
        raise Stays(codes.unreadable, os_error_text(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise Stays(SkipCode.NOT_A_REGULAR_FILE, file.path)
    if recall_sign(status) is not None:
        raise Stays(codes.unreadable, "its content is not on this computer")
    return status


def _read(file: PlannedFile, codes: _Codes, earlier: EarlierLook | None = None) -> os.stat_result:
    """Read a file in full, unless it was just read, and demand the content that was scanned.

    Returns:
        Its status when it was read.
    """
    before = _stat_of(file, codes)
    if earlier is not None and earlier.was_just_read(file.path, before):
        return before
    digest = blake3()
    try:
        with open(os.open(file.path, READ_FLAGS), "rb", buffering=0) as opened:
            of_opened = os.fstat(opened.fileno())
            while chunk := opened.read(_CHUNK_BYTES):
                digest.update(chunk)
        after = os.lstat(file.path)
    except FileNotFoundError:
        raise Stays(codes.vanished, _about(file, codes)) from None
    except OSError as error:
        if is_in_use(error, file.path):
            raise Stays(SkipCode.OPEN_ELSEWHERE, file.path) from None
        raise Stays(codes.unreadable, os_error_text(error)) from None
    seen = {
        (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        for status in (before, of_opened, after)
    }
    if len(seen) > 1 or digest.digest() != file.digest:
        raise Stays(codes.changed, _about(file, codes))
    return after


def _read_copy(
    copy: PlannedFile, others: tuple[os.stat_result, ...], earlier: EarlierLook | None
) -> None:
    """Demand that a copy which has to stay, too, is there, and a file of its own."""
    if is_in_trash(copy.path):
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path)
    try:
        status = _read(copy, _SURVIVOR, earlier)
    except Stays:
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path) from None
    if status.st_ino and any(os.path.samestat(status, other) for other in others):
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path)


def _demand_all_said(step: Step, goes: WholePhoto, stays: WholePhoto) -> None:
    """Demand all that the victim says and holds of the survivor, or of what is beside that.

    Whatever a plan gives as its reason: a reason is for people, and anybody can change it.
    """
    lacking = lacking_holdings(stays.facts, goes.facts)
    if not lacking:
        return
    with suppress(Stays):
        if _rescue(step, goes, stays) is None:
            return  # a sidecar says it
    raise Stays(SkipCode.SAYS_MORE, ",".join(lacking))


def _rescue(step: Step, goes: WholePhoto, stays: WholePhoto) -> Rescue | None:
    if goes.facts.is_raw and lacking_holdings(stays.facts, goes.facts):
        raise Stays(SkipCode.CANNOT_RESCUE, step.survivor.path)  # its words are not read one by one
    try:
        only_goes = frozenset(goes.facts.word_digests) - set(stays.facts.word_digests)
        return rescue_for(step.survivor, goes.words, stays.words, only_goes, own_parts(goes, stays))
    except CannotRescue as stands_in_the_way:
        raise Stays(SkipCode.CANNOT_RESCUE, str(stands_in_the_way)) from None
    except OSError as error:
        raise Stays(SkipCode.CANNOT_RESCUE, os_error_text(error)) from None


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
        limits: What decoding either of the two may cost.
        decode: Decodes a file in full; None to read it and do so in a helper process.
        contents: Contents of files that were read and digested just now, by path.
        prover: Compares them; it may have decoded the survivor for another victim.

    Returns:
        The victim and the survivor.

    Raises:
        Stays: It is not proved.
    """
    survivor, decode = step.survivor, decode or partial(_decoded, limits=limits)
    stays = _decoded_in_full(survivor, decode)
    try:
        goes = decode(step.victim)
    except DecodeFailed as failed:
        raise Stays(SkipCode.UNREADABLE, failed.detail or failed.code.value) from None
    evidence = evidence_between(goes, stays, (goes.pixel_digest, stays.pixel_digest))
    if evidence is Evidence.EDITED and step.evidence is Evidence.RE_ENCODED:
        # Small pictures doubt it; the comparison in full size, which is made next, decides.
        evidence = Evidence.RE_ENCODED
    if evidence is None or STRENGTH[evidence] > STRENGTH[step.evidence]:
        raise Stays(SkipCode.NO_LONGER_PROVEN, survivor.path)
    if evidence not in EXACT and is_other_exposure(goes.facts, stays.facts):
        # As of a look-alike: whatever a plan says, the survivor is another photo.
        raise Stays(SkipCode.NOT_A_DUPLICATE, survivor.path)
    claims_all = step.evidence is Evidence.RE_ENCODED and evidence not in EXACT
    prover = prover or PairProver(limits)
    if claims_all and not _shows_nothing_of_its_own(step, goes, stays, contents, prover):
        raise Stays(SkipCode.NO_LONGER_PROVEN, survivor.path)
    return goes, stays


def _demand_stand_ins(
    step: Step, stays: WholePhoto, stood_in_for: StoodInFor, limits: DecodeLimits
) -> None:
    """Demand that the survivor is proved for all that the victim stands for by now, too."""
    if step.evidence not in EXACT:
        left_alone = unproven_stand_in(step, stays, stood_in_for, limits)
        if left_alone is not None:
            raise Stays(SkipCode.STANDS_FOR_ANOTHER, left_alone.path)


def _shows_nothing_of_its_own(
    step: Step,
    goes: WholePhoto,
    stays: WholePhoto,
    contents: Mapping[str, bytes],
    prover: PairProver,
) -> bool:
    """Compare both photos in full size once more; see `PairProver.prove_again`.

    Where the person chose the kept copy although it holds less, the two have to agree as far
    as that one can show it.
    """
    ours, theirs = (
        ScannedPhoto((file.path,), file.digest, photo.facts, contents.get(file.path))
        for file, photo in ((step.victim, goes), (step.survivor, stays))
    )
    try:
        if prover.prove_again(ours, theirs):
            return True
        return step.accepts_smaller and prover.prove_again(theirs, ours)
    except DecodeFailed as failed:
        raise Stays(SkipCode.UNREADABLE, failed.detail or failed.code.value) from None
    except MemoryError as error:
        raise Stays(SkipCode.UNREADABLE, ProblemCode.OUT_OF_MEMORY.value) from error


def _decoded_in_full(survivor: PlannedFile, decode: DecodeWhole) -> WholePhoto:
    """Decode the survivor to its last pixel."""
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


def _look_at_companions(step: Step, companions_of: CompanionsOf) -> tuple[os.stat_result, ...]:
    """Demand a twin beside the survivor for all that belongs to the victim now.

    Returns:
        The status of those that go along, as they were when they were compared.
    """
    try:
        companions = {one.path: one for one in companions_of(step.victim.path)}
        beside = companions_of(step.survivor.path) if companions else ()
        before = [os.lstat(path) for path in step.companions]
    except FileNotFoundError as error:
        raise Stays(SkipCode.HAS_COMPANIONS, os.fsdecode(error.filename or "")) from None
    except (OSError, ValueError) as error:
        raise Stays(SkipCode.UNREADABLE, os_error_text(error)) from None
    for path in step.companions:
        # Shared meanwhile, or never a companion at all: it is not known to be dispensable.
        if path not in companions or not companions[path].goes_along:
            raise Stays(SkipCode.HAS_COMPANIONS, path)
    for companion in companions.values():
        # A photo as it was before it was changed may be the survivor itself.
        if companion.path != step.survivor.path and twin_of(companion, beside) is None:
            raise Stays(SkipCode.HAS_COMPANIONS, companion.path)
    return tuple(before)
