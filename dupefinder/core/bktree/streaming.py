"""A stream of results that several threads produce and one consumer takes.

The threads wait when the consumer is slow, stop when it is done with them, and pause and
cancel with its job: an endless result never fills the memory and no thread is left behind.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from dupefinder.core.job import JobContext

Piece = TypeVar("Piece")
Result = TypeVar("Result")

Work = Callable[[Piece], Iterator[Result]]
"""Function from a piece of work to its results, one at a time."""


class _Unwanted(Exception):
    """The consumer wants no more results."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A piece is finished; `count` is its progress."""

    count: int


@dataclass(frozen=True, slots=True)
class _Ended:
    """A thread has ended."""

    error: BaseException | None


class _Producers(Generic[Piece, Result]):
    """The threads, and the queue that they fill.

    Args:
        pieces: See `stream`.
        new_work: See `stream`.
        context: The job, asked at each checkpoint of a thread.
        threads: Most threads; there are no more than pieces.
    """

    def __init__(
        self,
        pieces: Iterable[tuple[Piece, int]],
        new_work: Callable[[Callable[[], None]], Work[Piece, Result]],
        context: JobContext,
        threads: int,
    ) -> None:
        self._waiting = deque(pieces)
        self._new_work = new_work
        self._context = context
        self._results: queue.Queue[Result | _Done | _Ended] = queue.Queue(maxsize=2 * threads)
        self._most_threads = min(threads, len(self._waiting))
        self._threads: list[threading.Thread] = []
        self._running = 0
        self._unwanted = threading.Event()

    def start(self) -> None:
        """Start all threads."""
        for number in range(self._most_threads):
            # A daemon, as an exiting interpreter must not wait for a stream that nobody reads.
            thread = threading.Thread(target=self._run, name=f"stream-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)
            self._running += 1

    def take(self) -> Iterator[Result | _Done]:
        """Yield results and finished pieces until all threads have ended.

        Raises:
            BaseException: The first error of a thread; the other threads have stopped, too.
        """
        error: BaseException | None = None
        while self._running:
            item = self._results.get()
            if isinstance(item, _Ended):
                self._running -= 1
                if item.error is not None:
                    error = error or item.error
                    self._unwanted.set()
            elif isinstance(item, _Done) or not self._unwanted.is_set():
                yield item
        if error is not None:
            raise error

    def stop(self) -> None:
        """Stop all threads, and wait for their end."""
        self._unwanted.set()
        # Threads that wait to hand over a result go on only when it is taken.
        while self._running:
            self._running -= isinstance(self._results.get(), _Ended)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        """Work in one thread until no piece is left or no result is wanted."""
        error: BaseException | None = None
        try:
            work = self._new_work(self._checkpoint)
            while self._waiting:
                try:
                    piece, count = self._waiting.popleft()
                except IndexError:
                    break  # another thread took the last one
                self._checkpoint()
                for result in work(piece):
                    self._results.put(result)
                    self._checkpoint()
                self._results.put(_Done(count))
        except _Unwanted:
            pass
        except BaseException as caught:
            # Any error has to be raised in the consumer's thread.
            error = caught
        self._results.put(_Ended(error))

    def _checkpoint(self) -> None:
        if self._unwanted.is_set():
            raise _Unwanted
        self._context.checkpoint()


def stream(
    pieces: Iterable[tuple[Piece, int]],
    new_work: Callable[[Callable[[], None]], Work[Piece, Result]],
    context: JobContext,
    threads: int,
) -> Generator[Result, None, None]:
    """Do pieces of work in several threads and yield all results, in any order.

    The threads start with the first result asked for, and have ended when the iterator is
    exhausted, closed or raises. While the job is paused, closing waits for its end.

    Args:
        pieces: The pieces of work, and how much each counts as progress.
        new_work: Called once in every thread, so that each has its own buffers, with a
            checkpoint that the work is to call often.
        context: The job; `advance` is called from the consumer's thread only.
        threads: Number of threads.

    Yields:
        The results. At most `2 * threads` wait to be taken, and each thread holds one more.

    Raises:
        Cancelled: The job was cancelled.
    """
    producers = _Producers(pieces, new_work, context, threads)
    try:
        producers.start()
        for item in producers.take():
            if isinstance(item, _Done):
                context.advance(item.count)
            else:
                context.checkpoint()
                yield item
    finally:
        producers.stop()
