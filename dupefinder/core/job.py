"""Context of a long job: progress, pause, cancel, problems.

A stage counts with `advance` and calls `checkpoint` between two small pieces of work. It does not
know whether a terminal, a window or nobody listens.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from dupefinder.core.errors import Cancelled
from dupefinder.core.records import Problem

REPORT_INTERVAL_S = 0.1
"""Least time between two progress reports of one phase."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A sample of the running phase.

    Attributes:
        phase: Code of the phase ("scan", "decode", "match", "group").
        done: Number of finished pieces of this phase.
        total: Number of pieces in total; None while unknown.
        rate_per_s: Pieces of work per second since the phase began, without pauses.
        seconds_left: Estimate for the rest of the phase, None while unknown; of the whole job
            where `share` is known.
        problems: Number of problems so far, over all phases.
        known: Number of finished pieces that needed no work.
        share: Share of the whole job that is done, 0 to 1; None where only its phase is known.
    """

    phase: str
    done: int
    total: int | None
    rate_per_s: float
    seconds_left: float | None
    problems: int
    known: int = 0
    share: float | None = None


class JobContext:
    """Progress, pause, cancel and the list of problems of one job. Safe to use from any thread."""

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._problems: list[Problem] = []
        self._phase = ""
        self._done = self._known = 0
        self._total: int | None = None
        self._phase_began_s = time.monotonic()
        self._paused_since_s: float | None = None
        self._paused_s = 0.0
        self._last_report_s = 0.0

    def silent(self) -> "JobContext":
        """A context that is paused and cancelled with this one, and reports to nobody."""
        other = JobContext()
        other._cancelled = self._cancelled
        other._running = self._running
        return other

    @property
    def problems(self) -> list[Problem]:
        """The problems listed so far, in the order in which they were met."""
        with self._lock:
            return list(self._problems)

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._cancelled.is_set()

    @property
    def paused(self) -> bool:
        """True between `pause` and `resume`."""
        return not self._running.is_set()

    def add_problem(self, problem: Problem) -> None:
        """List a problem with one file or folder; the job goes on."""
        with self._lock:
            self._problems.append(problem)

    def cancel(self) -> None:
        """Ask the job to stop at its next checkpoint; a paused job stops too."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Ask the job to wait at its next checkpoint."""
        with self._lock:
            if self._running.is_set() and not self._cancelled.is_set():
                self._paused_since_s = time.monotonic()
                self._running.clear()

    def resume(self) -> None:
        """Let a paused job go on."""
        with self._lock:
            if self._paused_since_s is not None:
                self._paused_s += time.monotonic() - self._paused_since_s
                self._paused_since_s = None
            self._running.set()

    def checkpoint(self) -> None:
        """Wait while paused.

        Raises:
            Cancelled: The job was cancelled.
        """
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled("cancelled")

    def start_phase(self, phase: str, total: int | None = None) -> None:
        """Begin a phase and report it at once.

        Args:
            phase: Code of the phase.
            total: Pieces of work in it, None when not known yet.
        """
        with self._lock:
            self._phase = phase
            self._done = self._known = 0
            self._total = total
            self._phase_began_s = time.monotonic()
            self._paused_s = 0.0
            if self._paused_since_s is not None:
                # Only later pauses count for this phase.
                self._paused_since_s = self._phase_began_s
            self._last_report_s = 0.0
        self._report(force=True)

    def set_total(self, total: int) -> None:
        """Set the number of pieces of the running phase, once it is known."""
        with self._lock:
            self._total = total

    def advance(self, pieces: int = 1, *, known: bool = False) -> None:
        """Count finished pieces; they are reported a few times a second.

        Args:
            pieces: Their number.
            known: True for pieces that needed no work, which do not count for the rate.
        """
        with self._lock:
            self._done += pieces
            if known:
                self._known += pieces
        self._report(force=False)

    def finish_phase(self) -> None:
        """Report the final count of the running phase at once."""
        self._report(force=True)

    def _report(self, *, force: bool) -> None:
        if self._on_progress is None:
            return
        now_s = time.monotonic()
        with self._lock:
            if not force and now_s - self._last_report_s < REPORT_INTERVAL_S:
                return
            self._last_report_s = now_s
            # While a job is paused, pieces that were begun before still finish.
            until_s = now_s if self._paused_since_s is None else self._paused_since_s
            spent_s = max(until_s - self._phase_began_s - self._paused_s, 1e-9)
            worked = self._done - self._known
            rate_per_s = worked / spent_s
            left = None if self._total is None else max(self._total - self._done, 0)
            progress = Progress(
                phase=self._phase,
                done=self._done,
                total=self._total,
                rate_per_s=rate_per_s,
                seconds_left=None if left is None or worked == 0 else left / rate_per_s,
                problems=len(self._problems),
                known=self._known,
            )
        self._on_progress(progress)


Item = TypeVar("Item")
Result = TypeVar("Result")

_ITEMS_PER_THREAD = 8
"""Items per thread that may finish before an earlier one."""


def in_threads(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    keep: Callable[[Item, Result], None],
    context: JobContext,
    threads: int,
) -> None:
    """Do the work of each item in threads, and take the results in the order of the items.

    A slow item holds up few others.

    Args:
        work: Called in the threads, unless the job is paused or cancelled.
        items: The items of work.
        keep: Called in this thread with each result.
        context: The job.
        threads: Number of threads.

    Raises:
        Cancelled: The job was cancelled; what was done by then is kept.
    """

    def work_on(item: Item) -> Result:
        context.checkpoint()
        return work(item)

    remaining = iter(items)
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    with ThreadPoolExecutor(threads) as executor:
        try:
            while True:
                for item in islice(remaining, threads * _ITEMS_PER_THREAD - len(under_way)):
                    under_way.append((item, executor.submit(work_on, item)))
                if not under_way:
                    return
                context.checkpoint()
                item, future = under_way[0]
                result = future.result()
                under_way.popleft()
                keep(item, result)
        except BaseException:
            executor.shutdown(cancel_futures=True)
            for item, future in under_way:
                if _has_result(future):
                    keep(item, future.result())
            raise


PATIENCE_S = 30.0
_TICK_S = 0.1


def ask_drives(
    ask: Callable[[], object],
    answers: Callable[[], object],
    checkpoint: Callable[[], None] = lambda: None,
) -> bool:
    """Ask drives for something, without waiting for a drive that has stopped answering.

    Args:
        ask: Called in a thread of its own, which a drive may block for ever.
        answers: Returns a value that changes with each answer. Without a change for `PATIENCE_S`,
            the rest is given up.
        checkpoint: Called while it waits; that of a `JobContext` lets the job be stopped.

    Returns:
        False where it was given up; later answers may still come.

    Raises:
        Cancelled: The job was cancelled.
    """
    # A daemon, so that the program can end without that drive.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    before, waited_s = answers(), 0.0
    while asking.is_alive():
        asking.join(_TICK_S)
        checkpoint()
        waited_s += _TICK_S
        if (now := answers()) != before:
            before, waited_s = now, 0.0
        elif waited_s > PATIENCE_S:
            return not asking.is_alive()
    return True


def ask_each(
    ask: Callable[[Item], Result],
    items: Iterable[Item],
    checkpoint: Callable[[], None] = lambda: None,
) -> dict[Item, Result]:
    """Ask drives something of each item, as `ask_drives` does.

    Returns:
        The answers that came.
    """
    answers: dict[Item, Result] = {}

    def ask_all() -> None:
        for item in items:
            answers[item] = ask(item)

    ask_drives(ask_all, lambda: len(answers), checkpoint)
    return dict(answers)


def _has_result(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
