"""Proof of two files: each is read, checked against the scan, decoded and compared.

A JPEG that is too large to be compared in full is reduced while it is decoded, if it is much larger
than the copy in question; it never goes for such a copy. Of one size with another, both are
compared band by band.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from blake3 import blake3

from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.file_content import read_whole
from dupefinder.core.decode.limits import give_back, reuse_blocks
from dupefinder.core.decode.surplus_data import has_rest
from dupefinder.core.decode.workers.helper_process import HelperProcess, serve
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.full_picture import MOST_PX, FullPicture
from dupefinder.core.records import ProblemCode, Proof, ProofVerdict

if TYPE_CHECKING:
    from dupefinder.core.proof.bands import LargePicture

BYTES_PER_PX = 16
"""Most memory for each pixel of a compared picture: as decoded, and its planes."""
PROCESS_BYTES = 2 * MOST_PX * BYTES_PER_PX
"""Memory for two pictures of the largest compared size."""
REUSED_BLOCK_BYTES = 32 << 20
REUSED_HEAP_BYTES = 128 << 20
LARGE_PX = 8_000_000
"""Memory of larger pictures is returned to the system; for small ones that costs too much."""
PROOF_LIMIT_S = 300.0
"""Time limit; two pictures of the largest compared size take some ten seconds."""


@dataclass(frozen=True, slots=True)
class ScannedPhoto:
    """A content and its files.

    Attributes:
        paths: The files.
        digest: 32-byte BLAKE3 digest that a file must still have.
        facts: What `decode` told of it.
        content: The content itself, if it was read and digested just now.
    """

    paths: Sequence[str]
    digest: bytes
    facts: PhotoFacts
    content: bytes | None = field(default=None, repr=False)

    def read(self, limits: DecodeLimits) -> bytes:
        """Read the content from the first file that still has it.

        Raises:
            DecodeFailed: None does.
        """
        if self.content is not None:
            return self.content
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


_NOT_ALL_SHOWN = frozenset(("CMYK", "LAB"))
"""Modes of inks, of which black covers others, and of colours that no screen has: such a photo
never goes for what only looks like it."""


def _profile_ways(goes: PhotoFacts, stays: PhotoFacts) -> tuple[bool, ...]:
    """The ways to compare the colours of two photos: with or without their profiles.

    A copy without a profile may be one that lost it, its levels unchanged, or one whose colours
    were converted first.
    """
    if goes.icc_digest == stays.icc_digest:
        return (True,)
    return (True, False) if goes.icc_digest is None else (False,)


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """Result of comparing a photo with the one that would stay for it.

    Attributes:
        proof: Proof for the photo in question.
        back: Proof for the other one, if all of it is in the photo.
        goes_is_damaged: True if the photo was found to be damaged.
        stays_is_damaged: True if the other was.
    """

    proof: Proof
    back: Proof | None = None
    goes_is_damaged: bool = False
    stays_is_damaged: bool = False


class PairProver:
    """Proves pairs in the calling thread; keeps the kept copy decoded for the next pair."""

    def __init__(self, limits: DecodeLimits) -> None:
        """Begin without a decoded picture.

        Args:
            limits: Limits for decoding one file.
        """
        self._limits = limits
        self._digest = b""
        self._decoded: dict[tuple[bytes | None, int], FullPicture] = {}

    def prove(self, goes: ScannedPhoto, stays: ScannedPhoto) -> PairOutcome:
        """Compare a photo with the one that would stay for it.

        Args:
            goes: The photo in question.
            stays: The other.
        """
        import cv2

        from dupefinder.core.proof.bands import are_compared_in_bands
        from dupefinder.core.proof.full_picture import check_comparable, reduction_for

        try:
            if are_compared_in_bands(goes.facts, stays.facts):
                return self._compared_in_bands(goes, stays)
            check_comparable(goes.facts, self._limits)
            reduced_by = reduction_for(stays.facts, goes.facts)
            check_comparable(stays.facts, self._limits, reduced_by)
            return self._compared(goes, stays)
        except DecodeFailed as failed:
            return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=failed.code))
        except (MemoryError, cv2.error, ValueError):
            cause = ProblemCode.OUT_OF_MEMORY
            return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=cause))

    def prove_again(self, goes: ScannedPhoto, stays: ScannedPhoto) -> bool:
        """Compare two photos once more, also by an independent witness.

        Args:
            goes: The photo to be removed.
            stays: The one that stays for it.

        Returns:
            True if everything the first shows is in the second, and the witness agrees.

        Raises:
            DecodeFailed: One of them cannot be read or decoded, or has changed since the scan.
        """
        import cv2

        from dupefinder.core.proof import bands, contained
        from dupefinder.core.proof.damage import differ_by_few_bytes
        from dupefinder.core.proof.full_picture import decode_full
        from dupefinder.core.proof.hidden_colours import hides_colours
        from dupefinder.core.proof.witness import shows_the_same

        try:
            content = goes.read(self._limits)
            if goes.facts.mode in _NOT_ALL_SHOWN or has_rest(content, goes.facts.format):
                return False
            if bands.are_compared_in_bands(goes.facts, stays.facts):
                return bands.contained_in_bands(*self._planes(content, goes, stays))
            own = decode_full(content, goes.facts, self._limits, keep_profile=True)
            for keep_profile in _profile_ways(goes.facts, stays.facts):
                ours, theirs = self._in_own_colours(own, stays, keep_profile=keep_profile)
                if differ_by_few_bytes(ours, theirs) or hides_colours(ours, theirs):
                    return False
                if contained(ours, theirs).verdict is ProofVerdict.CONTAINED:
                    return shows_the_same(ours, theirs)
        except (cv2.error, ValueError) as error:
            raise DecodeFailed(ProblemCode.OUT_OF_MEMORY, str(error)) from error
        return False

    def forget(self) -> None:
        """Free the decoded pictures."""
        self._digest = b""
        self._decoded.clear()

    def close(self) -> None:
        """Forget all decoded photos."""
        self.forget()

    def _compared_in_bands(self, goes: ScannedPhoto, stays: ScannedPhoto) -> PairOutcome:
        from dupefinder.core.proof.bands import prove_in_bands

        content = goes.read(self._limits)
        if has_rest(content, goes.facts.format):
            return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.HIDDEN_DATA))
        return PairOutcome(*prove_in_bands(*self._planes(content, goes, stays)))

    def _planes(
        self, content: bytes, goes: ScannedPhoto, stays: ScannedPhoto
    ) -> "tuple[LargePicture, LargePicture]":
        """Two large photos; the second is not kept for the next pair."""
        from dupefinder.core.proof.bands import decode_planes

        self.forget()
        other = decode_planes(stays.read(self._limits), stays.facts)
        return decode_planes(content, goes.facts), other

    def _compared(self, goes: ScannedPhoto, stays: ScannedPhoto) -> PairOutcome:
        from dupefinder.core.proof.damage import damaged_of
        from dupefinder.core.proof.full_picture import decode_full, reduction_for
        from dupefinder.core.proof.hidden_colours import hides_colours
        from dupefinder.core.proof.pair import prove_pair

        if goes.facts.mode in _NOT_ALL_SHOWN:
            return PairOutcome(Proof(ProofVerdict.ALTERED))
        is_reduced = reduction_for(stays.facts, goes.facts) > 1
        outcome = PairOutcome(Proof(ProofVerdict.UNDECIDED))
        own_content = goes.read(self._limits)
        if has_rest(own_content, goes.facts.format):
            return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.HIDDEN_DATA))
        decoded = decode_full(own_content, goes.facts, self._limits, keep_profile=True)
        for keep_profile in _profile_ways(goes.facts, stays.facts):
            own, other = self._in_own_colours(decoded, stays, keep_profile=keep_profile)
            proof, back = prove_pair(own, other)
            if is_reduced and proof.stays_is_poorer:
                # The photo in its own size was not looked at.
                return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=ProblemCode.TOO_LARGE))
            if hides_colours(own, other):
                proof = Proof(ProofVerdict.ALTERED, stays_is_poorer=True)
            if back is not None and hides_colours(other, own):
                back = None
            if is_reduced or goes.facts.icc_digest != stays.facts.icc_digest:
                back = None  # the other one was reduced or converted, and may have lost by that
            outcome = PairOutcome(proof, back)
            if proof.verdict is ProofVerdict.CONTAINED:
                return outcome
            if (damaged := damaged_of(own, other)) is not None:
                is_own = damaged is own
                return PairOutcome(proof, back, is_own, not is_own)
        has_lost_profile = goes.facts.icc_digest is not None and stays.facts.icc_digest is None
        if has_lost_profile and not is_reduced:
            return self._without_profile(goes, stays, own_content) or outcome
        return outcome

    def _without_profile(
        self, goes: ScannedPhoto, stays: ScannedPhoto, content: bytes
    ) -> PairOutcome | None:
        """Outcome for a copy that lost the photo's profile, its levels unchanged.

        The photo stays for its profile; the copy may be all in it, or differ in some places.

        Args:
            goes: The photo.
            stays: The copy, which would stay.
            content: The photo's file.

        Returns:
            None if the copy is neither.
        """
        from dupefinder.core.proof.full_picture import decode_full
        from dupefinder.core.proof.hidden_colours import hides_colours
        from dupefinder.core.proof.pair import prove_pair

        other = self._kept(stays, None, reduced_by=1)
        own = decode_full(content, goes.facts, self._limits, keep_profile=True)
        back, _ = prove_pair(other, own)
        if back.verdict is ProofVerdict.CONTAINED and not hides_colours(other, own):
            is_poorer = not back.stays_is_poorer
            return PairOutcome(Proof(ProofVerdict.ALTERED, stays_is_poorer=is_poorer), back)
        if back.verdict is ProofVerdict.DIFFERS:
            proof, _ = prove_pair(own, other)
            return PairOutcome(proof) if proof.verdict is ProofVerdict.DIFFERS else None
        return None

    def _in_own_colours(
        self, own: FullPicture, stays: ScannedPhoto, *, keep_profile: bool
    ) -> tuple[FullPicture, FullPicture]:
        """Both photos in the colour space of the one that may go.

        In sRGB, or in that of the copy, colours beyond it would be lost in both.

        Args:
            own: The photo that may go, in its own colours.
            stays: The copy that would stay.
            keep_profile: True to leave the copy's colours, too, as they are.
        """
        from dupefinder.core.proof.full_picture import decode_full, reduction_for

        reduced_by = reduction_for(stays.facts, own.facts)
        if keep_profile:
            return own, self._kept(stays, None, reduced_by)
        if own.profile is None:
            own = decode_full(own.content, own.facts, self._limits, keep_profile=False)
        return own, self._kept(stays, own.profile or b"", reduced_by)

    def _kept(self, stays: ScannedPhoto, profile: bytes | None, reduced_by: int) -> FullPicture:
        """The copy that stays, decoded once for all comparisons with it.

        Args:
            stays: The copy.
            profile: The ICC profile to convert it to; None to leave its colours as they are.
            reduced_by: See `decode_full`.
        """
        from dupefinder.core.proof.full_picture import decode_full

        if stays.digest != self._digest:
            self.forget()
            self._digest = stays.digest
        way = profile, reduced_by
        if way not in self._decoded:
            # Not also decoded in another way: two of the largest would not fit.
            content = self._content_of(stays)
            self._decoded.clear()
            self._decoded[way] = decode_full(
                content,
                stays.facts,
                self._limits,
                keep_profile=profile is None,
                profile=profile or b"",
                reduced_by=reduced_by,
            )
        return self._decoded[way]

    def _content_of(self, stays: ScannedPhoto) -> bytes:
        """The file of the copy that stays, read once for both ways of decoding."""
        for picture in self._decoded.values():
            return picture.content
        return stays.read(self._limits)


class ProofProcess(HelperProcess):
    """Proves pairs in a process of its own, which has the interpreter's lock for itself.

    For one thread; `close` may be called from any thread and ends the running comparison.

    Args:
        limits: Limits for decoding one file.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        super().__init__(partial(_serve_proofs, limits=limits), gives_way=False)

    def prove(self, goes: ScannedPhoto, stays: ScannedPhoto) -> PairOutcome:
        """Prove a pair like `PairProver.prove`; a pair that crashes the process is undecided."""
        try:
            with self._conversation() as connection:
                outcome = self._ask(connection, (goes, stays), PROOF_LIMIT_S)
        except DecodeFailed as failed:
            return PairOutcome(Proof(ProofVerdict.UNDECIDED, cause=failed.code))
        assert isinstance(outcome, PairOutcome)
        return outcome

    def forget(self) -> None:
        """Forget decoded photos like `PairProver.forget`, as others may need the memory."""
        if self.pid is None:
            return
        with suppress(DecodeFailed), self._conversation() as connection:
            self._ask(connection, None, PROOF_LIMIT_S)


def _serve_proofs(connection: Connection, limits: DecodeLimits) -> None:
    prover = PairProver(limits)
    reuse_blocks(REUSED_BLOCK_BYTES, REUSED_HEAP_BYTES)
    largest_px = 0

    def answer_to(pair: tuple[ScannedPhoto, ScannedPhoto] | None) -> PairOutcome | None:
        nonlocal largest_px
        if pair is not None:
            sizes_px = (one.facts.width_px * one.facts.height_px for one in pair)
            largest_px = max(largest_px, *sizes_px)
            return prover.prove(*pair)
        prover.forget()
        if largest_px > LARGE_PX:
            give_back()
        largest_px = 0
        return None

    serve(connection, PROCESS_BYTES, answer_to)
