"""One piece of work after another in several threads, paused and cancelled with the job."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from dupefinder.core.job import JobContext

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8
"""Items for each thread that may be done before the first of them is."""


def in_threads(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    keep: Callable[[Item, Result], None],
    context: JobContext,
    threads: int,
) -> None:
    """Do the work of each item in threads, and keep the results in the order of the items.

    A large item holds up few others.

    Args:
        work: Called in the threads, unless the job is paused or cancelled.
        items: What there is to do.
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
                for item in islice(remaining, threads * _AHEAD - len(under_way)):
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


def _has_result(future: Future[Result]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
