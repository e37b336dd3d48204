"""The last check before a photo goes: both files exist, are unchanged, distinct and readable.

Only content counts. A changed time stamp is no reason to leave a photo (FAT drives jump by hours),
and an unchanged one proves nothing. Nor does a scan: the evidence is found anew in the files as
they are now.
"""

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from blake3 import blake3

from dupefinder.actions.checks.full_decode import WholePhoto
from dupefinder.actions.checks.renewed_proof import Stays, decoded_survivor, prove
from dupefinder.actions.checks.survivor_chain import StoodInFor, unproven_stand_in
from dupefinder.actions.equal_companions import twin_of
from dupefinder.actions.plan import is_proof
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.records import EXACT, JournalStep, PlannedFile, SkipCode, Skipped, Step
from dupefinder.actions.rescue import CannotRescue, Rescue, own_parts, rescue_for
from dupefinder.actions.trash.folders import is_in_trash
from dupefinder.core.companions import companions_of
from dupefinder.core.companions.personal_attributes import personal_attributes
from dupefinder.core.companions.records import Companion
from dupefinder.core.decisions.separated import (
    NOTHING_SEPARATED,
    PhotoKeys,
    SeparatedPhotos,
    photo_keys,
)
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.errors import is_in_use, os_error_text, tells_absence
from dupefinder.core.file_parts import lacking_parts
from dupefinder.core.fingerprint import FINGERPRINT_VERSION, picture_words
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.records import Evidence
from dupefinder.core.rules.candidate import lacking_extras, lacking_metadata
from dupefinder.core.scan.online_only import recall_sign
from dupefinder.core.scan.same_file import may_be_one_file

_CHUNK_BYTES = 1 << 20
_DEFAULT_LIMITS = DecodeLimits()

CompanionsOf = Callable[[str], tuple[Companion, ...]]


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of the check, to be compared directly before the files are moved.

    Attributes:
        victim_stat: The status of the victim when it was read.
        companion_stats: The same of the step's companions, in their order.
        rescue: The sidecar to write beside the survivor before the victim goes; None for none.
    """

    victim_stat: os.stat_result
    companion_stats: tuple[os.stat_result, ...]
    rescue: Rescue | None = None


class EarlierLook(Protocol):
    """The parts of a look ahead that are still valid; see `look_ahead`."""

    @property
    def photos(self) -> tuple[WholePhoto, WholePhoto] | None:
        """Victim and survivor as `prove` returned them for the bytes of the plan; None without."""
        ...

    def was_just_read(self, path: str, status: os.stat_result) -> bool:
        """True for a file that had the planned digest and cannot have changed since.

        Args:
            path: The file.
            status: Its status now.
        """
        ...


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
    """Read the victim and the survivor of a step, and decide whether the victim may go.

    Args:
        step: The removal.
        stood_in_for: Files that went earlier because the victim stayed, from the journal.
        rescue_metadata: True to keep metadata that only the victim has.
        limits: Limits for decoding each of the two.
        companions: Looks up the companions of a photo.
        separated: Photos that a person called different.
        earlier: A look in advance; unchanged files are not read and proved once more.

    Returns:
        The reason why the victim has to stay, or the checked files.
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
    # Last, so that nothing happens between this and the removal.
    rescue = None
    if is_chosen:
        # Chosen by hand: nothing is proved or carried over, but the kept photo has to be whole.
        decoded_survivor(survivor, limits)
    elif step.evidence is not Evidence.SAME_BYTES:
        goes, stays = (earlier and earlier.photos) or prove(step, limits)
        _demand_stand_ins(step, stays, stood_in_for, limits)
        if separated and separated.between(_keys_of(goes), _keys_of(stays)):
            raise Stays(SkipCode.CALLED_DIFFERENT, survivor.path)
        if not step.accepts_loss:
            _demand_all_beside_the_picture(step, goes.facts, stays.facts)
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
    """Keys of a photo, its pixels included, as it may have been tagged since."""
    hashes = picture_words(photo.grey[None], photo.chroma[None])
    picture_hash = int(hashes[0, 0, 0])
    facts, pixel_digest = photo.facts, photo.pixel_digest
    small = photo.grey, photo.chroma
    return photo_keys(photo.digest, facts, pixel_digest, picture_hash, FINGERPRINT_VERSION, small)


def _about(file: PlannedFile, codes: _Codes) -> str:
    """The path that a reason names: that of the survivor, unless it is about the victim."""
    return file.path if codes is _SURVIVOR else ""


def _stat_of(file: PlannedFile, codes: _Codes) -> os.stat_result:
    """The status of a regular file under its own name."""
    try:
        status = os.lstat(file.path)
    except (OSError, ValueError) as error:
        if tells_absence(error, file.path):
            raise Stays(codes.vanished, _about(file, codes)) from None
        raise Stays(codes.unreadable, os_error_text(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise Stays(SkipCode.NOT_A_REGULAR_FILE, file.path)
    if recall_sign(status) is not None:
        raise Stays(codes.unreadable, "its content is not on this computer")
    return status


def _read(file: PlannedFile, codes: _Codes, earlier: EarlierLook | None = None) -> os.stat_result:
    """Read a file in full, unless it was just read, and demand the scanned content.

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
    except OSError as error:
        if tells_absence(error, file.path):
            raise Stays(codes.vanished, _about(file, codes)) from None
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
    """Demand that another copy that has to stay exists, as a separate file."""
    if is_in_trash(copy.path):
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path)
    try:
        status = _read(copy, _SURVIVOR, earlier)
    except Stays:
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path) from None
    if status.st_ino and any(os.path.samestat(status, other) for other in others):
        raise Stays(SkipCode.TOO_FEW_COPIES, copy.path)


def _demand_all_beside_the_picture(step: Step, goes: PhotoFacts, stays: PhotoFacts) -> None:
    """Demand that the survivor has the victim's depth of colour, transparency and extras.

    The proof compares the pictures as a screen shows them, and a sidecar cannot hold these.
    """
    if stays.bits_per_channel < goes.bits_per_channel:
        raise Stays(SkipCode.NO_LONGER_PROVEN, step.survivor.path)
    if extras := lacking_extras(stays, goes):
        raise Stays(SkipCode.SAYS_MORE, ",".join(extras))


def _demand_all_said(step: Step, goes: WholePhoto, stays: WholePhoto) -> None:
    """Demand that the survivor, or its companions, have all metadata and parts of the victim.

    This holds whatever reason a plan states: anybody can change that.
    """
    lacking = lacking_metadata(stays.facts, goes.facts)
    if not lacking:
        return
    with suppress(Stays):
        if _rescue(step, goes, stays) is None:
            return  # a sidecar has it
    raise Stays(SkipCode.SAYS_MORE, ",".join(lacking))


def _rescue(step: Step, goes: WholePhoto, stays: WholePhoto) -> Rescue | None:
    if goes.facts.is_raw and lacking_metadata(stays.facts, goes.facts):
        raise Stays(SkipCode.CANNOT_RESCUE, step.survivor.path)  # its texts are not compared
    try:
        only_goes = frozenset(goes.facts.word_digests) - set(stays.facts.word_digests)
        return rescue_for(step.survivor, goes.texts, stays.texts, only_goes, own_parts(goes, stays))
    except CannotRescue as stands_in_the_way:
        raise Stays(SkipCode.CANNOT_RESCUE, str(stands_in_the_way)) from None
    except OSError as error:
        raise Stays(SkipCode.CANNOT_RESCUE, os_error_text(error)) from None


def _demand_stand_ins(
    step: Step, stays: WholePhoto, stood_in_for: StoodInFor, limits: DecodeLimits
) -> None:
    """Demand a proof of the survivor for all photos that the victim stands for, too."""
    if step.evidence not in EXACT:
        left_alone = unproven_stand_in(step, stays, stood_in_for, limits)
        if left_alone is not None:
            raise Stays(SkipCode.STANDS_FOR_ANOTHER, left_alone.path)


def _look_at_companions(step: Step, companions_of: CompanionsOf) -> tuple[os.stat_result, ...]:
    """Demand a twin beside the survivor for every companion of the victim.

    Returns:
        The status of the companions that go along, when they were compared.
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
        # Shared meanwhile, or never a companion: not known to be dispensable.
        if path not in companions or not companions[path].goes_along:
            raise Stays(SkipCode.HAS_COMPANIONS, path)
    for companion in companions.values():
        # The original of an edited photo may be the survivor itself.
        if companion.path != step.survivor.path and twin_of(companion, beside) is None:
            raise Stays(SkipCode.HAS_COMPANIONS, companion.path)
    return tuple(before)
