"""Looking ahead: pairs of later removals are read and proved on all cores while others are moved.

Removals are slow because two files are read, decoded and compared in full size. None
of that has to wait for the removals before it, so it is done for some of them in advance, each pair
by the very steps of `preflight`. Directly before a photo goes, `preflight.check` still looks at all
that can be asked quickly, and takes from the look ahead only this:

- A proof belongs to bytes. It counts while both files are read anew with the digests of the plan.
- A file counts as *just read*, and is not read once more, only where nothing can have changed it
  since without being seen: it lies on a local file system; nobody had it open for writing when it
  was opened to be read; its time of change was then older than a tick of the clock that sets it,
  than a second where that counts whole ones; and device, number, size, both times are the same as
  those of the opened file now. No program can set a time of change. Directly before the act the
  system is asked once more that nobody has the file open for writing. Where any of this cannot be
  told (network drives, FAT, files of others), or after half a minute, the file is read again.

Only good news is taken from a look ahead. Whatever else it finds, the whole pair is looked at again
when its turn comes, so that reasons are those of that moment.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Self

from blake3 import blake3

from dupefinder.actions.checks.full_decode import WholePhoto
from dupefinder.actions.checks.in_use import is_sure_to_be_unwritten
from dupefinder.actions.checks.pair_process import BUDGET_BYTES, PairProcess, is_wanted, state_of
from dupefinder.actions.plan import is_proof
from dupefinder.actions.presence import READ_FLAGS
from dupefinder.actions.records import PlannedFile, Step
from dupefinder.core.decode import DecodeLimits
from dupefinder.core.decode.limits import MemoryBudget
from dupefinder.core.job import JobContext
from dupefinder.core.records import Evidence
from dupefinder.core.scan.mounts import LOCAL_FILE_SYSTEMS
from dupefinder.core.scan.volumes import VolumeTable

LEAST_STEPS = 8
"""Fewer are done one after another before processes have started."""
_STEPS_AHEAD = 64
_MOST_THREADS = 8
_MOST_IN_RUN = 8
"""Most steps of one survivor that one process takes in turn, decoding it once."""
_LASTS_S = 30.0
CLOCK_TICK_NS = 20_000_000
"""Changes closer together may get one time: Linux counts change times by ticks of at most 10
milliseconds."""
_SECOND_NS = 1_000_000_000
_BLOCK_BYTES = 1 << 20
_HEED_S = 0.05
_END_S = 2.0


@dataclass(frozen=True, slots=True)
class Look:
    """Result of a successful look at a pair in advance.

    Attributes:
        files: The status of each file when it was opened and read, by path.
        photos: See `EarlierLook.photos`.
        is_sure: True where a change of any of the files shows in its status.
        until_s: Monotonic time from which the files no longer count as just read.
    """

    files: Mapping[str, os.stat_result]
    photos: tuple[WholePhoto, WholePhoto] | None
    is_sure: bool
    until_s: float = field(default_factory=lambda: time.monotonic() + _LASTS_S)

    def was_just_read(self, path: str, status: os.stat_result) -> bool:
        """See `EarlierLook`."""
        read = self.files.get(path)
        if read is None or not self.is_sure or time.monotonic() > self.until_s:
            return False
        return state_of(read) == state_of(status)

    def still_holds(self) -> bool:
        """True while every file was just read."""
        try:
            return all(self.was_just_read(path, os.lstat(path)) for path in self.files)
        except OSError:
            return False


class LookAhead:
    """Looks at the pairs of a plan in order, some steps ahead of the current one.

    A context manager that ends its threads and processes; a thread that waits for a drive that does
    not answer is abandoned.
    """

    def __init__(
        self, steps: Sequence[Step], limits: DecodeLimits, *, with_pixels: bool = True
    ) -> None:
        """Begin with the first steps, if there are enough to make it worthwhile.

        Args:
            steps: The plan's.
            limits: Limits for decoding one file.
            with_pixels: See `PairProcess`.
        """
        self._steps = steps
        self._limits = limits
        self._with_pixels = with_pixels
        self._runs = list(_runs(steps))
        self._changed = threading.Condition()
        self._looks: dict[int, Look | None] = {}
        self._next = self._turn = 0
        self._closed = False
        self._budget = MemoryBudget(BUDGET_BYTES)
        self._processes: list[PairProcess] = []
        victims = {step.victim.path for step in steps}
        # The action must not find the file open because of this look.
        self._left_out = {
            place
            for place, step in enumerate(steps)
            if not victims.isdisjoint(file.path for file in (step.survivor, *step.also_stay))
        }
        count = min(os.cpu_count() or 1, _MOST_THREADS) if len(steps) >= LEAST_STEPS else 0
        self._threads = [
            threading.Thread(target=self._run, name=f"look ahead {number}", daemon=True)
            for number in range(count)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._closed = True
            self._looks.clear()
            self._changed.notify_all()
            processes = list(self._processes)
        self._budget.close()
        for process in processes:
            process.close()
        until_s = time.monotonic() + _END_S
        for thread in self._threads:
            thread.join(max(until_s - time.monotonic(), 0))

    def wait_for(self, place: int, context: JobContext) -> Look | None:
        """Wait for the look at the current step.

        Args:
            place: The step's place in the plan.
            context: Pause and cancel.

        Returns:
            None where the step has to be checked in full.

        Raises:
            Cancelled: The job was cancelled.
        """
        with self._changed:
            self._turn = place
            self._changed.notify_all()
            while self._threads and place not in self._looks:
                self._changed.wait(_HEED_S)
                context.checkpoint()
            return self._looks.pop(place, None)

    def ready(self, first: int, most: int) -> list[Look]:
        """The successful looks at the steps from a place on that are finished by now.

        Args:
            first: The place.
            most: Greatest number of looks.
        """
        looks: list[Look] = []
        with self._changed:
            while len(looks) < most and (look := self._looks.get(first + len(looks))) is not None:
                looks.append(look)
        return looks

    def _run(self) -> None:
        volumes = VolumeTable()
        process = PairProcess(self._limits, with_pixels=self._with_pixels)
        with self._changed:
            self._processes.append(process)
        while (run := self._take_next()) is not None:
            for place in run:
                look = None
                if place not in self._left_out and not self._closed:
                    # Any fault shows again when the step's turn comes.
                    with suppress(Exception):
                        look = self._look_at(self._steps[place], volumes, process)
                with self._changed:
                    if not self._closed:
                        self._looks[place] = look
                    self._changed.notify_all()

    def _take_next(self) -> range | None:
        """Take the next steps of one survivor; None at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._closed
                    or self._next == len(self._runs)
                    or self._runs[self._next].start < self._turn + _STEPS_AHEAD
                )
            )
            if self._closed or self._next == len(self._runs):
                return None
            self._next += 1
            return self._runs[self._next - 1]

    def _look_at(self, step: Step, volumes: VolumeTable, process: PairProcess) -> Look | None:
        if step.victim.protected or not is_proof(step):
            return None
        pair = step.victim, step.survivor
        is_sure = all(_is_sure(file.path, volumes) for file in (*pair, *step.also_stay))
        files: dict[str, os.stat_result] = {}
        photos: tuple[WholePhoto, WholePhoto] | None = None
        if step.evidence is not Evidence.SAME_BYTES:
            reserve = partial(self._budget.reserve, process)
            try:
                proved = process.prove(step, reserve)
            finally:
                self._budget.release(process)
            if proved is None:
                return None
            files, photos = proved
        for file in (*pair, *step.also_stay):
            if file.path not in files:
                status = _status_read(file)
                if status is None:
                    return None
                files[file.path] = status
        return Look(files, photos, is_sure)


def _runs(steps: Sequence[Step]) -> Iterator[range]:
    """Places of consecutive steps with one survivor, at most `_MOST_IN_RUN` at a time."""
    first = 0
    for place, step in enumerate(steps):
        is_other = step.survivor.path != steps[first].survivor.path
        if is_other or place == first + _MOST_IN_RUN:
            yield range(first, place)
            first = place
    yield range(first, len(steps))


def _is_sure(path: str, volumes: VolumeTable) -> bool:
    """True where any later change of a file shows in its status."""
    now_ns = time.time_ns()
    descriptor = os.open(path, READ_FLAGS)
    try:
        status = os.fstat(descriptor)
        folder = os.path.realpath(os.path.dirname(path))
        is_local = volumes.volume_of(folder, status.st_dev).file_system in LOCAL_FILE_SYSTEMS
        is_settled = _is_past(status.st_ctime_ns, now_ns)
        return is_local and is_settled and is_sure_to_be_unwritten(descriptor)
    finally:
        os.close(descriptor)


def _is_past(changed_ns: int, now_ns: int) -> bool:
    """True where any later change gets another time than the last one."""
    # Some file systems, such as ext3, keep whole seconds only.
    grain_ns = _SECOND_NS if changed_ns % _SECOND_NS == 0 else 0
    return 0 <= changed_ns < now_ns - grain_ns - CLOCK_TICK_NS


def _status_read(file: PlannedFile) -> os.stat_result | None:
    """Read a file piece by piece; return its status then, None for other bytes than planned."""
    digest = blake3()
    with open(os.open(file.path, READ_FLAGS), "rb", buffering=0) as opened:
        before = os.fstat(opened.fileno())
        if not is_wanted(file, before):
            return None
        while block := opened.read(_BLOCK_BYTES):
            digest.update(block)
        unchanged = state_of(os.fstat(opened.fileno())) == state_of(before)
    return before if unchanged and digest.digest() == file.digest else None
