"""A stream of results that several threads produce and one consumer takes.

The threads wait when the consumer is slow, stop when it is done with them, and pause and
cancel with its job: an endless result never fills the memory and no thread is left behind.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

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
    waiting = deque(pieces)
    results: queue.Queue[Result | _Done | _Ended] = queue.Queue(maxsize=2 * threads)
    unwanted = threading.Event()

    def checkpoint() -> None:
        if unwanted.is_set():
            raise _Unwanted
        context.checkpoint()

    def run() -> None:
        error: BaseException | None = None
        try:
            work = new_work(checkpoint)
            while waiting:
                try:
                    piece, count = waiting.popleft()
                except IndexError:
                    break  # another thread took the last one
                checkpoint()
                for result in work(piece):
                    results.put(result)
                    checkpoint()
                results.put(_Done(count))
        except _Unwanted:
            pass
        except BaseException as caught:
            # Any error has to be raised in the consumer's thread.
            error = caught
        results.put(_Ended(error))

    started: list[threading.Thread] = []
    running = 0
    error: BaseException | None = None
    try:
        for number in range(min(threads, len(waiting))):
            # A daemon, as an exiting interpreter must not wait for a stream that nobody reads.
            thread = threading.Thread(target=run, name=f"stream-{number}", daemon=True)
            thread.start()
            started.append(thread)
            running += 1
        while running:
            item = results.get()
            if isinstance(item, _Ended):
                running -= 1
                if item.error is not None:
                    error = error or item.error
                    unwanted.set()
            elif isinstance(item, _Done):
                context.advance(item.count)
            elif not unwanted.is_set():
                context.checkpoint()
                yield item
    finally:
        unwanted.set()
        # Threads that wait to hand over a result go on only when it is taken.
        while running:
            running -= isinstance(results.get(), _Ended)
        for thread in started:
            thread.join()
    if error is not None:
        raise error
