import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from dupefinder.core.errors import FolderNotFound
from dupefinder.core.job import JobContext, Progress
from dupefinder.gui.worker import JobEnd, Worker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    worker = Worker("test")
    worker.start()
    yield worker
    worker.close()
    assert worker.wait(5000)


def note(done: list[int], number: int) -> Callable[[JobContext], None]:
    """A job that notes its number."""

    def work(_: JobContext) -> None:
        done.append(number)

    return work


def wait_for(gate: threading.Event) -> Callable[[JobContext], None]:
    """A job that ends when a gate opens."""

    def work(context: JobContext) -> None:
        assert gate.wait(5)
        context.checkpoint()

    return work


def ends_of(worker: Worker) -> list[JobEnd]:
    ends: list[JobEnd] = []
    worker.ended.connect(ends.append)
    return ends


def test_jobs_are_done_one_after_another(worker: Worker, qtbot: QtBot) -> None:
    done: list[int] = []
    ends = ends_of(worker)
    for number in range(5):
        worker.do("count", note(done, number))
    qtbot.waitUntil(lambda: len(ends) == 5)
    assert done == [0, 1, 2, 3, 4]
    assert {(end.kind, end.cancelled, end.fault) for end in ends} == {("count", False, None)}


def test_only_the_last_of_jobs_that_replace_each_other_is_done(
    worker: Worker, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = ends_of(worker)
    gate = threading.Event()
    worker.do("wait", wait_for(gate))
    for number in range(5):
        worker.do("regroup", note(done, number), replaces=True)
    gate.set()
    qtbot.waitUntil(lambda: len(ends) == 2)
    assert done == [4]


def test_progress_arrives_in_the_windows_thread(worker: Worker, qtbot: QtBot) -> None:
    heard: list[tuple[Progress, bool]] = []
    main = threading.current_thread()
    worker.progressed.connect(lambda one: heard.append((one, threading.current_thread() is main)))

    def work(context: JobContext) -> None:
        context.start_phase("decode", 7)

    worker.do("scan", work)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0].total == 7
    assert heard[0][1]


def test_a_job_is_stopped(worker: Worker, qtbot: QtBot) -> None:
    ends = ends_of(worker)
    began = threading.Event()

    def work(context: JobContext) -> None:
        context.pause()
        began.set()
        context.checkpoint()

    worker.do("scan", work)
    assert began.wait(5)
    worker.cancel()
    qtbot.waitUntil(lambda: bool(ends))
    assert (ends[0].cancelled, ends[0].fault) == (True, None)


def test_a_job_waits_and_goes_on(worker: Worker, qtbot: QtBot) -> None:
    ends = ends_of(worker)
    began, paused = threading.Event(), threading.Event()

    def work(context: JobContext) -> None:
        began.set()
        assert paused.wait(5)
        context.checkpoint()

    worker.do("scan", work)
    assert began.wait(5)
    worker.pause()
    assert worker.context is not None
    assert worker.context.paused
    paused.set()
    worker.resume()
    qtbot.waitUntil(lambda: bool(ends))
    assert ends[0].fault is None


def test_what_waits_is_stopped_too(worker: Worker, qtbot: QtBot) -> None:
    ends = ends_of(worker)
    gate = threading.Event()
    done: list[int] = []
    worker.do("open", wait_for(gate))
    worker.do("scan", note(done, 1))
    worker.do("keep marks", note(done, 2))
    worker.cancel()
    worker.do("scan", note(done, 3))
    gate.set()
    qtbot.waitUntil(lambda: len(ends) == 4)
    assert [(end.kind, end.cancelled) for end in ends][1:] == [
        ("scan", True),
        ("keep marks", False),
        ("scan", False),
    ]
    assert done == [2, 3]


def test_faults_are_told_and_the_thread_lives_on(worker: Worker, qtbot: QtBot) -> None:
    ends = ends_of(worker)

    def environment(_: JobContext) -> None:
        raise FolderNotFound("/gone")

    def bug(_: JobContext) -> None:
        raise ZeroDivisionError

    worker.do("scan", environment)
    worker.do("scan", bug)
    worker.do("scan", lambda _: None)
    qtbot.waitUntil(lambda: len(ends) == 3)
    assert [type(end.fault) for end in ends] == [FolderNotFound, ZeroDivisionError, type(None)]


def test_at_the_end_what_is_to_be_kept_is_kept(qtbot: QtBot) -> None:
    worker = Worker("test")
    done: list[str] = []
    gate = threading.Event()

    def wait(context: JobContext) -> None:
        gate.set()
        while not context.cancelled:
            pass
        context.checkpoint()

    worker.start()
    worker.do("scan", wait)
    worker.do("show", lambda _: done.append("show"))
    worker.do("keep marks", lambda _: done.append("keep"))
    assert gate.wait(5)
    worker.close()
    assert worker.wait(5000)
    assert done == ["keep"]


def test_between_jobs_there_is_nothing_to_stop(worker: Worker, qtbot: QtBot) -> None:
    worker.pause()
    worker.resume()
    worker.cancel()
    ends = ends_of(worker)
    worker.do("scan", lambda context: context.checkpoint())
    qtbot.waitUntil(lambda: bool(ends))
    assert not ends[0].cancelled
