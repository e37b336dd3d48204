"""Parallel decoding of many files, each content once, undisturbed by files that hang or crash.

Threads decode, because Pillow releases the interpreter's lock. With many small files, which leave
less to do outside the lock, all threads but one have a process decode a batch at a time. The thread
that iterates hands out the work and watches it: it keeps a small window of files under way,
abandons a file that takes too long together with its thread, and holds back copies until the
first file with their content is known to decode.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from dupefinder.core.decode import DecodeFailed, DecodeLimits, decode_bytes
from dupefinder.core.decode.limits import (
    MEMORY_BUDGET_BYTES,
    BudgetClosed,
    MemoryBudget,
    give_back,
    reuse_blocks,
)
from dupefinder.core.decode.workers.in_flight import InFlight
from dupefinder.core.decode.workers.process import (
    GRANTED_BYTES,
    BatchProcess,
    DecodeProcess,
    DecodeResult,
    ReadResult,
)
from dupefinder.core.decode.workers.task import (
    DecodeBytes,
    DecodeOutcome,
    DecodeRequest,
    DecodeTask,
    FileRead,
    GivenUp,
    decode_if,
    failing_like,
    outcome_of,
    read_limit_s,
)
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.photo_facts import DecodedPhoto

_WINDOW_PER_THREAD = 64
"""Files under way for each thread: enough to keep it at work while the consumer writes."""
_LOW_PER_THREAD = 4
"""Number of waiting tasks below which the iterating thread is woken. Above, it wakes by itself
every `_WAKE_S`: waking it for each tiny file costs more than the rest of the pool's work."""
SMALL_FILE_BYTES = 256 << 10
_BATCH_FILES = 16
"""Small files that go to a process at once."""
_MOST_PROCESSES = 8
"""Each takes some 50 MB."""
_WAKE_S = 0.02
_WATCH_S = 0.1
_PAUSE_S = 0.05
_STOP_LIMIT_S = 1.0
_OPENING_COPIES = 3
_OPENING_BYTES = 4 << 20
"""Memory assumed before the header is known: the content, and a decoder's own copies of it."""

_Tasks = queue.SimpleQueue[list[DecodeTask] | None]
"""Batches: single files, or several small ones."""


@dataclass(frozen=True, slots=True)
class DecodePool:
    """Decodes files in threads, and those that ask for it in a process that may crash.

    Attributes:
        threads: Threads that decode at the same time.
        limits: Limits for one file.
        memory_budget_bytes: Memory for all of them together; a larger file runs alone.
        decode: Decodes a file; for shielded requests, and in processes, a function of an
            importable module.
        small_in_processes: True to decode small files in processes, too, which pays where there
            are many: starting one takes as long as some hundred of them.
    """

    threads: int
    limits: DecodeLimits
    memory_budget_bytes: int = MEMORY_BUDGET_BYTES
    decode: DecodeBytes = decode_bytes
    small_in_processes: bool = False

    def run(
        self,
        requests: Iterable[DecodeRequest],
        is_known: Callable[[bytes], bool],
        context: JobContext,
    ) -> Generator[DecodeOutcome, None, None]:
        """Decode files; the outcomes come as they are ready.

        Args:
            requests: Drawn as needed, by the thread that iterates.
            is_known: Tells whether the content of this digest needs no decoding; called from
                the pool's threads.
            context: Pause and cancel. Files that are being decoded are finished first, unless
                that takes long.

        Yields:
            One outcome for each request. That of a copy comes after that of the first file with
            its content, and has the same problem.

        Raises:
            Cancelled: The job was cancelled.
        """
        return _Run(self, is_known, context).outcomes(requests)


class _Run:
    """One `DecodePool.run`: the state that its threads share."""

    def __init__(
        self, pool: DecodePool, is_known: Callable[[bytes], bool], context: JobContext
    ) -> None:
        self._pool = pool
        self._is_known = is_known
        self._context = context
        reuse_blocks()
        self._budget = MemoryBudget(pool.memory_budget_bytes)
        self._claims: InFlight[DecodeOutcome, DecodeOutcome] = InFlight()
        self._under_way: set[DecodeTask] = set()
        self._tasks: _Tasks = queue.SimpleQueue()
        self._shielded_tasks: _Tasks = queue.SimpleQueue()
        self._done: deque[tuple[DecodeTask, DecodeOutcome | BaseException]] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()
        self._process: DecodeProcess | None = None
        self._batch_processes: list[BatchProcess] = []
        self._batch: list[DecodeTask] = []

    def outcomes(self, requests: Iterable[DecodeRequest]) -> Generator[DecodeOutcome, None, None]:
        remaining = iter(requests)
        next_watch_s = 0.0
        try:
            for number in range(self._pool.threads):
                helper = None
                if self._pool.small_in_processes and number < _MOST_PROCESSES:
                    helper = BatchProcess(self._pool.limits, self._pool.decode)
                    self._batch_processes.append(helper)
                self._start_thread(partial(self._work_unshielded, helper))
            while self._draw(remaining):
                if self._context.cancelled:
                    raise Cancelled("cancelled")
                if self._done:
                    task, result = self._done.popleft()
                    if isinstance(result, BaseException):
                        raise result
                    yield from self._settle(task, result)
                else:
                    self._wake.wait(_WAKE_S)
                    self._wake.clear()
                now_s = time.monotonic()
                if now_s >= next_watch_s:
                    next_watch_s = now_s + _WATCH_S
                    for task in [late for late in self._under_way if late.give_up_if_late(now_s)]:
                        self._replace_thread(task)
                        yield from self._settle(task, task.timed_out())
        finally:
            self._stop()

    def _draw(self, remaining: Iterator[DecodeRequest]) -> bool:
        """Fill the window with further requests; False when nothing is left to wait for."""
        window = _WINDOW_PER_THREAD * self._pool.threads
        are_all_drawn = False
        while len(self._under_way) + self._claims.held_count < window:
            request = next(remaining, None)
            if request is None:
                are_all_drawn = True
                break
            task = DecodeTask(request)
            self._under_way.add(task)
            if not task.in_process:
                self._hand_out(task)
                continue
            if self._process is None:
                self._process = DecodeProcess(self._pool.limits, self._pool.decode)
                self._start_thread(self._work_shielded)
            self._shielded_tasks.put([task])
        if self._batch and (are_all_drawn or self._tasks.empty()):
            self._hand_out_batch()
        return bool(self._under_way)

    def _hand_out(self, task: DecodeTask) -> None:
        """Give a task to the threads; for the processes, small files a batch at a time."""
        if not self._pool.small_in_processes or task.request.size_bytes > SMALL_FILE_BYTES:
            self._tasks.put([task])
            return
        self._batch.append(task)
        if len(self._batch) == _BATCH_FILES:
            self._hand_out_batch()

    def _hand_out_batch(self) -> None:
        self._tasks.put(self._batch)
        self._batch = []

    def _settle(self, task: DecodeTask, outcome: DecodeOutcome) -> Iterator[DecodeOutcome]:
        """Yield a finished task's outcome once it may be yielded, then those that waited for it."""
        self._under_way.discard(task)
        digest = outcome.digest
        if digest is None:
            yield outcome
        elif task.claimed:
            yield outcome
            failure = None if outcome.problem is None else outcome
            for copy in self._claims.settle(digest, failure):
                yield failing_like(failure, copy)
        elif not self._claims.hold(digest, outcome):
            yield failing_like(self._claims.failure_of(digest), outcome)

    def _start_thread(self, work: Callable[[], None]) -> None:
        # A daemon, for one that hangs must not keep the program from ending.
        thread = threading.Thread(target=work, name="decode", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _replace_thread(self, task: DecodeTask) -> None:
        """Abandon the thread of a task that took too long, and start another one."""
        assert task.thread is not None
        self._budget.give_up(task)
        self._threads.discard(task.thread)
        self._start_thread(self._work_unshielded)

    def _stop(self) -> None:
        self._stopping.set()
        self._budget.close()
        for _ in self._threads:
            self._tasks.put(None)
            self._shielded_tasks.put(None)
        for process in (self._process, *self._batch_processes):
            if process is not None:
                process.close()
        deadline_s = time.monotonic() + _STOP_LIMIT_S
        for thread in self._threads:
            thread.join(max(deadline_s - time.monotonic(), 0))
        give_back()

    # The methods below run in the pool's threads.

    def _work_unshielded(self, helper: BatchProcess | None = None) -> None:
        limits, decode = self._pool.limits, self._pool.decode

        def decode_task(task: DecodeTask) -> DecodedPhoto | None:
            path, size_bytes = task.request.path, task.request.size_bytes
            task.start_clock(read_limit_s(size_bytes, limits))
            is_wanted, reserve = partial(self._is_wanted, task), partial(self._reserve, task)
            return decode_if(path, limits, is_wanted, reserve, decode)

        self._work(self._tasks, decode_task, helper)

    def _work_shielded(self) -> None:
        process = self._process
        assert process is not None

        def decode_task(task: DecodeTask) -> DecodedPhoto | None:
            path, size_bytes = task.request.path, task.request.size_bytes
            is_wanted, reserve = partial(self._is_wanted, task), partial(self._reserve, task)
            return process.decode_if(path, size_bytes, is_wanted, reserve)

        self._work(self._shielded_tasks, decode_task)

    def _work(
        self,
        tasks: _Tasks,
        decode_task: Callable[[DecodeTask], DecodedPhoto | None],
        helper: BatchProcess | None = None,
    ) -> None:
        """Take tasks until the run stops, or this thread was given up."""
        low = _LOW_PER_THREAD * self._pool.threads
        while (batch := tasks.get()) is not None and self._may_start():
            if len(batch) > 1 and helper is not None and not helper.start():
                helper = None
            if len(batch) > 1 and helper is not None:
                goes_on = self._decode_batch(batch, helper)
            else:
                first, *others = batch
                if others:
                    tasks.put(others)
                goes_on = self._decode_one(first, decode_task)
            if not goes_on:
                return
            if tasks.qsize() * len(batch) < low:
                self._wake.set()

    def _decode_batch(self, batch: list[DecodeTask], helper: BatchProcess) -> bool:
        """Let a process decode small files; False when the thread has to end."""
        holder = batch[0]
        size_bytes = sum(task.request.size_bytes for task in batch)
        held_bytes = _OPENING_BYTES + GRANTED_BYTES + _OPENING_COPIES * size_bytes

        def which_are_wanted(reads: list[ReadResult]) -> list[bool]:
            return [
                isinstance(read, FileRead) and self._is_wanted(task, read)
                for task, read in zip(batch, reads, strict=True)
            ]

        def reserve(needed_bytes: int) -> None:
            self._budget.reserve(holder, held_bytes + needed_bytes, held_bytes)

        for task in batch:
            task.in_process = True
        try:
            self._budget.reserve(holder, held_bytes)
            results = helper.decode_batch(
                [task.request.path for task in batch], size_bytes, which_are_wanted, reserve
            )
            for task, result in zip(batch, results, strict=True):
                self._done.append((task, outcome_of(task, result)))
        except DecodeFailed as failed:
            for task in batch:
                self._done.append((task, replace(outcome_of(task, failed), needs_shield=True)))
        except BudgetClosed:
            return False
        except BaseException as bug:
            self._done.append((holder, bug))
        finally:
            self._budget.release(holder)
        return True

    def _decode_one(
        self, task: DecodeTask, decode_task: Callable[[DecodeTask], DecodedPhoto | None]
    ) -> bool:
        """Decode one file; False when the thread has to end."""
        task.thread = threading.current_thread()
        result: DecodeOutcome | BaseException
        try:
            opening_bytes = _OPENING_BYTES + _OPENING_COPIES * task.request.size_bytes
            self._budget.reserve(task, opening_bytes)
            decoded: DecodeResult
            try:
                decoded = decode_task(task)
            except DecodeFailed as failed:
                decoded = failed
            task.stop_clock()
            result = outcome_of(task, decoded)
        except (GivenUp, BudgetClosed):
            return False
        except BaseException as bug:
            result = bug
        finally:
            self._budget.release(task)
        self._done.append((task, result))
        return True

    def _may_start(self) -> bool:
        """Wait while the job is paused; False when the run ends.

        Not `JobContext.checkpoint`, from which `_stop` could not call a thread back.
        """
        while self._context.paused and not self._stopping.is_set():
            self._stopping.wait(_PAUSE_S)
        return not (self._stopping.is_set() or self._context.cancelled)

    def _is_wanted(self, task: DecodeTask, read: FileRead) -> bool:
        task.stop_clock()
        task.read = read
        retry = task.request.shielded
        if self._claims.is_claimed(read.digest, retry=retry) or self._is_known(read.digest):
            return False
        task.claimed = self._claims.claim(read.digest, retry=retry)
        self._start_decode_clock(task)
        return task.claimed

    def _reserve(self, task: DecodeTask, needed_bytes: int) -> None:
        assert task.read is not None
        task.stop_clock()
        self._budget.reserve(task, needed_bytes, task.read.size_bytes)
        self._start_decode_clock(task)

    def _start_decode_clock(self, task: DecodeTask) -> None:
        if not task.in_process:  # the process has a clock of its own
            task.start_clock(self._pool.limits.timeout_s)
