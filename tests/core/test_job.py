"""The job context: what a listener hears and when, pauses, cancelling, problems."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupefinder.core import job
from dupefinder.core.errors import Cancelled
from dupefinder.core.job import (
    REPORT_INTERVAL_S,
    JobContext,
    Progress,
    ask_drives,
    ask_each,
    in_threads,
)
from dupefinder.core.records import Problem, ProblemCode

WAIT_LIMIT_S = 30.0


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(job, "time", SimpleNamespace(monotonic=made))
    return made


@pytest.fixture
def heard() -> list[Progress]:
    return []


@pytest.fixture
def context(clock: Clock, heard: list[Progress]) -> JobContext:
    return JobContext(heard.append)


class TestReports:
    def test_a_phase_is_reported_when_it_begins(
        self, context: JobContext, heard: list[Progress]
    ) -> None:
        context.start_phase("decode", 7)
        assert heard == [Progress("decode", 0, 7, 0.0, None, 0)]

    def test_advances_in_quick_succession_are_reported_once(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode", 1000)
        for _ in range(1000):
            context.advance()
        assert len(heard) == 1
        clock.now_s += REPORT_INTERVAL_S
        context.advance()
        assert [progress.done for progress in heard] == [0, 1001]

    def test_the_next_report_waits_for_its_time_again(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode")
        for _ in range(10):
            clock.now_s += REPORT_INTERVAL_S * 0.6
            context.advance()
        assert [progress.done for progress in heard] == [0, 2, 4, 6, 8, 10]

    def test_the_end_of_a_phase_is_always_reported(
        self, context: JobContext, heard: list[Progress]
    ) -> None:
        context.start_phase("scan")
        context.advance(5)
        context.finish_phase()
        assert [progress.done for progress in heard] == [0, 5]

    def test_a_new_phase_begins_at_nothing(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("scan", 3)
        context.advance(3)
        clock.now_s += 10
        context.start_phase("decode")
        assert heard[-1] == Progress("decode", 0, None, 0.0, None, 0)
        clock.now_s += 1
        context.advance(4)
        assert heard[-1].rate_per_s == pytest.approx(4)

    def test_nobody_has_to_listen(self) -> None:
        context = JobContext()
        context.start_phase("scan")
        context.advance()
        context.finish_phase()

    def test_a_listener_may_use_the_context(self, clock: Clock) -> None:
        context = JobContext(lambda _: seen.append(len(context.problems)))
        seen: list[int] = []
        context.add_problem(Problem("a", ProblemCode.EMPTY))
        context.start_phase("scan")
        assert seen == [1]

    def test_every_piece_counts_whichever_thread_finished_it(
        self, context: JobContext, heard: list[Progress]
    ) -> None:
        context.start_phase("decode", 4000)

        def work() -> None:
            for _ in range(1000):
                context.advance()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT_LIMIT_S)
        context.finish_phase()
        assert heard[-1].done == 4000


class TestRate:
    def test_rate_and_time_left(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode", 100)
        clock.now_s += 2
        context.advance(40)
        assert heard[-1].rate_per_s == pytest.approx(20)
        assert heard[-1].seconds_left == pytest.approx(3)

    def test_without_a_total_there_is_no_time_left(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("scan")
        clock.now_s += 1
        context.advance(5)
        assert heard[-1].seconds_left is None
        context.set_total(10)
        context.finish_phase()
        assert heard[-1].total == 10
        assert heard[-1].seconds_left == pytest.approx(1)

    def test_more_pieces_than_there_should_be_leave_nothing(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("match", 10)
        clock.now_s += 1
        context.advance(12)
        assert heard[-1].seconds_left == 0

    def test_work_in_no_time_has_a_rate(self, context: JobContext, heard: list[Progress]) -> None:
        context.start_phase("match", 10)
        context.advance(10)
        context.finish_phase()
        assert heard[-1].rate_per_s > 0
        assert heard[-1].seconds_left == 0


class TestPause:
    def test_pauses_are_left_out_of_the_rate(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode", 100)
        clock.now_s += 1
        for _ in range(2):
            context.pause()
            clock.now_s += 500
            context.resume()
        clock.now_s += 1
        context.advance(10)
        assert heard[-1].rate_per_s == pytest.approx(5)

    def test_work_finished_during_a_pause_is_rated_without_it(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode", 100)
        clock.now_s += 2
        context.pause()
        clock.now_s += 60
        context.advance(10)
        assert heard[-1].rate_per_s == pytest.approx(5)

    def test_a_phase_that_begins_during_a_pause_owes_only_the_rest_of_it(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("scan")
        context.pause()
        clock.now_s += 100
        context.start_phase("decode", 100)
        clock.now_s += 100
        context.resume()
        clock.now_s += 2
        context.advance(10)
        assert heard[-1].rate_per_s == pytest.approx(5)

    @given(st.lists(st.tuples(st.booleans(), st.floats(0, 1000)), max_size=20))
    def test_only_time_outside_pauses_counts(self, steps: list[tuple[bool, float]]) -> None:
        clock = Clock()
        heard: list[Progress] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(job, "time", SimpleNamespace(monotonic=clock))
            context = JobContext(heard.append)
            context.start_phase("decode")
            worked_s = 0.0
            for paused, spent_s in steps:
                if paused:
                    context.pause()
                else:
                    context.resume()
                    worked_s += spent_s
                clock.now_s += spent_s
            clock.now_s += 1 if not context.paused else 0
            worked_s += 1 if not context.paused else 0
            context.advance(7)
            context.finish_phase()
        if worked_s > 0.001:
            assert heard[-1].rate_per_s == pytest.approx(7 / worked_s, rel=1e-3)

    def test_pausing_twice_and_resuming_unpaused_change_nothing(
        self, context: JobContext, heard: list[Progress], clock: Clock
    ) -> None:
        context.start_phase("decode")
        context.resume()
        assert not context.paused
        clock.now_s += 1
        context.pause()
        clock.now_s += 10
        context.pause()
        clock.now_s += 10
        assert context.paused
        context.resume()
        context.resume()
        clock.now_s += 1
        context.advance(4)
        assert heard[-1].rate_per_s == pytest.approx(2)

    def test_a_paused_job_waits_until_it_is_resumed(self, context: JobContext) -> None:
        context.pause()
        passed, order = threading.Event(), []

        def work() -> None:
            context.checkpoint()
            order.append("went on")
            passed.set()

        thread = threading.Thread(target=work)
        thread.start()
        order.append("resumed")
        context.resume()
        assert passed.wait(WAIT_LIMIT_S)
        thread.join(WAIT_LIMIT_S)
        assert order == ["resumed", "went on"]


class TestCancel:
    def test_a_job_that_goes_on_passes_its_checkpoints(self, context: JobContext) -> None:
        context.checkpoint()
        assert not context.cancelled

    def test_a_cancelled_job_stops_at_every_checkpoint(self, context: JobContext) -> None:
        context.cancel()
        context.cancel()
        assert context.cancelled
        for _ in range(2):
            with pytest.raises(Cancelled):
                context.checkpoint()

    def test_cancelling_wakes_a_paused_job(self, context: JobContext) -> None:
        context.pause()
        ends: list[str] = []
        at_work = threading.Event()

        def work() -> None:
            at_work.set()
            try:
                context.checkpoint()
                ends.append("went on")
            except Cancelled:
                ends.append("cancelled")

        thread = threading.Thread(target=work)
        thread.start()
        assert at_work.wait(WAIT_LIMIT_S)
        context.cancel()
        thread.join(WAIT_LIMIT_S)
        assert ends == ["cancelled"]
        assert not context.paused

    def test_a_cancelled_job_cannot_be_paused(self, context: JobContext) -> None:
        context.cancel()
        context.pause()
        assert not context.paused
        with pytest.raises(Cancelled):
            context.checkpoint()

    def test_resuming_does_not_undo_a_cancel(self, context: JobContext) -> None:
        context.pause()
        context.cancel()
        context.resume()
        with pytest.raises(Cancelled):
            context.checkpoint()


class TestProblems:
    def test_problems_keep_their_order_and_are_counted(
        self, context: JobContext, heard: list[Progress]
    ) -> None:
        first = Problem("b", ProblemCode.DAMAGED, "broken data stream")
        second = Problem("a", ProblemCode.EMPTY)
        context.start_phase("scan")
        context.add_problem(first)
        context.start_phase("decode")
        context.add_problem(second)
        context.finish_phase()
        assert context.problems == [first, second]
        assert [progress.problems for progress in heard] == [0, 1, 2]

    def test_the_list_is_a_copy(self, context: JobContext) -> None:
        context.problems.append(Problem("a", ProblemCode.EMPTY))
        assert context.problems == []


def test_a_silent_context_stops_and_waits_with_its_own() -> None:
    heard: list[Progress] = []
    context = JobContext(heard.append)
    silent = context.silent()
    silent.start_phase("match", 3)
    silent.advance(3)
    silent.finish_phase()
    assert heard == []
    context.pause()
    assert silent.paused
    context.resume()
    assert not silent.paused
    context.cancel()
    with pytest.raises(Cancelled):
        silent.checkpoint()


def test_results_are_kept_in_order_whatever_ends_first() -> None:
    gate = threading.Event()
    kept: list[tuple[int, int]] = []

    def work(number: int) -> int:
        if number == 0:
            assert gate.wait(WAIT_LIMIT_S)  # the others go on
        if number == 9:
            gate.set()
        return number * 2

    in_threads(work, range(10), lambda *one: kept.append(one), JobContext(), 2)
    assert kept == [(number, number * 2) for number in range(10)]


def test_finished_work_is_kept_when_the_job_is_cancelled() -> None:
    context = JobContext()
    began, stopped = threading.Event(), threading.Event()
    kept: list[int] = []

    def work(number: int) -> int:
        if number == 0:
            assert began.wait(WAIT_LIMIT_S)  # until three others are done
            context.cancel()
            stopped.set()
        if number == 4:
            began.set()
            assert stopped.wait(WAIT_LIMIT_S)
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


@pytest.fixture
def drive() -> Iterator[threading.Event]:
    """Set, it answers."""
    drive = threading.Event()
    yield drive
    drive.set()


def test_answers_of_a_drive_are_waited_for(drive: threading.Event) -> None:
    answers: list[int] = []

    def ask() -> None:
        assert drive.wait(WAIT_LIMIT_S)
        answers.append(1)

    assert ask_drives(ask, lambda: len(answers), drive.set)
    assert answers == [1]


def test_a_drive_that_has_stopped_answering_is_given_up(
    drive: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PATIENCE_S", 0.25)
    asked: list[str] = []

    def ask(path: str) -> str:
        asked.append(path)
        assert path == "here" or drive.wait(WAIT_LIMIT_S)
        return path.upper()

    assert ask_each(ask, ["here", "away", "after it"]) == {"here": "HERE"}
    assert asked == ["here", "away"]


def test_a_job_that_waits_for_a_drive_can_be_stopped(drive: threading.Event) -> None:
    context = JobContext()

    def ask() -> None:
        context.cancel()
        assert drive.wait(WAIT_LIMIT_S)

    with pytest.raises(Cancelled):
        ask_drives(ask, lambda: None, context.checkpoint)
