"""Threads that work for one consumer: bounded, stoppable, and gone in the end."""

import itertools
import threading
from collections.abc import Callable, Iterator

import pytest

from dupefinder.core.bktree.streaming import stream
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext, Progress

Checkpoint = Callable[[], None]


class CountingContext(JobContext):
    """Keeps what was counted, and by which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0
        self.counting_threads: set[threading.Thread] = set()

    def advance(self, pieces: int = 1, *, known: bool = False) -> None:
        self.done += pieces
        self.counting_threads.add(threading.current_thread())


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


def counting_up(_: Checkpoint) -> Callable[[int], Iterator[int]]:
    return lambda piece: iter(range(piece))


def endless(checkpoint: Checkpoint) -> Callable[[int], Iterator[int]]:
    def work(piece: int) -> Iterator[int]:
        for number in itertools.count(piece):
            checkpoint()
            yield number

    return work


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_result_comes_once_and_everything_is_counted(threads: int) -> None:
    context = CountingContext()
    pieces = [(size, 10 * size) for size in (3, 0, 100, 1, 7)]
    found = list(stream(pieces, counting_up, context, threads))
    assert sorted(found) == sorted(n for size, _ in pieces for n in range(size))
    assert context.done == 1110
    assert context.counting_threads == {threading.current_thread()}


def test_nothing_to_do() -> None:
    assert list(stream([], counting_up, JobContext(), 3)) == []


def test_no_thread_starts_before_a_result_is_wanted() -> None:
    before = threading.active_count()
    results = stream([(1, 1)], counting_up, JobContext(), 1)
    assert threading.active_count() == before
    assert list(results) == [0]


def test_each_thread_has_work_of_its_own() -> None:
    makers = []
    both_are_here = threading.Barrier(2)

    def new_work(_: Checkpoint) -> Callable[[int], Iterator[int]]:
        makers.append(threading.current_thread())
        both_are_here.wait()
        return lambda piece: iter([piece])

    assert sorted(stream([(1, 1), (2, 1)], new_work, JobContext(), 2)) == [1, 2]
    assert len(set(makers)) == 2


def test_the_threads_do_not_run_ahead_of_the_consumer() -> None:
    made: list[int] = []
    ran_out = threading.Event()

    def new_work(_: Checkpoint) -> Callable[[int], Iterator[int]]:
        def work(piece: int) -> Iterator[int]:
            for number in range(piece):
                made.append(number)
                yield number
            ran_out.set()

        return work

    results = stream([(1000, 1), (1000, 1)], new_work, JobContext(), 2)
    for taken, _ in enumerate(results, start=1):
        if taken == 1:
            # Time enough for two threads to come to an end, if nothing held them back.
            assert not ran_out.wait(0.1)
        # Four wait to be taken, and each thread holds one.
        assert len(made) <= taken + 6
    assert len(made) == 2000


def test_closing_ends_the_threads() -> None:
    results = stream([(0, 1)] * 4, endless, JobContext(), 3)
    next(results)
    results.close()
    with pytest.raises(StopIteration):
        next(results)


def test_cancelling_between_results() -> None:
    context = JobContext()
    results = stream([(0, 1)] * 4, endless, context, 3)
    next(results)
    context.cancel()
    with pytest.raises(Cancelled):
        list(results)


def test_cancelling_work_that_finds_nothing() -> None:
    context = JobContext()
    working = threading.Barrier(3)

    def new_work(checkpoint: Checkpoint) -> Callable[[int], Iterator[int]]:
        def work(_: int) -> Iterator[int]:
            working.wait()
            while True:
                checkpoint()
            yield 0

        return work

    def cancel_when_all_work() -> None:
        working.wait()
        context.cancel()

    canceller = threading.Thread(target=cancel_when_all_work)
    canceller.start()
    with pytest.raises(Cancelled):
        list(stream([(0, 1)] * 2, new_work, context, 2))
    canceller.join()


def test_a_job_cancelled_before_it_began_does_nothing() -> None:
    context = CountingContext()
    context.cancel()
    with pytest.raises(Cancelled):
        list(stream([(5, 1)], counting_up, context, 2))
    assert context.done == 0


def test_a_paused_job_waits_until_it_is_resumed() -> None:
    asked = threading.Event()

    class Paused(CountingContext):
        def checkpoint(self) -> None:
            asked.set()
            super().checkpoint()

    context = Paused()
    context.pause()
    found: list[int] = []
    consumer = threading.Thread(
        target=lambda: found.extend(stream([(5, 1)], counting_up, context, 1))
    )
    consumer.start()
    asked.wait()
    assert found == []
    assert context.done == 0
    context.resume()
    consumer.join()
    assert found == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("threads", [1, 4])
def test_a_bug_in_one_thread_is_raised_and_ends_the_others(threads: int) -> None:
    def new_work(checkpoint: Checkpoint) -> Callable[[int], Iterator[int]]:
        def work(piece: int) -> Iterator[int]:
            if piece == 3:
                raise ZeroDivisionError("three")
            yield from endless(checkpoint)(piece) if piece > 3 else [piece]

        return work

    with pytest.raises(ZeroDivisionError, match="three"):
        list(stream([(piece, 1) for piece in range(8)], new_work, JobContext(), threads))


def test_a_bug_before_the_first_piece_is_raised() -> None:
    def new_work(_: Checkpoint) -> Callable[[int], Iterator[int]]:
        raise MemoryError

    with pytest.raises(MemoryError):
        list(stream([(1, 1)], new_work, JobContext(), 2))


def test_a_listener_that_fails_leaves_no_thread() -> None:
    def fail(_: Progress) -> None:
        raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError, match="the window is gone"):
        list(stream([(1, 1), (1, 1)], counting_up, JobContext(fail), 2))
