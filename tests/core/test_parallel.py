import threading

import pytest

from dupefinder.core.errors import Cancelled
from dupefinder.core.job import JobContext
from dupefinder.core.parallel import in_threads


def test_results_are_kept_in_order_whatever_ends_first() -> None:
    gate = threading.Event()
    kept: list[tuple[int, int]] = []

    def work(number: int) -> int:
        if number == 0:
            assert gate.wait(5)  # the others go on
        if number == 9:
            gate.set()
        return number * 2

    in_threads(work, range(10), lambda *one: kept.append(one), JobContext(), 2)
    assert kept == [(number, number * 2) for number in range(10)]


def test_what_was_done_is_kept_when_the_job_is_cancelled() -> None:
    context = JobContext()
    began, stopped = threading.Event(), threading.Event()
    kept: list[int] = []

    def work(number: int) -> int:
        if number == 0:
            assert began.wait(5)  # until three others are done
            context.cancel()
            stopped.set()
        if number == 4:
            began.set()
            assert stopped.wait(5)
        return number

    with pytest.raises(Cancelled):
        in_threads(work, range(1000), lambda number, _: kept.append(number), context, 2)
    assert kept == [0, 1, 2, 3, 4]


def test_a_paused_job_begins_nothing() -> None:
    context = JobContext()
    begun: list[int] = []
    kept: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            context.pause()
        return number

    thread = threading.Thread(
        target=in_threads, args=(work, range(50), lambda one, _: kept.append(one), context, 1)
    )
    thread.start()
    thread.join(0.2)
    assert begun == [0]
    context.resume()
    thread.join(5)
    assert kept == list(range(50))


def test_an_error_ends_it() -> None:
    def work(number: int) -> float:
        return 1 / (number - 2)

    with pytest.raises(ZeroDivisionError):
        in_threads(work, range(5), lambda *_: None, JobContext(), 2)
