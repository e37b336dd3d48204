"""A process that reads, decodes and compares pairs of photos, and may hang or die alone.

Each file is read and decoded once for its comparison. A copy that stays for several photos is read
for each, but decoded only for the first, as long as its bytes are the same.
"""

import os
import stat
from functools import partial
from multiprocessing.connection import Connection
from typing import Final

from blake3 import blake3

from dupefinder.actions.checks.full_decode import WholePhoto, decode_whole
from dupefinder.actions.checks.renewed_proof import Stays, prove
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.records import PlannedFile, Step
from dupefinder.core.decode import DecodeFailed, DecodeLimits
from dupefinder.core.decode.formats import open_picture
from dupefinder.core.decode.limits import give_back, reuse_blocks
from dupefinder.core.decode.workers.helper_process import HelperProcess, serve
from dupefinder.core.decode.workers.task import Reserve, read_limit_s
from dupefinder.core.photo_facts import PhotoFacts
from dupefinder.core.proof.files import (
    BYTES_PER_PX,
    LARGE_PX,
    PROCESS_BYTES,
    PROOF_LIMIT_S,
    REUSED_BLOCK_BYTES,
    REUSED_HEAP_BYTES,
    PairProver,
)
from dupefinder.core.proof.full_picture import MOST_PX
from dupefinder.core.records import Evidence
from dupefinder.core.scan.online_only import recall_sign

BUDGET_BYTES: Final = 1600 << 20
"""Memory for pictures compared at the same time: enough for a pair of 48 megapixels."""

Proved = tuple[dict[str, os.stat_result], tuple[WholePhoto, WholePhoto]]
"""The status of both files of a step when they were read, by path; victim and survivor."""


class PairProcess(HelperProcess):
    """Reads, decodes and compares pairs in a process of its own."""

    def __init__(self, limits: DecodeLimits, *, with_pixels: bool) -> None:
        """Start nothing yet.

        Args:
            limits: Limits for decoding one file.
            with_pixels: True where the digests of pixels are needed; not where a comparison in full
                size follows, which decodes every pixel itself.
        """
        super().__init__(partial(_serve_pairs, limits=limits, with_pixels=with_pixels))
        self._limits = limits

    def prove(self, step: Step, reserve: Reserve) -> Proved | None:
        """Read both files of a step once, and prove it by `renewed_proof.prove`.

        Args:
            step: The removal.
            reserve: Called with the memory needed; may block.

        Returns:
            None where it is not proved.

        Raises:
            DecodeFailed: The process died, or took too long.
        """
        files = step.victim, step.survivor
        limit_s = sum(read_limit_s(file.size_bytes, self._limits) for file in files)
        message: object = step
        with self._conversation() as connection:
            while isinstance(answer := self._ask(connection, message, limit_s), int):
                reserve(answer)
                message, limit_s = None, 2 * self._limits.timeout_s + PROOF_LIMIT_S
        assert answer is None or isinstance(answer, tuple)
        return answer


def _serve_pairs(connection: Connection, limits: DecodeLimits, *, with_pixels: bool) -> None:
    reuse_blocks(REUSED_BLOCK_BYTES, REUSED_HEAP_BYTES)

    def reserve(needed_bytes: int) -> None:
        connection.send(needed_bytes)
        connection.recv()

    memory_bytes = max(limits.max_memory_bytes, PROCESS_BYTES)
    reader = PairReader(limits, reserve, with_pixels=with_pixels)
    serve(connection, memory_bytes, reader.prove)


class PairReader:
    """Proves one pair after the other; keeps the decoded survivor for the next pair."""

    def __init__(self, limits: DecodeLimits, reserve: Reserve, *, with_pixels: bool) -> None:
        """Read nothing yet.

        Args:
            limits: Limits for decoding one file.
            reserve: Called with the memory needed for a pair; may block.
            with_pixels: See `PairProcess`.
        """
        self._limits = limits
        self._reserve = reserve
        self._with_pixels = with_pixels
        self._prover = PairProver(limits)
        self._kept: dict[tuple[PlannedFile, bool], WholePhoto] = {}

    def prove(self, step: Step) -> Proved | None:
        """Prove a pair like `PairProcess.prove`, in this process."""
        statuses, contents = {}, {}
        for file in (step.victim, step.survivor):
            read = self._read(file)
            if read is None:
                return None
            statuses[file.path], contents[file.path] = read
        needed_bytes = sum(_needed_bytes(content) for content in contents.values())
        self._reserve(needed_bytes)
        is_compared = step.evidence is Evidence.RE_ENCODED and not self._with_pixels

        def decode(file: PlannedFile) -> WholePhoto:
            kept = self._kept.get((file, is_compared))
            if kept is not None:
                return kept
            photo = decode_whole(
                contents[file.path],
                file.path,
                self._limits,
                file.digest,
                lambda _: None,
                lambda facts: not is_compared or _lacks_in_comparison(facts),
            )
            if file is step.survivor:
                self._kept = {(file, is_compared): photo}
            return photo

        try:
            photos = prove(step, self._limits, decode, contents, self._prover)
        except (Stays, DecodeFailed, OSError):
            return None
        finally:
            if needed_bytes > LARGE_PX * BYTES_PER_PX:
                self._prover.forget()
                give_back()
        if is_compared and _are_one_picture(*photos):
            return None  # without a comparison, the survivor was not decoded in full
        return statuses, photos

    def _read(self, file: PlannedFile) -> tuple[os.stat_result, bytes] | None:
        """Read a file and its status; None where its bytes are not the planned ones."""
        with open(os.open(file.path, READ_FLAGS), "rb", buffering=0) as opened:
            before = os.fstat(opened.fileno())
            if not is_wanted(file, before) or before.st_size > self._limits.max_file_bytes:
                return None
            content = opened.readall()
            unchanged = state_of(os.fstat(opened.fileno())) == state_of(before)
        is_planned = unchanged and blake3(content).digest() == file.digest
        return (before, content) if is_planned else None


def _lacks_in_comparison(facts: PhotoFacts) -> bool:
    """True for a file that a comparison in full size does not decode in full."""
    is_plain = facts.format == "JPEG" and facts.mode in ("RGB", "L") and facts.frames == 1
    return not is_plain


def _are_one_picture(goes: WholePhoto, stays: WholePhoto) -> bool:
    """True where the two have the same pixels without a comparison."""
    ours, theirs = (photo.facts.picture_digest for photo in (goes, stays))
    return goes.digest == stays.digest or (ours is not None and ours == theirs)


def state_of(status: os.stat_result) -> tuple[int, ...]:
    """The parts of a file's status that change with the file."""
    times = status.st_mtime_ns, status.st_ctime_ns
    return status.st_mode, status.st_dev, status.st_ino, status.st_size, *times


def is_wanted(file: PlannedFile, status: os.stat_result) -> bool:
    """False for files not to read: not regular, of another size, or only online."""
    is_regular = stat.S_ISREG(status.st_mode)
    return is_regular and status.st_size == file.size_bytes and recall_sign(status) is None


def _needed_bytes(content: bytes) -> int:
    """Memory for the picture of a file while it is compared; the whole budget for a RAW file."""
    try:
        with open_picture(content) as image:
            return len(content) + min(image.width * image.height, MOST_PX) * BYTES_PER_PX
    except Exception:  # decoders raise whatever a damaged file provokes
        return BUDGET_BYTES
