import ctypes
import random
import sys
import threading

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core.decode.limits import BudgetClosed, MemoryBudget

MOMENT_S = 0.05
LIMIT_S = 60.0


class Reserving(threading.Thread):
    """A thread that reserves, and says when it has got what it asked for."""

    def __init__(self, budget: MemoryBudget, holder: str, needed_bytes: int, kept: int = 0) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.closed = False
        self._arguments = (holder, needed_bytes, kept)
        self._budget = budget
        self.start()

    def run(self) -> None:
        try:
            self._budget.reserve(*self._arguments)
        except BudgetClosed:
            self.closed = True
        self.done.set()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.booleans())))
def test_used_bytes_are_the_sum_of_the_reservations(steps: list[tuple[str, int, bool]]) -> None:
    budget = MemoryBudget(100)
    held: dict[str, int] = {}
    for holder, needed, release in steps:
        if release:
            budget.release(holder)
            held.pop(holder, None)
        else:
            budget.reserve(holder, needed)
            held[holder] = needed
        assert budget.used_bytes == sum(held.values())


def test_a_reservation_beyond_the_budget_waits() -> None:
    budget = MemoryBudget(100)
    budget.reserve("first", 60)
    second = Reserving(budget, "second", 60)
    assert not second.done.wait(MOMENT_S)
    budget.release("first")
    assert second.done.wait(LIMIT_S)
    assert budget.used_bytes == 60


def test_giving_back_a_part_lets_another_in() -> None:
    budget = MemoryBudget(100)
    budget.reserve("first", 60)
    second = Reserving(budget, "second", 60)
    budget.reserve("first", 40)
    assert second.done.wait(LIMIT_S)
    assert budget.used_bytes == 100


def test_more_than_everything_runs_alone() -> None:
    budget = MemoryBudget(100)
    budget.reserve("small", 1)
    huge = Reserving(budget, "huge", 1_000_000)
    assert not huge.done.wait(MOMENT_S)
    budget.release("small")
    assert huge.done.wait(LIMIT_S)
    assert budget.used_bytes == 100
    small = Reserving(budget, "small", 1)
    assert not small.done.wait(MOMENT_S)
    budget.release("huge")
    assert small.done.wait(LIMIT_S)


def test_a_large_need_is_not_passed_over() -> None:
    budget = MemoryBudget(100)
    budget.reserve("first", 60)
    large = Reserving(budget, "large", 90)
    assert not large.done.wait(MOMENT_S)
    small = Reserving(budget, "small", 10)  # there would be room
    assert not small.done.wait(MOMENT_S)
    budget.release("first")
    assert large.done.wait(LIMIT_S)
    assert small.done.wait(LIMIT_S)


def test_two_that_grow_do_not_wait_for_each_other() -> None:
    budget = MemoryBudget(100)
    budget.reserve("first", 50)
    budget.reserve("second", 50)
    first = Reserving(budget, "first", 90, kept=10)
    assert not first.done.wait(MOMENT_S)
    second = Reserving(budget, "second", 90, kept=10)
    assert first.done.wait(LIMIT_S)
    assert not second.done.wait(MOMENT_S)
    budget.release("first")
    assert second.done.wait(LIMIT_S)
    assert budget.used_bytes == 90


def test_a_hanging_decode_keeps_its_bytes_and_stops_nobody() -> None:
    budget = MemoryBudget(100)
    budget.reserve("hung", 100)
    waiting = Reserving(budget, "waiting", 30)
    assert not waiting.done.wait(MOMENT_S)
    budget.give_up("hung")
    assert waiting.done.wait(LIMIT_S)
    assert budget.used_bytes == 130
    next_ = Reserving(budget, "next", 1)
    assert not next_.done.wait(MOMENT_S)
    budget.release("hung")
    assert next_.done.wait(LIMIT_S)
    assert budget.used_bytes == 31


def test_closing_turns_everybody_away() -> None:
    budget = MemoryBudget(100)
    budget.reserve("first", 100)
    waiting = Reserving(budget, "waiting", 1)
    queued = Reserving(budget, "queued", 1)
    assert not waiting.done.wait(MOMENT_S)
    budget.close()
    assert waiting.done.wait(LIMIT_S)
    assert waiting.closed
    assert queued.done.wait(LIMIT_S)
    assert queued.closed
    with pytest.raises(BudgetClosed):
        budget.reserve("late", 0)


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only the GNU C library keeps freed memory",
)
def test_large_memory_goes_back_to_the_system() -> None:
    budget = MemoryBudget(100 << 20)
    budget.reserve("large", 50 << 20)
    blocks = [bytes(100_000) for _ in range(500)]
    last = blocks[-1]  # as long as it lives, the library keeps what lies below
    del blocks
    process = psutil.Process()
    before_bytes = process.memory_info().rss
    budget.release("large")
    assert process.memory_info().rss < before_bytes - (30 << 20)
    assert len(last) == 100_000


def test_many_threads_together_stay_below_the_limit() -> None:
    budget = MemoryBudget(100)
    lock = threading.Lock()
    held: dict[int, int] = {}
    peaks = []

    def work(holder: int) -> None:
        choice = random.Random(holder)
        for _ in range(100):
            for _ in range(2):  # the second time it grows or shrinks, and keeps nothing
                with lock:
                    held.pop(holder, None)
                needed = choice.randrange(60)
                budget.reserve(holder, needed)
                with lock:
                    held[holder] = needed
                    peaks.append(sum(held.values()))
            with lock:
                del held[holder]
            budget.release(holder)

    threads = [threading.Thread(target=work, args=(holder,)) for holder in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(peaks) <= 100
    assert budget.used_bytes == 0
