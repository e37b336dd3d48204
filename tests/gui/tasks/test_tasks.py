import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dupefinder.core.errors import FolderNotFound
from dupefinder.core.job import JobContext, Progress
from dupefinder.gui.tasks import Policy, Runner, Task, TaskEnd, Tasks

LIMIT_S = 60.0


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    assert tasks.close(LIMIT_S) == []


@pytest.fixture
def runner(tasks: Tasks) -> Runner:
    runner = tasks.runner("test")
    tasks.start()
    return runner


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def note(done: list[int], number: int) -> Callable[[JobContext], None]:
    """Work that notes its number."""

    def work(_: JobContext) -> None:
        done.append(number)

    return work


def wait_for(gate: threading.Event) -> Callable[[JobContext], None]:
    """Work that ends when a gate opens."""

    def work(context: JobContext) -> None:
        assert gate.wait(LIMIT_S)
        context.checkpoint()

    return work


class Ends:
    """The ends of tasks, by name."""

    def __init__(self, tasks: Tasks) -> None:
        self.all: list[tuple[str, TaskEnd]] = []
        tasks.ended.connect(lambda name, end: self.all.append((name, end)))

    def count(self, count: int) -> Callable[[], bool]:
        return lambda: len(self.all) == count


def test_tasks_are_done_one_after_another(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = Ends(tasks)
    for number in range(5):
        runner.ask("count", note(done, number), owner).start()
    qtbot.waitUntil(ends.count(5))
    assert done == [0, 1, 2, 3, 4]
    assert set(ends.all) == {("count", TaskEnd())}


def test_handlers_run_in_the_windows_thread_in_order(
    runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    heard: list[object] = []
    threads = set()

    def hear(one: object) -> None:
        heard.append(one)
        threads.add(threading.current_thread())

    def work(context: JobContext) -> str:
        context.start_phase("decode", 7)
        return "result"

    task = runner.ask("scan", work, owner)
    task.on_begun(lambda: hear("begun")).on_progress(hear).on_result(hear).on_end(hear).start()
    qtbot.waitUntil(lambda: TaskEnd() in heard)
    begun, progress, *rest = heard
    assert begun == "begun"
    assert isinstance(progress, Progress)
    assert progress.total == 7
    assert rest == ["result", TaskEnd()]
    assert threads == {threading.main_thread()}


def test_only_the_latest_is_done(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = Ends(tasks)
    gate = threading.Event()
    runner.ask("wait", wait_for(gate), owner).start()
    for number in range(5):
        runner.ask("regroup", note(done, number), owner, Policy.LATEST).start()
    gate.set()
    qtbot.waitUntil(ends.count(6))
    assert done == [4]
    assert [end.cancelled for _, end in ends.all] == [False, True, True, True, True, False]


def test_a_result_that_a_newer_task_made_stale_is_not_shown(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    shown: list[int] = []
    ends = Ends(tasks)
    began, gate = threading.Event(), threading.Event()

    def late(_: JobContext) -> int:
        began.set()
        assert gate.wait(LIMIT_S)
        return 1  # without a checkpoint: it does not see that it was replaced

    runner.ask("search", late, owner, Policy.LATEST).on_result(shown.append).start()
    assert began.wait(LIMIT_S)
    runner.ask("search", lambda _: 2, owner, Policy.LATEST).on_result(shown.append).start()
    gate.set()
    qtbot.waitUntil(ends.count(2))
    assert shown == [2]


def test_nor_one_that_waits_for_the_window(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    shown: list[int] = []
    replaced: list[bool] = []
    ends = Ends(tasks)
    has_ended = threading.Event()
    first = runner.ask("search", lambda _: 1, owner, Policy.LATEST).on_result(shown.append)
    first.on_end(lambda end: replaced.append(end.replaced)).start()
    runner.ask("after it", lambda _: has_ended.set(), owner).start()
    assert has_ended.wait(LIMIT_S)
    runner.ask("search", lambda _: 2, owner, Policy.LATEST).on_result(shown.append).start()
    qtbot.waitUntil(ends.count(3))
    assert shown == [2]
    assert replaced == [True]


def test_a_task_that_has_ended_holds_nothing(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    """Reference cycles must not keep it alive: the window restrains the garbage collector."""

    class Findings:
        pass

    def asked_about(findings: Findings) -> Task[Findings]:
        task = runner.ask("prove", lambda _: findings, owner)
        return task.on_begun(task.resume).on_end(lambda _: task.cancel())

    ends = Ends(tasks)
    findings = Findings()
    held = weakref.ref(findings)
    gc.disable()
    try:
        task = asked_about(findings).start()
        qtbot.waitUntil(ends.count(1))
        del findings
        qtbot.waitUntil(lambda: held() is None)
        task.cancel()
    finally:
        gc.enable()


def test_a_running_task_is_cancelled(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    ends = Ends(tasks)
    began = threading.Event()

    def work(context: JobContext) -> None:
        context.pause()
        began.set()
        context.checkpoint()

    task = runner.ask("scan", work, owner).start()
    assert began.wait(LIMIT_S)
    task.cancel()
    qtbot.waitUntil(ends.count(1))
    assert ends.all == [("scan", TaskEnd(cancelled=True))]


def test_a_cancel_is_never_lost(
    tasks: Tasks,
    runner: Runner,
    owner: QObject,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also not one that comes between the end of the wait and the beginning of the work."""
    done: list[int] = []
    ends = Ends(tasks)
    task = runner.ask("scan", note(done, 1), owner)
    take = Runner._next

    def cancelled_as_it_is_taken(self: Runner) -> object:
        taken = take(self)
        if taken is task:
            task.cancel()
        return taken

    monkeypatch.setattr(Runner, "_next", cancelled_as_it_is_taken)
    # The thread waits in the one that was there before; the next turn is the new one.
    runner.ask("first", note([], 0), owner).start()
    qtbot.waitUntil(ends.count(1))
    task.start()
    qtbot.waitUntil(ends.count(2))
    assert done == []
    assert ends.all[1] == ("scan", TaskEnd(cancelled=True))
    # Nor one from before the start.
    early = runner.ask("scan", note(done, 2), owner)
    early.cancel()
    early.start()
    qtbot.waitUntil(ends.count(3))
    assert done == []


def test_a_cancel_stops_one_task_and_no_other(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = Ends(tasks)
    gate = threading.Event()
    scan = runner.ask("scan", wait_for(gate), owner).start()
    runner.ask("erase", note(done, 1), owner).start()
    scan.cancel()
    gate.set()
    qtbot.waitUntil(ends.count(2))
    assert ends.all == [("scan", TaskEnd(cancelled=True)), ("erase", TaskEnd())]
    assert done == [1]


def test_a_task_waits_and_goes_on(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    ends = Ends(tasks)
    began, paused = threading.Event(), threading.Event()
    contexts: list[JobContext] = []

    def work(context: JobContext) -> None:
        contexts.append(context)
        began.set()
        assert paused.wait(LIMIT_S)
        context.checkpoint()

    task = runner.ask("scan", work, owner).start()
    assert began.wait(LIMIT_S)
    task.pause()
    assert contexts[0].paused
    paused.set()
    task.resume()
    qtbot.waitUntil(ends.count(1))
    assert ends.all == [("scan", TaskEnd())]


def test_work_in_the_background_makes_way_and_goes_on(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[str] = []
    ends = Ends(tasks)
    began = threading.Event()

    def prove(context: JobContext) -> str:
        if not began.is_set():
            context.pause()  # until it is cancelled
            began.set()
            context.checkpoint()
        done.append("proved")
        return "proved"

    shown: list[str] = []
    task = runner.ask("prove", prove, owner, Policy.BACKGROUND).on_result(shown.append).start()
    assert began.wait(LIMIT_S)
    runner.ask("scan", lambda _: done.append("scanned"), owner).start()
    qtbot.waitUntil(ends.count(2))
    assert done == ["scanned", "proved"]
    assert ends.all == [("scan", TaskEnd()), ("prove", TaskEnd())]
    assert shown == ["proved"]
    task.cancel()


def test_work_in_the_background_makes_way_also_as_it_begins(
    tasks: Tasks,
    runner: Runner,
    owner: QObject,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also for what comes between the end of its wait and the beginning of its work."""
    done: list[int] = []
    ends = Ends(tasks)
    other = runner.ask("scan", note(done, 1), owner)
    take = Runner._next

    def asked_as_it_is_taken(self: Runner) -> object:
        taken = take(self)
        if taken is task and not begun:
            begun.append(True)
            other.start()
        return taken

    begun: list[bool] = []
    monkeypatch.setattr(Runner, "_next", asked_as_it_is_taken)
    # The thread waits in the one that was there before; the next turn is the new one.
    runner.ask("first", note([], 0), owner).start()
    qtbot.waitUntil(ends.count(1))
    task = runner.ask("prove", note(done, 2), owner, Policy.BACKGROUND).start()
    qtbot.waitUntil(ends.count(3))
    assert done == [1, 2]


def test_work_in_the_background_comes_after_all_that_waits(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = Ends(tasks)
    gate = threading.Event()
    runner.ask("wait", wait_for(gate), owner).start()
    runner.ask("prove", note(done, 2), owner, Policy.BACKGROUND).start()
    runner.ask("scan", note(done, 1), owner).start()
    gate.set()
    qtbot.waitUntil(ends.count(3))
    assert done == [1, 2]


def test_work_in_the_background_that_was_stopped_does_not_go_on(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    ends = Ends(tasks)
    began = threading.Event()
    runs: list[int] = []

    def prove(context: JobContext) -> None:
        runs.append(1)
        context.pause()
        began.set()
        context.checkpoint()

    task = runner.ask("prove", prove, owner, Policy.BACKGROUND).start()
    assert began.wait(LIMIT_S)
    gate = threading.Event()
    runner.ask("scan", wait_for(gate), owner).start()
    task.cancel()
    gate.set()
    qtbot.waitUntil(ends.count(2))
    assert runs == [1]
    assert ("prove", TaskEnd(cancelled=True)) in ends.all


def test_faults_are_told_and_the_thread_lives_on(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    ends = Ends(tasks)
    shown: list[object] = []

    def environment(_: JobContext) -> None:
        raise FolderNotFound("/gone")

    def bug(_: JobContext) -> None:
        raise ZeroDivisionError

    for work in (environment, bug, lambda _: None):
        runner.ask("scan", work, owner).on_result(shown.append).start()
    qtbot.waitUntil(ends.count(3))
    faults = [type(end.fault) for _, end in ends.all]
    assert faults == [FolderNotFound, ZeroDivisionError, type(None)]
    assert shown == [None]


def test_nothing_is_shown_to_an_owner_that_is_gone(
    tasks: Tasks, runner: Runner, qtbot: QtBot
) -> None:
    owner = QObject()
    shown: list[object] = []
    ends = Ends(tasks)
    gate = threading.Event()
    runner.ask("search", wait_for(gate), owner).on_result(shown.append).start()
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.set()
    qtbot.waitUntil(ends.count(1))
    assert shown == []


def test_at_the_end_what_must_be_done_is_done(owner: QObject, qtbot: QtBot) -> None:
    tasks = Tasks()
    done: list[str] = []
    runner = tasks.runner("test", close=lambda: done.append("close"))
    began = threading.Event()

    def wait(context: JobContext) -> None:
        context.pause()
        began.set()
        context.checkpoint()

    tasks.start()
    runner.ask("scan", wait, owner).start()
    runner.ask("show", lambda _: done.append("show"), owner).start()
    runner.ask("keep", lambda _: done.append("keep"), owner, Policy.MUST_RUN).start()
    assert began.wait(LIMIT_S)
    assert tasks.close(LIMIT_S) == []
    assert done == ["keep", "close"]
    assert not tasks.are_running


def test_tasks_that_must_run_are_not_cancelled(
    tasks: Tasks, runner: Runner, owner: QObject, qtbot: QtBot
) -> None:
    done: list[int] = []
    ends = Ends(tasks)
    gate = threading.Event()
    runner.ask("wait", wait_for(gate), owner).start()
    task = runner.ask("keep", note(done, 1), owner, Policy.MUST_RUN).start()
    task.cancel()
    gate.set()
    qtbot.waitUntil(ends.count(2))
    assert done == [1]


def test_closing_waits_no_longer_than_it_may_and_tells_what_was_not_done(
    owner: QObject, qtbot: QtBot
) -> None:
    tasks = Tasks()
    runner = tasks.runner("removals")
    began, drive = threading.Event(), threading.Event()

    def hang(_: JobContext) -> None:
        began.set()
        drive.wait()  # it does not answer, and heeds no cancel

    tasks.start()
    runner.ask("act", hang, owner).start()
    runner.ask("keep", lambda _: None, owner, Policy.MUST_RUN).start()
    runner.ask("show", lambda _: None, owner).start()
    assert began.wait(LIMIT_S)
    runner.ask("sum up", lambda _: None, owner, Policy.LATEST).start()
    runner.ask("sum up", lambda _: None, owner, Policy.LATEST).start()
    assert tasks.close(0.05) == ["act", "keep", "show", "sum up"]
    assert tasks.are_running
    drive.set()
    assert tasks.close(LIMIT_S) == []


def test_one_runner_does_not_wait_for_another(tasks: Tasks, owner: QObject, qtbot: QtBot) -> None:
    removals, marks = tasks.runner("removals"), tasks.runner("marks")
    drive = threading.Event()
    kept: list[int] = []
    ends = Ends(tasks)
    tasks.start()
    removals.ask("act", wait_for(drive), owner).start()
    marks.ask("keep marks", note(kept, 1), owner, Policy.MUST_RUN).start()
    qtbot.waitUntil(ends.count(1))
    assert kept == [1]
    drive.set()
    qtbot.waitUntil(ends.count(2))


def test_tasks_that_must_run_are_done_after_the_threads_ended(owner: QObject, qtbot: QtBot) -> None:
    tasks = Tasks()
    done: list[str] = []
    runner = tasks.runner("marks", close=lambda: done.append("close"))
    tasks.start()
    assert tasks.close(LIMIT_S) == []
    runner.ask("keep", lambda _: done.append("keep"), owner, Policy.MUST_RUN).start()
    runner.ask("show", lambda _: done.append("show"), owner).start()
    assert done == ["close", "keep", "close", "close"]
